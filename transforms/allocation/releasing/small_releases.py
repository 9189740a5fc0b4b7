"""Small releases of an order: tonight they wait for more of it, but for its last or what must leave soon.

Quantities of items with different fractions are added up in millionths of a unit. A value counts only where
all that leaves has a price.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import polars as pl

from schemas.table import empty
from transforms.allocation.outcome_frames import LimitedLine
from transforms.keys import LINE
from transforms.units import MILLIONTHS

if TYPE_CHECKING:
    from schemas.night import Books
    from schemas.table import Frame
    from transforms.allocation.demand.waiting import Waiting

LIMITS = ["min_release_qty", "min_release_value", "min_release_until_days"]

urgent_on: pl.Expr = pl.col("last_ship_on") - pl.duration(days=pl.col("min_release_until_days"))
"""From this day a unit no longer waits for more of its order; null: it has no last ship date."""


def limited_lines(waiting: Waiting, books: Books) -> Frame[LimitedLine]:
    """The waiting lines of clients that keep small releases back."""
    limits = waiting.reaches.select(
        "reach", "ships_on", "next_ships_on", *LIMITS, scale=10 ** (MILLIONTHS - pl.col("decimals"))
    )
    limited = limits.filter(pl.any_horizontal(pl.col(LIMITS[:2]).is_not_null()))
    if limited.is_empty():
        return cast("Frame[LimitedLine]", empty(LimitedLine))
    limited_by = (
        waiting.lines.with_columns(order=pl.struct("client_id", "order_id").rle_id())
        .join(limited, on="reach", maintain_order="left")
        .join(books.order_lines.select(*LINE, "unit_price"), on=LINE, how="left", maintain_order="left")
        .select(LimitedLine.names())
    )
    return cast("Frame[LimitedLine]", limited_by)


def lines_of_small(lines: Frame[LimitedLine], leaving: pl.DataFrame) -> pl.Series:
    """The lines of orders of which too little would leave, which is not the last and could still wait.

    Args:
        lines: of clients that keep small releases back.
        leaving: `line` and `leaves_qty`.
    """
    units = pl.col("leaves_qty") * pl.col("scale")
    leaves = pl.col("leaves_qty") > 0
    orders = (
        lines.join(leaving, on="line", how="left", maintain_order="left")
        .with_columns(pl.col("leaves_qty").fill_null(0))
        .group_by("order")
        .agg(
            pl.col(LIMITS).first(),
            completes=(pl.col("rest_qty") == pl.col("leaves_qty")).all(),
            units=units.sum(),
            value=(units * pl.col("unit_price").fill_null(0)).sum(),
            is_priced=pl.col("unit_price").filter(leaves).is_not_null().all(),
            is_urgent=(urgent_on < pl.col("next_ships_on")).filter(leaves).fill_null(value=False).any(),
        )
    )
    small = orders.filter(is_small() & ~pl.col("completes") & ~pl.col("is_urgent"))["order"]
    return lines.filter(pl.col("order").is_in(small.implode()))["line"]


def is_small() -> pl.Expr:
    """Fewer units than the client releases at once, or of less value."""
    few: pl.Expr = pl.col("units") < pl.col("min_release_qty") * 10**MILLIONTHS
    cheap = pl.col("is_priced") & (pl.col("value") < pl.col("min_release_value") * 10**MILLIONTHS)
    is_small: pl.Expr = few.fill_null(value=False) | cheap.fill_null(value=False)
    return is_small
