"""What warehouses may have got and the books do not know of, since they were put back from a backup.

Rows of pick files. Until somebody says whether the warehouse works on them (`kept`) or has dropped them
(`dropped`), nothing that repeats one of them is handed out (`flows.outbound.warehouses.delivery`).
"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING

import polars as pl

from flows.ledger.databases.control import transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from datetime import datetime

LINE = ("client_id", "order_id", "line_no", "sku")
COLUMNS = ("release_id", "warehouse", "file_name", *LINE, "qty")
SCHEMA = dict.fromkeys((*COLUMNS, "verdict"), pl.String)
"""As pick files have them: texts."""

PUT = (
    f"INSERT INTO handed_out ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))}) "  # noqa: S608 -- constants only
    "ON CONFLICT DO NOTHING"
)
PUT_RESTORE = "INSERT INTO restores (restored_at, backed_up_at, version) VALUES (?, ?, ?)"
LAST_RESTORE = "SELECT backed_up_at FROM restores ORDER BY restore_no DESC LIMIT 1"
READ = f"SELECT {', '.join(SCHEMA)} FROM handed_out ORDER BY warehouse, file_name, release_id"  # noqa: S608 -- constants only
SAY = {
    "kept": "UPDATE handed_out SET verdict = 'kept' WHERE warehouse = ? AND verdict IS NULL",
    "dropped": "DELETE FROM handed_out WHERE warehouse = ?",
}
"""What is dropped is as if it had never been handed out; what was kept may be dropped later."""

ANY = "SELECT 1 FROM handed_out LIMIT 1"
FORGET = "DELETE FROM handed_out WHERE release_id IN (SELECT value FROM json_each(?))"


class HandedOutVerdict(StrEnum):
    """What somebody says of the rows that a warehouse may have."""

    KEPT = "kept"
    """The warehouse works on them, or has picked them: they are not handed out again."""
    DROPPED = "dropped"
    """The warehouse has dropped them, or never got them: they are handed out anew."""


def put_handed_out(connection: sqlite3.Connection, rows: pl.DataFrame) -> None:
    """Remember rows of pick files, inside the caller's transaction; what was said of one before stays."""
    connection.executemany(PUT, rows.select(COLUMNS).iter_rows())


def put_restore(connection: sqlite3.Connection, now: datetime, backed_up_at: str, version: int) -> None:
    """Note that the books were put back, inside the caller's transaction."""
    connection.execute(PUT_RESTORE, (now.isoformat(), backed_up_at, version))


def last_restore(connection: sqlite3.Connection) -> str | None:
    """The moment of the backup that was put back last; None: none was."""
    row = connection.execute(LAST_RESTORE).fetchone()
    return str(row[0]) if row else None


def read_handed_out(connection: sqlite3.Connection) -> pl.DataFrame:
    """All that warehouses may have got, and what was said of it."""
    return pl.DataFrame(connection.execute(READ).fetchall(), schema=SCHEMA, orient="row")


def say_of(connection: sqlite3.Connection, warehouse: str, verdict: HandedOutVerdict) -> int:
    """Number of rows of a warehouse of which something is said now."""
    with transaction(connection, "handed out"):
        return connection.execute(SAY[verdict], [warehouse]).rowcount


def forget_handed_out(connection: sqlite3.Connection, release_ids: Iterable[str]) -> None:
    """Forget rows that the books know of by now."""
    gone = list(release_ids)
    if gone and connection.execute(ANY).fetchone():
        with transaction(connection, "handed out, and known"):
            connection.execute(FORGET, [json.dumps(gone)])
