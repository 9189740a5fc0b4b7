"""The allocation of a night, pass by pass."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from schemas.results import Decision, FenceUse, Peg, Reservation, Standing
from transforms.allocation.cancelling import (
    find_cancellations,
    name_cancellations,
    plan_without_cancelled,
)
from transforms.allocation.expected import lay_out_future
from transforms.allocation.fences import list_uses
from transforms.allocation.future import promise_units
from transforms.allocation.goods import lay_out_goods
from transforms.allocation.next_releases import units_to_release
from transforms.allocation.overtaking import find_overtakings, tell_losses
from transforms.allocation.pegs import peg_lines
from transforms.allocation.policies import tabulate_policies
from transforms.allocation.reasons import explain_shortages
from transforms.allocation.releases import settle_holdings
from transforms.allocation.shipments import rest_of_orders
from transforms.allocation.shipping import choose_shipments, list_reservations, promised_rests
from transforms.allocation.standings import date_lines, place_lines
from transforms.allocation.stock import lay_out_stock
from transforms.allocation.tonight import serve_tonight
from transforms.allocation.waiting import compile_waiting
from transforms.allocation.withholding import without_withheld
from transforms.shipping_days import ShippingDays

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandera.typing.polars import DataFrame

    from schemas.client import Client
    from schemas.night import AsOf, Books
    from schemas.results import Allocation, Cancellation, LostReservation, Overtaking
    from schemas.warehouse import Warehouse


@dataclass(frozen=True)
class AllocationPlan:
    """What the allocation of a night decides, for all clients."""

    allocations: DataFrame[Allocation]
    lost_reservations: DataFrame[LostReservation]
    fence_uses: DataFrame[FenceUse]
    pegs: DataFrame[Peg]
    decisions: DataFrame[Decision]
    reservations: DataFrame[Reservation]
    overtakings: DataFrame[Overtaking]
    standings: DataFrame[Standing]
    cancellations: DataFrame[Cancellation]


def allocate_night(
    books: Books, *, as_of: AsOf, clients: Mapping[str, Client], warehouses: Mapping[str, Warehouse]
) -> AllocationPlan:
    """Who gets which units tonight, why the others do not, and which date they may count on.

    Orders are served one after the other in rank order, and each takes what its rule lets it take from
    what is left: first tonight's stock, then the announced goods. The result does not depend on the order
    of rows, nor one client's on another's. What the clients' rules cancel is decided first: the rest of the
    plan is that of the books without it.
    """
    plan_once = partial(_plan_once, as_of=as_of, clients=clients, warehouses=warehouses)
    return plan_without_cancelled(books, plan_once, as_of=as_of)


def _plan_once(
    books: Books, *, as_of: AsOf, clients: Mapping[str, Client], warehouses: Mapping[str, Warehouse]
) -> AllocationPlan:
    """The plan of the books as they are, and what it shows that must be cancelled."""
    policies, days = tabulate_policies(clients), ShippingDays.of(as_of, warehouses)
    goods = lay_out_goods(books, policies, days=days, clients=clients, warehouses=warehouses)
    waiting = compile_waiting(books, policies, goods, clients=clients, warehouses=warehouses, days=days)
    reaches = waiting.reaches
    stock = lay_out_stock(goods, reaches, books, days=days, warehouses=warehouses)
    tonight = serve_tonight(waiting, stock)

    future = lay_out_future(tonight.pools, stock.recipes, stock.inbound)
    pledged = promise_units(tonight, reaches, future)
    promised, cells = pledged.units, future.all_cells()

    shortages = explain_shortages(tonight, reaches, stock, promised, cells)
    pegs = peg_lines(tonight, pledged, cells)
    dating = peg_lines(tonight, without_withheld(pledged, tonight.pieces), cells)
    rests = promised_rests(tonight, promised)
    chosen = choose_shipments(tonight, waiting, rests, books, warehouses=warehouses)
    placed = place_lines(tonight, waiting, chosen, promised, cells)
    rests_of_orders = rest_of_orders(chosen, tonight.pools, waiting)
    to_release = units_to_release(chosen, waiting, books)
    lost = tell_losses(tonight, waiting)
    cancelled = find_cancellations(tonight, waiting, promised, shortages)
    return AllocationPlan(
        allocations=settle_holdings(chosen, tonight, waiting, stock.lots, as_of=as_of),
        lost_reservations=lost,
        fence_uses=list_uses(tonight.drawn, stock.pools, goods.fences),
        pegs=waiting.name_lines(pegs, Peg),
        decisions=waiting.name_lines(shortages, Decision),
        reservations=waiting.name_lines(list_reservations(chosen, tonight.pools), Reservation),
        overtakings=find_overtakings(tonight, waiting),
        standings=waiting.name_lines(
            date_lines(placed, dating, shortages, rests_of_orders, to_release, warehouses=warehouses),
            Standing,
        ),
        cancellations=name_cancellations(cancelled, waiting, books, lost),
    )
