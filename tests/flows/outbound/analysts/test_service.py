"""Tests of what was shipped by due, and of perfect orders. The night is a Monday."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from schemas.books.journal import Movement
from schemas.books.orders import OrderLine, Shipment
from schemas.night import AsOf, Books
from schemas.outputs.analyst import Night
from schemas.settings.warehouse import Warehouse
from tests.flows.outbound.analysts.asking import ask, day
from tests.frames import frame_of
from tests.transforms.reports.analyst_world import CLIENTS, line_row, night_row, version_of
from transforms.reports.analyst_lines import tabulate_lines

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    ShowVersion = Callable[..., Path]

FRIDAY, SATURDAY, MONDAY = day(4), day(5), day(7)
HOUSE = {"W1": Warehouse(warehouse_id="W1", allocator="us")}
FROM_TO = {"from_account": "RELEASED", "to_account": "SHIPPED"}
SENT: dict[str, Any] = {"open_qty": 0, "shipped_qty": 10, "promised_on": day(2)}


def sent(days: int, qty: int = 10, **columns: object) -> dict[str, Any]:
    """A shipment of the order, so many days after Monday."""
    return {
        "order_id": "O1",
        "shipment_id": f"s{days}{qty}",
        "shipped_on": day(days),
        "shipped_qty": qty,
    } | columns


def service(
    show_version: ShowVersion,
    *shipments: dict[str, Any],
    cause: str = "shipped",
    **columns: Any,  # noqa: ANN401 -- columns of any type
) -> list[int]:
    """Lines, of them by due; orders, of them by due, perfect and shipped at all; parcels."""
    moves = {"order_id": "O1", "ledger": "line", "cause": cause, "qty": 1, **FROM_TO}
    version = version_of(
        books=Books.of({"order_lines": frame_of(OrderLine, line_row(warehouse_ids="W1", **columns))}),
        history={"shipments": frame_of(Shipment, *shipments), "movements": frame_of(Movement, moves)},
        nights=frame_of(Night, *(night_row(day(days), version=days + 1) for days in range(4))),
        warehouses=HOUSE,
    )
    rows = ask(show_version(version, as_of=AsOf(day(3))), "FROM service_daily")
    assert len(rows) <= 1
    return list(rows[0].values())[2:] if rows else []


@pytest.mark.parametrize(
    ("shipments", "cause", "says"),
    [
        ([sent(2)], "shipped", [1, 1, 1, 1, 1, 1, 1]),
        ([sent(3)], "shipped", [1, 0, 1, 0, 0, 1, 1]),
        ([sent(1, 4), sent(2, 6)], "shipped", [1, 1, 1, 1, 1, 1, 2]),
        ([sent(1, 4, short_qty=6), sent(2, 6)], "shipped", [1, 1, 1, 1, 0, 1, 2]),
        ([sent(1, 12), sent(2, -2)], "slip_taken_back", [1, 1, 1, 1, 0, 1, 1]),
        ([sent(2)], "over_shipped", [1, 1, 1, 1, 0, 1, 1]),
        ([sent(2)], "cancelled_short", [1, 0, 1, 0, 0, 1, 1]),
    ],
)
def test_a_perfect_order_is_complete_on_time_and_right(
    show_version: ShowVersion, shipments: list[dict[str, Any]], cause: str, says: list[int]
) -> None:
    assert service(show_version, *shipments, cause=cause, **SENT) == says


def test_what_waits_is_late_and_what_is_cancelled_is_not_wanted(
    show_version: ShowVersion,
) -> None:
    waiting: dict[str, Any] = {"open_qty": 4, "shipped_qty": 6, "promised_on": day(2)}
    assert service(show_version, sent(2, 6), **waiting) == [1, 0, 1, 0, 0, 1, 1]
    assert service(show_version, promised_on=day(2)) == [1, 0, 1, 0, 0, 0, 0], "nothing left yet"
    assert service(show_version, open_qty=0, cancelled_qty=10, promised_on=day(2)) == []
    assert service(show_version, promised_on=day(4)) == [], "its day is not closed"


@pytest.mark.parametrize(
    ("columns", "ship_due_on"),
    [
        ({"promised_on": SATURDAY}, FRIDAY),
        ({"ship_by": MONDAY}, MONDAY),
        ({"deliver_by": SATURDAY, "transit_days": 1}, FRIDAY),
        ({}, day(1)),
        ({"ship_not_before": SATURDAY}, MONDAY),
    ],
)
def test_a_line_is_due_on_a_day_on_which_its_warehouse_ships(
    columns: dict[str, object], ship_due_on: date
) -> None:
    books = Books.of({"order_lines": frame_of(OrderLine, line_row(warehouse_ids="W1", **columns))})
    lines = tabulate_lines(version_of(books=books, warehouses=HOUSE), as_of=AsOf(day(0)), clients=CLIENTS)
    assert lines["ship_due_on"].to_list() == [ship_due_on]
