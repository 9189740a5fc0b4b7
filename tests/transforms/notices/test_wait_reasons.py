"""Why a line waits, as it is told: one reason, and of how many of its units."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.books.journal import Movement
from schemas.books.orders import OrderLine
from schemas.night import AsOf, Books
from schemas.results import Decision, QueuePosition
from schemas.vocabulary.explanations import DecisionCode, ReservedReason
from tests.frames import NIGHT, frame_of
from tests.transforms.notices.nights import client, in_days, kinds, line, listed, night, plan_of
from transforms.notices.messages import decide_messages

OUT_OF_STOCK = [
    *("not_due", "past_cancel_date", "not_asking", "not_a_multiple", "ring_fence", "safety_stock"),
    *("shelf_life", "other_warehouse", "rank", "not_counted", "no_stock"),
]
UNTOLD = {"parcel_may_follow", "only_posted"}
OF_OPEN = dict.fromkeys(OUT_OF_STOCK, "out_of_stock") | {
    "order_hold": "being_checked",
    "group_incomplete": "ships_together",
    "kept_by_reservation": "kept_for_earlier",
    "lot_hold": "being_checked",
    "item_hold": "on_hold",
}
OF_KEPT = {
    "order_hold": "being_checked",
    "past_cancel_date": "on_hold",
    "item_hold": "ships_together",
    "not_due": "ready",
    "ship_not_before": "pre_order",
    "parcel_may_follow": "ready",
    "group_incomplete": "ships_together",
    "rest_comes_soon": "ships_together",
    "shipments_left": "ships_together",
    "small_release": "ships_together",
    "release_limit": "ready",
}


def told_before(**values: Any) -> dict[str, Any]:  # noqa: ANN401 -- a test names whatever column is its point
    """A line that was told to wait, so that any message lists it; nothing of it is short."""
    kept = {"open_qty": 0, "reserved_qty": 5, "short_qty": 0, "told_qty": 5, "eta_on": in_days(1)}
    return line(**(kept | values))


def reasons(*lines: dict[str, Any], **facts: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401 -- as `night` takes
    """Reason and units of each line that a message lists."""
    return listed(night(*lines, **facts), "wait_reason", "wait_qty")


@pytest.mark.parametrize("code", sorted(set(DecisionCode.values()) - UNTOLD))
def test_what_most_open_units_lack_is_the_reason(code: str) -> None:
    assert reasons(line(open_reason=code)) == [(OF_OPEN[code], 5)]


@pytest.mark.parametrize("code", sorted(set(ReservedReason.values()) - {"only_posted"}))
def test_what_keeps_units_that_are_there_is_the_reason_of_a_line_that_lacks_none(code: str) -> None:
    beside = line(line_no=2, open_reason="no_stock")
    assert reasons(told_before(kept_reason=code), beside)[0] == (OF_KEPT[code], 5)


def test_units_that_are_kept_for_no_stated_reason_wait_for_their_turn() -> None:
    assert reasons(told_before(), line(line_no=2, open_reason="no_stock"))[0] == ("ready", 5)


def test_the_reason_is_told_of_the_units_that_lack_it() -> None:
    partly = line(ordered_qty=9, open_qty=3, reserved_qty=2, open_reason="no_stock", kept_reason="not_due")
    assert reasons(partly) == [("out_of_stock", 3)]


def test_kept_units_are_out_of_stock_too_where_others_of_the_line_are() -> None:
    decided = frame_of(
        Decision,
        {"order_id": "O1", "reason_code": "kept_by_reservation", "qty": 4},
        {"order_id": "O1", "reason_code": "no_stock", "qty": 1},
    )
    standing = {"order_id": "O1", "is_due": True, "short_qty": 5}
    told = decide_messages(
        Books.of({"order_lines": frame_of(OrderLine, {"order_id": "O1", "ordered_qty": 5, "open_qty": 5})}),
        plan_of(standings=frame_of(QueuePosition, standing), decisions=decided),
        frame_of(Movement),
        clients={"acme": client()},
        warehouses={},
        as_of=AsOf(NIGHT),
    )
    assert listed(told, "wait_reason", "wait_qty") == [("out_of_stock", 5)]


def test_units_that_may_still_be_told_as_shipped_give_no_reason() -> None:
    assert reasons(line(open_reason="parcel_may_follow")) == [("ready", 5)]


@pytest.mark.parametrize(
    ("hold", "reason"),
    [
        ("incomplete_intake", "being_checked"),
        ("cancelled_before", "being_checked"),
        ("rows_disagree", "being_checked"),
        ("unknown_sku", "being_checked"),
        ("client_hold", "on_hold"),
        ("fraud check", "on_hold"),
    ],
)
def test_a_hold_speaks_before_all_else(hold: str, reason: str) -> None:
    held = line(hold_reason=hold, open_reason="order_hold", ship_not_before=in_days(30))
    assert reasons(held, line(line_no=2, open_reason="no_stock")) == [(reason, 5), ("out_of_stock", 5)]


def test_an_item_that_is_not_sold_yet_is_a_pre_order_and_no_back_order() -> None:
    item = {"sku": "A", "available_from": in_days(21)}
    early = line(open_reason="item_hold", eta_on=in_days(21))
    told = night(early, items=(item,))
    assert kinds(told) == ["pre_order"]
    assert listed(told, "kind", "wait_reason", "wait_qty", "eta_on") == [
        ("pre_order", "pre_order", 5, in_days(21))
    ]
    assert kinds(night(early, items=(item | {"available_from": in_days(1)},))) == ["on_back_order"]
    assert kinds(night(early, items=(item,), merchant=client(tell_on=("on_back_order",)))) == []


def test_what_ships_with_a_pre_order_is_no_back_order_either() -> None:
    item = {"sku": "A", "available_from": in_days(21)}
    together = {"ship_rule": "order_complete", "eta_on": in_days(21)}
    early = line(open_reason="item_hold", **together)
    other = line(line_no=2, sku="B", open_reason="group_incomplete", **together)
    assert kinds(night(early, other, items=(item,))) == ["pre_order"]
    assert kinds(night(early, other | {"open_reason": "no_stock"}, items=(item,))) == ["on_back_order"]


SATURDAY = in_days(5)
MONDAY = in_days(7)


@pytest.mark.parametrize(
    ("eta_on", "open_reason", "kind", "reason"),
    [
        (MONDAY, "not_due", "pre_order", "pre_order"),
        (in_days(8), "no_stock", "on_back_order", "out_of_stock"),
        (None, "no_stock", "on_back_order", "out_of_stock"),
    ],
)
def test_a_day_before_which_nothing_leaves_is_the_reason_while_goods_come_by_its_working_day(
    eta_on: Any,  # noqa: ANN401 -- a date or none
    open_reason: str,
    kind: str,
    reason: str,
) -> None:
    later = line(ship_not_before=SATURDAY, due_on=SATURDAY, open_reason=open_reason, eta_on=eta_on)
    told = night(later)
    assert kinds(told) == [kind]
    assert listed(told, "wait_reason") == [(reason,)]


def test_what_is_there_and_may_not_leave_yet_is_no_back_order() -> None:
    dates = dict.fromkeys(("ship_not_before", "eta_on", "told_eta_on"), in_days(9))
    told = night(told_before(kept_reason="not_due", **dates), line(line_no=2, open_reason="no_stock"))
    assert listed(told, "kind", "wait_reason")[0] == ("pre_order", "pre_order")


LATE = {"asn_id": "N1", "asn_line_no": 1}
"""The announcement of the goods that a line's date rests on."""


