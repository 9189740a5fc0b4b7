"""The SKUs by which a line can be served: the one it orders, its successors, then approved ones.

Once the ordered SKU is gone, its successors stand in for it (`successors`). A substitute stands in one for
one, for one step: what stands in for a substitute does not stand in for the line. Either must be an item
that can leave tonight from one of the line's warehouses, and is counted in the same fractions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import polars as pl

from transforms.allocation.supply.successors import list_successors
from transforms.allocation.supply.supplies import LIFE_ASKED
from transforms.keys import ITEM
from transforms.units import sell_step

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.books.catalogue import Item
    from schemas.table import Frame
    from transforms.allocation.frames import Expected, NumberedReach, Way


_WAY = ["reach", "client_id", "sku", "way", "step", "fences", *LIFE_ASKED]


def list_ways(reaches: Frame[NumberedReach], items: DataFrame[Item], expected: Frame[Expected]) -> Frame[Way]:
    """The ways of each reach: the ordered SKU unless it has an heir, then what stands in for it.

    Args:
        reaches: on which supplies lines may draw.
        items: the catalogue.
        expected: what is announced.

    Returns:
        Sorted by reach and way.
    """
    ordered = reaches.filter(~pl.col("is_replaced")).with_columns(way=pl.lit(0, pl.Int64)).select(_WAY)
    replaceable = reaches.filter(pl.any_horizontal(pl.col("substitutes", "replaced_by").is_not_null()))
    if replaceable.is_empty():
        return cast("Frame[Way]", ordered)
    nobody = pl.lit([], pl.List(pl.String))
    sold = items.filter("is_active").select(*ITEM, "decimals", sold_from="available_from", step=sell_step())
    is_sold = (pl.col("sold_from") <= pl.col("latest_on")).fill_null(value=True)
    approved = (
        replaceable.drop("step")
        .rename({"sku": "ordered_sku"})
        .join(list_successors(replaceable, items, expected), on="reach", how="left")
        .with_columns(
            sku=pl.concat_list(
                pl.col("successors").fill_null(nobody), pl.col("substitutes").str.split("|").fill_null(nobody)
            )
        )
        .with_columns(pl.col("sku").list.unique(maintain_order=True))
        .with_columns(way=pl.int_ranges(1, 1 + pl.col("sku").list.len()))
        .explode("sku", "way")
        .join(sold, on=[*ITEM, "decimals"])
        .filter((pl.col("sku") != pl.col("ordered_sku")) & is_sold)
        .select(_WAY)
    )
    return cast("Frame[Way]", pl.concat([ordered, approved]).sort("reach", "way"))
