"""Tests of posting what a rule of the client cancels, and of telling the client what it must decide."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from schemas.books.orders import OrderLine
from schemas.night import Books
from schemas.results import Cancellation, Decision
from tests.frames import NIGHT, frame_of
from tests.transforms.posting.nights import AS_OF, DAYS, line, moves, ordered, reserve, stock
from transforms.posting.planned.plan import find_past_dates
from transforms.posting.planned.withdrawals import post_withdrawals

SHORT = {"order_id": "o1", "cause": "cancelled_short", "is_due": True}
YESTERDAY, TOMORROW = NIGHT - timedelta(days=1), NIGHT + timedelta(days=1)


def test_open_units_of_a_line_are_cancelled_and_its_reservation_stays() -> None:
    books = reserve(ordered({"qty": 5}, received=9), {"allocated_qty": 2})
    posting = post_withdrawals(books, frame_of(Cancellation, SHORT | {"cancelled_qty": 3}), as_of=AS_OF)
    assert moves(posting) == [("OPEN", "CANCELLED", "cancelled_short", 3)]
    assert line(posting.books) == {"ordered": 5, "reserved": 2, "cancelled": 3}


def test_a_line_that_is_cancelled_whole_gives_up_what_it_reserved_in_every_warehouse() -> None:
    books = reserve(
        ordered({"qty": 5}, received=9), {"allocated_qty": 2}, {"allocated_qty": 1, "warehouse_id": "W2"}
    )
    late = SHORT | {"cause": "cancelled_late", "cancelled_qty": 5, "from_reserved_qty": 3}
    posting = post_withdrawals(books, frame_of(Cancellation, late), as_of=AS_OF)
    assert moves(posting) == [
        ("OPEN", "CANCELLED", "cancelled_late", 2),
        ("RESERVED", "CANCELLED", "cancelled_late", 2),
        ("RESERVED", "CANCELLED", "cancelled_late", 1),
    ]
    assert line(posting.books) == {"ordered": 5, "cancelled": 5}
    assert stock(posting.books) == {("A", "", "DOCK", "FREE"): 9}


@pytest.mark.parametrize(
    ("columns", "decision", "says"),
    [
        ({"cancel_after": TOMORROW}, "past_cancel_date", "line 1: 3 of A cannot ship by 2026-03-03"),
        ({"cancel_after": TOMORROW}, "no_stock", None),
        ({"cancel_after": YESTERDAY}, "order_hold", "line 1: 5 of A cannot ship by 2026-03-01"),
        (
            {"deliver_by": TOMORROW, "transit_days": 2},
            "past_cancel_date",
            "line 1: 5 of A cannot ship by 2026-03-01",
        ),
        ({}, "past_cancel_date", None),
        ({"cancel_after": YESTERDAY, "open_qty": 0, "reserved_qty": 0}, "no_stock", None),
    ],
)
def test_the_client_is_asked_of_units_that_cannot_ship_in_time(
    columns: dict[str, Any], decision: str, says: str | None
) -> None:
    row = {"order_id": "o1", "open_qty": 3, "reserved_qty": 2} | columns
    books = Books.of({"order_lines": frame_of(OrderLine, row)})
    reason = {"order_id": "o1", "reason_code": decision, "qty": 3}
    told = find_past_dates(books, frame_of(Decision, reason), days=DAYS, as_of=AS_OF)
    asked = told.select("code", "subject", "owner", "detail").rows()
    assert asked == ([("past_cancel_date", "o1", "client", says)] if says else [])
