"""Tests of the views that are facts: lines, orders, parcels, suppliers, what a client is billed."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from schemas.books.catalogue import Item, ItemUnit
from schemas.books.inbound import InboundLine
from schemas.books.journal import Movement
from schemas.books.orders import OrderLine, Shipment
from schemas.night import AsOf, Books
from schemas.outputs.analyst import Night
from schemas.results import Message, Peg
from tests.flows.outbound.analysts.asking import ask, day
from tests.frames import NIGHT, frame_of
from tests.transforms.reports.analyst_world import line_row, night_row, version_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    ShowVersion = Callable[..., Path]

WHOLE = {"ordered_qty": 48, "shipped_qty": 48, "open_qty": 0, "sent_uom": "CA", "unit_price": Decimal(36)}
PART = {
    "ordered_qty": 10,
    "shipped_qty": 4,
    "open_qty": 6,
    "unit_price": Decimal(2),
    "first_short_on": day(1),
}
GONE = {
    "ordered_qty": 5,
    "open_qty": 0,
    "cancelled_qty": 5,
    "first_short_on": NIGHT,
    "unit_price": Decimal(1),
}


def shipped(order_id: str, line_no: int, qty: int, **columns: Any) -> dict[str, Any]:  # noqa: ANN401 -- of several types
    """A shipment of a line."""
    said = {"basis": "confirmed", "shipped_on": day(1), "warehouse_id": "W1", **columns}
    shipment_id = f"{order_id}/{line_no}/{said['shipped_on']}"
    return {"order_id": order_id, "line_no": line_no, "shipped_qty": qty, "shipment_id": shipment_id} | said


@pytest.fixture
def path(show_version: ShowVersion) -> Path:
    """An order that left in two parcels, in part, one that was cancelled, and four nights."""
    lines = [
        line_row(order_id="O1", line_no=1, consignee_id="ACC-1", po_number="PO 1", currency="EUR", **WHOLE),
        line_row(order_id="O1", line_no=2, consignee_id="ACC-1", po_number="PO 1", currency="EUR", **PART),
        line_row(order_id="O2", **GONE),
    ]
    books = Books.of(
        {
            "order_lines": frame_of(OrderLine, *lines),
            "items": frame_of(Item, {}),
            "item_units": frame_of(ItemUnit, {"uom": "CA", "each_qty": 24}),
        }
    )
    shipments = frame_of(
        Shipment,
        shipped("O1", 1, 48, tracking_no="T1"),
        shipped("O1", 2, 1, short_qty=2, tracking_no="T1"),
        shipped("O1", 2, 3, shipped_on=day(3), tracking_no="T2"),
    )
    cancelled = frame_of(
        Movement,
        {"order_id": "O2", "line_no": 1, "ledger": "line", "from_account": "OPEN", "to_account": "CANCELLED",
         "qty": 5, "cause": "cancelled_short", "business_date": day(2)},
    )  # fmt: skip
    told = frame_of(Message, {"order_id": "O1", "business_date": day(1), "kind": "on_back_order"})
    history = {"shipments": shipments, "movements": cancelled, "messages": told}
    nights = frame_of(Night, *(night_row(day(days), version=days + 1) for days in range(4)))
    return show_version(version_of(books=books, history=history, nights=nights), as_of=AsOf(day(3)))


def test_a_line_says_what_became_of_it_in_units_money_and_days(path: Path) -> None:
    whole, part, gone = ask(path, "FROM line_facts ORDER BY order_id, line_no")
    assert (whole["each_price"], whole["shipped_value"]) == (Decimal("1.5"), Decimal(72))
    assert (whole["is_closed"], whole["parcels"], whole["short_picked_qty"]) == (True, 1, 0)
    assert whole["days_to_ship"] == (day(1) - whole["ordered_on"]).days
    assert (part["first_shipped_on"], part["last_shipped_on"], part["parcels"]) == (day(1), day(3), 2)
    assert (part["open_value"], part["shipped_value"], part["short_picked_qty"]) == (12, 8, 2)
    assert (part["days_to_ship"], part["waited_days"], part["is_shipped_by_due"]) == (None, 2, False)
    assert (gone["cancelled_on"], gone["cancel_cause"], gone["waited_days"]) == (day(2), "cancelled_short", 2)
    assert (gone["cancelled_value"], gone["days_to_ship"]) == (5, None)


def test_an_order_is_the_sum_of_its_lines(path: Path) -> None:
    first, second = ask(path, "FROM order_facts ORDER BY order_id")
    assert (first["consignee_id"], first["po_number"]) == ("ACC-1", "PO 1")
    assert (first["lines"], first["shipped_lines"], first["parcels"], first["notices"]) == (2, 2, 2, 1)
    assert (first["ordered_value"], first["shipped_value"], first["open_value"]) == (92, 80, 12)
    assert (first["is_closed"], first["is_shipped_by_due"], first["last_shipped_on"]) == (
        False,
        False,
        day(3),
    )
    assert (second["is_closed"], second["is_shipped_by_due"], second["parcels"]) == (True, False, 0)


def test_a_follow_up_parcel_has_a_number_and_a_value(path: Path) -> None:
    parcels = ask(path, "FROM parcels ORDER BY parcel_no")
    told = [(one["parcel_no"], one["lines"], one["shipped_value"], one["tracking_nos"]) for one in parcels]
    assert told == [(1, 2, Decimal(74), "T1"), (2, 1, Decimal(6), "T2")]


def test_announced_stands_beside_received_by_supplier_and_sku(show_version: ShowVersion) -> None:
    lines = [
        {"asn_line_no": 1, "status": "received", "announced_qty": 10, "received_qty": 10,
         "first_expected_on": day(-5), "expected_on": day(-5), "last_received_on": day(-3)},
        {"asn_line_no": 2, "status": "closed", "announced_qty": 10, "received_qty": 7,
         "first_expected_on": day(-5), "expected_on": day(-5), "last_received_on": day(-5)},
        {"asn_line_no": 3, "status": "overdue", "announced_qty": 4, "remaining_qty": 4,
         "first_expected_on": day(-5), "expected_on": day(-2)},
        {"asn_line_no": 4, "status": "received", "announced_qty": 1, "received_qty": 3,
         "first_expected_on": day(-1), "expected_on": day(-1), "last_received_on": day(-1)},
    ]  # fmt: skip
    inbound = frame_of(InboundLine, *({"supplier_id": "MILL", **line} for line in lines))
    books = Books.of({"inbound_lines": inbound, "order_lines": frame_of(OrderLine, line_row())})
    pegs = frame_of(Peg, {"order_id": "O1", "asn_line_no": 3, "pegged_qty": 4})
    (told,) = ask(show_version(version_of(books=books, pegs=pegs)), "FROM supplier_performance")
    counts = ("lines", "lines_coming", "lines_late_now", "lines_moved_later", "lines_received")
    assert [told[name] for name in counts] == [4, 1, 1, 1, 3]
    assert (told["lines_received_late"], told["average_late_days"]) == (1, pytest.approx(2 / 3))
    units = ("announced_qty", "received_qty", "short_qty", "over_qty", "remaining_qty", "pegged_qty")
    assert [told[name] for name in units] == [25, 20, 3, 2, 4, 4]
