"""Tests of receipt lines and counted rows: what says a line again, corrects it, or is one of its own."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from schemas.books.inbound import ReceiptLine
from schemas.night import Books
from schemas.vocabulary.words import Feed
from tests.frames import MORNING, NIGHT, frame_of
from tests.transforms.intake.identity.test_new_facts_of_feeds import identify, told

if TYPE_CHECKING:
    from transforms.intake.identity.new_facts import Identified

PLAIN = {"receipt_id": "R1", "received_qty": 5, "status": "available", "received_on": NIGHT}


GIVEN = ("received_on", "received_at", "noted_on")


def row(file_hash: str, row_no: int, **values: object) -> dict[str, Any]:
    """A receipt row without a number."""
    return {"file_hash": file_hash, "row_no": row_no, "line_no": None, **PLAIN, **values}


def books_after(night: Identified) -> Books:
    """Books that know the lines of the accepted receipts."""
    rows = night.rows.receipts.filter(pl.col("received_qty") >= 0)
    names = [name for name in ReceiptLine.names() if name not in GIVEN]
    told_on = {"noted_on": NIGHT, "received_at": MORNING}
    lines = rows.with_columns(received_on=pl.coalesce("received_on", pl.col("received_at").dt.date()))
    return Books.of({"receipt_lines": frame_of(ReceiptLine, *(
        {**{name: line[name] for name in names}, "received_on": line["received_on"], **told_on}
        for line in lines.iter_rows(named=True)
    ))})  # fmt: skip


def then(first: Identified, *rows: dict[str, Any]) -> dict[tuple[str, int], str]:
    """What rows are on a night after the first."""
    return told(identify(Feed.RECEIPTS, *rows, keys=first.row_keys, books=books_after(first)))


def test_rows_of_a_known_receipt_are_paired_by_what_they_say() -> None:
    first = identify(Feed.RECEIPTS, row("f", 1), row("f", 2, sku="B"))
    assert told(first) == {("f", 1): "new 1", ("f", 2): "new 2"}
    again = then(first, row("g", 1, sku="B"), row("g", 2), row("g", 3, sku="C"))
    assert again == {("g", 1): "duplicate", ("g", 2): "duplicate", ("g", 3): "new 3"}


def test_a_sku_that_is_left_of_the_same_day_is_corrected_and_of_another_day_came_later() -> None:
    first = identify(Feed.RECEIPTS, row("f", 1))
    assert then(first, row("g", 1, received_qty=3)) == {("g", 1): "new 1"}
    later = row("g", 1, received_qty=3, received_on=NIGHT + timedelta(days=1))
    assert then(first, later) == {("g", 1): "new 2"}
    at = row("g", 1, received_qty=3, received_on=None, received_at=MORNING)
    assert then(first, at) == {("g", 1): "new 1"}


def test_more_rows_of_a_sku_than_lines_are_further_deliveries() -> None:
    first = identify(Feed.RECEIPTS, row("f", 1))
    assert then(first, row("g", 1, received_qty=3), row("g", 2)) == {("g", 1): "new 2", ("g", 2): "duplicate"}


def test_a_further_delivery_in_two_files_of_a_night_is_one() -> None:
    first = identify(Feed.RECEIPTS, row("f", 1))
    rows = [row("g", 1), row("g", 2, received_qty=3), row("h", 1, received_qty=3), row("h", 2)]
    fates = then(first, *rows)
    assert sorted(fates.values()) == ["duplicate", "duplicate", "duplicate", "new 2"]


def test_a_numbered_line_said_again_otherwise_on_its_day_is_corrected() -> None:
    first = identify(Feed.RECEIPTS, row("f", 1, line_no=1))
    changes: list[dict[str, Any]] = [{"received_qty": 8}, {"sku": "B"}, {"bin_id": "B9"}, {"damaged_qty": 1}]
    for change in changes:
        assert then(first, row("g", 1, line_no=1, **change)) == {("g", 1): "new 1"}
    assert then(first, row("g", 1, line_no=1)) == {("g", 1): "duplicate"}
    other_day = row("g", 1, line_no=1, received_on=NIGHT + timedelta(days=1))
    assert then(first, other_day) == {("g", 1): "event_conflict"}


def test_units_taken_off_correct_no_line_and_are_corrected_by_none() -> None:
    first = identify(Feed.RECEIPTS, row("f", 1, line_no=1), row("f", 2, line_no=2, received_qty=-2))
    assert then(first, row("g", 1, line_no=1, received_qty=-2)) == {("g", 1): "event_conflict"}
    assert then(first, row("g", 1, line_no=2, received_qty=2)) == {("g", 1): "event_conflict"}


def test_the_lots_of_a_line_are_lines_of_their_own() -> None:
    lots = [row("f", 1, line_no=1, lot_id="L1"), row("f", 2, line_no=1, lot_id="L|2", received_qty=700)]
    first = identify(Feed.RECEIPTS, *lots)
    assert told(first) == {("f", 1): "new 1", ("f", 2): "new 1"}
    assert first.row_keys["business_key"].to_list() == ["R1|1|L1", "R1|1|L\\|2"]
    again = [{**lot, "file_hash": "g"} for lot in lots]
    assert set(then(first, *again).values()) == {"duplicate"}
    assert then(first, row("g", 1, line_no=1, lot_id="L3")) == {("g", 1): "new 1"}
    assert then(first, row("g", 1, line_no=1, lot_id="L1", received_qty=6)) == {("g", 1): "new 1"}


def test_rows_without_number_are_paired_with_their_lot() -> None:
    first = identify(Feed.RECEIPTS, row("f", 1, lot_id="L1"))
    fates = then(first, row("g", 1, lot_id="L2", received_qty=3), row("g", 2, lot_id="L1", received_qty=8))
    assert fates == {("g", 1): "new 2", ("g", 2): "new 1"}


def test_a_line_that_had_a_lot_and_then_none_is_for_a_person() -> None:
    with_lot = identify(Feed.RECEIPTS, row("f", 1, line_no=1, lot_id="L1"))
    assert then(with_lot, row("g", 1, line_no=1)) == {("g", 1): "event_conflict"}
    without = identify(Feed.RECEIPTS, row("f", 1, line_no=1))
    assert then(without, row("g", 1, line_no=1, lot_id="L1")) == {("g", 1): "event_conflict"}


def test_a_lot_that_an_older_program_took_is_known_by_what_it_says() -> None:
    rows = [row("f", 1, line_no=1, lot_id="L1")]
    keys = identify(Feed.RECEIPTS, *rows).row_keys.with_columns(business_key=pl.lit("R1|1"))
    again = identify(Feed.RECEIPTS, {**rows[0], "file_hash": "g"}, keys=keys)
    assert told(again) == {("g", 1): "duplicate"}


def test_a_second_try_of_a_lot_keeps_the_number_of_its_first() -> None:
    first = identify(Feed.RECEIPTS, row("f", 2, line_no=7, lot_id="L1"))
    again = row("g", 1, lot_id="L1", origin_hash="f", origin_row=2)
    assert then(first, again) == {("g", 1): "duplicate"}


def test_announced_lines_without_number_are_paired_and_a_new_sku_is_a_new_line() -> None:
    said = {"asn_id": "S1", "line_no": None, "qty": 5, "expected_on": NIGHT, "action": "new"}
    rows = [{"file_hash": "f", "row_no": place, **said, "sku": sku} for place, sku in enumerate("AB", 1)]
    first = identify(Feed.ASNS, *rows)
    again = [
        {"file_hash": "g", "row_no": 1, **said, "sku": "C"},
        {"file_hash": "g", "row_no": 2, **said, "sku": "B"},
        {"file_hash": "g", "row_no": 3, **said, "sku": "A"},
    ]
    fates = told(identify(Feed.ASNS, *again, keys=first.row_keys))
    assert fates == {("g", 1): "new 3", ("g", 2): "duplicate", ("g", 3): "duplicate"}


COUNTED = {"status": "available", "counted_at": MORNING}


@pytest.mark.parametrize("figures", [(5, 7), (5, 5)])
def test_counted_rows_of_one_place_are_all_meant(figures: tuple[int, int]) -> None:
    rows = [
        {"file_hash": "f", "row_no": place, **COUNTED, "qty": qty} for place, qty in enumerate(figures, 1)
    ]
    first = identify(Feed.STOCK, *rows)
    assert told(first) == {("f", 1): "new", ("f", 2): "new"}
    swapped = [{**each, "file_hash": "g", "row_no": place} for place, each in enumerate(reversed(rows), 1)]
    again = identify(Feed.STOCK, *swapped, keys=first.row_keys)
    assert set(told(again).values()) == {"duplicate"}
    two_files = identify(Feed.STOCK, *rows, *swapped)
    assert sorted(told(two_files).values()) == ["duplicate", "duplicate", "new", "new"]


def test_a_place_that_two_files_count_otherwise_is_believed_in_no_part() -> None:
    rows = [{"file_hash": "f", "row_no": place, **COUNTED, "qty": qty} for place, qty in ((1, 5), (2, 7))]
    other = {"file_hash": "g", "row_no": 1, **COUNTED, "qty": 7}
    assert set(told(identify(Feed.STOCK, *rows, other)).values()) == {"conflicting_changes"}
