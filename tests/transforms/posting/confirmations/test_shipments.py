"""Tests of confirmed shipments, short picks and what contradicts the books."""

from __future__ import annotations

import pytest

from tests.transforms.posting.nights import (
    TUESDAY,
    at,
    client_with,
    confirmed,
    found,
    line,
    moves,
    night,
    nights_later,
    ordered,
    reasons,
    release,
    released_ten,
    rows_of,
    stock,
    verdicts,
)

pytestmark = pytest.mark.usefixtures("lived_together")


def test_a_full_confirmation_ships_and_closes_the_release() -> None:
    posting = confirmed(released_ten(), {"release_id": "r1", "shipped_qty": 10, "tracking_no": "T1"})
    assert line(posting.books) == {"ordered": 10, "shipped": 10}
    assert posting.books.releases.select("shipped_qty", "is_open").rows() == [(10, False)]
    assert posting.shipments.select("shipped_qty", "short_qty", "basis", "tracking_no").rows() == [
        (10, 0, "confirmed", "T1")
    ]
    assert {row["effect_id"] for row in posting.movements.iter_rows(named=True)} == set(
        posting.shipments["shipment_id"]
    )


def test_released_10_shipped_7_puts_3_back_and_holds_the_bins_rest_of_that_lot() -> None:
    posting = confirmed(released_ten(), {"release_id": "r1", "shipped_qty": 7, "short_reason": "empty"})
    assert line(posting.books) == {"ordered": 10, "open": 3, "shipped": 7}
    assert stock(posting.books) == {("A", "", "DOCK", "short_pick"): 5}
    assert posting.books.stock_holds.select("release_id", "qty", "missing_qty").rows() == [("r1", 5, 3)]
    assert posting.shipments.select("shipped_qty", "short_qty", "short_reason").rows() == [(7, 3, "empty")]


def test_a_short_pick_leaves_other_bins_and_lots_for_sale() -> None:
    receipts = [
        {"receipt_id": "g", "received_qty": 5, "bin_id": bin_id, "lot_id": lot_id}
        for bin_id, lot_id in (("B1", "L1"), ("B1", "L2"), ("B2", "L1"))
    ]
    books = night(ordered({"qty": 4}), rows_of(receipts=receipts)).books
    books = release(books, {"allocated_qty": 4, "bin_id": "B1", "lot_id": "L1"})
    posting = confirmed(books, {"release_id": "r1", "shipped_qty": 0})
    assert stock(posting.books) == {
        ("A", "L1", "B1", "short_pick"): 5,
        ("A", "L2", "B1", "FREE"): 5,
        ("A", "L1", "B2", "FREE"): 5,
    }


def test_all_rows_of_one_file_for_a_release_are_one_confirmation() -> None:
    rows = [{"release_id": "r1", "shipped_qty": qty} for qty in (4, 5)]
    posting = confirmed(released_ten(), *rows)
    assert line(posting.books) == {"ordered": 10, "open": 1, "shipped": 9}
    assert sorted(posting.shipments["short_qty"]) == [0, 1]


def test_two_files_of_a_night_for_one_release_are_one_confirmation() -> None:
    posting = confirmed(
        released_ten(),
        {"release_id": "r1", "shipped_qty": 4, "file_hash": "f1", "effective_at": at(8)},
        {"release_id": "r1", "shipped_qty": 6, "file_hash": "f0", "effective_at": at(9)},
    )
    assert verdicts(posting) == ["accepted", "accepted"]
    assert line(posting.books) == {"ordered": 10, "shipped": 10}


def test_a_confirmation_that_is_not_final_keeps_the_release_open() -> None:
    posting = confirmed(
        released_ten(),
        {"release_id": "r1", "shipped_qty": 4, "is_final": False, "file_hash": "f1", "effective_at": at(8)},
        {"release_id": "r1", "shipped_qty": 6, "file_hash": "f2", "effective_at": at(9)},
    )
    assert line(posting.books) == {"ordered": 10, "shipped": 10}
    assert not posting.books.releases["is_open"].any()


def test_under_explicit_shorts_only_the_short_quantity_is_short() -> None:
    client = client_with(short="explicit")
    first = confirmed(released_ten(), {"release_id": "r1", "shipped_qty": 4, "short_qty": 1}, client=client)
    assert line(first.books) == {"ordered": 10, "open": 1, "released": 5, "shipped": 4}
    last = confirmed(first.books, {"release_id": "r1", "shipped_qty": 2, "is_final": True}, client=client)
    assert line(last.books) == {"ordered": 10, "open": 4, "shipped": 6}


