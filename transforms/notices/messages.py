"""Messages of a night: at most one an order, and what the order lines remember of it.

Assumptions: the books are those after tonight's plan, standings are those of the same plan, movements
are those of the facts that this run posted. Stages: terms of the clients, standing and days of the
lines, facts that are news, why their orders wait, message of an order, memory. Known limits: no legal
regime; `told_shipped_qty` and `told_cancelled_qty` also pass over what a client does not tell, so that
a kind switched on later never announces what happened long ago.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.orders import OrderLine
from schemas.errors import InvariantError
from schemas.results import Finding, Message, MessageLine
from schemas.table import conform, empty
from schemas.vocabulary.findings import FindingCode
from schemas.vocabulary.words import NoticeKind, NoticeState, OrderType
from transforms.allocation.demand.withholding import count_withheld
from transforms.effects import with_effect_id
from transforms.findings import make_findings, usual_cause
from transforms.notices.confirmed import LINE, sum_confirmed
from transforms.notices.days import with_days
from transforms.notices.memory import remember_messages
from transforms.notices.news import ORDER, SEVERITY, find_facts, forget_previews, judge_groups, name_news
from transforms.notices.terms import with_terms
from transforms.notices.waiting import with_wait_reasons

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandera.typing.polars import DataFrame

    from schemas.books.journal import Movement
    from schemas.night import AsOf, Books
    from schemas.results import Cancellation
    from schemas.settings.client import Client
    from schemas.settings.warehouse import Warehouse
    from transforms.allocation import AllocationPlan

STANDING = (
    *("warehouse_id", "due_on", "is_due", "short_qty", "backordered_qty", "eta_on", "queue_place"),
    *("awaits_count", "asn_id", "asn_line_no"),
)


@dataclass(frozen=True)
class Told:
    """What a night tells, and the order lines that remember it."""

    order_lines: DataFrame[OrderLine]
    messages: DataFrame[Message]
    message_lines: DataFrame[MessageLine]
    findings: DataFrame[Finding]


def decide_messages(
    books: Books,
    plan: AllocationPlan,
    movements: DataFrame[Movement],
    *,
    clients: Mapping[str, Client],
    warehouses: Mapping[str, Warehouse],
    as_of: AsOf,
) -> Told:
    """What each order is told tonight, and the order lines as they stand when it is told.

    One message an order and run at most, of the gravest kind of its news; it lists all lines with
    news and all lines that wait and are late or were told before, each with the date believed now.
    The same books and plan again give no message, since what was told is no news.

    Raises:
        InvariantError: a line waits and the plan did not say where it stands.
    """
    lines = _join_facts(books, plan, movements, clients=clients, as_of=as_of)
    dated = with_days(lines, books, as_of=as_of, warehouses=warehouses)
    facts = find_facts(judge_groups(forget_previews(dated)))
    news = name_news(with_wait_reasons(facts, plan.decisions, plan.reservations), as_of.business_date)
    messages = _write_messages(news, as_of)
    message_lines = _list_lines(news, messages).pipe(_with_causes, plan.cancellations)
    return Told(
        remember_messages(books.order_lines, messages, message_lines, clients=clients, as_of=as_of),
        conform(messages, Message),
        conform(message_lines, MessageLine),
        _find_missing_desks(messages, as_of),
    )


def tell_nobody(books: Books, movements: DataFrame[Movement]) -> Told:
    """A night that tells nothing: its order lines remember what warehouses confirmed, for the next one."""
    confirmed = books.order_lines.join(sum_confirmed(movements), on=LINE, how="left", maintain_order="left")
    untold = pl.col("untold_shipped_qty") + pl.col("confirmed_qty").fill_null(0)
    lines = conform(confirmed.with_columns(untold_shipped_qty=untold), OrderLine)
    return Told(lines, empty(Message), empty(MessageLine), empty(Finding))


def _join_facts(
    books: Books,
    plan: AllocationPlan,
    movements: DataFrame[Movement],
    *,
    clients: Mapping[str, Client],
    as_of: AsOf,
) -> pl.DataFrame:
    """Every line of an order to which something may be news, with its standing and its client's terms.

    Units that may still be told as shipped are not said to wait, nor is what of them is short.
    """
    lines = books.order_lines.join(
        count_withheld(books, as_of=as_of), on=LINE, how="left", maintain_order="left"
    ).with_columns(
        waiting_qty=(pl.col("open_qty") + pl.col("reserved_qty") - pl.col("withheld_qty").fill_null(0)).clip(
            0
        )
    )
    is_sure = pl.col("withheld_qty").is_null() | ~pl.col("is_due")
    is_stirring = (
        (pl.col("waiting_qty") > 0)
        | (pl.col("shipped_qty") > pl.col("told_shipped_qty"))
        | (pl.col("cancelled_qty") > pl.col("told_cancelled_qty"))
    )
    stirring = (
        lines.join(lines.filter(is_stirring).select(ORDER).unique(), on=ORDER, how="semi")
        .drop("eta_on")
        .pipe(with_terms, books.order_lines, clients)
        .join(plan.standings.select(*LINE, *STANDING), on=LINE, how="left")
        .with_columns(short_qty=pl.when(is_sure).then("short_qty").otherwise("backordered_qty"))
        .join(sum_confirmed(movements), on=LINE, how="left")
        .sort(LINE)
    )
    _refuse_unplanned(stirring)
    return stirring


def _refuse_unplanned(lines: pl.DataFrame) -> None:
    """A waiting line without a standing is our bug: nothing true can be told about it."""
    unplanned = lines.filter((pl.col("waiting_qty") > 0) & pl.col("is_due").is_null())
    if len(unplanned):
        examples = unplanned.select(pl.concat_str(LINE, separator=" ")).to_series().head(3).to_list()
        message = f"{len(unplanned)} lines wait without a standing, for example {'; '.join(examples)}"
        raise InvariantError(message)


def _write_messages(news: pl.DataFrame, as_of: AsOf) -> pl.DataFrame:
    """One message for each order with news, identified by what it says and what was said before."""
    severity = pl.col("kind").cast(pl.Enum(SEVERITY)).to_physical()
    told = news.filter(pl.col("kind").is_not_null()).select(ORDER).unique()
    orders = (
        _mark_listed(news.join(told, on=ORDER, how="semi"))
        .sort(LINE)
        .group_by(ORDER, maintain_order=True)
        .agg(
            pl.col("kind").sort_by(severity, nulls_last=True).first(),
            _latest_date().alias("eta_on"),
            pl.col("told_message_id").max().alias("previous_id"),
            pl.col("state").first(),
            _line_text().filter(pl.col("is_listed")).str.join("|").alias("lines_text"),
            ((pl.col("order_type") == OrderType.B2B).any() & ~pl.col("has_desk").first()).alias("lacks_desk"),
        )
    )
    identity = (*ORDER, "kind", "lines_text", "previous_id")
    return with_effect_id(orders, "message_id", identity, kind="message").with_columns(
        pl.lit(as_of.business_date, pl.Date).alias("business_date"),
        pl.lit(as_of.run_no, pl.Int64).alias("run_no"),
    )


def _mark_listed(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines of an order that gets a message, with what the message says of each.

    `says_waiting`: what waits is told of lines that are late or were told before, and of a line with
    other news if it has a date. A line on hold is listed beside others, so that nobody thinks that it
    ships, but nothing of it is remembered unless it was told before. Nothing is said of what awaits a first
    count. Units of a kind that the client does not tell are told in no message.
    """
    waits = (pl.col("waiting_qty") > 0) & ~pl.col("is_uncounted")
    has_news = pl.col("kind").is_not_null()
    is_news = pl.col("is_late") | (has_news & pl.col("date_on").is_not_null())
    says_waiting = waits & (pl.col("is_told") | (is_news & ~pl.col("is_quiet")))
    shows_waiting = says_waiting | (waits & pl.col("is_quiet"))
    tells_shipped = (
        pl.when(pl.col("order_left_qty") > 0).then("tells_shipping_part").otherwise("tells_shipping_now")
    )
    return lines.with_columns(
        says_waiting.alias("says_waiting"),
        shows_waiting.alias("shows_waiting"),
        (shows_waiting | has_news).alias("is_listed"),
        pl.when(shows_waiting).then("waiting_qty").otherwise(0).alias("waiting_qty"),
        pl.when(shows_waiting).then("date_on").alias("eta_on"),
        *(pl.when(shows_waiting).then(name).alias(name) for name in ("wait_reason", "wait_qty")),
        pl.when(tells_shipped).then("news_shipped_qty").otherwise(0).alias("shipped_qty"),
        pl.when("tells_cancelled").then("news_cancelled_qty").otherwise(0).alias("cancelled_qty"),
    )


