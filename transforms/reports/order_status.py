"""What a client is told of its orders: every open line, and what closed or was rejected since last time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from schemas.outputs.reports import StatusLine
from schemas.results import CANCELLING
from schemas.table import conform
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import Feed, InboundStatus, LedgerName, LineAccount
from transforms.hints import REJECTED_STEP
from transforms.reports.analyst_lines import kept_reasons, line_status, main_reasons
from transforms.reports.status_words import with_words
from transforms.terms import with_lines
from transforms.texts import with_single_lines
from transforms.units import written_qty

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.books.journal import Movement
    from schemas.books.orders import Shipment
    from schemas.intake.verdicts import FileOutcome, RejectedRow, RowPlace
    from schemas.night import Books
    from schemas.results import Decision, QueuePosition, Reservation

LINE = ("client_id", "order_id", "line_no")
QUANTITIES = (
    "ordered",
    "open",
    "reserved",
    "released",
    "shipped",
    "cancelled",
    "newly_shipped",
    "newly_cancelled",
    "by_rule",
)
STANDING = ("due_on", "eta_on", "queue_place", "awaits_count", "asn_id", "asn_line_no")
INBOUND = ("client_id", "asn_id", "asn_line_no")
PART = 50_000
"""Order lines that are told together: what is joined to them is wide."""

STATUS_FEEDS = (Feed.ORDERS, Feed.CANCELLATIONS)


@dataclass(frozen=True)
class StatusFacts:
    """The books after a run, and what this run posted, decided and rejected."""

    books: Books
    standings: DataFrame[QueuePosition]
    decisions: DataFrame[Decision]
    reservations: DataFrame[Reservation]
    movements: DataFrame[Movement]
    shipments: DataFrame[Shipment]
    files: DataFrame[FileOutcome]
    rejected_rows: DataFrame[RejectedRow]
    row_places: DataFrame[RowPlace]


def build_order_status(facts: StatusFacts) -> DataFrame[StatusLine]:
    """Every line that is not closed, and every line shipped, cancelled or rejected tonight.

    The last status is that of the run before, so "since the last status" is what this run posted.
    """
    parts = facts.books.order_lines.iter_slices(PART)
    rows = pl.concat([*(_tell_lines(facts, part) for part in parts), _tell_rejections(facts)])
    order = (*LINE, "file_name", "file_row")
    return conform(rows.sort(order, nulls_last=True), StatusLine)


def _tell_lines(facts: StatusFacts, lines: pl.DataFrame) -> pl.DataFrame:
    """Those of some order lines that are alive or changed tonight."""
    decimals = facts.books.items.select("client_id", "sku", "decimals")
    is_alive = (pl.col("open_qty") + pl.col("reserved_qty") + pl.col("released_qty")) > 0
    is_new = (pl.col("newly_shipped_qty") + pl.col("newly_cancelled_qty")) > 0
    told = (
        lines.drop("eta_on")
        .join(facts.standings.select(*LINE, *STANDING), on=LINE, how="left", validate="1:1")
        .join(main_reasons(facts.decisions), on=LINE, how="left", validate="1:1")
        .join(kept_reasons(facts.reservations), on=LINE, how="left", validate="1:1")
        .join(_newly(facts, LineAccount.SHIPPED), on=LINE, how="left", validate="1:1")
        .join(_newly(facts, LineAccount.CANCELLED), on=LINE, how="left", validate="1:1")
        .join(_cancelled_by_rule(facts), on=LINE, how="left", validate="1:1")
        .join(_tracking(facts), on=LINE, how="left", validate="1:1")
        .join(decimals, on=["client_id", "sku"], how="left", validate="m:1")
        .with_columns(pl.col("newly_shipped_qty", "newly_cancelled_qty", "by_rule_qty").fill_null(0))
        .filter(is_alive | is_new)
        .with_columns(line_status.alias("status"), pl.col("sent_sku").alias("sku"))
        .with_columns(
            written_qty(pl.col(f"{name}_qty"), pl.col("decimals")).alias(f"{name}_text")
            for name in QUANTITIES
        )
        .with_columns(queue_place=pl.when(pl.col("open_qty") > 0).then("queue_place"))
        .join(_overdue(facts), on=INBOUND, how="left", validate="m:1")
        .pipe(with_words)
        .with_columns(pl.col(f"{name}_text").alias(f"{name}_qty") for name in QUANTITIES)
    )
    return _shaped(told)


def _newly(facts: StatusFacts, account: LineAccount) -> pl.DataFrame:
    """Units that this run posted to an account, less those it took back."""
    name = f"newly_{account.lower()}_qty"
    signed = pl.when(pl.col("to_account") == account).then("qty").otherwise(-pl.col("qty"))
    touched = (pl.col("to_account") == account) | (pl.col("from_account") == account)
    of_lines = facts.movements.filter((pl.col("ledger") == LedgerName.LINE) & touched)
    return of_lines.group_by(LINE).agg(signed.sum().alias(name))


def _cancelled_by_rule(facts: StatusFacts) -> pl.DataFrame:
    """Units that a rule of the client cancelled tonight, and which."""
    by_rule = facts.movements.filter(pl.col("cause").is_in(CANCELLING))
    return by_rule.group_by(LINE).agg(
        pl.col("qty").sum().alias("by_rule_qty"), pl.col("cause").sort().first().alias("cancel_cause")
    )


def _overdue(facts: StatusFacts) -> pl.DataFrame:
    """Announced lines of which nothing came by their day."""
    overdue = facts.books.inbound_lines.filter(pl.col("status") == InboundStatus.OVERDUE)
    return overdue.select(*INBOUND, overdue_since="expected_on")


def _tracking(facts: StatusFacts) -> pl.DataFrame:
    """The tracking numbers of tonight's shipments of a line."""
    numbers = pl.col("tracking_no").drop_nulls().unique().sort().str.join("|")
    return (
        facts.shipments.filter(pl.col("shipped_qty") > 0, pl.col("tracking_no").is_not_null())
        .group_by(LINE)
        .agg(numbers)
    )


