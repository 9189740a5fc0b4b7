"""Clearing `inbound/` of what a committed run has taken, repeatably.

A file is moved only while it still is what was read: one that was replaced under its name is a new
file and stays. Nothing in the archive is ever overwritten. Nothing here undoes a night: what cannot
be moved is reported, and moved the next time.
"""

from __future__ import annotations

import errno
import hashlib
import itertools
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flows.disk import durable
from flows.inbound.taking.kept import hash_at
from flows.inbound.taking.opening import GoneError, NotTakenError, chunks_of, opened_file, opened_folder
from flows.settings_file import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flows.workspace import Workspace
    from schemas.intake.dropped_file import DroppedFile


MAX_NAME_BYTES = 240
"""Of a name in the archive; a disk takes 255, and a copy is hidden behind a dot and an ending at first."""

REPLACED = "it was replaced since it was read; the new file is taken in the next run"


@dataclass(frozen=True)
class ArchivedFile:
    """Where a taken file lies now; or, with a `problem`, why it was left in `inbound/`."""

    client_id: str
    feed: str
    file_name: str
    moved_to: Path | None
    problem: str = ""


def archive_files(files: Iterable[DroppedFile], workspace: Workspace) -> list[ArchivedFile]:
    """What became of each file that still lay in `inbound/`; of one that was moved before, nothing."""
    outcomes: list[ArchivedFile] = []
    for file in files:
        folder = workspace.inbound / file.client_id / file.feed
        for name in _names_shown_as(file.file_name, folder, workspace.inbound):
            outcome = _archive(folder / name, file, workspace)
            outcomes.extend([outcome] if outcome else [])
    return outcomes


def find_archived(place: Path, file_hash: str) -> Path:
    """Where a file of that content lies that came under the name of `place`; `place` if none does."""
    there = itertools.takewhile(lambda path: path.is_file(), _places(place.parent, place.name))
    return next((path for path in there if hash_at(path) == file_hash), place)


def _names_shown_as(label: str, folder: Path, inbound: Path) -> list[str]:
    """The names in a folder that are stored as `label`; nearly always one or none."""
    try:
        with opened_folder(folder, inbound) as descriptor:
            names = os.listdir(descriptor)  # noqa: PTH208 -- of the open folder, wherever its path leads by now
    except NotTakenError:
        return []
    return sorted(name for name in names if shown(name) == label)


def _archive(source: Path, file: DroppedFile, workspace: Workspace) -> ArchivedFile | None:
    """Move one file, if it still is the one that was taken; None where it went away meanwhile."""
    try:
        with opened_file(source, workspace.inbound) as descriptor:
            state = os.fstat(descriptor)
            is_same = _hash(descriptor, state.st_size) == file.file_hash
        target = _move(source, workspace.archive / file.client_id / file.feed, state) if is_same else None
        target = _keep_one(target, source.name, file.file_hash) if target else None
    except GoneError:
        return None
    except NotTakenError as error:
        return ArchivedFile(file.client_id, file.feed, file.file_name, None, error.refusal.detail)
    except OSError as error:
        problem = f"{error.strerror}; let the program move files out of inbound"
        return ArchivedFile(file.client_id, file.feed, file.file_name, None, problem)
    return ArchivedFile(file.client_id, file.feed, file.file_name, target, "" if target else REPLACED)


def _move(source: Path, folder: Path, state: os.stat_result) -> Path | None:
    """Where the file lies now; None where another one took its name in that moment, which is put back."""
    durable.make_folder(folder)
    target = _free_place(folder, source.name)
    try:
        durable.rename(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        return _move_to_other_disk(source, target, state)
    if _identity(target.lstat()) == _identity(state):
        return target
    durable.rename(target, _free_place(source.parent, source.name))
    return None


def _move_to_other_disk(source: Path, target: Path, state: os.stat_result) -> Path | None:
    """The same where `inbound/` is a disk of its own: copy, then remove."""
    durable.copy_file(source, target)
    if _identity(source.lstat()) == _identity(state):
        durable.remove(source)
        return target
    durable.remove(target)
    return None


def _keep_one(target: Path, name: str, file_hash: str) -> Path:
    """Where the file lies once: a power cut may leave it in `inbound/` and in the archive.

    So the same bytes under the same name are kept once, also if they were dropped twice.
    """
    for place in itertools.takewhile(lambda place: place != target, _places(target.parent, name)):
        if place.is_file() and not place.is_symlink() and hash_at(place) == file_hash:
            durable.settle(place)
            durable.remove(target)
            return place
    return target


def _free_place(folder: Path, name: str) -> Path:
    """The first place that nothing has."""
    return next(place for place in _places(folder, name) if not (place.is_symlink() or place.exists()))


def _places(folder: Path, name: str) -> Iterator[Path]:
    """`orders.csv`, `orders.2.csv` and so on; a name without room for a number loses the end of its stem."""
    yield folder / _cut(name, "")
    for number in itertools.count(2):
        yield folder / _cut(Path(name).stem, f".{number}{Path(name).suffix}")


def _cut(stem: str, ending: str) -> str:
    """A name of at most `MAX_NAME_BYTES`; what was no character in the end stays none."""
    room = max(MAX_NAME_BYTES - len(os.fsencode(ending)), 1)
    whole = os.fsdecode(os.fsencode(stem)[:room]) + ending
    return os.fsdecode(os.fsencode(whole)[:MAX_NAME_BYTES])


def _identity(state: os.stat_result) -> tuple[int, int, int]:
    """What stays the same when a file is renamed, and changes when it is replaced or written to."""
    return state.st_ino, state.st_size, state.st_mtime_ns


def _hash(descriptor: int, size: int) -> str:
    """SHA-256 of an open file."""
    digest = hashlib.sha256()
    for chunk in chunks_of(descriptor, size):
        digest.update(chunk)
    return digest.hexdigest()
