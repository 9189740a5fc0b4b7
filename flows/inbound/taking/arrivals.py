"""When intake first saw each file, so that missed nights take what they would have taken."""

from __future__ import annotations

from dataclasses import astuple
from datetime import datetime
from typing import TYPE_CHECKING

from flows.ledger.databases.control import transaction
from flows.ledger.runs.runs import InputFile
from schemas.intake.dropped_file import DroppedFile

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from flows.inbound.taking.landing import LandedFile

NOTE = (
    "INSERT INTO arrivals (client_id, feed, file_hash, file_name, seen_at) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT DO NOTHING"
)
SEEN_AT = "SELECT client_id, feed, file_hash, file_name, seen_at FROM arrivals"
FORGET = "DELETE FROM arrivals WHERE client_id = ? AND feed = ? AND file_hash = ? AND file_name = ?"
TAKEN = """
    SELECT DISTINCT file.client_id, file.feed, file.file_hash, file.file_name, file.seen_at
    FROM arrivals AS arrival
    CROSS JOIN run_files AS file USING (client_id, feed, file_name, file_hash, seen_at)
    JOIN runs AS run USING (business_date, run_no)
    JOIN seen_files AS seen USING (client_id, feed, file_hash)
    WHERE run.version IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM json_each(run.clients_held) WHERE value = file.client_id)
"""
"""A file that was held was frozen, too, and is still to be taken: it is in no `seen_files`."""


def note_arrivals(connection: sqlite3.Connection, files: Iterable[LandedFile]) -> None:
    """Remember when each file was seen; one that was seen before keeps its first time."""
    with transaction(connection, "arrivals"):
        connection.executemany(NOTE, [(*astuple(file.dropped), file.seen_at.isoformat()) for file in files])


def first_seen(connection: sqlite3.Connection) -> dict[DroppedFile, datetime]:
    """When each waiting file was first seen."""
    return {
        DroppedFile(*dropped): datetime.fromisoformat(seen_at)
        for *dropped, seen_at in connection.execute(SEEN_AT)
    }


def taken_arrivals(connection: sqlite3.Connection) -> set[InputFile]:
    """What a committed run has taken and what still lies in inbound: it is moved, never read again."""
    return {
        InputFile(client_id, feed, file_hash, file_name, datetime.fromisoformat(seen_at))
        for client_id, feed, file_hash, file_name, seen_at in connection.execute(TAKEN)
    }


def waiting_arrivals(connection: sqlite3.Connection) -> set[InputFile]:
    """Files that were seen and that no run has taken."""
    seen = {InputFile(**vars(file), seen_at=seen_at) for file, seen_at in first_seen(connection).items()}
    return seen - taken_arrivals(connection)


def forget_arrivals(connection: sqlite3.Connection, files: Iterable[DroppedFile]) -> None:
    """Forget files that have left inbound: one that is dropped again is seen anew."""
    with transaction(connection, "archived"):
        connection.executemany(FORGET, [astuple(file) for file in files])
