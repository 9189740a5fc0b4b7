"""Tests of the law of the books."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from schemas.books.journal import Movement
from schemas.books.orders import LineBalance, OrderLine
from schemas.books.stock import StockBalance, StockLot
from schemas.errors import InvariantError
from schemas.night import Books
from tests.frames import NIGHT, frame_of
from transforms.balances import apply_movements

STOCK = {"ledger": "stock", "cause": "received", "seq": 1}
LINE = {"ledger": "line", "cause": "ordered", "order_id": "o1", "warehouse_id": "", "bin_id": "", "seq": 1}


def books() -> Books:
    return Books.of(
        {
            "order_lines": frame_of(OrderLine, {"order_id": "o1", "ordered_qty": 5, "open_qty": 5}),
            "line_balances": frame_of(
                LineBalance, {"order_id": "o1", "account": "OPEN", "warehouse_id": "", "sku": "", "qty": 5}
            ),
            "stock_balances": frame_of(StockBalance, {"qty": 4}, {"sku": "B", "qty": 1}),
            "stock_lots": frame_of(StockLot, {"first_seen_on": NIGHT - timedelta(days=1)}),
        }
    )


def after(*movements: dict[str, Any]) -> Books:
    return apply_movements(books(), frame_of(Movement, *movements), business_date=NIGHT)


def test_a_stock_movement_leaves_one_account_and_enters_the_other() -> None:
    posted = after(STOCK | {"from_account": "FREE", "to_account": "HOLD", "hold_reason": "qc", "qty": 3})
    assert posted.stock_balances.select("sku", "account", "hold_reason", "qty").rows() == [
        ("A", "FREE", "", 1),
        ("A", "HOLD", "qc", 3),
        ("B", "FREE", "", 1),
    ]


def test_an_account_that_comes_to_zero_is_left_out() -> None:
    posted = after(STOCK | {"from_account": "FREE", "to_account": "SHIPPED", "qty": 4})
    assert posted.stock_balances["sku"].to_list() == ["B"]


def test_a_lot_is_seen_first_on_the_night_of_its_first_movement() -> None:
    posted = after(
        STOCK | {"from_account": "SUPPLIER", "to_account": "FREE", "qty": 1},
        STOCK | {"from_account": "SUPPLIER", "to_account": "FREE", "qty": 1, "lot_id": "L1"},
    )
    assert posted.stock_lots.select("lot_id", "first_seen_on").rows() == [
        ("", NIGHT - timedelta(days=1)),
        ("L1", NIGHT),
    ]


def test_an_inner_account_below_zero_is_our_bug() -> None:
    with pytest.raises(InvariantError, match="1 balances below zero"):
        after(STOCK | {"from_account": "FREE", "to_account": "SHIPPED", "qty": 5})


def test_a_line_movement_changes_balances_and_the_lines_quantities_alike() -> None:
    posted = after(
        LINE | {"from_account": "ORDERED", "to_account": "OPEN", "qty": 2},
        LINE | {"from_account": "OPEN", "to_account": "RESERVED", "warehouse_id": "W1", "qty": 3},
        LINE | {"from_account": "OPEN", "to_account": "CANCELLED", "qty": 1},
    )
    assert posted.line_balances.select("account", "warehouse_id", "sku", "qty").rows() == [
        ("CANCELLED", "", "", 1),
        ("OPEN", "", "", 3),
        ("RESERVED", "W1", "A", 3),
    ]
    quantities = posted.order_lines.select("ordered_qty", "open_qty", "reserved_qty", "cancelled_qty")
    assert quantities.row(0) == (7, 3, 3, 1)


def test_a_movement_of_a_line_that_does_not_exist_is_our_bug() -> None:
    with pytest.raises(InvariantError, match="unknown lines"):
        after(LINE | {"order_id": "o9", "from_account": "ORDERED", "to_account": "OPEN", "qty": 2})


def test_nothing_moves_without_movements() -> None:
    unmoved = after().tables()
    assert [name for name, frame in books().tables().items() if not frame.equals(unmoved[name])] == []
