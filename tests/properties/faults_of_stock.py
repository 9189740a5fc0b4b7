"""Faults of what may be given out: lots, pools, fences, multiples, substitutes and shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tests.properties.planting import (
    after,
    before,
    cut_from_the_front,
    having,
    instead,
    of_any_life,
    without_safety,
)
from transforms.allocation.demand import policies, waiting
from transforms.allocation.solver import bounds
from transforms.allocation.supply import goods, options, stock, supplies
from transforms.allocation.tonight import serving as tonight

if TYPE_CHECKING:
    from tests.properties.planting import Fault

FAULTS: dict[str, Fault] = {
    "named bins ignored": (supplies, "walking_order", lambda step: lambda places, _: step(places, {})),
    "bins by text": (supplies, "natural_key", instead(lambda text: [(1, 0, text)])),
    "safety stock ignored": (goods, "cut_lots", without_safety),
    "safety stock and fences cut from the front": (goods, "cut_lots", cut_from_the_front),
    "fences keep what is reserved": (
        goods,
        "cut_lots",
        lambda step: (
            lambda lots, shelves, items, reserved: step(lots, shelves, items, reserved.with_columns(qty=0))
        ),
    ),
    "fences keep nothing": (goods, "kept_units", after(having(kept_qty=pl.lit(0, pl.Int64)))),
    "everybody goes through fences": (options, "is_open_to", instead(lambda _: pl.lit(value=True))),
    "nobody goes through fences": (policies, "open_fences", lambda _: lambda *_, **__: {}),
    "common stock before one's own fence": (
        stock,
        "list_options",
        after(lambda listed: listed.sort("reach", "option", pl.col("fence") > 0, maintain_order=True)),
    ),
    "fences end a day later": (
        goods,
        "standing_fences",
        after(having(until=pl.col("until") + pl.duration(days=1))),
    ),
    "fences keep nothing of what comes": (
        goods,
        "share_expected",
        lambda _: lambda expected, *_: expected.with_columns(fence=pl.lit(0, pl.Int64)),
    ),
    "shares of a fence are rounded up": (
        goods,
        "share_expected",
        lambda step: (
            lambda expected, standing, lots: step(
                expected, standing.with_columns(pct=pl.col("pct") + 15), lots
            )
        ),
    ),
    "any lot lasts": (
        stock,
        "list_options",
        of_any_life,
    ),
    "no substitutes": (stock, "list_ways", after(lambda ways: ways.filter(pl.col("way") == 0))),
    "substitutes first": (
        stock,
        "list_options",
        lambda step: (
            lambda places, ways, *rest: step(
                places, ways.with_columns(way=9 - pl.col("way")).sort("reach", "way"), *rest
            )
        ),
    ),
    "substitutes that cannot be sold": (
        stock,
        "list_ways",
        lambda step: (
            lambda reaches, items, *rest: step(
                reaches,
                items.with_columns(is_active=pl.lit(value=True), available_from=pl.lit(None, pl.Date)),
                *rest,
            )
        ),
    ),
    "complete lines mix substitutes": (
        tonight,
        "serve_with_parts",
        before(lambda claims: claims.drop("is_unmixed", strict=False)),
    ),
    "lots must last a day longer": (
        waiting,
        "waiting_lines",
        after(having(min_shelf_life_days=pl.col("min_shelf_life_days") + 1)),
    ),
    "multiples ignored": (
        waiting,
        "number_reaches",
        after(lambda told: (told[0], told[1].with_columns(step=pl.lit(1, pl.Int64)))),
    ),
    "what fills no multiple never ships": (
        bounds,
        "whole_units",
        instead(lambda found: found - found % pl.col("step")),
    ),
    "loose units before whole multiples": (
        bounds,
        "whole_units",
        instead(
            lambda found: (
                found - pl.max_horizontal(found - pl.col("want") % pl.col("step"), 0) % pl.col("step")
            )
        ),
    ),
    "multiples of each pool by itself": (
        tonight,
        "serve_with_parts",
        before(lambda claims: claims.with_columns(option="pool") if "option" in claims.columns else claims),
    ),
    "in proportion as level": (
        tonight,
        "sharing_of",
        after(lambda told: told | ({"is_proportional": pl.lit(value=False)} if told else {})),
    ),
    "level as in proportion": (
        tonight,
        "sharing_of",
        after(lambda told: told | ({"is_proportional": pl.lit(value=True)} if told else {})),
    ),
}
"""Where, what, and what stands there instead."""
