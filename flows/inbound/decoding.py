"""From bytes to text, strictly: a byte that is not text in the stated encoding refuses the file."""

from __future__ import annotations

import codecs

from schemas.codes import ReasonCode
from schemas.refusal import Refusal

MARKS = (
    (codecs.BOM_UTF8, ("utf-8", "utf-8-sig")),
    (codecs.BOM_UTF32_LE, ("utf-32", "utf-32-le")),
    (codecs.BOM_UTF32_BE, ("utf-32", "utf-32-be")),
    (codecs.BOM_UTF16_LE, ("utf-16", "utf-16-le")),
    (codecs.BOM_UTF16_BE, ("utf-16", "utf-16-be")),
)
"""Byte order marks and the encodings they agree with; utf-32 first, since its mark starts with utf-16's."""

MARK = "\ufeff"


def decode_text(content: bytes, encoding: str) -> str | Refusal:
    """The text of `content` without its byte order mark.

    A mark that contradicts the stated encoding refuses the file, as does a NUL: both decode without
    an error in a single-byte encoding, into rows of nonsense.
    """
    marked = _marked_encodings(content)
    if marked and codecs.lookup(encoding).name not in marked:
        return Refusal(
            ReasonCode.BAD_ENCODING,
            f'the file starts with the mark of {marked[0]}, but the settings say encoding = "{encoding}"; '
            f'set encoding = "{marked[0]}"',
        )
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        return _refuse_bytes(content, encoding, error.start, error.reason)
    if "\x00" in text:
        unmarked = 0 if marked else len("".encode(encoding))
        offset = len(text[: text.index("\x00")].encode(encoding)) - unmarked
        return _refuse_bytes(content, encoding, offset, "it is a NUL, which stands in no text")
    return text.removeprefix(MARK)


def count_lines(text: str) -> int:
    """How many line ends `text` has: LF, CRLF or a lone CR."""
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _refuse_bytes(content: bytes, encoding: str, offset: int, reason: str) -> Refusal:
    """A refusal that says where the text ends to be text."""
    line_no = 1 + count_lines(content[:offset].decode(encoding, errors="ignore"))
    return Refusal(
        ReasonCode.BAD_ENCODING,
        f'byte {offset} (line {line_no}) is not text in encoding = "{encoding}": {reason}',
    )


def _marked_encodings(content: bytes) -> tuple[str, ...]:
    """The encodings that agree with the file's byte order mark; none where it has no mark."""
    return next((encodings for mark, encodings in MARKS if content.startswith(mark)), ())
