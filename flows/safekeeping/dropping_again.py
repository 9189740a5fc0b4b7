"""Dropping again what came since a backup: files that the archive has and the restored books never took."""

from __future__ import annotations

import os
from itertools import starmap
from typing import TYPE_CHECKING

import polars as pl

from flows.disk import durable
from flows.inbound.taking.kept import hash_at
from flows.ledger.runs.runs import frozen_files
from flows.safekeeping.copying import files_of
from schemas.intake.dropped_file import FileKey
from schemas.vocabulary.words import FileVerdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flows.ledger.store.ledger import Ledger
    from flows.workspace import Workspace


def drop_again(workspace: Workspace, copy: Workspace, ledger: Ledger) -> list[Path]:
    """Where files lie in inbound now that the books never took: of the archive, and of a backup's inbound.

    They keep their times. What lies in inbound already is left; the same content is dropped once.
    """
    known = _taken(ledger) | {key for key, _ in _contents(workspace.inbound)}
    dropped = []
    for folder in (copy.inbound, workspace.archive):
        for key, path in _contents(folder):
            if key in known:
                continue
            known.add(key)
            dropped.append(_drop(path, workspace.inbound / key.client_id / key.feed))
    return dropped


def _taken(ledger: Ledger) -> set[FileKey]:
    """What a night took for good, or is frozen with: held files are not."""
    files = ledger.load_history("files").filter(pl.col("verdict") != FileVerdict.HELD)
    waiting = [
        file.key
        for run in ledger.unfinished()
        if run.version is None
        for file in frozen_files(ledger.connection, run.as_of)
    ]
    return {*starmap(FileKey, files.select(FileKey._fields).iter_rows()), *waiting}


def _contents(folder: Path) -> Iterator[tuple[FileKey, Path]]:
    """Each file of a client's feed, by its content."""
    for place in sorted(path for path in folder.glob("*/*") if path.is_dir() and not path.is_symlink()):
        for path in files_of(place):
            yield FileKey(place.parent.name, place.name, hash_at(path)), path


def _drop(path: Path, folder: Path) -> Path:
    """Where a copy of a file lies now, under its name or one like it."""
    durable.make_folder(folder)
    number, place = 1, folder / path.name
    while place.exists() or place.is_symlink():
        number += 1
        place = folder / f"{path.stem}.{number}{path.suffix}"
    state = path.stat()
    durable.copy_file(path, place)
    os.utime(place, ns=(state.st_atime_ns, state.st_mtime_ns))
    return place
