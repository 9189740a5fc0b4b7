"""Stored files that are not what was committed: each damage has a name, and one sentence says what to do.

Nothing here mends. Where bytes are not those that were committed, nothing that follows from them can be
trusted, so the program stops before it has changed anything, and a person puts back a backup.
"""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING

from schemas.errors import BackordersError, ConfigurationError, DamageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WHAT_TO_DO = (
    "Nothing more was changed, and every run ends here until the file is what it was: put the books back "
    "from a backup with `backorders restore BACKUP --replace` (flows/README.md, Damage)."
)


class Damage(StrEnum):
    """How a stored file is damaged, in the words that follow its name."""

    MISSING = "is missing"
    CUT = "is cut off: its end is not there"
    GARBAGE = "is garbage: it does not begin as a file of its kind"
    CHANGED = "was changed: its content is not what was committed"
    UNREADABLE = "cannot be read"
    FOREIGN = "is foreign: it belongs to other books, or to these at another time"


LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
CLOSED = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH)
OURS = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_NOMEM)
"""Errors that say nothing of the file."""


def damaged(path: Path, damage: Damage, detail: str = "", *, advice: str = WHAT_TO_DO) -> DamageError:
    """The error about a file, to be raised; `detail` says what was found."""
    found = f" ({detail})" if detail else ""
    return DamageError(f"{path} {damage}{found}. {advice}")


def read_whole(path: Path, content_hash: str, *, mark: bytes = b"", advice: str = WHAT_TO_DO) -> bytes:
    """The bytes of a file that never changes; `mark` is what a file of its kind begins and ends with.

    Raises:
        DamageError: it is missing, cannot be read, or its bytes have another SHA-256 than was committed.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise damaged(path, Damage.MISSING, advice=advice) from None
    except OSError as error:
        raise damaged(path, Damage.UNREADABLE, error.strerror or "", advice=advice) from error
    if hashlib.sha256(content).hexdigest() == content_hash:
        return content
    if not content or (content.startswith(mark) and not content.endswith(mark)):
        raise damaged(path, Damage.CUT, advice=advice)
    raise damaged(path, Damage.CHANGED if content.startswith(mark) else Damage.GARBAGE, advice=advice)


@contextmanager
def told_of(path: Path) -> Iterator[None]:
    """A block that reads a database: what SQLite says of it is told as what it is; a full disk passes.

    Raises:
        DamageError: it is not what was committed.
        ConfigurationError: it may not be read or written, or somebody else holds it for too long.
    """
    try:
        yield
    except sqlite3.Error as error:
        told = _tell(path, error)
        if told is None:
            raise
        raise told from error
    except UnicodeDecodeError as error:  # what SQLite quotes of the file in its own message
        raise damaged(path, Damage.CHANGED) from error


@contextmanager
def told_when_closed(path: Path) -> Iterator[None]:
    """A block that writes to a database that was checked: only what keeps it from being written is told.

    Raises:
        ConfigurationError: it may not be written, or somebody else holds it for too long.
    """
    try:
        yield
    except sqlite3.Error as error:
        told = _tell(path, error)
        if isinstance(told, ConfigurationError):
            raise told from error
        raise


def _tell(path: Path, error: sqlite3.Error) -> BackordersError | None:
    """An error of SQLite in our words; none: it is not about the file."""
    kind = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    if kind in OURS or isinstance(error, sqlite3.ProgrammingError):
        return None
    if kind in LOCKED:
        message = f"{path} is held by another program for too long. Wait until it ends, and run again."
        return ConfigurationError(f"{message} Nothing was changed.")
    if kind in CLOSED:
        message = (
            f"{path} cannot be written or opened ({error}). Let the program write to {path.parent} and all "
            "in it (owner, mode, a disk that is mounted read-only), and run again. Nothing was changed."
        )
        return ConfigurationError(message)
    damage = {sqlite3.SQLITE_NOTADB: Damage.GARBAGE, sqlite3.SQLITE_IOERR: Damage.UNREADABLE}
    other = Damage.CUT if _is_cut(path) else Damage.CHANGED
    return damaged(path, damage.get(kind, other), str(error))


def _is_cut(path: Path) -> bool:
    """Whether a database is shorter than its header says."""
    with path.open("rb") as file:
        header = file.read(32)
    page, pages = int.from_bytes(header[16:18]), int.from_bytes(header[28:32])
    return path.stat().st_size < pages * (65_536 if page == 1 else page)
