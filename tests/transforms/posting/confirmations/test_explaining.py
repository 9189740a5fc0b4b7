"""Tests of losses that explain a short, whichever of the two is posted first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from schemas.night import Books
from tests.frames import NIGHT
from tests.transforms.posting.nights import (
    at,
    client_with,
    found,
    line,
    night,
    nights_later,
    release,
    rows_of,
    stock,
)

if TYPE_CHECKING:
    from datetime import datetime

    from transforms.posting.core.posting import Posting

pytestmark = pytest.mark.usefixtures("lived_together")

RELEASED = {"allocated_qty": 10, "bin_id": "A1"}
FREE_TEN = {("A", "", "A1", "FREE"): 10}


def shelf_of(*bins: tuple[str, int], lines: int = 1) -> Books:
    """Units in bins, and an order whose lines have ten of A1 each released."""
    orders = [{"qty": 10, "line_no": number} for number in range(1, lines + 1)]
    receipts = [
        {"receipt_id": f"g{name}", "received_qty": qty, "received_on": NIGHT, "bin_id": name}
        for name, qty in bins
    ]
    books = night(Books.blank(), rows_of(orders=orders, receipts=receipts)).books
    return release(books, *(RELEASED | {"line_no": number} for number in range(1, lines + 1)))


def when(days: int, hour: int = 9) -> datetime:
    """An instant of a later day."""
    return at(hour, nights_later(days).business_date)


def loss(qty: int, bin_id: str | None = "A1", days: int = 1) -> dict[str, Any]:
    return {"adjustments": [{"qty": -qty, "bin_id": bin_id, "effective_at": when(days)}]}


def short(qty: int, pick: str = "r1", days: int = 1) -> dict[str, Any]:
    return {"shipments": [{"release_id": pick, "shipped_qty": 10 - qty, "effective_at": when(days, 11)}]}


def nights_of(books: Books, *files: dict[str, Any]) -> Posting:
    """What the nights from Tuesday on make of the books."""
    for number, feeds in enumerate(files, start=1):
        marked = {
            feed: [row | {"file_hash": f"{feed}-{number}"} for row in rows] for feed, rows in feeds.items()
        }
        posting = night(books, rows_of(**marked), as_of=nights_later(number))
        books = posting.books
    return posting


@pytest.mark.parametrize(
    "files",
    [(loss(4), short(4)), (short(4), loss(4)), (short(4) | loss(4),), (loss(4), {}, short(4, days=3))],
    ids=["before", "after", "with it", "two nights before"],
)
def test_a_loss_of_the_bin_explains_the_short_whenever_it_is_posted(
    files: tuple[dict[str, Any], ...],
) -> None:
    posting = nights_of(shelf_of(("A1", 20)), *files)
    assert stock(posting.books) == FREE_TEN
    assert line(posting.books) == {"ordered": 10, "open": 4, "shipped": 6}
    assert posting.books.stock_holds.is_empty()
    assert posting.books.losses.is_empty()


def test_an_explained_short_is_not_withheld() -> None:
    assert nights_of(shelf_of(("A1", 20)), loss(4), short(4)).books.withheld.is_empty()


@pytest.mark.parametrize("lost_qty", [2, 6])
@pytest.mark.parametrize("is_before", [True, False])
def test_a_loss_of_fewer_or_more_units_frees_the_bin_as_well(lost_qty: int, *, is_before: bool) -> None:
    files = (loss(lost_qty), short(4)) if is_before else (short(4), loss(lost_qty))
    books = nights_of(shelf_of(("A1", 20)), *files).books
    assert stock(books) == {("A", "", "A1", "FREE"): 14 - lost_qty}
    assert books.stock_holds.is_empty()


@pytest.mark.parametrize("is_before", [True, False])
def test_a_loss_that_names_no_bin_explains_any_of_them(*, is_before: bool) -> None:
    files = (loss(4, None), short(4)) if is_before else (short(4), loss(4, None))
    assert stock(nights_of(shelf_of(("A1", 20)), *files).books) == FREE_TEN


@pytest.mark.parametrize("is_before", [True, False])
def test_a_loss_of_another_bin_explains_nothing(*, is_before: bool) -> None:
    files = (loss(4, "A2"), short(4)) if is_before else (short(4), loss(4, "A2"))
    books = nights_of(shelf_of(("A1", 20), ("A2", 5)), *files).books
    assert stock(books) == {("A", "", "A1", "short_pick"): 14, ("A", "", "A2", "FREE"): 1}


def test_a_loss_from_before_the_shipping_day_explains_nothing() -> None:
    books = nights_of(shelf_of(("A1", 20)), loss(4, days=0), short(4)).books
    assert stock(books) == {("A", "", "A1", "short_pick"): 10}


def test_without_free_units_in_the_bin_the_loss_lends_from_others_until_the_short_is_told() -> None:
    lost = nights_of(shelf_of(("A1", 10), ("A2", 5)), loss(4)).books
    assert stock(lost) == {("A", "", "A1", "RELEASED"): 10, ("A", "", "A2", "FREE"): 1}
    books = nights_of(shelf_of(("A1", 10), ("A2", 5)), loss(4), short(4)).books
    assert stock(books) == {("A", "", "A2", "FREE"): 5}


def test_a_gap_that_a_loss_left_is_closed_by_the_short() -> None:
    lost = nights_of(shelf_of(("A1", 10)), loss(4))
    assert found(lost) == [("negative_stock", "A")]
    posting = nights_of(shelf_of(("A1", 10)), loss(4), short(4))
    assert stock(posting.books) == {}
    assert found(posting) == []


def test_two_shorts_of_one_bin_are_explained_by_what_is_left_of_the_loss() -> None:
    """Six are lost: four explain the first short, two a part of the next."""
    first = nights_of(shelf_of(("A1", 40), lines=2), loss(6), short(4)).books
    assert first.losses["qty"].to_list() == [2]
    second = nights_of(shelf_of(("A1", 40), lines=2), loss(6), short(4), short(3, "r2")).books
    assert stock(second) == {("A", "", "A1", "FREE"): 21}
    assert second.losses.is_empty()


def test_a_loss_explains_each_unit_once() -> None:
    books = nights_of(shelf_of(("A1", 40), lines=2), loss(4), short(4), short(3, "r2")).books
    assert books.stock_holds.select("release_id", "missing_qty").rows() == [("r2", 3)]


def test_a_receipt_that_is_corrected_downwards_explains_the_short_too() -> None:
    correction = {
        "receipts": [
            {"receipt_id": "g9", "received_qty": -4, "received_on": nights_later(1).business_date}
            | {"bin_id": "A1", "effective_at": when(1)}
        ]
    }
    assert stock(nights_of(shelf_of(("A1", 20)), correction, short(4)).books) == FREE_TEN


def test_losses_are_remembered_only_while_a_release_is_open_that_they_could_explain() -> None:
    none_open = night(shelf_of(("A1", 20)), rows_of(**short(0)), as_of=nights_later(1)).books
    assert nights_of(none_open, loss(4)).books.losses.is_empty()
    known = nights_of(shelf_of(("A1", 20)), loss(1)).books
    assert known.losses.select("bin_id", "qty", "lost_on").rows() == [
        ("A1", 1, nights_later(1).business_date)
    ]
    done = nights_of(known, short(0), loss(1, "A2", days=2)).books
    assert done.losses.is_empty()


def test_explicit_shorts_are_explained_as_well() -> None:
    client = client_with(short="explicit")
    lost = night(shelf_of(("A1", 20)), rows_of(**loss(4)), as_of=nights_later(1), client=client).books
    rows = [{"release_id": "r1", "shipped_qty": 6, "short_qty": 4, "effective_at": when(2)}]
    told = night(lost, rows_of(shipments=rows), as_of=nights_later(2), client=client).books
    assert stock(told) == FREE_TEN
