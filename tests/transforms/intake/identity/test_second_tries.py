"""Tests of corrected receipts and announcements: a second try keeps the number of its first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from schemas.books.orders import PendingRow
from schemas.intake.feeds import FEED_TABLES
from schemas.intake.verdicts import RowKey
from schemas.night import AsOf, Books, FeedRows
from schemas.table import empty
from schemas.vocabulary.words import Feed
from tests.frames import NIGHT, frame_of
from tests.transforms.intake.door import HASH, client_of, read
from transforms.intake.identity.new_facts import Identified, Remembered, identify_rows

SAID: dict[Feed, dict[str, Any]] = {
    Feed.RECEIPTS: {"receipt_id": "R1", "received_qty": 5, "status": "available"},
    Feed.ASNS: {"asn_id": "R1", "qty": 5, "expected_on": NIGHT},
}
FEEDS = list(SAID)


def identify(feed: Feed, *rows: dict[str, Any], before: Identified | None = None) -> Identified:
    """What rows of a feed are on the night after `before`."""
    books = Books.of({"pending_rows": before.pending_rows}) if before else Books.blank()
    return identify_rows(
        FeedRows.of({feed.value: frame_of(FEED_TABLES[feed], *({**SAID[feed], **row} for row in rows))}),
        Remembered(
            row_keys=before.row_keys if before else empty(RowKey),
            books=books,
            pending_rows=empty(PendingRow),
            clients={"acme": client_of()},
            as_of=AsOf(NIGHT),
        ),
    )


def waiting(feed: Feed, line_no: int) -> Identified:
    """A night that accepted line 1 of R1, and that rejected row 2 of its file as line `line_no`."""
    first = identify(feed, {"file_hash": "f", "line_no": 1})
    row = {"feed": feed.value, "order_id": "R1", "line_no": line_no, "file_hash": "f", "row_no": 2}
    pending = frame_of(PendingRow, row)
    return replace(first, pending_rows=pending)


def second_try(**values: object) -> dict[str, Any]:
    """Row 2 of file f, corrected and dropped again."""
    return {"file_hash": "g", "line_no": None, "origin_hash": "f", "origin_row": 2, **values}


@pytest.mark.parametrize("feed", FEEDS)
def test_a_second_try_keeps_the_number_that_its_first_had_by_its_place(feed: Feed) -> None:
    tonight = identify(feed, second_try(sku="B"), before=waiting(feed, 2))
    assert tonight.rejected.is_empty()
    assert tonight.row_keys["business_key"].to_list() == ["R1|2"]


@pytest.mark.parametrize("feed", FEEDS)
def test_a_second_try_dropped_twice_is_one_fact(feed: Feed) -> None:
    before = waiting(feed, 2)
    first = identify(feed, second_try(sku="B"), before=before)
    after = replace(first, facts=pl.concat([before.facts, first.facts]))
    again = identify(feed, second_try(sku="B", file_hash="h"), before=after)
    assert again.outcomes["verdict"].to_list() == ["duplicate"]


@pytest.mark.parametrize("feed", FEEDS)
def test_a_second_try_of_an_accepted_row_is_that_row(feed: Feed) -> None:
    first = identify(feed, {"file_hash": "f", "row_no": 2, "line_no": 2})
    again = identify(feed, second_try(), before=first)
    assert again.outcomes["verdict"].to_list() == ["duplicate"]


def test_a_row_that_contradicts_its_file_is_remembered_with_its_number() -> None:
    rows = [{"file_hash": "f", "row_no": place, "line_no": 3, "received_qty": place} for place in (1, 2)]
    tonight = identify(Feed.RECEIPTS, *rows)
    waits = tonight.pending_rows.select("feed", "order_id", "line_no", "row_no").rows()
    assert waits == [("receipts", "R1", 3, 1), ("receipts", "R1", 3, 2)]


def test_the_door_remembers_the_place_of_a_row_that_it_rejects() -> None:
    receipt = {"receipt_id": "R1", "sku": "A", "received_on": "2026-03-02", "received_qty": "1"}
    form = read(
        receipt,
        {**receipt, "received_qty": "x"},
        {**receipt, "line_no": "7", "received_qty": "x"},
        {**receipt, "receipt_id": "", "received_qty": "x"},
        feed=Feed.RECEIPTS,
    )
    assert form.pending.select("feed", "order_id", "line_no", "file_hash", "row_no").rows() == [
        ("receipts", "R1", 2, HASH, 2),
        ("receipts", "R1", 7, HASH, 3),
    ]