def announced(days: int) -> tuple[dict[str, Any], ...]:
    """They are expected so many days after the test's night."""
    return (LATE | {"expected_on": in_days(days), "status": "expected"},)


def test_goods_that_are_late_have_no_date_and_are_told_once() -> None:
    late = line(open_reason="no_stock", eta_on=in_days(1), **LATE)
    told = night(late, inbound=announced(-3))
    assert kinds(told) == ["on_back_order"]
    assert listed(told, "wait_reason", "wait_qty", "eta_on") == [("late", 5, None)]
    known = late | {"told_qty": 5, "told_on": in_days(-1)}
    assert kinds(night(known, inbound=announced(-3))) == []
    assert kinds(night(known | {"told_eta_on": in_days(3)}, inbound=announced(-3))) == ["eta_changed"]


@pytest.mark.parametrize(("days", "is_late"), [(-3, True), (-1, False), (0, False)])
def test_goods_are_late_on_the_night_after_the_working_day_of_their_date(days: int, *, is_late: bool) -> None:
    """The test's night is a Monday: what was expected on Sunday comes on Monday, if it comes."""
    told = night(line(open_reason="no_stock", eta_on=in_days(9), **LATE), inbound=announced(days))
    assert listed(told, "eta_on") == [(None if is_late else in_days(9),)]


def test_stock_that_lacks_is_not_late_though_announced_goods_are() -> None:
    kept = line(open_reason="kept_by_reservation", eta_on=in_days(1), **LATE)
    assert reasons(kept, inbound=announced(-3)) == [("kept_for_earlier", 5)]