def _tell_rejections(facts: StatusFacts) -> pl.DataFrame:
    """Rejected rows of orders and cancellations, each with all its reasons."""
    meanings = {code.value: code.meaning for code in ReasonCode}
    row = ("client_id", "file_hash", "row_no")
    place = pl.when(pl.col("column").is_null()).then(pl.lit("")).otherwise(pl.format("{}: ", "column"))
    names = (
        facts.files.sort("file_name")
        .group_by("client_id", "feed", "file_hash")
        .agg(pl.col("file_name").first())
    )
    pending = facts.books.pending_rows.filter(feed="orders").select(*row, "order_id")
    rejections = (
        facts.rejected_rows.filter(pl.col("feed").is_in([feed.value for feed in STATUS_FEEDS]))
        .sort(*row, "column", "reason_code", nulls_last=True)
        .with_columns(
            first_hash=pl.coalesce("origin_hash", "file_hash"), first_row=pl.coalesce("origin_row", "row_no")
        )
        .group_by(*row, "feed", "first_hash", "first_row", maintain_order=True)
        .agg((place + pl.col("reason_code").replace(meanings)).str.join("; ").alias("reason"))
        .join(names, on=["client_id", "feed", "file_hash"], how="left", validate="m:1")
        .join(
            pending,
            left_on=["client_id", "first_hash", "first_row"],
            right_on=row,
            how="left",
            validate="m:1",
        )
        .pipe(with_lines, facts.row_places)
        .rename({"sheet_line": "file_line", "row_no": "file_row"})
        .with_columns(
            pl.lit("rejected").alias("status"),
            pl.lit(REJECTED_STEP.next_step).alias("next_step"),
            pl.lit(REJECTED_STEP.who_acts).alias("who_acts"),
        )
    )
    return _shaped(rejections)


def _shaped(rows: pl.DataFrame) -> pl.DataFrame:
    """The columns of the status, absent ones null, every text on one line."""
    shaped = pl.DataFrame(conform(rows, StatusLine))
    return with_single_lines(shaped, pl.col(pl.String))
