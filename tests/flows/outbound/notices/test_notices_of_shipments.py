"""Notices of what has shipped: with which tracking numbers, and which of it are other goods."""

from __future__ import annotations

from typing import Any

from tests.flows.outbound.notices.notice_world import files, message_line, render


def test_a_shipment_is_told_with_its_tracking_number() -> None:
    line = message_line(waiting_qty=0, shipped_qty=3)
    shipped = {"order_id": "O1", "tracking_no": "1Z9", "shipped_qty": 3}
    text = files(render(line, head={"kind": "shipping_now"}, shipped=[shipped]))["message.txt"]
    assert "Tracking number 1Z9" in text


def test_several_tracking_numbers_are_named_as_several() -> None:
    line = message_line(waiting_qty=0, shipped_qty=3)
    shipped = {"order_id": "O1", "tracking_no": "1Z9, 1Z8", "shipped_qty": 3}
    text = files(render(line, head={"kind": "shipping_now"}, shipped=[shipped]))["message.txt"]
    assert "Tracking numbers 1Z9, 1Z8\n" in text


def test_a_shipment_of_other_goods_says_which_and_how_many() -> None:
    line = message_line(waiting_qty=0, shipped_qty=35)
    shipped = [
        {"order_id": "O1", "sku": sku, "shipped_qty": qty} for sku, qty in (("A", 5), ("B", 20), ("C", 10))
    ]
    items: list[dict[str, Any]] = [
        {"decimals": 1},
        {"sku": "B", "description": "Wool\ncardigan, green, M", "decimals": 1},
    ]
    written = files(render(line, head={"kind": "shipping_now"}, items=items, shipped=shipped))
    remarks = (
        "2.0 of these: Wool cardigan, green, M (B), in place of Wool cardigan, navy, M",
        "10 of these: C, in place of Wool cardigan, navy, M",
    )
    assert "\n".join(f"      {remark}" for remark in remarks) in written["message.txt"]
    assert all(remark in written["message.html"] for remark in remarks)


def test_a_shipment_of_what_was_ordered_names_no_other_goods() -> None:
    line = message_line(waiting_qty=0, shipped_qty=3)
    shipped = [{"order_id": "O1", "shipped_qty": 3}]
    text = files(render(line, head={"kind": "shipping_now"}, shipped=shipped))["message.txt"]
    assert "in place of" not in text
