"""Held units of which somebody said that they are good.

It is said in a transaction of its own, at any time, as `flows.ledger.runs.done`: the next run that is frozen
follows what was said before. Who said it and why stays here; the runs get the rest.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from flows.ledger.databases.control import transaction
from schemas.books.stock import Unhold

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from pandera.typing.polars import DataFrame

PUT = (
    "INSERT INTO unholds (client_id, warehouse_id, sku, lot_id, bin_id, hold_reason, qty, said_at, said_by, "
    "why) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
SAID = (
    "SELECT client_id, 'unhold-' || unhold_no, warehouse_id, sku, lot_id, bin_id, hold_reason, qty, said_at "
    "FROM unholds WHERE said_at <= ? ORDER BY unhold_no"
)
WITH_PEOPLE = (
    "SELECT client_id, 'unhold-' || unhold_no, warehouse_id, sku, lot_id, bin_id, hold_reason, qty, said_at, "
    "said_by, why FROM unholds ORDER BY unhold_no"
)


class Held(NamedTuple):
    """Units of a bin that are on hold for one reason."""

    client_id: str
    warehouse_id: str
    sku: str
    lot_id: str
    bin_id: str
    hold_reason: str
    qty: int


class Said(NamedTuple):
    """An unhold with all that was said."""

    client_id: str
    unhold_id: str
    warehouse_id: str
    sku: str
    lot_id: str
    bin_id: str
    hold_reason: str
    qty: int
    said_at: datetime
    said_by: str
    why: str


def put_unholds(
    connection: sqlite3.Connection, units: Iterable[Held], *, by: str, why: str, now: datetime
) -> None:
    """Say that these units come off hold."""
    with transaction(connection, "unhold"):
        connection.executemany(PUT, ((*held, now.isoformat(), by, why) for held in units))


def read_unholds(connection: sqlite3.Connection, until: datetime) -> DataFrame[Unhold]:
    """What was said up to an instant to come off hold."""
    rows = [
        (*said, datetime.fromisoformat(said_at))
        for *said, said_at in connection.execute(SAID, [until.isoformat()])
    ]
    return pl.DataFrame(rows, schema=Unhold.dtypes(), orient="row").pipe(Unhold.validate)


def find_unholds(connection: sqlite3.Connection) -> list[Said]:
    """All that was ever said to come off hold, the oldest first."""
    return [
        Said._make((*units, datetime.fromisoformat(said_at), by, why))
        for *units, said_at, by, why in connection.execute(WITH_PEOPLE)
    ]
