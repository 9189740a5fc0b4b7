"""Versions and their segments: intervals, so that a version is found without a list of its own."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from importlib import metadata
from typing import TYPE_CHECKING

from flows.ledger.databases.control import transaction
from flows.ledger.migrations import chain
from flows.ledger.runs.runs import key_of
from flows.ledger.store.segments import StoredSegment

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable

    from schemas.night import AsOf

RESULTS_KEPT = 9
"""The first format of which no program drops what a night decided (`schemas.night.DECIDED_TABLES`)."""

LAST_VERSION = "SELECT coalesce(max(version), 0) FROM versions"
INSERT_VERSION = (
    "INSERT INTO versions (version, business_date, run_no, format, program) VALUES (?, ?, ?, ?, ?)"
)
MADE_BY = "SELECT format, program FROM versions WHERE version = ?"
MANIFEST_OF = "SELECT manifest FROM versions WHERE version = ?"
PUT_MANIFEST = "UPDATE versions SET manifest = ? WHERE version = ? AND manifest IS NULL"
KEPT_DATES = "SELECT version, business_date FROM versions WHERE is_kept = 1 ORDER BY version"
SINCE = "SELECT version FROM versions WHERE business_date >= ? AND version <= ? ORDER BY version"
IS_KEPT = "SELECT is_kept FROM versions WHERE version = ?"
DROP_VERSION = "UPDATE versions SET is_kept = 0 WHERE version = ?"
SEGMENT = (
    "SELECT table_name, client_id, hash, row_count, format "
    "FROM segments JOIN versions ON version = first_version"
)
"""A segment was written by the first version that has it."""

SEGMENTS_OF = (
    f"{SEGMENT} WHERE table_name = ? AND first_version <= ? AND coalesce(last_version, ?) >= ? "
    "ORDER BY client_id"
)
ADDED_TO = (
    "SELECT first_version, table_name, client_id, hash, row_count, format "
    "FROM segments JOIN versions ON version = first_version "
    "WHERE table_name = ? AND client_id = ? AND first_version IN (SELECT value FROM json_each(?)) "
    "ORDER BY first_version"
)
ADDING_TO = "SELECT first_version FROM segments WHERE table_name = ? AND client_id = ? ORDER BY first_version"
WEIGHTS = (
    "SELECT client_id, sum(CASE WHEN coalesce(last_version, ?) >= ? THEN row_count ELSE 0 END) "
    "FROM segments WHERE first_version <= ? GROUP BY client_id ORDER BY client_id"
)
"""Of the books as of a version, and of all that it added."""

FIRST_SINCE = "SELECT version FROM versions WHERE business_date >= ? ORDER BY version LIMIT 1"
LIVE = f"{SEGMENT} WHERE last_version IS NULL"
LIVE_OF_FORMAT = (
    "SELECT table_name, client_id FROM segments JOIN versions ON version = first_version "
    "WHERE last_version IS NULL AND format = ?"
)
CLIENTS_WITH = (
    "SELECT client_id FROM segments WHERE table_name = ? AND last_version IS NULL ORDER BY client_id"
)
ADDED_IN = (
    f"{SEGMENT} WHERE table_name = ? AND first_version BETWEEN ? AND ? ORDER BY first_version, client_id"
)
DECIDED_IN = (
    "SELECT group_concat(v.version), table_name, s.client_id, hash, row_count, made.format "
    "FROM segments AS s JOIN versions AS made ON made.version = first_version "
    "JOIN versions AS v ON v.version BETWEEN first_version AND coalesce(last_version, v.version) "
    "WHERE table_name = ? AND v.version BETWEEN ? AND ? AND v.format >= ? "
    "AND (v.version = first_version OR EXISTS (SELECT 1 FROM segments AS waiting "
    "WHERE waiting.table_name = 'line_nights' AND waiting.client_id = s.client_id "
    "AND waiting.first_version = v.version)) "
    "GROUP BY first_version, s.client_id ORDER BY first_version, group_concat(v.version), s.client_id"
)
"""A client that was held, or had no settings, keeps the segment of the night before and was not waiting."""

INSERT_SEGMENT = (
    "INSERT INTO segments (table_name, client_id, first_version, last_version, hash, row_count) "
    "VALUES (?, ?, ?, ?, ?, ?)"
)
CLOSE_SEGMENT = (
    "UPDATE segments SET last_version = ? WHERE table_name = ? AND client_id = ? AND last_version IS NULL"
)
DROP_SEGMENTS = (
    "DELETE FROM segments WHERE table_name IN (SELECT value FROM json_each(?)) "
    "AND last_version IS NOT NULL AND NOT EXISTS "
    "(SELECT 1 FROM versions WHERE is_kept = 1 AND version BETWEEN first_version AND last_version)"
)
DROP_MARKS = "DELETE FROM marks WHERE last_version < (SELECT max(version) - 1 FROM versions)"
"""No version but the latest needs marks; who began to look before its commit still finds what it replaced."""

NAMED = "SELECT DISTINCT table_name, hash FROM segments UNION SELECT 'marks', hash FROM marks"
NAMED_IN = (
    "SELECT table_name, hash FROM segments WHERE table_name IN (SELECT value FROM json_each(?)) "
    "UNION SELECT 'marks', hash FROM marks"
)


def name_version(version: int) -> str:
    """The name of a version's folder below `published/`, such as `v000123`."""
    return f"v{version:06d}"


