"""Successors: the item that follows another one serves its lines once the other is gone (`replaced_by`).

An item is gone for a line if it is no longer active, or if none of it is announced for any warehouse of the
line. Then its successor stands in for it one for one, behind what is left of it and before its substitutes;
once that is gone, too, the next of the chain as well.

The lines of an inactive item take none of its units. They are held, unless the first active item that
follows it can leave one of their warehouses tonight and is counted in the same fractions: that one is its
heir.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import polars as pl

from transforms.allocation.supply.options import list_places
from transforms.keys import ITEM, SHELF

if TYPE_CHECKING:
    from collections.abc import Callable

    from pandera.typing.polars import DataFrame

    from schemas.books.catalogue import Item
    from schemas.table import Frame
    from transforms.allocation.frames import Expected, Heir


def find_heirs(items: DataFrame[Item]) -> Frame[Heir]:
    """The inactive items that are followed by an active one which is counted alike, and when it is sold."""
    ended = items.filter(~pl.col("is_active"))
    starts = ended.filter(pl.col("replaced_by").is_not_null()).with_row_index("start")
    chains = _follow(starts.select("start", *ITEM), items, lambda at: at.join(ended, on=ITEM, how="semi"))
    active = items.filter("is_active").select(*ITEM, "decimals", heir_from="available_from")
    counted = starts.select("start", "decimals", ended_sku="sku")
    heirs = chains.join(active, on=ITEM).join(counted, on=["start", "decimals"])
    told = heirs.select("client_id", "heir_from", sku="ended_sku", has_heir=pl.lit(value=True))
    return cast("Frame[Heir]", told)


def list_successors(reaches: pl.DataFrame, items: DataFrame[Item], expected: Frame[Expected]) -> pl.DataFrame:
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
