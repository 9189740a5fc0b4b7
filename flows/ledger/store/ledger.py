"""The ledger as the night sees it: freeze, load, commit, publish, sweep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Self

from flows.ledger.databases import control
from flows.ledger.runs import freezing, runs, unholds
from flows.ledger.runs.seen import FilesOfRuns
from flows.ledger.store import commit, people, remembered, retired, segments, versions
from flows.ledger.store.reading import BooksReader
from flows.ledger.store.tables import HISTORY, STATE
from flows.own_places import refuse_misplaced
from schemas.night import DECIDED_TABLES, ORDER_TABLES, AsOf, Books, FeedRows
from transforms.night.retiring import unite_orders

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import polars as pl
    from pandera.typing.polars import DataFrame

    from flows.ledger.runs.freezing import FrozenRun
    from flows.ledger.runs.runs import InputFile, Run
    from flows.ledger.store.commit import Settled
    from flows.workspace import Workspace
    from schemas.books.people import ShipTo
    from schemas.books.stock import Unhold
    from schemas.intake.verdicts import RowKey
    from schemas.settings.workspace import WorkspaceSettings

SHOWN = ("closed_orders", "order_lines", "promises")
"""Tables of orders that have left the books which analysts look at."""

LAST_RUN = AsOf(date.max)
LAST_INSTANT = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Ledger:
    """An open ledger. Whoever writes holds `flows.disk.lock`; readers need nothing."""

    folder: Path
    connection: sqlite3.Connection

    @classmethod
    def open(cls, workspace: Workspace) -> Self:
        """The ledger of a workspace, made where there is none.

        What a killed run left is nobody's: its transaction is rolled back, and `sweep_unfinished` removes
        its segments.

        Raises:
            ConfigurationError: a newer program wrote it, or something else lies where it belongs.
        """
        refuse_misplaced(workspace)
        return cls(workspace.ledger, control.open_control(workspace.ledger))

    def close(self) -> None:
        """Let go of the databases."""
        self.connection.close()

    def __enter__(self) -> Self:
        """Use the ledger in a block that closes it."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close it, whatever happened."""
        self.close()

    # Which night stands where

    def last_committed(self) -> Run | None:
        """The run of the latest version."""
        return next(iter(runs.find_runs(self.connection, runs.LAST_COMMITTED)), None)

    def run(self, as_of: AsOf) -> Run | None:
        """A run, if it was ever frozen."""
        return runs.find_run(self.connection, as_of)

    def all_runs(self) -> list[Run]:
        """Every run, by date and number."""
        return runs.find_runs(self.connection, runs.ALL_RUNS)

    def unfinished(self) -> list[Run]:
        """Runs that are frozen or committed and not published, oldest first: where a rerun goes on."""
        return runs.find_runs(self.connection, runs.UNFINISHED)

    def missed_dates(self, until: date) -> list[date]:
        """Calendar dates after the last committed one up to `until`; before the first night only `until`."""
        last = self.last_committed()
        first = last.as_of.business_date + timedelta(days=1) if last else until
        return [first + timedelta(days=day) for day in range((until - first).days + 1)]

    # Frozen

    def freeze(
        self, as_of: AsOf, files: Iterable[InputFile], policies: Mapping[str, bytes], now: datetime
    ) -> FrozenRun:
        """Fix what a run takes in; a run that is frozen already keeps what it has.

        Raises:
            ConfigurationError: the date lies before the last committed one, or a run number is skipped.
        """
        intake = freezing.Intake(as_of, tuple(files), policies, now)
        return freezing.freeze(self.connection, self.folder, intake)

    def refreeze(
        self, as_of: AsOf, files: Iterable[InputFile], policies: Mapping[str, bytes], now: datetime
    ) -> FrozenRun:
        """Fix what a run takes in anew, in place of what it had.

        Raises:
            ConfigurationError: the run is committed, or was never frozen.
        """
        intake = freezing.Intake(as_of, tuple(files), policies, now)
        return freezing.refreeze(self.connection, self.folder, intake)

    def withdraw(self, as_of: AsOf) -> None:
        """Take back the freeze of a run that is not committed: it is as if it had never been begun."""
        freezing.withdraw(self.connection, as_of)

    def frozen(self, as_of: AsOf) -> FrozenRun:
        """What a run takes in, in the order of client, feed and hash.

        Raises:
            ConfigurationError: it was never frozen.
        """
        return freezing.frozen(self.connection, self.folder, as_of)

    def seen_files(self, before: AsOf = LAST_RUN) -> FilesOfRuns:
        """What the files said that committed runs loaded, before a run, and which one said it first."""
        return FilesOfRuns(self.connection, runs.key_of(before))

    # Read

    def load_books(self, clients: Collection[str] | None = None, *, version: int | None = None) -> Books:
        """The books of some clients (all: None) as of the latest or a kept version.

        Raises:
            ConfigurationError: the version is no longer kept.
        """
        return Books.of({table: self.load_table(table, clients, version=version) for table in STATE})

    def load_table(
        self, table: str, clients: Collection[str] | None = None, *, version: int | None = None
    ) -> pl.DataFrame:
        """A table of state or of tonight's results, by client and in the table's order."""
        return self._reader(clients, version).table(table)

    def load_night(self, version: int, clients: Collection[str] | None = None) -> Books:
        """The books of some clients (all: None) after the night of a version, with orders that it let go.

        Raises:
            ConfigurationError: the version is no longer kept.
        """
        reader = self._reader(clients, version)
        gone = Books.of({name: reader.added(f"retired_{name}", version) for name in ORDER_TABLES})
        return unite_orders(self.load_books(clients, version=version), gone)

    def load_closed(self, since: date, version: int, clients: Collection[str] | None = None) -> Books:
        """Orders that left the books since a date, up to a version: what analysts see of them."""
        return retired.departed_since(self._reader(clients, version), version, since, SHOWN)

    def weigh_clients(self, version: int) -> dict[str, int]:
        """By client that a version knows, how many rows its books have, with what the version added."""
        return versions.weights_of(self.connection, version)

    def recall_orders(
        self, orders: pl.DataFrame, releases: pl.DataFrame, *, version: int | None = None
    ) -> Books:
        """The named orders (`client_id`, `order_id`; `release_id`) that had left the books.

        Args:
            orders: by their own ids.
            releases: by one of their releases.
            version: as of which; the latest: None.
        """
        at = versions.last_version(self.connection) if version is None else version
        return retired.recall_orders(self.connection, self.segment_folder, at, orders, releases)

    def load_history(
        self,
        table: str,
        since: date | None = None,
        clients: Collection[str] | None = None,
        *,
        version: int | None = None,
    ) -> pl.DataFrame:
        """The rows that nights since a date (all: None) added to a table, up to a version; by night."""
        return self._reader(clients, version).history(table, since)

    def recall_facts(self, rows: FeedRows, as_of: AsOf, *, version: int | None = None) -> DataFrame[RowKey]:
        """The facts, accepted up to a version, that matter to rows of a night."""
        at = versions.last_version(self.connection) if version is None else version
        return remembered.FactMemory(self.connection, self.segment_folder, at).recall(rows, as_of)

    def unmarked_clients(self, clients: Collection[str]) -> list[str]:
        """Those of the clients whose facts an older program accepted, so that they are not looked up yet."""
        return remembered.unmarked_clients(self.connection, clients)

    def mark_older(self, client_id: str) -> None:
        """See to it that facts of a client are looked up which an older program accepted."""
        remembered.mark_older(self.connection, self.segment_folder, client_id)

    def scan_history(self, table: str) -> Iterator[pl.LazyFrame]:
        """The rows that all nights added to a table, a night and client at a time."""
        return self._reader(None, None).scan(table)

    def scan_added(self, table: str, version: int) -> Iterator[pl.LazyFrame]:
        """The rows that the run of a version added to a table of the history, a client at a time."""
        return self._reader(None, version).scan_added(table, version)

    def load_added(self, table: str, version: int, clients: Collection[str] | None = None) -> pl.DataFrame:
        """The rows of some clients (all: None) that the run of a version added to a table of the history."""
        return self._reader(clients, version).added(table, version)

    def changed_clients(self, tables: Collection[str], version: int) -> set[str]:
        """The clients of whom a version has other rows of some tables of state than the one before it."""
        return set().union(*(versions.changed_by(self.connection, table, version) for table in tables))

    def history_parts(self, table: str, since: date, version: int, limit: int) -> Iterator[pl.DataFrame]:
        """The rows that nights since a date added to a table, up to a version, `limit` or so at a time."""
        return self._reader(None, version).history_parts(table, since, limit)

    def decided_parts(self, table: str, since: date, version: int, limit: int) -> Iterator[pl.DataFrame]:
        """What nights since a date decided, up to a version: rows of a table with their `version`."""
        return self._reader(None, version).decided_parts(table, since, limit)

    def read_unholds(self, as_of: AsOf) -> DataFrame[Unhold]:
        """What was said to come off hold before a run was frozen; of one that is not yet, up to now."""
        run = runs.find_run(self.connection, as_of)
        return unholds.read_unholds(self.connection, run.frozen_at if run else LAST_INSTANT)

    def read_people(self, orders: pl.DataFrame) -> DataFrame[ShipTo]:
        """The addresses of orders (`client_id`, `order_id`)."""
        return people.read_people(self.connection, orders)

    def verify(self, version: int | None = None) -> int:
        """Number of segments of a version that were read and found to be what was committed.

        Raises:
            DamageError: one is missing or damaged.
        """
        return self._reader(None, version).verify()

    def refuse_damaged(self, since: date) -> None:
        """See to it that the latest version, with the history since a date, is what was committed.

        Raises:
            DamageError: a segment is missing or damaged.
        """
        for segment in self._reader(None, None).segments(since):
            segments.refuse_damaged(self.segment_folder, segment)

    # Commit, publish

    def commit(self, as_of: AsOf, parts: Sequence[Callable[[], Settled]], now: datetime) -> int:
        """The version that the settled plans of a run became: all in one transaction, held clients left out.

        Args:
            as_of: the run.
            parts: each gives the plan of clients of its own when it is called; so one of them is in memory.
            now: the instant of the commit.

        Raises:
            InvariantError: the run is not frozen, or an effect has no id or one that exists already.
        """
        night = commit.NightToCommit(as_of, parts, now)
        return commit.commit_night(self.connection, self.segment_folder, night)

    def mark_published(
        self, version: int, now: datetime, seconds: float, *, manifest: str | None = None
    ) -> None:
        """Say that the outputs of a version stand, and the hash of their manifest; once said, it stays."""
        with control.transaction(self.connection, "publish"):
            self.connection.execute(runs.PUBLISH_RUN, (now.isoformat(), seconds, version))
            self.connection.execute(versions.PUT_MANIFEST, (manifest, version))

    # Keep

    def kept_versions(self, settings: WorkspaceSettings) -> list[int]:
        """Versions to keep whole: those of the latest nights and of month ends."""
        return versions.choose_kept(versions.kept_nights(self.connection), settings.keep_nights)

    def sweep(self, settings: WorkspaceSettings) -> int:
        """Number of segment files removed that no version names any more.

        History is never dropped, nor is what a night decided, so that nobody looks through them.
        """
        tables = segments.tables_in(self.segment_folder) - HISTORY.keys() - set(DECIDED_TABLES)
        versions.drop_others(self.connection, self.kept_versions(settings), tables)
        return segments.sweep_segments(
            self.segment_folder, tables, versions.named_segments(self.connection, tables)
        )

    def sweep_unfinished(self) -> int:
        """Number of segment files removed that a killed run may have left; its rerun writes what it needs.

        Such a run is frozen and not committed. All segments are looked through, those of the history, too.
        """
        if not runs.find_runs(self.connection, runs.WAITING):
            return 0
        return segments.sweep_segments(
            self.segment_folder,
            segments.tables_in(self.segment_folder),
            self.connection.execute(versions.NAMED),
        )

    def _reader(self, clients: Collection[str] | None, version: int | None) -> BooksReader:
        return BooksReader(self.connection, self.segment_folder, clients, version)

    @property
    def segment_folder(self) -> Path:
        """Where the segments lie."""
        return self.folder / "segments"
