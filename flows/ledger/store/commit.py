"""The one commit: what a night decided becomes version N+1, whole, or nothing of it does.

First come the immutable segments, which nobody refers to yet; then one transaction. A run that was
killed in between writes the same segments again, finds them there, and goes on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from flows.disk.faults import point
from flows.ledger.databases.control import transaction
from flows.ledger.runs import deliveries, runs
from flows.ledger.store import lookup, people, remembered, retired, versions
from flows.ledger.store.segments import StoredSegment, split_clients, write_segments
from flows.ledger.store.tables import TONIGHT
from schemas.books.laws import LAW_COUNT, Violation
from schemas.books.people import ShipTo
from schemas.errors import InvariantError
from schemas.intake.verdicts import FileOutcome, RowKey
from schemas.night import HISTORY_TABLES, ORDER_TABLES, Books
from schemas.table import empty
from schemas.vocabulary.findings import FindingCode
from schemas.vocabulary.words import AllocationKind, FileVerdict
from transforms.published_paths import VERSION

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from pandera.typing.polars import DataFrame

    from schemas.night import AsOf, NightPlan

ALWAYS = ("files", "violations", "findings")
"""Histories that say something of held clients, too."""

ROW_COUNTS = (
    "rows_read",
    "rows_accepted",
    "rows_duplicate",
    "rows_set_aside",
    "rows_rejected",
    "qty_read",
    "qty_decimals",
)


@dataclass(frozen=True)
class Settled:
    """A plan of some clients that keeps the laws, and those of them whose part of it does not."""

    plan: NightPlan
    files: DataFrame[FileOutcome]
    held: Mapping[str, DataFrame[Violation]]
    unchanged: frozenset[tuple[str, str]] = frozenset()
    """Tables and clients whose rows are those of the version before."""

    @property
    def retired(self) -> Books:
        """Orders that leave the books, of clients that are not held."""
        return Books.of({name: self.without_held(rows) for name, rows in self.plan.retired.tables().items()})

    @property
    def releases(self) -> pl.DataFrame:
        """What warehouses are to pick, also for clients that are held."""
        return self.plan.allocations.filter(pl.col("kind") == AllocationKind.RELEASE)

    def without_held(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows of clients that are not held."""
        return rows.filter(~pl.col("client_id").is_in(list(self.held))) if self.held else rows


@dataclass(frozen=True)
class NightToCommit:
    """What is to become true: settled plans, each of clients of its own, read one after the other."""

    as_of: AsOf
    parts: Sequence[Callable[[], Settled]]
    now: datetime


@dataclass
class Written:
    """What of a night is on the disk as segments, and what of it the one transaction still has to say.

    Attributes:
        replaced: segments in place of older ones.
        scope: tables and clients of which they are all.
        appended: segments of the history.
        marks: of what is appended, by their kind.
        effects: `business_date`, `run_no` and `effect_id` of all that leaves the house.
        picks: releases by `warehouse_id`.
        loaded: files whose content was taken.
        ship_to: addresses.
        held: clients that are held.
    """

    replaced: list[StoredSegment] = field(default_factory=list)
    scope: set[tuple[str, str]] = field(default_factory=set)
    appended: list[StoredSegment] = field(default_factory=list)
    marks: list[tuple[str, list[lookup.Level]]] = field(default_factory=list)
    effects: list[pl.DataFrame] = field(default_factory=list)
    picks: list[pl.DataFrame] = field(default_factory=list)
    loaded: list[pl.DataFrame] = field(default_factory=list)
    ship_to: list[pl.DataFrame] = field(default_factory=list)
    held: list[str] = field(default_factory=list)


def commit_night(connection: sqlite3.Connection, segment_folder: Path, night: NightToCommit) -> int:
    """The version that the night became; that of an earlier commit of the same run, if there is one.

    A held client keeps the segments of the version before; its files are held, its effects are not
    made, its addresses not taken, and the rows that broke a law are kept.

    Raises:
        InvariantError: the run is not frozen, or an effect has no id or may have been made before.
    """
    run = runs.find_run(connection, night.as_of)
    if run is None:
        message = f"run {night.as_of} was never frozen; freeze its files and policies first"
        raise InvariantError(message)
    if run.version is not None:
        return run.version
    version = versions.last_version(connection) + 1
    written = Written()
    for part in night.parts:
        _write_part(connection, segment_folder, part(), version, written)
    _refuse_made_effects(night.as_of, pl.concat(written.effects))
    point("segments written")
    with transaction(connection, "commit night"):
        versions.put_version(connection, version, night.as_of)
        versions.replace_segments(connection, version, written.replaced, scope=written.scope)
        versions.append_segments(connection, version, written.appended)
        for kind, levels in written.marks:
            lookup.put_marks(connection, kind, levels, version)
        point("segments named")
        _put_facts(connection, night, version, written)
    return version


def _write_part(
    connection: sqlite3.Connection, folder: Path, part: Settled, version: int, written: Written
) -> None:
    """Write the segments of some clients, and note the rest."""
    files = hold_files(part.files, part.held)
    replaced, scope = _write_replaced(connection, folder, part)
    written.replaced += replaced
    written.scope |= scope
    written.appended += _write_history(folder, part, files, version)
    left = lookup.write_marks(connection, folder, retired.KIND, retired.marks_of(part.retired, version))
    row_keys = part.without_held(part.plan.row_keys).pipe(RowKey.validate)
    told = remembered.write_marks(connection, folder, row_keys, version)
    written.marks += [(retired.KIND, left), (remembered.TABLE, told)]
    run = ("business_date", "run_no")
    written.effects += [
        part.releases.select(*run, effect_id="release_id"),
        part.plan.messages.select(*run, effect_id="message_id"),
    ]
    written.picks.append(part.without_held(part.releases).group_by("warehouse_id").len())
    is_loaded = pl.col("verdict") == FileVerdict.LOADED
    written.loaded.append(files.filter(is_loaded).select("client_id", "feed", "file_hash", "cells_hash"))
    written.ship_to.append(part.without_held(part.plan.ship_to))
    written.held += part.held


