"""Tests of order rows' identity: numbers of lines, duplicates, changes and contradictions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from schemas.books.orders import OrderLine
from schemas.night import Books
from tests.frames import MORNING, frame_of
from tests.transforms.intake.nights import Nights, row, told

EARLIER = MORNING - timedelta(days=1)
LATER = MORNING + timedelta(hours=1)


def test_a_row_without_number_gets_its_place_in_the_order() -> None:
    tonight = Nights().identify(row("f", 4, sku="B"), row("f", 2), row("f", 3, order_id="O2"))
    assert told(tonight) == {("f", 2): "new 1", ("f", 4): "new 2", ("f", 3): "new 1"}


def test_rejected_rows_count_among_the_rows_of_the_order() -> None:
    pending = ({"order_id": "O1", "file_hash": "f", "row_no": 1, "line_no": 1},)
    assert told(Nights().identify(row("f", 2), pending=pending)) == {("f", 2): "new 2"}


def test_a_second_try_keeps_the_number_of_its_first() -> None:
    pending = ({"order_id": "O1", "file_hash": "f", "row_no": 2, "line_no": 2},)
    first = Nights().identify(row("f", 1), row("f", 3, sku="C"), pending=pending)
    assert told(first) == {("f", 1): "new 1", ("f", 3): "new 3"}
    second = Nights().after(first).identify(row("g", 1, sku="B", origin_hash="f", origin_row=2))
    assert told(second) == {("g", 1): "new 2"}


def test_a_second_try_of_the_same_night_keeps_its_number_and_counts_nowhere() -> None:
    pending = ({"order_id": "O1", "file_hash": "f", "row_no": 2, "line_no": 2},)
    tonight = Nights().identify(
        row("f", 1),
        row("a", 1, sku="B", origin_hash="f", origin_row=2),
        row("f", 3, sku="C"),
        pending=pending,
    )
    assert told(tonight) == {("f", 1): "new 1", ("a", 1): "new 2", ("f", 3): "new 3"}


def test_a_second_try_of_an_accepted_row_is_that_row() -> None:
    first = Nights().identify(row("f", 1), row("f", 2, sku="B"))
    next_night = Nights().after(first)
    assert told(next_night.identify(row("g", 1, sku="B", origin_hash="f", origin_row=2))) == {
        ("g", 1): "duplicate"
    }
    other = next_night.identify(row("g", 1, sku="B", qty=9, origin_hash="f", origin_row=2))
    assert told(other) == {("g", 1): "change 2"}


def test_a_second_try_moved_to_another_known_order_needs_a_number() -> None:
    pending = ({"order_id": "O1", "file_hash": "f", "row_no": 1, "line_no": 1},)
    first = Nights().identify(row("f", 2, order_id="O2"), pending=pending)
    second = (
        Nights().after(first).identify(row("g", 1, order_id="O2", sku="B", origin_hash="f", origin_row=1))
    )
    assert told(second) == {("g", 1): "line_no_needed"}
    assert second.pending_rows.select("order_id", "line_no", "file_hash", "row_no").rows() == [
        ("O1", 1, "f", 1)
    ]


def test_a_line_of_a_known_order_is_what_it_says_or_the_only_one_of_its_sku() -> None:
    first = Nights().identify(row("f", 1), row("f", 2, sku="B"))
    second = Nights().after(first).identify(row("g", 1, sku="B", qty=9), row("g", 2), row("g", 3, sku="C"))
    assert told(second) == {("g", 1): "change 2", ("g", 2): "duplicate", ("g", 3): "line_no_needed"}
    assert second.rejected["column"].to_list() == ["line_no"]
    waiting = second.pending_rows.select("file_hash", "row_no", "line_no", "since_on").rows()
    assert waiting == [("g", 3, None, date(2026, 3, 3))]


def test_an_export_with_its_rows_in_another_order_says_the_same() -> None:
    rows: list[dict[str, Any]] = [{"sku": "A"}, {"sku": "A", "qty": 7}, {"sku": "B"}, {"sku": "A"}]
    first = Nights().identify(*(row("f", place, **each) for place, each in enumerate(rows, 1)))
    again = [row("g", place, **each) for place, each in enumerate(reversed(rows), 1)]
    second = Nights().after(first).identify(*again, row("g", 5, order_id="O2"))
    assert set(told(second).values()) == {"duplicate", "new 1"}


def test_of_two_lines_of_a_sku_the_one_that_changed_is_what_is_left() -> None:
    first = Nights().identify(row("f", 1, qty=2), row("f", 2, qty=3))
    second = Nights().after(first).identify(row("g", 1, qty=3), row("g", 2, qty=4))
    assert told(second) == {("g", 1): "duplicate", ("g", 2): "change 1"}


def test_two_lines_of_a_sku_that_both_changed_cannot_be_told_apart() -> None:
    first = Nights().identify(row("f", 1, qty=2), row("f", 2, qty=3))
    second = Nights().after(first).identify(row("g", 1, qty=5), row("g", 2, qty=4))
    assert set(told(second).values()) == {"line_no_needed"}


def test_a_line_that_another_row_of_the_file_numbers_is_not_paired() -> None:
    first = Nights().identify(row("f", 1, qty=2), row("f", 2, qty=3))
    second = Nights().after(first).identify(row("g", 1, line_no=1, qty=2), row("g", 2, qty=4))
    assert told(second) == {("g", 1): "duplicate", ("g", 2): "change 2"}


def test_a_row_that_was_rejected_and_comes_well_is_the_line_it_would_have_been() -> None:
    pending = ({"order_id": "O1", "file_hash": "f", "row_no": 1, "line_no": 1},)
    first = Nights().identify(row("f", 2, sku="B"), pending=pending)
    second = Nights().after(first).identify(row("g", 1, sku="B"), row("g", 2))
    assert told(second) == {("g", 1): "duplicate", ("g", 2): "new 1"}


def test_a_second_row_of_a_sku_that_was_rejected_and_comes_well_is_that_line() -> None:
    pending = ({"order_id": "O1", "file_hash": "f", "row_no": 1, "line_no": 1},)
    first = Nights().identify(row("f", 2, qty=3), pending=pending)
    second = Nights().after(first).identify(row("g", 1, qty=4), row("g", 2, qty=3))
    assert told(second) == {("g", 1): "new 1", ("g", 2): "duplicate"}


def test_of_versions_of_a_line_in_one_night_the_latest_change_holds() -> None:
    versions = [row("f", 1, line_no=1, changed_at=LATER, qty=8), row("g", 1, line_no=1, changed_at=MORNING)]
    tonight = Nights().identify(*versions)
    assert told(tonight) == {("f", 1): "change 1", ("g", 1): "new 1"}
    assert tonight.row_keys.sort("fact_no")["file_hash"].to_list() == ["g", "f"]
    one_file = [{**each, "file_hash": "f", "row_no": number} for number, each in enumerate(versions, 1)]
    assert told(Nights().identify(*one_file)) == {("f", 1): "change 1", ("f", 2): "new 1"}


def test_a_line_that_only_the_books_know_is_known() -> None:
    books = Books.of({"order_lines": frame_of(OrderLine, {"order_id": "O1", "line_no": 1})})
    known = Nights(books=books)
    assert told(known.identify(row("g", 1))) == {("g", 1): "change 1"}
    assert told(known.identify(row("g", 1, sku="B"))) == {("g", 1): "line_no_needed"}
    assert told(known.identify(row("g", 1, line_no=1))) == {("g", 1): "change 1"}


def test_of_two_files_of_a_night_the_earlier_makes_the_order_known() -> None:
    tonight = Nights().identify(
        row("z", 1), row("z", 2, sku="B"),
        row("a", 1, effective_at=LATER), row("a", 2, sku="C", effective_at=LATER),
    )  # fmt: skip
    assert told(tonight) == {
        ("z", 1): "new 1", ("z", 2): "new 2", ("a", 1): "duplicate", ("a", 2): "line_no_needed",
    }  # fmt: skip


def test_same_key_same_content_is_a_duplicate_and_other_content_a_change() -> None:
    first = Nights().identify(row("f", 1, line_no=1), row("f", 2, line_no=2))
    second = Nights().after(first).identify(row("g", 1, line_no=1), row("g", 2, line_no=2, qty=9))
    assert told(second) == {("g", 1): "duplicate", ("g", 2): "change 2"}
    assert second.row_keys.select("business_key", "fact_no").rows() == [("O1|2", 2)]


def test_how_a_quantity_was_written_is_no_other_content() -> None:
    first = Nights().identify(row("f", 1, line_no=1, sent_qty="5", sent_sku="a"))
    again = Nights().after(first).identify(row("g", 1, line_no=1, sent_qty="5.000", sent_sku="A"))
    assert told(again) == {("g", 1): "duplicate"}


def test_a_state_that_comes_back_is_a_change_but_an_old_event_is_a_duplicate() -> None:
    one = Nights().identify(row("f", 1, line_no=1))
    event = row("g", 1, line_no=1, qty=9, action="change", changed_at=LATER, effective_at=LATER)
    two = Nights().after(one).identify(event)
    three = Nights().after(one).after(two).identify(row("h", 1, line_no=1))
    assert told(three) == {("h", 1): "change 1"}
    four = Nights().after(one).after(two).after(three).identify({**event, "file_hash": "i"})
    assert told(four) == {("i", 1): "duplicate"}


def test_a_change_normalised_from_new_counts_from_its_own_time() -> None:
    first = Nights().identify(row("f", 1, line_no=1))
    second = Nights().after(first).identify(row("g", 1, line_no=1, qty=9, changed_at=LATER))
    assert second.rows.orders["effective_at"].to_list() == [LATER]


def test_the_first_new_of_an_unknown_line_makes_it_whatever_came_earlier() -> None:
    tonight = Nights().identify(
        row("f", 1, line_no=1, action="change", qty=6, changed_at=EARLIER, effective_at=EARLIER),
        row("g", 1, line_no=1),
        row("h", 1, line_no=1, qty=7, ordered_at=LATER, effective_at=LATER),
    )
    assert told(tonight) == {("f", 1): "change 1", ("g", 1): "new 1", ("h", 1): "change 1"}
    latest = tonight.row_keys.sort("fact_no")["file_hash"].to_list()
    assert latest == ["g", "f", "h"]


def test_a_file_that_says_two_things_of_a_line_contradicts_itself() -> None:
    tonight = Nights().identify(
        row("f", 1, line_no=1), row("f", 2, line_no=1, qty=6), row("f", 3, line_no=2), row("f", 4, line_no=2)
    )
    assert told(tonight) == {
        ("f", 1): "key_twice", ("f", 2): "key_twice", ("f", 3): "new 2", ("f", 4): "duplicate",
    }  # fmt: skip
    assert tonight.pending_rows["line_no"].to_list() == [1, 1]


def test_a_file_may_tell_the_history_of_a_line() -> None:
    change = row("f", 2, line_no=1, qty=6, action="change", effective_at=LATER)
    assert told(Nights().identify(row("f", 1, line_no=1), change)) == {
        ("f", 1): "new 1",
        ("f", 2): "change 1",
    }
    untimed = {**change, "effective_at": None}
    assert set(told(Nights().identify(row("f", 1, line_no=1), untimed)).values()) == {"key_twice"}


def test_two_files_that_contradict_each_other_at_one_time_are_both_rejected() -> None:
    tonight = Nights().identify(
        row("f", 1, line_no=1), row("g", 1, line_no=1, qty=6), row("h", 1, line_no=1), row("g", 2, line_no=2)
    )
    assert told(tonight) == {
        ("f", 1): "conflicting_changes",
        ("g", 1): "conflicting_changes",
        ("h", 1): "conflicting_changes",
        ("g", 2): "new 2",
    }


def test_a_cancellation_contradicts_no_order_and_is_known_by_itself() -> None:
    cancel = row("g", 1, line_no=1, action="cancel", qty=None)
    first = Nights().identify(row("f", 1, line_no=1), cancel)
    assert told(first) == {("f", 1): "new 1", ("g", 1): "cancel 1"}
    again = Nights().after(first).identify({**cancel, "file_hash": "h"}, row("i", 1, line_no=1))
    assert told(again) == {("h", 1): "duplicate", ("i", 1): "duplicate"}


def test_a_cancel_row_of_a_known_order_means_the_only_line_of_its_sku() -> None:
    first = Nights().identify(row("f", 1), row("f", 2, sku="B"), row("f", 3, sku="B"))
    cancels = [row("g", 1, action="cancel"), row("g", 2), row("g", 3, sku="B", action="cancel")]
    second = Nights().after(first).identify(*cancels)
    assert told(second) == {("g", 1): "cancel 1", ("g", 2): "duplicate", ("g", 3): "line_no_needed"}
    again = Nights().after(first).after(second).identify({**cancels[0], "file_hash": "h"})
    assert told(again) == {("h", 1): "duplicate"}


@pytest.mark.parametrize("order_id", ["cancel", "a|1", "a\\|1", "cancel|2", "\\"])
def test_no_order_id_can_be_taken_for_another_key(order_id: str) -> None:
    pending = ({"order_id": order_id, "file_hash": "f", "row_no": 9, "line_no": 3},)
    first = Nights().identify(
        row("f", 1, order_id=order_id), row("f", 2, order_id=order_id, sku="B"), pending=pending
    )
    assert set(told(first).values()) == {"new 1", "new 2"}
    second = (
        Nights()
        .after(first)
        .identify(
            row("g", 1, order_id=order_id, sku="B", origin_hash="f", origin_row=2),
            row("h", 1, order_id=order_id, sku="C"),
        )
    )
    assert told(second) == {("g", 1): "duplicate", ("h", 1): "new 3"}
