"""Order lines on hold: for a row that waits to be corrected, for an unknown sku, by the client's word."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.orders import OrderLine, PendingRow
from schemas.table import conform
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.findings import FindingCode
from schemas.vocabulary.words import Feed, HoldReason, Verdict
from transforms.findings import findings_of
from transforms.keys import ITEM, LINE, ORDER
from transforms.posting.core.posting import Posting
from transforms.posting.orders.second_tries import waiting_rows

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.intake.feeds import OrderRow
    from schemas.intake.verdicts import RowOutcome
    from schemas.night import Books
    from schemas.results import Finding
    from transforms.terms import Terms

ROW = ["client_id", "file_hash", "row_no"]
MENDABLE = (ReasonCode.MISSING, ReasonCode.LINE_NO_NEEDED, ReasonCode.SKU_CHANGED)
DOUBTS = {
    HoldReason.CANCELLED_BEFORE.value: FindingCode.CANCELLED_BEFORE,
    HoldReason.ROWS_DISAGREE.value: FindingCode.ROWS_DISAGREE,
}
"""Holds of a whole order that only a row of the order lifts."""

NIGHTS_WAITED = 2
"""Nights that an order waits for the correction of a rejected row."""


def post_holds(books: Books, orders: DataFrame[OrderRow], so_far: Posting, terms: Terms) -> Posting:
    """Which lines take no part tonight and since when.

    The client's own hold outranks the others, which are judged anew every night: an order waits for the
    rows in `pending_rows`, a line for the item master to name its sku, if the client ever sent one.
    """
    rejected = _rejected_tonight(orders, so_far, terms)
    is_order = pl.col("feed") == Feed.ORDERS
    of_orders = replace(books, pending_rows=books.pending_rows.filter(is_order).pipe(PendingRow.validate))
    known = _without_corrected(of_orders, orders, so_far.outcomes, terms)
    pending = (
        pl.concat([known, rejected]).sort(*ROW, "since_on").unique(ROW, keep="first", maintain_order=True)
    )
    is_over = pl.col("since_on") <= pl.lit(terms.as_of.business_date).dt.offset_by(f"-{NIGHTS_WAITED}d")
    waiting = pending.filter(~is_over)
    accepted = _accepted(orders, so_far.outcomes)
    doubted = _doubted(books, accepted)
    lines = _lines_after(books, waiting, doubted, accepted, terms)
    findings = [
        _given_up(pending.filter(is_over), terms),
        _waiting_orders(waiting, terms),
        *_doubts(lines, doubted, terms),
    ]
    return Posting.of(
        replace(
            books,
            order_lines=lines,
            pending_rows=conform(pl.concat([waiting, books.pending_rows.filter(~is_order)]), PendingRow),
        ),
        findings=pl.concat(findings),
    )


def unknown_skus(books: Books) -> pl.DataFrame:
    """Items that no items file names, of clients that ever had one accepted."""
    listing = books.items.filter("is_listed").select("client_id").unique()
    return books.items.filter(~pl.col("is_listed")).join(listing, on="client_id", how="semi").select(ITEM)


def _accepted(orders: DataFrame[OrderRow], outcomes: DataFrame[RowOutcome]) -> pl.DataFrame:
    """Tonight's order rows that were accepted."""
    return orders.join(outcomes.filter(pl.col("verdict") == Verdict.ACCEPTED), on=ROW, how="semi")


def _doubted(books: Books, accepted: pl.DataFrame) -> pl.DataFrame:
    """Orders that tonight's rows put on hold, each with the first reason and what it is about.

    An order whose cancellation came first may not ship by the chance of its order; of one whose rows
    contradict each other nobody knows where and when it is to go.
    """
    early = books.pending_rows.filter(pl.col("feed") == Feed.CANCELLATIONS)
    made = accepted.filter(pl.col("action") == "new").select(*ORDER, made_no="line_no")
    cancelled = made.join(early, on=ORDER).filter(
        pl.col("line_no").is_null() | (pl.col("line_no") == pl.col("made_no"))
    )
    reasons = [
        cancelled.select(
            *ORDER,
            doubt=pl.lit(HoldReason.CANCELLED_BEFORE.value),
            about=pl.format("a cancellation of it was rejected on {}", "since_on"),
        ),
        accepted.filter(pl.col("disagrees") != "").select(
            *ORDER,
            doubt=pl.lit(HoldReason.ROWS_DISAGREE.value),
            about=pl.format("its rows disagree on {}", "disagrees"),
        ),
    ]
    return pl.concat(reasons).unique(ORDER, keep="first", maintain_order=True)


