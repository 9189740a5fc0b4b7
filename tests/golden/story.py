"""What the tests of the sample's story ask of a published night."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.golden.published import PublishedNights, Row

GIVEN = (
    "SELECT order_id, line_no, warehouse_id, lot_id, bin_id, allocated_qty FROM allocations "
    "WHERE client_id = ? AND kind = ? AND business_date = CAST(? AS DATE) ORDER BY ALL"
)
WHY = "SELECT order_id, line_no, reason_code, qty FROM decisions WHERE client_id = ? ORDER BY ALL"
WAITS = (
    "SELECT order_id, line_no, open_qty, reserved_qty, told_eta_on FROM order_lines "
    "WHERE client_id = ? AND open_qty + reserved_qty > 0 ORDER BY ALL"
)
TOLD = (
    "SELECT order_id, kind, eta_on FROM notices WHERE client_id = ? "
    "AND business_date = CAST(? AS DATE) ORDER BY ALL"
)
NEEDS_A_PERSON = (
    "SELECT client_id, code, subject FROM findings WHERE business_date = CAST(? AS DATE) ORDER BY ALL"
)
SHELF = (
    "SELECT bin_id, on_hand_qty, hold_qty, released_qty, available_qty FROM stock "
    "WHERE client_id = ? AND sku = ? ORDER BY ALL"
)
TOTALS = (
    "SELECT sum(ordered_qty), sum(open_qty), sum(reserved_qty), sum(released_qty), sum(shipped_qty), "
    "sum(cancelled_qty) FROM order_lines WHERE client_id = ?"
)
MARCH = {day: date(2026, 3, day) for day in range(1, 32)}
"""`MARCH[9]` is 2026-03-09."""


def released(nights: PublishedNights, night: str, client: str) -> list[Row]:
    """Order, line, warehouse, lot, bin and units of tonight's picks."""
    return nights.rows(night, GIVEN, client, "release", night)


def reserved(nights: PublishedNights, night: str, client: str) -> list[Row]:
    """Order, line, warehouse and units that are newly kept; lot and bin are chosen later."""
    return [
        (order, line, warehouse, qty)
        for order, line, warehouse, _, _, qty in nights.rows(night, GIVEN, client, "reserve", night)
    ]


def told(nights: PublishedNights, night: str, client: str) -> list[Row]:
    """Order, kind and date of tonight's messages."""
    return nights.rows(night, TOLD, client, night)
