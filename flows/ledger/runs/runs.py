"""Runs of the control database: which night stands where, and what it froze."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from schemas.intake.dropped_file import DroppedFile
from schemas.night import AsOf
from schemas.vocabulary.words import RunState

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

COLUMNS = (
    "business_date, run_no, state, frozen_at, committed_at, published_at, version, seconds, "
    "laws_checked, clients_held, is_asked, only_posts"
)
RUN = f"SELECT {COLUMNS} FROM runs WHERE business_date = ? AND run_no = ?"  # noqa: S608 -- constants only
LAST_COMMITTED = f"SELECT {COLUMNS} FROM runs WHERE version IS NOT NULL ORDER BY version DESC LIMIT 1"  # noqa: S608 -- constants only
UNFINISHED = f"SELECT {COLUMNS} FROM runs WHERE state <> 'published' ORDER BY business_date, run_no"  # noqa: S608 -- constants only
WAITING = f"SELECT {COLUMNS} FROM runs WHERE state = 'frozen'"  # noqa: S608 -- constants only
ALL_RUNS = f"SELECT {COLUMNS} FROM runs ORDER BY business_date, run_no"  # noqa: S608 -- constants only
INSERT_RUN = (
    "INSERT INTO runs (frozen_at, is_asked, only_posts, business_date, run_no, state) "
    "VALUES (?, ?, ?, ?, ?, 'frozen')"
)
REFREEZE_RUN = (
    "UPDATE runs SET frozen_at = ?, is_asked = ?, only_posts = ? "
    "WHERE business_date = ? AND run_no = ? AND state = 'frozen'"
)
CLEAR_FILES = "DELETE FROM run_files WHERE business_date = ? AND run_no = ?"
CLEAR_POLICIES = "DELETE FROM run_policies WHERE business_date = ? AND run_no = ?"
DROP_FROZEN = "DELETE FROM runs WHERE business_date = ? AND run_no = ? AND state = 'frozen'"
INSERT_FILE = (
    "INSERT INTO run_files (business_date, run_no, ordinal, client_id, feed, file_name, file_hash, seen_at, "
    "refusal_code, refusal_detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
INSERT_POLICY = "INSERT INTO run_policies (business_date, run_no, path, sha256) VALUES (?, ?, ?, ?)"
FILES = (
    "SELECT client_id, feed, file_hash, file_name, seen_at, refusal_code, refusal_detail FROM run_files "
    "WHERE business_date = ? AND run_no = ? ORDER BY ordinal"
)
POLICIES = "SELECT path, sha256 FROM run_policies WHERE business_date = ? AND run_no = ? ORDER BY path"
COMMIT_RUN = (
    "UPDATE runs SET state = 'committed', committed_at = ?, version = ?, laws_checked = ?, clients_held = ? "
    "WHERE business_date = ? AND run_no = ? AND state = 'frozen'"
)
PUBLISH_RUN = (
    "UPDATE runs SET state = 'published', published_at = ?, seconds = ? "
    "WHERE version = ? AND state = 'committed'"
)
INSERT_SEEN = (
    "INSERT INTO seen_files (client_id, feed, file_hash, cells_hash, business_date, run_no) "
    "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET cells_hash = excluded.cells_hash"
)


@dataclass(frozen=True, order=True)
class InputFile(DroppedFile):
    """A dropped file that a run takes; its bytes lie in landing by their hash.

    One that cannot be taken has a refusal instead, and no hash.
    """

    seen_at: datetime
    refusal_code: str = ""
    refusal_detail: str = ""


@dataclass(frozen=True)
class Run:
    """How far a run has come."""

    as_of: AsOf
    state: RunState
    frozen_at: datetime
    committed_at: datetime | None
    published_at: datetime | None
    version: int | None
    seconds: float | None
    laws_checked: int | None
    clients_held: tuple[str, ...]


def find_run(connection: sqlite3.Connection, as_of: AsOf) -> Run | None:
    """The run, if it was ever frozen."""
    row = connection.execute(RUN, key_of(as_of)).fetchone()
    return _run_of(row) if row else None


def put_run(connection: sqlite3.Connection, statement: str, as_of: AsOf, now: datetime) -> int:
    """Number of runs (0 or 1) that are frozen by `INSERT_RUN`, or anew by `REFREEZE_RUN`."""
    facts = (_text(now), as_of.is_asked, as_of.only_posts)
    return connection.execute(statement, (*facts, *key_of(as_of))).rowcount


def find_runs(connection: sqlite3.Connection, statement: str) -> list[Run]:
    """The runs that one of this module's statements selects, in its order."""
    return [_run_of(row) for row in connection.execute(statement)]


