"""Received bytes that are kept: what lies in landing by its hash, and in the archive under its name."""

from __future__ import annotations

import hashlib
import logging
import os
import stat
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote_from_bytes, unquote_to_bytes

from flows.disk import durable
from flows.inbound.taking.landing import INCOMING
from flows.ledger.runs.contents import ArchivedContent, archived_contents, forget_archived, remember_archived
from flows.settings_file import shown

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from flows.workspace import Workspace

LOG = logging.getLogger(__name__)

HASH_LENGTH = 64

NO_TEXT = "//"
"""How a stored place begins whose name is no text; no path below a folder begins so."""


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
        place = place_of(workspace, path)
        before = known.get(place)
        is_same = before is not None and (before.size, before.mtime_ns) == (state.st_size, state.st_mtime_ns)
        try:
            file_hash = before.file_hash if before and is_same else hash_at(path)
        except OSError as error:
            LOG.warning("%s in the archive cannot be read: %s", shown(place), error.strerror)
            continue
        content = ArchivedContent(place, state.st_size, state.st_mtime_ns, file_hash)
        found[place] = content, KeptFile(path, file_hash, _day_of(state))
    new = [content for place, (content, _) in found.items() if known.get(place) != content]
    if new:
        remember_archived(connection, new)
    if gone := sorted(set(known) - set(found)):
        forget_archived(connection, gone)
    return [file for _, file in found.values()]


def find_changed(
    workspace: Workspace, connection: sqlite3.Connection, read_again: Collection[str]
) -> Iterator[tuple[Path, int, int | None]]:
    """Files of the archive whose bytes are not those that were remembered: size then, and now if it is read.

    A file is read if its size or time changed, or if its content is one of those to `read_again`.
    """
    for place, known in sorted(archived_contents(connection).items()):
        path = path_of(workspace, place)
        try:
            state = path.lstat()
        except OSError:
            continue  # whoever took it away knows
        is_same = (known.size, known.mtime_ns) == (state.st_size, state.st_mtime_ns)
        if is_same and known.file_hash not in read_again:
            continue
        try:
            if not stat.S_ISREG(state.st_mode) or hash_at(path) != known.file_hash:
                yield path, known.size, state.st_size
        except OSError:
            yield path, known.size, None


def remove_archived(workspace: Workspace, connection: sqlite3.Connection, path: Path) -> None:
    """Remove a file of the archive, whose place another one may then take.

    Raises:
        OSError: it cannot be removed.
    """
    forget_archived(connection, [place_of(workspace, path)])
    durable.remove(path)


def place_of(workspace: Workspace, path: Path) -> str:
    """A path below the archive as the control database has it: two paths are never one place.

    Of a name that is not UTF-8 it is the escaped bytes behind `NO_TEXT`, since a database holds text only.
    """
    place = path.relative_to(workspace.archive).as_posix()
    try:
        place.encode()
    except UnicodeEncodeError:
        return NO_TEXT + quote_from_bytes(os.fsencode(place))
    return place


def remove_half_copied(workspace: Workspace) -> None:
    """Remove the copy that a killed look left in landing; the caller holds the door."""
    incoming = workspace.landing / INCOMING
    if incoming.exists():
        durable.remove(incoming)


def path_of(workspace: Workspace, place: str) -> Path:
    """The path that `place_of` has written down."""
    if place.startswith(NO_TEXT):
        return workspace.archive / os.fsdecode(unquote_to_bytes(place.removeprefix(NO_TEXT)))
    return workspace.archive / place


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
