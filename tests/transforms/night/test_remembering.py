"""Tests of what an order line remembers of its nights."""

from __future__ import annotations

from datetime import date

import pytest

from schemas.books.orders import OrderLine
from schemas.night import AsOf
from schemas.results import Cancellation, QueuePosition
from tests.frames import NIGHT, frame_of
from transforms.night.remembering import remember_standings

NONE = frame_of(Cancellation)
"""No rule cancels anything."""

BEFORE = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("nights", "last_on", "is_overtaken", "after"),
    [
        (0, None, True, (1, NIGHT)),
        (1, BEFORE, True, (2, NIGHT)),
        (1, BEFORE, False, (1, BEFORE)),
        (2, NIGHT, True, (2, NIGHT)),
        (2, NIGHT, False, (2, NIGHT)),
    ],
)
def test_nights_on_which_a_group_was_overtaken_are_counted_a_date_once(
    nights: int, last_on: date | None, after: tuple[int, date], *, is_overtaken: bool
) -> None:
    line = {"order_id": "O1", "overtaken_nights": nights, "overtaken_on": last_on}
    standing = {"order_id": "O1", "is_overtaken": is_overtaken, "due_on": NIGHT}
    told = remember_standings(
        frame_of(OrderLine, line), frame_of(QueuePosition, standing), NONE, as_of=AsOf(NIGHT)
    )
    assert told.select("overtaken_nights", "overtaken_on").row(0) == after


def test_a_line_without_a_standing_was_not_overtaken() -> None:
    told = remember_standings(
        frame_of(OrderLine, {"overtaken_nights": 1}), frame_of(QueuePosition), NONE, as_of=AsOf(NIGHT)
    )
    assert told.select("overtaken_nights", "overtaken_on").row(0) == (1, None)


def test_the_first_due_and_the_first_short_night_are_never_moved() -> None:
    line = {"order_id": "O1", "open_qty": 3, "released_qty": 2}
    standing = {"order_id": "O1", "is_due": True, "backordered_qty": 3, "due_on": NIGHT}
    first = remember_standings(
        frame_of(OrderLine, line), frame_of(QueuePosition, standing), NONE, as_of=AsOf(NIGHT)
    )
    names = ("first_due_on", "first_pass_qty", "first_short_on")
    assert first.select(names).row(0) == (NIGHT, 2, NIGHT)
    later = remember_standings(first, frame_of(QueuePosition, standing), NONE, as_of=AsOf(date(2026, 3, 3)))
    assert later.select(names).row(0) == (NIGHT, 2, NIGHT)


@pytest.mark.parametrize(("is_due", "after"), [(True, (NIGHT, 60, NIGHT)), (False, (None, None, None))])
def test_what_a_rule_cancels_while_it_is_due_was_short(after: tuple[object, ...], *, is_due: bool) -> None:
    line = {"order_id": "O1", "released_qty": 60, "cancelled_qty": 40}
    cancelled = {"order_id": "O1", "cause": "cancelled_short", "is_due": is_due, "cancelled_qty": 40}
    told = remember_standings(
        frame_of(OrderLine, line),
        frame_of(QueuePosition),
        frame_of(Cancellation, cancelled),
        as_of=AsOf(NIGHT),
    )
    assert told.select("first_due_on", "first_pass_qty", "first_short_on").row(0) == after


def test_no_clock_of_a_line_starts_before_its_warehouse_is_counted() -> None:
    line = {"order_id": "O1", "open_qty": 3, "released_qty": 2}
    standing = {"order_id": "O1", "is_due": True, "is_overtaken": True, "due_on": NIGHT}
    names = ("first_due_on", "first_pass_qty", "first_short_on", "overtaken_nights")
    waits = frame_of(QueuePosition, standing | {"awaits_count": "W1"})
    first = remember_standings(frame_of(OrderLine, line), waits, NONE, as_of=AsOf(NIGHT))
    assert first.select(names).row(0) == (None, None, None, 0)
    counted = frame_of(QueuePosition, standing | {"backordered_qty": 3})
    later = date(2026, 3, 3)
    assert remember_standings(first, counted, NONE, as_of=AsOf(later)).select(names).row(0) == (
        later,
        2,
        later,
        1,
    )
