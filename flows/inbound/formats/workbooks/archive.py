"""The archive of a workbook: looked through before anything of it is unpacked, and read within bounds."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import TYPE_CHECKING

from flows.inbound.formats.workbooks.not_read import (
    SAVE_AGAIN,
    refuse,
    refuse_damaged,
    refuse_large,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_MEMBERS = 10_000
"""Files in the archive; a workbook has some dozens."""

FREE_UNPACKED = 64 << 20
UNPACKED_PER_BYTE = 200
MAX_UNPACKED = 2 << 30
"""Bytes of the parts that are read: so many, and so many times the size of the file, never more than this."""

PIECE = 1 << 20
"""Bytes that are unpacked at a time."""

ENTRY = b"PK\x01\x02"
"""Begins a member in the list of an archive."""

LOCAL_HEADER = 30
"""Bytes before the name of a member, where it stands."""

IS_ENCRYPTED = 0x1
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
OUTSIDE = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)|\\")
"""A name that leads out of the archive, or is not written as workbooks write them."""

DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError)


class Archive:
    """The members of a workbook by name; capitals do not count."""

    def __init__(self, content: bytes) -> None:
        """Look through the list of members.

        Raises:
            NotReadError: it is damaged, is not what spreadsheet programs write, or has too much in it.
        """
        if content.count(ENTRY) > MAX_MEMBERS:
            refuse_large(f"more than {MAX_MEMBERS:,} files are packed in it")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except DAMAGE:
            refuse_damaged("its archive has no whole list of what is in it; it may be cut off")
        self._members: dict[str, zipfile.ZipInfo] = {}
        for member in self._zip.infolist():
            if self._members.setdefault(member.filename.casefold(), member) is not member:
                refuse_damaged("two parts have the same name")
        self._left = min(FREE_UNPACKED + UNPACKED_PER_BYTE * len(content), MAX_UNPACKED)
        self._check(len(content))

    def _check(self, size: int) -> None:
        """No member leads outside, is encrypted, or shares its bytes with another."""
        end = 0
        for member in sorted(self._members.values(), key=lambda each: each.header_offset):
            if OUTSIDE.search(member.filename):
                refuse_damaged("the name of a part leads out of the archive")
            if member.flag_bits & IS_ENCRYPTED:
                refuse(f"the workbook is encrypted; {SAVE_AGAIN} without a password")
            if member.compress_type not in METHODS:
                refuse_damaged("a part is packed in a way that workbooks do not use")
            if member.header_offset < end:
                refuse_damaged("two parts share the same bytes")
            name = len(member.filename.encode("utf-8", errors="replace"))
            end = member.header_offset + LOCAL_HEADER + name + member.compress_size
        if end > size:
            refuse_damaged("a part is longer than the file")

    def names(self) -> list[str]:
        """The names of all members, in small letters."""
        return list(self._members)

    def has(self, name: str) -> bool:
        """Whether there is a member of that name."""
        return name.casefold() in self._members

    def size(self, name: str) -> int:
        """How many bytes a member says that it has unpacked; nought where it is not there."""
        return self._members[name.casefold()].file_size if self.has(name) else 0

    def read(self, name: str) -> Iterator[bytes]:
        """The bytes of a member, piece by piece. What is read twice counts twice.

        Raises:
            NotReadError: it is not there, is damaged, or is more than all parts together may be.
        """
        member = self._members.get(name.casefold())
        if member is None:
            refuse_damaged("a part that it names is not in it")
        if member.file_size > self._left:
            refuse_large("it unpacks to more bytes than a file of its size may")
        try:
            with self._zip.open(member) as part:
                while piece := part.read(PIECE):
                    self._left -= len(piece)
                    yield piece
        except DAMAGE:
            refuse_damaged("a part of it cannot be unpacked")
