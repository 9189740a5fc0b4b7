"""What a message says of goods that were sent in place of the ordered ones."""

from __future__ import annotations

from typing import Any

from schemas.books import Release, Shipment
from schemas.client import NoticeSettings
from schemas.night import Books
from schemas.results import MessageLine
from tests.frames import NIGHT, frame_of
from tests.nights import order, run_night
from tests.transforms.posting.nights import ACME
from transforms.notices.substitutes import list_substitutes


def sent(sku: str, qty: int, **values: Any) -> dict[str, Any]:  # noqa: ANN401 -- any column of a shipment
    """Units of an SKU that the warehouse confirmed for line 1 of O1."""
    return {"order_id": "O1", "sku": sku, "shipped_qty": qty, "release_id": f"r-{sku}"} | values


def named(
    *shipments: dict[str, Any], told: int = 5, releases: tuple[dict[str, Any], ...] = ()
) -> list[tuple[str, int]]:
    """Substitutes and their units in a message that tells so many units of A as shipped."""
    line = {"order_id": "O1", "message_id": "m1", "shipped_qty": told, "kind": "shipping_now"}
    books = Books.of({"releases": frame_of(Release, *releases)})
    found = list_substitutes(frame_of(MessageLine, line), frame_of(Shipment, *shipments), books)
    assert found.select("client_id", "message_id", "line_no").unique().rows() in ([], [("acme", "m1", 1)])
    return found.select("sku", "shipped_qty").rows()


def test_the_ordered_goods_are_no_substitute() -> None:
    assert named(sent("A", 5)) == []


def test_units_of_another_sku_are_named_by_sku() -> None:
    assert named(sent("C", 1), sent("A", 1), sent("B", 2), sent("B", 1, lot_id="L2")) == [("B", 3), ("C", 1)]


def test_an_assumed_shipment_is_told_nobody() -> None:
    assert named(sent("B", 2, basis="assumed")) == []


def test_a_short_pick_sends_nothing() -> None:
    assert named(sent("B", 0, short_qty=2)) == []


def test_a_shipment_of_another_line_is_not_this_ones() -> None:
    assert named(sent("B", 2, line_no=2), sent("B", 2, order_id="O2")) == []


def test_no_more_is_named_than_the_message_tells() -> None:
    assert named(sent("B", 4), sent("C", 4)) == [("B", 4), ("C", 1)]
    assert named(sent("B", 5), sent("C", 4)) == [("B", 5)]
    assert named(sent("B", 5), told=0) == []


def test_a_part_of_a_kit_stands_in_for_nothing() -> None:
    part = {"order_id": "O1", "release_id": "r-B", "sku": "B", "released_qty": 4, "kit_id": "k", "kit_qty": 2}
    other = {"order_id": "O1", "release_id": "r-C", "sku": "C", "released_qty": 1}
    assert named(sent("B", 4), sent("C", 1), releases=(part, other)) == [("C", 1)]


def test_a_night_that_ships_a_substitute_says_so() -> None:
    """Two of A and three of B, which may stand in for A, are there for an order of five A."""
    settings = NoticeSettings(tell_on=("shipping_now",))
    client = ACME.model_copy(update={"notices": settings})
    received = [
        {"receipt_id": sku, "sku": sku, "received_qty": qty, "received_on": NIGHT}
        for sku, qty in (("A", 2), ("B", 3))
    ]
    items = [{"sku": "A", "substitutes": "B"}, {"sku": "B"}]
    first = run_night(None, 0, client, items=items, receipts=received, orders=[order("O1", 5)])
    released = first.allocations.select("release_id", shipped_qty="allocated_qty").to_dicts()
    second = run_night(first, 1, client, shipments=released)
    assert second.message_lines.select("sku", "kind", "shipped_qty").rows() == [("A", "shipping_now", 5)]
    found = list_substitutes(second.message_lines, second.shipments, second.books)
    assert found.select("sku", "shipped_qty").rows() == [("B", 3)]
