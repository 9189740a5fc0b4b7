"""Who gains and who loses: orders under one policy beside the same orders under the client's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.outputs.simulation import OrderDifference
from schemas.table import conform
from transforms.keys import ORDER
from transforms.simulation.measures import WAITING
from transforms.units import MILLIONTHS

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from transforms.simulation.courses import Course

MILLION = 10**MILLIONTHS


def compare_orders(course: Course, own: Course) -> pl.DataFrame:
    """Orders that are better or worse off in `course` than in `own`, who gains most first.

    Units that are released count night by night, so a unit that leaves ten nights sooner is ten unit
    nights; what is only kept for an order is no gain yet. Where these are equal, the day decides on which
    the order has its last unit: no date is the worst.

    Returns:
        The columns of `OrderDifference`, with `is_gain`.
    """
    ends = _order_ends(course).join(_order_ends(own), on=ORDER, how="full", coalesce=True, suffix="_own")
    took_part = pl.concat(night.part_takers for each in (course, own) for night in each.nights).unique()
    counted = ends.join(took_part, on=ORDER, how="semi").with_columns(
        gained_qty=_gain("sent_qty"),
        gained_unit_nights=_gain("unit_nights"),
        own_ready_on="ready_on_own",
        gained_days=(pl.col("ready_on_own") - pl.col("ready_on")).dt.total_days(),
        place=_day_number("ready_on_own") - _day_number("ready_on"),
    )
    weight = pl.when(pl.col("gained_unit_nights") != 0).then("gained_unit_nights").otherwise("place")
    return (
        counted.filter(weight != 0)
        .with_columns(is_gain=weight > 0, policy=pl.lit(course.name))
        .sort(
            "client_id",
            "gained_unit_nights",
            "gained_qty",
            "place",
            "order_id",
            descending=[False, True, True, True, False],
        )
        .with_columns(
            (pl.col(name) / MILLION).cast(pl.Float64) for name in ("gained_qty", "gained_unit_nights")
        )
    )


def list_differences(differences: pl.DataFrame) -> DataFrame[OrderDifference]:
    """Compared orders as they are handed out."""
    return conform(differences, OrderDifference)


def _order_ends(course: Course) -> pl.DataFrame:
    """Each order at the end of a course: units sent, unit nights so far, and when it is ready."""
    nights = pl.concat(night.sent for night in course.nights)
    unit_nights = nights.group_by(ORDER).agg(unit_nights=pl.col("sent_qty").sum())
    return (
        course.nights[-1]
        .sent.join(unit_nights, on=ORDER, how="left")
        .join(_ready_days(course), on=ORDER, how="left")
    )


def _ready_days(course: Course) -> pl.DataFrame:
    """The night that released an order's last unit, or the latest date believed of its waiting lines.

    No date: a line that waits has none. An order of which nothing waits and nothing was released on
    these nights is no concern of them, and has none either.
    """
    released = pl.concat(
        night.shipments.select(*ORDER, released_on=pl.lit(night.business_date)) for night in course.nights
    )
    last = released.group_by(ORDER).agg(pl.col("released_on").max())
    waiting = (
        course.books.order_lines.filter(pl.sum_horizontal(WAITING) > 0)
        .group_by(ORDER)
        .agg(eta_on=pl.col("eta_on").max(), is_undated=pl.col("eta_on").is_null().any())
    )
    is_undated = pl.col("is_undated").fill_null(value=False)
    return last.join(waiting, on=ORDER, how="full", coalesce=True).select(
        *ORDER, ready_on=pl.when(~is_undated).then(pl.max_horizontal("released_on", "eta_on"))
    )


def _gain(name: str) -> pl.Expr:
    return pl.col(name).fill_null(0) - pl.col(f"{name}_own").fill_null(0)


def _day_number(name: str) -> pl.Expr:
    """A date as a number, none as the end of days."""
    return pl.col(name).cast(pl.Int32).cast(pl.Int64).fill_null(2**31)