def _without_corrected(
    books: Books, orders: DataFrame[OrderRow], outcomes: DataFrame[RowOutcome], terms: Terms
) -> pl.DataFrame:
    """Pending rows less those whose second try was accepted tonight.

    An earlier night's row is corrected too by any row of its line: one of two that contradicted each
    other was kept, or the client sent a better export instead of the quarantine file.
    """
    accepted = _accepted(orders, outcomes)
    second_tries = accepted.filter(pl.col("origin_hash").is_not_null())
    corrected = second_tries.select("client_id", file_hash="origin_hash", row_no="origin_row")
    is_earlier = pl.col("since_on") < terms.as_of.business_date
    said_anew = books.pending_rows.filter(is_earlier).join(accepted, on=LINE, how="semi").select(ROW)
    return books.pending_rows.join(pl.concat([corrected, said_anew]), on=ROW, how="anti")


def _rejected_tonight(orders: DataFrame[OrderRow], so_far: Posting, terms: Terms) -> pl.DataFrame:
    """Rows that posting rejected and that a correction can mend; a closed or unknown line waits for none."""
    mendable = so_far.rejected_rows.filter(pl.col("reason_code").is_in([code.value for code in MENDABLE]))
    rejected = orders.filter(pl.col("action") != "cancel").join(mendable, on=ROW, how="semi")
    return waiting_rows(rejected, Feed.ORDERS, terms)


def _lines_after(
    books: Books, waiting: pl.DataFrame, doubted: pl.DataFrame, accepted: pl.DataFrame, terms: Terms
) -> DataFrame[OrderLine]:
    """Order lines with tonight's hold; `hold_since` stays while the reason does.

    A doubt about a whole order stays until a row of the order is accepted that gives no new one.
    """
    answered = accepted.select(ORDER).unique().with_columns(is_answered=True)
    still = pl.when(pl.col("hold_reason").is_in(DOUBTS), pl.col("is_answered").is_null()).then("hold_reason")
    incomplete = waiting.select(ORDER).unique().with_columns(is_incomplete=True)
    unknown = unknown_skus(books).with_columns(is_unknown=True)
    is_closed = pl.col("open_qty") + pl.col("reserved_qty") + pl.col("released_qty") == 0
    reason = (
        pl.when(is_closed)
        .then(None)
        .when(pl.col("hold_reason") == HoldReason.CLIENT_HOLD)
        .then(pl.lit(HoldReason.CLIENT_HOLD.value))
        .when(pl.coalesce("doubt", still).is_not_null())
        .then(pl.coalesce("doubt", still))
        .when("is_unknown")
        .then(pl.lit(HoldReason.UNKNOWN_SKU.value))
        .when("is_incomplete")
        .then(pl.lit(HoldReason.INCOMPLETE_INTAKE.value))
    )
    is_kept = (reason == pl.col("hold_reason")) & pl.col("hold_since").is_not_null()
    night = pl.lit(terms.as_of.business_date)
    since = pl.when(is_kept).then("hold_since").when(reason.is_not_null()).then(night)
    after = (
        books.order_lines.join(incomplete, on=ORDER, how="left", maintain_order="left")
        .join(unknown, on=ITEM, how="left", maintain_order="left")
        .join(doubted, on=ORDER, how="left", maintain_order="left")
        .join(answered, on=ORDER, how="left", maintain_order="left")
        .with_columns(hold_reason=reason, hold_since=since)
    )
    return conform(after, OrderLine)


def _waiting_orders(waiting: pl.DataFrame, terms: Terms) -> DataFrame[Finding]:
    """Each order on hold, every night until its row is corrected: the last of them is the last chance."""
    orders = waiting.sort("since_on").unique(ORDER, keep="first", maintain_order=True)
    until = pl.col("since_on").dt.offset_by(f"{NIGHTS_WAITED}d")
    return findings_of(
        orders,
        FindingCode.INCOMPLETE_INTAKE,
        terms,
        subject=pl.col("order_id"),
        detail=pl.format(
            "{} of {} was rejected on {} and is not corrected; it can be until {}",
            "said_at",
            "said_in",
            "since_on",
            until,
        ),
    )


def _doubts(lines: DataFrame[OrderLine], doubted: pl.DataFrame, terms: Terms) -> list[pl.DataFrame]:
    """Orders on hold for a doubt, every night until it is answered."""
    said = lines.join(doubted, on=ORDER, how="left", maintain_order="left").with_columns(
        about=pl.coalesce("about", pl.format("on hold since {}", "hold_since"))
    )
    return [
        findings_of(
            said.filter(pl.col("hold_reason") == reason),
            code,
            terms,
            subject=pl.col("order_id"),
            detail=pl.col("about"),
        )
        for reason, code in DOUBTS.items()
    ]


def _given_up(over: pl.DataFrame, terms: Terms) -> DataFrame[Finding]:
    """Orders that go on without a row."""
    return findings_of(
        over,
        FindingCode.INTAKE_WAIT_OVER,
        terms,
        subject=pl.col("order_id"),
        detail=pl.format("{} of {}, rejected on {}", "said_at", "said_in", "since_on"),
    )
