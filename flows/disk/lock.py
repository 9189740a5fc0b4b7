"""One writer at a time: a lock that the system takes back when its process ends, however it ends."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from schemas.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class LockedError(ConfigurationError):
    """Another process holds the lock; it may be free in a moment."""


@contextmanager
def hold_lock(path: Path) -> Iterator[None]:
    """Be the one process that may write to the workspace, inside the block.

    Never waits. The lock is the system's, so a killed run leaves none behind; the file stays and
    names whoever held it last.

    Raises:
        LockedError: another process holds it.
        ConfigurationError: a folder has its name.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except IsADirectoryError:
        message = (
            f"{path} is a folder, where a file of the program belongs. Move it away; nothing was changed."
        )
        raise ConfigurationError(message) from None
    try:
        _take(descriptor, path)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def is_held(path: Path) -> bool:
    """Whether a process holds the lock at this moment; nothing is made or changed."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _take(descriptor: int, path: Path) -> None:
    """Lock the open file or say who has it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 32, 0).decode(errors="replace").strip() or "not yet known"
        message = (
            f"another run is writing to this workspace: process {holder} holds {path}. "
            "Wait until it ends, or end that process; nothing was changed."
        )
        raise LockedError(message) from None
