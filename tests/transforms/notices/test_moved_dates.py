"""When a moved date is news."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.night import AsOf
from tests.frames import NIGHT
from tests.transforms.notices.nights import client, in_days, kinds, line, listed, night, remembered


def told_line(**values: Any) -> dict[str, Any]:  # noqa: ANN401 -- a test names whatever column is its point
    """A line that was told ten days ago that its 5 units come on the ninth day from now."""
    return line(**({"told_on": in_days(-10), "told_qty": 5, "told_eta_on": in_days(9)} | values))


@pytest.mark.parametrize(
    ("days", "expected"), [(1, []), (8, []), (11, []), (14, ["eta_changed"]), (40, ["eta_changed"])]
)
def test_only_a_date_later_than_the_churn_is_news(days: int, expected: list[str]) -> None:
    assert kinds(night(told_line(told_eta_on=in_days(8), eta_on=in_days(days)))) == expected


def test_slips_add_up_against_the_date_that_was_told() -> None:
    first = night(told_line(eta_on=in_days(11)))
    assert remembered(first, "told_eta_on") == [(in_days(9),)]
    assert kinds(night(told_line(eta_on=in_days(13)))) == ["eta_changed"]


def test_a_told_date_that_is_gone_is_news() -> None:
    told = night(told_line())
    assert kinds(told) == ["eta_changed"]
    assert listed(told, "kind", "eta_on", "previous_eta_on") == [("eta_changed", None, in_days(9))]
    assert remembered(told, "told_eta_on", "moved_on") == [(None, NIGHT)]


def test_the_first_date_after_no_date_yet_is_news() -> None:
    assert kinds(night(told_line(told_eta_on=None, eta_on=in_days(5)))) == ["eta_changed"]


def test_no_date_yet_is_told_once() -> None:
    assert kinds(night(told_line(told_eta_on=None))) == []


def test_a_first_date_that_is_near_is_not_worth_a_message() -> None:
    assert kinds(night(told_line(told_eta_on=None, eta_on=in_days(2)))) == []


@pytest.mark.parametrize(("days", "expected"), [(-6, []), (-7, ["eta_changed"])])
def test_one_moved_date_a_week_is_enough(days: int, expected: list[str]) -> None:
    assert kinds(night(told_line(eta_on=in_days(30), moved_on=in_days(days)))) == expected


def test_the_week_counts_for_the_whole_order() -> None:
    recent = told_line(eta_on=in_days(9), moved_on=in_days(-1))
    assert kinds(night(recent, told_line(line_no=2, eta_on=in_days(30)))) == []


def test_a_move_that_must_wait_is_still_said_in_another_message() -> None:
    waiting = told_line(eta_on=in_days(30), moved_on=in_days(-1))
    told = night(waiting, line(line_no=2))
    assert kinds(told) == ["on_back_order"]
    assert listed(told, "kind", "eta_on") == [("eta_changed", in_days(30)), ("on_back_order", None)]
    assert remembered(told, "told_eta_on", "moved_on") == [(in_days(30), NIGHT), (None, None)]


def test_a_line_on_hold_has_no_moved_date() -> None:
    assert kinds(night(told_line(hold_reason="client_hold"))) == []


def test_a_line_that_is_released_has_no_moved_date() -> None:
    assert kinds(night(told_line(open_qty=0, released_qty=5))) == []


def test_a_client_may_tell_no_moved_dates() -> None:
    quiet = client(tell_on=("on_back_order", "cancelled"))
    assert kinds(night(told_line(), merchant=quiet)) == []


def test_units_that_return_from_a_short_pick_within_the_told_date_are_no_news() -> None:
    returned = told_line(open_qty=2, shipped_qty=3, eta_on=in_days(10))
    assert kinds(night(returned)) == []


@pytest.mark.parametrize(("days", "expected"), [(1, []), (0, ["eta_changed"]), (-3, ["eta_changed"])])
def test_a_told_date_on_which_it_cannot_leave_any_more_is_news_that_night(
    days: int, expected: list[str]
) -> None:
    """The night of Monday ships on Tuesday; the new date is near and within the churn."""
    passed = told_line(told_eta_on=in_days(days), eta_on=in_days(2), moved_on=in_days(-1))
    assert kinds(night(passed)) == expected


def test_over_a_weekend_a_told_saturday_passes_on_friday_night() -> None:
    friday = AsOf(in_days(4))
    passed = told_line(told_eta_on=in_days(5), eta_on=in_days(7))
    assert kinds(night(passed, as_of=friday)) == ["eta_changed"]
    assert kinds(night(passed | {"told_eta_on": in_days(7)}, as_of=friday)) == []


def test_a_wait_that_ends_on_the_shipping_days_next_to_come_is_not_told() -> None:
    """Friday's night ships on Monday: Tuesday is as near as on any other night."""
    friday = AsOf(in_days(4))
    due = {"due_on": in_days(4)}
    assert kinds(night(line(eta_on=in_days(8), **due), as_of=friday)) == []
    assert kinds(night(line(eta_on=in_days(9), **due), as_of=friday)) == ["on_back_order"]


def test_who_waits_on_hold_hears_when_the_told_date_passes_and_only_then() -> None:
    held = told_line(told_eta_on=in_days(0), hold_reason="client_hold")
    told = night(held)
    assert kinds(told) == ["eta_changed"]
    assert listed(told, "eta_on", "previous_eta_on", "wait_reason") == [(None, in_days(0), "on_hold")]
    assert remembered(told, "told_eta_on") == [(None,)]
    assert kinds(night(held | {"told_eta_on": None})) == []


def test_nobody_hears_of_a_passed_date_of_what_awaits_a_first_count() -> None:
    assert kinds(night(told_line(told_eta_on=in_days(0), awaits_count="W1"))) == []
