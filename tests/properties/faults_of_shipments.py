"""Faults of how shipments are counted and kept, and small ones wait, one at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from schemas.books.orders import Release
from schemas.table import conform
from tests.frames import NIGHT
from tests.properties.planting import after, before, having, in_turns, instead
from transforms.allocation import plan
from transforms.allocation.demand import shipments, waiting
from transforms.allocation.explaining import standings
from transforms.allocation.promise import future
from transforms.allocation.releasing import last_shipments, next_releases, shipping
from transforms.allocation.tonight import serving as tonight

if TYPE_CHECKING:
    from schemas.night import Books
    from tests.properties.planting import Fault, Step


def ship_rule_as_it_was(step: Step) -> Step:
    """The last shipment in parts."""
    return lambda lines, *args, **terms: step(lines, *args, **terms).with_columns(lines["ship_rule"])


def with_releases(**values: Any) -> Fault:  # noqa: ANN401 -- expressions or literals
    """Shipments counted from changed releases."""

    def wrong(step: Step) -> Step:
        def count(books: Books) -> pl.DataFrame:
            releases = conform(books.releases.with_columns(**values), Release)
            told: pl.DataFrame = step(replace(books, releases=releases))
            return told

        return count

    return shipments, "count_shipments", wrong


def split_as_told(step: Step) -> Step:
    """Groups that may split do so, whatever their shipments."""
    return lambda pieces, reaches: step(pieces, reaches.with_columns(max_shipments=pl.lit(None, pl.Int64)))


def one_more_shipment(step: Step) -> Step:
    """An order leaves no shipment for its rest."""
    more = having(shipments_left=pl.col("shipments_left") + 1)
    return lambda holdings, pools, waits: step(holdings, pools, replace(waits, lines=more(waits.lines)))


def _of_the_next_release(units: pl.DataFrame) -> pl.DataFrame:
    """Without the units that come after the next release of their order."""
    released = units.join(next_releases._next_releases(units), on="order", how="left")  # noqa: SLF001
    return released.filter((pl.col("on") <= pl.col("next_on")).fill_null(value=True)).drop("next_on")


FAULTS: dict[str, Fault] = {
    "no shipment was ever made": with_releases(is_open=pl.lit(value=False), shipped_qty=pl.lit(0, pl.Int64)),
    "what is awaited is no shipment": with_releases(is_open=pl.lit(value=False)),
    "what was not found is a shipment": with_releases(shipped_qty=pl.lit(1, pl.Int64)),
    "every release is a shipment": with_releases(
        released_on=pl.col("released_on") + pl.duration(days=pl.int_range(pl.len()))
    ),
    "warehouses ship together": with_releases(warehouse_id=pl.lit("W1")),
    "the last shipment in parts": (waiting, "cap_shipments", ship_rule_as_it_was),
    "the last shipment from several warehouses": (tonight, "from_one_warehouse", split_as_told),
    "the last shipment promised from several warehouses": (future, "from_one_warehouse", split_as_told),
    "what cannot leave together is kept": (
        tonight,
        "scattered_groups",
        after(lambda groups: groups.clear()),
    ),
    "what lies in one warehouse is given up": (
        tonight,
        "scattered_groups",
        lambda _: lambda held, *_: held["group"],
    ),
    "from all warehouses at once": (shipping, "_keep_beyond_shipments", in_turns(False)),
    "shipments are counted after the limit only": (shipping, "_keep_beyond_shipments", in_turns(False, True)),
    "no shipment is left for the rest": (shipping, "beyond_shipments", one_more_shipment),
    "all that there is waits for its last shipment": (
        last_shipments,
        "_places_beyond",
        after(having(leaves_qty=pl.lit(0, pl.Int64))),
    ),
    "warehouses by their names": (
        last_shipments,
        "_places_beyond",
        lambda step: (
            lambda leaving, reaches: step(leaving, reaches.with_columns(warehouse_ids=pl.lit("W1|W2|W3")))
        ),
    ),
    "the rest is promised in parts": (plan, "rest_of_orders", after(lambda rests: rests.clear())),
    "small releases are promised for tonight": (
        standings,
        "wait_for_more",
        lambda _: lambda lines, *_, **__: lines,
    ),
    "the next release is when all is there": (
        next_releases,
        "is_small",
        lambda _: lambda: pl.lit(value=True),
    ),
    "what must leave soon is waited for": (
        next_releases,
        "urgent_on",
        instead(pl.lit(None, pl.Date)),
    ),
    "what comes after the next release leaves alone": (
        next_releases,
        "_leaving_days",
        before(_of_the_next_release),
    ),
    "an order of which nothing is there waits for nothing": (
        next_releases,
        "_leaving_days",
        before(lambda units: units.filter((pl.col("on") == NIGHT).any().over("order"))),
    ),
    "small releases leave": (shipping, "_keep_small", lambda _: lambda holdings, *_, **__: holdings),
}
"""Where, what, and what stands there instead."""
