"""Shipments that no open release asks for, and slips taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.transforms.posting.nights import (
    TUESDAY,
    at,
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
    reserve,
    rows_of,
    stock,
    verdicts,
)
from transforms.posting.confirmations.late_shipments import SAID_AGAIN

if TYPE_CHECKING:
    from schemas.night import Books

pytestmark = pytest.mark.usefixtures("lived_together")

WEDNESDAY = nights_later(2)
BY_HAND = {"order_id": "o1", "line_no": 1, "sku": "A"}


def test_a_second_parcel_on_a_later_night_ships_what_the_picker_seemed_to_have_missed() -> None:
    first = confirmed(released_ten(), {"release_id": "r1", "shipped_qty": 6}).books
    assert line(first) == {"ordered": 10, "open": 4, "shipped": 6}
    second = night(
        first, rows_of(shipments=[{"release_id": "r1", "shipped_qty": 4, "file_hash": "f2"}]), as_of=WEDNESDAY
    )
    assert line(second.books) == {"ordered": 10, "shipped": 10}
    assert stock(second.books) == {("A", "", "DOCK", "FREE"): 2}
    assert second.books.stock_holds.is_empty()
    assert found(second) == [("late_shipment", "o1")]


def test_of_a_second_parcel_that_brings_too_little_the_rest_stays_missed() -> None:
    first = confirmed(released_ten(), {"release_id": "r1", "shipped_qty": 6}).books
    second = night(
        first, rows_of(shipments=[{"release_id": "r1", "shipped_qty": 3, "file_hash": "f2"}]), as_of=WEDNESDAY
    )
    assert line(second.books) == {"ordered": 10, "open": 1, "shipped": 9}
    assert second.books.stock_holds.select("qty", "missing_qty").rows() == [(3, 1)]


def test_a_line_that_was_never_released_ships_when_somebody_picked_it_by_hand() -> None:
    posting = confirmed(ordered({"qty": 5}, received=12), {**BY_HAND, "shipped_qty": 4})
    assert line(posting.books) == {"ordered": 5, "open": 1, "shipped": 4}
    assert stock(posting.books) == {("A", "", "DOCK", "FREE"): 8}
    assert found(posting) == [("late_shipment", "o1")]
    assert posting.shipments.select("release_id", "shipped_qty", "basis").rows() == [("", 4, "confirmed")]


def test_what_exceeds_the_line_left_too() -> None:
    posting = confirmed(ordered({"qty": 5}, received=12), {**BY_HAND, "shipped_qty": 7})
    assert line(posting.books) == {"ordered": 5, "shipped": 5}
    assert stock(posting.books) == {("A", "", "DOCK", "FREE"): 5}
    assert found(posting) == [("late_shipment", "o1"), ("over_shipped", "o1")]
    assert posting.books.excesses["qty"].to_list() == [2]


def test_reserved_units_ship_before_open_ones() -> None:
    books = reserve(ordered({"qty": 5}, received=12), {"allocated_qty": 3})
    posting = confirmed(books, {**BY_HAND, "shipped_qty": 4})
    assert line(posting.books) == {"ordered": 5, "open": 1, "shipped": 4}


def test_units_that_were_missed_and_are_reserved_again_ship_before_other_picks_are_stopped() -> None:
    books = release(
        ordered({"qty": 10}, received=12),
        {"allocated_qty": 6, "release_id": "r1"},
        {"allocated_qty": 4, "release_id": "r2"},
    )
    short = confirmed(books, {"release_id": "r1", "shipped_qty": 3}).books
    again = reserve(short, {"allocated_qty": 2}, as_of=nights_later(1))
    late = {"release_id": "r1", "shipped_qty": 3, "file_hash": "f2"}
    posting = night(again, rows_of(shipments=[late]), as_of=WEDNESDAY)
    assert line(posting.books) == {"ordered": 10, "released": 4, "shipped": 6}
    assert posting.books.releases.filter("is_open")["release_id"].to_list() == ["r2"]


def test_units_that_were_released_again_are_taken_out_of_that_pick_and_said_first() -> None:
    short = confirmed(released_ten(), {"release_id": "r1", "shipped_qty": 6}).books
    looked = {"qty": 6, "bin_id": "DOCK", "counted_at": at(12, TUESDAY)}
    counted = night(short, rows_of(stock=[looked]), as_of=nights_later(1)).books
    again = release(counted, {"allocated_qty": 4, "release_id": "r2"}, as_of=nights_later(1))
    late = {"release_id": "r1", "shipped_qty": 4, "file_hash": "f2"}
    posting = night(again, rows_of(shipments=[late]), as_of=WEDNESDAY)
    assert line(posting.books) == {"ordered": 10, "shipped": 10}
    assert not posting.books.releases["is_open"].any()
    detail = posting.findings.filter(code="late_shipment")["detail"].item()
    assert detail.startswith("stop pick r2 (4 units): line 1")


def test_a_shipment_of_which_the_line_can_take_nothing_moves_nothing() -> None:
    done = confirmed(released_ten(), {"release_id": "r1", "shipped_qty": 10}).books
    posting = night(
        done, rows_of(shipments=[{"release_id": "r1", "shipped_qty": 10, "file_hash": "f2"}]), as_of=WEDNESDAY
    )
    assert moves(posting) == []
    assert posting.outcomes.select("verdict", "note").rows() == [("accepted", SAID_AGAIN)]
    assert found(posting) == [("shipped_again", "o1")]


def test_a_short_of_a_closed_release_that_is_known_says_nothing_new() -> None:
    closed = confirmed(released_ten(), {"release_id": "r1", "shipped_qty": 6}).books
    for short_qty in (None, 4):
        row = {"release_id": "r1", "shipped_qty": 0, "short_qty": short_qty, "file_hash": "f2"}
        posting = night(closed, rows_of(shipments=[row]), as_of=WEDNESDAY)
        assert moves(posting) == []
        assert posting.outcomes.select("verdict", "note").rows() == [("accepted", SAID_AGAIN)]
        assert found(posting) == []


def test_a_short_that_contradicts_a_closed_release_is_refused() -> None:
    closed = confirmed(released_ten(), {"release_id": "r1", "shipped_qty": 10}).books
    row = {"release_id": "r1", "shipped_qty": 0, "short_qty": 2, "file_hash": "f2"}
    posting = night(closed, rows_of(shipments=[row]), as_of=WEDNESDAY)
    assert moves(posting) == []
    assert reasons(posting) == ["release_closed"]


def test_a_row_without_a_line_number_ships_the_lines_of_its_sku() -> None:
    books = ordered({"qty": 5}, {"qty": 3, "line_no": 2}, received=12)
    row = {"order_id": "o1", "sku": "A", "line_no": None}
    posting = confirmed(books, {**row, "shipped_qty": 7})
    assert line(posting.books) == {"ordered": 5, "shipped": 5}
    assert line(posting.books, line_no=2) == {"ordered": 3, "open": 1, "shipped": 2}
    assert verdicts(posting) == ["accepted"]
    beyond = confirmed(books, {**row, "shipped_qty": 9})
    assert line(beyond.books, line_no=2) == {"ordered": 3, "shipped": 3}
    assert beyond.books.excesses.select("line_no", "qty").rows() == [(2, 1)]


def test_a_row_that_names_a_release_and_another_sku_is_rejected() -> None:
    posting = confirmed(released_ten(), {"release_id": "r1", "sku": "Z", "shipped_qty": 10})
    assert verdicts(posting) == ["rejected"]
    assert posting.rejected_rows.select("reason_code", "column").rows() == [("other_sku", "sku")]
    assert line(posting.books) == {"ordered": 10, "released": 10}


def test_a_slip_taken_back_leaves_the_line_open_and_the_goods_free() -> None:
    done = confirmed(released_ten(), {"release_id": "r1", "shipped_qty": 10}).books
    posting = night(
        done, rows_of(shipments=[{"release_id": "r1", "shipped_qty": -4, "file_hash": "f2"}]), as_of=WEDNESDAY
    )
    assert line(posting.books) == {"ordered": 10, "open": 4, "shipped": 6}
    assert stock(posting.books) == {("A", "", "DOCK", "FREE"): 6}
    assert posting.shipments["shipped_qty"].to_list() == [-4]
    assert found(posting) == []


def test_of_an_open_release_the_units_are_with_the_warehouse_again() -> None:
    part = confirmed(released_ten(), {"release_id": "r1", "shipped_qty": 6, "is_final": False}).books
    posting = night(
        part, rows_of(shipments=[{"release_id": "r1", "shipped_qty": -2, "file_hash": "f2"}]), as_of=WEDNESDAY
    )
    assert line(posting.books) == {"ordered": 10, "released": 6, "shipped": 4}
    assert stock(posting.books) == {("A", "", "DOCK", "FREE"): 2, ("A", "", "DOCK", "RELEASED"): 6}


def two_releases() -> Books:
    """A line of ten: four shipped of a release that is closed, two of six of one that is open."""
    books = release(ordered({"qty": 10}, received=12), {"allocated_qty": 4}, {"allocated_qty": 6})
    return confirmed(
        books,
        {"release_id": "r1", "shipped_qty": 4},
        {"release_id": "r2", "shipped_qty": 2, "is_final": False},
    ).books


def test_a_slip_of_a_closed_release_leaves_the_open_one_of_its_line_as_it_is() -> None:
    slip = {"release_id": "r1", "shipped_qty": -1, "bin_id": "B7", "file_hash": "f2"}
    posting = night(two_releases(), rows_of(shipments=[slip]), as_of=WEDNESDAY)
    assert line(posting.books) == {"ordered": 10, "open": 1, "released": 4, "shipped": 5}
    assert posting.books.releases.filter("is_open").select("release_id", "shipped_qty").rows() == [("r2", 2)]
    assert stock(posting.books) == {
        ("A", "", "B7", "FREE"): 1,
        ("A", "", "DOCK", "FREE"): 2,
        ("A", "", "DOCK", "RELEASED"): 4,
    }


def test_a_slip_that_names_no_release_is_of_the_open_one_and_stands_where_that_is_picked() -> None:
    slip = {**BY_HAND, "shipped_qty": -3, "bin_id": "B7", "file_hash": "f2"}
    posting = night(two_releases(), rows_of(shipments=[slip]), as_of=WEDNESDAY)
    assert line(posting.books) == {"ordered": 10, "open": 1, "released": 6, "shipped": 3}
    assert stock(posting.books) == {
        ("A", "", "B7", "FREE"): 1,
        ("A", "", "DOCK", "FREE"): 2,
        ("A", "", "DOCK", "RELEASED"): 6,
    }


def test_what_exceeded_the_line_is_taken_back_first() -> None:
    much = confirmed(ordered({"qty": 5}, received=12), {**BY_HAND, "shipped_qty": 7}).books
    posting = night(
        much, rows_of(shipments=[{**BY_HAND, "shipped_qty": -3, "file_hash": "f2"}]), as_of=WEDNESDAY
    )
    assert line(posting.books) == {"ordered": 5, "open": 1, "shipped": 4}
    assert stock(posting.books) == {("A", "", "DOCK", "FREE"): 8}
    assert posting.books.excesses.is_empty()


def test_more_than_was_shipped_cannot_be_taken_back() -> None:
    posting = confirmed(released_ten(), {"release_id": "r1", "shipped_qty": -4})
    assert verdicts(posting) == ["rejected"]
    assert reasons(posting) == ["out_of_range"]
    assert moves(posting) == []


def test_a_row_that_moved_nothing_is_taken_back_first_and_moves_nothing_then() -> None:
    told = confirmed(released_ten(), {"release_id": "r1", "shipped_qty": 11}).books
    again = rows_of(shipments=[{"release_id": "r1", "shipped_qty": 2, "file_hash": "f2"}])
    refused = night(told, again, as_of=WEDNESDAY)
    assert moves(refused) == []
    assert refused.books.excesses.select("qty", "unmoved_qty").rows() == [(3, 2)]
    slip = rows_of(shipments=[{"release_id": "r1", "shipped_qty": -3, "file_hash": "f3"}])
    posting = night(refused.books, slip, as_of=nights_later(3))
    assert line(posting.books) == {"ordered": 10, "shipped": 10}
    assert stock(posting.books) == {("A", "", "DOCK", "FREE"): 2}
    assert posting.books.excesses.is_empty()
    assert posting.shipments["shipped_qty"].to_list() == [-1]


def test_a_slip_of_what_moved_nothing_leaves_history_and_stock_as_they_are() -> None:
    told = confirmed(released_ten(), {"release_id": "r1", "shipped_qty": 10}).books
    again = rows_of(shipments=[{"release_id": "r1", "shipped_qty": 2, "file_hash": "f2"}])
    slip = rows_of(shipments=[{"release_id": "r1", "shipped_qty": -2, "file_hash": "f3"}])
    posting = night(night(told, again, as_of=WEDNESDAY).books, slip, as_of=nights_later(3))
    assert (moves(posting), posting.shipments.height, verdicts(posting)) == ([], 0, ["accepted"])
    assert posting.books.excesses.is_empty()


def test_units_released_again_for_missed_ones_keep_what_was_cancelled_before() -> None:
    books = night(
        ordered({"qty": 10}, received=20),
        rows_of(cancellations=[{"order_id": "o1", "line_no": 1, "qty": 2}]),
    ).books
    first = confirmed(release(books, {"allocated_qty": 8}), {"release_id": "r1", "shipped_qty": 6}).books
    again = release(first, {"allocated_qty": 2, "release_id": "r2"}, as_of=WEDNESDAY)
    served = night(
        again,
        rows_of(shipments=[{"release_id": "r2", "shipped_qty": 2, "file_hash": "f2"}]),
        as_of=nights_later(3),
    ).books
    late = rows_of(shipments=[{"release_id": "r1", "shipped_qty": 2, "file_hash": "f3"}])
    posting = night(served, late, as_of=nights_later(4))
    assert line(posting.books) == {"ordered": 10, "shipped": 8, "cancelled": 2}
    assert found(posting) == [("shipped_again", "o1")]
