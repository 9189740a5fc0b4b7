"""Counts in a simulation post what they really changed, wherever the simulated units are by now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.books.journal import Movement
from schemas.intake.feeds import StockRow
from schemas.table import empty
from tests.frames import NIGHT, frame_of
from tests.transforms.posting.nights import TERMS, books_of, moves, rows_of, shelf, stock
from transforms.simulation.counted import post_differences

if TYPE_CHECKING:
    from schemas.night import Books
    from tests.transforms.simulation.nights import Row
    from transforms.posting.core.posting import Posting

FOUND = {"from_account": "ADJUSTED", "to_account": "FREE"}
MISSING = {"from_account": "FREE", "to_account": "ADJUSTED"}
BEGUN = {"from_account": "FREE", "to_account": "HOLD", "hold_reason": "damaged"}
ENDED = {"from_account": "HOLD", "to_account": "FREE", "hold_reason": "short_pick"}


def counted(books: Books, *movements: Row) -> Posting:
    """A night whose counts caused these movements of lot L1 in bin B1."""
    plain = {"ledger": "stock", "lot_id": "L1", "cause": "counted", "effective_on": NIGHT, "file_hash": "f"}
    caused = [plain | {"seq": seq} | movement for seq, movement in enumerate(movements, 1)]
    return post_differences(books, empty(StockRow), frame_of(Movement, *caused), TERMS)


def test_units_that_were_found_are_found() -> None:
    posting = counted(shelf(("L1", "B1", "FREE", 5)), {**FOUND, "qty": 2})
    assert moves(posting) == [("ADJUSTED", "FREE", "counted", 2)]
    assert stock(posting.books) == {("A", "L1", "B1", "FREE"): 7}


def test_units_that_were_missing_leave_the_place_where_they_were_missed() -> None:
    posting = counted(shelf(("L1", "B1", "FREE", 5), ("L1", "B2", "FREE", 5)), {**MISSING, "qty": 2})
    assert stock(posting.books) == {("A", "L1", "B1", "FREE"): 3, ("A", "L1", "B2", "FREE"): 5}


def test_missing_units_that_were_sent_from_there_leave_another_bin_of_the_lot() -> None:
    """The simulated policy emptied B1, which the count found two short."""
    posting = counted(shelf(("L1", "B1", "FREE", 1), ("L1", "B2", "FREE", 5)), {**MISSING, "qty": 2})
    assert stock(posting.books) == {("A", "L1", "B2", "FREE"): 4}


def test_missing_units_of_which_all_were_sent_are_a_gap_of_the_books() -> None:
    posting = counted(shelf(("L2", "B1", "FREE", 5)), {**MISSING, "qty": 2})
    assert moves(posting) == [("ADJUSTED", "FREE", "book_gap", 2), ("FREE", "ADJUSTED", "counted", 2)]
    assert stock(posting.books) == {("A", "L2", "B1", "FREE"): 5}


def test_holds_begin_and_end_as_far_as_there_are_units() -> None:
    """Three of four damaged units are still there; of two holds of a short pick, one unit is."""
    begun = counted(shelf(("L1", "B1", "FREE", 3)), {**BEGUN, "qty": 4})
    assert stock(begun.books) == {("A", "L1", "B1", "damaged"): 3}
    held = shelf(("L1", "B1", "short_pick", 1), ("L1", "B1", "qc", 4))
    ended = counted(held, {**ENDED, "qty": 2}, {**ENDED, "qty": 2})
    assert stock(ended.books) == {("A", "L1", "B1", "FREE"): 1, ("A", "L1", "B1", "qc"): 4}


def test_a_hold_begins_with_units_that_the_same_count_freed() -> None:
    posting = counted(shelf(("L1", "B1", "short_pick", 2)), {**ENDED, "qty": 2}, {**BEGUN, "qty": 2})
    assert stock(posting.books) == {("A", "L1", "B1", "damaged"): 2}


def test_what_was_counted_is_known_and_an_item() -> None:
    """So later facts of the time before are known to be inside the count."""
    rows = rows_of(stock=[{"sku": "NEW", "qty": 4, "bin_id": "B1", "lot_id": "L7"}]).stock
    posting = post_differences(books_of(), rows, empty(Movement), TERMS)
    assert posting.books.items["sku"].to_list() == ["NEW"]
    assert posting.books.counts.select("sku", "bin_id").rows() == [("NEW", "B1")]
    assert posting.books.stock_lots["lot_id"].to_list() == ["L7"]
    assert posting.movements.is_empty()
