"""Who is told for the first time that units wait, and who is not."""

from __future__ import annotations

import pytest

from schemas.books.journal import Movement
from schemas.books.orders import OrderLine
from schemas.errors import InvariantError
from schemas.results import QueuePosition
from tests.frames import NIGHT, frame_of
from tests.transforms.notices.nights import client, in_days, kinds, line, listed, night, remembered, tell


def test_a_due_line_that_is_short_and_has_no_date_is_told_on_back_order() -> None:
    told = night(line())
    assert kinds(told) == ["on_back_order"]
    assert listed(told, "kind", "waiting_qty", "eta_on") == [("on_back_order", 5, None)]


def test_the_line_remembers_what_it_was_told() -> None:
    told = night(line(eta_on=in_days(9)))
    message_id = told.messages["message_id"].item()
    assert remembered(told, "told_on", "told_eta_on", "told_qty", "told_message_id", "told_state") == [
        (NIGHT, in_days(9), 5, message_id, "preview")
    ]


@pytest.mark.parametrize(("days", "expected"), [(-4, []), (2, []), (3, ["on_back_order"])])
def test_nobody_is_told_while_the_date_is_near(days: int, expected: list[str]) -> None:
    assert kinds(night(line(eta_on=in_days(days)))) == expected


def test_units_released_tonight_do_not_wait() -> None:
    told = night(line(open_qty=0, released_qty=5))
    assert kinds(told) == []
    assert remembered(told, "told_on") == [(None,)]


def test_a_message_tells_only_the_units_that_wait() -> None:
    told = night(line(ordered_qty=9, open_qty=2, reserved_qty=3, released_qty=4))
    assert listed(told, "waiting_qty") == [(5,)]


def test_a_reservation_without_a_short_unit_is_no_news() -> None:
    assert kinds(night(line(open_qty=0, reserved_qty=5))) == []


def test_a_line_that_is_not_due_is_not_told_while_nothing_is_known() -> None:
    assert kinds(night(line(is_due=False, due_on=in_days(20), promised_on=in_days(20)))) == []


def test_a_line_that_is_not_due_is_told_when_its_date_breaks_the_promise() -> None:
    late = line(is_due=False, due_on=in_days(20), promised_on=in_days(20), eta_on=in_days(21))
    assert kinds(night(late)) == ["on_back_order"]


def test_a_date_that_keeps_the_promise_is_no_back_order() -> None:
    kept = line(due_on=in_days(6), promised_on=in_days(6), eta_on=in_days(6))
    assert kinds(night(kept)) == []


def test_a_line_that_was_promised_to_nobody_is_not_told_before_it_is_due() -> None:
    assert kinds(night(line(is_due=False, due_on=in_days(20), eta_on=in_days(30)))) == []


@pytest.mark.parametrize("reason", ["unknown_sku", "incomplete_intake", "client_hold", "fraud check"])
def test_a_line_on_hold_is_not_told(reason: str) -> None:
    assert kinds(night(line(hold_reason=reason))) == []


def test_nobody_is_told_of_a_line_that_waits_for_the_first_count_of_a_warehouse() -> None:
    uncounted = night(line(awaits_count="W1"), line(line_no=2))
    assert listed(uncounted, "line_no") == [(2,)]
    together = {"ship_rule": "order_complete", "awaits_count": "W1"}
    assert kinds(night(line(**together), line(line_no=2, **together))) == []


def test_what_its_client_cancels_of_it_is_told_alone() -> None:
    told = night(line(ordered_qty=8, cancelled_qty=3, awaits_count="W1"))
    assert listed(told, "kind", "cancelled_qty", "waiting_qty") == [("cancelled", 3, 0)]


def test_a_held_line_is_no_news_by_itself_and_is_listed_beside_what_is() -> None:
    told = night(line(hold_reason="unknown_sku"), line(line_no=2))
    assert listed(told, "line_no", "waiting_qty") == [(1, 5), (2, 5)]
    assert remembered(told, "told_qty") == [(None,), (5,)]


def test_a_held_line_keeps_a_complete_order_quiet() -> None:
    complete = {"ship_rule": "order_complete"}
    assert kinds(night(line(hold_reason="unknown_sku", **complete), line(line_no=2, **complete))) == []


def test_a_line_of_a_complete_order_is_told_the_orders_date() -> None:
    complete = {"ship_rule": "order_complete"}
    told = night(line(eta_on=in_days(9), **complete), line(line_no=2, eta_on=in_days(30), **complete))
    assert listed(told, "eta_on") == [(in_days(30),), (in_days(30),)]
    assert remembered(told, "told_eta_on") == [(in_days(30),), (in_days(30),)]


def test_a_complete_order_lists_what_is_kept_for_it_too() -> None:
    complete = {"ship_rule": "order_complete", "eta_on": in_days(9)}
    told = night(line(open_qty=0, reserved_qty=5, **complete), line(line_no=2, **complete))
    assert listed(told, "line_no", "waiting_qty") == [(1, 5), (2, 5)]


def test_lines_that_ship_alone_are_told_their_own_dates() -> None:
    told = night(line(eta_on=in_days(9)), line(line_no=2))
    assert listed(told, "eta_on") == [(in_days(9),), (None,)]
    assert told.messages["eta_on"].to_list() == [None]


def test_the_orders_date_is_its_latest() -> None:
    told = night(line(eta_on=in_days(9)), line(line_no=2, eta_on=in_days(7)))
    assert told.messages["eta_on"].to_list() == [in_days(9)]


def test_a_line_told_before_is_listed_with_a_new_one() -> None:
    known = line(told_on=in_days(-3), told_qty=5, told_eta_on=in_days(9), eta_on=in_days(10))
    told = night(known, line(line_no=2))
    assert listed(told, "line_no", "kind", "previous_eta_on") == [
        (1, "on_back_order", in_days(9)),
        (2, "on_back_order", None),
    ]
    assert remembered(told, "told_eta_on") == [(in_days(10),), (None,)]


def test_a_short_pick_of_a_line_that_was_told_nothing_is_told() -> None:
    assert kinds(night(line(ordered_qty=10, open_qty=3, shipped_qty=7))) == ["on_back_order"]


def test_the_place_in_the_queue_is_told_where_the_client_wants_it() -> None:
    place = line(queue_place=7)
    assert listed(night(place), "queue_place") == [(None,)]
    assert listed(night(place, merchant=client(tell_queue=True)), "queue_place") == [(7,)]


def test_a_waiting_line_without_a_standing_is_our_bug() -> None:
    bare = frame_of(OrderLine, {"order_id": "O1", "ordered_qty": 5, "open_qty": 5})
    with pytest.raises(InvariantError, match="1 lines wait without a standing, for example acme O1 1"):
        tell(bare, frame_of(QueuePosition), frame_of(Movement))
