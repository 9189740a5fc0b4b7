"""Tests of cancellations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.intake.verdicts import NEVER_SEEN
from schemas.night import Books
from tests.transforms.posting.nights import (
    at,
    found,
    line,
    moves,
    night,
    ordered,
    reasons,
    release,
    reserve,
    rows_of,
    verdicts,
)

if TYPE_CHECKING:
    from transforms.posting.core.posting import Posting

CREDIT = {"match_on": "consignee_id|sku", "consignee_id": "c1", "sku": "A", "effective_at": at(14)}


def cancelled(books: Books, *rows: dict[str, Any]) -> Posting:
    return night(books, rows_of(cancellations=[{"order_id": "o1"} | row for row in rows]))


def test_a_cancellation_takes_open_units_and_then_reserved_ones() -> None:
    books = reserve(ordered({"qty": 5}, received=3), {"allocated_qty": 3})
    posting = cancelled(books, {"line_no": 1, "qty": 4})
    assert line(posting.books) == {"ordered": 5, "reserved": 1, "cancelled": 4}
    assert moves(posting) == [
        ("OPEN", "CANCELLED", "cancelled", 2),
        ("RESERVED", "CANCELLED", "cancelled", 2),
    ]


def test_without_a_line_the_whole_order_is_cancelled() -> None:
    posting = cancelled(ordered({"qty": 5}, {"qty": 2, "line_no": 2}), {})
    assert line(posting.books) == {"ordered": 5, "cancelled": 5}
    assert line(posting.books, line_no=2) == {"ordered": 2, "cancelled": 2}


def test_a_sku_names_the_lines_of_the_order() -> None:
    posting = cancelled(ordered({"qty": 5}, {"qty": 2, "line_no": 2, "sku": "B"}), {"sku": "B"})
    assert line(posting.books) == {"ordered": 5, "open": 5}
    assert line(posting.books, line_no=2) == {"ordered": 2, "cancelled": 2}


def test_an_orders_row_with_action_cancel_does_the_same() -> None:
    posting = night(ordered({"qty": 5}), rows_of(orders=[{"action": "cancel", "qty": None}]))
    assert line(posting.books) == {"ordered": 5, "cancelled": 5}
    assert verdicts(posting) == ["accepted"]


def test_an_order_and_its_cancellation_in_one_night_move_no_stock() -> None:
    posting = night(Books.blank(), rows_of(orders=[{"qty": 5}], cancellations=[{"order_id": "o1"}]))
    assert line(posting.books) == {"ordered": 5, "cancelled": 5}
    assert set(posting.movements["ledger"]) == {"line"}


def test_released_units_are_too_late_to_cancel() -> None:
    books = release(ordered({"qty": 5}, received=3), {"allocated_qty": 3})
    posting = cancelled(books, {})
    assert line(posting.books) == {"ordered": 5, "released": 3, "cancelled": 2}
    assert found(posting) == [("too_late", "o1")]
    assert posting.outcomes["note"].to_list() == ["with the warehouse or shipped: 3 units"]
    again = cancelled(posting.books, {})
    assert verdicts(again) == ["rejected"]
    assert reasons(again) == ["too_late"]


def test_more_than_is_left_is_told_and_nothing_left_is_rejected() -> None:
    posting = cancelled(ordered({"qty": 5}), {"qty": 7}, {"qty": 1}, {"order_id": "o9"})
    assert verdicts(posting) == ["accepted", "rejected", "rejected"]
    assert posting.outcomes.sort("row_no")["note"][0] == "2 units found no open line"
    assert reasons(posting) == ["line_closed", "unknown_order"]


def match_books() -> Books:
    lines = [
        {"order_id": f"o{hour}", "qty": 3, "consignee_id": "c1", "ordered_at": at(hour)}
        for hour in (8, 10, 16)
    ]
    return ordered(*lines, {"order_id": "other", "qty": 3, "consignee_id": None, "ordered_at": at(9)})


def test_a_match_takes_the_newest_lines_that_were_ordered_before_it() -> None:
    posting = cancelled(match_books(), CREDIT | {"qty": 4})
    assert [line(posting.books, order).get("cancelled", 0) for order in ("o8", "o10", "o16", "other")] == [
        1,
        3,
        0,
        0,
    ]


def test_matches_of_one_consignee_take_turns_in_the_order_of_their_times() -> None:
    later = CREDIT | {"qty": 4, "effective_at": at(17)}
    posting = cancelled(match_books(), later, CREDIT | {"qty": 2})
    assert [line(posting.books, order).get("cancelled", 0) for order in ("o8", "o10", "o16")] == [0, 3, 3]


def test_a_match_without_quantity_takes_all_that_is_left() -> None:
    posting = cancelled(match_books(), CREDIT | {"qty": None})
    assert [line(posting.books, order).get("cancelled", 0) for order in ("o8", "o10", "o16")] == [3, 3, 0]


def test_what_a_match_did_not_find_is_told_and_a_row_that_finds_nothing_is_set_aside() -> None:
    posting = cancelled(
        match_books(),
        CREDIT | {"qty": 8},
        CREDIT | {"qty": 1, "consignee_id": None},
        CREDIT | {"qty": 1, "sku": "Z"},
    )
    assert verdicts(posting) == ["accepted", "set_aside", "set_aside"]
    assert posting.outcomes.sort("row_no")["note"].to_list() == [
        "2 units found no open line",
        "no open line matches",
        "no open line matches",
    ]


def test_an_end_in_a_file_of_orders_that_was_never_told_is_no_error_and_is_remembered() -> None:
    """A row of the file that a route sends to cancellations, and one with the action."""
    routed, plain = {"order_id": "o8", "file_feed": "orders"}, {"order_id": "o9"}
    ended = {"order_id": "o7", "qty": 1, "action": "cancel"}
    posting = night(Books.blank(), rows_of(cancellations=[routed, plain], orders=[ended]))
    told = posting.outcomes.select("verdict", "note").unique().sort("verdict")
    assert told.rows() == [("rejected", ""), ("set_aside", NEVER_SEEN)]
    assert reasons(posting) == ["unknown_order"]
    assert sorted(posting.books.pending_rows["order_id"]) == ["o7", "o8", "o9"]
