"""What pieces have of tonight's units, pool by pool, and what they leave."""

from __future__ import annotations

import polars as pl

from transforms.allocation.kits import add_kits


def draw_down(
    pools: pl.DataFrame, recipes: pl.DataFrame, drawn: pl.DataFrame, parts: pl.DataFrame, *, qty: str
) -> pl.DataFrame:
    """Pools after `qty` was drawn from them; of a kit pool, that many kits fewer can be made."""
    sums = sum_at(drawn, "pool", qty, rows=pools.height + 1) + sum_at(
        parts, "pool", qty, rows=pools.height + 1
    )
    left = add_kits(recipes, pools["left_qty"] - sums[1:])
    return pools.with_columns((pl.col("left_qty") - left).alias(qty), left_qty=left)


def regain(held: pl.DataFrame, taken: pl.DataFrame, pools: pl.DataFrame) -> pl.DataFrame:
    """Units that a piece gave up and took again there: row (of `held`), piece, pool, again_qty."""
    given_up = held.filter(pl.col("held_qty") > pl.col("kept_qty"))
    shelf = ["warehouse_id", "sku"]
    mine = taken.filter(pl.col("piece").is_in(given_up["piece"].implode()))
    before = pl.col("taken_qty").cum_sum().over("row") - pl.col("taken_qty")
    given_up_qty = pl.col("held_qty") - pl.col("kept_qty")
    return (
        mine.with_columns(pools[name].gather(mine["pool"] - 1) for name in shelf)
        .join(given_up.select("piece", *shelf, "row", "held_qty", "kept_qty"), on=["piece", *shelf])
        .sort("row", "pool")
        .with_columns(again_qty=(given_up_qty - before).clip(0, pl.col("taken_qty")))
        .filter(pl.col("again_qty") > 0)
        .select("row", "piece", "pool", "again_qty")
    )


def join_holdings(kept: pl.DataFrame, taken: pl.DataFrame, again: pl.DataFrame) -> pl.DataFrame:
    """What each piece has in each pool."""
    none = pl.lit(0, pl.Int64)
    if kept.is_empty() and again.is_empty():
        return taken.select("piece", "pool", kept_qty=none, taken_qty="taken_qty", again_qty=none)
    both = pl.concat(
        [
            kept.with_columns(taken_qty=none),
            taken.select("piece", "pool", kept_qty=none, taken_qty="taken_qty"),
        ]
    )
    return (
        both.group_by("piece", "pool")
        .agg(pl.col("kept_qty", "taken_qty").sum())
        .join(again.drop("row"), on=["piece", "pool"], how="left")
        .with_columns(pl.col("again_qty").fill_null(0))
        .sort("piece", "pool")
    )


def sum_at(parts: pl.DataFrame, place: str, qty: str, *, rows: int) -> pl.Series:
    """The sum of `qty` over the `parts` of each row, by the number of the row in `place`; 0 for none."""
    sums = parts.group_by(place).agg(pl.col(qty).sum())
    return pl.zeros(rows, pl.Int64, eager=True).scatter(sums[place], sums[qty]).alias(qty)
