"""All that may be given out: tonight's units by pool and lot, what is announced, and who may draw on what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import polars as pl

from transforms.allocation.supply.kits import add_kits, list_kits, list_part_ways, write_recipes
from transforms.allocation.supply.options import list_options, list_places
from transforms.allocation.supply.pools import POOL, Shelves, number_pools
from transforms.allocation.supply.ways import list_ways

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandera.typing.polars import DataFrame

    from schemas.books.orders import LineBalance
    from schemas.night import Books
    from schemas.settings.warehouse import Warehouse
    from schemas.table import Frame
    from transforms.allocation.frames import LivingExpected, LivingLot, Option, Pool, Reach, Recipe, Way
    from transforms.allocation.supply.goods import Goods
    from transforms.shipping_days import ShippingDays


@dataclass(frozen=True)
class Stock:
    """What stands and what comes, before anybody has any of it.

    Attributes:
        shelves: how units are told apart.
        ways: the SKUs by which each reach can be served.
        lots: what stands there, by fence.
        inbound: what is announced, by fence.
        pools: of a kit pool, what could be made if nothing else took its parts.
        recipes: of kits of which at least one could be made.
        options: the pools on which each reach may draw.
        reservations: `LineBalance` rows of RESERVED.
    """

    shelves: Shelves
    ways: Frame[Way]
    lots: Frame[LivingLot]
    inbound: Frame[LivingExpected]
    pools: Frame[Pool]
    recipes: Frame[Recipe]
    options: Frame[Option]
    reservations: DataFrame[LineBalance]


def lay_out_stock(
    goods: Goods,
    reaches: Frame[Reach],
    books: Books,
    *,
    days: ShippingDays,
    warehouses: Mapping[str, Warehouse],
) -> Stock:
    """The stock of all clients, told apart as the waiting lines ask.

    Args:
        goods: as `lay_out_goods`.
        reaches: as `number_reaches`.
        books: what is true tonight.
        days: the shipping days of the run.
        warehouses: their calendars.
    """
    ways = list_ways(reaches, books.items, goods.inbound)
    part_ways = list_part_ways(ways, goods.kit_items)
    shelves = Shelves.of([ways, part_ways], goods.lots, goods.fences, days=days, warehouses=warehouses)
    lots = shelves.with_own_life(goods.lots)
    inbound = cast("Frame[LivingExpected]", shelves.with_longest_life(goods.inbound))

    places = list_places(reaches)
    kits = list_kits(part_ways, places)
    pools = number_pools(lots, inbound, kits, shelves, books, days=days)
    kits = kits.join(pools.select(*POOL, "pool"), on=POOL, maintain_order="left")
    recipes = write_recipes(kits, part_ways, pools, shelves)
    pools = cast("Frame[Pool]", pools.with_columns(add_kits(recipes, pools["usable_qty"])))
    served = kits.filter(pl.col("pool").is_in(recipes["kit"].unique().implode()))
    options = list_options(places, ways, served, pools, shelves)
    return Stock(shelves, ways, lots, inbound, pools, recipes, options, goods.reservations)
