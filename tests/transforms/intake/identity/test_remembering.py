"""A night that remembers only what its rows ask for judges them as one that remembers everything."""

from __future__ import annotations

import random
from dataclasses import fields
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from schemas.books.orders import PendingRow
from schemas.intake.feeds import FEED_TABLES
from schemas.intake.verdicts import RowKey
from schemas.night import AsOf, Books, FeedRows
from schemas.table import empty
from schemas.vocabulary.words import Feed
from tests.frames import MORNING, NIGHT, frame_of
from tests.remembering import recalled
from tests.tiers import thorough
from tests.transforms.intake.door import client_of
from transforms.intake.identity.new_facts import Identified, Remembered, identify_rows
from transforms.intake.identity.repeats import DAYS_BACK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pandera.typing.polars import DataFrame

CLIENTS = {f"c{number}": client_of() for number in range(24)}
"""A night costs the same for one as for many, and they are independent."""

SEEDS = range(2)
NIGHTS = 5
MOMENTS = [MORNING, MORNING + timedelta(hours=1)]
DOCUMENTS = ["O1", "O2", "O|3", "cancel", "O\\1"]
LINES: dict[Feed, dict[str, list[Any]]] = {
    Feed.ORDERS: {
        "order_id": DOCUMENTS,
        "action": ["new", "new", "change", "cancel"],
        "ordered_at": [MORNING],
    },
    Feed.RECEIPTS: {
        "receipt_id": DOCUMENTS,
        "received_qty": [1, 2, -1],
        "lot_id": ["", "", "L|1", "L\n2"],
        "received_on": [NIGHT],
        "status": ["available"],
    },
    Feed.ASNS: {"asn_id": DOCUMENTS, "action": ["new", "new", "change"], "expected_on": [NIGHT]},
}
EVENTS: dict[Feed, dict[str, list[Any]]] = {
    Feed.CANCELLATIONS: {"order_id": DOCUMENTS[:2], "qty": [1, 2, None]},
    Feed.ADJUSTMENTS: {"qty": [1, -1], "reason": ["loss"]},
    Feed.SHIPMENTS: {"order_id": DOCUMENTS[:2], "shipped_qty": [1, 2]},
}
TIMES = {Feed.CANCELLATIONS: "cancelled_at", Feed.ADJUSTMENTS: "adjusted_at", Feed.SHIPMENTS: "shipped_at"}
OTHERS: dict[Feed, dict[str, list[Any]]] = {
    Feed.STOCK: {"qty": [1, 2], "counted_at": MOMENTS, "status": ["available"]},
    Feed.ITEMS: {"description": ["x", "y"]},
}


def some_rows(chance: random.Random, night: int) -> FeedRows:
    """Rows of a night in all feeds, of few documents, contents and files, so that rows of nights meet."""
    tables = {
        feed.value: frame_of(
            FEED_TABLES[feed], *(_row(chance, feed, values, *place) for place in _places(chance, night))
        )
        for feed, values in (LINES | EVENTS | OTHERS).items()
    }
    return FeedRows.of(tables)


def _places(chance: random.Random, night: int) -> list[tuple[str, str, int]]:
    """Places in files of a night, one of which may have come before."""
    files = [f"f{night}", f"g{night}", f"f{chance.randrange(night + 1)}"]
    every = [
        (client, file, row_no)
        for client in CLIENTS
        for file in dict.fromkeys(files)
        for row_no in range(1, 5)
    ]
    return chance.sample(every, len(every) // 4)


def _row(
    chance: random.Random, feed: Feed, values: dict[str, list[Any]], client_id: str, file: str, row_no: int
) -> dict[str, Any]:
    """A row that says one of few things."""
    row = {name: chance.choice(known) for name, known in values.items()}
    row |= {"client_id": client_id, "file_feed": feed.value, "file_hash": file, "row_no": row_no}
    row |= {"sku": chance.choice("AB"), "effective_at": MORNING}
    if chance.randrange(5) == 0:
        row |= {"origin_hash": f"f{chance.randrange(NIGHTS)}", "origin_row": chance.randrange(1, 5)}
    if feed in LINES:
        row["line_no"] = chance.choice([None, None, 1, 2])
    if feed in EVENTS and file.startswith("g"):
        at = chance.choice(MOMENTS)
        row |= {TIMES[feed]: at, "effective_at": at, "is_timed": True}
        row["event_id"] = chance.choice([None, None, "E1"])
    if feed in EVENTS:
        row.setdefault("line_no", None)
    return {name: value for name, value in row.items() if name in FEED_TABLES[feed].names()}


def lived(seed: int) -> Iterator[tuple[Sequence[DataFrame[RowKey]], FeedRows, AsOf]]:
    """Each night of a seed: what nights before it accepted, its rows, and its date."""
    chance, on, history = random.Random(seed), NIGHT, list[Any]()
    for night in range(NIGHTS):
        rows = some_rows(chance, night)
        yield history, rows, AsOf(on)
        history = [*history, judge(history, rows, AsOf(on)).row_keys]
        on += timedelta(days=chance.choice([1, 1, 2, DAYS_BACK - 1, DAYS_BACK]))


def judge(facts: Sequence[pl.DataFrame], rows: FeedRows, as_of: AsOf) -> Identified:
    """What rows are, where these facts are remembered."""
    known = pl.concat([empty(RowKey), *facts]).pipe(RowKey.validate)
    return identify_rows(rows, Remembered(known, Books.blank(), empty(PendingRow), CLIENTS, as_of))


def differs(history: Sequence[DataFrame[RowKey]], rows: FeedRows, as_of: AsOf, *, without: str = "") -> str:
    """In what a night that remembers what its rows ask for differs from one that remembers all."""
    facts = recalled(history, rows, as_of, without=without)
    whole, short = judge(history, rows, as_of), judge([facts], rows, as_of)
    names = {one.name for one in fields(Identified)} - {"rows"}
    tables = [(name, getattr(whole, name), getattr(short, name)) for name in sorted(names)]
    tables += [(name, table, short.rows.tables()[name]) for name, table in whole.rows.tables().items()]
    return ", ".join(name for name, expected, found in tables if not expected.equals(found))


@pytest.mark.parametrize("seed", [SEEDS[0], *thorough(*SEEDS[1:])])
def test_rows_are_judged_as_with_all_facts(seed: int) -> None:
    for history, rows, as_of in lived(seed):
        assert differs(history, rows, as_of) == ""


@pytest.mark.thorough
@pytest.mark.parametrize("kind", ["document", "key", "content", "file"])
def test_each_kind_of_name_is_needed(kind: str) -> None:
    assert any(differs(*night, without=kind) for seed in SEEDS for night in lived(seed))


def test_next_to_nothing_is_remembered_for_what_nobody_told_before() -> None:
    rows = FeedRows.of({"orders": frame_of(FEED_TABLES[Feed.ORDERS], {"order_id": "O1", "qty": 1})})
    facts = judge([], rows, AsOf(NIGHT)).row_keys
    assert facts.height == 1
    other = FeedRows.of({"orders": frame_of(FEED_TABLES[Feed.ORDERS], {"order_id": "O2", "qty": 1})})
    assert recalled([facts], rows, AsOf(NIGHT)).equals(facts)
    assert recalled([facts], other, AsOf(NIGHT)).is_empty()
    assert recalled([], rows, AsOf(NIGHT)).is_empty()
    assert recalled([facts], FeedRows.of({}), AsOf(NIGHT)).is_empty()
