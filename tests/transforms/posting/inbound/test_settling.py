"""Tests of announced lines and receipts that are too old to be put in order again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemas.books.stock import LATE_DAYS
from schemas.night import AsOf
from tests.transforms.posting.inbound.announced import (
    ANNOUNCED,
    after,
    day,
    held,
    lines,
    receipt,
)
from tests.transforms.posting.nights import (
    night,
    rows_of,
)

if TYPE_CHECKING:
    from transforms.posting.core.posting import Posting


pytestmark = pytest.mark.usefixtures("lived_together")


def aged(posting: Posting, days: int = LATE_DAYS) -> Posting:
    """The night on which what came on the first nights is settled."""
    return night(posting.books, rows_of(), as_of=AsOf(day(days)))


def test_what_is_too_old_is_settled_and_can_still_be_corrected() -> None:
    old = aged(after(ANNOUNCED | {"receipts": [receipt(8, "s1/1", is_final=True)]}))
    assert old.books.inbound_receipts.is_empty()
    assert lines(old) == {"s1/1": (8, 0, "closed")}
    for name, received in (("s1/1", 5), ("s1", 5), ("s1/2", 8), (None, 8)):
        rows = rows_of(receipts=[receipt(-3, name, on=LATE_DAYS + 1)])
        posting = night(old.books, rows, as_of=AsOf(day(LATE_DAYS + 1)))
        assert lines(posting) == {"s1/1": (received, 0, "closed")}
        later = aged(posting, 2 * LATE_DAYS + 1)
        assert lines(later) == lines(posting)
        assert later.books.inbound_lines["settled_qty"].to_list() == [received]


def test_a_rest_that_was_given_up_long_ago_takes_no_goods_without_a_name() -> None:
    old = aged(after(ANNOUNCED | {"receipts": [receipt(4, "s1/1")]}))
    rows = rows_of(receipts=[receipt(3, on=LATE_DAYS + 1)])
    assert lines(night(old.books, rows, as_of=AsOf(day(LATE_DAYS + 1)))) == {"s1/1": (4, 0, "closed")}


def test_what_corrections_took_stays_taken_when_only_one_of_both_is_too_old() -> None:
    taken_first = after(ANNOUNCED | {"receipts": [receipt(-4, "s1/1")]}, {"receipts": [receipt(10, "s1/1")]})
    assert lines(taken_first)["s1/1"][0] == 6
    taken_last = after(ANNOUNCED | {"receipts": [receipt(10, "s1/1")]}, {"receipts": [receipt(-4, "s1/1")]})
    for posting in (taken_first, taken_last):
        settled = aged(posting)
        assert settled.books.inbound_receipts.height == 1
        assert lines(settled)["s1/1"][0] == 6
        assert lines(aged(settled, LATE_DAYS + 1))["s1/1"][0] == 6


def test_what_is_held_is_not_held_again_when_the_first_of_two_is_settled() -> None:
    late_hour = receipt(10, "s1/1", on=0, receipt_id="r9")
    posting = after(ANNOUNCED | {"receipts": [late_hour]}, {"receipts": [receipt(10, "s1/1", on=0)]})
    assert held(posting) == 9
    assert held(aged(aged(posting), LATE_DAYS + 1)) == 9
    more = rows_of(receipts=[receipt(2, "s1/1", on=LATE_DAYS, receipt_id="rx")])
    assert held(night(aged(posting).books, more, as_of=AsOf(day(LATE_DAYS)))) == 11
