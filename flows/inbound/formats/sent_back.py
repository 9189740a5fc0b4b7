"""Quarantine files that come back, whatever a person's program made of them.

A spreadsheet program writes a file anew by the customs of its country: other delimiter, other encoding, a
mark or none. The names `bo_file` and `bo_row` say that it is a quarantine file, and how it is written now.

Known limit: text that is not UTF-8 is read in the encoding of the client's settings, or as cp1252; nobody
can tell from a file which single-byte encoding of Windows it has.
"""

from __future__ import annotations

import codecs
import csv
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from flows.inbound.formats.decoding import MARK
from flows.inbound.taking.line_end import marked_encodings
from schemas.vocabulary.codes import ReasonCode
from transforms.intake.rows.checks import SPOILED
from transforms.intake.rows.raw_rows import QUARANTINE_COLUMNS, lost_cell, own_headers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.settings.client import FeedSettings
    from transforms.intake.rows.raw_rows import RawRows

BEGINNING = 1 << 16
"""Bytes within which the names of the columns end."""

MAX_ABOVE = 20
"""Lines among which they stand."""

DELIMITERS = (",", ";", "\t", "|")

FALLBACK = "cp1252"
"""What Windows writes in the countries of Western Europe and America."""


TWO_NUMBERS = r"^[+-]?[0-9]{1,3}[.,][0-9]{3}$"
"""A thousand and more, or a number with three digits behind its decimal mark."""


def settings_of_sent_back(content: bytes, settings: FeedSettings) -> FeedSettings | None:
    """The settings by which a quarantine file that came back is read; None: the bytes are none."""
    beginning = content[:BEGINNING].replace(b"\x00", b"")
    if not all(name.encode() in beginning for name in QUARANTINE_COLUMNS):
        return None
    encoding = _encoding_of(content, settings.encoding)
    text = content[:BEGINNING].decode(encoding, errors="ignore").removeprefix(MARK)
    lines = text.splitlines()[:MAX_ABOVE]
    for delimiter in dict.fromkeys([settings.delimiter, *DELIMITERS]):
        for above, line in enumerate(lines):
            if set(_names_in(line, delimiter)) >= QUARANTINE_COLUMNS:
                read = {"encoding": encoding, "delimiter": delimiter, "title_lines": above, "header": ()}
                return settings.model_copy(update=read)
    return None


def without_changed(raw: RawRows, settings: FeedSettings, own: FeedSettings) -> RawRows:
    """Cells that a spreadsheet program may have changed since we wrote them, in a way nobody sees, are lost.

    Ids that it has shortened are lost; and in a file that it wrote with another delimiter, numbers such as
    1,234 of a client who writes thousands so. What stood so in the client's own file has kept the apostrophe
    that we put in front of it.

    Args:
        raw: the rows of a quarantine file.
        settings: by which it was read.
        own: how the client writes.
    """
    doubts = {ReasonCode.SPOILED_ID: SPOILED}
    if own.thousands_mark and settings.delimiter != own.delimiter:
        doubts[ReasonCode.AMBIGUOUS_NUMBER] = TWO_NUMBERS
    frame = raw.frame
    for code, pattern in doubts.items():
        frame = frame.with_columns(
            pl.when(pl.col(name).str.strip_chars().str.contains(pattern))
            .then(pl.lit(lost_cell(code)) + pl.col(name))
            .otherwise(name)
            .alias(name)
            for name in own_headers(frame)
        )
    return replace(raw, frame=frame)


def _encoding_of(content: bytes, stated: str) -> str:
    """The encoding of bytes: that of their mark, else the first one in which they are text."""
    marked = marked_encodings(content)
    if marked:
        return marked[0]
    stated = stated if codecs.lookup(stated).name != "utf-8-sig" else "utf-8"
    wide = b"\x00" in content[:BEGINNING]
    for encoding in (stated,) if wide else ("utf-8", stated):
        if _is_text(content, encoding):
            return encoding
    return stated if wide else FALLBACK


def _is_text(content: bytes, encoding: str) -> bool:
    """Whether bytes are text in an encoding."""
    try:
        content.decode(encoding)
    except UnicodeError:
        return False
    return True


def _names_in(line: str, delimiter: str) -> Iterator[str]:
    """The cells of a line without the space around them; none of a line that is no row."""
    try:
        for cells in csv.reader([line], delimiter=delimiter, strict=True):
            yield from (cell.strip() for cell in cells)
    except csv.Error:
        return
