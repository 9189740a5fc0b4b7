"""All that may be given out: tonight's units by pool and lot, what is announced, and who may draw on what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary import LineAccount
from transforms.allocation.fences import kept_units, share_expected, standing_fences
from transforms.allocation.future import expected_units
from transforms.allocation.options import list_options
from transforms.allocation.pools import Shelves, cut_lots, number_pools
from transforms.allocation.supplies import usable_lots
from transforms.allocation.ways import list_ways

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.client import Client
    from schemas.night import AsOf, Books
    from schemas.warehouse import Warehouse


@dataclass(frozen=True)
class Stock:
    """What stands and what comes, before anybody has any of it.

    Attributes:
        fences: as `kept_units`.
        ways: as `list_ways`, with `life`.
        lots: as `cut_lots`.
        inbound: as `share_expected`, with `life`.
        pools: as `number_pools`.
        options: as `list_options`.
        reservations: `LineBalance` rows of RESERVED.
    """

    fences: pl.DataFrame
    ways: pl.DataFrame
    lots: pl.DataFrame
    inbound: pl.DataFrame
    pools: pl.DataFrame
    options: pl.DataFrame
    reservations: pl.DataFrame


def lay_out_stock(
    books: Books,
    reaches: pl.DataFrame,
    policies: pl.DataFrame,
    *,
    as_of: AsOf,
    clients: Mapping[str, Client],
    warehouses: Mapping[str, Warehouse],
) -> Stock:
    """The stock of all clients, cut as their policies and the waiting lines ask.

    Args:
        books: what is true tonight.
        reaches: as `number_reaches`.
        policies: as `tabulate_policies`.
        as_of: the night.
        clients: their fences.
        warehouses: their walking orders and calendars.
    """
    usable = usable_lots(books, policies, warehouses=warehouses, as_of=as_of)
    expected = expected_units(books, policies, warehouses=warehouses, as_of=as_of)
    ways = list_ways(reaches, books.items, as_of=as_of)
    shelves = Shelves.of(ways, kept_units(standing_fences(clients, as_of=as_of), books))
    reservations = books.line_balances.filter(pl.col("account") == LineAccount.RESERVED)
    lots = cut_lots(usable, shelves, books.items, reservations)
    inbound = share_expected(expected, shelves.fences, lots).pipe(shelves.with_longest_life)
    pools = number_pools(lots, inbound, shelves, books, as_of=as_of)
    lasting = shelves.with_life(ways)
    options = list_options(reaches, lasting, pools)
    return Stock(shelves.fences, lasting, lots, inbound, pools, options, reservations)
