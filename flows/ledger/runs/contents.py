"""Dropped files by their content: when a night last took it, and where the archive has it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from flows.ledger.databases.control import transaction
from flows.ledger.runs.runs import key_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable

    from schemas.night import AsOf

LAST_TAKEN = (
    "SELECT file_hash, max(business_date) FROM run_files "
    "WHERE file_hash IN (SELECT value FROM json_each(?)) GROUP BY file_hash"
)
NEEDED = """
    SELECT file_hash FROM arrivals
    UNION SELECT file_hash FROM runs CROSS JOIN run_files USING (business_date, run_no)
    WHERE state <> 'published' AND (business_date, run_no) IS NOT (?, ?)
"""
ARCHIVED = "SELECT place, size, mtime_ns, file_hash FROM archived_files"
REMEMBER = (
    "INSERT INTO archived_files (place, size, mtime_ns, file_hash) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (place) DO UPDATE SET "
    "size = excluded.size, mtime_ns = excluded.mtime_ns, file_hash = excluded.file_hash"
)
FORGET = "DELETE FROM archived_files WHERE place = ?"


@dataclass(frozen=True)
class ArchivedContent:
    """A file of the archive as it was when it was last read: `place` is its path below the archive."""

    place: str
    size: int
    mtime_ns: int
    file_hash: str


def last_taken(connection: sqlite3.Connection, contents: Collection[str]) -> dict[str, date]:
    """The business date of the last run that took each of these contents, if one did."""
    taken = connection.execute(LAST_TAKEN, [json.dumps(sorted(contents))])
    return {content: date.fromisoformat(day) for content, day in taken}


def needed_contents(connection: sqlite3.Connection, finished: AsOf | None = None) -> set[str]:
    """Contents that still lie in inbound, or that a run is made of which is not published yet.

    `finished` is a run that is as good as published.
    """
    but = key_of(finished) if finished else (None, None)
    return {content for (content,) in connection.execute(NEEDED, but)}


def archived_contents(connection: sqlite3.Connection) -> dict[str, ArchivedContent]:
    """What is known of the archive, by place."""
    return {row[0]: ArchivedContent(*row) for row in connection.execute(ARCHIVED)}


def remember_archived(connection: sqlite3.Connection, files: Iterable[ArchivedContent]) -> None:
    """Remember what files of the archive hold."""
    with transaction(connection, "archived files"):
        connection.executemany(
            REMEMBER, ((file.place, file.size, file.mtime_ns, file.file_hash) for file in files)
        )


def forget_archived(connection: sqlite3.Connection, places: Iterable[str]) -> None:
    """Forget files that are no longer there, or will not be in a moment: their places may be taken anew."""
    with transaction(connection, "files gone"):
        connection.executemany(FORGET, ((place,) for place in places))
