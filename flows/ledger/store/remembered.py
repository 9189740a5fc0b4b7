"""Facts of earlier nights, looked up by names that rows have (`transforms.intake.identity.remembering`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from flows.ledger.databases.control import transaction
from flows.ledger.store import lookup, versions
from flows.ledger.store.segments import read_segments
from schemas.intake.verdicts import RowKey
from schemas.table import conform, empty
from transforms.intake.identity.remembering import keep_named, name_facts, want_files, want_for

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from pandera.typing.polars import DataFrame

    from schemas.night import AsOf, FeedRows
    from transforms.intake.identity.remembering import Wanted

TABLE = "row_keys"
"""Of the history, and the kind of its marks."""


@dataclass(frozen=True)
class FactMemory:
    """The facts that were accepted up to a version."""

    connection: sqlite3.Connection
    folder: Path
    version: int

    def recall(self, rows: FeedRows, as_of: AsOf) -> DataFrame[RowKey]:
        """The facts that matter to rows of a night.

        Raises:
            DamageError: a segment is missing, or its bytes are not those that were committed.
        """
        wanted = want_for(rows, as_of)
        found = self._find(wanted)
        whole = want_files(wanted, found)
        return found if whole.recent.height == wanted.recent.height else self._find(whole)

    def _find(self, wanted: Wanted) -> DataFrame[RowKey]:
        """The facts that have one of the names; a segment is read at a time."""
        found = [empty(RowKey)]
        for client_id, numbers in self._versions(wanted):
            for _, rows in read_added(self.connection, self.folder, client_id, numbers):
                found.append(keep_named(rows, wanted))
        return conform(pl.concat(found), RowKey)

    def _versions(self, wanted: Wanted) -> Iterator[tuple[str, list[int]]]:
        """Each client with the versions that may know one of its names; all, where none was marked yet."""
        since = versions.first_since(self.connection, wanted.since)
        always = lookup.find_versions(self.connection, self.folder, TABLE, wanted.always)
        recent = lookup.find_versions(self.connection, self.folder, TABLE, wanted.recent)
        found = pl.concat([always, recent.filter(pl.col("version") >= since)]).unique()
        known = found.filter(pl.col("version") <= self.version).sort("client_id", "version")
        clients = pl.concat([wanted.always, wanted.recent])["client_id"].unique()
        for client_id in unmarked_clients(self.connection, clients.to_list()):
            numbers = versions.adding_to(self.connection, TABLE, client_id)
            yield client_id, [number for number in numbers if number <= self.version]
        for (client_id,), own in known.partition_by("client_id", as_dict=True).items():
            yield str(client_id), own["version"].to_list()


def write_marks(
    connection: sqlite3.Connection, folder: Path, row_keys: DataFrame[RowKey], version: int
) -> list[lookup.Level]:
    """Mark the facts that a version adds, see `lookup.put_marks`; those of older nights first."""
    for client_id in unmarked_clients(connection, row_keys["client_id"].unique().to_list()):
        mark_older(connection, folder, client_id)
    return lookup.write_marks(connection, folder, TABLE, _marks(row_keys, version))


def unmarked_clients(connection: sqlite3.Connection, clients: Collection[str]) -> list[str]:
    """Those of the clients whose facts an older program accepted, and nobody has marked yet."""
    marked = lookup.marked_clients(connection, TABLE)
    return [
        client_id
        for client_id in sorted(set(clients) - marked)
        if versions.adding_to(connection, TABLE, client_id)
    ]


def mark_older(connection: sqlite3.Connection, folder: Path, client_id: str) -> None:
    """Mark all facts of a client, in a transaction of its own; of its names only the marks are in memory."""
    numbers = versions.adding_to(connection, TABLE, client_id)
    added = read_added(connection, folder, client_id, numbers)
    marks = pl.concat([_marks(rows, version) for version, rows in added])
    levels = lookup.write_marks(connection, folder, TABLE, marks)
    with transaction(connection, "mark older nights"):
        lookup.put_marks(connection, TABLE, levels, versions.last_version(connection))


def read_added(
    connection: sqlite3.Connection, folder: Path, client_id: str, numbers: Collection[int]
) -> Iterator[tuple[int, DataFrame[RowKey]]]:
    """Each of some versions with the facts of a client that it added."""
    for version, segment in versions.added_to(connection, TABLE, client_id, numbers):
        yield version, read_segments(folder, TABLE, [segment]).pipe(RowKey.validate)


def _marks(row_keys: DataFrame[RowKey], version: int) -> pl.DataFrame:
    return lookup.mark_names(name_facts(row_keys)).with_columns(pl.lit(version, pl.Int32).alias("version"))
