"""Facts of earlier nights are looked up: those that matter to tonight's rows, and next to nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from schemas.intake.feeds import FEED_TABLES
from schemas.intake.verdicts import RowKey
from schemas.night import AsOf, FeedRows
from schemas.vocabulary.words import Feed
from tests.flows.ledger.nights import FIRST, NO_FILES, POLICIES
from tests.frames import MORNING, NIGHT, frame_of
from tests.plans import books_before, commit_plan, plan_of
from transforms.intake.identity.repeats import DAYS_BACK
from transforms.intake.keys.facts import content_hashes

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from flows.ledger.store.ledger import Ledger

AFTERWARDS = NIGHT + timedelta(days=DAYS_BACK)
BARE = ("row|f|1", "row|f|2")
"""Keys of two rows of a file that nothing identifies."""


def facts(night: AsOf, feed: Feed, *keys: str, client: str = "acme", **values: str) -> DataFrame[RowKey]:
    """Facts that a night accepted, of one file."""
    known = {"client_id": client, "feed": feed.value, "file_hash": "f", "business_date": night.business_date}
    rows = [
        {**known, "business_key": key, "row_no": row_no, "content_hash": key, **values}
        for row_no, key in enumerate(keys, 1)
    ]
    return frame_of(RowKey, *rows)


def accept(ledger: Ledger, as_of: AsOf, *row_keys: pl.DataFrame) -> None:
    """A night on which nothing happened but that these facts were accepted."""
    ledger.freeze(as_of, [], POLICIES, MORNING)
    known = pl.concat(row_keys).pipe(RowKey.validate)
    plan = replace(plan_of(books_before("acme")), row_keys=known)
    commit_plan(ledger, as_of, plan, NO_FILES, {}, MORNING)


def orders(*order_ids: str, client: str = "acme", **values: Any) -> FeedRows:  # noqa: ANN401 -- of a row
    """Rows of tonight that name orders."""
    rows = [
        {"client_id": client, "order_id": order_id, "row_no": row_no, "qty": 1, **values}
        for row_no, order_id in enumerate(order_ids, 1)
    ]
    return FeedRows.of({"orders": frame_of(FEED_TABLES[Feed.ORDERS], *rows)})


def recalled(
    ledger: Ledger, rows: FeedRows, *, on: AsOf | None = None, version: int | None = None
) -> list[tuple[str, str]]:
    """Keys that are remembered for rows, with their client."""
    found = ledger.recall_facts(rows, on or AsOf(AFTERWARDS), version=version)
    return found.select("client_id", "business_key").rows()


@pytest.fixture
def two_nights(ledger: Ledger) -> Ledger:
    """Two nights accepted lines of orders of two clients."""
    second = AsOf(NIGHT + timedelta(days=1))
    accept(
        ledger,
        FIRST,
        facts(FIRST, Feed.ORDERS, "O1|1", "O1|2", "O2|1"),
        facts(FIRST, Feed.ORDERS, "O1|1", client="bolt"),
    )
    accept(ledger, second, facts(second, Feed.ORDERS, "cancel|O1|2", "O3|1", file_hash="g"))
    return ledger


def test_all_lines_of_an_order_are_recalled_from_all_nights_and_of_no_other(two_nights: Ledger) -> None:
    found = recalled(two_nights, orders("O1", "O4"))
    assert found == [("acme", "O1|1"), ("acme", "O1|2"), ("acme", "cancel|O1|2")]
    assert recalled(two_nights, orders("O1", client="bolt")) == [("bolt", "O1|1")]
    assert recalled(two_nights, orders("O1"), version=1) == [("acme", "O1|1"), ("acme", "O1|2")]
    assert recalled(two_nights, orders("O4")) == recalled(two_nights, orders("O3"), version=1) == []


def test_what_a_first_try_became_is_recalled_by_its_file(two_nights: Ledger) -> None:
    found = recalled(two_nights, orders("O5", origin_hash="g", origin_row=2))
    assert sorted(found) == [("acme", "O3|1"), ("acme", "cancel|O1|2")]


def test_a_file_that_may_have_grown_recalls_all_of_the_one_before_for_some_days(ledger: Ledger) -> None:
    rows = frame_of(FEED_TABLES[Feed.ADJUSTMENTS], {"client_id": "acme", "file_hash": "g", "qty": 1})
    (said,) = content_hashes(rows, Feed.ADJUSTMENTS)
    first = facts(FIRST, Feed.ADJUSTMENTS, *BARE).with_columns(
        content_hash=pl.when(pl.col("row_no") == 2).then(pl.lit(said)).otherwise("content_hash")
    )
    accept(ledger, FIRST, first, facts(FIRST, Feed.ADJUSTMENTS, "row|h|1", file_hash="h"))
    tonight = FeedRows.of({"adjustments": rows})
    assert recalled(ledger, tonight) == [("acme", key) for key in BARE]
    assert recalled(ledger, tonight, on=AsOf(AFTERWARDS + timedelta(days=1))) == []
    other = FeedRows.of({"adjustments": rows.with_columns(qty=pl.lit(2, pl.Int64))})
    assert recalled(ledger, other) == []


def test_facts_of_an_older_program_are_recalled_and_marked_once(two_nights: Ledger) -> None:
    asked = [orders("O1"), orders("O5", origin_hash="g", origin_row=2), orders("O1", client="bolt")]
    expected = [recalled(two_nights, rows) for rows in asked]
    marks = "SELECT kind, client_id, level, part, hash, row_count FROM marks WHERE last_version IS NULL"
    marked = two_nights.connection.execute(marks).fetchall()
    assert two_nights.unmarked_clients(["acme", "bolt", "cord"]) == []
    two_nights.connection.execute("DELETE FROM marks")
    assert two_nights.unmarked_clients(["acme", "bolt", "cord"]) == ["acme", "bolt"]
    assert [recalled(two_nights, rows) for rows in asked] == expected
    assert recalled(two_nights, orders("O3"), version=1) == []
    two_nights.mark_older("acme")
    assert two_nights.unmarked_clients(["acme", "bolt"]) == ["bolt"]
    third = AsOf(NIGHT + timedelta(days=2))
    accept(two_nights, third, facts(third, Feed.ORDERS, "O9|1", client="bolt"))
    assert two_nights.unmarked_clients(["acme", "bolt"]) == []
    assert [recalled(two_nights, rows) for rows in asked] == expected
    assert recalled(two_nights, orders("O9", client="bolt")) == [("bolt", "O9|1")]
    assert {row for row in two_nights.connection.execute(marks) if row[1] == "acme"} == {
        row for row in marked if row[1] == "acme"
    }
