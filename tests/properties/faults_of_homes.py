"""Faults of how an order looks for one warehouse that has all of it, one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tests.properties.planting import after, before, having
from transforms.allocation.solver import choices, remainder
from transforms.allocation.tonight import homes
from transforms.allocation.tonight import serving as tonight

if TYPE_CHECKING:
    from tests.properties.planting import Fault, Step


def as_it_was(_: Step) -> Step:
    """A step that changes nothing."""
    return lambda first, *_: first


def not_as_ordered(_: Step) -> Step:
    """Units of any SKU count alike."""
    return lambda takes: {(line, False): qty for line, qty in remainder.units_by_line(takes).items()}


FAULTS: dict[str, Fault] = {
    "no order looks for one warehouse": (tonight, "bundle_orders", as_it_was),
    "the last warehouse that has all": (
        homes,
        "_with_places",
        after(having(place=pl.when(pl.col("place") < 0).then("place").otherwise(10**9 - pl.col("place")))),
    ),
    "lines that are not due choose a warehouse": (
        homes,
        "_with_turns",
        before(having(is_due=pl.lit(value=True))),
    ),
    "what an order keeps binds no choice": (homes, "_without_torn", as_it_was),
    "a substitute saves a parcel": (choices, "_count", not_as_ordered),
}
"""Where, what, and what stands there instead."""
