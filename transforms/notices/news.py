"""What is news about a line: pure columns over order lines, their standing and the client's terms.

Words used here:

- A line *waits* with its open and reserved units as they stand after tonight. Units released tonight
  do not wait: they are on their way, and nobody is told that they are on back order.
- Lines that ship together (`ship_rule = "order_complete"`) are judged as one and share the order's
  date: the latest of them, none if one has none.
- A line is *quiet* while it, or a line it ships together with, is on any hold. A consignee is told
  about goods, not about a rejected row, an unknown SKU or a check of the client's own: a hold alone is no
  news, unless a told date passes meanwhile. Nothing at all is told of what waits for the first count of a
  warehouse: nobody knows yet whether it is short.
- No date before the shipping day is told, nor one that rests on goods that are late: there is none then.
- A line is *late* when units of it are short, and either it is due and has no date, or its date lies
  beyond both its due date and the days in which telling is not worth it (`tell_after_days`, from the
  shipping day on). A line that is not due yet is late only against a date that was promised to the buyer;
  without an estimated date nothing is known yet, and nothing is said before it is due.
- What ships together is a *pre-order* if all that is missing of it waits for the day from which it is sold
  or may leave. It may be late against a promise, but it is no back order.
- A line was *told* when the last message about it said that units of it wait. A told date *passes* when the
  line cannot leave on it any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary.explanations import WaitReason
from schemas.vocabulary.words import NoticeKind, NoticeState
from transforms.notices.waiting import PRE_ORDERED

if TYPE_CHECKING:
    from datetime import date

ORDER = ("client_id", "order_id")
TOGETHER = (*ORDER, "together_no")
SEVERITY = NoticeKind.values()
"""Gravest first."""


def forget_previews(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines of a live client as if a preview had never been written: nobody got it."""
    was_preview = (pl.col("state") == NoticeState.TO_SEND) & (pl.col("told_state") == NoticeState.PREVIEW)
    told = ("told_on", "told_eta_on", "told_qty", "moved_on")
    return lines.with_columns(
        pl.when(was_preview.fill_null(False)).then(None).otherwise(name).alias(name) for name in told
    )


