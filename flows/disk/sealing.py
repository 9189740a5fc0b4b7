"""A folder that nobody reads yet is closed to writing for good, and made durable as a whole.

A few files are synced one by one. Of many files the file system is synced once, which waits for what other
programs wrote there, too, but spares a journal write a file. The folder is held open from before its first
file on: so the system tells of every write that failed since, whichever file it was of.
"""

from __future__ import annotations

import errno
import os
import platform
import re
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flows.disk.durable import READ_ONLY_FILE, READ_ONLY_FOLDER, WRITE, set_mode, sync_entry
from flows.disk.faults import Operation, perform

if TYPE_CHECKING:
    from collections.abc import Iterator

MANY = 500
"""From so many files and folders on the file system is synced: it may have to wait for others."""

WHOLE = ("ext4", "xfs", "tmpfs")
"""File systems of which a sync makes all durable and tells of every error; those that are laid over others,
or lie across a network, may do less."""

TELLING = (5, 8)
"""The first Linux whose sync of a file system tells of writes that failed."""

MOUNTS = Path("/proc/self/mountinfo")
UNAVAILABLE = (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM)
"""How a system says that it cannot, or does not let us, sync a file system."""


@dataclass(frozen=True)
class Access:
    """Who may read what is sealed."""

    file: int = READ_ONLY_FILE
    folder: int = READ_ONLY_FOLDER
    group: int | None = None
    """Whom files are given to; they keep their group where there is none."""


@contextmanager
def held_open(folder: Path) -> Iterator[int]:
    """What holds a folder open, for `make_durable`; to be taken before anything is written into it."""
    hold = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield hold
    finally:
        os.close(hold)


def shut(path: Path, access: Access) -> int:
    """How many files and folders are closed now: the one at `path`, and everything in it but links."""
    return _shut(str(path), path.lstat(), access)


def make_durable(folder: Path, hold: int, entries: int) -> None:
    """A folder with so many entries below it, all of them, is still there after a power cut; its name is not.

    Raises:
        OSError: the disk could not write something since the folder is held open.
    """
    if entries < MANY or not _sync_file_system(folder, hold):
        _sync_each(folder)


def _shut(path: str, state: os.stat_result, access: Access) -> int:
    if stat.S_ISLNK(state.st_mode):
        return 0
    is_folder = stat.S_ISDIR(state.st_mode)
    within = _entries(path) if is_folder else []
    count = 1 + sum(_shut(entry.path, entry.stat(follow_symlinks=False), access) for entry in within)
    if access.group is not None and state.st_gid != access.group:
        os.chown(path, -1, access.group)
    wanted = (access.folder if is_folder else access.file) & ~WRITE
    if stat.S_IMODE(state.st_mode) != wanted:
        set_mode(Path(path), wanted)
    return count


def _sync_file_system(folder: Path, hold: int) -> bool:
    """Whether everything of the file system is on the disk now; no: it is not of those that we trust."""
    if not _tells_of_errors(folder):
        return False
    import ctypes  # noqa: PLC0415 -- most nights have few files

    call = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if call is None:
        return False

    def sync() -> None:
        if call(hold):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(folder))

    try:
        perform(Operation("syncfs", folder, payload=lambda: _contents(folder)), sync)
    except OSError as error:
        if error.errno not in UNAVAILABLE:
            raise
        return False
    return True


def _tells_of_errors(folder: Path) -> bool:
    """Whether a sync of the file system that a folder lies on is worth as much as one of each file."""
    release = re.match(r"(\d+)\.(\d+)", platform.release())
    is_new = platform.system() == "Linux" and release and tuple(map(int, release.groups())) >= TELLING
    return bool(is_new and MOUNTS.exists() and _file_system_of(folder) in WHOLE)


def _file_system_of(folder: Path) -> str:
    """The kind of file system that a folder lies on; empty: the system does not say."""
    device = folder.stat().st_dev
    number = f"{os.major(device)}:{os.minor(device)}"
    for line in MOUNTS.read_text("utf-8", "surrogateescape").splitlines():
        mount, _, kind = line.partition(" - ")
        if mount.split()[2] == number:
            return kind.split()[0]
    return ""


def _sync_each(path: Path) -> None:
    """Sync what a file or folder holds; what is in a folder comes first."""
    if path.is_dir():
        for entry in _entries(path):
            if not entry.is_symlink():
                _sync_each(Path(entry.path))
    sync_entry(path)


def _entries(folder: str | Path) -> list[os.DirEntry[str]]:
    """What lies in a folder, by name."""
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: entry.name)


def _contents(folder: Path) -> dict[Path, bytes]:
    """The bytes of every file below a folder."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and not path.is_symlink()}
