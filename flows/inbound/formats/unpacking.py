"""The one file within a packed one: `.gz`, or a `.zip` with one file in it; bounded by what it unpacks to."""

from __future__ import annotations

import io
import zipfile
import zlib

from schemas.intake.refusal import Refusal
from schemas.vocabulary.codes import ReasonCode

GZIP, ZIP, EMPTY_ZIP = b"\x1f\x8b", b"PK\x03\x04", b"PK\x05\x06"

FREE_UNPACKED = 64 << 20
MOST_UNPACKED = 1 << 30
MAX_RATIO = 200
"""What a packed file may unpack to: the first in any case, else so many times its size, up to the second.

Exports with the same words in every row shrink to a fiftieth, hardly further."""

MAX_MEMBERS = 1_000
"""Names in an archive; with more it is no export."""

PIECE = 1 << 20
NO_FILES = ("__MACOSX/", ".DS_Store", "Thumbs.db")
"""What programs put into archives beside the file."""

AGAIN = "pack or copy it again"


def unpack(content: bytes) -> bytes | Refusal:
    """The file within `content`, or itself where it is not packed; else why nothing can be unpacked.

    A workbook is a zip by itself, and stays as it is.
    """
    if content.startswith(GZIP):
        return _inner(_gunzip(content))
    if content.startswith((ZIP, EMPTY_ZIP)):
        return _unzip(content)
    return content


def bound_of(size: int) -> int:
    """Bytes that a packed file of a size may unpack to."""
    return min(max(FREE_UNPACKED, MAX_RATIO * size), MOST_UNPACKED)


def refuse_unpacked(limit: int) -> Refusal:
    """Why a file is not unpacked beyond its bound."""
    return Refusal(
        ReasonCode.TOO_LARGE, f"it unpacks to more than {limit >> 20:,} MiB, which no export of its size does"
    )


def _gunzip(content: bytes) -> bytes | Refusal:
    """All parts of a gzip file, one after the other."""
    limit, parts, size, rest = bound_of(len(content)), [], 0, content
    while rest.startswith(GZIP):
        unpacker = zlib.decompressobj(wbits=31)
        try:
            while not unpacker.eof and (piece := unpacker.decompress(rest, PIECE)):
                rest = unpacker.unconsumed_tail
                parts.append(piece)
                size += len(piece)
                if size > limit:
                    return refuse_unpacked(limit)
        except zlib.error:
            return Refusal(ReasonCode.UNREADABLE, f"its packed content is damaged; {AGAIN}")
        if not unpacker.eof:
            return Refusal(ReasonCode.UNREADABLE, f"its packed content ends too early; {AGAIN}")
        rest = unpacker.unused_data
    if rest.strip(b"\x00"):
        return Refusal(ReasonCode.UNREADABLE, f"something stands behind its packed content; {AGAIN}")
    return b"".join(parts)


def _unzip(content: bytes) -> bytes | Refusal:
    """The one file of an archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if is_document({member.filename for member in members}):
                return content
            files = [member for member in members if _is_file(member)]
            if len(members) > MAX_MEMBERS or len(files) != 1:
                return _refuse_members(len(files))
            if files[0].flag_bits & 1:
                return Refusal(
                    ReasonCode.UNREADABLE, "the archive is locked with a password; pack it without one"
                )
            limit = bound_of(len(content))
            with archive.open(files[0]) as packed:
                unpacked = packed.read(limit + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
        return Refusal(ReasonCode.UNREADABLE, f"the archive is damaged, or packed in a rare way; {AGAIN}")
    return refuse_unpacked(limit) if len(unpacked) > limit else _inner(unpacked)


def is_document(members: set[str]) -> bool:
    """Whether the members are the parts of one document of an office program, and no files."""
    return bool(members & {"[Content_Types].xml", "xl/workbook.xml", "xl/workbook.bin", "content.xml"})


def _is_file(member: zipfile.ZipInfo) -> bool:
    """Whether a member is a file that somebody packed."""
    name = member.filename
    return not member.is_dir() and not name.startswith(NO_FILES[0]) and not name.endswith(NO_FILES[1:])


def _refuse_members(files: int) -> Refusal:
    """Why an archive without exactly one file is not read."""
    if not files:
        return Refusal(ReasonCode.EMPTY_FILE, "the archive has no file in it")
    detail = f"the archive has {files:,} files in it; unpack it, and drop each in the folder of its feed"
    return Refusal(ReasonCode.UNREADABLE, detail)


def _inner(unpacked: bytes | Refusal) -> bytes | Refusal:
    """What was unpacked, unless it is packed once more; a workbook is a zip by itself."""
    if isinstance(unpacked, Refusal) or not unpacked.startswith((GZIP, ZIP, EMPTY_ZIP)):
        return unpacked
    inner = _unzip(unpacked) if unpacked.startswith(ZIP) else None
    if inner is unpacked or isinstance(inner, Refusal):
        return inner
    return Refusal(ReasonCode.UNREADABLE, "it is packed twice; pack the file itself")