def last_version(connection: sqlite3.Connection) -> int:
    """Number of the latest committed version; 0 before the first."""
    (version,) = connection.execute(LAST_VERSION).fetchone()
    return int(version)


def is_kept(connection: sqlite3.Connection, version: int) -> bool:
    """Whether a version is still whole; version 0, before the first night, always is."""
    row = connection.execute(IS_KEPT, [version]).fetchone()
    return version == 0 or bool(row and row[0])


def segments_of(connection: sqlite3.Connection, table: str, version: int) -> list[StoredSegment]:
    """The segments of a replaced table as of a version, one a client."""
    return [
        StoredSegment(*row) for row in connection.execute(SEGMENTS_OF, (table, version, version, version))
    ]


def history_of(connection: sqlite3.Connection, table: str, version: int, since: date) -> list[StoredSegment]:
    """The segments of an appended table from the nights since a date up to a version."""
    return _added_in(connection, table, (first_since(connection, since), version))


def added_by(connection: sqlite3.Connection, table: str, version: int) -> list[StoredSegment]:
    """The segments that one version appended to a table."""
    return _added_in(connection, table, (version, version))


def weights_of(connection: sqlite3.Connection, version: int) -> dict[str, int]:
    """By client that it knows, how many rows a version has: its books, and what it added to the history."""
    return dict(connection.execute(WEIGHTS, (version, version, version)).fetchall())


def decided_in(
    connection: sqlite3.Connection, table: str, version: int, since: date
) -> list[tuple[str, StoredSegment]]:
    """Segments of a table of results, each with the versions whose nights decided them, joined by commas.

    Of the nights since a date up to a version; of a client that took no part in a night there is none of it.
    """
    span = (first_since(connection, since), version)
    rows = connection.execute(DECIDED_IN, (table, *span, RESULTS_KEPT))
    return [(decided, StoredSegment(*stored)) for decided, *stored in rows]


def versions_since(connection: sqlite3.Connection, since: date, version: int) -> list[int]:
    """The versions of the nights since a date up to one of them."""
    return [number for (number,) in connection.execute(SINCE, (since.isoformat(), version))]


def changed_by(connection: sqlite3.Connection, table: str, version: int) -> set[str]:
    """The clients of whom a version has other rows of a replaced table than the one before it."""
    now, before = (
        {(segment.client_id, segment.hash) for segment in segments_of(connection, table, number)}
        for number in (version, version - 1)
    )
    return {client_id for client_id, _ in now ^ before}


def added_to(
    connection: sqlite3.Connection, table: str, client_id: str, numbers: Collection[int]
) -> list[tuple[int, StoredSegment]]:
    """Each of some versions with the segment that it appended to a client's table, if it did."""
    rows = connection.execute(ADDED_TO, (table, client_id, json.dumps(list(numbers))))
    return [(int(version), StoredSegment(*stored)) for version, *stored in rows]


def adding_to(connection: sqlite3.Connection, table: str, client_id: str) -> list[int]:
    """All versions that appended to a client's table."""
    return [version for (version,) in connection.execute(ADDING_TO, (table, client_id))]


def first_since(connection: sqlite3.Connection, since: date) -> int:
    """The first version of the nights since a date; if there is none, the next one."""
    row = connection.execute(FIRST_SINCE, [since.isoformat()]).fetchone()
    return int(row[0]) if row else last_version(connection) + 1


