"""Tests of what a night makes of rejected rows that its files tell again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from schemas.books.orders import PendingRow, RejectedBefore
from schemas.intake.verdicts import CORRECTED_BEFORE, FileOutcome, RejectedRow, RowHash, RowKey, RowOutcome
from schemas.night import AsOf, Books, NightInputs
from schemas.table import empty
from tests.frames import NIGHT, frame_of
from tests.transforms.posting.nights import CLIENTS, WAREHOUSES, rows_of
from transforms.night.told_again import (
    KEPT_DAYS,
    as_duplicates,
    leave_corrected,
    remember_rejected,
    with_first_tries,
)

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

FIRST = {"file_hash": "f", "row_no": 2, "row_hash": "h", "last_on": NIGHT}
"""A row of an earlier night."""

AGAIN = {"file_hash": "g", "row_no": 7}
OTHER = {"file_hash": "g", "row_no": 8}
"""Rows of tonight's file: the same one, and one that is new."""


def reading(**before: object) -> NightInputs:
    """A night that reads a row of which earlier nights know `before`, and another one; both are rejected."""
    rows = (AGAIN, OTHER)
    return NightInputs(
        as_of=AsOf(NIGHT),
        clients=CLIENTS,
        warehouses=WAREHOUSES,
        books=replace(Books.blank(), rejected_before=frame_of(RejectedBefore, FIRST | before)),
        rows=rows_of(),
        row_keys=empty(RowKey),
        pending_rows=frame_of(PendingRow, *({"order_id": "o1", **row} for row in rows)),
        files=empty(FileOutcome),
        outcomes=frame_of(
            RowOutcome,
            *({"verdict": "rejected", **row} for row in rows),
            {"file_hash": "g", "row_no": 9, "verdict": "set_aside", "note": "other"},
        ),
        rejected_rows=frame_of(
            RejectedRow,
            *({"reason_code": reason, **row} for row in rows for reason in ("missing", "not_a_number")),
        ),
        row_hashes=frame_of(RowHash, {"row_hash": "h", **AGAIN}, {"row_hash": "x", **OTHER}),
    )


def test_a_row_that_is_corrected_already_is_a_duplicate_with_a_note_and_nobody_is_asked() -> None:
    left = leave_corrected(reading(corrected_on=NIGHT))
    assert left.outcomes.select("row_no", "verdict", "note").rows() == [
        (7, "duplicate", CORRECTED_BEFORE),
        (8, "rejected", ""),
        (9, "set_aside", "other"),
    ]
    assert left.rejected_rows["row_no"].unique().to_list() == [8]
    assert left.pending_rows["row_no"].to_list() == [8]


@pytest.mark.parametrize("before", [{}, {"corrected_on": NIGHT, "row_hash": "y"}])
def test_a_row_that_nobody_has_corrected_or_that_says_something_else_stays_rejected(
    before: dict[str, Any],
) -> None:
    inputs = reading(**before)
    assert leave_corrected(inputs) is inputs


def test_a_row_that_was_not_rejected_keeps_its_verdict() -> None:
    outcomes = reading().outcomes
    assert as_duplicates(outcomes, told(AGAIN | {"row_no": 9})).equals(outcomes)


def told(*rows: dict[str, Any]) -> pl.DataFrame:
    """Rows that tell row 2 of file f again."""
    whence = {"client_id": "acme", "feed": "orders", "first_hash": "f", "first_row": 2}
    return pl.DataFrame([{**whence, "is_corrected": False, **row} for row in rows])


def test_a_rejected_row_told_again_stands_under_its_first_try_in_each_of_its_reasons() -> None:
    rejected = with_first_tries(reading().rejected_rows, told(AGAIN))
    assert rejected.select("row_no", "origin_hash", "origin_row").rows() == [
        (7, "f", 2), (7, "f", 2), (8, None, None), (8, None, None),
    ]  # fmt: skip


def test_what_is_corrected_is_rejected_no_more_and_a_second_try_keeps_what_it_says_of_its_first() -> None:
    second = frame_of(RejectedRow, {"reason_code": "missing", "origin_hash": "e", "origin_row": 1, **AGAIN})
    assert with_first_tries(second, told(AGAIN)).select("origin_hash", "origin_row").row(0) == ("e", 1)
    corrected = told(AGAIN | {"is_corrected": True})
    assert with_first_tries(reading().rejected_rows, corrected)["row_no"].unique().to_list() == [8]


def remembered(
    *known: dict[str, Any],
    hashes: tuple[dict[str, Any], ...] = (),
    corrected: tuple[dict[str, Any], ...] = (),
    on: date = NIGHT,
) -> DataFrame[RejectedBefore]:
    """What later nights know after a night of such rows."""
    tries = pl.DataFrame(
        [{"client_id": "acme", **row} for row in corrected],
        schema={"client_id": pl.String, "file_hash": pl.String, "row_no": pl.Int64},
    )
    return remember_rejected(
        frame_of(RejectedBefore, *known), frame_of(RowHash, *hashes), tries, as_of=AsOf(on)
    )


TUESDAY = NIGHT + timedelta(days=1)
FIRST_TRY = {"file_hash": "f", "row_no": 2}


def test_a_row_is_known_by_its_first_try_however_often_it_is_told() -> None:
    same = [{"row_hash": "h", **row} for row in (OTHER, AGAIN)]
    first = remembered(hashes=tuple(same))
    names = ("file_hash", "row_no", "last_on", "corrected_on")
    assert first.select(names).rows() == [("g", 7, NIGHT, None)]
    again = remembered(FIRST, hashes=tuple(same), on=TUESDAY)
    assert again.select(names).rows() == [("f", 2, TUESDAY, None)]


def test_a_row_is_forgotten_so_many_days_after_a_file_said_it_last() -> None:
    last = NIGHT + timedelta(days=KEPT_DAYS)
    assert remembered(FIRST, on=last - timedelta(days=1))["last_on"].to_list() == [NIGHT]
    assert remembered(FIRST, on=last).is_empty()
    kept = remembered(FIRST, hashes=({"row_hash": "h", **AGAIN},), on=last - timedelta(days=1))
    assert remembered(*kept.to_dicts(), on=last)["row_hash"].to_list() == ["h"]
    late = remembered(FIRST, hashes=({"row_hash": "h", **AGAIN},), on=last + timedelta(days=9))
    assert late.select("file_hash", "row_no").rows() == [("f", 2)], "said again, it is known on"


def test_the_night_that_corrects_a_row_is_remembered_and_not_moved_by_a_later_one() -> None:
    first = remembered(FIRST, corrected=(FIRST_TRY, FIRST_TRY), on=TUESDAY)
    assert first["corrected_on"].to_list() == [TUESDAY]
    later = TUESDAY + timedelta(days=1)
    assert remembered(*first.to_dicts(), corrected=(FIRST_TRY,), on=later)["corrected_on"].item() == TUESDAY
    assert remembered(FIRST, corrected=(AGAIN,), on=later)["corrected_on"].item() is None


def test_a_row_may_come_and_be_corrected_in_one_night() -> None:
    both = remembered(hashes=({"row_hash": "h", **FIRST_TRY},), corrected=(FIRST_TRY,))
    assert both.select("last_on", "corrected_on").row(0) == (NIGHT, NIGHT)
