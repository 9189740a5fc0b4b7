"""Whether a file ends as whole files of its format do, known from its first and last bytes."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from flows.inbound.taking.line_end import WIDEST, ends_line

if TYPE_CHECKING:
    from collections.abc import Callable

BEGINNING = 64
"""Bytes that tell the format."""

ENDING = 22 + (1 << 16)
"""Bytes within which the last record of an archive begins: 22, and a remark behind them."""

ZIP, ZIP_END, GZIP = b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b"
ZIP_END_BYTES = 22
PARQUET = b"PAR1"
OLE = bytes.fromhex("d0cf11e0")
"""Begins files of old Office programs, which are refused, whole or not."""

BRACKETS = {b"{": b"}", b"[": b"]"}

MOST_PACKED, MOST_UNPACKED, PIECE = 32 << 20, 256 << 20, 1 << 20
"""Bytes of a gzip file that are unpacked to see its end; of a larger one nobody knows."""


def is_whole(read: Callable[[int, int], bytes], size: int, encoding: str) -> bool:
    """Whether a file has the end that its format has; a text: the end of its last line.

    `read` gives so many bytes from a place on, `size` is how many it has.
    """
    first, last = read(BEGINNING, 0), read(ENDING, max(size - ENDING, 0))
    if first.startswith(OLE):
        return True
    if first.startswith((ZIP, ZIP_END)):
        return _ends_archive(last)
    if first.startswith(PARQUET):
        return size > 2 * len(PARQUET) and last.endswith(PARQUET)
    if first.startswith(GZIP):
        return _ends_gzip(read, size)
    bracket = first.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    is_closed = bracket in BRACKETS and last.rstrip().endswith(BRACKETS[bracket])
    return is_closed or ends_line(first[:WIDEST], last[-WIDEST:], size, encoding)


def _ends_archive(last: bytes) -> bool:
    """Whether the last record of an archive is there, with all of its remark."""
    place = last.rfind(ZIP_END)
    record = last[place:] if place >= 0 else b""
    remark = int.from_bytes(record[ZIP_END_BYTES - 2 : ZIP_END_BYTES], "little")
    return len(record) == ZIP_END_BYTES + remark and len(record) >= ZIP_END_BYTES


def _ends_gzip(read: Callable[[int, int], bytes], size: int) -> bool:
    """Whether the packed content has its end, seen by unpacking it; what is damaged has no better one."""
    if size > MOST_PACKED:
        return False
    unpacker, left, unpacked = zlib.decompressobj(wbits=31), read(size, 0), 0
    try:
        while left and unpacked <= MOST_UNPACKED:
            if unpacker.eof:
                unpacker = zlib.decompressobj(wbits=31)
            unpacked += len(unpacker.decompress(left, PIECE))
            left = unpacker.unconsumed_tail or unpacker.unused_data
    except zlib.error:
        return True
    return unpacker.eof
