"""What pieces have of tonight's units, pool by pool, and what they leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import polars as pl

from transforms.allocation.demand.policies import KEEPS
from transforms.allocation.supply.kits import add_kits

if TYPE_CHECKING:
    from schemas.table import Frame
    from transforms.allocation.demand.waiting import Waiting
    from transforms.allocation.frames import Option, Pool, Recipe
    from transforms.allocation.outcome_frames import Holding

_is_complete = pl.col("ship_rule") != "partial"


def draw_down(
    pools: pl.DataFrame, recipes: Frame[Recipe], drawn: pl.DataFrame, parts: pl.DataFrame, *, qty: str
) -> pl.DataFrame:
    """Pools after `qty` was drawn from them; of a kit pool, that many kits fewer can be made."""
    sums = sum_at(drawn, "pool", qty, rows=pools.height + 1) + sum_at(
        parts, "pool", qty, rows=pools.height + 1
    )
    left = add_kits(recipes, pools["left_qty"] - sums[1:])
    return pools.with_columns((pl.col("left_qty") - left).alias(qty), left_qty=left)


def regain(held: pl.DataFrame, taken: pl.DataFrame, pools: Frame[Pool]) -> pl.DataFrame:
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


def join_holdings(kept: pl.DataFrame, taken: pl.DataFrame, again: pl.DataFrame) -> Frame[Holding]:
    """What each piece has in each pool."""
    none = pl.lit(0, pl.Int64)
    if kept.is_empty() and again.is_empty():
        return cast(
            "Frame[Holding]",
            taken.select("piece", "pool", kept_qty=none, taken_qty="taken_qty", again_qty=none),
        )
    both = pl.concat(
        [
            kept.with_columns(taken_qty=none),
            taken.select("piece", "pool", kept_qty=none, taken_qty="taken_qty"),
        ]
    )
    return cast(
        "Frame[Holding]",
        (
            both.group_by("piece", "pool")
            .agg(pl.col("kept_qty", "taken_qty").sum())
            .join(again.drop("row"), on=["piece", "pool"], how="left")
            .with_columns(pl.col("again_qty").fill_null(0))
            .sort("piece", "pool")
        ),
    )


def sum_at(parts: pl.DataFrame, place: str, qty: str, *, rows: int) -> pl.Series:
    """The sum of `qty` over the `parts` of each row, by the number of the row in `place`; 0 for none."""
    sums = parts.group_by(place).agg(pl.col(qty).sum())
    return pl.zeros(rows, pl.Int64, eager=True).scatter(sums[place], sums[qty]).alias(qty)


def scattered_groups(held: pl.DataFrame, waiting: Waiting, options: Frame[Option]) -> pl.Series:
    """Groups that must be one shipment and hold units that cannot leave together.

    They lie in several warehouses, or in one that some member may not ship from.

    Args:
        held: one row a piece and warehouse with reserved units: `piece`, `group`, `standing`, `option` (null:
            the line may no longer ship from there) and `warehouse_id`.
        waiting: who waits.
        options: as `list_options`.
    """
    if waiting.reaches["max_shipments"].is_null().all():
        return pl.Series("group", [], pl.Int64)
    is_capped = waiting.reaches["max_shipments"].is_not_null().gather(waiting.pieces["reach"])
    holding = held.filter(pl.col("option").is_not_null() & pl.col("standing").is_in(KEEPS))
    members = waiting.pieces.filter(_is_complete & is_capped).filter(
        pl.col("group").is_in(holding["group"].implode())
    )
    places = (
        holding.join(members.select("group").unique(), on="group", how="semi")
        .group_by("group")
        .agg(pl.col("warehouse_id").first(), places=pl.col("warehouse_id").n_unique())
    )
    listing = (
        members.join(options.select("reach", "warehouse_id").unique(), on="reach")
        .group_by("group", "warehouse_id")
        .agg(listing=pl.len())
        .join(members.group_by("group").agg(members=pl.len()), on="group")
    )
    together = listing.filter(pl.col("listing") == pl.col("members"))
    fit = places.filter(pl.col("places") == 1).join(together, on=["group", "warehouse_id"], how="semi")
    return places.join(fit, on="group", how="anti")["group"]
