"""Tests of units that a confirmation left out without a word, and of what ends the doubt about them."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.night import AsOf, Books
from tests.frames import NIGHT
from tests.transforms.posting.kit_nights import six_released
from tests.transforms.posting.nights import (
    ACME,
    TUESDAY,
    at,
    client_with,
    confirmed,
    line,
    night,
    nights_later,
    ordered,
    release,
    released_ten,
    rows_of,
)

pytestmark = pytest.mark.usefixtures("lived_together")

SIX = {"release_id": "r1", "shipped_qty": 6, "effective_at": at(10)}


def withheld(books: Books) -> list[tuple[str, int, int]]:
    """Withheld units by order and line."""
    return books.withheld.select("order_id", "line_no", "qty").rows()


def test_an_implied_short_is_withheld_on_its_night() -> None:
    books = confirmed(released_ten(), SIX).books
    assert line(books) == {"ordered": 10, "open": 4, "shipped": 6}
    assert withheld(books) == [("o1", 1, 4)]
    (row,) = books.withheld.to_dicts()
    assert (row["release_id"], row["bin_id"], row["judged_on"], row["judged_at"]) == (
        "r1",
        "DOCK",
        NIGHT,
        at(10),
    )


def test_a_later_night_forgets_it() -> None:
    books = confirmed(released_ten(), SIX).books
    assert withheld(night(books, rows_of(), as_of=nights_later(1)).books) == []


def test_a_second_run_of_the_night_still_withholds() -> None:
    books = confirmed(released_ten(), SIX).books
    assert withheld(night(books, rows_of(), as_of=AsOf(NIGHT, run_no=2)).books) == [("o1", 1, 4)]


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ({"short_qty": 4}, []),
        ({"short_qty": 1}, [("o1", 1, 3)]),
        ({"short_qty": 0}, [("o1", 1, 4)]),
        ({"is_final": True}, []),
        ({"is_final": False}, []),
    ],
)
def test_what_the_warehouse_says_is_no_doubt(said: dict[str, Any], left: list[tuple[str, int, int]]) -> None:
    assert withheld(confirmed(released_ten(), SIX | said).books) == left


def test_explicit_shorts_leave_nothing_unsaid() -> None:
    client = client_with(short="explicit")
    assert withheld(confirmed(released_ten(), SIX | {"is_final": True}, client=client).books) == []


def test_any_row_of_the_confirmation_may_say_that_it_is_final() -> None:
    rows = [SIX, SIX | {"shipped_qty": 2, "is_final": True}]
    assert withheld(confirmed(released_ten(), *rows).books) == []


@pytest.mark.parametrize(
    ("counted_at", "bin_id", "left"),
    [
        (at(10), "DOCK", []),
        (at(9), "DOCK", [("o1", 1, 4)]),
        (at(12), "B9", [("o1", 1, 4)]),
    ],
)
def test_a_count_of_the_bin_after_the_confirmation_ends_the_doubt(
    counted_at: Any,  # noqa: ANN401 -- an instant
    bin_id: str,
    left: list[tuple[str, int, int]],
) -> None:
    qty = 5 if bin_id == "DOCK" else 0
    counts = [{"qty": qty, "bin_id": bin_id, "counted_at": counted_at}]
    posting = night(released_ten(), rows_of(shipments=[SIX], stock=counts))
    assert withheld(posting.books) == left


@pytest.mark.parametrize(
    ("days", "qty", "left"),
    [(1, -1, []), (0, -1, [("o1", 1, 4)]), (1, 1, []), (0, 1, [("o1", 1, 4)])],
    ids=["a loss", "a loss before the shipping day", "a find", "a find before the confirmation"],
)
def test_an_adjustment_of_the_bin_ends_the_doubt_if_it_is_late_enough(
    days: int, qty: int, left: list[tuple[str, int, int]]
) -> None:
    night_of = nights_later(1)
    found_at = at(11, nights_later(days).business_date)
    rows = rows_of(
        shipments=[SIX | {"effective_at": at(10, night_of.business_date)}],
        adjustments=[{"qty": qty, "bin_id": "DOCK", "effective_at": found_at}],
    )
    assert withheld(night(released_ten(), rows, as_of=night_of).books) == left


def test_an_adjustment_of_another_bin_says_nothing() -> None:
    rows = rows_of(shipments=[SIX], adjustments=[{"qty": 1, "bin_id": "B9", "effective_at": at(11)}])
    assert withheld(night(released_ten(), rows).books) == [("o1", 1, 4)]


def test_a_parcel_told_in_a_second_run_is_withheld_no_more() -> None:
    first = confirmed(released_ten(), SIX).books
    later = [{"release_id": "r1", "shipped_qty": 3, "file_hash": "f2"}]
    books = night(first, rows_of(shipments=later), as_of=AsOf(NIGHT, run_no=2)).books
    assert line(books) == {"ordered": 10, "open": 1, "shipped": 9}
    assert withheld(books) == [("o1", 1, 1)]


def test_a_late_parcel_of_another_line_leaves_the_doubt() -> None:
    books = release(ordered({"qty": 10}, {"qty": 3, "line_no": 2}, received=12), {"allocated_qty": 10})
    rows = [SIX, {"order_id": "o1", "line_no": 2, "shipped_qty": 1}]
    assert withheld(confirmed(books, *rows).books) == [("o1", 1, 4)]


def test_shorts_of_two_lines_are_withheld_by_line() -> None:
    books = ordered({"qty": 6}, {"qty": 6, "line_no": 2}, received=12)
    books = release(books, {"allocated_qty": 6}, {"allocated_qty": 6, "line_no": 2})
    rows = [{"release_id": "r1", "shipped_qty": 5}, {"release_id": "r2", "shipped_qty": 2}]
    assert withheld(confirmed(books, *rows).books) == [("o1", 1, 1), ("o1", 2, 4)]


def test_the_parcel_that_follows_takes_what_was_missed() -> None:
    """The next night tells it: the units ship, and nothing is picked twice."""
    short = confirmed(released_ten(), SIX).books
    told = night(short, rows_of(shipments=[SIX | {"shipped_qty": 4, "file_hash": "f2"}]), as_of=AsOf(TUESDAY))
    assert line(told.books) == {"ordered": 10, "shipped": 10}
    assert ACME.feeds.shipments.short == "implied"


def test_kits_of_which_a_part_was_left_out_are_withheld_as_kits() -> None:
    """Four A are left out: two kits cannot be made of the rest, whatever row of the parts comes last."""
    rows = [
        {"release_id": "a1", "shipped_qty": 8},
        {"release_id": "a2", "shipped_qty": 0},
        {"release_id": "b", "shipped_qty": 6, "is_final": True},
    ]
    books = confirmed(six_released(), *rows).books
    assert line(books) == {"ordered": 10, "open": 6, "shipped": 4}
    assert withheld(books) == [("o1", 1, 2)]
