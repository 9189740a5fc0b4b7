"""How later formats will be led to: planted ones over a committed workspace."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import polars as pl
import pytest

from flows.ledger.databases.backups import backup_place
from flows.ledger.databases.control import NewerFormatError, find_format, open_reading
from flows.ledger.forgetting import closing as closings
from flows.ledger.migrations.chain import MIGRATIONS, todays_format
from flows.ledger.migrations.migration import Migration, adding
from flows.ledger.store import versions
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.segments import StoredSegment
from flows.ledger.store.tables import CONTRACTS
from schemas.books.orders import OrderLine, Shipment
from schemas.night import AsOf
from schemas.table import Utc  # noqa: TC001 -- Pandera reads the annotations
from tests.formats.make import NEXT, NIGHTS
from tests.formats.opening import FORMATS, bring, dump, unpack

if TYPE_CHECKING:
    from pathlib import Path

    from flows.workspace import Workspace

NOON = pl.col("shipped_on").dt.combine(pl.time(12)).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")


class ShipmentLater(Shipment):
    """A shipment as a later format might have it."""

    effective_at: Utc
    is_late: bool


class OrderLineLater(OrderLine):
    """An order line as a later format might have it."""

    waiting_qty: int


def split_open(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Another meaning: what is open is told apart from what is held back."""
    return rows.with_columns(waiting_qty="open_qty", open_qty=pl.lit(0, pl.Int64))


LATER = (
    Migration(
        control="ALTER TABLE runs ADD COLUMN note TEXT NOT NULL DEFAULT 'none'",
        people="ALTER TABLE people.ship_to ADD COLUMN title TEXT; CREATE TABLE people.titles (title TEXT);",
        rows={"shipments": adding(effective_at=NOON)},
    ),
    Migration(
        rows={"shipments": adding(is_late=pl.col("effective_at").dt.hour() > 11), "order_lines": split_open}
    ),
)
"""Two formats after today's; what the second adds to shipments is of what the first had added."""


@pytest.fixture
def old(tmp_path: Path) -> Workspace:
    """The committed workspace of the newest format that landed."""
    return unpack(FORMATS[-1], tmp_path / "workspace")


@pytest.fixture
def lines_before(old: Workspace) -> pl.DataFrame:
    """The order lines as today's program reads them."""
    with closing(open_reading(old.ledger)) as connection:
        return Ledger(old.ledger, connection).load_table("order_lines")


@pytest.fixture
def later(lines_before: pl.DataFrame, monkeypatch: pytest.MonkeyPatch) -> int:
    """The number of the planted format, from here on today's."""
    assert lines_before["open_qty"].sum() > 0
    monkeypatch.setattr("flows.ledger.migrations.chain.MIGRATIONS", (*MIGRATIONS, *LATER))
    monkeypatch.setitem(CONTRACTS, "shipments", ShipmentLater)
    monkeypatch.setitem(CONTRACTS, "order_lines", OrderLineLater)
    return len(MIGRATIONS) + 2


def test_rows_of_every_kept_version_get_what_later_formats_add(
    old: Workspace, lines_before: pl.DataFrame, later: int
) -> None:
    before = dump(old.ledger)
    bring(old.root)
    assert find_format(old.ledger) == later
    with Ledger.open(old) as ledger:
        shipments, lines = ledger.load_history("shipments"), ledger.load_table("order_lines")
        first = ledger.load_table("order_lines", version=1)
        assert ledger.connection.execute("SELECT DISTINCT note FROM runs").fetchall() == [("none",)]
        assert ledger.connection.execute("SELECT DISTINCT title FROM people.ship_to").fetchall() == [(None,)]
    assert shipments["effective_at"].max() == datetime(2026, 3, 3, 12, tzinfo=UTC)
    assert shipments["is_late"].all()
    assert lines["waiting_qty"].to_list() == lines_before["open_qty"].to_list()
    assert (lines["open_qty"].sum(), first["open_qty"].sum()) == (0, 0)
    assert first["waiting_qty"].sum() > 0
    assert dump(backup_place(old, FORMATS[-1])) == before


def test_who_only_reads_is_led_there_in_memory(
    old: Workspace, lines_before: pl.DataFrame, later: int
) -> None:
    before = dump(old.ledger)
    with closing(open_reading(old.ledger)) as connection:
        ledger = Ledger(old.ledger, connection)
        assert ledger.load_table("order_lines")["waiting_qty"].sum() == lines_before["open_qty"].sum()
        assert connection.execute("SELECT DISTINCT note FROM runs").fetchall() == [("none",)]
    assert find_format(old.ledger) == FORMATS[-1] < later
    assert dump(old.ledger) == before


def test_what_is_open_is_judged_by_todays_meaning(
    old: Workspace, later: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(old.root)
    monkeypatch.setattr(closings, "HELD", ("open_qty",))
    with Ledger.open(old) as ledger:
        ledger.connection.execute("DELETE FROM people.marks")
        closings.note_closed_orders(ledger.connection, ledger.segment_folder, 2, NIGHTS[1])
        (closed,) = ledger.connection.execute(
            "SELECT count(*) FROM people.ship_to WHERE closed_on IS NULL"
        ).fetchone()
    assert (closed, find_format(old.ledger)) == (0, later), "nothing is open any more by that meaning"


def test_equal_bytes_of_an_older_format_are_other_rows(old: Workspace, later: int) -> None:
    bring(old.root)
    with Ledger.open(old) as ledger:
        table, client = "order_lines", "oldhall"
        (was,) = [row for row in versions.segments_of(ledger.connection, table, 2) if row.client_id == client]
        same = StoredSegment(table, client, was.hash, was.row_count, later)
        assert was.format == FORMATS[-1]
        versions.put_version(ledger.connection, 3, AsOf(NEXT))
        versions.replace_segments(ledger.connection, 3, [same], scope={(table, client)})
        assert same in versions.segments_of(ledger.connection, table, 3)
        assert was in versions.segments_of(ledger.connection, table, 2)
        versions.put_version(ledger.connection, 4, AsOf(NEXT, 2))
        versions.replace_segments(ledger.connection, 4, [same], scope={(table, client)})
        rows = ledger.connection.execute(
            "SELECT count(*) FROM segments WHERE table_name = ? AND client_id = ? AND first_version > 2",
            (table, client),
        ).fetchone()
    assert rows == (1,), "of today's format it stays open"


@pytest.mark.usefixtures("later")
def test_new_books_have_everything_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new = unpack(FORMATS[-1], tmp_path / "new")
    for name in ("control", "people"):
        (new.ledger / f"{name}.sqlite").unlink()
    for name in ("segments", "manifests"):
        shutil.rmtree(new.ledger / name)
    (new.published / "current").unlink()
    with Ledger.open(new) as ledger:
        assert ledger.connection.execute("SELECT note FROM runs").fetchall() == []
    assert not new.backups.exists()
    assert find_format(new.ledger) == todays_format()
    monkeypatch.undo()
    with pytest.raises(NewerFormatError, match=f"of format {len(MIGRATIONS) + 2}"):
        Ledger.open(new)
