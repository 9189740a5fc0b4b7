"""The SKUs by which a line can be served: the one it orders, then those approved in its place.

A substitute stands in one for one, for one step: what stands in for a substitute does not stand in for the
line. It must be an item that can leave tonight from one of the line's warehouses, and is counted in the same
fractions.
"""

from __future__ import annotations

import polars as pl

from transforms.units import sell_step

ITEM = ["client_id", "sku"]

LIFE_ASKED = ["earliest_on", "min_shelf_life_days"]
"""What a line asks of the life of a lot: the earliest day on which it can leave, and how many days more the
lot must be usable then; null: it can leave tonight, and asks for none."""

_WAY = ["reach", "client_id", "sku", "way", "step", "fences", *LIFE_ASKED]


def list_ways(reaches: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """The ways of each reach, the ordered SKU first.

    Args:
        reaches: as `number_reaches`.
        items: the catalogue.

    Returns:
        One row a way, sorted by reach and way: `reach`, `client_id`, `sku`, `way` (0: as ordered), `step`
        (units of it that are taken together), and the reach's `fences` and what it asks of a lot's life.
    """
    ordered = reaches.with_columns(way=pl.lit(0, pl.Int64)).select(_WAY)
    replaceable = reaches.filter(pl.col("substitutes").is_not_null())
    if replaceable.is_empty():
        return ordered
    sold = items.filter("is_active").select(*ITEM, "decimals", sold_from="available_from", step=sell_step())
    is_sold = (pl.col("sold_from") <= pl.col("latest_on")).fill_null(value=True)
    approved = (
        replaceable.drop("step")
        .rename({"sku": "ordered_sku"})
        .with_columns(sku=pl.col("substitutes").str.split("|"))
        .with_columns(pl.col("sku").list.unique(maintain_order=True))
        .with_columns(way=pl.int_ranges(1, 1 + pl.col("sku").list.len()))
        .explode("sku", "way")
        .join(sold, on=[*ITEM, "decimals"])
        .filter((pl.col("sku") != pl.col("ordered_sku")) & is_sold)
        .select(_WAY)
    )
    return pl.concat([ordered, approved]).sort("reach", "way")
