"""What a settled plan becomes on the disk: immutable segments, which nobody refers to before the commit.

A plan is written where it was settled, a cohort of clients at a time, possibly by another process than the
one that commits. What the commit still has to say of it is small: `Written`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from flows.ledger.store import lookup, remembered, retired, versions
from flows.ledger.store.segments import split_clients, write_segments
from flows.ledger.store.tables import TONIGHT
from schemas.books.laws import Violation
from schemas.intake.verdicts import FileOutcome, RowKey
from schemas.night import HISTORY_TABLES, ORDER_TABLES, Books
from schemas.table import empty
from schemas.vocabulary.findings import FindingCode
from schemas.vocabulary.words import AllocationKind, FileVerdict
from transforms.published_paths import VERSION

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from pandera.typing.polars import DataFrame

    from flows.ledger.store.segments import StoredSegment
    from schemas.night import NightPlan

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


class Facts(NamedTuple):
    """What of a plan is in no segment, or is checked once more over all clients.

    Attributes:
        effects: `business_date`, `run_no` and `effect_id` of all that leaves the house.
        picks: releases by `warehouse_id`.
        loaded: files whose content was taken.
        ship_to: addresses.
    """

    effects: pl.DataFrame
    picks: pl.DataFrame
    loaded: pl.DataFrame
    ship_to: pl.DataFrame


@dataclass(frozen=True)
class Written:
    """A plan that is on the disk as segments, and what of it the one transaction still has to say.

    Attributes:
        version: that it was written for: the one after that from which it was planned.
        replaced: segments in place of older ones.
        scope: tables and clients of which they are all.
        appended: segments of the history.
        marks: of what is appended, by their kind.
        held: clients that are held.
    """

    version: int
    replaced: list[StoredSegment]
    scope: list[tuple[str, str]]
    appended: list[StoredSegment]
    marks: list[tuple[str, list[lookup.Level]]]
    held: list[str]
    facts: Facts

    def segments(self) -> list[StoredSegment]:
        """All that was written."""
        marks = [segment for _, levels in self.marks for level in levels for _, segment in level.parts]
        return [*self.replaced, *self.appended, *marks]


def write_plan(connection: sqlite3.Connection, folder: Path, part: Settled) -> Written:
    """Write the segments of some clients, durable when this returns, and say the rest.

    A held client keeps the segments of the version before; its files are held, its effects are not
    made, its addresses not taken, and the rows that broke a law are kept.
    """
    version = versions.last_version(connection) + 1
    files = hold_files(part.files, part.held)
    replaced, scope = _write_replaced(connection, folder, part)
    appended = _write_history(folder, part, files, version)
    left = lookup.write_marks(connection, folder, retired.KIND, retired.marks_of(part.retired, version))
    row_keys = part.without_held(part.plan.row_keys).pipe(RowKey.validate)
    told = remembered.write_marks(connection, folder, row_keys, version)
    run = ("business_date", "run_no")
    effects = [
        part.releases.select(*run, effect_id="release_id"),
        part.plan.messages.select(*run, effect_id="message_id"),
    ]
    is_loaded = pl.col("verdict") == FileVerdict.LOADED
    facts = Facts(
        effects=pl.concat(effects),
        picks=part.without_held(part.releases).group_by("warehouse_id").len(),
        loaded=files.filter(is_loaded).select("client_id", "feed", "file_hash", "cells_hash"),
        ship_to=part.without_held(part.plan.ship_to),
    )
    marks = [(retired.KIND, left), (remembered.TABLE, told)]
    return Written(version, replaced, sorted(scope), appended, marks, sorted(part.held), facts)


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
