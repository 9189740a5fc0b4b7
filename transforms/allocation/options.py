"""Where each piece may draw: the warehouses of its list, and for groups that may not split, their sites."""

from __future__ import annotations

import polars as pl

from transforms.allocation.policies import list_options

OPTIONS = ["piece", "group", "site", "has_sites", "warehouse_id", "option"]
"""Columns of options."""


def draw_options(pieces: pl.DataFrame, holdings: pl.DataFrame, *, is_bound: pl.Expr) -> pl.DataFrame:
    """The warehouses on which each piece may draw.

    Pieces whose group is bound to one warehouse have sites: the warehouses that stand in the list of
    every member, in the order of the first. A group that already has units in one of its sites has
    only that one.

    Args:
        pieces: with `piece`, `group` and `warehouse_ids`.
        holdings: `piece`, `warehouse_id`: where pieces already have units.
        is_bound: true for pieces whose group must draw on one warehouse.

    Returns:
        One row a (piece, warehouse), columns as `OPTIONS`; `site` is 0 for pieces that are not bound, and
        `has_sites` is true where the group has more than one.
    """
    listed = pieces.select("piece", "group", "warehouse_ids", is_bound.alias("is_bound")).join(
        list_options(pieces), on="warehouse_ids", maintain_order="left"
    )
    free = listed.filter(~pl.col("is_bound")).with_columns(
        site=pl.lit(0, pl.Int64), has_sites=pl.lit(value=False)
    )
    bound = listed.filter("is_bound")
    sites = _sites(bound, holdings)
    return pl.concat([free.select(OPTIONS), bound.join(sites, on=["group", "warehouse_id"]).select(OPTIONS)])


def _sites(bound: pl.DataFrame, holdings: pl.DataFrame) -> pl.DataFrame:
    """The sites of each group: `group`, `warehouse_id`, `site`, `has_sites`."""
    members = bound.group_by("group").agg(members=pl.col("piece").n_unique())
    in_use = bound.join(holdings.select("piece", "warehouse_id"), on=["piece", "warehouse_id"], how="semi")
    shared = (
        bound.sort("piece")
        .group_by("group", "warehouse_id")
        .agg(site=pl.col("option").first(), listing=pl.len())
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
