"""Kits of later days: when so many more of them can be made, as the parts come."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import polars as pl

from transforms.allocation.supply.fences import COMMON
from transforms.allocation.supply.kits import MADE, count_kits

if TYPE_CHECKING:
    from schemas.table import Frame
    from transforms.allocation.frames import Pool, Recipe
    from transforms.allocation.outcome_frames import Cell

COMES = ["available_on", "is_late", "asn_id", "asn_line_no"]
"""What tells apart when units come, and what announced them."""


def lay_out_kits(
    cells: Frame[Cell], recipes: Frame[Recipe], pools: Frame[Pool]
) -> tuple[Frame[Cell], Frame[Recipe]]:
    """The dated axis of every kit pool: a cell each time when more of a part is there.

    Args:
        cells: those of the parts, as `lay_out_future`.
        recipes: of pools.
        pools: those of the kits among them.

    Returns:
        Cells, numbered after `cells`: `qty` kits more than by the cell before; and recipes of cells: all that
        is there of the parts by then.
    """
    given = recipes.rename({"pool": "part_pool"}).join(cells.rename({"pool": "part_pool"}), on="part_pool")
    comes = given.select("kit", *COMES).unique().sort("kit", *COMES, nulls_last=False)
    turns = comes.with_columns(turn=pl.int_range(pl.len()))
    came = given.join(turns, on=["kit", *COMES], nulls_equal=True)
    parts = recipes.group_by("kit").agg(parts=pl.col("part").max())
    by_then = (
        turns.select("kit", by="turn")
        .join(came, on="kit")
        .filter(pl.col("turn") <= pl.col("by"))
        .join(parts, on="kit")
        .filter(pl.col("part").n_unique().over("by") == pl.col("parts"))
        .with_columns(kit_cell=cells.height + pl.col("by").rank("dense").cast(pl.Int64))
        .sort("kit_cell", "part", "turn", pl.col("fence") == COMMON, "fence", "life")
    )
    whole = count_kits(by_then, "kit_cell", "by")
    dated = (
        turns.rename({"turn": "by"})
        .join(whole, on="by")
        .join(pools.select("available_from", "ships_on", kit="pool"), on="kit", how="left")
        .sort("kit_cell")
        .with_columns(
            qty=pl.col("qty") - pl.col("qty").shift(1, fill_value=0).over("kit"),
            date=pl.max_horizontal("ships_on", "available_on", "available_from"),
            fence=pl.lit(MADE, pl.Int64),
            life=pl.lit(0, pl.Int64),
            cell="kit_cell",
            pool="kit",
        )
    )
    recipes_of_cells = by_then.select("part", "per", kit="kit_cell", pool="cell")
    return cast("Frame[Cell]", dated.select(cells.columns)), cast("Frame[Recipe]", recipes_of_cells)
