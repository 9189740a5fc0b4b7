"""Received bytes that are kept: what lies in landing by its hash, and in the archive under its name."""

from __future__ import annotations

import hashlib
import stat
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from flows.inbound.landing import INCOMING
from flows.ledger import durable
from flows.ledger.contents import ArchivedContent, archived_contents, forget_archived, remember_archived

if TYPE_CHECKING:
    import os
    import sqlite3
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from flows.workspace import Workspace

HASH_LENGTH = 64


@dataclass(frozen=True, order=True)
class KeptFile:
    """A file of received bytes, by content; `written_on` is the day of its time stamp."""

    path: Path
    file_hash: str
    written_on: date


def find_landed(workspace: Workspace) -> list[KeptFile]:
    """Everything in landing that has its place there."""
    return [
        KeptFile(path, path.name, _day_of(state))
        for path, state in _regular_files(workspace.landing.glob("??/*"))
        if len(path.name) == HASH_LENGTH
    ]


def find_archived(workspace: Workspace, connection: sqlite3.Connection) -> list[KeptFile]:
    """Everything in the archive; a file that was not seen before, or was changed, is read once."""
    known = archived_contents(connection)
    found: dict[str, tuple[ArchivedContent, KeptFile]] = {}
    for path, state in _regular_files(workspace.archive.rglob("*")):
        place = path.relative_to(workspace.archive).as_posix()
        before = known.get(place)
        is_same = before is not None and (before.size, before.mtime_ns) == (state.st_size, state.st_mtime_ns)
        file_hash = before.file_hash if before and is_same else hash_at(path)
        content = ArchivedContent(place, state.st_size, state.st_mtime_ns, file_hash)
        found[place] = content, KeptFile(path, file_hash, _day_of(state))
    new = [content for place, (content, _) in found.items() if known.get(place) != content]
    if new:
        remember_archived(connection, new)
    if gone := sorted(set(known) - set(found)):
        forget_archived(connection, gone)
    return [file for _, file in found.values()]


def remove_archived(workspace: Workspace, connection: sqlite3.Connection, path: Path) -> None:
    """Remove a file of the archive, whose place another one may then take.

    Raises:
        OSError: it cannot be removed.
    """
    forget_archived(connection, [path.relative_to(workspace.archive).as_posix()])
    durable.remove(path)


def remove_half_copied(workspace: Workspace) -> None:
    """Remove the copy that a killed look left in landing; the caller holds the door."""
    incoming = workspace.landing / INCOMING
    if incoming.exists():
        durable.remove(incoming)


def hash_at(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    digest = hashlib.sha256()
    for chunk in durable.chunks_of(path):
        digest.update(chunk)
    return digest.hexdigest()


def _regular_files(paths: Iterable[Path]) -> Iterator[tuple[Path, os.stat_result]]:
    """Files among the paths, in their order; no links, and none that goes away meanwhile."""
    for path in sorted(paths):
        try:
            state = path.lstat()
        except FileNotFoundError:
            continue
        if stat.S_ISREG(state.st_mode):
            yield path, state


def _day_of(state: os.stat_result) -> date:
    """The day of a file's time stamp, in UTC."""
    return datetime.fromtimestamp(state.st_mtime, UTC).date()
