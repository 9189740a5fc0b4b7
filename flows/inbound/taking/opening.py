"""Opening what others dropped: links are not followed, pipes are not waited for."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

from schemas.intake.refusal import Refusal
from schemas.vocabulary.codes import ReasonCode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
FILE = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
"""A pipe opens at once instead of waiting for its writer; what it is, `fstat` says."""

CHUNK = 1 << 20

NO_FILE = frozenset({errno.ELOOP, errno.ENOTDIR, errno.ENXIO, errno.EISDIR})
"""What opening a link, a folder's name that is none, or a socket ends with."""

KINDS = {
    stat.S_IFLNK: "a link",
    stat.S_IFIFO: "a pipe",
    stat.S_IFDIR: "a folder",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


class NotTakenError(Exception):
    """What was dropped cannot be opened or read; `refusal` is the answer to it."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.detail)
        self.refusal = refusal


class GoneError(NotTakenError):
    """It is not there (any more): whoever dropped it took it away or renamed it."""


@contextmanager
def opened_folder(path: Path, below: Path) -> Iterator[int]:
    """A folder within `below`, entered step by step so that no link leads elsewhere.

    Raises:
        NotTakenError: it is not there, is a link or no folder, or may not be read.
    """
    # `below` itself is the workspace's own: whoever set it up may have made it a link.
    descriptor = _open(below, FOLDER)
    try:
        for part in path.relative_to(below).parts:
            inner = _open(part, FOLDER | os.O_NOFOLLOW, descriptor)
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def opened_file(path: Path, below: Path) -> Iterator[int]:
    """A regular file within `below`, open for reading.

    Raises:
        NotTakenError: it is gone, is a link, pipe, device or folder, or may not be read.
    """
    with opened_folder(path.parent, below) as folder:
        descriptor = _open(path.name, FILE | os.O_NOFOLLOW, folder)
    try:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode):
            raise NotTakenError(refuse_kind(state))
        yield descriptor
    finally:
        os.close(descriptor)


def chunks_of(descriptor: int, limit: int) -> Iterator[bytes]:
    """The bytes of an open file in pieces, but not many more than `limit` of a file that grows.

    Raises:
        NotTakenError: it cannot be read to its end.
    """
    taken = 0
    while taken <= limit:
        try:
            chunk = os.read(descriptor, CHUNK)
        except OSError as error:
            raise NotTakenError(_refuse_error(error)) from error
        if not chunk:
            return
        taken += len(chunk)
        yield chunk


def refuse_kind(state: os.stat_result) -> Refusal:
    """The answer to what is no regular file."""
    kind = KINDS.get(stat.S_IFMT(state.st_mode), "no regular file")
    return Refusal(ReasonCode.NOT_A_FILE, f"it is {kind}; drop the file itself")


def _open(name: Path | str, flags: int, folder: int | None = None) -> int:
    """A descriptor of an entry of `folder`."""
    try:
        return os.open(name, flags, dir_fd=folder)
    except FileNotFoundError as error:
        refusal = Refusal(ReasonCode.STILL_WRITTEN, "it went away while it was looked at")
        raise GoneError(refusal) from error
    except OSError as error:
        raise NotTakenError(_refuse_error(error)) from error


def _refuse_error(error: OSError) -> Refusal:
    """The answer to what the system does not let us open or read."""
    if error.errno in NO_FILE:
        return Refusal(ReasonCode.NOT_A_FILE, "it is a link or no file; drop the file itself")
    return Refusal(ReasonCode.UNREADABLE, f"{error.strerror}; let the program read it")
