"""What one planned night was like: the facts that figures of one or many nights are counted from.

Quantities are in millionths of a unit, so that those of items with different fractions add up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary.words import AllocationKind
from transforms.keys import ITEM, LINE, ORDER
from transforms.simulation.idle import find_idle_units
from transforms.units import in_millionths

if TYPE_CHECKING:
    from datetime import date

    from schemas.night import AsOf, Books, NightPlan

SENT = ("released_qty", "shipped_qty")
WAITING = ("open_qty", "reserved_qty")


@dataclass(frozen=True)
class NightMeasures:
    """What one night under one policy was like.

    Attributes:
        business_date: the night.
        first_passes: lines due for the first time, with `wanted_qty` and `filled_qty`.
        part_takers: orders that took part in the plan.
        moved_dates: waiting lines whose date is another than the night before, with `is_later`.
        shipments: `order_id`, `warehouse_id`, and `ships_on`, the day on which tonight's releases leave.
        idle: `idle_qty` and of it `idle_reserved_qty`, by client, warehouse and sku.
        rejected_rows: rows of the night's files that were rejected.
        sent: units of each order that have been handed to a warehouse so far, as `sent_qty`.
    """

    business_date: date
    first_passes: pl.DataFrame
    part_takers: pl.DataFrame
    moved_dates: pl.DataFrame
    shipments: pl.DataFrame
    idle: pl.DataFrame
    rejected_rows: pl.DataFrame
    sent: pl.DataFrame


def measure_night(plan: NightPlan, before: Books, *, as_of: AsOf) -> NightMeasures:
    """What a plan does, measured against the books it started from."""
    tonight = as_of.business_date
    lines = plan.books.order_lines.join(
        plan.books.items.select(*ITEM, "decimals"), on=ITEM, how="left", maintain_order="left"
    )
    return NightMeasures(
        business_date=tonight,
        first_passes=_first_passes(lines, before, tonight),
        part_takers=plan.standings.select(ORDER).unique(),
        moved_dates=_moved_dates(plan, before),
        shipments=_shipments(plan),
        idle=find_idle_units(plan.books, plan.standings, tonight),
        rejected_rows=plan.rejected_rows.select("client_id", "feed", "file_hash", "row_no").unique(),
        sent=lines.group_by(ORDER).agg(sent_qty=_millionths(pl.sum_horizontal(SENT)).sum()),
    )


def _first_passes(lines: pl.DataFrame, before: Books, tonight: date) -> pl.DataFrame:
    """Lines that are due tonight for the first time: what is wanted of them, and what they have."""
    was_due = before.order_lines.filter(pl.col("first_due_on").is_not_null()).select(LINE)
    wanted = pl.col("ordered_qty") - pl.col("cancelled_qty")
    return (
        lines.filter(pl.col("first_due_on") == tonight, wanted > 0)
        .join(was_due, on=LINE, how="anti")
        .select(
            *LINE,
            wanted_qty=_millionths(wanted),
            filled_qty=_millionths(pl.min_horizontal(wanted, "first_pass_qty")),
        )
    )


def _moved_dates(plan: NightPlan, before: Books) -> pl.DataFrame:
    """Lines that had a date, still wait, and have another date or none."""
    had = before.order_lines.filter(pl.col("eta_on").is_not_null()).select(*LINE, was_on="eta_on")
    waiting = plan.books.order_lines.filter(pl.sum_horizontal(WAITING) > 0).select(*LINE, "eta_on")
    moved = waiting.join(had, on=LINE).filter(pl.col("eta_on").ne_missing(pl.col("was_on")))
    return moved.select(*LINE, is_later=(pl.col("eta_on") > pl.col("was_on")).fill_null(value=True))


def _shipments(plan: NightPlan) -> pl.DataFrame:
    """Which orders leave which warehouses, and when: what is released on a weekend leaves together."""
    released = plan.allocations.filter(pl.col("kind") == AllocationKind.RELEASE)
    return released.select(*ORDER, "warehouse_id", "ships_on").unique()


def _millionths(qty: pl.Expr) -> pl.Expr:
    return in_millionths(qty, pl.col("decimals"))
