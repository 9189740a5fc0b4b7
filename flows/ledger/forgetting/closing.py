"""When the last of an order was shipped or cancelled, so that whom it went to is forgotten in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from flows.ledger.databases.control import transaction
from flows.ledger.forgetting import marks
from flows.ledger.store import versions
from flows.ledger.store.segments import scan_segment
from flows.ledger.store.tables import CONTRACTS
from schemas.table import empty
from schemas.vocabulary.words import LedgerName

if TYPE_CHECKING:
    import sqlite3
    from datetime import date
    from pathlib import Path

    from flows.ledger.store.segments import StoredSegment

KEY = ("client_id", "order_id")
HELD = ("open_qty", "reserved_qty", "released_qty")
STATE = [*KEY, *HELD]
LEFT = "retired_order_lines"
CLOSE = "UPDATE people.ship_to SET closed_on = ? WHERE client_id = ? AND order_id = ? AND closed_on IS NULL"
REOPEN = (
    "UPDATE people.ship_to SET closed_on = NULL "
    "WHERE client_id = ? AND order_id = ? AND closed_on IS NOT NULL"
)
COUNT_OVER = "SELECT count(*) FROM people.ship_to WHERE closed_on <= ?"
DELETE_OVER = "DELETE FROM people.ship_to WHERE closed_on <= ?"


def note_closed_orders(
    connection: sqlite3.Connection, segment_folder: Path, version: int, business_date: date
) -> None:
    """Remember of each order that tonight touched whether it is closed now; repeatable.

    An order is closed when nothing of it is open, reserved or released. The first time all orders are
    looked at: those that closed before count from tonight.
    """
    orders = _order_states(connection, segment_folder, version)
    if marks.is_set(connection, marks.CLOSINGS_KNOWN):
        touched = _touched_orders(connection, segment_folder, version)
        orders = orders.join(touched, on=KEY, how="semi")
    closed = orders.filter(~pl.col("is_open")).select(KEY).sort(KEY)
    waiting = orders.filter("is_open").select(KEY).sort(KEY)
    with transaction(connection, "closed orders"):
        connection.executemany(CLOSE, ((business_date.isoformat(), *key) for key in closed.iter_rows()))
        connection.executemany(REOPEN, waiting.iter_rows())
        marks.put(connection, marks.CLOSINGS_KNOWN)


def count_closed_people(connection: sqlite3.Connection, until: date) -> int:
    """Number of addresses of orders that had closed by a date."""
    (count,) = connection.execute(COUNT_OVER, [until.isoformat()]).fetchone()
    return int(count)


def delete_closed_people(connection: sqlite3.Connection, until: date) -> int:
    """Number of addresses of orders that had closed by a date, now deleted, also from the file's bytes."""
    with transaction(connection, "forget people"):
        deleted = connection.execute(DELETE_OVER, [until.isoformat()]).rowcount
        if deleted:
            marks.put(connection, marks.REWRITE_DUE)
    marks.rewrite_if_due(connection)
    return deleted


def _order_states(connection: sqlite3.Connection, folder: Path, version: int) -> pl.DataFrame:
    """Each order of a version or that left with it, and whether anything of it is still to come."""
    lines = pl.concat(
        [
            _scan(folder, "order_lines", versions.segments_of(connection, "order_lines", version), STATE),
            _scan(folder, LEFT, versions.added_by(connection, LEFT, version), STATE),
        ]
    )
    return lines.group_by(KEY).agg(is_open=(pl.sum_horizontal(HELD) > 0).any()).collect()


def _touched_orders(connection: sqlite3.Connection, folder: Path, version: int) -> pl.DataFrame:
    """The orders of which a version moved units."""
    segments = versions.added_by(connection, "movements", version)
    movements = _scan(folder, "movements", segments, [*KEY, "ledger"])
    return movements.filter(pl.col("ledger") == LedgerName.LINE).select(KEY).unique().collect()


def _scan(folder: Path, table: str, segments: list[StoredSegment], names: list[str]) -> pl.LazyFrame:
    """Some columns of the rows of segments; the others are not read."""
    scans = [scan_segment(folder, segment).select(names) for segment in segments]
    return pl.concat([empty(CONTRACTS[table]).lazy().select(names), *scans])
