"""Faults of kits: what they are made of, what they leave for others, and when they can ship."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from tests.properties.planting import after, before, having, instead, of_any_life
from transforms.allocation.explaining import overtaking, standings, turns
from transforms.allocation.promise import future
from transforms.allocation.supply import expected, goods, kits, stock
from transforms.allocation.tonight import serving as tonight

if TYPE_CHECKING:
    from tests.properties.planting import Fault, Step


def without_parts_drawn(step: Step) -> Step:
    """Kits that leave their parts where they stand, for all that come later."""

    def draw(*args: Any) -> Any:  # noqa: ANN401 -- as the step itself
        units, parts = step(*args)
        return units, parts.clear()

    return draw


def made_first(listed: pl.DataFrame) -> pl.DataFrame:
    """Options with the kits that are yet to be made before those that stand there."""
    option = pl.when(pl.col("fence") == kits.MADE).then(-1 - pl.col("option")).otherwise("option")
    return listed.with_columns(option=option).sort("reach", "option", maintain_order=True)


def on_first_days(laid_out: tuple[pl.DataFrame, pl.DataFrame]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Cells of kits that come when the first of them do."""
    cells, recipes = laid_out
    return cells.with_columns(pl.col("date").min().over("pool")), recipes


def none_later(laid_out: tuple[pl.DataFrame, pl.DataFrame]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Cells of kits of which nothing is told."""
    cells, recipes = laid_out
    return cells.with_columns(qty=pl.lit(0, pl.Int64)), recipes


def kits_alone(options: pl.DataFrame, _: pl.DataFrame) -> pl.DataFrame:
    """Pools that lines reach, without those of parts."""
    return options.select("reach", "pool")


KIT_FAULTS: dict[str, Fault] = {
    "kits are not made": (stock, "list_part_ways", after(pl.DataFrame.clear)),
    "a part too few": (kits, "list_parts", after(having(per_kit=(pl.col("per_kit") - 1).clip(1)))),
    "parts by their decimals": (kits, "list_parts", before(having(decimals=0))),
    "only the first part": (stock, "write_recipes", after(lambda told: told.filter(pl.col("part") == 1))),
    "parts of everybody's fences": (kits, "is_open_to", instead(lambda _: pl.lit(value=True))),
    "parts that do not last": (
        stock,
        "write_recipes",
        of_any_life,
    ),
    "common parts first": (
        stock,
        "write_recipes",
        after(lambda told: told.sort("kit", "part", "pool")),
    ),
    "made before what stands there": (stock, "list_options", after(made_first)),
    "fences keep reserved parts": (
        goods,
        "reserve_parts",
        instead(lambda reserved, *_: reserved.select("client_id", "warehouse_id", "sku", "qty")),
    ),
    "reserved kits rest on parts": (
        goods,
        "reserve_parts",
        lambda step: lambda reserved, usable, items: step(reserved, usable.clear(), items),
    ),
    "parts stay for others": (tonight, "serve_with_parts", without_parts_drawn),
    "regained kits are new": (tonight, "draw_parts", after(having(again_qty=pl.lit(0, pl.Int64)))),
    "kits of later are not pegged": (future, "serve_with_parts", without_parts_drawn),
    "kits come with their first part": (expected, "lay_out_kits", after(on_first_days)),
    "kits never come too late": (expected, "lay_out_kits", after(none_later)),
    "parts are not ahead": (turns, "reached_pools", instead(kits_alone)),
    "a kit more at the turn": (turns, "count_kits", after(having(qty=pl.col("qty") + 1))),
    "nobody overtakes with parts": (overtaking, "reached_pools", instead(kits_alone)),
    "parts do not make patient": (standings, "reached_pools", instead(kits_alone)),
}