def put_frozen(
    connection: sqlite3.Connection, as_of: AsOf, files: Iterable[InputFile], policies: Mapping[str, str]
) -> None:
    """Fix a run's files and policies (path and hash) in place of those it had."""
    key = key_of(as_of)
    connection.execute(CLEAR_FILES, key)
    connection.execute(CLEAR_POLICIES, key)
    connection.executemany(
        INSERT_FILE,
        (
            (
                *(*key, ordinal, file.client_id, file.feed, file.file_name, file.file_hash),
                *(_text(file.seen_at), file.refusal_code, file.refusal_detail),
            )
            for ordinal, file in enumerate(sorted(files), 1)
        ),
    )
    connection.executemany(INSERT_POLICY, ((*key, *policy) for policy in sorted(policies.items())))


def drop_frozen(connection: sqlite3.Connection, as_of: AsOf) -> None:
    """Remove a run that is frozen, with its files and policies."""
    run = find_run(connection, as_of)
    if run and run.version is None:
        for statement in (CLEAR_FILES, CLEAR_POLICIES, DROP_FROZEN):
            connection.execute(statement, key_of(as_of))


def frozen_files(connection: sqlite3.Connection, as_of: AsOf) -> tuple[InputFile, ...]:
    """A run's files by client, feed and hash: an order that no name or time of a drop decides."""
    return tuple(
        InputFile(client_id, feed, file_hash, file_name, datetime.fromisoformat(seen_at), code, detail)
        for client_id, feed, file_hash, file_name, seen_at, code, detail in connection.execute(
            FILES, key_of(as_of)
        )
    )


def frozen_policies(connection: sqlite3.Connection, as_of: AsOf) -> dict[str, str]:
    """Hash of each policy file of a run, by its path in the workspace."""
    return dict(connection.execute(POLICIES, key_of(as_of)))


def put_committed(
    connection: sqlite3.Connection,
    as_of: AsOf,
    version: int,
    now: datetime,
    *,
    laws: int,
    held: Iterable[str],
) -> int:
    """Number of runs (0 or 1) that went from frozen to committed."""
    facts = (_text(now), version, laws, json.dumps(sorted(held)))
    return connection.execute(COMMIT_RUN, (*facts, *key_of(as_of))).rowcount


def key_of(as_of: AsOf) -> tuple[str, int]:
    """A run's key as the database writes it."""
    return as_of.business_date.isoformat(), as_of.run_no


def _run_of(row: tuple[Any, ...]) -> Run:
    """A row of `COLUMNS` as a run."""
    business_date, run_no, state, frozen_at, committed_at, published_at, version, seconds, laws, *more = row
    held, is_asked, only_posts = more
    frozen = datetime.fromisoformat(frozen_at)
    return Run(
        as_of=AsOf(date.fromisoformat(business_date), run_no, frozen, bool(is_asked), bool(only_posts)),
        state=RunState[state.upper()],
        frozen_at=frozen,
        committed_at=_time(committed_at),
        published_at=_time(published_at),
        version=version,
        seconds=seconds,
        laws_checked=laws,
        clients_held=tuple(json.loads(held)),
    )


def _text(instant: datetime) -> str:
    """An instant as the database writes it."""
    return instant.isoformat()


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
