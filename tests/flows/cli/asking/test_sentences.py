"""Tests of the sentences about an order line."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from flows.cli.asking.sentences import REMEDIES, tell_line, tell_notice
from schemas.vocabulary.explanations import DecisionCode

LINE: dict[str, Any] = {
    "client_id": "acme",
    "sku": "A",
    "warehouse_id": "W1",
    "ordered_at": "2026-03-02 09:00",
    "promised_on": None,
    "due_on": date(2026, 3, 2),
    "cancel_after": date(2026, 3, 9),
    "priority": 5,
    "ship_rule": "partial",
    "ordered_qty": 8,
    "open_qty": 8,
    "reserved_qty": 0,
    "released_qty": 0,
    "shipped_qty": 0,
    "cancelled_qty": 0,
    "hold_reason": None,
    "rank": 3,
    "queue_place": 2,
    "ahead_qty": 5,
    "days_waiting": 0,
    "eta_on": None,
    "eta_reason": "not enough announced",
    "may_be_overtaken": False,
    "overtaken_nights": 0,
    "overtaken_on": None,
    "told_on": None,
    "told_eta_on": None,
    "kit": None,
    "replaced_by": None,
}
PEG = {
    "pegged_qty": 3,
    "sku": "A",
    "asn_id": "P1",
    "asn_line_no": 2,
    "expected_on": date(2026, 3, 5),
    "status": "expected",
    "eta_on": date(2026, 3, 6),
}


def said(line: dict[str, Any], label: str, *decisions: tuple[str, int], pegs: int = 0) -> list[str]:
    """The sentences behind one label."""
    reasons = [{"reason_code": code, "qty": qty} for code, qty in decisions]
    facts = {"decisions": reasons, "pegs": [PEG] * pegs}
    return [words for name, words in tell_line(line, facts) if name == label]


def test_every_reason_has_a_remedy() -> None:
    assert set(REMEDIES) == set(DecisionCode)


@pytest.mark.parametrize("code", list(DecisionCode))
def test_every_remedy_can_be_said(code: DecisionCode) -> None:
    (remedy,) = said(LINE, "ships when", (code.value, 8))
    assert remedy
    assert "{" not in remedy


def test_a_line_says_what_will_be_sent_once_its_item_is_gone() -> None:
    assert said(LINE, "successor") == []
    assert said({**LINE, "replaced_by": "B"}, "successor") == ["B, once none of A is left or announced"]


def test_what_is_short_of_stock_ships_when_units_come_in_beyond_those_ahead() -> None:
    assert said(LINE, "ships when", ("rank", 5), ("no_stock", 3)) == [
        "8 units of A come in beyond what better ranks want (5 ahead)"
    ]


def test_what_is_short_of_kits_ships_when_their_parts_come_in_too() -> None:
    assert said({**LINE, "kit": "B:2"}, "ships when", ("no_stock", 8)) == [
        "8 units of A, or parts to make them of, come in beyond what better ranks want (5 ahead)"
    ]


def test_pegged_units_ship_when_they_arrive_and_only_the_rest_needs_more() -> None:
    assert said(LINE, "ships when", ("no_stock", 8), pegs=2) == [
        "P1 line 2 comes in (3 units)",
        "P1 line 2 comes in (3 units)",
        "2 units of A come in beyond what better ranks want (5 ahead)",
    ]


def test_a_line_that_is_wholly_pegged_needs_nothing_else() -> None:
    line = {**LINE, "open_qty": 3}
    assert said(line, "ships when", ("no_stock", 3), pegs=1) == ["P1 line 2 comes in (3 units)"]


def test_pegged_parts_are_named_and_count_no_kits() -> None:
    kit = {**LINE, "sku": "box", "kit": "A:2|card:1"}
    assert said(kit, "rests on", pegs=1) == [
        "3 units of A of P1 line 2, expected on 2026-03-05, can ship 2026-03-06"
    ]
    assert said(kit, "ships when", ("no_stock", 8), pegs=1) == [
        "P1 line 2 comes in (3 units of A)",
        "more units of box, or parts to make them of, come in beyond what better ranks want (5 ahead)",
    ]
    dated = {**kit, "eta_on": date(2026, 3, 6)}
    assert said(dated, "ships when", ("no_stock", 8), pegs=1) == ["P1 line 2 comes in (3 units of A)"]


def test_a_hold_says_what_it_is_and_what_ends_it() -> None:
    line = {**LINE, "hold_reason": "unknown_sku"}
    assert said(line, "on hold") == ["unknown_sku: the item master does not know the sku"]
    assert said(line, "ships when", ("order_hold", 8)) == ["an items file names A"]


def test_a_clients_own_hold_keeps_the_clients_words() -> None:
    line = {**LINE, "hold_reason": "fraud check"}
    assert said(line, "on hold") == ["fraud check"]
    assert said(line, "ships when", ("order_hold", 8)) == ["the hold ends"]


def test_a_line_without_a_date_says_why() -> None:
    assert said(LINE, "promise") == ["no date yet (not enough announced)"]


def test_a_date_that_others_may_undo_says_so() -> None:
    line = {**LINE, "eta_on": date(2026, 3, 6), "eta_reason": "ASN P1 line 2", "may_be_overtaken": True}
    assert said(line, "promise") == [
        "ships 2026-03-06 (ASN P1 line 2); may be overtaken while it is incomplete"
    ]


@pytest.mark.parametrize(
    ("told_on", "told_eta_on", "words"),
    [
        (None, None, "nothing yet"),
        (date(2026, 3, 2), None, "on 2026-03-02: that there is no date yet"),
        (date(2026, 3, 2), date(2026, 3, 6), "on 2026-03-02: 2026-03-06"),
    ],
)
def test_what_was_told_is_nothing_no_date_or_a_date(
    told_on: date | None, told_eta_on: date | None, words: str
) -> None:
    assert said({**LINE, "told_on": told_on, "told_eta_on": told_eta_on}, "told") == [words]


def test_a_closed_line_says_only_what_became_of_it() -> None:
    line = {**LINE, "open_qty": 0, "shipped_qty": 7, "cancelled_qty": 1}
    shipment = {
        "sku": "A",
        "shipped_qty": 7,
        "shipped_on": date(2026, 3, 3),
        "warehouse_id": "W1",
        "short_qty": 1,
        "tracking_no": "T1",
        "basis": "assumed",
    }
    cancelled = {"qty": 1, "business_date": date(2026, 3, 4), "cause": "cancelled_short"}
    told = tell_line(line, {"shipments": [shipment], "cancellations": [cancelled]})
    assert [(label, words) for label, words in told if label != "ordered"] == [
        ("units", "7 shipped, 1 cancelled"),
        ("shipped", "7 units on 2026-03-03 from W1, 1 not found, tracking T1 (assumed, not confirmed)"),
        ("cancelled", "1 unit on 2026-03-04: they were short, and the client allows no back order"),
    ]


def test_a_release_says_which_night_made_it_and_when_it_leaves() -> None:
    release = {
        "qty": 2,
        "warehouse_id": "W1",
        "business_date": date(2026, 3, 6),
        "ships_on": date(2026, 3, 9),
    }
    told = tell_line({**LINE, "open_qty": 0, "released_qty": 2}, {"releases": [release]})
    assert ("released", "2 units by the night of 2026-03-06, to leave W1 on 2026-03-09") in told


@pytest.mark.parametrize(
    ("kind", "eta_on", "words"),
    [
        ("on_back_order", None, "units wait, no date (sent)"),
        ("eta_changed", date(2026, 3, 6), "the estimated date moved, date told 2026-03-06 (sent)"),
        ("cancelled", None, "units will not ship (sent)"),
    ],
)
def test_a_message_says_its_date_where_its_kind_has_one(kind: str, eta_on: date | None, words: str) -> None:
    notice = {"business_date": date(2026, 3, 2), "kind": kind, "eta_on": eta_on, "state": "sent"}
    assert tell_notice(notice) == f"2026-03-02 {kind}: {words}"


def test_a_line_whose_units_are_all_kept_stands_in_no_queue() -> None:
    kept = {**LINE, "open_qty": 0, "reserved_qty": 8, "queue_place": None, "days_waiting": 2}
    assert said(kept, "queue") == ["rank 3 of the client; all its units are kept for it, waiting for 2 days"]


def test_a_line_of_kits_says_of_which_parts_they_are_made_and_which_parts_left() -> None:
    made = {"business_date": date(2026, 3, 2), "warehouse_id": "W1", "kits": 6, "kit_sku": "A"}
    kits = [made | {"kit_id": "k1", "sku": sku, "qty": qty} for sku, qty in (("B", 12), ("C", 6))]
    kits.append(made | {"kit_id": "k2", "kits": 1, "sku": "B", "qty": 2})
    shipment = {"sku": "B", "shipped_qty": 12, "shipped_on": date(2026, 3, 3), "warehouse_id": "W1"}
    shipment |= {"short_qty": 0, "tracking_no": None, "basis": "confirmed"}
    told = tell_line(LINE, {"kits": kits, "shipments": [shipment]})
    assert [(label, words) for label, words in told if label in {"made of", "shipped"}] == [
        ("made of", "6 kits A from W1 on 2026-03-02: 12 B, 6 C"),
        ("made of", "1 kit A from W1 on 2026-03-02: 2 B"),
        ("shipped", "12 units of B on 2026-03-03 from W1"),
    ]
