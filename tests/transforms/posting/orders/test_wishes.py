"""Cancellations and lower quantities that came too late, and what becomes of their units later."""

from __future__ import annotations

from typing import Any

from tests.transforms.posting.nights import TUESDAY as NEXT
from tests.transforms.posting.nights import (
    at,
    confirmed,
    found,
    line,
    night,
    nights_later,
    released_ten,
    rows_of,
)

SHORT = {"release_id": "r1", "shipped_qty": 7, "file_hash": "f2"}


def change(qty: int) -> dict[str, Any]:
    return {"qty": qty, "action": "change", "changed_at": at(9, NEXT), "effective_at": at(9, NEXT)}


def test_units_that_come_back_after_a_late_cancellation_are_cancelled_and_never_queue_again() -> None:
    late = night(released_ten(), rows_of(cancellations=[{"order_id": "o1"}]))
    assert line(late.books) == {"ordered": 10, "released": 10}
    assert found(late) == [("too_late", "o1")]
    back = night(late.books, rows_of(shipments=[SHORT]), as_of=nights_later(1)).books
    assert line(back) == {"ordered": 10, "shipped": 7, "cancelled": 3}
    assert back.wishes["qty"].to_list() == [7]


def test_units_that_come_back_after_a_late_reduction_are_no_longer_ordered() -> None:
    late = night(released_ten(), rows_of(orders=[change(8)]), as_of=nights_later(1))
    assert line(late.books) == {"ordered": 10, "released": 10}
    back = night(late.books, rows_of(shipments=[SHORT]), as_of=nights_later(2)).books
    assert line(back) == {"ordered": 8, "open": 1, "shipped": 7}


def test_a_quantity_that_is_stated_later_replaces_the_wish() -> None:
    late = night(released_ten(), rows_of(orders=[change(8)]), as_of=nights_later(1)).books
    restated = night(late, rows_of(orders=[{**change(10), "file_hash": "f9"}]), as_of=nights_later(1)).books
    assert restated.wishes.is_empty()


def test_a_wish_outlives_the_shipment_for_the_days_in_which_a_slip_is_taken_back() -> None:
    asked: list[dict[str, Any]] = [{"order_id": "o1", "line_no": 1, "qty": 4}, {"order_id": "o1"}]
    late = night(released_ten(), rows_of(cancellations=asked)).books
    assert late.wishes.select("account", "qty").rows() == [("CANCELLED", 10)]
    gone = confirmed(late, {"release_id": "r1", "shipped_qty": 10}).books
    assert line(gone) == {"ordered": 10, "shipped": 10}
    assert gone.wishes["qty"].to_list() == [10]
    taken_back = {"release_id": "r1", "shipped_qty": -3, "file_hash": "f3"}
    back = night(gone, rows_of(shipments=[taken_back]), as_of=nights_later(2)).books
    assert line(back) == {"ordered": 10, "shipped": 7, "cancelled": 3}
    assert back.wishes["qty"].to_list() == [7]
    assert night(back, rows_of(), as_of=nights_later(36)).books.wishes.is_empty()


def test_a_cancellation_of_what_has_shipped_is_too_late() -> None:
    done = confirmed(released_ten(), {"release_id": "r1", "shipped_qty": 10}).books
    posting = night(done, rows_of(cancellations=[{"order_id": "o1", "line_no": 1, "qty": 2}]))
    assert found(posting) == [("too_late", "o1")]
    assert line(posting.books) == {"ordered": 10, "shipped": 10}
