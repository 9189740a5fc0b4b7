"""From bytes to text, strictly: a byte that is not text in the stated encoding refuses the file."""

from __future__ import annotations

import codecs
import io
from dataclasses import dataclass, replace

from flows.inbound.taking.line_end import ORDERED_BY_MARK, marked_encodings
from schemas.intake.refusal import Refusal
from schemas.vocabulary.codes import ReasonCode

MARK = "\ufeff"

PIECE = 1 << 20
"""Characters that are looked at together."""


@dataclass(frozen=True)
class CheckedText:
    """Bytes that are text in an encoding, and how many line ends it has."""

    content: bytes
    encoding: str
    lines: int

    def open(self) -> io.TextIOWrapper:
        """The text from its start, decoded as it is read; a byte order mark may stand before it."""
        return io.TextIOWrapper(io.BytesIO(self.content), self.encoding, newline="")


def check_text(content: bytes, encoding: str) -> CheckedText | Refusal:
    """The bytes as text of an encoding, looked through once without holding the text.

    A mark that contradicts the stated encoding refuses the file, as does a NUL: both decode without
    an error in a single-byte encoding, into rows of nonsense.
    """
    marked, name = marked_encodings(content), codecs.lookup(encoding).name
    if marked and name not in marked:
        return Refusal(
            ReasonCode.BAD_ENCODING,
            f'the file starts with the mark of {marked[0]}, but the settings say encoding = "{encoding}"; '
            f'set encoding = "{marked[0]}"',
        )
    text = CheckedText(content, f"{name}-le" if name in ORDERED_BY_MARK and not marked else encoding, 0)
    lines, is_after_return = 0, False
    try:
        with text.open() as pieces:
            while piece := pieces.read(PIECE):
                if "\x00" in piece:
                    return _refuse_nul(content, encoding, is_marked=bool(marked))
                lines += count_lines(piece) - (is_after_return and piece.startswith("\n"))
                is_after_return = piece.endswith("\r")
    except UnicodeError:
        return _refuse_undecoded(content, encoding)
    return replace(text, lines=lines)


def _refuse_undecoded(content: bytes, encoding: str) -> Refusal:
    """The place in the whole of a byte that is no text; the error within a piece does not know it."""
    try:
        content.decode(encoding)
    except UnicodeDecodeError as error:
        return _refuse_bytes(content, encoding, error.start, error.reason)
    return _refuse_bytes(content, encoding, len(content), "the text ends within a character")


def _refuse_nul(content: bytes, encoding: str, *, is_marked: bool) -> Refusal:
    """The place of the first NUL."""
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        return _refuse_bytes(content, encoding, error.start, error.reason)
    unmarked = 0 if is_marked else len("".encode(encoding))
    offset = len(text[: text.index("\x00")].encode(encoding)) - unmarked
    return _refuse_bytes(content, encoding, offset, "it is a NUL, which stands in no text")


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
