"""All that may be given out: tonight's units by pool and lot, what is announced, and who may draw on what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary import LineAccount
from transforms.allocation.expected import expected_units
from transforms.allocation.fences import kept_units, share_expected, standing_fences
from transforms.allocation.kits import add_kits, list_kits, list_part_ways, write_recipes
from transforms.allocation.options import list_options, list_places
from transforms.allocation.pools import POOL, Shelves, cut_lots, number_pools
from transforms.allocation.supplies import usable_lots
from transforms.allocation.ways import list_ways
from transforms.kits import reserve_parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.client import Client
    from schemas.night import Books
    from schemas.warehouse import Warehouse
    from transforms.shipping_days import ShippingDays


@dataclass(frozen=True)
class Stock:
    """What stands and what comes, before anybody has any of it.

    Attributes:
        fences: as `kept_units`.
        ways: as `list_ways`, with `life`.
        lots: as `cut_lots`.
        inbound: as `share_expected`, with `life`.
        pools: as `number_pools`; of a kit pool, what could be made if nothing else took its parts.
        recipes: as `RECIPES`.
        options: as `list_options`.
        reservations: `LineBalance` rows of RESERVED.
    """

    fences: pl.DataFrame
    ways: pl.DataFrame
    lots: pl.DataFrame
    inbound: pl.DataFrame
    pools: pl.DataFrame
    recipes: pl.DataFrame
    options: pl.DataFrame
    reservations: pl.DataFrame


def lay_out_stock(
    books: Books,
    reaches: pl.DataFrame,
    policies: pl.DataFrame,
    *,
    days: ShippingDays,
    clients: Mapping[str, Client],
    warehouses: Mapping[str, Warehouse],
) -> Stock:
    """The stock of all clients, cut as their policies and the waiting lines ask.

    Args:
        books: what is true tonight.
        reaches: as `number_reaches`.
        policies: as `tabulate_policies`.
        days: the shipping days of the run.
        clients: their fences.
        warehouses: their walking orders and calendars.
    """
    own = policies.filter(pl.col("rules").is_null())
    usable = usable_lots(books, own, warehouses=warehouses, days=days)
    expected = expected_units(books, own, warehouses=warehouses, days=days)
    ways = list_ways(reaches, books.items, expected)
    ranked = own.filter(pl.col("fair_share") == "none")
    kit_items = books.items.join(ranked, on="client_id", how="semi")
    part_ways = list_part_ways(ways, kit_items)
    asked = [frame.select("client_id", "sku", "lasts_until") for frame in (ways, part_ways)]
    shelves = Shelves.of(pl.concat(asked), kept_units(standing_fences(clients, days=days), books))
    reservations = books.line_balances.filter(pl.col("account") == LineAccount.RESERVED)
    lots = cut_lots(usable, shelves, books.items, reserve_parts(reservations, usable, kit_items))
    inbound = share_expected(expected, shelves.fences, lots).pipe(shelves.with_longest_life)

    places = list_places(reaches)
    kits = list_kits(part_ways, places)
    pools = number_pools(lots, inbound, kits, shelves, books, days=days)
    kits = kits.join(pools.select(*POOL, "pool"), on=POOL, maintain_order="left")
    recipes = write_recipes(kits, shelves.with_life(part_ways), pools)
    pools = pools.with_columns(add_kits(recipes, pools["usable_qty"]))
    lasting = shelves.with_life(ways)
    served = kits.filter(pl.col("pool").is_in(recipes["kit"].unique().implode()))
    options = list_options(places, lasting, served, pools)
    return Stock(shelves.fences, lasting, lots, inbound, pools, recipes, options, reservations)