def test_more_shipped_than_released_comes_from_the_shelf_and_counts_for_the_line() -> None:
    books = release(ordered({"qty": 13}, received=12), {"allocated_qty": 10})
    posting = confirmed(books, {"release_id": "r1", "shipped_qty": 14})
    assert line(posting.books) == {"ordered": 13, "shipped": 13}
    assert stock(posting.books) == {}
    assert moves(posting)[2:] == [
        ("ADJUSTED", "FREE", "book_gap", 2),
        ("FREE", "SHIPPED", "over_shipped", 4),
        ("OPEN", "SHIPPED", "over_shipped", 3),
    ]
    assert found(posting) == [("negative_stock", "A"), ("over_shipped", "o1")]
    assert posting.shipments["shipped_qty"].to_list() == [14]


def test_shipped_from_another_bin_returns_the_told_one_and_takes_the_real_one() -> None:
    receipts = [{"receipt_id": "g", "received_qty": 5, "bin_id": name} for name in ("B1", "B2")]
    books = night(ordered({"qty": 4}), rows_of(receipts=receipts)).books
    books = release(books, {"allocated_qty": 4, "bin_id": "B1"})
    posting = confirmed(books, {"release_id": "r1", "shipped_qty": 4, "bin_id": "B2"})
    assert stock(posting.books) == {("A", "", "B1", "FREE"): 5, ("A", "", "B2", "FREE"): 1}
    assert line(posting.books) == {"ordered": 4, "shipped": 4}
    assert found(posting) == [("other_lot", "o1")]
    assert posting.findings["detail"].to_list() == ["line 1: 4 from B2 instead of B1"]
    assert posting.shipments["bin_id"].to_list() == ["B2"]


def test_another_lot_is_told_with_its_bin() -> None:
    receipts = [{"receipt_id": "g", "received_qty": 5, "bin_id": "B1", "lot_id": lot} for lot in ("L1", "L2")]
    books = night(ordered({"qty": 4}), rows_of(receipts=receipts)).books
    books = release(books, {"allocated_qty": 4, "bin_id": "B1", "lot_id": "L1"})
    posting = confirmed(books, {"release_id": "r1", "shipped_qty": 4, "bin_id": "B1", "lot_id": "L2"})
    assert posting.findings["detail"].to_list() == ["line 1: 4 from lot L2 in B1 instead of lot L1 in B1"]


def test_rows_about_nothing_we_know_are_rejected() -> None:
    posting = confirmed(
        ordered({"qty": 2}),
        {"release_id": "nope", "shipped_qty": 1},
        {"order_id": "o9", "line_no": 1, "sku": "A", "shipped_qty": 1},
        {"order_id": "o1", "line_no": 1, "sku": "B", "shipped_qty": 1},
    )
    assert verdicts(posting) == ["rejected"] * 3
    assert reasons(posting) == ["unknown_order", "unknown_order", "unknown_release"]
    assert moves(posting) == []


def test_units_nobody_found_are_written_off_after_three_nights_and_the_rest_is_free() -> None:
    short = confirmed(released_ten(), {"release_id": "r1", "shipped_qty": 7}).books
    assert stock(night(short, rows_of(), as_of=nights_later(2)).books) == {("A", "", "DOCK", "short_pick"): 5}
    posting = night(short, rows_of(), as_of=nights_later(3))
    assert stock(posting.books) == {("A", "", "DOCK", "FREE"): 2}
    assert posting.books.stock_holds.is_empty()
    assert found(posting) == [("short_hold_over", "A")]


def test_where_the_bin_was_counted_since_nothing_is_written_off() -> None:
    short = confirmed(released_ten(), {"release_id": "r1", "shipped_qty": 7}).books
    seen = {"qty": 5, "bin_id": "DOCK", "counted_at": at(12, TUESDAY)}
    counted = night(short, rows_of(stock=[seen]), as_of=nights_later(3))
    assert stock(counted.books) == {("A", "", "DOCK", "FREE"): 5}
    assert found(counted) == []


def test_a_release_nobody_confirmed_in_time_is_listed() -> None:
    assert found(night(released_ten(), rows_of(), as_of=nights_later(2))) == []
    late = night(released_ten(), rows_of(), as_of=nights_later(3))
    assert found(late) == [("overdue_release", "o1")]
    told = (
        "line 1: 10 of A in bin DOCK at W1, release r1 of picks_W1_2026-03-02_1.csv, "
        "was due by 2026-03-04: 1 day late"
    )
    assert late.findings["detail"].to_list() == [told]
