"""The analyst's order lines: the books joined with tonight's standings and reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.outputs.analyst import LINE
from schemas.outputs.analyst_lines import AnalystLine
from schemas.table import conform
from schemas.vocabulary.explanations import DecisionCode, ReservedReason
from schemas.vocabulary.words import LineStatus
from transforms.allocation.demand.lines import with_due_on
from transforms.calendars import add_working_days, with_local_date, with_working_day_before
from transforms.first_counts import with_last_counted
from transforms.keys import ORDER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandera.typing.polars import DataFrame

    from schemas.night import AsOf, Books
    from schemas.outputs.analyst import VersionTables
    from schemas.results import Decision, Reservation
    from schemas.settings.client import Client
    from schemas.settings.warehouse import Warehouse

line_status = (
    pl.when(pl.col("released_qty") > 0)
    .then(pl.lit(LineStatus.RELEASED.value))
    .when(pl.col("reserved_qty") > 0)
    .then(pl.lit(LineStatus.RESERVED.value))
    .when(pl.col("open_qty") > 0)
    .then(pl.lit(LineStatus.OPEN.value))
    .when(pl.col("shipped_qty") > 0)
    .then(pl.lit(LineStatus.SHIPPED.value))
    .otherwise(pl.lit(LineStatus.CANCELLED.value))
)
"""Where a line stands: a pure function of its six quantities."""

eta_reason_in_full = pl.concat_str(
    "eta_reason",
    pl.concat_str(
        pl.lit("; moved on "),
        pl.col("date_moved_on").dt.to_string("%Y-%m-%d"),
        pl.lit(", was "),
        pl.coalesce(pl.col("date_before_on").dt.to_string("%Y-%m-%d"), pl.lit("no date")),
        pl.lit(": "),
        "date_moved_reason",
    ).fill_null(""),
)
"""What a line's date rests on, and why it last moved."""

STANDING = (
    "rank", "queue_place", "ahead_qty", "may_be_overtaken", "backordered_qty", "eta_on", "eta_reason",
    "awaits_count",
)  # fmt: skip
"""What tonight's standing says of a line; a line that waits for nothing has none."""


def main_reasons(decisions: DataFrame[Decision]) -> pl.DataFrame:
    """For each short line the decision code with the largest quantity, as `short_reason`.

    Of equal quantities the code that is attributed first (`DecisionCode`) stands for the line.
    """
    attribution = {code: place for place, code in enumerate(DecisionCode.values())}
    return (
        decisions.with_columns(place=pl.col("reason_code").replace_strict(attribution, return_dtype=pl.Int64))
        .sort(*LINE, -pl.col("qty"), "place")
        .unique(LINE, keep="first", maintain_order=True)
        .select(*LINE, short_reason="reason_code")
    )


def kept_reasons(reservations: DataFrame[Reservation]) -> pl.DataFrame:
    """For each line with reserved units the reason with the most of them, as `reserved_reason`; see above."""
    precedence = {reason: place for place, reason in enumerate(ReservedReason.values())}
    by_reason = reservations.group_by(*LINE, "reason_code").agg(pl.col("qty").sum())
    place = pl.col("reason_code").replace_strict(precedence, return_dtype=pl.Int64)
    return (
        by_reason.sort(*LINE, -pl.col("qty"), place)
        .unique(LINE, keep="first", maintain_order=True)
        .select(*LINE, reserved_reason="reason_code")
    )


def tabulate_lines(
    version: VersionTables, *, as_of: AsOf, clients: Mapping[str, Client]
) -> DataFrame[AnalystLine]:
    """Every order line as of the version, open and closed."""
    standings = version.standings.select(*LINE, *STANDING)
    moves = version.books.promises.select(
        *LINE, date_before_on="before_on", date_moved_on="moved_on", date_moved_reason="moved_reason"
    )
    lines = (
        version.books.order_lines.drop("eta_on")
        .pipe(with_due_on, clients=clients)
        .join(standings, on=LINE, how="left", validate="1:1")
        .join(moves, on=LINE, how="left", validate="1:1")
        .join(version.books.closed_orders, on=ORDER, how="left", validate="m:1")
        .join(main_reasons(version.decisions), on=LINE, how="left", validate="1:1")
        .join(kept_reasons(version.reservations), on=LINE, how="left", validate="1:1")
        .pipe(with_last_counted, version.books.first_counts, clients)
        .pipe(_with_prices, version.books)
        .with_columns(
            pl.col("backordered_qty").fill_null(0),
            counted_on=_waited_for_count(),
            queue_place=pl.when(pl.col("open_qty") > 0).then("queue_place"),
            consignee_id=_no_mail_address("consignee_id"),
            warehouse_id=pl.col("warehouse_ids").str.split("|").list.first(),
            status=line_status,
            eta_reason=eta_reason_in_full,
            days_waiting=(pl.lit(as_of.business_date) - pl.col("first_short_on")).dt.total_days(),
        )
    )
    return conform(_with_ship_due_on(lines, clients, version.warehouses), AnalystLine)


def _with_ship_due_on(
    lines: pl.DataFrame, clients: Mapping[str, Client], warehouses: Mapping[str, Warehouse]
) -> pl.DataFrame:
    """`lines` with the last day on which they can leave and are still shipped by due."""
    is_promised = pl.any_horizontal(
        pl.col(name).is_not_null() for name in ("promised_on", "ship_by", "deliver_by")
    )
    local = with_local_date(lines, time_column="ordered_at", name="ordered_on", clients=clients)
    day_after = pl.col("ordered_on").dt.offset_by("1d")
    return (
        local.with_columns(first_on=pl.max_horizontal(day_after, "ship_not_before"))
        .pipe(with_working_day_before, date_column="due_on", name="latest_on", warehouses=warehouses)
        .pipe(add_working_days, date_column="first_on", days=pl.lit(0), name="next_on", warehouses=warehouses)
        .with_columns(
            ship_due_on=pl.when(is_promised).then("latest_on").otherwise("next_on"),
            ordered_at=pl.col("ordered_at").dt.replace_time_zone(None),
        )
    )


def _no_mail_address(name: str) -> pl.Expr:
    """An id, unless a client takes mail addresses for ids."""
    return pl.when(~pl.col(name).str.contains("@", literal=True)).then(name)


def _waited_for_count() -> pl.Expr:
    """The first count that a line waited for: it came after the line, and nothing had begun before."""
    counted_on = pl.col("last_counted_on")
    has_waited = (pl.col("accepted_on") < counted_on) & pl.col("awaits_count").is_null()
    begins = pl.min_horizontal("first_due_on", "first_short_on")
    return pl.when(has_waited & (begins >= counted_on).fill_null(value=True)).then(counted_on)


def _with_prices(lines: pl.DataFrame, books: Books) -> pl.DataFrame:
    """Add what an each costs, and the open units: a price is of one sent unit, units are scaled eaches."""
    units = books.item_units.select("client_id", "sku", uom_eaches="each_qty", sent_uom="uom")
    decimals = books.items.select("client_id", "sku", "decimals")
    scale = pl.lit(10, pl.Int64).pow(pl.col("decimals").fill_null(0))
    return (
        lines.join(units, on=["client_id", "sku", "sent_uom"], how="left")
        .join(decimals, on=["client_id", "sku"], how="left")
        .with_columns(pl.col("uom_eaches").fill_null(1))
        .with_columns(
            open_value=pl.col("open_qty") * pl.col("unit_price") / (pl.col("uom_eaches") * scale),
            each_price=pl.col("unit_price").cast(pl.Decimal(38, 10)) / pl.col("uom_eaches"),
        )
    )
