"""Tests of rejected rows that a later file tells again: they are known by what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from schemas.books.orders import PendingRow, RejectedBefore
from schemas.intake.verdicts import CORRECTED_BEFORE, RowHash
from schemas.night import Books
from schemas.table import conform
from schemas.vocabulary.words import Feed
from tests.frames import NIGHT, frame_of
from tests.transforms.intake.door import ORDER, read
from tests.transforms.intake.identity.test_new_facts_of_feeds import RECEIVED, identify, told
from transforms.intake.identity.told_again import find_told_again, hash_facts, under_first_tries

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

FIRST = {"first_hash": "f", "first_row": 2}
WRONG = {**ORDER, "qty": "two"}


def facts(*rows: dict[str, Any]) -> pl.DataFrame:
    """Facts of rows, in files of orders."""
    whence = {"client_id": "acme", "file_hash": "f", "row_no": 1, "file_feed": "orders"}
    return pl.DataFrame([{**whence, "business_key": "O1|1", "content_hash": "c", **row} for row in rows])


def known(row_hash: str, **values: object) -> DataFrame[RejectedBefore]:
    """Row 2 of file f, rejected on an earlier night."""
    row = {"file_hash": "f", "row_no": 2, "last_on": NIGHT, "row_hash": row_hash}
    return frame_of(RejectedBefore, {**row, **values})


def said(*rows: dict[str, str]) -> list[str]:
    """The hashes of the rejected rows of a file."""
    return read(*rows).row_hashes.sort("row_no")["row_hash"].to_list()


def test_a_fact_says_the_same_wherever_it_stands_and_something_else_when_anything_differs() -> None:
    again = {"file_hash": "g", "row_no": 9}
    others = [{"business_key": "O1|2"}, {"content_hash": "d"}]
    first, same, *differing = hash_facts(facts({}, again, *others), Feed.ORDERS)["row_hash"]
    assert first == same
    assert len({first, *differing}) == 3
    assert hash_facts(facts({}), Feed.CANCELLATIONS)["row_hash"].item() != first


def test_a_fact_that_its_place_alone_identifies_is_never_known_again_and_no_count_is() -> None:
    assert hash_facts(facts({"business_key": "row|f|1"}, {"business_key": None}), Feed.ADJUSTMENTS).is_empty()
    assert hash_facts(facts({}), Feed.STOCK).is_empty()


def test_of_equal_rows_of_a_file_each_is_known_by_its_number_among_them() -> None:
    more = {**ORDER, "order_id": "O2"}
    (alone,) = said(WRONG)
    first, second = said(more, WRONG, WRONG)
    assert first == alone
    assert second != alone
    assert said(WRONG, more, WRONG, WRONG)[:2] == [first, second]


@pytest.mark.parametrize(
    ("row", "values", "is_corrected"),
    [
        ({}, {}, [False]),
        ({}, {"corrected_on": NIGHT}, [True]),
        ({"row_hash": "x"}, {}, []),
        ({"client_id": "zeta"}, {}, []),
        ({"feed": "receipts"}, {}, []),
    ],
)
def test_a_row_is_told_again_by_files_of_its_client_and_feed_that_say_it(
    row: dict[str, Any], values: dict[str, Any], is_corrected: list[bool]
) -> None:
    tonight = frame_of(RowHash, {"file_hash": "g", "row_no": 7, "row_hash": "h", **row})
    again = find_told_again(tonight, known("h", **values))
    assert again["is_corrected"].to_list() == is_corrected
    place = {"client_id": "acme", "feed": "orders", "file_hash": "g", "row_no": 7}
    for one in again.to_dicts():
        assert one == {**place, **FIRST, "is_corrected": one["is_corrected"]}


def replaced_by(*rows: dict[str, Any]) -> dict[tuple[str, int], str]:
    """What tonight's rows are, after rows 2 and 5 of file f, lines 1 and 2 of R1, were rejected."""
    sent = {**RECEIVED, "file_feed": "receipts"}
    places = [{"file_hash": "f", "row_no": 2}, {"file_hash": "f", "row_no": 5, "line_no": 2, "sku": "B"}]
    first = identify(Feed.RECEIPTS, *({**sent, **place} for place in places))
    hashes = hash_facts(first.facts, Feed.RECEIPTS).with_columns(
        last_on=pl.lit(NIGHT), corrected_on=pl.lit(None, pl.Date)
    )
    books = Books.of({"rejected_before": conform(hashes, RejectedBefore)})
    tonight = identify(Feed.RECEIPTS, *({**sent, **row} for row in rows), books=books)
    notes = tonight.outcomes.filter(pl.col("note") != "").select("file_hash", "row_no", "note")
    return told(tonight) | {(file, row): note for file, row, note in notes.iter_rows()}


SECOND_TRY = {"file_hash": "h", "received_qty": 4, "origin_hash": "f", "origin_row": 2}


def test_a_row_told_again_beside_its_second_try_is_replaced_by_that() -> None:
    both = replaced_by({"file_hash": "g", "row_no": 3}, SECOND_TRY)
    assert both == {("g", 3): CORRECTED_BEFORE, ("h", 1): "new 1"}


def test_another_row_beside_a_second_try_is_not_replaced() -> None:
    told_too = {"file_hash": "g", "row_no": 4, "line_no": 2, "sku": "B"}
    assert replaced_by(told_too, SECOND_TRY)["g", 4] == "new 2"
    assert replaced_by({**told_too, "sku": "C"}, SECOND_TRY)["g", 4] == "new 2"


def test_a_row_told_again_without_a_second_try_is_judged_like_any_other() -> None:
    assert replaced_by({"file_hash": "g", "row_no": 3}) == {("g", 3): "new 1"}
    of_another = SECOND_TRY | {"origin_row": 9, "line_no": 3}
    assert replaced_by({"file_hash": "g", "row_no": 3}, of_another)["g", 3] == "new 1"


def test_a_second_try_that_changed_nothing_is_judged_like_any_other() -> None:
    assert replaced_by({**SECOND_TRY, "received_qty": RECEIVED["received_qty"]}) == {("h", 1): "new 1"}


def test_a_row_told_again_waits_once_as_its_first_try_does() -> None:
    earlier = {"order_id": "O1", "line_no": 8, "file_hash": "f", "row_no": 2, "since_on": NIGHT}
    tonight = earlier | {"line_no": 3, "file_hash": "g", "row_no": 7, "since_on": NIGHT.replace(day=5)}
    other = tonight | {"row_no": 8}
    again = pl.DataFrame([{"client_id": "acme", "file_hash": "g", "row_no": 7, **FIRST}])
    waits = under_first_tries(frame_of(PendingRow, tonight, other, earlier), again)
    names = ("file_hash", "row_no", "line_no", "since_on")
    assert waits.select(names).rows() == [("f", 2, 8, NIGHT), ("g", 8, 3, NIGHT.replace(day=5))]
