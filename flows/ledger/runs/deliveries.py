"""How far the delivery of a pick file has come, so that a warehouse never gets its releases twice.

Each pick file that has releases has a row, made with its version. It moves by steps, each in a transaction of
its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from flows.ledger.databases.control import transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from datetime import datetime

PUT = (
    "INSERT INTO deliveries (version, warehouse_id, releases, state, state_at) VALUES (?, ?, ?, 'to_send', ?)"
)
OF_VERSION = "SELECT warehouse_id, releases, state FROM deliveries WHERE version = ?"
MOVE = "UPDATE deliveries SET state = ?, state_at = ? WHERE version = ? AND warehouse_id = ?"
UNSEEN = "SELECT warehouse_id FROM deliveries WHERE version = ? AND state = 'unseen' ORDER BY warehouse_id"
UNDELIVERED = (
    "SELECT business_date, run_no, warehouse_id FROM deliveries JOIN versions USING (version) "
    "WHERE state IN ('to_send', 'ready')"
)


class PickState(StrEnum):
    """Where a pick file stands."""

    TO_SEND = "to_send"
    """Nothing of the file is where the warehouse could take it."""
    READY = "ready"
    """The whole file lay in the warehouse's folder under a hidden name; only a rename is, or was, left."""
    SENT = "sent"
    """The file was seen in its place."""
    UNSEEN = "unseen"
    """The file was ready, and neither it nor its hidden name is there: taken as fetched."""


@dataclass(frozen=True)
class Delivery:
    """A pick file of a version, and where it stands."""

    version: int
    warehouse_id: str
    releases: int
    state: PickState


def put_deliveries(
    connection: sqlite3.Connection, version: int, releases: Iterable[tuple[str, int]], now: datetime
) -> None:
    """Add the pick files of a version, inside the caller's transaction: warehouse and number of releases."""
    rows = ((version, warehouse_id, count, now.isoformat()) for warehouse_id, count in releases)
    connection.executemany(PUT, rows)


def find_deliveries(connection: sqlite3.Connection, version: int) -> list[Delivery]:
    """The pick files of a version that have releases."""
    rows = connection.execute(OF_VERSION, [version])
    return [Delivery(version, named, releases, PickState(state)) for named, releases, state in rows]


def move_picks(connection: sqlite3.Connection, picks: Delivery, state: PickState, now: datetime) -> None:
    """Note how far a pick file has come."""
    with transaction(connection, f"picks {state}"):
        connection.execute(MOVE, (state.value, now.isoformat(), picks.version, picks.warehouse_id))


def find_unseen(connection: sqlite3.Connection, version: int) -> list[str]:
    """The warehouses whose file of a version was gone before its delivery could be noted."""
    return [warehouse_id for (warehouse_id,) in connection.execute(UNSEEN, [version])]


def find_undelivered(connection: sqlite3.Connection) -> list[tuple[str, int, str]]:
    """Business date, run number and warehouse of each pick file whose delivery is not noted yet."""
    return connection.execute(UNDELIVERED).fetchall()
