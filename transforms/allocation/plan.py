"""The allocation of a night, pass by pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from schemas.results import LostReservation
from schemas.vocabulary import LineAccount
from transforms.allocation.future import expected_units, lay_out_future, promise_units
from transforms.allocation.groups import rank_groups
from transforms.allocation.lines import split_raises, waiting_lines
from transforms.allocation.policies import tabulate_policies
from transforms.allocation.reasons import explain_shortages
from transforms.allocation.releases import settle_holdings
from transforms.allocation.standings import peg_lines, place_lines
from transforms.allocation.supplies import usable_lots, usable_pools
from transforms.allocation.tonight import order_serving, serve_tonight

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandera.typing.polars import DataFrame

    from schemas.client import Client
    from schemas.night import AsOf, Books
    from schemas.results import Allocation, Decision, Peg, Standing
    from schemas.warehouse import Warehouse


@dataclass(frozen=True)
class AllocationPlan:
    """What the allocation of a night decides, for all clients."""

    allocations: DataFrame[Allocation]
    lost_reservations: DataFrame[LostReservation]
    pegs: DataFrame[Peg]
    decisions: DataFrame[Decision]
    standings: DataFrame[Standing]


def allocate_night(
    books: Books, *, as_of: AsOf, clients: Mapping[str, Client], warehouses: Mapping[str, Warehouse]
) -> AllocationPlan:
    """Who gets which units tonight, why the others do not, and which date they may count on.

    Orders are served one after the other in rank order, and each takes what its rule lets it take from
    what is left: first tonight's stock, then the announced goods. The result does not depend on the order
    of rows, nor one client's on another's.
    """
    policies = tabulate_policies(clients)
    lines = waiting_lines(books, policies, clients=clients, as_of=as_of)
    pieces = order_serving(rank_groups(split_raises(lines, books, clients=clients)))
    lots = usable_lots(books, policies, warehouses=warehouses, as_of=as_of)
    reservations = books.line_balances.filter(pl.col("account") == LineAccount.RESERVED)
    tonight = serve_tonight(lines, pieces, reservations, usable_pools(lots, books))

    expected = expected_units(books, policies, warehouses=warehouses, as_of=as_of)
    cells = lay_out_future(tonight.pools, expected, books, as_of=as_of)
    promised = promise_units(tonight.pieces, tonight.holdings, cells)

    decisions = explain_shortages(tonight, promised, cells, books, as_of=as_of)
    pegs = peg_lines(tonight, promised, cells)
    return AllocationPlan(
        allocations=settle_holdings(tonight, lots, as_of=as_of),
        lost_reservations=tonight.lost.sort(LostReservation.names()).pipe(LostReservation.validate),
        pegs=pegs,
        decisions=decisions,
        standings=place_lines(tonight, promised, pegs, decisions, as_of=as_of),
    )
