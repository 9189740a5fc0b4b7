"""When an order is released again that keeps small releases back, and again, until all of it has left.

The rule of tonight (`small_releases`) is asked of every later day on which units of the order can leave, with
what has not left by then: it leaves with the first release that is not small, completes the order, or holds
a unit that may wait no longer. What a line lacks counts on the day of its last unit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import polars as pl

from schemas.table import empty
from schemas.vocabulary.explanations import ReservedReason
from transforms.allocation.outcome_frames import LineToRelease
from transforms.allocation.releasing.small_releases import LIMITS, is_small, limited_lines, urgent_on

if TYPE_CHECKING:
    from schemas.night import Books
    from schemas.table import Frame
    from transforms.allocation.demand.waiting import Waiting
    from transforms.allocation.outcome_frames import ChosenHolding


def units_to_release(chosen: Frame[ChosenHolding], waiting: Waiting, books: Books) -> Frame[LineToRelease]:
    """Lines of clients that keep small releases back, as far as their units stay tonight."""
    lines = limited_lines(waiting, books)
    if lines.is_empty():
        return cast("Frame[LineToRelease]", empty(LineToRelease))
    qty = pl.col("kept_qty") + pl.col("taken_qty")
    is_held = (pl.col("reserved_reason") == ReservedReason.SMALL_RELEASE.value).fill_null(value=False)
    tonight = chosen.group_by("line").agg(
        held_qty=qty.filter(is_held).sum(), leaves_qty=qty.filter("ships").sum()
    )
    counted = (
        lines.join(tonight, on="line", how="left", maintain_order="left")
        .with_columns(pl.col("held_qty", "leaves_qty").fill_null(0))
        .with_columns(later_qty=pl.col("rest_qty") - pl.col("held_qty") - pl.col("leaves_qty"))
    )
    return cast("Frame[LineToRelease]", counted)


def wait_for_more(lines: pl.DataFrame, to_release: Frame[LineToRelease]) -> pl.DataFrame:
    """Lines of orders that keep small releases back have the date of the release that brings their last unit.

    Args:
        lines: `line`, `eta_on` (when all its units could ship) and `eta_reason`.
        to_release: such lines, and what of them stays.
    """
    if to_release.is_empty():
        return lines
    leaving = _leaving_days(_units_by_day(to_release, lines.select("line", "eta_on")))
    dated = lines.join(leaving.with_columns(waits=True), on="line", how="left", maintain_order="left")
    later = (
        pl.col("waits").fill_null(value=False)
        & pl.col("eta_on").is_not_null()
        & (pl.col("leaves_on") > pl.col("eta_on")).fill_null(value=True)
    )
    return dated.with_columns(
        eta_on=pl.when(later).then("leaves_on").otherwise("eta_on"),
        eta_reason=pl.when(later).then(pl.lit("waits for more of its order")).otherwise("eta_reason"),
    )


def _units_by_day(to_release: Frame[LineToRelease], dates: pl.DataFrame) -> pl.DataFrame:
    """The units that stay tonight and the day from which they can leave.

    Args:
        to_release: as `units_to_release`.
        dates: `line` and `eta_on`.

    Returns:
        `line`, `order`, the client's limits, `on` (null: nobody knows), `urgent_on` (from when they no longer
        wait; null: never), `units` (in millionths), `value` and `is_priced`.
    """
    dated = to_release.join(dates, on="line", how="left")
    units = pl.col("qty") * pl.col("scale")
    parts = [
        dated.with_columns(on="ships_on", qty="held_qty"),
        dated.with_columns(on="eta_on", qty="later_qty"),
    ]
    return (
        pl.concat(parts)
        .filter(pl.col("qty") > 0)
        .select(
            "line",
            "order",
            *LIMITS,
            "on",
            urgent_on=pl.when(urgent_on.is_not_null() & pl.col("on").is_not_null()).then(
                pl.max_horizontal("on", urgent_on)
            ),
            units=units,
            value=units * pl.col("unit_price").fill_null(0),
            is_priced=pl.col("unit_price").is_not_null(),
        )
    )


def _leaving_days(units: pl.DataFrame) -> pl.DataFrame:
    """The day on which the last unit of each line leaves, release after release.

    Args:
        units: as `_units_by_day`.

    Returns:
        `line` and `leaves_on`; null: nobody knows.
    """
    left = [units.select("line", leaves_on="on").clear()]
    while units.height:
        released = units.join(_next_releases(units), on="order", how="left")
        leaves = (pl.col("on") <= pl.col("next_on")).fill_null(value=False)
        waits_on = ~leaves & pl.col("next_on").is_not_null()
        gone = released.filter(~waits_on)
        left.append(gone.select("line", leaves_on=pl.when(leaves).then("next_on")))
        units = released.filter(waits_on).drop("next_on")
    last_on = pl.when(pl.col("leaves_on").is_not_null().all()).then(pl.col("leaves_on").max())
    return pl.concat(left).group_by("line").agg(leaves_on=last_on)


def _next_releases(units: pl.DataFrame) -> pl.DataFrame:
    """When orders are next released: the first day with enough units, the last ones, or one that must leave.

    Args:
        units: as `_units_by_day`, what has not left yet.

    Returns:
        `order` and `next_on`; an order that is never released again has no row or a null.
    """
    wanted = units.group_by("order").agg(wanted=pl.col("units").sum())
    days = (
        units.filter(pl.col("on").is_not_null())
        .group_by("order", "on")
        .agg(
            pl.col(LIMITS).first(),
            pl.col("units", "value").sum(),
            pl.col("is_priced").all(),
            pl.col("urgent_on").min(),
        )
        .sort("order", "on")
        .with_columns(
            pl.col("units", "value").cum_sum().over("order"),
            pl.col("is_priced").cum_min().over("order"),
        )
        .join(wanted, on="order")
    )
    is_enough = ~is_small() | (pl.col("units") == pl.col("wanted"))
    return days.group_by("order").agg(
        next_on=pl.min_horizontal(pl.col("on").filter(is_enough).min(), pl.col("urgent_on").min())
    )
