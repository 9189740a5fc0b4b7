"""Showing a simulation: a column a policy, then who gains and who loses."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from rich.text import Text

from flows.cli.printing.paper import count_of, make_table

if TYPE_CHECKING:
    from rich.console import Console

    from flows.cli.reading import Row

SHOWN_ORDERS = 5

MEASURES = {
    "unit_pct": "unit fill, %",
    "line_pct": "line fill, %",
    "order_pct": "order fill, %",
    "rejected_rows": "rows rejected",
    "orders": "orders planned",
    "complete_orders": "  complete",
    "waiting_lines": "lines waiting",
    "over_3_lines": "  over 3 days",
    "over_10_lines": "  over 10 days",
    "over_30_lines": "  over 30 days",
    "oldest_days": "  oldest, days",
    "later_dates": "dates moved later",
    "earlier_dates": "  moved earlier",
    "order_shipments": "shipments an order",
    "idle_qty": "units idle a night",
    "idle_reserved_qty": "  reserved",
    "gaining_orders": "orders better off",
    "losing_orders": "  worse off",
}
"""What the page shows, and in which words."""

AGAINST_OWN = ("gaining_orders", "losing_orders")
PLACES = {"order_shipments": 2, "unit_pct": 1, "line_pct": 1, "order_pct": 1}
ORDER_HEADINGS = ("order", "units", "unit nights", "own date", "date", "sooner")
WORDS = (
    "Fill is first-pass: of what was due for the first time, the part released or reserved that night.",
    "Complete and waiting: at the end. Dates moved: those believed of waiting lines, from night to night.",
    "Units idle: usable ones that stay on the shelf while a due line waits for their SKU there.",
    "Unit nights: units released, times the nights they leave sooner; below zero, later.",
    "Date: of the night that releases an order's last unit, or believed; sooner in days. Empty: none.",
)


def print_simulation(console: Console, page: Row) -> None:
    """The page: a client after the other, and last what the words mean and what was taken for granted.

    Args:
        console: where to.
        page: as `flows.simulating.handing_out.describe_simulation` has it.
    """
    own = page["policies"][0]
    figures = sorted(page["figures"], key=lambda row: str(row["client_id"]))
    for client_id, rows in groupby(figures, key=lambda row: str(row["client_id"])):
        of_client = list(rows)
        columns = [[_cell(name, row, own) for name in MEASURES] for row in of_client]
        cells = zip(MEASURES.values(), *columns, strict=True)
        console.print(Text(f"{client_id} · {_span(page['nights'])}", style="bold"))
        console.print(make_table("", ("", *page["policies"]), cells))
        for row in of_client[1:]:
            _print_orders(console, page["orders"], row)
    for note in (*WORDS, *page["notes"]):
        console.print(Text(f"- {note}", style="dim"))


def _span(nights: list[str]) -> str:
    """Which nights the figures are of."""
    if len(nights) == 1:
        return f"night of {nights[0]}"
    return f"{len(nights)} nights, {nights[0]} to {nights[-1]}"


def _cell(name: str, row: Row, own: str) -> object:
    """A figure as the table shows it; the own policy neither gains nor loses."""
    value = row[name]
    if value is None or (row["policy"] == own and name in AGAINST_OWN):
        return None
    return f"{value:,.{PLACES[name]}f}" if name in PLACES else value


def _print_orders(console: Console, orders: list[Row], figures: Row) -> None:
    """Who gains most and who loses most under a policy."""
    policy, gaining, losing = figures["policy"], figures["gaining_orders"], figures["losing_orders"]
    client_id = figures["client_id"]
    mine = [row for row in orders if (row["client_id"], row["policy"]) == (client_id, policy)]
    if not mine:
        console.print(f"{policy}: no order is better or worse off.\n")
    _print_most(console, f"{policy}: {count_of(gaining, 'order')} better off", mine[:gaining])
    _print_most(console, f"{policy}: {count_of(losing, 'order')} worse off", mine[::-1][:losing])


def _print_most(console: Console, title: str, orders: list[Row]) -> None:
    """The first of these orders."""
    if not orders:
        return
    named = ("order_id", "gained_qty", "gained_unit_nights", "own_ready_on", "ready_on", "gained_days")
    cells = [tuple(row[name] for name in named) for row in orders[:SHOWN_ORDERS]]
    most = ", these most" if len(orders) > SHOWN_ORDERS else ""
    console.print(Text(f"{title}{most}", style="bold"))
    console.print(make_table("", ORDER_HEADINGS, cells))
