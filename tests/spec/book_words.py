"""The words of the rule book: its preface, the order of its chapters, the names of tables and columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.vocabulary.explanations import DecisionCode, LostReason, OvertakingRule, ReservedReason

if TYPE_CHECKING:
    from schemas.vocabulary.words import Term

PREFACE = """# The rules, by example

<!-- written by `pytest --update-golden` from tests/spec; edit the examples there -->

Who gets which units tonight, what waits, and which date may be promised. Everything here follows from one
sentence:

> **Orders are served one after the other in rank order; each takes what its rule lets it take from what is
> left.**

A merchant's policy (`[policy]` in `clients/<client>.toml`, every key in the
[settings](../schemas/README.md#settings)) says what the rank is and what the rules are. This page shows
each rule with the reason one might want it, a small night that goes in, and what comes out. Every example
is run with every change of the program, by the program itself and by a second, slow and simple one that was
written to check it. So what stands here is what happens.

**How to read an example.** It is the night of Monday, 2 March 2026. Orders are listed in the order in which
they were placed, and rank so unless a column says otherwise. *Open* is what they still wait for. Where a
table names no SKU, all is of one SKU, and where it names no warehouse, all is in W1. A policy is shown
where it differs from the defaults. *Released* units go to the pickers tonight; *reserved* ones stay on the
shelf in somebody's name. A table shows only the columns that matter.
"""

CHAPTERS = [
    "rank",
    "rank_keys",
    "due",
    "early",
    "ship_window",
    "line_complete",
    "order_complete",
    "max_shipments",
    "shipments_of_warehouses",
    "one_parcel",
    "warehouses",
    "lots_and_bins",
    "sell_multiples",
    "shelf_life",
    "earliest_days",
    "kits",
    "kit_dates",
    "substitutes",
    "successors",
    "ring_fences",
    "fair_share",
    "standing_reservations",
    "segments",
    "waiting_releases",
    "second_parcels",
    "overtaking",
    "raised_quantities",
    "on_short",
    "first_counts",
    "holds",
    "closed_lines",
    "dates",
    "nights",
]
"""The order of reading; a chapter that is not named here comes at the end."""

TITLES = {
    "demand": "Orders that wait",
    "supply": "On the shelf",
    "inbound": "On its way",
    "items": "Item master",
    "raises": "Units added later",
    "releases": "Released before",
    "withheld": "Left out of a confirmation",
    "counted": "Counted by now",
    "allocations": "Tonight",
    "decisions": "Why units are missing",
    "standings": "Where they stand",
    "pegs": "Promised from what is on its way",
    "lost_reservations": "Reservations taken back",
    "reservations": "What stays reserved",
    "overtakings": "Who was overtaken",
}

NOTHING = {
    "allocations": "**Tonight** nobody gets anything new.",
    "decisions": "**Nothing is missing.**",
    "standings": "**Nobody waits.**",
    "pegs": "**Nothing that is on its way is promised.**",
    "lost_reservations": "**No reservation is taken back.**",
    "reservations": "**Nothing stays reserved.**",
    "overtakings": "**Nobody is overtaken.**",
    "supply": "**The shelf is empty.**",
    "counted": "**No count came yet.**",
    "cancellations": "**Nothing is cancelled.**",
    "inbound": "**Nothing is on its way.**",
}

COLUMNS: dict[str, dict[str, str]] = {
    "any": {
        "order": "order",
        "sku": "SKU",
        "asn": "announcement",
        "asn_id": "announcement",
        "asn_line_no": "its line",
        "qty": "units",
        "held": "reserved before",
        "kind": "what happens",
        "reason": "why",
        "lost_reason": "why",
        "rule": "because of the one that lacks them",
        "by": "went to",
        "to": "units are with",
        "from_reserved_qty": "of them reserved before",
        "warehouse_ids": "may ship from",
        "account": "state",
        "eta_on": "date",
        "eta_reason": "because",
        "due_on": "due",
        "is_due": "due tonight",
        "expected_on": "expected",
        "expiry_on": "last usable day",
        "first_seen_on": "first seen",
        "first_short_on": "short since",
        "ordered_at": "placed",
        "raised_at": "added",
        "released_on": "on",
        "judged_on": "on",
        "is_open": "not confirmed yet",
        "ship_rule": "ships",
        "ship_not_before": "not before",
        "cancel_after": "not after",
        "overtaken_nights": "nights overtaken",
        "short_qty": "still missing",
        "backordered_qty": "back-ordered",
        "awaits_count": "waits for the first count of",
        "ahead_qty": "units ahead of it",
        "queue_place": "place in the queue",
        "is_overtaken": "was overtaken",
        "may_be_overtaken": "may be overtaken",
        "unit_price": "price",
        "released_qty": "released",
        "shipped_qty": "shipped",
        "cancelled_qty": "cancelled",
        "ordered_qty": "ordered",
        "safety_stock_qty": "safety stock",
        "is_active": "active",
        "available_from": "sold from",
        "last_received_on": "last received",
        "next_deadline_on": "legal deadline",
        "client_rank": "client's rank",
        "sell_multiple": "sold in",
        "kit": "made of",
        "kit_sku": "for the kit",
    },
    "demand": {"qty": "open"},
    "inbound": {"qty": "units expected"},
    "pegs": {"eta_on": "can ship on"},
}
"""Columns in words, for any table and for some in words of their own."""

VALUES = {
    "release": "released",
    "reserve": "reserved",
    "partial": "in parts",
    "line_complete": "line complete",
    "order_complete": "order complete",
    "part_received": "part received",
}
"""Values in words."""

CODES: dict[tuple[str, str], type[Term]] = {
    ("decisions", "reason"): DecisionCode,
    ("reservations", "reason"): ReservedReason,
    ("overtakings", "rule"): OvertakingRule,
    ("lost_reservations", "lost_reason"): LostReason,
}
"""Columns of codes that are told with their meaning."""

SETTINGS_OF_A_WAREHOUSE = ("bin_order", "max_release_lines")

OWN_NAMES = ("SKU",)
"""Words that are written in capitals."""