def _latest_date() -> pl.Expr:
    """The order's date: the latest of its waiting lines, none if one has none."""
    dates = pl.col("eta_on").filter(pl.col("shows_waiting"))
    return pl.when(dates.has_nulls()).then(None).otherwise(dates.max())


def _line_text() -> pl.Expr:
    """What a message says of a line, as the part of its identity."""
    date_text = pl.col("eta_on").to_physical().cast(pl.String).fill_null("-")
    return pl.concat_str("line_no", "waiting_qty", "shipped_qty", "cancelled_qty", date_text, separator=":")


def _list_lines(news: pl.DataFrame, messages: pl.DataFrame) -> pl.DataFrame:
    """The lines of each message; a line without news of its own is listed as what waits."""
    context = (
        pl.when("has_moved")
        .then(pl.lit(NoticeKind.ETA_CHANGED))
        .when("is_pre_order")
        .then(pl.lit(NoticeKind.PRE_ORDER))
        .otherwise(pl.lit(NoticeKind.ON_BACK_ORDER))
    )
    return (
        _mark_listed(news.join(messages.select(*ORDER, "message_id"), on=ORDER, how="inner"))
        .filter("is_listed")
        .with_columns(
            pl.col("kind").fill_null(context),
            pl.when(pl.col("says_waiting") | ((pl.col("shipped_qty") > 0) & pl.col("ships_told")))
            .then("told_eta_on")
            .alias("previous_eta_on"),
            pl.when(pl.col("says_waiting") & pl.col("tells_queue")).then("queue_place").alias("queue_place"),
        )
        .sort(LINE)
    )


def _with_causes(message_lines: pl.DataFrame, cancellations: DataFrame[Cancellation]) -> pl.DataFrame:
    """Lines with the rule by which all units that are newly told as cancelled were cancelled."""
    by_rule = cancellations.group_by(LINE).agg(
        pl.col("cause").first().alias("cancel_cause"), pl.col("cancelled_qty").sum().alias("by_rule_qty")
    )
    joined = message_lines.join(by_rule, on=LINE, how="left", maintain_order="left")
    is_by_rule = pl.col("by_rule_qty") == pl.col("cancelled_qty")
    return joined.with_columns(pl.when(is_by_rule).then("cancel_cause").alias("cancel_cause"))


def _find_missing_desks(messages: pl.DataFrame, as_of: AsOf) -> DataFrame[Finding]:
    """A live message of a b2b order whose client has no desk address: it reaches nobody."""
    code = FindingCode.NO_ADDRESS
    told = messages.filter(pl.col("lacks_desk") & (pl.col("state") == NoticeState.TO_SEND)).select(
        "client_id",
        subject="order_id",
        cause=usual_cause(code, as_of),
        detail=pl.lit("the order is b2b and the client's file has no [notices] desk_address"),
    )
    return make_findings(told, code, as_of=as_of)
