"""The lines of a text one by one, and back again: what a parser took in vain is handed out anew."""

from __future__ import annotations

import csv
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.inbound.formats.bounds import KEPT_CHARACTERS, MAX_LINE_CHARACTERS
from flows.inbound.formats.decoding import MARK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flows.inbound.formats.decoding import CheckedText
    from schemas.vocabulary.codes import ReasonCode

MAX_RECORD_LINES = 64
"""Lines that one row may span. It bounds the work on a file in which every line opens a quotation mark:
no line is read more often than this."""


@dataclass(frozen=True)
class BrokenLine:
    """A line that is no row: where it stands, why, and its text without the line end."""

    line_no: int
    code: ReasonCode
    text: str


class TooLongLine(str):
    """The beginning of a line that is too long to be read; never parsed."""

    __slots__ = ()


class PhysicalLines:
    """Hands out lines with their line ends (LF, CRLF or CR) and remembers those of the current row."""

    def __init__(self, text: CheckedText) -> None:
        self._ahead = text.open()
        self._again: deque[str] = deque()
        self._is_begun = False
        self.record: list[str] = []
        self.line_no = 1
        self.characters = 0
        """Of all lines that were read so far."""
        self.records = 0
        """Rows so far, as a spreadsheet counts them: blank lines too, and a row over several lines once."""

    def __iter__(self) -> Iterator[str]:
        """Itself."""
        return self

    def __next__(self) -> str:
        """The next line of the current row.

        Raises:
            csv.Error: the row spans too many lines, so that its first one opens a quotation mark for good;
                or its last line is too long.
        """
        if len(self.record) == MAX_RECORD_LINES:
            message = f"a row spans more than {MAX_RECORD_LINES} lines"
            raise csv.Error(message)
        line = self._again.popleft() if self._again else self._read_line()
        self.record.append(line)
        if isinstance(line, TooLongLine):
            message = "a line is too long"
            raise csv.Error(message)
        return line

    def _read_line(self) -> str:
        """A line of the text; of one that is too long its beginning, the rest of it is passed over."""
        line = self._ahead.readline(MAX_LINE_CHARACTERS + 1)
        if not self._is_begun:
            self._is_begun = True
            line = line.removeprefix(MARK)
        if not line:
            raise StopIteration
        self.characters += len(line)
        if len(line) <= MAX_LINE_CHARACTERS:
            return line
        rest = line
        while rest and not rest.endswith(("\n", "\r")):
            rest = self._ahead.readline(MAX_LINE_CHARACTERS)
        return TooLongLine(line[:KEPT_CHARACTERS])

    def skip(self, count: int) -> None:
        """Pass over so many lines, whatever they hold."""
        for _ in range(count):
            try:
                self.record.append(self._read_line())
            except StopIteration:
                return
            self.keep()

    def keep(self) -> None:
        """The current row is whole: the next line starts another."""
        self.line_no += len(self.record)
        self.records += 1
        self.record.clear()

    def give_up_first(self, code: ReasonCode) -> BrokenLine:
        """The first line of the current row, which is broken; the lines after it are handed out again."""
        first, *rest = self.record
        broken = BrokenLine(self.line_no, code, first.rstrip("\r\n"))
        self._again.extendleft(reversed(rest))
        self.record.clear()
        self.line_no += 1
        self.records += 1
        return broken
