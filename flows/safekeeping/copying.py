"""Copies of folders: files that never change get a second name where the disk allows, others are copied."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from flows.disk import durable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

MODE = 0o777


def share_files(source: Path, target: Path) -> int:
    """Number of files of a folder that `target` now has as well, and did not have before.

    What goes away meanwhile is left out. Times and modes are kept; links are not followed.
    """
    return _each_file(source, target, durable.share_file)


def copy_files(source: Path, target: Path, *, settled_by: datetime | None = None) -> int:
    """The same, for files that somebody may change in their place.

    What was written to after `settled_by` may not be whole yet, and is left out.
    """
    latest = settled_by.timestamp() if settled_by else None

    def put(path: Path, place: Path) -> None:
        if latest is not None and path.stat().st_mtime > latest:
            raise FileNotFoundError(path)
        durable.put_file(place, durable.chunks_of(path))

    return _each_file(source, target, put)


def copy_private(source: Path, target: Path) -> None:
    """Copy a file that is for its owner alone."""
    target.touch(mode=durable.OWN_FILE)
    durable.copy_file(source, target)
    durable.set_mode(target, durable.OWN_FILE)


def files_of(folder: Path) -> Iterator[Path]:
    """The regular files of a folder that stand whole, in the order of their names."""
    for path in sorted(folder.glob("*")):
        if path.is_file() and not path.is_symlink() and not path.name.endswith((durable.PARTIAL, ".lock")):
            yield path


def _each_file(source: Path, target: Path, put: Callable[[Path, Path], object]) -> int:
    """Number of files that were put into a folder and all folders in it."""
    if not source.is_dir() or source.is_symlink():
        return 0
    is_new = not target.exists()
    durable.make_folder(target)
    count = 0
    for path in files_of(source):
        place = target / path.name
        if not place.exists():
            count += _put_if_there(path, place, put)
    for folder in sorted(path for path in source.glob("*") if path.is_dir() and not path.is_symlink()):
        count += _each_file(folder, target / folder.name, put)
    if is_new:
        durable.set_mode(target, source.stat().st_mode & MODE)
    durable.sync_folder(target)
    return count


def _put_if_there(path: Path, place: Path, put: Callable[[Path, Path], object]) -> int:
    """1 if the file was put there; 0 if it went away meanwhile."""
    try:
        state = path.stat()
        put(path, place)
        if place.stat().st_ino != state.st_ino:
            os.utime(place, ns=(state.st_atime_ns, state.st_mtime_ns))
            durable.set_mode(place, state.st_mode & MODE)
    except FileNotFoundError:
        return 0
    return 1
