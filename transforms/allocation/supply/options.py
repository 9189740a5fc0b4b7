"""Where each piece may draw: the pools its line reaches, and for groups that may not split, their sites."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import polars as pl

from transforms.allocation.supply.fences import COMMON, is_open_to
from transforms.allocation.supply.kits import MADE
from transforms.allocation.supply.pools import POOL
from transforms.keys import SHELF

if TYPE_CHECKING:
    from schemas.table import Frame
    from transforms.allocation.frames import Option, Pool, ReachPlace, Way
    from transforms.allocation.outcome_frames import PieceWarehouse
    from transforms.allocation.supply.pools import Shelves

NO_POOL = 0
"""Number of the pool that stands for every pool in which nothing is."""


def list_places(reaches: pl.DataFrame) -> Frame[ReachPlace]:
    """The warehouses of each reach, in the order of its list.

    A warehouse that a list names twice counts where it stands first.
    """
    placed = (
        reaches.select("reach", warehouse_id=pl.col("warehouse_ids").str.split("|"))
        .with_columns(pl.col("warehouse_id").list.unique(maintain_order=True))
        .with_columns(place=pl.int_ranges(pl.col("warehouse_id").list.len()))
        .explode("warehouse_id", "place")
    )
    return cast("Frame[ReachPlace]", placed)


def list_options(
    places: Frame[ReachPlace], ways: Frame[Way], kits: pl.DataFrame, pools: Frame[Pool], shelves: Shelves
) -> Frame[Option]:
    """The pools on which each reach may draw.

    The ordered SKU comes before substitutes, units that stand there before kits yet to be made, then by
    warehouse, own fences before common stock, then by life.

    Args:
        places: the warehouses of each reach.
        ways: the SKUs by which it can be served.
        kits: as `list_kits`, with the number of their `pool`; those that have a recipe.
        pools: all of them.
        shelves: how units are told apart.

    Returns:
        Sorted by reach and in the order of drawing; with `NO_POOL` where nothing is.
    """
    most_places = 1 + places.select(pl.col("place").max().fill_null(0)).item()
    standing = pools.filter(pl.col("fence") != MADE) if kits.height else pools
    near = (
        ways.join(places, on="reach", maintain_order="left_right")
        .pipe(shelves.with_least_life)
        .with_columns(option=2 * pl.col("way") * most_places + pl.col("place"))
        .join(standing.select(*POOL, "pool", "until"), on=SHELF, how="left", maintain_order="left")
    )
    lasting = near.filter((pl.col("life") >= pl.col("least_life")).fill_null(value=True))
    listed = lasting.select(
        "reach", "option", "way", "sku", "step", "warehouse_id", "life",
        pl.col("pool").fill_null(NO_POOL),
        pl.col("fence").fill_null(COMMON),
        opens_on=pl.when(~is_open_to(pl.col("fences"))).then("until"),
    )  # fmt: skip
    if kits.height:
        option = (2 * pl.col("way") + 1) * most_places + pl.col("place")
        made = kits.with_columns(option=option, opens_on=pl.lit(None, pl.Date))
        listed = pl.concat([listed, made.select(listed.columns)])
    is_common = pl.col("fence") == COMMON
    if listed.select(is_common.all() & (pl.col("life").max().fill_null(0) == 0)).item():
        return cast("Frame[Option]", listed.drop("life"))
    return cast("Frame[Option]", listed.sort("reach", "option", is_common, "fence", "life").drop("life"))


def draw_options(
    pieces: pl.DataFrame, options: pl.DataFrame, begun: Frame[PieceWarehouse], *, is_bound: pl.Expr
) -> pl.DataFrame:
    """The options of each piece.

    Pieces whose group is bound to one warehouse have sites: the warehouses that stand in the list of
    every member, in the order of the first. A group that already has units in one of its sites has
    only that one.

    Args:
        pieces: with `piece`, `group` and `reach`.
        options: as `list_options`.
        begun: where pieces already have units.
        is_bound: true for pieces whose group must draw on one warehouse.

    Returns:
        `pieces`, one row an option, with `option`, `pool`, `site` (0 for pieces that are not bound) and
        `has_sites` (the group has more than one). The rows of a group stand together, in it those of a
        site, in it those of a piece in the order of its options.
    """
    listed = _with_options(pieces, options)
    bound = listed.filter(is_bound)
    if bound.is_empty():
        return listed.drop("warehouse_id").with_columns(
            site=pl.lit(0, pl.Int64), has_sites=pl.lit(value=False)
        )
    free = listed.filter(~is_bound).with_columns(
        site=pl.lit(0, pl.Int64), has_sites=pl.lit(value=False), first="piece"
    )
    sited = bound.join(_sites(bound, begun), on=["group", "warehouse_id"]).with_columns(
        first=pl.col("piece").min().over("group")
    )
    together = pl.concat([free, sited.select(free.columns)]).sort(
        "first", "site", "piece", "option", maintain_order=True
    )
    return together.drop("warehouse_id", "first")


def _with_options(pieces: pl.DataFrame, options: pl.DataFrame) -> pl.DataFrame:
    """One row an option of a piece; without a join where every reach has one option, as most nights do."""
    is_one_each = (options["reach"] == pl.int_range(options.height, eager=True)).all()
    if is_one_each and not (pieces["reach"] >= options.height).any():
        return pieces.with_columns(
            options[name].gather(pieces["reach"]) for name in options.columns if name != "reach"
        )
    return pieces.join(options, on="reach", maintain_order="left_right")


def _sites(bound: pl.DataFrame, begun: Frame[PieceWarehouse]) -> pl.DataFrame:
    """The sites of each group: `group`, `warehouse_id`, `site`, `has_sites`."""
    members = bound.group_by("group").agg(members=pl.col("piece").n_unique())
    in_use = bound.join(begun, on=["piece", "warehouse_id"], how="semi")
    shared = (
        bound.sort("piece", maintain_order=True)
        .group_by("group", "warehouse_id")
        .agg(site=pl.col("option").first(), listing=pl.col("piece").n_unique())
        .join(members, on="group")
        .filter(pl.col("listing") == pl.col("members"))
    )
    used = (
        shared.join(in_use, on=["group", "warehouse_id"], how="semi")
        .sort("site")
        .group_by("group")
        .agg(used=pl.col("site").first())
    )
    return (
        shared.join(used, on="group", how="left")
        .filter(pl.col("used").is_null() | (pl.col("site") == pl.col("used")))
        .select("group", "warehouse_id", "site", has_sites=pl.len().over("group") > 1)
    )
