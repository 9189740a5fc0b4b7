"""What lines found at their turn: what was taken before, what was their own, and what filled no multiple."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from transforms.allocation.solver.bounds import run_before
from transforms.allocation.supply.kits import count_kits, reached_pools
from transforms.allocation.tonight.serving import is_complete

if TYPE_CHECKING:
    from schemas.table import Frame
    from transforms.allocation.frames import Option, Reach, Way
    from transforms.allocation.tonight.serving import Tonight


def units_ahead(shorts: pl.DataFrame, options: Frame[Option], tonight: Tonight) -> pl.DataFrame:
    """Units that groups served before a piece newly took from its pools: `piece`, `ahead_qty`."""
    return _taken_ahead(shorts, options, tonight).select("piece", "ahead_qty")


def _taken_ahead(shorts: pl.DataFrame, options: Frame[Option], tonight: Tonight) -> pl.DataFrame:
    """What was newly taken of each pool before a piece's turn: `piece`, `pool`, `ahead_qty`.

    Lines that share a tier are served in one turn; all that its lines take, their own too, is ahead. Ahead
    in a kit pool are the kits that could be made before and at its turn no more.
    """
    recipes = tonight.recipes
    ahead = _drawn_ahead(shorts, reached_pools(options, recipes), tonight)
    if recipes.is_empty():
        return ahead
    pieces = shorts.select("piece", "reach").join(options.select("reach", "pool"), on="reach")
    began = tonight.pools.select("pool", began_qty=pl.col("usable_qty") - pl.col("kept_qty"))
    at_turn = (
        pieces.rename({"pool": "kit"})
        .join(recipes, on="kit")
        .join(ahead, on=["piece", "pool"], how="left")
        .join(began, on="pool")
        .with_columns(qty=pl.col("began_qty") - pl.col("ahead_qty").fill_null(0))
    )
    kits = count_kits(at_turn, "piece", "kit").join(began.rename({"pool": "kit"}), on="kit")
    of_kits = kits.select("piece", pool="kit", ahead_qty=pl.col("began_qty") - pl.col("qty"))
    of_pools = ahead.join(pieces, on=["piece", "pool"], how="semi")
    return pl.concat([of_pools, of_kits]).filter(pl.col("ahead_qty") > 0)


def _drawn_ahead(shorts: pl.DataFrame, reached: pl.DataFrame, tonight: Tonight) -> pl.DataFrame:
    """What was newly drawn from each pool in which units stand before a piece's turn."""
    turns = tonight.pieces["turn"]
    taken = tonight.drawn.filter(pl.col("taken_qty") > 0)
    by_turn = taken.select(
        "pool", turns.gather(taken["piece"]), pl.lit(None, pl.Int64).alias("piece"), qty="taken_qty",
        bit=pl.lit(1, pl.Int64),
    )  # fmt: skip
    shares = pl.when(pl.col("tier").is_null()).then(0).otherwise(2).cast(pl.Int64)
    asking = shorts.select("piece", "reach", "turn", bit=shares).join(reached, on="reach")
    asked = asking.filter(pl.col("pool").is_in(by_turn["pool"].unique().implode())).select(
        "pool", "turn", "piece", pl.lit(0, pl.Int64).alias("qty"), "bit"
    )
    key = (pl.col("pool") * (2 * len(turns)) + pl.col("turn")) * 3 + pl.col("bit")
    return (
        pl.concat([by_turn.filter(pl.col("pool").is_in(asked["pool"].unique().implode())), asked])
        .with_columns(key=key)
        .sort("key")
        .with_columns(begins=pl.col("pool").ne_missing(pl.col("pool").shift()))
        .with_columns(ahead_qty=run_before("qty", "begins"))
        .filter(pl.col("piece").is_not_null() & (pl.col("ahead_qty") > 0))
        .select("piece", "pool", "ahead_qty")
    )


def own_units(shorts: pl.DataFrame, tonight: Tonight) -> pl.DataFrame:
    """Units that the piece's own line keeps, and that its pieces took in the turns counted as ahead."""
    several = tonight.pieces.filter(pl.col("line") == pl.col("line").shift())["line"]
    pieces = tonight.pieces.select("line", "turn", is_shared=pl.col("tier").is_not_null())
    own = tonight.holdings.with_columns(
        pieces[name].gather(tonight.holdings["piece"]).alias(name) for name in pieces.columns
    ).filter((pl.col("kept_qty") > 0) | pl.col("is_shared") | pl.col("line").is_in(several.implode()))
    is_ahead = (pl.col("turn_own") < pl.col("turn")) | (
        pl.col("is_shared") & (pl.col("turn_own") == pl.col("turn"))
    )
    return (
        shorts.select("piece", "turn", "line")
        .join(own.drop("piece"), on="line", suffix="_own")
        .select(
            "piece",
            line_kept_qty="kept_qty",
            line_ahead_qty=pl.when(is_ahead).then("taken_qty").otherwise(0),
        )
    )


def unfit_units(
    shorts: pl.DataFrame, reaches: Frame[Reach], ways: Frame[Way], options: Frame[Option], tonight: Tonight
) -> pl.DataFrame:
    """What lines in parts found at their turn, fewer than a multiple of: `unfit_qty`.

    Of a line that may not split only its own warehouse counts, once it has one.
    """
    stepped = ways.filter(pl.col("step") > 1)["reach"].unique()
    if stepped.is_empty():
        return pl.DataFrame(schema={"piece": pl.Int64, "unfit_qty": pl.Int64})
    is_stepped = pl.col("reach").is_in(stepped.implode()) & ~is_complete & pl.col("may_serve")
    by_step = shorts.filter(is_stepped)
    by_step = by_step.with_columns(reaches["split"].gather(by_step["reach"]))
    begun = tonight.holdings.join(
        by_step.filter(pl.col("split") == "false").select("piece"), on="piece", how="semi"
    )
    places = begun.select("piece", tonight.pools["warehouse_id"].gather(begun["pool"] - 1)).unique()
    near = by_step.select("piece", "reach", "tier").join(
        options.select("reach", "pool", "warehouse_id"), on="reach"
    )
    elsewhere = near.join(places.select("piece").unique(), on="piece", how="semi").join(
        places, on=["piece", "warehouse_id"], how="anti"
    )
    seen = (
        near.join(elsewhere, on=["piece", "pool"], how="anti")
        .join(tonight.pools.select("pool", found_qty=pl.col("usable_qty") - pl.col("kept_qty")), on="pool")
        .join(_taken_ahead(by_step, options, tonight), on=["piece", "pool"], how="left")
        .join(tonight.holdings.select("piece", "pool", "taken_qty"), on=["piece", "pool"], how="left")
    )
    own_qty = pl.when(pl.col("tier").is_null()).then(pl.col("taken_qty").fill_null(0)).otherwise(0)
    return seen.select("piece", unfit_qty=pl.col("found_qty") - pl.col("ahead_qty").fill_null(0) - own_qty)
