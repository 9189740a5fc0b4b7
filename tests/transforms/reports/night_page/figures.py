"""Figures of a small night, as the queries give them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.frames import NIGHT

Row = dict[str, Any]

CLIENT: Row = {
    "client_id": "acme",
    "files": 2,
    "unread_files": 0,
    "rows_read": 40,
    "rows_rejected": 0,
    "rows_set_aside": 0,
    "released_lines": 8,
    "released_orders": 3,
    "open_lines": 5,
    "waiting_lines": 4,
    "undated_lines": 1,
    "uncounted_lines": 0,
    "oldest_days": 6,
    "wait_reason": "no_stock",
    "kept_lines": 1,
    "kept_reason": "group_incomplete",
}
FINDING: Row = {
    "owner": "operator",
    "code": "rows_rejected",
    "client_id": "acme",
    "findings": 1,
    "new_findings": 1,
    "oldest_on": NIGHT,
    "subjects": ["orders.csv"],
    "detail": "3 of 40 rows",
    "command": "backorders check acme orders ./archive/orders.csv --workspace .",
}
SERVICE: Row = {
    "lines": 10,
    "lines_by_due": 9,
    "orders": 4,
    "perfect_orders": 3,
    "shipped_orders": 4,
    "parcels": 5,
}
TREND: Row = {
    "new_lines": 12,
    "released_lines": 8,
    "waiting_lines": 4,
    "early_lines": 1,
    "due_lines": 10,
    "first_pass_lines": 7,
    "day_7_due_lines": 0,
    "day_7_lines": 0,
    "moved_dates": 2,
}
MOVES: Row = {
    "client_id": "acme",
    "warehouse_id": "W1",
    "opening_qty": 100.0,
    "received_qty": 30.0,
    "shipped_qty": 12.5,
    "adjusted_qty": -2.0,
    "counted_qty": 0.0,
    "closing_qty": 115.5,
}
DIFFERENCE: Row = {
    "client_id": "acme",
    "warehouse_id": "W1",
    "sku": "A",
    "lot_id": "L1",
    "business_date": NIGHT,
    "difference_qty": -7.0,
    "shelf_difference_qty": 0.0,
}
MONTH: Row = {
    "client_id": "acme",
    "receipts": 2,
    "received_qty": 30.0,
    "orders": 3,
    "lines": 8,
    "shipped_qty": 12.5,
    "parcels": 4,
}


def client(**columns: object) -> Row:
    """A client's night."""
    return CLIENT | columns


def finding(**columns: object) -> Row:
    """What one client has of a code."""
    return FINDING | columns


def trend(ago: int = 0, **columns: object) -> Row:
    """A night, so many days ago."""
    return {"business_date": NIGHT - timedelta(days=ago)} | TREND | columns


def service(ago: int = 0, **columns: object) -> Row:
    """What should have left on a day."""
    return {"ship_due_on": NIGHT - timedelta(days=ago)} | SERVICE | columns


def announced(week_on: object, lines: int, expected: int, promised: int) -> Row:
    """Goods of a week, in units."""
    return {
        "week_on": week_on,
        "announced_lines": lines,
        "expected_units": expected * 1_000_000,
        "promised_units": promised * 1_000_000,
    }


def figures_of(**queries: list[Row]) -> dict[str, list[Row]]:
    """All queries of a night with one client."""
    plain: dict[str, list[Row]] = {
        "night": [{"business_date": NIGHT, "run_no": 1, "version": 1, "held_clients": ""}],
        "tasks": [finding()],
        "clients": [client()],
        "picks": [{"warehouse_id": "W1", "ships_on": NIGHT, "pick_rows": 9, "lines": 8, "orders": 3}],
        "trend": [trend(days) for days in (20, 8, 1, 0)],
        "ages": [{"age_class": "4-10", "lines": 4, "undated_lines": 1}],
        "oldest": [
            {"client_id": "acme", "order_id": "O1", "lines": 1, "days_waiting": 6, "eta_on": NIGHT},
            {"client_id": "acme", "order_id": "O2", "lines": 2, "days_waiting": 5, "eta_on": None},
        ],
        "reasons": [
            {"kind": "wait", "reason": "no_stock", "lines": 4, "clients": 1},
            {"kind": "keep", "reason": "group_incomplete", "lines": 1, "clients": 1},
        ],
        "inbound": [announced(None, 1, 5, 0), announced(NIGHT, 2, 30, 12)],
        "owed": [{"owed_units": 24_500_000, "undated_units": 1_000_000}],
        "promises": [{"week_on": NIGHT, "kept": 3, "moved": 2, "missed": 1, "unconfirmed": 0}],
        "service": [service(days) for days in (8, 1)],
        "moves": [MOVES],
        "differences": [DIFFERENCE],
        "month": [MONTH],
    }
    return plain | queries


EMPTY: dict[str, list[Row]] = {name: [] for name in figures_of()} | {
    "night": figures_of()["night"],
    "owed": [{"owed_units": 0, "undated_units": 0}],
    "trend": [dict.fromkeys(TREND, 0) | {"business_date": NIGHT}],
}
"""A night on which nothing came, in books without a line."""
