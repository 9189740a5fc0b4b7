"""Kits: what could be made of parts is a pool of its own, and draws on those in which the parts stand.

A kit pool is counted in kits and belongs to the shelf of the kit's SKU; lines that may draw on the same units
of the parts share it. A recipe says which pools give a kit pool its parts. Where units are given out, a claim
on a kit pool becomes claims on the pools of its parts; what these take is told beside the kits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import polars as pl

from transforms.allocation.frames import Recipe
from transforms.allocation.solver.engine import UNLESS_STATED, serve
from transforms.allocation.supply.fences import COMMON, is_open_to
from transforms.allocation.supply.supplies import LIFE_ASKED
from transforms.keys import SHELF
from transforms.kits import list_parts

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.books.catalogue import Item
    from schemas.table import Frame
    from transforms.allocation.frames import Option, PartWay, Pool, ReachedPool, ReachPlace, Way
    from transforms.allocation.outcome_frames import Drawn, Holding
    from transforms.allocation.supply.pools import Shelves

MADE = 1_000_000
"""The number that stands among those of fences for units that are yet to be made."""


def list_part_ways(ways: Frame[Way], items: DataFrame[Item]) -> Frame[PartWay]:
    """The parts of which the ways of each reach are made.

    Args:
        ways: as `list_ways`.
        items: the catalogue of clients whose kits are made.
    """
    parts = list_parts(items).rename({"sku": "kit_sku", "part_sku": "sku", "per_kit": "per"})
    made_of = (
        ways.rename({"sku": "kit_sku"})
        .join(parts, on=["client_id", "kit_sku"])
        .with_columns(
            variant=pl.struct("fences", *LIFE_ASKED).rank("dense").over("client_id", "kit_sku").cast(pl.Int64)
        )
        .sort("reach", "way", "part")
    )
    return cast("Frame[PartWay]", made_of)


def list_kits(part_ways: Frame[PartWay], places: Frame[ReachPlace]) -> pl.DataFrame:
    """The kits that a reach could be served with, in each of its warehouses.

    Returns:
        `reach`, `way`, `step`, `place`, and the key of the kit's pool.
    """
    kits = part_ways.filter(pl.col("part") == 1).join(places, on="reach")
    fence = pl.lit(MADE, pl.Int64)
    return kits.select(
        "reach",
        "way",
        "step",
        "place",
        "client_id",
        "warehouse_id",
        sku="kit_sku",
        fence=fence,
        life="variant",
    )


def write_recipes(
    kits: pl.DataFrame, part_ways: Frame[PartWay], pools: Frame[Pool], shelves: Shelves
) -> Frame[Recipe]:
    """Which pools give each kit pool its parts; a kit of which a part has no pool has no recipe.

    Args:
        kits: as `list_kits`, with the number of their `pool`.
        part_ways: the parts of which they are made.
        pools: those in which the parts stand.
        shelves: how units are told apart.
    """
    made = kits.select("client_id", "warehouse_id", kit_sku="sku", variant="life", kit="pool").unique()
    parts = part_ways.select(
        "client_id", "kit_sku", "variant", "sku", "part", "per", "fences", *LIFE_ASKED
    ).unique()
    given = (
        made.join(parts, on=["client_id", "kit_sku", "variant"])
        .pipe(shelves.with_least_life)
        .join(pools.select(*SHELF, "fence", "life", "pool"), on=SHELF)
        .filter(is_open_to(pl.col("fences")) & (pl.col("life") >= pl.col("least_life")))
        .sort("kit", "part", pl.col("fence") == COMMON, "fence", "life")
    )
    asked = parts.group_by("client_id", "kit_sku", "variant").agg(parts=pl.len())
    is_whole = pl.col("part").n_unique().over("kit") == pl.col("parts")
    counted = given.join(asked, on=["client_id", "kit_sku", "variant"], maintain_order="left")
    return cast("Frame[Recipe]", counted.filter(is_whole).select(Recipe.names()).cast(Recipe.dtypes()))


def add_kits(recipes: Frame[Recipe], qty: pl.Series) -> pl.Series:
    """`qty` by the number of the pool, from 1, where a kit pool has as many as can be made of its parts'."""
    if recipes.is_empty():
        return qty
    kits = count_kits(recipes.with_columns(qty.gather(recipes["pool"] - 1).alias("qty")), "kit")
    return qty.clone().scatter(kits["kit"] - 1, kits["qty"])


