"""Tests of counts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from schemas.night import Books
from schemas.settings.client import Client, Feeds, StockFeed
from tests.frames import NIGHT
from tests.transforms.posting.nights import (
    ACME,
    TUESDAY,
    at,
    found,
    moves,
    night,
    nights_later,
    ordered,
    reasons,
    release,
    rows_of,
    shelf,
    short_picked,
    stock,
    verdicts,
)

if TYPE_CHECKING:
    from transforms.posting.core.posting import Posting


pytestmark = pytest.mark.usefixtures("lived_together")

ON_TUESDAY = {"bin_id": "DOCK", "counted_at": at(12, TUESDAY)}


def counted(books: Books, *rows: dict[str, Any], client: Client = ACME) -> Posting:
    return night(books, rows_of(stock=[{"bin_id": "B1"} | row for row in rows]), client=client)


def test_an_opening_count_is_just_a_count() -> None:
    posting = counted(
        Books.blank(),
        {"qty": 8, "lot_id": "L1", "expiry_on": date(2026, 6, 1)},
        {"qty": 2, "status": "damaged"},
    )
    assert stock(posting.books) == {("A", "L1", "B1", "FREE"): 8, ("A", "", "B1", "damaged"): 2}
    assert posting.books.counts.select("lot_id", "counted_at", "counted_on").rows() == [
        ("", at(12), NIGHT),
        ("L1", at(12), NIGHT),
    ]
    assert posting.books.stock_lots["expiry_on"].to_list() == [None, date(2026, 6, 1)]


def test_a_count_corrects_the_books_in_both_directions_and_only_where_it_looked() -> None:
    books = shelf(("", "B1", "FREE", 90), ("", "B2", "FREE", 10), ("", "B3", "FREE", 5))
    posting = counted(books, {"qty": 80}, {"qty": 13, "bin_id": "B2"})
    assert stock(posting.books) == {
        ("A", "", "B1", "FREE"): 80,
        ("A", "", "B2", "FREE"): 13,
        ("A", "", "B3", "FREE"): 5,
    }
    assert moves(posting) == [("ADJUSTED", "FREE", "counted", 3), ("FREE", "ADJUSTED", "counted", 10)]


def test_units_found_in_a_bin_are_those_that_stood_at_dock() -> None:
    books = shelf(("L1", "DOCK", "FREE", 9))
    assert stock(counted(books, {"qty": 6, "lot_id": "L1"}).books) == {
        ("A", "L1", "B1", "FREE"): 6,
        ("A", "L1", "DOCK", "FREE"): 3,
    }


def test_movements_up_to_the_instant_are_inside_the_count_and_later_ones_on_top() -> None:
    receipts = [
        {
            "receipt_id": f"g{hour}",
            "received_qty": 5,
            "bin_id": "B1",
            "received_at": at(hour),
            "effective_at": at(hour),
        }
        for hour in (11, 13)
    ]
    dated = {"receipt_id": "g", "received_qty": 5, "bin_id": "B1", "effective_on": NIGHT}
    posting = night(Books.blank(), rows_of(receipts=[*receipts, dated], stock=[{"qty": 10, "bin_id": "B1"}]))
    assert stock(posting.books) == {("A", "", "B1", "FREE"): 20}
    assert [move for move in moves(posting) if move[2] == "counted"] == [("ADJUSTED", "FREE", "counted", 5)]


def test_released_units_are_inside_a_physical_count() -> None:
    books = shelf(("", "B1", "FREE", 4), ("", "B1", "RELEASED", 6))
    assert stock(counted(books, {"qty": 9}).books) == {
        ("A", "", "B1", "FREE"): 3,
        ("A", "", "B1", "RELEASED"): 6,
    }


def test_fewer_units_than_are_released_leave_the_released_ones_and_a_finding() -> None:
    books = shelf(("", "B1", "FREE", 1), ("", "B1", "RELEASED", 6), ("L1", "B9", "FREE", 90))
    posting = counted(books, {"qty": 4})
    assert stock(posting.books) == {("A", "", "B1", "RELEASED"): 6, ("A", "L1", "B9", "FREE"): 90}
    assert posting.books.shelf_gaps.select("lot_id", "qty").rows() == [("", 2)]
    assert found(posting) == [("negative_stock", "A")]


def test_released_units_that_a_bin_lacks_stand_in_other_bins_of_the_lot() -> None:
    books = shelf(("", "B1", "RELEASED", 6), ("", "B9", "FREE", 90))
    posting = counted(books, {"qty": 4})
    assert stock(posting.books) == {("A", "", "B1", "RELEASED"): 6, ("A", "", "B9", "FREE"): 88}
    assert found(posting) == []


def test_the_short_of_a_release_closes_the_gap_that_a_count_found_and_holds_nothing() -> None:
    books = release(ordered({"qty": 10}, received=10), {"allocated_qty": 10})
    counted_six = night(
        books,
        rows_of(stock=[{**ON_TUESDAY, "qty": 6}]),
        as_of=nights_later(1),
    )
    assert counted_six.books.shelf_gaps["qty"].to_list() == [4]
    short = night(
        counted_six.books, rows_of(shipments=[{"release_id": "r1", "shipped_qty": 6}]), as_of=nights_later(1)
    )
    assert stock(short.books) == {}
    assert short.books.shelf_gaps.is_empty()
    assert short.books.stock_holds.is_empty()


def test_a_count_ends_the_hold_of_a_short_pick() -> None:
    posting = night(
        short_picked(),
        rows_of(stock=[{**ON_TUESDAY, "qty": 4}]),
        as_of=nights_later(1),
    )
    assert stock(posting.books) == {("A", "", "DOCK", "FREE"): 4}
    assert posting.books.stock_holds.is_empty()


@pytest.mark.parametrize(("minutes", "qty", "held"), [(-1, 0, [5]), (0, 5, []), (1, 5, [])])
def test_a_count_finds_what_was_put_on_hold_up_to_its_instant(
    minutes: int, qty: int, held: list[int]
) -> None:
    """At that instant twelve came, seven were shipped, and a picker missed three of the five that lie."""
    books = short_picked()
    (since,) = books.stock_holds["held_at"]
    seen = {"bin_id": "DOCK", "counted_at": since + timedelta(minutes=minutes), "qty": qty}
    posting = night(books, rows_of(stock=[seen]), as_of=nights_later(1))
    assert posting.books.stock_holds["qty"].to_list() == held


JUDGED = ACME.model_copy(update={"feeds": Feeds(stock=StockFeed(status_means="judged"))})
HELD = (("", "B1", "FREE", 5), ("", "B1", "damaged", 3), ("", "B1", "qc", 2))
SEEN: list[dict[str, Any]] = [{"qty": 6}, {"qty": 1, "status": "damaged"}, {"qty": 3, "status": "hold"}]


def test_a_status_puts_units_on_hold_and_takes_none_off_unless_the_client_says_that_it_judges() -> None:
    books = shelf(*HELD)
    assert stock(counted(books, {"qty": 10}).books) == stock(books)
    assert stock(counted(books, *SEEN).books) == {
        ("A", "", "B1", "FREE"): 4,
        ("A", "", "B1", "counted_hold"): 1,
        ("A", "", "B1", "damaged"): 3,
        ("A", "", "B1", "qc"): 2,
    }
    assert stock(counted(books, *SEEN, client=JUDGED).books) == {
        ("A", "", "B1", "FREE"): 6,
        ("A", "", "B1", "counted_hold"): 1,
        ("A", "", "B1", "damaged"): 1,
        ("A", "", "B1", "qc"): 2,
    }


def test_where_statuses_are_judgements_what_a_count_calls_available_comes_off_every_hold() -> None:
    reasons_held = (
        "damaged",
        "rejected_goods",
        "qc",
        "received_hold",
        "return",
        "over_receipt",
        "counted_hold",
    )
    books = shelf(("", "B1", "FREE", 3), *(("", "B1", reason, 1) for reason in reasons_held))
    assert stock(counted(books, {"qty": 10}, client=JUDGED).books) == {("A", "", "B1", "FREE"): 10}
    one_of_each: list[dict[str, Any]] = [
        {"qty": 8},
        {"qty": 1, "status": "damaged"},
        {"qty": 1, "status": "hold"},
    ]
    assert stock(counted(books, *one_of_each, client=JUDGED).books) == {
        ("A", "", "B1", "FREE"): 8,
        ("A", "", "B1", "over_receipt"): 1,
        ("A", "", "B1", "rejected_goods"): 1,
    }


def test_a_judging_count_says_nothing_of_goods_that_came_after_it() -> None:
    receipt = {"receipt_id": "g", "line_no": 1, "received_qty": 4, "damaged_qty": 1, "bin_id": "B1"}
    late = {"receipt_type": "return", "received_at": at(15), "effective_at": at(15)}
    rows = rows_of(receipts=[receipt | late], stock=[{"qty": 10, "bin_id": "B1"}])
    posting = night(shelf(*HELD), rows, client=JUDGED)
    assert stock(posting.books) == {
        ("A", "", "B1", "FREE"): 10,
        ("A", "", "B1", "damaged"): 1,
        ("A", "", "B1", "return"): 3,
    }
    again = night(
        posting.books, rows_of(stock=[{"qty": 10, "bin_id": "B1", "counted_at": at(13)}]), client=JUDGED
    )
    assert stock(again.books) == stock(posting.books)
    later = night(
        posting.books, rows_of(stock=[{"qty": 14, "bin_id": "B1", "counted_at": at(16)}]), client=JUDGED
    )
    assert stock(later.books) == {("A", "", "B1", "FREE"): 14}


def test_holds_reach_no_further_than_what_was_counted() -> None:
    books = shelf(("", "B1", "damaged", 3), ("", "B1", "qc", 2), ("", "B9", "FREE", 90))
    assert stock(counted(books, {"qty": 4}).books) == {
        ("A", "", "B1", "damaged"): 3,
        ("A", "", "B1", "qc"): 1,
        ("A", "", "B9", "FREE"): 90,
    }


def test_the_last_count_of_a_place_holds() -> None:
    earlier = {"qty": 3, "counted_at": at(8)}
    posting = counted(shelf(("", "B1", "FREE", 8)), {"qty": 7}, earlier)
    assert stock(posting.books) == {("A", "", "B1", "FREE"): 7}
    assert posting.outcomes.sort("row_no")["note"].to_list() == ["", "a later count of this place is posted"]
    late = counted(posting.books, earlier)
    assert moves(late) == []
    assert verdicts(late) == ["accepted"]


def test_a_count_that_makes_more_than_a_fifth_vanish_is_held_until_it_is_dropped_again() -> None:
    books = shelf(("", "B1", "FREE", 60), ("", "B2", "FREE", 40))
    enough = counted(books, {"qty": 40})
    assert stock(enough.books) == {("A", "", "B1", "FREE"): 40, ("A", "", "B2", "FREE"): 40}
    held = counted(books, {"qty": 39}, {"qty": 40, "bin_id": "B2"})
    assert stock(held.books) == stock(books)
    assert verdicts(held) == ["rejected", "rejected"]
    assert set(reasons(held)) == {"count_held"}
    assert found(held) == [("count_held", "W1")]
    assert held.books.counts.is_empty()
    again = counted(books, {"qty": 39, "origin_hash": "file-stock", "origin_row": 1})
    assert stock(again.books) == {("A", "", "B1", "FREE"): 39, ("A", "", "B2", "FREE"): 40}


@pytest.mark.parametrize(("counted_at", "says"), [(at(20), 1), (at(12, TUESDAY), 0)])
def test_units_vanish_from_a_shelf_before_the_shipping_day_of_their_release(
    counted_at: datetime, says: int
) -> None:
    books = release(ordered({"qty": 10}, received=12), {"allocated_qty": 10})
    posting = night(
        books, rows_of(stock=[{"bin_id": "DOCK", "counted_at": counted_at, "qty": 2}]), as_of=nights_later(1)
    )
    assert found(posting).count(("count_held", "W1")) == says


def test_a_move_between_bins_of_a_lot_makes_nothing_vanish() -> None:
    books = shelf(("", "B1", "FREE", 60), ("", "B2", "FREE", 1))
    posting = counted(books, {"qty": 0}, {"qty": 61, "bin_id": "B2"})
    assert stock(posting.books) == {("A", "", "B2", "FREE"): 61}


def test_what_later_counts_find_beside_the_facts_is_told_also_of_shelves_that_are_new() -> None:
    opened = counted(Books.blank(), {"qty": 8}, {"qty": 3, "bin_id": "B2", "lot_id": "L1"})
    assert found(opened) == []
    again = rows_of(stock=[ON_TUESDAY | {"qty": 7, "bin_id": "B1"}, ON_TUESDAY | {"qty": 5, "lot_id": "L2"}])
    later = night(opened.books, again, as_of=nights_later(1))
    assert later.findings.select("code", "subject", "detail").rows() == [
        ("count_difference", "A", "5 seen at W1, 0 expected; 7 seen at W1, 8 expected")
    ]


def test_a_warehouse_stays_opened_when_its_first_count_is_long_ago() -> None:
    opened = counted(Books.blank(), {"qty": 8}).books
    folded = night(
        opened,
        rows_of(adjustments=[{"qty": 1, "bin_id": "B1", "effective_on": nights_later(40).business_date}]),
        as_of=nights_later(40),
    ).books
    assert "counted" not in folded.shelf_facts["kind"]
    new = {"qty": 5, "sku": "B", "bin_id": "B1", "counted_at": at(12, nights_later(41).business_date)}
    later = night(folded, rows_of(stock=[new]), as_of=nights_later(41))
    assert later.findings.select("code", "subject").rows() == [("count_difference", "B")]


def test_held_units_stay_where_a_bin_lacks_free_ones_that_left() -> None:
    books = shelf(("", "B1", "FREE", 5))
    lost = [{"qty": -4, "bin_id": "A2", "adjusted_at": at(9), "effective_at": at(9)}]
    lacking = night(books, rows_of(adjustments=lost)).books
    back = {"receipt_id": "g1", "received_qty": 3, "receipt_type": "return", "bin_id": "A2"}
    posting = night(lacking, rows_of(receipts=[back]), as_of=nights_later(1))
    assert stock(posting.books) == {("A", "", "A2", "return"): 3, ("A", "", "B1", "FREE"): 1}


def test_held_units_that_a_count_did_not_see_are_gone_or_where_it_saw_more() -> None:
    books = shelf(("", "B1", "FREE", 60), ("", "A2", "return", 3))
    nothing = {"qty": 0, "bin_id": "A2"}
    assert stock(counted(books, nothing).books) == {("A", "", "B1", "FREE"): 60}
    elsewhere = counted(books, nothing, {"qty": 62})
    assert stock(elsewhere.books) == {("A", "", "B1", "FREE"): 60, ("A", "", "B1", "return"): 2}


def test_damaged_units_of_a_count_before_a_short_pick_leave_its_hold_whole() -> None:
    released = release(ordered({"qty": 10}, received=12), {"allocated_qty": 10})
    picked = {"release_id": "r1", "shipped_qty": 7}
    short = night(released, rows_of(shipments=[picked]), as_of=nights_later(2)).books
    seen = rows_of(stock=[ON_TUESDAY | {"qty": 10}, ON_TUESDAY | {"qty": 2, "status": "damaged"}])
    posting = night(short, seen, as_of=nights_later(3))
    assert stock(posting.books) == {("A", "", "DOCK", "short_pick"): 5}
    assert posting.books.stock_holds["qty"].to_list() == [5]
