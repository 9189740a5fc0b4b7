"""Successors: the item that follows another one serves its lines once the other is gone (`replaced_by`).

An item is gone for a line if it is no longer active, or if none of it is announced for any warehouse of the
line. Then its successor stands in for it one for one, behind what is left of it and before its substitutes;
once that is gone, too, the next of the chain as well.

The lines of an inactive item take none of its units. They are held, unless the first active item that
follows it can leave tonight and is counted in the same fractions: that one is its heir.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from transforms.allocation.options import list_places
from transforms.allocation.supplies import SHELF

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemas.night import AsOf

ITEM = ["client_id", "sku"]


def is_sold(as_of: AsOf) -> pl.Expr:
    """True of items that can leave tonight."""
    return pl.col("is_active") & (pl.col("available_from") <= as_of.business_date).fill_null(value=True)


def find_heirs(items: pl.DataFrame, *, as_of: AsOf) -> pl.DataFrame:
    """The inactive items that have an heir: `client_id`, `sku`."""
    ended = items.filter(~pl.col("is_active"))
    starts = ended.filter(pl.col("replaced_by").is_not_null()).with_row_index("start")
    if starts.is_empty():
        return starts.select(ITEM)
    chains = _follow(starts.select("start", *ITEM), items, lambda at: at.join(ended, on=ITEM, how="semi"))
    heirs = chains.join(items.filter(is_sold(as_of)), on=ITEM)
    counted = starts.select("start", "decimals", heir_of="sku")
    return heirs.join(counted, on=["start", "decimals"]).select("client_id", sku="heir_of")


def list_successors(reaches: pl.DataFrame, items: pl.DataFrame, expected: pl.DataFrame) -> pl.DataFrame:
    """The items that follow those of the reaches which are gone, nearest first: `reach`, `successors`.

    Args:
        reaches: as `number_reaches`.
        items: the catalogue.
        expected: as `expected_units`.
    """
    ended = items.filter(~pl.col("is_active"))
    coming = expected.select(SHELF).unique().join(ended, on=ITEM, how="anti")
    places = list_places(reaches).select("warehouse_id", start="reach")

    def gone(at: pl.DataFrame) -> pl.DataFrame:
        awaited = at.join(places, on="start").join(coming, on=SHELF, how="semi")
        return at.join(awaited, on=["start", "sku"], how="anti")

    followed = reaches.filter(pl.col("replaced_by").is_not_null()).select(*ITEM, start="reach")
    chains = _follow(followed, items, gone).filter(pl.col("place") > 0).sort("start", "place")
    return chains.group_by(reach="start", maintain_order=True).agg(successors="sku")


def _follow(
    starts: pl.DataFrame, items: pl.DataFrame, passed: Callable[[pl.DataFrame], pl.DataFrame]
) -> pl.DataFrame:
    """The items of each chain with their `place` in it; behind those that `passed` leaves comes the next.

    A chain that leads back to one of its items ends there.
    """
    links = items.filter(pl.col("replaced_by").is_not_null()).select(*ITEM, "replaced_by")
    columns = ["start", *ITEM, "place"]
    at = starts.with_columns(place=pl.lit(0, pl.Int64)).select(columns)
    chains = at
    while at.height:
        following = passed(at).join(links, on=ITEM).drop("sku").rename({"replaced_by": "sku"})
        at = (
            following.with_columns(pl.col("place") + 1)
            .join(chains, on=["start", "sku"], how="anti")
            .select(columns)
        )
        chains = pl.concat([chains, at])
    return chains