def clients_with(connection: sqlite3.Connection, table: str) -> list[str]:
    """The clients that have rows of a replaced table as of the latest version."""
    return [client_id for (client_id,) in connection.execute(CLIENTS_WITH, [table])]


def put_version(connection: sqlite3.Connection, version: int, as_of: AsOf) -> None:
    """Open a version, of today's format and made by this program."""
    made = (chain.todays_format(), program_version())
    connection.execute(INSERT_VERSION, (version, *key_of(as_of), *made))


def made_by(connection: sqlite3.Connection, version: int) -> tuple[int, str]:
    """The format of a version, and the program that made it; empty: it did not say so yet."""
    found, program = connection.execute(MADE_BY, [version]).fetchone()
    return int(found), str(program)


def manifest_of(connection: sqlite3.Connection, version: int) -> str | None:
    """SHA-256 of the manifest of a version that was published; None: nobody noted it."""
    row = connection.execute(MANIFEST_OF, [version]).fetchone()
    return str(row[0]) if row and row[0] else None


def program_version() -> str:
    """The version of this program."""
    return metadata.version("backorders")


def replace_segments(
    connection: sqlite3.Connection,
    version: int,
    segments: Iterable[StoredSegment],
    *,
    scope: Collection[tuple[str, str]],
) -> None:
    """Let the tables and clients of `scope` have these segments from `version` on.

    A segment that is the same as before stays open, so a client with nothing new costs no row. One of an
    older format does not: its rows would be read as those of that format.
    """
    new = {(segment.table, segment.client_id): segment for segment in segments}
    live = {(row[0], row[1]): StoredSegment(*row) for row in connection.execute(LIVE)}
    changed = [key for key in sorted(scope) if live.get(key) != new.get(key)]
    connection.executemany(CLOSE_SEGMENT, ((version - 1, *key) for key in changed if key in live))
    connection.executemany(INSERT_SEGMENT, (_row(new[key], version, None) for key in changed if key in new))


def live_today(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    """The tables and clients of the latest version whose segment is of today's format."""
    return set(connection.execute(LIVE_OF_FORMAT, [chain.todays_format()]))


def append_segments(connection: sqlite3.Connection, version: int, segments: Iterable[StoredSegment]) -> None:
    """Add a night's history: each segment belongs to this version alone, and is never dropped."""
    connection.executemany(INSERT_SEGMENT, (_row(segment, version, version) for segment in segments))


def choose_kept(nights: Iterable[tuple[int, date]], keep_nights: int) -> list[int]:
    """Of the versions that are still whole: those of the latest nights, and the last of each month."""
    by_date: dict[date, list[int]] = defaultdict(list)
    for version, business_date in nights:
        by_date[business_date].append(version)
    latest = sorted(by_date)[-keep_nights:]
    month_ends = {(night.year, night.month): night for night in sorted(by_date)}.values()
    recent = [version for night in latest for version in by_date[night]]
    return sorted({*recent, *(max(by_date[night]) for night in month_ends)})


def kept_nights(connection: sqlite3.Connection) -> list[tuple[int, date]]:
    """Versions that are still whole, with their business dates."""
    return [(version, date.fromisoformat(night)) for version, night in connection.execute(KEPT_DATES)]


def named_segments(connection: sqlite3.Connection, tables: Collection[str]) -> Iterable[tuple[str, str]]:
    """Table and hash of every segment of these tables that a version names, and of all marks."""
    return connection.execute(NAMED_IN, [json.dumps(sorted(tables))])


def drop_others(connection: sqlite3.Connection, keep: Collection[int], tables: Collection[str]) -> None:
    """Forget the segments of these tables that only versions outside `keep` have; others lose none."""
    gone = [(version,) for version, _ in kept_nights(connection) if version not in keep]
    with transaction(connection, "drop versions"):
        connection.executemany(DROP_VERSION, gone)
        connection.execute(DROP_SEGMENTS, [json.dumps(sorted(tables))])
        connection.execute(DROP_MARKS)


def _added_in(connection: sqlite3.Connection, table: str, span: tuple[int, int]) -> list[StoredSegment]:
    """The segments that the versions from one to another appended to a table."""
    return [StoredSegment(*row) for row in connection.execute(ADDED_IN, (table, *span))]


def _row(segment: StoredSegment, first: int, last: int | None) -> tuple[str, str, int, int | None, str, int]:
    return segment.table, segment.client_id, first, last, segment.hash, segment.row_count
