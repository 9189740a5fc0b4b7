"""Tests of adjustments."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from schemas.night import Books
from schemas.settings.policy import Policy
from tests.transforms.posting.nights import (
    ACME,
    at,
    found,
    moves,
    night,
    rows_of,
    shelf,
    short_picked,
    stock,
)

if TYPE_CHECKING:
    from transforms.posting.core.posting import Posting


pytestmark = pytest.mark.usefixtures("lived_together")


def adjusted(books: Books, *rows: dict[str, Any], **client: Any) -> Posting:  # noqa: ANN401 -- parts of a client
    plain = [{"reason": "broken", "adjusted_at": at(10), "effective_at": at(10)} | row for row in rows]
    return night(books, rows_of(adjustments=plain), client=ACME.model_copy(update=client))


def counted(books: Books, *rows: dict[str, Any]) -> Posting:
    return night(books, rows_of(stock=[{"bin_id": "B1"} | row for row in rows]))


def test_a_find_stands_at_dock_unless_a_bin_is_said() -> None:
    posting = adjusted(Books.blank(), {"qty": 2}, {"qty": 3, "bin_id": "B1", "lot_id": "L1"})
    assert stock(posting.books) == {("A", "", "DOCK", "FREE"): 2, ("A", "L1", "B1", "FREE"): 3}


def test_a_loss_takes_free_units_from_the_end_of_the_lot_order_then_held_ones_then_a_gap() -> None:
    books = shelf(
        ("L1", "B1", "FREE", 5), ("L2", "B1", "FREE", 2), ("L2", "B2", "FREE", 2), ("L2", "B1", "qc", 1)
    )
    assert stock(adjusted(books, {"qty": -3}).books) == {
        ("A", "L1", "B1", "FREE"): 5,
        ("A", "L2", "B1", "FREE"): 1,
        ("A", "L2", "B1", "qc"): 1,
    }
    all_gone = adjusted(books, {"qty": -12})
    assert stock(all_gone.books) == {}
    assert all_gone.books.shelf_gaps["qty"].to_list() == [2]
    assert ("HOLD", "ADJUSTED", "book_gap", 1) in moves(all_gone)
    assert found(all_gone) == [("negative_stock", "A")]


def test_under_fifo_the_lot_seen_last_is_the_end() -> None:
    books = shelf(("L2", "B1", "FREE", 5))
    books = night(
        books,
        rows_of(
            receipts=[{"receipt_id": "g", "received_qty": 5, "lot_id": "L1", "expiry_on": date(2026, 6, 1)}]
        ),
    ).books
    loss = {"qty": -5, "effective_at": at(19)}
    fifo = adjusted(books, loss, policy=Policy(lot_order="fifo"))
    assert ("A", "L1", "DOCK", "FREE") not in stock(fifo.books)
    assert ("A", "L2", "B1", "FREE") not in stock(adjusted(books, loss).books)


def test_a_loss_falls_on_what_was_there_when_it_happened() -> None:
    """L1 came in the evening, after the loss of the morning; a file of a later night tells of it."""
    receipts = [{"receipt_id": "g", "received_qty": 5, "lot_id": "L1"}]
    books = night(shelf(("L2", "B1", "FREE", 5)), rows_of(receipts=receipts)).books
    posting = adjusted(books, {"qty": -5}, policy=Policy(lot_order="fifo"))
    assert stock(posting.books) == {("A", "L1", "DOCK", "FREE"): 5}


def test_under_lifo_the_lot_seen_first_is_the_end() -> None:
    books = shelf(("L2", "B1", "FREE", 5))
    later = night(books, rows_of(receipts=[{"receipt_id": "g", "received_qty": 5, "lot_id": "L1"}])).books
    taken = adjusted(later, {"qty": -5}, policy=Policy(lot_order="lifo"))
    assert ("A", "L2", "B1", "FREE") not in stock(taken.books)


def test_a_named_bin_comes_first_and_others_follow_but_a_named_lot_stays() -> None:
    books = shelf(("L1", "B1", "FREE", 2), ("L1", "B2", "FREE", 2), ("L2", "B1", "FREE", 9))
    posting = adjusted(books, {"qty": -5, "bin_id": "B1", "lot_id": "L1"})
    assert stock(posting.books) == {("A", "L2", "B1", "FREE"): 9}
    assert ("ADJUSTED", "FREE", "book_gap", 1) in moves(posting)
    assert stock(adjusted(books, {"qty": -12, "bin_id": "B2"}).books) == {("A", "L1", "B1", "FREE"): 1}


def test_finds_are_posted_before_losses_so_that_no_gap_comes_from_their_order() -> None:
    posting = adjusted(Books.blank(), {"qty": -3}, {"qty": 3, "effective_at": at(11)})
    assert stock(posting.books) == {}
    assert found(posting) == []


@pytest.mark.parametrize("bin_id", [None, "DOCK"])
def test_a_loss_takes_what_a_picker_missed_first_and_the_rest_is_free_again(bin_id: str | None) -> None:
    posting = adjusted(short_picked(), {"qty": -2, "bin_id": bin_id})
    assert stock(posting.books) == {("A", "", "DOCK", "FREE"): 3}
    assert posting.books.stock_holds.is_empty()


def test_a_find_at_the_place_ends_the_hold_too() -> None:
    at_dock = {"qty": 1, "bin_id": "DOCK", "effective_at": at(23)}
    assert stock(adjusted(short_picked(), at_dock).books) == {("A", "", "DOCK", "FREE"): 6}


@pytest.mark.parametrize("find", [{"bin_id": None, "effective_at": at(23)}, {"effective_at": at(1)}])
def test_a_find_without_a_bin_or_of_an_earlier_time_says_nothing_of_what_was_missed(
    find: dict[str, Any],
) -> None:
    posting = adjusted(short_picked(), {"qty": 1, "bin_id": "DOCK"} | find)
    assert stock(posting.books) == {("A", "", "DOCK", "FREE"): 1, ("A", "", "DOCK", "short_pick"): 5}


def test_a_fact_of_a_time_that_was_counted_leaves_the_books_as_the_count_has_them() -> None:
    books = counted(shelf(("", "B1", "FREE", 5)), {"qty": 5}).books
    posting = adjusted(
        books, {"qty": -2}, {"qty": -1, "effective_at": at(13)}, {"qty": 4, "bin_id": "B1", "lot_id": ""}
    )
    assert stock(posting.books) == {("A", "", "B1", "FREE"): 4}
    assert sum(qty for *_, cause, qty in moves(posting) if cause == "already_counted") == 2
    assert found(posting) == [("already_counted", "file file-adjustm")]
    assert posting.findings["command"].to_list() == ["backorders stock acme A --workspace ."]
    inside = "inside the count of 2026-03-02 12:00 UTC"
    assert posting.outcomes.sort("row_no")["note"].to_list() == [inside, "", inside]
