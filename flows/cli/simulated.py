"""Showing a simulation: a column a policy, then who gains and who loses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from flows.cli.paper import count_of, make_table
from schemas.simulation import OWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from flows.simulating.simulation import Simulation

Row = dict[str, Any]

SHOWN_ORDERS = 5

MEASURES = {
    "unit_pct": "first-pass unit fill, %",
    "line_pct": "first-pass line fill, %",
    "order_pct": "first-pass order fill, %",
    "orders": "orders in the plan",
    "complete_orders": "  complete at the end",
    "waiting_lines": "lines waiting at the end",
    "over_3_lines": "  over 3 days",
    "over_10_lines": "  over 10 days",
    "over_30_lines": "  over 30 days",
    "oldest_days": "  oldest, days",
    "later_dates": "promise dates moved later",
    "earlier_dates": "  moved earlier",
    "order_shipments": "shipments an order",
    "idle_qty": "idle beside a waiting line",
    "idle_reserved_qty": "  of it reserved",
    "gaining_orders": "orders better off",
    "losing_orders": "  worse off",
}
"""What the page shows, and in which words."""

AGAINST_OWN = ("gaining_orders", "losing_orders")
PLACES = {"order_shipments": 2, "unit_pct": 1, "line_pct": 1, "order_pct": 1}
ORDER_HEADINGS = ("order", "units", "unit nights", "own date", "date", "sooner")
WORDS = (
    "First-pass fill: of what is due for the first time, the part released or reserved that night. Idle: "
    "usable units left on the shelf, a night. Unit nights: units released, times the nights they go sooner. "
    "Date: the night of an order's last unit, as planned or believed; sooner in days."
)


def print_simulation(console: Console, simulation: Simulation) -> None:
    """The page: a client after the other, and last what was taken for granted."""
    for client_id, figures in _by_client(simulation):
        columns = [[_cell(name, row) for name in MEASURES] for row in figures]
        rows = zip(MEASURES.values(), *columns, strict=True)
        console.print(make_table(f"{client_id} · {_span(simulation)}", ("", *simulation.policies), rows))
        for row in figures[1:]:
            _print_orders(console, simulation, row)
    for note in (WORDS, *simulation.notes):
        console.print(f"[dim]{note}[/]")


def _by_client(simulation: Simulation) -> Iterator[tuple[str, list[Row]]]:
    """Each client with its rows, in the order of the policies."""
    for (client_id,), figures in simulation.figures.sort("client_id", maintain_order=True).group_by(
        "client_id", maintain_order=True
    ):
        yield str(client_id), figures.to_dicts()


def _span(simulation: Simulation) -> str:
    """Which nights the figures are of."""
    first, last = simulation.nights[0], simulation.nights[-1]
    return f"night of {first}" if first == last else f"{len(simulation.nights)} nights, {first} to {last}"


def _cell(name: str, row: Row) -> object:
    """A figure as the table shows it."""
    if row["policy"] == OWN and name in AGAINST_OWN:
        return None
    return _number(row[name], PLACES.get(name, 0))


def _number(value: object, places: int = 0) -> object:
    """A number that shows its places; one that needs none shows none."""
    if not isinstance(value, float):
        return value
    if places:
        return f"{value:.{places}f}"
    return int(value) if value.is_integer() else value


def _print_orders(console: Console, simulation: Simulation, figures: Row) -> None:
    """Who gains most and who loses most under a policy."""
    policy, client_id = figures["policy"], figures["client_id"]
    orders = simulation.orders.filter(pl.col("client_id") == client_id, pl.col("policy") == policy)
    if orders.is_empty():
        console.print(f"{policy}: no order is better or worse off than under own.\n", markup=False)
        return
    gaining, losing = figures["gaining_orders"], figures["losing_orders"]
    _print_most(
        console, f"{policy}: {count_of(gaining, 'order')} better off, most first", orders.head(gaining)
    )
    _print_most(
        console, f"{policy}: {count_of(losing, 'order')} worse off, most first", orders.tail(losing).reverse()
    )


def _print_most(console: Console, title: str, orders: pl.DataFrame) -> None:
    """The first of these orders."""
    if orders.height:
        rows = [_order(row) for row in orders.head(SHOWN_ORDERS).iter_rows(named=True)]
        console.print(make_table(title, ORDER_HEADINGS, rows))


def _order(row: Row) -> tuple[object, ...]:
    """An order as the table shows it."""
    return (
        row["order_id"],
        _number(row["gained_qty"]),
        _number(row["gained_unit_nights"]),
        row["own_ready_on"],
        row["ready_on"],
        row["gained_days"],
    )
