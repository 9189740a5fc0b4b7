"""What is true of `people.sqlite` itself, remembered in its own transactions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.disk import durable
from flows.ledger.databases.control import transaction

if TYPE_CHECKING:
    import sqlite3

CLOSINGS_KNOWN = "closings_known"
"""`closed_on` says of every order whether it is closed; an older program did not keep it."""

REWRITE_DUE = "rewrite_due"
"""Rows were deleted, and the file was not written anew since."""

IS_SET = "SELECT 1 FROM people.marks WHERE mark = ?"
PUT = "INSERT INTO people.marks (mark) VALUES (?) ON CONFLICT DO NOTHING"
TAKE_OFF = "DELETE FROM people.marks WHERE mark = ?"


def is_set(connection: sqlite3.Connection, mark: str) -> bool:
    """Whether it holds."""
    return connection.execute(IS_SET, [mark]).fetchone() is not None


def put(connection: sqlite3.Connection, mark: str) -> None:
    """Let it hold, inside the caller's transaction."""
    connection.execute(PUT, [mark])


def rewrite_if_due(connection: sqlite3.Connection) -> None:
    """Write `people.sqlite` anew if rows were deleted since it last was, also by a run that was killed.

    `secure_delete` overwrites a row that is deleted, but not the copies that earlier splits of its page
    left behind: of 2,500 deleted names up to 8 were still in the file.
    """
    if is_set(connection, REWRITE_DUE):
        durable.rewrite(connection, "people")
        with transaction(connection, "rewritten"):
            connection.execute(TAKE_OFF, [REWRITE_DUE])
