"""Tests of ids at the door: what cannot be seen, and what a spreadsheet has spoiled."""

from __future__ import annotations

import pytest

from schemas.vocabulary.words import Feed
from tests.transforms.intake.door import ORDER, read, reasons


@pytest.mark.parametrize(
    "bad", ["\u200b", "\u202e", "\u00ad", "\u2066", "\ufeff", "\t", "\n", "\x7f", "\u2028"]
)
def test_an_id_with_a_character_that_cannot_be_seen_is_rejected(bad: str) -> None:
    form = read({**ORDER, "order_id": f"O{bad}1"})
    assert reasons(form) == [(1, "order_id", "bad_characters")]


@pytest.mark.parametrize(
    ("feed", "row", "column"),
    [
        (Feed.ORDERS, {**ORDER, "sku": "A\u200b1"}, "sku"),
        (Feed.CANCELLATIONS, {"order_id": "O\u200b1"}, "order_id"),
        (
            Feed.RECEIPTS,
            {
                "receipt_id": "R",
                "sku": "A",
                "received_qty": "1",
                "received_on": "2026-03-02",
                "lot_id": "L\u200d",
            },
            "lot_id",
        ),
        (Feed.ASNS, {"asn_id": "S\u202e", "sku": "A", "qty": "1", "expected_on": "2026-03-02"}, "asn_id"),
        (Feed.ADJUSTMENTS, {"sku": "A", "qty": "1", "reason": "x", "bin_id": "B\u00ad1"}, "bin_id"),
        (Feed.SHIPMENTS, {"release_id": "r\u200b", "sku": "A", "shipped_qty": "1"}, "release_id"),
        (Feed.ITEMS, {"sku": "A", "aliases": "B|C\u200b"}, "aliases"),
    ],
)
def test_it_is_rejected_in_every_feed(feed: Feed, row: dict[str, str], column: str) -> None:
    assert reasons(read(row, feed=feed)) == [(1, column, "bad_characters")]


def test_a_text_that_is_no_id_may_have_such_characters() -> None:
    assert reasons(read({**ORDER, "ship_to_name": "Ada\u200b", "order_note": "ring\ntwice"})) == []


@pytest.mark.parametrize("spoiled", ["4.50013E+11", "4,50013E+11", "5E+12", "4.5e+15"])
def test_an_id_that_a_spreadsheet_spoiled_is_held(spoiled: str) -> None:
    assert reasons(read({**ORDER, "order_id": spoiled})) == [(1, "order_id", "spoiled_id")]
    assert reasons(read({**ORDER, "sku": spoiled})) == [(1, "sku", "spoiled_id")]


@pytest.mark.parametrize("fine", ["450013000000", "4E-11", "E+11", "A4.5E+11", "4.5E+1"])
def test_other_ids_are_not(fine: str) -> None:
    assert reasons(read({**ORDER, "order_id": fine})) == []


def test_an_id_that_is_really_written_so_is_taken_when_a_person_drops_it_again() -> None:
    again = {**ORDER, "order_id": "4.50013E+11", "bo_file": "f", "bo_row": "1"}
    assert reasons(read(again)) == []