def count_kits(parts: pl.DataFrame, *key: str) -> pl.DataFrame:
    """How many whole kits these units make: one row a key with `qty`.

    Args:
        parts: `qty` units of `part`, of which `per` go into a kit.
        key: what tells the kits apart.
    """
    by_part = parts.group_by(*key, "part").agg(pl.col("qty").sum() // pl.col("per").first())
    return by_part.group_by(key).agg(pl.col("qty").min())


def serve_with_parts(
    claims: pl.DataFrame, recipes: Frame[Recipe], stock: pl.Series
) -> tuple[pl.Series, pl.DataFrame]:
    """Units that each claim takes when all groups are served in order; kits of a kit pool.

    Args:
        claims: as for `serve`.
        recipes: which pools give each kit pool its parts.
        stock: units by the number of the pool, from 0.

    Returns:
        Units by claim; and what kits took of their parts: `claim` (its row), `pool` and `qty`.
    """
    none = pl.DataFrame(schema={"claim": pl.Int64, "pool": pl.Int64, "qty": pl.Int64})
    if recipes.is_empty():
        return serve(claims), none
    option = pl.col("option") if "option" in claims.columns else UNLESS_STATED["option"]
    is_part = pl.col("part").is_not_null()
    drawing = (
        claims.with_columns(claim=pl.int_range(pl.len()))
        .join(
            recipes.rename({"pool": "part_pool", "kit": "pool"}),
            on="pool",
            how="left",
            maintain_order="left_right",
        )
        .with_columns(
            pool=pl.coalesce("part_pool", "pool"),
            option=pl.when(is_part).then(-1 - pl.col("claim")).otherwise(option),
        )
        .drop("part_pool")
    )
    of_part = stock.gather(drawing["pool"])
    drawing = drawing.with_columns(
        stock=pl.when(is_part).then(of_part).otherwise("stock"),
        part=pl.col("part").fill_null(0),
        per=pl.col("per").fill_null(1),
    )
    taken = drawing.select("claim", "pool", "part", "per", qty=serve(drawing))
    units = (
        taken.filter(pl.col("part") <= 1).group_by("claim").agg(pl.col("qty").sum() // pl.col("per").first())
    )
    by_claim = pl.zeros(claims.height, pl.Int64, eager=True).scatter(units["claim"], units["qty"])
    return by_claim.alias("taken"), taken.filter((pl.col("part") > 0) & (pl.col("qty") > 0)).select(
        none.columns
    )


def draw_parts(holdings: Frame[Holding], parts: pl.DataFrame, recipes: Frame[Recipe]) -> Frame[Drawn]:
    """Holdings by the pools in which their units stand: parts in place of the kits that are made of them.

    Args:
        holdings: as `Tonight.holdings`.
        parts: `piece`, `kit` (the kit's pool), `pool`, `kept_qty` and `taken_qty`.
        recipes: which pools give each kit pool its parts.

    Returns:
        As `holdings`; where there are recipes, with `kit`: the pool of the kits for which these units are
        parts, else null.
    """
    if recipes.is_empty():
        return cast("Frame[Drawn]", holdings)
    again = holdings.select("piece", "again_qty", kit="pool")
    before = pl.col("taken_qty").cum_sum().over("piece", "kit", "part") - pl.col("taken_qty")
    given_up_qty = pl.col("again_qty") * pl.col("per")
    of_kits = (
        parts.join(recipes, on=["kit", "pool"])
        .join(again, on=["piece", "kit"])
        .sort("piece", "kit", "part", "pool")
        .with_columns(again_qty=(given_up_qty - before).clip(0, pl.col("taken_qty")))
    )
    whole = holdings.filter(~pl.col("pool").is_in(recipes["kit"].unique().implode()))
    columns = ["piece", "pool", "kept_qty", "taken_qty", "again_qty", "kit"]
    return cast(
        "Frame[Drawn]",
        pl.concat(
            [whole.with_columns(kit=pl.lit(None, pl.Int64)).select(columns), of_kits.select(columns)]
        ).sort("piece", "kit", "pool", nulls_last=False),
    )


def reached_pools(options: Frame[Option], recipes: Frame[Recipe]) -> Frame[ReachedPool]:
    """The pools whose units may serve each reach, parts in place of kits."""
    reached = options.select("reach", "pool")
    if recipes.is_empty():
        return cast("Frame[ReachedPool]", reached)
    of_kits = reached.rename({"pool": "kit"}).join(recipes, on="kit").select("reach", "pool")
    whole = reached.filter(~pl.col("pool").is_in(recipes["kit"].unique().implode()))
    return cast("Frame[ReachedPool]", pl.concat([whole, of_kits]).unique(maintain_order=True))
