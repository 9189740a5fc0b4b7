"""A disk that fills up in the middle of the work, or cannot be written: told so that nobody is afraid.

`min_free_bytes` refuses a night that cannot fit; this is for the disk that somebody else fills meanwhile.
"""

from __future__ import annotations

import errno
import sqlite3
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from polars.exceptions import PolarsError

from schemas.errors import ConfigurationError, PublicationError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FULL = (errno.ENOSPC, errno.EDQUOT)
"""No space left, and the user's share of it used up."""

CLOSED = (errno.EACCES, errno.EPERM, errno.EROFS)
"""The program may not write there, or nobody may: a disk that is mounted read-only."""

MISPLACED = (errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ELOOP)
"""A file lies where a folder of the program belongs, or the other way round."""

WORDS = ("No space left on device", "Disk quota exceeded")
"""How libraries that hide the number say it."""


@contextmanager
def told_when_disk_is_full(root: Path, work: str, *, is_committed: bool = False) -> Iterator[None]:
    """A block of `work` below `root` in which a disk that takes nothing is told as what it is; others pass.

    Raises:
        ConfigurationError: the disk is full, may not be written or has something else in the place, and
            nothing was committed.
        PublicationError: so it is, and the night is committed.
    """
    try:
        yield
    except _errors_of_disks() as error:
        place = f" at {error.filename}" if isinstance(error, OSError) and error.filename else ""
        if is_full_disk(error):
            cause, advice = f"The disk that holds {root} became full during {work}{place}.", "Make room"
        elif isinstance(error, OSError) and error.errno in CLOSED:
            cause = f"What lies below {root} may not be written: {error.strerror} during {work}{place}."
            advice = "Let the program write there (owner, mode, a disk that is mounted read-only)"
        elif isinstance(error, OSError) and error.errno in MISPLACED and error.filename:
            cause = (
                f"Something else lies where a file or folder of the program belongs: {error.strerror} during "
                f"{work}{place}."
            )
            advice = "Move away what is no folder there, or no file"
        else:
            raise
        if is_committed:
            message = f"{cause} The night is committed, and nothing is lost. {advice} and run again."
            raise PublicationError(message) from error
        message = f"{cause} Nothing is lost and nothing was committed. {advice} and run again."
        raise ConfigurationError(message) from error


def _errors_of_disks() -> tuple[type[Exception], ...]:
    """How the system and libraries say it; DuckDB is not loaded where files are read."""
    known = (OSError, sqlite3.OperationalError, PolarsError)
    duckdb = sys.modules.get("duckdb")
    return (*known, duckdb.Error) if duckdb else known


def is_full_disk(error: Exception) -> bool:
    """Whether an error of the system, a database or a library says that no room was left."""
    match error:
        case OSError():
            return error.errno in FULL
        case sqlite3.OperationalError():
            return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        case _:
            return any(words in str(error) for words in WORDS)
