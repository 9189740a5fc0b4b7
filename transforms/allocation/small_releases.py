"""Small releases of an order: they wait for more of it, until its last or until they must leave.

Quantities of items with different fractions are added up in millionths of a unit. A value counts only where
all that leaves has a price.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.explanations import ReservedReason
from transforms.allocation.lines import LINE
from transforms.units import MILLIONTHS

if TYPE_CHECKING:
    from schemas.night import AsOf, Books
    from transforms.allocation.waiting import Waiting

_LIMITS = ["min_release_qty", "min_release_value", "min_release_until_days"]

_urgent_on: pl.Expr = pl.col("last_ship_on") - pl.duration(days=pl.col("min_release_until_days"))


def limited_lines(waiting: Waiting, books: Books) -> pl.DataFrame:
    """The waiting lines of clients that keep small releases back.

    Returns:
        `line`, `order` (a number), `rest_qty`, `last_ship_on`, `unit_price`, `scale` (millionths in a unit of
        `rest_qty`) and the client's limits.
    """
    limits = waiting.reaches.select("reach", *_LIMITS, scale=10 ** (MILLIONTHS - pl.col("decimals")))
    limited = limits.filter(pl.any_horizontal(pl.col(_LIMITS[:2]).is_not_null()))
    return (
        waiting.lines.with_columns(order=pl.struct("client_id", "order_id").rle_id())
        .join(limited, on="reach", maintain_order="left")
        .join(books.order_lines.select(*LINE, "unit_price"), on=LINE, how="left", maintain_order="left")
        .select("line", "order", "rest_qty", "last_ship_on", "unit_price", "scale", *_LIMITS)
    )


def lines_of_small(lines: pl.DataFrame, leaving: pl.DataFrame, *, as_of: AsOf) -> pl.Series:
    """The lines of orders of which too little would leave, which is not the last and could still wait.

    Args:
        lines: as `limited_lines`.
        leaving: `line` and `leaves_qty`.
        as_of: the night.
    """
    units = pl.col("leaves_qty") * pl.col("scale")
    leaves = pl.col("leaves_qty") > 0
    orders = (
        lines.join(leaving, on="line", how="left", maintain_order="left")
        .with_columns(pl.col("leaves_qty").fill_null(0))
        .group_by("order")
        .agg(
            pl.col(_LIMITS).first(),
            completes=(pl.col("rest_qty") == pl.col("leaves_qty")).all(),
            units=units.sum(),
            value=(units * pl.col("unit_price").fill_null(0)).sum(),
            is_priced=pl.col("unit_price").filter(leaves).is_not_null().all(),
            is_urgent=(_urgent_on <= as_of.business_date).filter(leaves).fill_null(value=False).any(),
        )
    )
    small = orders.filter(_is_small() & ~pl.col("completes") & ~pl.col("is_urgent"))["order"]
    return lines.filter(pl.col("order").is_in(small.implode()))["line"]


def small_orders(chosen: pl.DataFrame, waiting: Waiting, books: Books) -> pl.DataFrame:
    """The lines of orders of which a small release is kept back tonight.

    Args:
        chosen: as `choose_shipments`.
        waiting: who waits.
        books: prices.

    Returns:
        As `limited_lines`, with `held_qty`: the units kept back.
    """
    kept = chosen.filter(pl.col("reserved_reason") == ReservedReason.SMALL_RELEASE.value)
    held = kept.group_by("line").agg(held_qty=(pl.col("kept_qty") + pl.col("taken_qty")).sum())
    if held.is_empty():
        return pl.DataFrame(schema={"line": pl.Int64})
    lines = limited_lines(waiting, books).join(held, on="line", how="left", maintain_order="left")
    is_held = pl.col("held_qty").is_not_null().any().over("order")
    return lines.filter(is_held).with_columns(pl.col("held_qty").fill_null(0))


def wait_for_more(lines: pl.DataFrame, small: pl.DataFrame, *, as_of: AsOf) -> pl.DataFrame:
    """Lines of orders of which a small release is kept back have no date before the next release.

    Args:
        lines: `line`, `own_eta_on` (when all its units could ship), `eta_on` and `eta_reason`.
        small: as `small_orders`.
        as_of: the night.
    """
    if small.is_empty():
        return lines
    waiting = _next_releases(small, lines.select("line", "own_eta_on"), as_of=as_of)
    dated = lines.join(waiting.with_columns(is_small=True), on="line", how="left", maintain_order="left")
    waits = pl.col("is_small") & pl.col("eta_on").is_not_null()
    is_later = waits & (pl.col("next_on").is_null() | (pl.col("next_on") > pl.col("eta_on")))
    later = is_later.fill_null(value=False)
    return dated.with_columns(
        eta_on=pl.when(later).then("next_on").otherwise("eta_on"),
        eta_reason=pl.when(later).then(pl.lit("waits for more of its order")).otherwise("eta_reason"),
    )


def _next_releases(small: pl.DataFrame, dates: pl.DataFrame, *, as_of: AsOf) -> pl.DataFrame:
    """When the orders of which a small release is kept back are next released.

    That is the first day on which enough of the order is there, or all of it, or on which a unit that is
    there may wait no longer.

    Args:
        small: as `small_orders`.
        dates: `line` and `own_eta_on`: when all its units can ship; null: not known.
        as_of: the night.

    Returns:
        `line` and `next_on`; null: nobody knows.
    """
    dated = small.join(dates, on="line", how="left")
    rest_qty = pl.col("rest_qty") - pl.col("held_qty")
    there = [
        dated.with_columns(on=pl.lit(as_of.business_date), qty="held_qty"),
        dated.with_columns(on="own_eta_on", qty=rest_qty).filter(pl.col("on").is_not_null()),
    ]
    wanted = dated.group_by("order").agg(wanted=(pl.col("rest_qty") * pl.col("scale")).sum())
    units = pl.col("qty") * pl.col("scale")
    days = (
        pl.concat(there)
        .filter(pl.col("qty") > 0)
        .group_by("order", "on")
        .agg(
            pl.col(_LIMITS).first(),
            units=units.sum(),
            value=(units * pl.col("unit_price").fill_null(0)).sum(),
            is_priced=pl.col("unit_price").is_not_null().all(),
            urgent_on=pl.when(_urgent_on.is_not_null()).then(pl.max_horizontal("on", _urgent_on)).min(),
        )
        .sort("order", "on")
        .with_columns(
            pl.col("units", "value").cum_sum().over("order"),
            pl.col("is_priced").cum_min().over("order"),
        )
        .join(wanted, on="order", maintain_order="left")
    )
    is_enough = ~_is_small() | (pl.col("units") == pl.col("wanted"))
    released = days.group_by("order").agg(
        next_on=pl.min_horizontal(pl.col("on").filter(is_enough).min(), pl.col("urgent_on").min())
    )
    return dated.select("line", "order").join(released, on="order").select("line", "next_on")


def _is_small() -> pl.Expr:
    """Fewer units than the client releases at once, or of less value."""
    few: pl.Expr = pl.col("units") < pl.col("min_release_qty") * 10**MILLIONTHS
    cheap = pl.col("is_priced") & (pl.col("value") < pl.col("min_release_value") * 10**MILLIONTHS)
    is_small: pl.Expr = few.fill_null(value=False) | cheap.fill_null(value=False)
    return is_small
