"""Stored files that are not what was committed: each damage has a name, and one sentence says what to do.

Nothing here mends. Where bytes are not those that were committed, nothing that follows from them can be
trusted, so the program stops before it has changed anything, and a person puts back a backup.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import TYPE_CHECKING

from schemas.errors import DamageError

if TYPE_CHECKING:
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
    FOREIGN = "is foreign: it belongs to other books, or to these at another time"


def damaged(path: Path, damage: Damage, detail: str = "", *, advice: str = WHAT_TO_DO) -> DamageError:
    """The error about a file, to be raised; `detail` says what was found."""
    found = f" ({detail})" if detail else ""
    return DamageError(f"{path} {damage}{found}. {advice}")


def read_whole(path: Path, content_hash: str, *, mark: bytes = b"", advice: str = WHAT_TO_DO) -> bytes:
    """The bytes of a file that never changes; `mark` is what a file of its kind begins and ends with.

    Raises:
        DamageError: it is missing, or its bytes have another SHA-256 than was committed.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise damaged(path, Damage.MISSING, advice=advice) from None
    if hashlib.sha256(content).hexdigest() == content_hash:
        return content
    if not content or (content.startswith(mark) and not content.endswith(mark)):
        raise damaged(path, Damage.CUT, advice=advice)
    raise damaged(path, Damage.CHANGED if content.startswith(mark) else Damage.GARBAGE, advice=advice)
