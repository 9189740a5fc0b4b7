"""Tests of rows that name an order: which of its releases they answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.transforms.posting.nights import (
    confirmed,
    found,
    line,
    night,
    nights_later,
    ordered,
    release,
    rows_of,
)

if TYPE_CHECKING:
    from schemas.night import Books
    from transforms.posting.core.posting import Posting

pytestmark = pytest.mark.usefixtures("lived_together")

SAID = {"order_id": "o1", "line_no": 1, "sku": "A"}


def test_a_quantity_without_a_release_fills_the_oldest_first_and_leaves_the_others_open() -> None:
    books = release(ordered({"qty": 9}, received=9), {"allocated_qty": 4, "release_id": "z"})
    books = release(
        books,
        {"allocated_qty": 3, "release_id": "b"},
        {"allocated_qty": 2, "release_id": "c"},
        as_of=nights_later(1),
    )
    posting = confirmed(books, {"order_id": "o1", "line_no": 1, "sku": "A", "shipped_qty": 5})
    assert posting.books.releases.select("release_id", "shipped_qty", "short_qty", "is_open").rows() == [
        ("b", 1, 2, False),
        ("c", 0, 0, True),
        ("z", 4, 0, False),
    ]


def test_a_row_of_an_order_fills_the_releases_of_the_warehouse_it_names() -> None:
    rows = [{"receipt_id": "g", "received_qty": 5, "warehouse_id": name} for name in ("W1", "W2")]
    books = night(ordered({"qty": 4}), rows_of(receipts=rows)).books
    books = release(
        books, {"allocated_qty": 2}, {"allocated_qty": 2, "warehouse_id": "W2", "release_id": "r2"}
    )
    posting = confirmed(books, {"order_id": "o1", "sku": "A", "shipped_qty": 2, "warehouse_id": "W2"})
    assert posting.books.releases.select("release_id", "shipped_qty").rows() == [("r1", 0), ("r2", 2)]


def released_from_two_bins() -> Books:
    """Line 1 of order o1 released from bins B1 (6) and B2 (4), the release of B2 before that of B1."""
    receipts = [{"receipt_id": "g", "received_qty": 6, "bin_id": name} for name in ("B1", "B2")]
    books = night(ordered({"qty": 10}), rows_of(receipts=receipts)).books
    return release(
        books,
        {"allocated_qty": 4, "bin_id": "B2", "release_id": "a"},
        {"allocated_qty": 6, "bin_id": "B1", "release_id": "b"},
    )


def test_rows_of_an_order_that_name_bins_confirm_the_releases_of_these_bins() -> None:
    said = {"order_id": "o1", "line_no": 1, "sku": "A"}
    posting = confirmed(
        released_from_two_bins(),
        said | {"shipped_qty": 6, "bin_id": "B1"},
        said | {"shipped_qty": 4, "bin_id": "B2"},
    )
    assert found(posting) == []
    assert posting.shipments.select("bin_id", "shipped_qty").sort("bin_id").rows() == [("B1", 6), ("B2", 4)]


def test_a_bin_where_less_was_found_is_short_and_the_other_stays_open() -> None:
    said = {"order_id": "o1", "line_no": 1, "sku": "A", "shipped_qty": 4, "bin_id": "B1"}
    posting = confirmed(released_from_two_bins(), said)
    assert posting.books.releases.select("release_id", "shipped_qty", "short_qty", "is_open").rows() == [
        ("a", 0, 0, True),
        ("b", 4, 2, False),
    ]


def test_a_row_that_shipped_nothing_of_a_bin_closes_the_release_of_that_bin() -> None:
    said = {"order_id": "o1", "line_no": 1, "sku": "A", "shipped_qty": 0, "bin_id": "B1"}
    posting = confirmed(released_from_two_bins(), said)
    assert posting.books.releases.select("release_id", "short_qty", "is_open").rows() == [
        ("a", 0, True),
        ("b", 6, False),
    ]


def test_a_row_that_names_its_release_has_it_before_one_that_names_its_bin() -> None:
    posting = confirmed(
        released_from_two_bins(),
        {"order_id": "o1", "line_no": 1, "sku": "A", "shipped_qty": 4, "bin_id": "B2"},
        {"release_id": "a", "shipped_qty": 4, "bin_id": "B9"},
    )
    assert posting.books.releases.select("release_id", "shipped_qty").rows() == [("a", 4), ("b", 4)]


def three_releases() -> Books:
    """Line 1 of order o1 released in three parts, line 2 in one."""
    books = ordered({"qty": 9}, {"line_no": 2, "qty": 1}, received=10)
    return release(
        books,
        *({"allocated_qty": 3, "release_id": name} for name in ("a", "b", "c")),
        {"line_no": 2, "allocated_qty": 1, "release_id": "other"},
    )


def answers(posting: Posting) -> list[tuple[object, ...]]:
    """Each release with what was shipped and short of it, and whether it is open."""
    return posting.books.releases.select("release_id", "shipped_qty", "short_qty", "is_open").rows()


def test_nothing_shipped_of_a_line_answers_all_its_releases_and_no_others() -> None:
    posting = confirmed(three_releases(), SAID | {"shipped_qty": 0})
    assert line(posting.books) == {"ordered": 9, "open": 9}
    assert answers(posting) == [(name, 0, 3, False) for name in "abc"] + [("other", 0, 0, True)]


def test_nothing_shipped_yet_leaves_all_releases_of_the_line_open() -> None:
    posting = confirmed(three_releases(), SAID | {"shipped_qty": 0, "is_final": False})
    assert answers(posting) == [(name, 0, 0, True) for name in ("a", "b", "c", "other")]


def test_nothing_shipped_of_one_release_says_nothing_of_the_line_s_others() -> None:
    posting = confirmed(three_releases(), {"release_id": "b", "shipped_qty": 0})
    assert [(name, short) for name, _, short, _ in answers(posting) if short] == [("b", 3)]


def test_nothing_shipped_of_a_place_where_nothing_was_released_answers_the_oldest() -> None:
    posting = confirmed(three_releases(), SAID | {"shipped_qty": 0, "bin_id": "B9"})
    assert [(name, short) for name, _, short, _ in answers(posting) if short] == [("a", 3)]


@pytest.mark.parametrize("line_no", [1, None])
def test_a_row_may_name_what_was_released_in_place_of_the_ordered_sku(line_no: int | None) -> None:
    books = night(ordered({"qty": 5}), rows_of(receipts=[{"receipt_id": "g", "sku": "S", "received_qty": 5}]))
    released = release(books.books, {"sku": "S", "allocated_qty": 3})
    said = {"order_id": "o1", "line_no": line_no, "sku": "S", "shipped_qty": 3}
    posting = confirmed(released, said)
    assert line(posting.books) == {"ordered": 5, "open": 2, "shipped": 3}
