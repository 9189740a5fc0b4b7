"""Tests of lots that are stated with two expiry dates."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from schemas.night import Books
from tests.frames import NIGHT
from tests.transforms.posting.nights import at, books_of, night, nights_later, rows_of

if TYPE_CHECKING:
    from transforms.posting.core.posting import Posting

EARLY, LATE = date(2026, 6, 1), date(2026, 9, 1)
FOUND = ("lot_expiry", "A", "lot 'L1' at W1: 2026-06-01 or 2026-09-01; 2026-06-01 holds")


def received(*expiries: date | None, books: Books | None = None, **said: str) -> Posting:
    """A night that received a unit for each of the expiries."""
    place = {"received_on": NIGHT, "lot_id": "L1", "bin_id": "B1"}
    row = {"receipt_id": "h" if books else "g", "received_qty": 1, **place, **said}
    rows = [row | {"line_no": number, "expiry_on": expiry} for number, expiry in enumerate(expiries, 1)]
    return night(books or Books.blank(), rows_of(receipts=rows), as_of=nights_later(1 if books else 0))


def counted(books: Books, **said: Any) -> Posting:  # noqa: ANN401 -- a row has values of any type
    """The next night, with a count of the lot's bin."""
    row = {"qty": 1, "lot_id": "L1", "bin_id": "B1", "counted_at": at(12, NIGHT + timedelta(days=1)), **said}
    return night(books, rows_of(stock=[row]), as_of=nights_later(1))


def expiries(posting: Posting) -> list[date | None]:
    return posting.books.stock_lots["expiry_on"].to_list()


def findings(posting: Posting) -> list[tuple[Any, ...]]:
    return posting.findings.select("code", "subject", "detail").rows()


@pytest.mark.parametrize("stated", [(EARLY, LATE), (LATE, EARLY), (LATE, None, EARLY)])
def test_of_two_dates_of_a_night_the_earlier_holds_and_a_person_is_told(
    stated: tuple[date | None, ...],
) -> None:
    posting = received(*stated)
    assert (expiries(posting), findings(posting)) == ([EARLY], [FOUND])


@pytest.mark.parametrize(("first", "then"), [(EARLY, LATE), (LATE, EARLY)])
def test_a_later_receipt_never_makes_a_lot_last_longer(first: date, then: date) -> None:
    posting = received(then, books=received(first).books)
    assert (expiries(posting), findings(posting)) == ([EARLY], [FOUND])


def test_a_date_that_is_said_again_or_not_at_all_contradicts_nothing() -> None:
    posting = received(EARLY, None, books=received(EARLY).books)
    assert (expiries(posting), findings(posting)) == ([EARLY], [])
    assert expiries(received(EARLY, books=received(None).books)) == [EARLY]


def test_a_count_has_seen_the_label_and_says_what_holds() -> None:
    posting = counted(received(EARLY).books, expiry_on=LATE)
    assert expiries(posting) == [LATE]
    assert findings(posting) == [(*FOUND[:2], "lot 'L1' at W1: 2026-06-01 or 2026-09-01; 2026-09-01 holds")]
    assert (
        findings(counted(posting.books, expiry_on=LATE, counted_at=at(13, NIGHT + timedelta(days=1)))) == []
    )


def test_a_lot_that_tonight_says_nothing_about_keeps_its_date() -> None:
    posting = counted(received(EARLY).books, lot_id="L2", expiry_on=LATE)
    assert (expiries(posting), findings(posting)) == ([EARLY, LATE], [])


def test_units_without_a_lot_that_are_gone_say_nothing_of_those_that_come() -> None:
    there = received(EARLY, lot_id="").books
    assert expiries(received(LATE, books=there, lot_id="")) == [EARLY]
    gone = books_of(stock_lots=there.stock_lots.to_dicts())
    posting = received(LATE, books=gone, lot_id="")
    assert (expiries(posting), findings(posting)) == ([LATE], [])
