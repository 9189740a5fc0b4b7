"""What warehouses confirmed of a line, and which of it are other goods than the ordered ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from schemas.books.journal import Movement
from schemas.results import MessageLine
from schemas.settings.client import NoticeSettings
from tests.frames import NIGHT, frame_of
from tests.nights import order, run_night
from tests.transforms.notices import nights
from tests.transforms.posting.nights import ACME
from transforms.notices.confirmed import list_substitutes, sum_confirmed

if TYPE_CHECKING:
    from schemas.night import NightPlan


pytestmark = pytest.mark.usefixtures("lived_together")


def sent(sku: str, qty: int, **values: Any) -> dict[str, Any]:  # noqa: ANN401 -- any column of a movement
    """Units of an SKU that the warehouse confirmed for line 1 of O1, as its line has them."""
    accounts = {"ledger": "line", "from_account": "RELEASED", "to_account": "SHIPPED", "cause": "shipped"}
    return {"order_id": "O1", "sku": sku, "qty": qty} | accounts | values


def named(*movements: dict[str, Any], told: int = 5) -> list[tuple[str, int]]:
    """Substitutes and their units in a message that tells so many units of A as shipped."""
    line = {"order_id": "O1", "message_id": "m1", "shipped_qty": told, "kind": "shipping_now"}
    found = list_substitutes(frame_of(MessageLine, line), frame_of(Movement, *movements))
    assert found.select("client_id", "message_id", "line_no").unique().rows() in ([], [("acme", "m1", 1)])
    return found.select("sku", "shipped_qty").rows()


@pytest.mark.parametrize(
    "other",
    [
        {"cause": "assumed"},
        {"ledger": "stock", "from_account": "RELEASED"},
        {"to_account": "OPEN", "cause": "short"},
    ],
)
def test_confirmed_is_what_the_line_has_as_shipped_by_a_warehouse(other: dict[str, Any]) -> None:
    over = sent("A", 2, cause="over_shipped", from_account="OPEN")
    confirmed = sum_confirmed(frame_of(Movement, sent("A", 3), over, sent("A", 9, **other)))
    assert confirmed.rows() == [("acme", "O1", 1, 5)]


def test_the_ordered_goods_are_no_substitute() -> None:
    assert named(sent("A", 5)) == []


def test_units_of_another_sku_are_named_by_sku() -> None:
    assert named(sent("C", 1), sent("A", 1), sent("B", 2), sent("B", 1, seq=2)) == [("B", 3), ("C", 1)]


def test_a_shipment_of_another_line_is_not_this_ones() -> None:
    assert named(sent("B", 2, line_no=2), sent("B", 2, order_id="O2")) == []


def test_a_message_that_tells_of_no_shipment_names_no_substitute() -> None:
    assert named(sent("B", 5), told=0) == []


def shipped_after(items: list[dict[str, Any]], received: dict[str, int]) -> NightPlan:
    """The night on which all is confirmed that an order of five A was released."""
    client = ACME.model_copy(update={"notices": NoticeSettings(tell_on=("shipping_now",))})
    receipts = [
        {"receipt_id": sku, "sku": sku, "received_qty": qty, "received_on": NIGHT}
        for sku, qty in received.items()
    ]
    first = run_night(None, 0, client, items=items, receipts=receipts, orders=[order("O1", 5)])
    released = first.allocations.select("release_id", shipped_qty="allocated_qty").to_dicts()
    second = run_night(first, 1, client, shipments=released)
    assert second.message_lines.select("sku", "kind", "shipped_qty").rows() == [("A", "shipping_now", 5)]
    return second


@pytest.mark.parametrize("said_by", ["substitutes", "replaced_by"])
def test_a_night_that_ships_something_else_names_it(said_by: str) -> None:
    plan = shipped_after([{"sku": "A", said_by: "B"}, {"sku": "B"}], {"A": 2, "B": 3})
    found = list_substitutes(plan.message_lines, plan.movements)
    assert found.select("sku", "shipped_qty").rows() == [("B", 3)]


def test_the_parts_of_a_kit_stand_in_for_nothing() -> None:
    plan = shipped_after([{"sku": "A", "kit": "P:2|Q:1"}, {"sku": "P"}, {"sku": "Q"}], {"P": 10, "Q": 5})
    assert list_substitutes(plan.message_lines, plan.movements).is_empty()


def test_a_kit_that_stands_in_goes_by_its_own_sku() -> None:
    items = [{"sku": "A", "substitutes": "K"}, {"sku": "K", "kit": "P:2"}, {"sku": "P"}]
    plan = shipped_after(items, {"P": 10})
    found = list_substitutes(plan.message_lines, plan.movements)
    assert found.select("sku", "shipped_qty").rows() == [("K", 5)]


@pytest.mark.parametrize(("gone", "names_day"), [(2, False), (3, True), (5, True)])
def test_what_was_told_for_a_later_day_ships_with_that_day(gone: int, *, names_day: bool) -> None:
    """Three of five were told to wait: the two that were there leave first."""
    told = nights.line(open_qty=0, released_qty=5 - gone, shipped_qty=gone, told_qty=3)
    merchant = nights.client(tell_on=("shipping_now", "shipping_part"))
    later = nights.in_days(9)
    sends = nights.night(told | {"told_eta_on": later}, shipped=(sent("A", gone),), merchant=merchant)
    assert nights.listed(sends, "shipped_qty", "previous_eta_on") == [(gone, later if names_day else None)]


def test_a_line_remembers_that_it_was_told_to_wait_until_the_last_unit_has_left() -> None:
    told = nights.line(open_qty=0, released_qty=3, shipped_qty=2, told_qty=3, told_eta_on=nights.in_days(9))
    merchant = nights.client(tell_on=("shipping_part",))
    first = nights.night(told, shipped=(sent("A", 2),), merchant=merchant)
    assert nights.remembered(first, "told_qty", "told_eta_on") == [(3, nights.in_days(9))]
