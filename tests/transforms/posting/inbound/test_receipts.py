"""Tests of receipts and of the announcements they fulfil."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from schemas.night import Books
from tests.frames import NIGHT
from tests.transforms.posting.nights import (
    TUESDAY,
    at,
    books_of,
    found,
    moves,
    night,
    nights_later,
    reasons,
    rows_of,
    stock,
    verdicts,
)

if TYPE_CHECKING:
    from transforms.posting.core.posting import Posting


pytestmark = pytest.mark.usefixtures("lived_together")


def received(*rows: dict[str, Any], books: Books | None = None) -> Posting:
    plain = [{"receipt_id": "g1", "received_on": NIGHT} | row for row in rows]
    return night(books or Books.blank(), rows_of(receipts=plain))


def announced(*lines: dict[str, Any]) -> Books:
    plain = [
        {"asn_id": "n1", "announced_qty": 10, "remaining_qty": 10, "status": "expected", "expected_on": NIGHT}
        | line
        for line in lines
    ]
    return books_of(inbound_lines=plain)


def inbound(posting: Posting) -> list[tuple[str, int, int, int, str]]:
    return posting.books.inbound_lines.select(
        "asn_id", "asn_line_no", "received_qty", "remaining_qty", "status"
    ).rows()


def test_damaged_and_rejected_units_are_part_of_received_and_go_on_hold() -> None:
    posting = received({"received_qty": 10, "damaged_qty": 2, "rejected_qty": 1})
    assert stock(posting.books) == {
        ("A", "", "DOCK", "FREE"): 7,
        ("A", "", "DOCK", "damaged"): 2,
        ("A", "", "DOCK", "rejected_goods"): 1,
    }


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"status": "hold"}, "received_hold"),
        ({"status": "qc"}, "qc"),
        ({"receipt_type": "return"}, "return"),
        ({"receipt_type": "blind"}, "FREE"),
    ],
)
def test_a_status_or_a_return_holds_all_that_is_good(row: dict[str, str], reason: str) -> None:
    assert stock(received({"received_qty": 4} | row).books) == {("A", "", "DOCK", reason): 4}


def test_more_damage_than_units_is_rejected() -> None:
    posting = received({"received_qty": 1, "damaged_qty": 2}, {"received_qty": 3})
    assert verdicts(posting) == ["rejected", "accepted"]
    assert reasons(posting) == ["out_of_range"]
    assert stock(posting.books) == {("A", "", "DOCK", "FREE"): 3}


def test_a_receipt_makes_its_lot_known_with_its_expiry() -> None:
    books = received({"received_qty": 1, "lot_id": "L1", "expiry_on": date(2027, 1, 1)}).books
    later = received({"received_qty": 1, "lot_id": "L1"}, books=books).books
    assert later.stock_lots.select("lot_id", "expiry_on", "first_seen_on").rows() == [
        ("L1", date(2027, 1, 1), NIGHT)
    ]


def test_a_correction_takes_units_of_the_lot_back_and_never_takes_the_books_below_zero() -> None:
    posting = received(
        {"received_qty": 3, "lot_id": "L1", "bin_id": "B1"}, {"received_qty": -5, "lot_id": "L1"}
    )
    assert stock(posting.books) == {}
    assert sorted(moves(posting)[1:]) == [
        ("ADJUSTED", "FREE", "book_gap", 2),
        ("FREE", "SUPPLIER", "receipt_corrected", 2),
        ("FREE", "SUPPLIER", "receipt_corrected", 3),
    ]
    assert found(posting) == [("negative_stock", "A")]


def test_a_named_line_is_fulfilled_and_the_rest_stays_expected() -> None:
    posting = received(
        {"received_qty": 4, "asn_id": "n1", "asn_line_no": 2},
        books=announced({}, {"asn_line_no": 2}),
    )
    assert inbound(posting) == [("n1", 1, 0, 10, "expected"), ("n1", 2, 4, 6, "part_received")]


def test_an_announcement_without_a_line_is_filled_in_the_order_of_its_lines() -> None:
    posting = received({"received_qty": 14, "asn_id": "n1"}, books=announced({}, {"asn_line_no": 2}))
    assert inbound(posting) == [("n1", 1, 10, 0, "received"), ("n1", 2, 4, 6, "part_received")]


def test_a_receipt_without_announcement_takes_from_the_oldest_of_its_warehouse_and_sku() -> None:
    books = announced(
        {"asn_id": "late", "expected_on": NIGHT + timedelta(days=1)},
        {"asn_id": "old"},
        {"asn_id": "elsewhere", "warehouse_id": "W2"},
        {"asn_id": "other", "sku": "B"},
    )
    posting = received({"received_qty": 12}, {"received_qty": 9, "receipt_type": "return"}, books=books)
    assert inbound(posting) == [
        ("elsewhere", 1, 0, 10, "expected"),
        ("late", 1, 2, 8, "part_received"),
        ("old", 1, 10, 0, "received"),
        ("other", 1, 0, 10, "expected"),
    ]


def test_a_final_receipt_closes_the_line() -> None:
    posting = received({"received_qty": 4, "asn_id": "n1", "is_final": True}, books=announced({}))
    assert inbound(posting) == [("n1", 1, 4, 0, "closed")]


def test_units_beyond_the_allowance_go_on_hold() -> None:
    posting = received(
        {"received_qty": 8, "asn_id": "n1", "asn_line_no": 1, "line_no": 1},
        {"received_qty": 5, "asn_id": "n1", "damaged_qty": 4, "line_no": 2},
        books=announced({}),
    )
    assert stock(posting.books) == {
        ("A", "", "DOCK", "FREE"): 8,
        ("A", "", "DOCK", "damaged"): 4,
        ("A", "", "DOCK", "over_receipt"): 1,
    }
    assert inbound(posting) == [("n1", 1, 13, 0, "received")]


def test_a_correction_of_a_named_line_makes_units_expected_again() -> None:
    first = received({"received_qty": 10, "asn_id": "n1"}, books=announced({}))
    posting = received({"received_qty": -3, "asn_id": "n1"}, books=first.books)
    assert inbound(posting) == [("n1", 1, 7, 3, "part_received")]


def test_a_receipt_of_a_time_that_was_counted_changes_nothing() -> None:
    counted = {"bin_id": "B1", "counted_at": at(12)}
    books = books_of(counts=[counted])
    posting = received(
        {"received_qty": 5, "bin_id": "B1", "received_on": None, "effective_at": at(11)},
        {"received_qty": 7, "bin_id": "B1", "received_on": None, "effective_at": at(13)},
        books=books,
    )
    assert stock(posting.books) == {("A", "", "B1", "FREE"): 7}
    assert ("FREE", "ADJUSTED", "already_counted", 5) in moves(posting)
    assert found(posting) == [("already_counted", "file file-receipt")]


def test_the_rest_of_a_part_received_line_is_expected_for_three_working_days() -> None:
    books = received({"received_qty": 4, "asn_id": "n1"}, books=announced({})).books
    assert inbound(night(books, rows_of(), as_of=nights_later(3)))[0][3:] == (6, "part_received")
    assert inbound(night(books, rows_of(), as_of=nights_later(4)))[0][3:] == (0, "closed")


def test_a_line_of_which_nothing_came_is_overdue_and_listed_after_the_grace() -> None:
    waiting = [night(announced({}), rows_of(), as_of=nights_later(nights)) for nights in (0, 1, 3, 4)]
    assert [inbound(posting)[0][4] for posting in waiting] == ["expected", "overdue", "overdue", "overdue"]
    assert [found(posting) for posting in waiting] == [[], [], [], [("overdue_asn", "n1")]]


def test_an_overdue_line_is_told_every_night_with_its_age() -> None:
    late = [night(announced({}), rows_of(), as_of=nights_later(days)) for days in (4, 5)]
    assert [posting.findings["detail"].to_list() for posting in late] == [
        [f"line 1: 10 of A expected at W1 on 2026-03-02, {days} days late"] for days in (4, 5)
    ]
    assert late[0].findings["command"].to_list() == ["backorders queue acme A --workspace ."]


def twice(first: dict[str, Any], again: dict[str, Any], books: Books | None = None) -> Posting:
    """A line of a receipt that a night takes, and that the next night says again."""
    plain = {"line_no": 1, "received_qty": 10, "bin_id": "B1", "received_on": NIGHT, "receipt_id": "g1"}
    before = received(plain | first, books=books)
    return night(before.books, rows_of(receipts=[plain | first | again]), as_of=nights_later(1))


@pytest.mark.parametrize("qty", [8, 12])
def test_a_line_that_is_said_again_with_another_quantity_counts_as_said_last(qty: int) -> None:
    posting = twice({}, {"received_qty": qty})
    assert sum(stock(posting.books).values()) == qty
    said = f"receipt g1 line 1: 10 of A in B1 before, now {qty} of A in B1"
    assert ("receipt_corrected", "A") in found(posting)
    assert said in posting.findings["detail"].to_list()
    assert posting.books.receipt_lines["received_qty"].to_list() == [qty]


def test_a_line_that_is_said_again_in_another_bin_or_of_another_sku_moves() -> None:
    assert stock(twice({}, {"bin_id": "B2"}).books) == {("A", "", "B2", "FREE"): 10}
    assert stock(twice({}, {"sku": "B"}).books) == {("B", "", "B1", "FREE"): 10}


def test_a_line_that_is_said_again_with_damaged_units_holds_them() -> None:
    posting = twice({}, {"damaged_qty": 2})
    assert stock(posting.books) == {("A", "", "B1", "FREE"): 8, ("A", "", "B1", "damaged"): 2}


def test_a_line_whose_units_are_good_after_all_is_held_no_more() -> None:
    posting = twice({"damaged_qty": 2, "rejected_qty": 1}, {"damaged_qty": 0, "rejected_qty": 1})
    assert stock(posting.books) == {("A", "", "B1", "FREE"): 9, ("A", "", "B1", "rejected_goods"): 1}
    judged = twice({"status": "qc"}, {"status": "available"})
    assert stock(judged.books) == {("A", "", "B1", "FREE"): 10}


def test_a_line_that_is_said_again_credits_its_announcement_with_the_difference() -> None:
    fewer = twice({"asn_id": "n1"}, {"received_qty": 4}, announced({}))
    assert inbound(fewer) == [("n1", 1, 4, 6, "part_received")]
    moved = twice({"asn_id": "n1", "received_qty": 6}, {"bin_id": "B2", "received_qty": 7}, announced({}))
    assert inbound(moved) == [("n1", 1, 7, 3, "part_received")]


def test_a_line_that_is_said_again_on_another_day_is_another_receipt() -> None:
    posting = twice({}, {"received_on": NIGHT + timedelta(days=1)})
    assert sum(stock(posting.books).values()) == 20


def test_a_line_is_forgotten_when_it_can_no_longer_be_corrected() -> None:
    books = received({"line_no": 1, "received_qty": 1}).books
    assert books.receipt_lines.height == 1
    later = night(books, rows_of(receipts=[{"receipt_id": "g2", "received_qty": 1}]), as_of=nights_later(35))
    assert later.books.receipt_lines.height == 0


def test_what_was_taken_off_a_line_is_not_taken_back_again() -> None:
    plain = {"line_no": 1, "bin_id": "B1", "received_on": NIGHT, "receipt_id": "g1"}
    first = received(plain | {"received_qty": 10}).books
    less = night(first, rows_of(receipts=[plain | {"received_qty": -4}]), as_of=nights_later(1)).books
    again = night(less, rows_of(receipts=[plain | {"received_qty": 8}]), as_of=nights_later(2))
    assert sum(stock(again.books).values()) == 8
    moved = rows_of(receipts=[plain | {"received_qty": -8}, plain | {"received_qty": 3, "bin_id": "B2"}])
    posting = night(again.books, moved, as_of=nights_later(3))
    assert stock(posting.books) == {("A", "", "B2", "FREE"): 3}


def test_what_is_taken_off_at_dock_is_inside_a_count_of_dock() -> None:
    first = received({"received_qty": 10}, {"received_qty": 5, "bin_id": "A1", "receipt_id": "g2"}).books
    count = {"qty": 8, "bin_id": "DOCK", "counted_at": at(6, TUESDAY)}
    counted = night(first, rows_of(stock=[count]), as_of=nights_later(1)).books
    less = rows_of(receipts=[{"receipt_id": "g1", "received_on": NIGHT, "received_qty": -2}])
    posting = night(counted, less, as_of=nights_later(2))
    assert stock(posting.books) == {("A", "", "A1", "FREE"): 5, ("A", "", "DOCK", "FREE"): 8}


def test_units_taken_off_a_return_were_on_hold() -> None:
    back = {"receipt_id": "g2", "receipt_type": "return"}
    first = received({"received_qty": 10}, back | {"received_qty": 4}).books
    posting = received(back | {"received_qty": -1}, books=first)
    assert stock(posting.books) == {("A", "", "DOCK", "FREE"): 10, ("A", "", "DOCK", "return"): 3}


def listed(posting: Posting) -> list[tuple[str, int, int, int]]:
    return posting.receipts.select("receipt_id", "received_qty", "damaged_qty", "rejected_qty").rows()


def test_a_receipt_is_listed_as_it_was_posted_and_a_refused_one_is_not() -> None:
    posting = received(
        {"received_qty": 10, "damaged_qty": 2, "rejected_qty": 1, "receipt_type": "return"},
        {"received_qty": 1, "damaged_qty": 2},
    )
    assert listed(posting) == [("g1", 10, 2, 1)]
    assert posting.receipts["business_date"].to_list() == [NIGHT]


def test_a_corrected_line_is_listed_with_what_it_takes_back() -> None:
    first = received({"line_no": 1, "received_qty": 10, "damaged_qty": 2})
    second = received({"line_no": 1, "received_qty": 7}, books=first.books)
    assert listed(second) == [("g1", -10, -2, 0), ("g1", 7, 0, 0)]
