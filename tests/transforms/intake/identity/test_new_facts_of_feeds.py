"""Tests of the identity of rows that are no order rows: events, receipts, announcements, counts, items."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from schemas.books.inbound import InboundLine
from schemas.books.orders import PendingRow
from schemas.intake.feeds import FEED_TABLES, AsnRow, ItemRow
from schemas.intake.verdicts import RowKey
from schemas.night import AsOf, Books, FeedRows
from schemas.table import empty
from schemas.vocabulary.words import Feed
from tests.frames import MORNING, NIGHT, frame_of
from tests.transforms.intake.door import client_of
from transforms.intake.identity.new_facts import Identified, Remembered, identify_rows
from transforms.intake.keys.facts import content_hashes

EVENTS = [Feed.CANCELLATIONS, Feed.ADJUSTMENTS, Feed.SHIPMENTS]
ANNOUNCED = {"line_no": 1, "asn_id": "N1", "qty": 5, "expected_on": NIGHT}
RECEIVED = {"receipt_id": "R1", "received_qty": 5, "status": "available"}
COUNTED = {"qty": 5, "status": "available", "counted_at": MORNING}


def identify(
    feed: Feed, *rows: dict[str, Any], keys: pl.DataFrame | None = None, books: Books | None = None
) -> Identified:
    """What the rows of a feed are, after the facts that left `keys`."""
    plain = {"qty": 5} if feed == Feed.ADJUSTMENTS else {}
    table = frame_of(FEED_TABLES[feed], *[{**plain, **row} for row in rows])
    return identify_rows(
        FeedRows.of({feed.value: table}),
        Remembered(
            row_keys=empty(RowKey) if keys is None else keys.pipe(RowKey.validate),
            books=books or Books.blank(),
            pending_rows=empty(PendingRow),
            clients={"acme": client_of()},
            as_of=AsOf(NIGHT),
        ),
    )


def told(identified: Identified) -> dict[tuple[str, int], str]:
    """What became of each row: new (with its line and action), duplicate, or the reason."""
    fates: dict[tuple[str, int], str] = {}
    for table in identified.rows.tables().values():
        for row in table.iter_rows(named=True):
            words = ["new" if row.get("action") is None else row["action"], row.get("line_no") or ""]
            fates[row["file_hash"], row["row_no"]] = " ".join(str(word) for word in words if word)
    for file, number, verdict in identified.outcomes.select("file_hash", "row_no", "verdict").rows():
        fates[file, number] = verdict
    reasons = identified.rejected.select("file_hash", "row_no", "reason_code").rows()
    return fates | {(file, number): reason for file, number, reason in reasons}


@pytest.mark.parametrize("feed", EVENTS)
def test_rows_without_an_event_number_are_all_meant(feed: Feed) -> None:
    plain = {Feed.ADJUSTMENTS: {}, Feed.SHIPMENTS: {"line_no": None}}.get(feed, {"line_no": None, "qty": 1})
    rows = [{"file_hash": "f", "row_no": number, **plain} for number in (1, 2)]
    assert told(identify(feed, *rows)) == {("f", 1): "new", ("f", 2): "new"}


@pytest.mark.parametrize("feed", EVENTS)
def test_an_event_number_marks_duplicates_and_conflicts_across_nights(feed: Feed) -> None:
    plain = {} if feed == Feed.ADJUSTMENTS else {"line_no": None}
    first = identify(feed, {"file_hash": "f", "event_id": "E1", **plain})
    again = identify(
        feed,
        {"file_hash": "g", "row_no": 1, "event_id": "E1", **plain},
        {"file_hash": "h", "row_no": 1, "event_id": "E1", "sku": "B", **plain},
        {"file_hash": "h", "row_no": 2, "event_id": "E2", **plain},
        keys=first.row_keys,
    )
    assert told(again) == {("g", 1): "duplicate", ("h", 1): "event_conflict", ("h", 2): "new"}


def test_an_event_number_that_says_two_things_in_a_night_is_accepted_from_nobody() -> None:
    one = {"file_hash": "f", "row_no": 1, "event_id": "E1"}
    assert set(told(identify(Feed.ADJUSTMENTS, one, {**one, "file_hash": "g", "qty": 9})).values()) == {
        "event_conflict"
    }
    assert set(told(identify(Feed.ADJUSTMENTS, one, {**one, "row_no": 2, "qty": 9})).values()) == {
        "key_twice"
    }
    assert told(identify(Feed.ADJUSTMENTS, one, {**one, "row_no": 2})) == {
        ("f", 1): "new",
        ("f", 2): "duplicate",
    }


def test_a_cancellation_of_all_that_is_left_said_twice_is_one_fact() -> None:
    said = {"file_hash": "f", "order_id": "O1", "line_no": None}
    rows = [{**said, "row_no": 1}, {**said, "row_no": 2}, {**said, "file_hash": "g", "row_no": 1}]
    assert told(identify(Feed.CANCELLATIONS, *rows, {**said, "row_no": 3, "order_id": "O2"})) == {
        ("f", 1): "new", ("f", 2): "duplicate", ("f", 3): "new", ("g", 1): "duplicate",
    }  # fmt: skip


def test_two_cancellations_of_two_units_are_both_meant() -> None:
    rows = [{"file_hash": "f", "row_no": place, "order_id": "O1", "qty": 2, "line_no": 1} for place in (1, 2)]
    assert told(identify(Feed.CANCELLATIONS, *rows)) == {("f", 1): "new 1", ("f", 2): "new 1"}


def test_an_event_number_cannot_be_taken_for_a_file_and_row() -> None:
    rows = [{"file_hash": "f", "row_no": 1}, {"file_hash": "f", "row_no": 2, "event_id": "row|f|1"}]
    assert set(told(identify(Feed.ADJUSTMENTS, *rows)).values()) == {"new"}


def test_a_corrected_row_that_comes_twice_is_one_fact() -> None:
    try_again = {"file_hash": "g", "row_no": 1, "origin_hash": "f", "origin_row": 7}
    first = identify(Feed.ADJUSTMENTS, try_again)
    assert first.row_keys["business_key"].to_list() == ["row|f|7"]
    twice = identify(Feed.ADJUSTMENTS, {**try_again, "file_hash": "h"}, keys=first.row_keys)
    assert told(twice) == {("h", 1): "duplicate"}
    other = identify(Feed.ADJUSTMENTS, {**try_again, "file_hash": "h", "qty": 9}, keys=first.row_keys)
    assert told(other) == {("h", 1): "event_conflict"}


def test_the_same_key_in_two_feeds_is_two_facts() -> None:
    keys = identify(Feed.ADJUSTMENTS, {"event_id": "E1"}).row_keys
    assert told(identify(Feed.SHIPMENTS, {"file_hash": "g", "event_id": "E1"}, keys=keys)) == {
        ("g", 1): "new"
    }


def test_a_receipt_that_says_something_else_under_its_number_waits_for_a_person() -> None:
    first = identify(Feed.RECEIPTS, {"file_hash": "f", "line_no": 1, **RECEIVED})
    again = identify(
        Feed.RECEIPTS,
        {"file_hash": "g", "row_no": 1, "line_no": 1, **RECEIVED},
        {"file_hash": "h", "row_no": 1, "line_no": 1, **RECEIVED, "received_qty": 9},
        {"file_hash": "h", "row_no": 2, "line_no": 2, **RECEIVED},
        keys=first.row_keys,
    )
    assert told(again) == {("g", 1): "duplicate", ("h", 1): "event_conflict", ("h", 2): "new 2"}


def test_a_second_try_of_a_receipt_that_nobody_remembers_is_a_line_of_its_own() -> None:
    second_try = {
        "file_hash": "g",
        "line_no": None,
        "origin_hash": "f",
        "origin_row": 2,
        **RECEIVED,
        "sku": "B",
    }
    assert told(identify(Feed.RECEIPTS, second_try)) == {("g", 1): "new 1"}
    first = identify(Feed.RECEIPTS, {"file_hash": "f", "line_no": 1, **RECEIVED})
    assert told(identify(Feed.RECEIPTS, second_try, keys=first.row_keys)) == {("g", 1): "new 2"}


def test_an_announcement_of_a_known_line_is_a_change_and_the_latest_holds() -> None:
    first = identify(Feed.ASNS, {"file_hash": "f", **ANNOUNCED})
    moved = {"file_hash": "g", **ANNOUNCED, "expected_on": NIGHT + timedelta(days=3)}
    second = identify(Feed.ASNS, moved, keys=first.row_keys)
    assert (told(first), told(second)) == ({("f", 1): "new 1"}, {("g", 1): "change 1"})
    both = pl.concat([first.row_keys, second.row_keys])
    back = identify(
        Feed.ASNS, {"file_hash": "h", **ANNOUNCED}, {**moved, "file_hash": "i", "line_no": 2}, keys=both
    )
    assert told(back) == {("h", 1): "change 1", ("i", 1): "new 2"}
    assert told(identify(Feed.ASNS, {**moved, "file_hash": "h"}, keys=both)) == {("h", 1): "duplicate"}


def test_an_announced_line_that_only_the_books_know_is_known() -> None:
    books = Books.of({"inbound_lines": frame_of(InboundLine, {"asn_id": "N1", "status": "expected"})})
    assert told(identify(Feed.ASNS, {"file_hash": "f", **ANNOUNCED}, books=books)) == {("f", 1): "change 1"}


def test_announcements_without_time_that_contradict_each_other_are_rejected() -> None:
    other = {"file_hash": "g", **ANNOUNCED, "qty": 9}
    tonight = identify(Feed.ASNS, {"file_hash": "f", **ANNOUNCED}, other)
    assert set(told(tonight).values()) == {"conflicting_changes"}


def test_a_count_of_another_instant_is_a_new_fact_and_of_the_same_a_contradiction() -> None:
    first = identify(Feed.STOCK, {"file_hash": "f", **COUNTED})
    later = MORNING + timedelta(days=1)
    again = identify(
        Feed.STOCK,
        {"file_hash": "g", "row_no": 1, **COUNTED},
        {"file_hash": "g", "row_no": 2, **COUNTED, "counted_at": later},
        {"file_hash": "g", "row_no": 3, **COUNTED, "status": "damaged"},
        {"file_hash": "h", "row_no": 1, **COUNTED, "qty": 6},
        keys=first.row_keys,
    )
    assert told(again) == {
        ("g", 1): "duplicate", ("g", 2): "new", ("g", 3): "new", ("h", 1): "conflicting_changes",
    }  # fmt: skip


def test_two_spellings_of_a_sku_in_one_count_are_two_figures_of_one_place() -> None:
    counted = identify(
        Feed.STOCK,
        {"file_hash": "f", "row_no": 1, **COUNTED, "sent_sku": "15056BL"},
        {"file_hash": "f", "row_no": 2, **COUNTED, "sent_sku": "15056bl", "qty": 6},
    )
    assert told(counted) == {("f", 1): "new", ("f", 2): "new"}


def test_an_item_that_changes_is_a_new_fact() -> None:
    first = identify(Feed.ITEMS, {"file_hash": "f", "sku": "A", "description": "x"})
    again = identify(
        Feed.ITEMS,
        {"file_hash": "g", "row_no": 1, "sku": "A", "description": "x"},
        {"file_hash": "g", "row_no": 2, "sku": "B"},
        keys=first.row_keys,
    )
    assert told(again) == {("g", 1): "duplicate", ("g", 2): "new"}
    changed = identify(Feed.ITEMS, {"file_hash": "g", "sku": "A", "description": "y"}, keys=first.row_keys)
    assert (told(changed), changed.row_keys["fact_no"].to_list()) == ({("g", 1): "new"}, [2])


def test_the_hash_of_a_content_is_the_same_for_ever() -> None:
    row = {"sku": "A|\x1fB", "description": None, "sell_multiple": 6, "active": True, "available_from": NIGHT}
    hashes = content_hashes(frame_of(ItemRow, row), Feed.ITEMS)
    assert hashes.to_list() == ["9a7597fbef503bd51536be98afebb864"]


def test_a_column_that_a_contract_gains_changes_no_hash_of_rows_that_do_not_use_it() -> None:
    rows = frame_of(AsnRow, {"asn_id": "N1"}, {"asn_id": "N2", "supplier_id": "S"})
    one_by_one = [content_hashes(rows[place : place + 1], Feed.ASNS).item() for place in (0, 1)]
    assert content_hashes(rows, Feed.ASNS).to_list() == one_by_one


def test_values_that_meet_at_a_separator_do_not_make_one_content() -> None:
    rows = frame_of(
        ItemRow,
        {"sku": "A", "description": "x\x1fuoms=y"},
        {"sku": "A", "description": "x", "uoms": "y"},
        {"sku": "A", "description": "x\x1f", "uoms": "y"},
    )
    assert content_hashes(rows, Feed.ITEMS).n_unique() == 3
