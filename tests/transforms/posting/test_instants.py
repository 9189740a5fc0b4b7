"""When a fact of the shelf happened, and what that makes of counts on the same and other nights."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest

from schemas.books.stock import LATE_DAYS
from schemas.night import AsOf, Books
from schemas.settings.warehouse import Warehouse
from tests.frames import NIGHT
from tests.transforms.posting.nights import (
    ACME,
    TUESDAY,
    at,
    found,
    night,
    nights_later,
    rows_of,
    shelf,
    stock,
)
from transforms.calendars import with_instant_of_day, with_warehouse_date
from transforms.posting.night import post_rows
from transforms.terms import Terms

if TYPE_CHECKING:
    from transforms.posting.core.posting import Posting

pytestmark = pytest.mark.usefixtures("lived_together")

LEEDS = Warehouse(warehouse_id="W1", allocator="us", time_zone="Europe/London", day_only_at=time(1, 30))
SPRING = date(2026, 3, 29)
"""Clocks go from 01:00 to 02:00."""


def counted(qty: int, hour: int, day: date = NIGHT) -> dict[str, list[dict[str, object]]]:
    return {"stock": [{"qty": qty, "bin_id": "B1", "counted_at": at(hour, day)}]}


def lost(**said: object) -> dict[str, list[dict[str, object]]]:
    return {"adjustments": [{"qty": -4, "reason": "broken", "bin_id": "B1", **said}]}


@pytest.mark.parametrize(
    ("said", "left"),
    [
        pytest.param({"effective_at": at(11)}, 10, id="before the count of noon"),
        pytest.param({"effective_at": at(12)}, 10, id="at its instant"),
        pytest.param({"effective_at": at(13)}, 6, id="after it"),
        pytest.param({"effective_on": NIGHT}, 6, id="on its day, so at six in the evening"),
        pytest.param({}, 6, id="nobody says: at six in the evening of the night"),
    ],
)
@pytest.mark.parametrize("nights", [0, 1])
def test_a_count_of_noon_holds_what_was_before_it_in_one_night_and_over_two(
    said: dict[str, object], left: int, nights: int
) -> None:
    if nights:
        first = night(Books.blank(), rows_of(**counted(10, 12))).books
        posting = night(first, rows_of(**lost(**said)), as_of=nights_later(1))
    else:
        posting = night(Books.blank(), rows_of(**counted(10, 12), **lost(**said)))
    assert stock(posting.books) == {("A", "", "B1", "FREE"): left}


def test_a_count_that_comes_late_takes_its_place_among_what_is_known() -> None:
    books = night(shelf(("", "B1", "FREE", 1)), rows_of(**lost(qty=9, effective_at=at(8)))).books
    posting = night(books, rows_of(**counted(9, 7)), as_of=nights_later(1))
    assert stock(posting.books) == {("A", "", "B1", "FREE"): 18}


def test_in_a_later_run_of_a_date_a_fact_without_day_and_time_happened_when_the_run_was_frozen() -> None:
    morning = datetime(2026, 3, 3, 7, tzinfo=UTC)
    books = night(Books.blank(), rows_of(**counted(10, 6, TUESDAY))).books
    again = night(books, rows_of(**lost()), as_of=AsOf(NIGHT, 2, morning))
    assert stock(again.books) == {("A", "", "B1", "FREE"): 6}
    first_run = night(books, rows_of(**lost()), as_of=AsOf(NIGHT, 1, morning))
    assert stock(first_run.books) == {("A", "", "B1", "FREE"): 10}


def post_in_leeds(books: Books, day: date) -> Posting:
    return post_rows(
        books,
        rows_of(**lost(effective_on=day)),
        terms=Terms(AsOf(day), {"acme": ACME}, {"W1": LEEDS}),
    )


def test_a_day_ends_where_the_warehouse_says_and_the_journal_keeps_the_instant() -> None:
    posting = post_in_leeds(shelf(("", "B1", "FREE", 9)), NIGHT)
    assert set(posting.movements["effective_at"]) == {datetime(2026, 3, 2, 1, 30, tzinfo=UTC)}
    summer = post_in_leeds(shelf(("", "B1", "FREE", 9)), date(2026, 6, 1))
    assert set(summer.movements["effective_at"]) == {datetime(2026, 6, 1, 0, 30, tzinfo=UTC)}


def test_a_time_that_the_clocks_skip_is_an_hour_later() -> None:
    frame = pl.DataFrame({"warehouse_id": ["W1", "W9"], "day": [SPRING, SPRING]})
    timed = with_instant_of_day(frame, date_column="day", name="at", warehouses={"W1": LEEDS})
    assert timed["at"].to_list() == [
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
        datetime(2026, 3, 29, 18, tzinfo=UTC),
    ]
    local = with_warehouse_date(timed, time_column="at", name="on", warehouses={"W1": LEEDS})
    assert local["on"].to_list() == [SPRING, SPRING]


def test_facts_older_than_can_be_put_in_order_are_folded_and_what_comes_later_still_counts() -> None:
    old, late = NIGHT, nights_later(LATE_DAYS + 5)
    books = night(Books.blank(), rows_of(**counted(10, 12, old), **lost(effective_at=at(13)))).books
    touched = night(
        books, rows_of(**lost(qty=1, file_hash="f2", effective_on=late.business_date)), as_of=late
    )
    assert stock(touched.books) == {("A", "", "B1", "FREE"): 7}
    assert sorted(touched.books.shelf_facts["kind"].to_list()) == ["lowest", "moved", "opening"]
    older = night(
        touched.books,
        rows_of(**lost(qty=-2, file_hash="f3", effective_at=at(14))),
        as_of=nights_later(LATE_DAYS + 6),
    )
    assert stock(older.books) == {("A", "", "B1", "FREE"): 5}
    assert found(older) == []


def test_a_gap_outlives_the_facts_that_made_it() -> None:
    late = nights_later(LATE_DAYS + 5)
    books = night(Books.blank(), rows_of(**lost(effective_at=at(13)))).books
    again = {"qty": 3, "file_hash": "f2", "effective_on": late.business_date}
    touched = night(books, rows_of(**lost(**again)), as_of=late).books
    assert touched.shelf_gaps.select("qty", "since_on").rows() == [(4, NIGHT)]
    assert stock(touched) == {("A", "", "B1", "FREE"): 3}


def test_a_count_held_today_is_believed_when_tomorrows_agrees() -> None:
    books = night(Books.blank(), rows_of(**counted(10, 6))).books
    held = night(books, rows_of(**counted(3, 6, TUESDAY)), as_of=nights_later(1))
    assert found(held) == [("count_held", "W1")]
    assert stock(held.books) == {("A", "", "B1", "FREE"): 10}
    still = night(held.books, rows_of(), as_of=nights_later(2))
    assert found(still) == [("count_held", "W1")]
    again = {"stock": [{**counted(3, 6, TUESDAY + timedelta(days=1))["stock"][0], "file_hash": "f2"}]}
    agreed = night(still.books, rows_of(**again), as_of=nights_later(2))
    assert stock(agreed.books) == {("A", "", "B1", "FREE"): 3}
    assert not agreed.books.shelf_facts["is_held"].any()


def test_a_held_count_is_believed_once_a_late_file_explains_what_vanished() -> None:
    books = night(Books.blank(), rows_of(**counted(10, 6))).books
    held = night(books, rows_of(**counted(6, 6, TUESDAY)), as_of=nights_later(1)).books
    posting = night(held, rows_of(**lost(effective_at=at(15))), as_of=nights_later(2))
    assert stock(posting.books) == {("A", "", "B1", "FREE"): 6}
    assert found(posting) == []
