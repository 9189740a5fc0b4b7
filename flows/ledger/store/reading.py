"""Reading the ledger: tables as of a version, and the history up to one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import accumulate, groupby
from typing import TYPE_CHECKING

import polars as pl

from flows.ledger.migrations import chain
from flows.ledger.store import versions
from flows.ledger.store.segments import read_segments, scan_segment
from flows.ledger.store.tables import CONTRACTS, HISTORY, ordering_of
from schemas.errors import ConfigurationError
from schemas.night import DECIDED_TABLES
from schemas.table import conform

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from flows.ledger.migrations.migration import Derived
    from flows.ledger.store.segments import StoredSegment

ALWAYS = date.min


@dataclass(frozen=True)
class BooksReader:
    """Reads for some clients (all: None), as of a version (the latest: None)."""

    connection: sqlite3.Connection
    folder: Path
    clients: Collection[str] | None = None
    version: int | None = None

    def table(self, table: str) -> pl.DataFrame:
        """A table of state or of tonight's results, by client and in the table's order.

        Raises:
            ConfigurationError: the version is no longer kept.
        """
        at = self._kept()
        rows = self._rows(table, versions.segments_of(self.connection, table, at))
        derivation = chain.derivation_of(table)
        return rows if derivation is None else self._with_derived(rows, table, at, *derivation)

    def history(self, table: str, since: date | None) -> pl.DataFrame:
        """The rows that nights since a date (all: None) added to a table; by night and client."""
        return self._rows(table, self._history_of(table, since))

    def scan(self, table: str) -> Iterator[pl.LazyFrame]:
        """The same, of all nights, a segment at a time."""
        return (scan_segment(self.folder, segment) for segment in self._history_of(table, None))

    def history_parts(self, table: str, since: date | None, limit: int) -> Iterator[pl.DataFrame]:
        """The same, a few segments at a time: as many as have about `limit` rows."""
        segments = self._history_of(table, since)
        before = accumulate((segment.row_count for segment in segments), initial=0)
        for _, part in groupby(zip(before, segments, strict=False), lambda pair: pair[0] // limit):
            yield self._rows(table, [segment for _, segment in part])

    def decided_parts(self, table: str, since: date, limit: int) -> Iterator[pl.DataFrame]:
        """What nights since a date decided, up to a version: rows of a table of results, each with `version`.

        About `limit` at a time, or as many as a client has of one night.
        """
        found = versions.decided_in(self.connection, table, self._at(), since)
        for decided, group in groupby(found, lambda pair: pair[0]):
            nights = pl.DataFrame({"version": [int(version) for version in decided.split(",")]})
            segments = [segment for _, segment in group]
            before = accumulate((segment.row_count for segment in segments), initial=0)
            for _, part in groupby(zip(before, segments, strict=False), lambda pair: pair[0] // limit):
                rows = self._rows(table, [segment for _, segment in part])
                for some in nights.iter_slices(max(1, limit // max(rows.height, 1))):
                    yield rows.join(some, how="cross")

    def scan_added(self, table: str, version: int) -> Iterator[pl.LazyFrame]:
        """The rows that one version added to a table, a segment at a time."""
        added = versions.added_by(self.connection, table, version)
        return (scan_segment(self.folder, segment) for segment in added)

    def added(self, table: str, version: int) -> pl.DataFrame:
        """The rows that one version added to a table; by client."""
        return self._rows(table, versions.added_by(self.connection, table, version))

    def verify(self) -> int:
        """Number of segments that were read and found to be what was committed.

        Raises:
            ConfigurationError: the version is no longer kept.
            DamageError: a segment is missing or damaged.
        """
        found = self._of_tables(ALWAYS)
        for table, of_table in found.items():
            read_segments(self.folder, table, of_table)
        return sum(map(len, found.values()))

    def segments(self, since: date) -> list[StoredSegment]:
        """Every segment of the version, with those that nights since a date added to the history."""
        return [segment for of_table in self._of_tables(since).values() for segment in of_table]

    def _of_tables(self, since: date) -> dict[str, list[StoredSegment]]:
        found = {
            table: self._history_of(table, since)
            if table in HISTORY
            else versions.segments_of(self.connection, table, self._kept())
            for table in CONTRACTS
        }
        for table in DECIDED_TABLES:
            decided = versions.decided_in(self.connection, table, self._at(), since)
            found[table] = list({*found[table], *(segment for _, segment in decided)})
        return found

    def _with_derived(
        self, rows: pl.DataFrame, table: str, at: int, new_in: int, derived: Derived
    ) -> pl.DataFrame:
        """The rows of a table, with those of clients whose books are older than it."""
        older = {
            source: [one for one in versions.segments_of(self.connection, source, at) if one.format < new_in]
            for source in derived.sources
        }
        if not any(older.values()):
            return rows
        sources = {source: self._rows(source, segments) for source, segments in older.items()}
        made = chain.bring_rows(table, derived.step(sources).lazy(), new_in).collect()
        both = pl.concat([rows, conform(made, CONTRACTS[table])])
        return both.sort("client_id", *ordering_of(table))

    def _history_of(self, table: str, since: date | None) -> list[StoredSegment]:
        return versions.history_of(self.connection, table, self._at(), since or ALWAYS)

    def _at(self) -> int:
        """The version to read: the latest, or the one that was asked for."""
        return versions.last_version(self.connection) if self.version is None else self.version

    def _kept(self) -> int:
        """The version to read: the latest, or one that is still whole."""
        at = self._at()
        if not versions.is_kept(self.connection, at):
            kept = [number for number, _ in versions.kept_nights(self.connection)]
            message = f"version {at} is not kept; kept are {', '.join(map(str, kept)) or 'none'}"
            raise ConfigurationError(message)
        return at

    def _rows(self, table: str, found: list[StoredSegment]) -> pl.DataFrame:
        """The rows of the segments that belong to the clients."""
        wanted = [segment for segment in found if self.clients is None or segment.client_id in self.clients]
        return read_segments(self.folder, table, wanted)
