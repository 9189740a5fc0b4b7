"""Figures of a policy from the nights it was planned on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.outputs.simulation import PolicyFigure
from schemas.table import conform
from transforms.keys import LINE, ORDER
from transforms.simulation.measures import WAITING
from transforms.units import MILLIONTHS

if TYPE_CHECKING:
    from collections.abc import Collection

    from pandera.typing.polars import DataFrame

    from transforms.simulation.courses import Course

AGES = (3, 10, 30)
"""Days; a line that waits longer is counted under each that it exceeds."""

MILLION = 10**MILLIONTHS
COUNTS = (
    "due_lines", "due_orders", "filled_lines", "filled_orders", "orders", "complete_orders", "waiting_lines",
    "over_3_lines", "over_10_lines", "over_30_lines", "later_dates", "earlier_dates", "shipments",
    "shipped_orders", "rejected_rows",
)  # fmt: skip
UNITS = ("due_qty", "filled_qty", "idle_qty", "idle_reserved_qty")


def sum_up_course(
    course: Course, differences: pl.DataFrame, *, clients: Collection[str]
) -> DataFrame[PolicyFigure]:
    """One row for each client: its nights under the course's policy, in figures.

    Args:
        course: at its end.
        differences: orders that are better or worse off than under the own policy, as `compare_orders`
            gives them.
        clients: who is to have a row, also where nothing happened.
    """
    parts = [
        _first_pass(course),
        _completion(course),
        _waiting(course),
        _dates(course),
        _shipments(course),
        _idle(course),
        _rejections(course),
        _changes(differences),
    ]
    figures = pl.DataFrame({"client_id": pl.Series(sorted(clients), dtype=pl.String)})
    for part in parts:
        figures = figures.join(part, on="client_id", how="left", maintain_order="left")
    counted = figures.with_columns(
        pl.col(*COUNTS, "gaining_orders", "losing_orders").fill_null(0).cast(pl.Int64),
        *((pl.col(name).fill_null(0) / MILLION).cast(pl.Float64).alias(name) for name in UNITS),
        policy=pl.lit(course.name),
        nights=pl.lit(len(course.nights), pl.Int64),
    )
    return conform(
        counted.with_columns(
            (pl.col("idle_qty", "idle_reserved_qty") / len(course.nights)),
            unit_pct=_share("filled_qty", "due_qty"),
            line_pct=_share("filled_lines", "due_lines"),
            order_pct=_share("filled_orders", "due_orders"),
            order_shipments=pl.when(pl.col("shipped_orders") > 0).then(
                (pl.col("shipments") / pl.col("shipped_orders")).round(3)
            ),
        ),
        PolicyFigure,
    )


def _share(part: str, whole: str) -> pl.Expr:
    """In percent; nothing where there is no whole."""
    return pl.when(pl.col(whole) > 0).then((100 * pl.col(part) / pl.col(whole)).round(2))


def _first_pass(course: Course) -> pl.DataFrame:
    """Lines, orders and units on the nights they were due for the first time; an order by its lines."""
    lines = pl.concat(
        night.first_passes.with_columns(night=pl.lit(place)) for place, night in enumerate(course.nights)
    ).with_columns(is_filled=pl.col("filled_qty") == pl.col("wanted_qty"))
    orders = lines.group_by(*ORDER, "night").agg(
        pl.col("wanted_qty", "filled_qty").sum(),
        lines=pl.len(),
        filled_lines=pl.col("is_filled").sum(),
    )
    return orders.group_by("client_id").agg(
        due_qty=pl.col("wanted_qty").sum(),
        filled_qty=pl.col("filled_qty").sum(),
        due_lines=pl.col("lines").sum(),
        filled_lines=pl.col("filled_lines").sum(),
        due_orders=pl.len(),
        filled_orders=(pl.col("filled_lines") == pl.col("lines")).sum(),
    )


def _completion(course: Course) -> pl.DataFrame:
    """Orders that took part on any night, and those of them that have all they can ever get."""
    orders = pl.concat(night.part_takers for night in course.nights).unique()
    states = course.books.order_lines.group_by(ORDER).agg(
        waiting=pl.sum_horizontal(WAITING).sum(), out=pl.sum_horizontal("released_qty", "shipped_qty").sum()
    )
    is_complete = (pl.col("waiting") == 0) & (pl.col("out") > 0)
    return (
        orders.join(states, on=ORDER)
        .group_by("client_id")
        .agg(orders=pl.len(), complete_orders=is_complete.sum())
    )


def _waiting(course: Course) -> pl.DataFrame:
    """Lines that wait at the end, by the days since they were first short."""
    end = pl.lit(course.nights[-1].business_date)
    waiting = course.books.order_lines.filter(pl.sum_horizontal(WAITING) > 0).with_columns(
        days=(end - pl.col("first_short_on")).dt.total_days()
    )
    return waiting.group_by("client_id").agg(
        waiting_lines=pl.len(),
        **{f"over_{age}_lines": (pl.col("days") > age).sum() for age in AGES},
        oldest_days=pl.col("days").max(),
    )


def _dates(course: Course) -> pl.DataFrame:
    """How often the dates of waiting lines moved."""
    moved = pl.concat(night.moved_dates.select(*LINE, "is_later") for night in course.nights)
    return moved.group_by("client_id").agg(
        later_dates=pl.col("is_later").sum(), earlier_dates=(~pl.col("is_later")).sum()
    )


def _shipments(course: Course) -> pl.DataFrame:
    """Days and warehouses on which orders ship; two nights whose releases leave together are one."""
    shipments = pl.concat(night.shipments for night in course.nights).unique()
    return shipments.group_by("client_id").agg(
        shipments=pl.len(), shipped_orders=pl.col("order_id").n_unique()
    )


def _idle(course: Course) -> pl.DataFrame:
    """Units idle beside a waiting line, added up over the nights."""
    idle = pl.concat(night.idle for night in course.nights)
    return idle.group_by("client_id").agg(pl.col("idle_qty", "idle_reserved_qty").sum())


def _rejections(course: Course) -> pl.DataFrame:
    """Rows that were rejected, added up over the nights."""
    rejected = pl.concat(night.rejected_rows for night in course.nights)
    return rejected.group_by("client_id").agg(rejected_rows=pl.len())


def _changes(differences: pl.DataFrame) -> pl.DataFrame:
    """Orders that are better and worse off than under the own policy."""
    return differences.group_by("client_id").agg(
        gaining_orders=pl.col("is_gain").sum(), losing_orders=(~pl.col("is_gain")).sum()
    )
