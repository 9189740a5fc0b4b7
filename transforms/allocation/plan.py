"""One plan of a night, pass by pass, and what it shows that must be cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.results import Decision, Peg, QueuePosition, Reservation
from transforms.allocation.allocation_plan import AllocationPlan
from transforms.allocation.cancelling import find_cancellations, name_cancellations
from transforms.allocation.demand.policies import tabulate_policies
from transforms.allocation.demand.waiting import compile_waiting
from transforms.allocation.explaining.overtaking import find_overtakings, tell_losses
from transforms.allocation.explaining.reasons import explain_shortages
from transforms.allocation.explaining.standings import date_lines, place_lines
from transforms.allocation.promise.dating import without_withheld
from transforms.allocation.promise.future import promise_units
from transforms.allocation.promise.pegs import peg_lines
from transforms.allocation.releasing.last_shipments import rest_of_orders
from transforms.allocation.releasing.next_releases import units_to_release
from transforms.allocation.releasing.releases import settle_holdings
from transforms.allocation.releasing.shipping import choose_shipments, list_reservations, promised_rests
from transforms.allocation.supply.expected import lay_out_future
from transforms.allocation.supply.fences import list_uses
from transforms.allocation.supply.goods import lay_out_goods
from transforms.allocation.supply.stock import lay_out_stock
from transforms.allocation.tonight.serving import serve_tonight
from transforms.shipping_days import ShippingDays

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.night import AsOf, Books
    from schemas.settings.client import Client
    from schemas.settings.warehouse import Warehouse


def plan_once(
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
            QueuePosition,
        ),
        cancellations=name_cancellations(cancelled, waiting, books, lost),
    )
