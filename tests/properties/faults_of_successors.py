"""Faults of successors: when an item is gone, what follows it, and who is its heir."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tests.properties.planting import after, before, having
from transforms.allocation.demand import lines
from transforms.allocation.supply import stock, successors, ways

if TYPE_CHECKING:
    from tests.properties.planting import Fault

SUCCESSOR_FAULTS: dict[str, Fault] = {
    "no successors": (ways, "list_successors", after(lambda listed: listed.clear())),
    "successors of what is still to come": (
        ways,
        "list_successors",
        lambda step: lambda reaches, items, expected: step(reaches, items, expected.clear()),
    ),
    "inactive goods are still to come": (
        ways,
        "list_successors",
        lambda step: (
            lambda reaches, items, expected: step(
                reaches, items.with_columns(is_active=pl.lit(value=True)), expected
            )
        ),
    ),
    "only the first warehouse can await": (
        successors,
        "list_places",
        after(lambda places: places.filter(pl.col("place") == 0)),
    ),
    "a chain has one step": (
        successors,
        "_follow",
        after(lambda chains: chains.filter(pl.col("place") < 2)),
    ),
    "the last successor first": (
        ways,
        "list_successors",
        after(having(successors=pl.col("successors").list.reverse())),
    ),
    "the last stand-in first": (
        stock,
        "list_ways",
        after(
            lambda listed: listed.with_columns(
                way=pl.when(pl.col("way") > 0).then(9 - pl.col("way")).otherwise(0)
            ).sort("reach", "way")
        ),
    ),
    "nothing inactive has an heir": (lines, "find_heirs", after(lambda heirs: heirs.clear())),
    "heirs that cannot be sold": (lines, "find_heirs", after(having(heir_from=pl.lit(None, pl.Date)))),
    "inactive items give their units": (
        stock,
        "list_ways",
        before(having(is_replaced=pl.lit(value=False))),
    ),
}
"""Where, what, and what stands there instead."""
