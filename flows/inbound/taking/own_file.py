"""Whether a file is a quarantine file of ours that comes back, whatever its name and format are now.

Only who saved it knows its new name; its own columns say what it is. Looked at are its first and last bytes,
and of what is packed as much as may name columns. What is read of it later is decided by the readers.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING

from transforms.intake.rows.raw_rows import QUARANTINE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable

BEGINNING = 1 << 16
"""Bytes within which columns are named; of Parquet they are named at the end."""

MOST_PACKED, MOST_UNPACKED = 32 << 20, 64 << 20
"""Bytes of a packed file that is looked into, and of what it unpacks to."""

MAX_PARTS = 100
"""Sheets of a workbook that are looked into."""

ZIP, GZIP = b"PK\x03\x04", b"\x1f\x8b"
NAMES = tuple(sorted(name.encode() for name in QUARANTINE_COLUMNS))
TEXTS = "xl/sharedStrings.xml"
SHEETS = "xl/worksheets/"


def is_own_file(read: Callable[[int, int], bytes], size: int) -> bool:
    """Whether a file names the columns that only our quarantine files have.

    `read` gives so many bytes from a place on, `size` is how many it has.
    """
    first = read(BEGINNING, 0)
    if not first.startswith((ZIP, GZIP)):
        return _names_columns(first) or _names_columns(read(BEGINNING, max(size - BEGINNING, 0)))
    if size > MOST_PACKED:
        return False
    try:
        return _is_packed_own(read(size, 0))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
        return False


def _is_packed_own(content: bytes) -> bool:
    """Whether a packed file or a workbook is one."""
    if content.startswith(GZIP):
        return _is_inner_own(zlib.decompressobj(wbits=31).decompress(content, MOST_UNPACKED))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.namelist()
        if TEXTS not in parts and not any(part.startswith(SHEETS) for part in parts):
            return len(parts) <= MAX_PARTS and any(_is_inner_own(_beginning(archive, part)) for part in parts)
        texts = [part for part in parts if part == TEXTS or part.startswith(SHEETS)]
        return any(_names_columns(_beginning(archive, part)) for part in texts[:MAX_PARTS])


def _is_inner_own(content: bytes) -> bool:
    """Whether what was unpacked is one; a workbook may be packed, too."""
    return _is_packed_own(content) if content.startswith(ZIP) else _names_columns(content[:BEGINNING])


def _beginning(archive: zipfile.ZipFile, part: str) -> bytes:
    """The first bytes of a part of an archive."""
    with archive.open(part) as packed:
        return packed.read(MOST_UNPACKED)


def _names_columns(content: bytes) -> bool:
    """Whether bytes of a text name the columns, in any encoding."""
    plain = content.replace(b"\x00", b"")
    return all(name in plain for name in NAMES)
