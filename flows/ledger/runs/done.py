"""Findings of which somebody said that they are done.

It is said in a transaction of its own, at any time: a night reads what was said before it was frozen, so
that its plan can be made again, and what is said later waits for the next night.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from flows.ledger.databases.control import transaction
from schemas.results import DoneFinding

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from datetime import datetime

    from pandera.typing.polars import DataFrame

Key = tuple[str, str, str, str]
"""Client, code, subject and cause of a finding."""

PUT = (
    "INSERT INTO done_findings (client_id, code, subject, cause, done_at) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT DO NOTHING"
)
SAID = "SELECT client_id, code, subject, cause FROM done_findings WHERE done_at <= ?"


def put_done(connection: sqlite3.Connection, findings: Iterable[Key], now: datetime) -> None:
    """Say that findings are done; one that was done before stays as it was."""
    with transaction(connection, "done"):
        connection.executemany(PUT, ((*finding, now.isoformat()) for finding in findings))


def read_done(connection: sqlite3.Connection, until: datetime) -> DataFrame[DoneFinding]:
    """What was said to be done up to an instant."""
    rows = connection.execute(SAID, [until.isoformat()]).fetchall()
    return pl.DataFrame(rows, schema=DoneFinding.dtypes(), orient="row").pipe(DoneFinding.validate)
