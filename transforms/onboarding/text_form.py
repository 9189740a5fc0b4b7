"""The encoding of a text and what stands between its fields, from its bytes."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from transforms.onboarding.guesses import state

if TYPE_CHECKING:
    from transforms.onboarding.guesses import Guess

MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
BEGINNING = 1 << 16
ASCII = "all bytes are ASCII"
"""Such a file is the same text in nearly every encoding."""

SAID = re.compile(r'\ufeff?"?sep=(?P<mark>[^"\r\n])"?[ \r\n]')


def find_encoding(content: bytes) -> Guess:
    """The encoding in which all bytes are text, with what decides it; utf-8 where nothing else does."""
    for mark, name in MARKS:
        if content.startswith(mark):
            return state("encoding", name, f"the file begins with the mark of {name}")
    if nuls := content[:BEGINNING].count(0):
        # of ordinary text in UTF-16 every second byte is a NUL
        is_little = content[1::2][: BEGINNING // 2].count(0) * 2 > nuls
        name = "utf-16-le" if is_little else "utf-16-be"
        return state("encoding", name, "every second byte is a NUL")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        return _narrow(content, error.start)
    return state("encoding", "utf-8", ASCII if content.isascii() else "all bytes are text in it")


def _narrow(content: bytes, start: int) -> Guess:
    """An encoding of one byte a character: cp1252, or latin-1 where a byte is none of it."""
    line = 1 + content.count(b"\n", 0, start)
    try:
        content.decode("cp1252")
    except UnicodeDecodeError:
        return state("encoding", "latin-1", f"in line {line} and elsewhere no other encoding has such bytes")
    letter = content[start : start + 1].decode("cp1252")
    return state("encoding", "cp1252", f"no utf-8: in line {line} one byte is {letter}")


def says_delimiter(beginning: str) -> str:
    """What the first line says stands between fields; empty where it does not."""
    said = SAID.match(beginning)
    return said["mark"] if said else ""
