"""What a file that cannot be read seems to be: another encoding, another delimiter, no header.

`check` names it so that a person can state it; nothing is ever read by a guess.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from schemas.codes import ReasonCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from schemas.client import FeedSettings
    from schemas.refusal import Refusal
    from schemas.vocabulary import Feed

DELIMITERS = {",": ",", ";": ";", "\t": r"\t", "|": "|"}
"""What usually stands between fields, and how a settings file writes it."""

DATA = re.compile(r"^[-+]?[0-9][0-9.,:/ T-]*$|@")
"""A number, a day, a time or a mail address: no name of a column."""

BEGINNING = 1 << 16
NARROW = ("utf-8", "cp1252")
"""Encodings to try in turn; latin-1 reads everything."""


def guess_settings(
    content: bytes, header: Sequence[str], refusal: Refusal | None, feed: Feed, settings: FeedSettings
) -> list[str]:
    """Sentences on what to state in the client's file so that a file is no longer refused for this reason."""
    code = refusal.code if refusal else None
    if code is ReasonCode.BAD_ENCODING:
        return list(_encodings(content, feed, settings))
    if code in (ReasonCode.MISSING_COLUMN, ReasonCode.NO_HEADER, ReasonCode.DUPLICATE_COLUMN):
        return [*_delimiters(header, feed, settings), *_bare(header, feed)]
    return []


def _encodings(content: bytes, feed: Feed, settings: FeedSettings) -> Iterator[str]:
    """The encoding in which all bytes are text."""
    nuls = content[:BEGINNING].count(0)
    if nuls:
        # of ordinary text in UTF-16 every second byte is a NUL
        found = "utf-16-le" if content[1::2][:BEGINNING].count(0) * 2 > nuls else "utf-16-be"
    else:
        found = next((name for name in NARROW if _is_text(content, name)), "latin-1")
    if found != settings.encoding:
        yield f'the bytes look like {found}; write encoding = "{found}" in [feeds.{feed}]'


def _is_text(content: bytes, encoding: str) -> bool:
    """Whether all bytes are characters of the encoding."""
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _delimiters(header: Sequence[str], feed: Feed, settings: FeedSettings) -> Iterator[str]:
    """What stands between the names of a first line that has become one name, or few."""
    counts = {mark: sum(name.count(mark) for name in header) for mark in DELIMITERS}
    best = max(counts, key=lambda mark: counts[mark])
    if best != settings.delimiter and counts[best] >= len(header):
        written = DELIMITERS[best]
        yield f'the fields look separated by "{written}"; write delimiter = "{written}" in [feeds.{feed}]'


def _bare(header: Sequence[str], feed: Feed) -> Iterator[str]:
    """Whether the first line holds values, not names."""
    if any(DATA.search(name.strip()) for name in header):
        yield (
            "the first line looks like a row, not like the names of columns; write "
            f'header = ["...", "..."] in [feeds.{feed}], one name for each column, in their order'
        )
