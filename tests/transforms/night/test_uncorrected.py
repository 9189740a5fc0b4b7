"""Rejected rows are owed until they are corrected: by a second try, or by a better export."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from schemas.books.orders import PendingRow, UncorrectedRow
from schemas.intake.verdicts import FileOutcome, RejectedRow, RowHash, RowKey, RowOutcome
from schemas.night import AsOf, Books, NightInputs
from schemas.table import empty
from tests.frames import NIGHT, frame_of
from tests.transforms.posting.nights import CLIENTS, WAREHOUSES, rows_of
from transforms.night.uncorrected import remember_uncorrected, with_origins

FIRST = {"file_hash": "bad", "row_no": 7, "last_hash": "bad", "last_name": "a.csv", "reason_code": "missing"}
"""A row of an earlier night."""


def owed(
    before: dict[str, Any] | None = None,
    *,
    rejected: tuple[dict[str, Any], ...] = (),
    outcomes: tuple[dict[str, Any], ...] = (),
    pending: tuple[dict[str, Any], ...] = (),
    files: tuple[dict[str, Any], ...] = (),
    nights: int = 1,
    **feeds: list[dict[str, Any]],
) -> list[tuple[Any, ...]]:
    """First try, file that brought it last, its order and since when, after a night of rows."""
    rows = rows_of(**feeds)
    known = [before | {"since_on": NIGHT}] if before else []
    books = replace(
        Books.blank(),
        uncorrected_rows=frame_of(UncorrectedRow, *known),
        pending_rows=frame_of(PendingRow, *pending),
    )
    inputs = NightInputs(
        as_of=AsOf(NIGHT + timedelta(days=nights)),
        clients=CLIENTS,
        warehouses=WAREHOUSES,
        books=books,
        rows=rows,
        row_keys=empty(RowKey),
        pending_rows=empty(PendingRow),
        files=frame_of(FileOutcome, *({"verdict": "loaded", **file} for file in files)),
        outcomes=empty(RowOutcome),
        rejected_rows=empty(RejectedRow),
    )
    after = remember_uncorrected(
        books,
        inputs,
        facts=rows,
        rejected=with_origins(frame_of(RejectedRow, *rejected), rows),
        outcomes=frame_of(RowOutcome, *outcomes),
        hashes=empty(RowHash),
    ).books.uncorrected_rows
    names = ("file_hash", "row_no", "last_hash", "last_name", "order_id", "since_on")
    return after.select(names).rows()


TUESDAY = NIGHT + timedelta(days=1)
STILL = [("bad", 7, "bad", "a.csv", None, NIGHT)]
SECOND_TRY = {"line_no": 2, "origin_hash": "bad", "origin_row": 7, "qty": 1}


def test_a_rejected_row_is_owed_with_its_file_and_order() -> None:
    said = ({"file_hash": "f1", "row_no": 3, "reason_code": "missing"},)
    waits = ({"file_hash": "f1", "row_no": 3, "order_id": "o1"},)
    file = ({"file_hash": "f1", "file_name": "b.csv"},)
    assert owed(rejected=said, pending=waits, files=file) == [("f1", 3, "f1", "b.csv", "o1", TUESDAY)]


def test_it_is_owed_until_something_happens_and_at_most_for_thirty_days() -> None:
    assert owed(FIRST, nights=29) == STILL
    assert owed(FIRST, nights=30) == []


def test_a_second_try_that_is_accepted_or_a_duplicate_corrects_it() -> None:
    for verdict in ("accepted", "duplicate"):
        outcome = {"file_hash": "file-orders", "verdict": verdict}
        assert owed(FIRST, orders=[SECOND_TRY], outcomes=(outcome,)) == []


def test_a_second_try_that_is_rejected_again_takes_its_place() -> None:
    again = {"file_hash": "file-orders", "row_no": 1, "reason_code": "bad_date"}
    outcome = {"file_hash": "file-orders", "verdict": "rejected"}
    file = {"file_hash": "file-orders", "file_name": "b.csv"}
    after = [("bad", 7, "file-orders", "b.csv", None, TUESDAY)]
    of_posting = owed(FIRST, orders=[SECOND_TRY], rejected=(again,), outcomes=(outcome,), files=(file,))
    assert of_posting == after, "its form was fine"
    of_reading = again | {"origin_hash": "bad", "origin_row": 7}
    assert owed(FIRST, rejected=(of_reading,), outcomes=(outcome,), files=(file,)) == after


def test_another_row_of_its_line_corrects_it_and_of_another_line_does_not() -> None:
    before = FIRST | {"order_id": "o1", "line_no": 2}
    outcome = {"file_hash": "file-orders"}
    still = [("bad", 7, "bad", "a.csv", "o1", NIGHT)]
    assert owed(before, orders=[{"line_no": 2, "qty": 1}], outcomes=(outcome,)) == []
    assert owed(before, orders=[{"line_no": 1, "qty": 1}], outcomes=(outcome,)) == still
    refused = outcome | {"verdict": "rejected"}
    assert owed(before, orders=[{"line_no": 2, "qty": 1}], outcomes=(refused,)) == still


def test_of_several_reasons_the_first_is_told() -> None:
    reasons = ("missing", "bad_date")
    rejected = tuple({"file_hash": "f1", "reason_code": reason, "column": reason} for reason in reasons)
    assert len(owed(rejected=rejected, files=({"file_hash": "f1"},))) == 1