def judge_groups(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines with what holds for all that ship together.

    That is `date_on`, `is_quiet`, `is_uncounted`, `is_late`, and by line `soon_on`.
    """
    waits = pl.col("waiting_qty") > 0
    together = pl.when(pl.col("ship_rule") == "order_complete").then(0).otherwise("line_no")
    is_uncounted = pl.col("awaits_count").is_not_null()
    has_date = pl.col("eta_on").is_not_null() & ~pl.col("rests_on_late")
    has_all_dates = (has_date | ~waits).all()
    return (
        lines.with_columns(together.alias("together_no"), soon_on().alias("soon_on"))
        .with_columns(
            pl.when(has_all_dates.over(TOGETHER))
            .then(pl.col("eta_on").filter(waits).max().over(TOGETHER))
            .alias("date_on"),
            ((pl.col("hold_reason").is_not_null() | is_uncounted) & waits)
            .any()
            .over(TOGETHER)
            .alias("is_quiet"),
            (is_uncounted & waits).any().over(TOGETHER).alias("is_uncounted"),
            (pl.col("short_qty") > 0).any().over(TOGETHER).alias("is_short"),
            (pl.col("is_due") | ~waits).all().over(TOGETHER).alias("is_group_due"),
            (pl.col("promised_on").is_not_null() & waits).any().over(TOGETHER).alias("is_promised"),
            pl.col("due_on").max().over(TOGETHER).alias("group_due_on"),
        )
        .with_columns((waits & pl.col("is_short") & _lateness()).alias("is_late"))
    )


def _lateness() -> pl.Expr:
    """Whether the date of what is short is worth telling."""
    has_date = pl.col("date_on").is_not_null()
    is_beyond = (pl.col("date_on") > pl.col("group_due_on")) & (pl.col("date_on") > pl.col("soon_on"))
    due_news = pl.col("is_group_due") & (is_beyond | ~has_date)
    promised_news = pl.col("is_promised") & has_date & is_beyond
    return due_news | promised_news


def find_facts(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines of the orders of which something is news, told or not.

    With quantities newly told, `is_told`, `has_passed`, `has_moved`, `is_newly_late`, and `ships_told`: units
    that have shipped were told to wait.
    """
    is_newly_late = pl.col("is_late") & ~pl.col("is_quiet") & ~pl.col("is_told")
    found = (
        lines.with_columns(
            _newly_cancelled().alias("news_cancelled_qty"),
            _newly_shipped().alias("news_shipped_qty"),
            _ships_told().alias("ships_told"),
            (pl.col("told_qty").fill_null(0) > 0).alias("is_told"),
        )
        .with_columns(_has_passed().alias("has_passed"))
        .with_columns(
            (_has_moved() | pl.col("has_passed")).alias("has_moved"), is_newly_late.alias("is_newly_late")
        )
    )
    is_news = pl.any_horizontal(
        "has_moved", "is_newly_late", pl.col("news_cancelled_qty") > 0, pl.col("news_shipped_qty") > 0
    )
    return found.join(found.filter(is_news).select(ORDER).unique(), on=ORDER, how="semi")


def name_news(lines: pl.DataFrame, business_date: date) -> pl.DataFrame:
    """Lines with facts and why they wait, with `is_pre_order` and the `kind` of their news; null: none."""
    left = (pl.col("open_qty") + pl.col("reserved_qty") + pl.col("released_qty")).sum()
    may_be = pl.col("wait_reason").is_in(list(PRE_ORDERED)) | (pl.col("waiting_qty") == 0)
    is_any = (pl.col("wait_reason") == WaitReason.PRE_ORDER).any()
    return lines.with_columns(
        left.over(ORDER).alias("order_left_qty"),
        (may_be.all() & is_any).over(TOGETHER).alias("is_pre_order"),
    ).with_columns(_kind(business_date).alias("kind"))


def _newly_cancelled() -> pl.Expr:
    return pl.col("cancelled_qty") - pl.col("told_cancelled_qty")


def _newly_shipped() -> pl.Expr:
    """Units that the warehouse confirmed since the last night that told, as far as they are the line's."""
    untold = pl.col("shipped_qty") - pl.col("told_shipped_qty")
    confirmed = pl.col("confirmed_qty").fill_null(0) + pl.col("untold_shipped_qty")
    return pl.min_horizontal(confirmed, untold)


def _ships_told() -> pl.Expr:
    """Units that were never told to wait leave first."""
    never_told = pl.col("ordered_qty") - pl.col("cancelled_qty") - pl.col("told_qty").fill_null(0)
    return pl.col("shipped_qty") > never_told


def _has_moved() -> pl.Expr:
    """A told date that slipped by more than the churn or is gone, or the first date after "no date yet".

    An earlier date is no news: nobody complains of goods that come early, and it may slip again.
    """
    told, now = pl.col("told_eta_on"), pl.col("date_on")
    churn = pl.duration(days="eta_churn_days")
    slipped = told.is_not_null() & (now.is_null() | (now > told + churn))
    first_date = told.is_null() & now.is_not_null() & (now > pl.col("soon_on"))
    waits = (pl.col("waiting_qty") > 0) & ~pl.col("is_quiet")
    return waits & pl.col("is_told") & (slipped | first_date).fill_null(False)


def _has_passed() -> pl.Expr:
    """A told date on which the line cannot leave any more, and it still waits; of a line on hold as well."""
    waits = (pl.col("waiting_qty") > 0) & ~pl.col("is_uncounted")
    return waits & pl.col("is_told") & (pl.col("told_eta_on") < pl.col("ships_on")).fill_null(value=False)


def _kind(business_date: date) -> pl.Expr:
    """The gravest news of a line that its client tells; null for none."""
    may_move = (
        pl.col("moved_on").max().over(ORDER) + pl.duration(days="moved_every_days") <= business_date
    ).fill_null(True)
    is_rest = pl.col("order_left_qty") > 0
    ships = pl.col("news_shipped_qty") > 0
    facts = {
        NoticeKind.CANCELLED: pl.col("news_cancelled_qty") > 0,
        NoticeKind.ON_BACK_ORDER: pl.col("is_newly_late") & ~pl.col("is_pre_order"),
        NoticeKind.ETA_CHANGED: pl.col("has_moved") & (may_move | pl.col("has_passed")),
        NoticeKind.PRE_ORDER: pl.col("is_newly_late") & pl.col("is_pre_order"),
        NoticeKind.SHIPPING_PART: ships & is_rest,
        NoticeKind.SHIPPING_NOW: ships & ~is_rest,
    }
    return pl.coalesce(
        pl.when(fact & pl.col(f"tells_{kind}")).then(pl.lit(kind.value)) for kind, fact in facts.items()
    )


def soon_on() -> pl.Expr:
    """The last date that is so near that it is not worth a message."""
    return pl.col("ships_on") + pl.duration(days=pl.col("tell_after_days") - 1)