def hold_files(
    files: DataFrame[FileOutcome], held: Mapping[str, DataFrame[Violation]]
) -> DataFrame[FileOutcome]:
    """The files of a run, those of held clients with the verdict `held`: they are taken again later."""
    is_held = pl.col("client_id").is_in(list(held)) & (pl.col("verdict") == FileVerdict.LOADED)
    changes: dict[str, pl.Expr] = {
        "verdict": pl.lit(FileVerdict.HELD.value),
        "reason_code": pl.lit(FindingCode.CLIENT_HELD.value),
        "detail": pl.lit(FindingCode.CLIENT_HELD.meaning),
        **{name: pl.lit(0) for name in ROW_COUNTS},
    }
    changed = [
        pl.when(is_held).then(value).otherwise(pl.col(name)).alias(name) for name, value in changes.items()
    ]
    return files.with_columns(changed).pipe(FileOutcome.validate)


def _put_facts(connection: sqlite3.Connection, night: NightToCommit, version: int, written: Written) -> None:
    """Files taken, pick files to deliver, addresses, and the state of the run."""
    key = runs.key_of(night.as_of)
    loaded = pl.concat(written.loaded).sort(pl.all())
    connection.executemany(runs.INSERT_SEEN, ((*row, *key) for row in loaded.iter_rows()))
    picks = pl.concat(written.picks).group_by("warehouse_id").agg(pl.col("len").sum()).sort("warehouse_id")
    deliveries.put_deliveries(connection, version, picks.iter_rows(), night.now)
    point("pick files named")
    people.put_people(connection, pl.concat(written.ship_to).pipe(ShipTo.validate))
    moved = runs.put_committed(
        connection, night.as_of, version, night.now, laws=LAW_COUNT, held=sorted(written.held)
    )
    if moved != 1:
        message = f"run {night.as_of} was committed by somebody else meanwhile; nothing was changed"
        raise InvariantError(message)


def _refuse_made_effects(as_of: AsOf, made: pl.DataFrame) -> None:
    """Law 4 across all history: nothing is picked or told twice.

    The id of a release is of its date and run, that of a message of what its order was told before. So what
    belongs to this run, which was never committed, is new if no two of its ids are equal.
    """
    is_foreign = (pl.col("business_date") != as_of.business_date) | (pl.col("run_no") != as_of.run_no)
    nameless = made.filter(pl.col("effect_id").fill_null("") == "").height
    known = made.filter(is_foreign | pl.col("effect_id").is_duplicated())
    again = known["effect_id"].drop_nulls().unique().sort()
    if nameless or len(again):
        message = (
            f"law 4: {nameless} effects without an id and {len(again)} of another run or made twice, "
            f"for example {', '.join(again.head(3))}; the night stops, nothing was committed"
        )
        raise InvariantError(message)


def _write_replaced(
    connection: sqlite3.Connection, folder: Path, part: Settled
) -> tuple[list[StoredSegment], set[tuple[str, str]]]:
    """The segments of state and of tonight's results, and the tables and clients that they replace.

    What is unchanged keeps its segment, if it has one of today's format.
    """
    state = part.plan.books.tables()
    clients = {client for rows in state.values() for client in rows["client_id"].unique()} - set(part.held)
    tonight = {name: getattr(part.plan, name) for name in TONIGHT}
    stays = part.unchanged & versions.live_today(connection)
    changed = {
        name: rows.filter(~pl.col("client_id").is_in([client for table, client in stays if table == name]))
        for name, rows in {**state, **tonight}.items()
    }
    scope = {(table, client) for table in changed for client in clients} - stays
    return _write_all(folder, changed, clients), scope


def _write_history(folder: Path, part: Settled, files: pl.DataFrame, version: int) -> list[StoredSegment]:
    """The segments that this night adds: of held clients their files, what is open and broken.

    What a finding says to do names the folder of this version: only now it has a number.
    """
    plan = part.plan
    broken: list[pl.DataFrame] = [empty(Violation), *part.held.values()]
    free = {name: part.without_held(getattr(plan, name)) for name in HISTORY_TABLES if name not in ALWAYS}
    left = {f"retired_{name}": rows for name, rows in part.retired.tables().items() if name in ORDER_TABLES}
    told = {
        "files": files,
        "violations": pl.concat(broken),
        "findings": plan.findings.with_columns(
            pl.col("command").str.replace_all(VERSION, versions.name_version(version), literal=True)
        ),
    }
    return _write_all(folder, {**free, **left, **told}, None)


def _write_all(
    folder: Path, tables: Mapping[str, pl.DataFrame], clients: Collection[str] | None
) -> list[StoredSegment]:
    """A segment for each table and client that has rows; only for `clients`, if given."""
    parts = (
        (table, client_id, part)
        for table, rows in tables.items()
        for client_id, part in split_clients(table, rows).items()
        if clients is None or client_id in clients
    )
    return write_segments(folder, parts)
