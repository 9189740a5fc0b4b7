"""The rows of a sheet, as texts: one after the other, without holding the sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.inbound.formats.workbooks.markup import Walk, tags_of
from flows.inbound.formats.workbooks.not_read import refuse_damaged, refuse_large
from flows.inbound.formats.workbooks.number_formats import GENERAL
from flows.inbound.formats.workbooks.numbers import NumberWriter
from flows.inbound.formats.workbooks.texts import unescape
from flows.inbound.formats.workbooks.typed_days import INSTANT, TYPED
from schemas.vocabulary.codes import ReasonCode
from transforms.intake.rows.raw_rows import LOST, lost_cell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flows.inbound.formats.workbooks.parts import Book, Sheet

DIGITS = "0123456789"
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""Those of spreadsheet programs."""

MAX_FORMULA = 200
"""Characters that are shown of a formula without a result."""

FREE_TEXT = 64 << 20
TEXT_PER_BYTE = 4
"""Characters of all cells: so many, and so many times the bytes of the sheet. A text is named more briefly
than it is long."""

TEXTS = ("str", "inlineStr")
"""Kinds of cells with their own text."""

FACTORS = {letter: place for place, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ", start=1)}


def read_sheet(book: Book, sheet: Sheet, decimal_mark: str) -> Iterator[tuple[int, dict[int, str]]]:
    """Rows with a filled cell: their number, and the text of each filled cell by its column from 1.

    Days stand there as `typed_days` has them, and what has lost its meaning as `lost_cell`.

    Raises:
        NotReadError: it is not read.
    """
    walk = _Rows(book, decimal_mark, FREE_TEXT + TEXT_PER_BYTE * book.archive.size(sheet.part))
    for _ in walk.pieces(book.archive.read(sheet.part)):
        yield from walk.rows
        walk.rows.clear()


class _Rows(Walk):
    """Collects the rows of a sheet."""

    tags = tags_of("row", "c", "v", "t", "f", "rPh")

    def __init__(self, book: Book, decimal_mark: str, max_text: int) -> None:
        super().__init__()
        self.rows: list[tuple[int, dict[int, str]]] = []
        self._texts, self._is_stale, self._left = book.texts, book.is_stale, max_text
        kinds = {
            code: NumberWriter(code, is_1904=book.is_1904, decimal_mark=decimal_mark)
            for code in {GENERAL, *book.formats}
        }
        self._writers = {str(place): kinds[code] for place, code in enumerate(book.formats)}
        self._writers.setdefault("0", kinds[GENERAL])
        self._columns: dict[str, int] = {}
        self._row, self._row_text, self._cells, self._last = 0, "", dict[int, str](), 0
        self._attributes: dict[str, str] = {}
        self._value: list[str] = []
        self._formula: list[str] | None = None
        self._into: list[str] | None = None
        self._is_row = self._is_cell = self._is_spoken = self._is_filled = self._has_value = False
        self._passed = ""

    def started(self, name: str, attributes: dict[str, str]) -> None:
        """A row, a cell, or what is in it. None of ours stands within another of its kind."""
        tag = self.tags.get(name)
        if tag == "c":
            if self._is_cell:
                refuse_damaged("a cell stands too deep, within another")
            self._is_cell = True
            self._attributes = attributes
        elif tag is None or tag == "rPh":
            self.deeper()
            self._is_spoken = self._is_spoken or tag is not None
        elif tag == "row":
            self._begin_row(attributes)
        elif self._into is not None:
            refuse_damaged("a value stands too deep, within another")
        elif not self._is_cell or self._is_spoken:
            self._into = []
        elif tag == "f":
            self._is_filled = True
            self._formula = self._into = []
        else:
            self._is_filled = self._has_value = True
            self._into = self._value

    def ended(self, name: str) -> None:
        """Likewise."""
        tag = self.tags.get(name)
        if tag == "c":
            self._is_cell = False
            if self._is_filled:
                self._end_cell()
                self._value.clear()
                self._formula = None
                self._is_filled = self._has_value = False
            elif "r" in self._attributes:
                self._passed = self._attributes["r"]
            else:
                self._last = self._last_column() + 1
        elif tag is None or tag == "rPh":
            self.depth -= 1
            self._is_spoken = self._is_spoken and tag is None
        elif tag == "row":
            self._end_row()
        else:
            self._into = None

    def characters(self, text: str) -> None:
        """What is in a cell."""
        if self._into is not None:
            self._into.append(text)

    def _begin_row(self, attributes: dict[str, str]) -> None:
        """Rows stand in order; one without a number follows the one before."""
        if self._is_row:
            refuse_damaged("a row stands too deep, within another")
        number = attributes.get("r", str(self._row + 1))
        if not number.isdecimal() or len(number) > len(str(LAST_ROW)):
            refuse_damaged("a row has no number that a row may have")
        if not self._row < int(number) <= LAST_ROW:
            refuse_damaged("its rows are not in order")
        self._row, self._row_text, self._cells = int(number), number, {}
        self._is_row, self._last, self._passed = True, 0, ""

    def _end_row(self) -> None:
        """A row with a filled cell is one."""
        self._is_row = False
        if self._cells:
            self.rows.append((self._row, self._cells))

    def _last_column(self) -> int:
        """The column of the cell before, which may be empty."""
        return max(self._last, self._column_of(self._passed)) if self._passed else self._last

    def _end_cell(self) -> None:
        """The text of a filled cell, in its place."""
        place = self._attributes.get("r")
        column = self._last_column() + 1 if place is None else self._column_of(place)
        if not self._last < column <= LAST_COLUMN:
            refuse_damaged("the cells of a row are not in order")
        self._last = column
        text = self._text_of("".join(self._value))
        if text:
            self._left -= len(text)
            if self._left < 0:
                refuse_large("the texts of its cells are longer than those of a file of its size may be")
            self._cells[column] = text

    def _column_of(self, place: str) -> int:
        """The column of a place such as AB12, which lies in the current row."""
        letters = place.rstrip(DIGITS)
        column = self._columns.get(letters)
        if place[len(letters) :] != self._row_text:
            refuse_damaged("a cell stands in the row of another")
        if column is None:
            column = 0
            for letter in letters.upper() or "?":
                if letter not in FACTORS or column > LAST_COLUMN:
                    refuse_damaged("a cell has no column that a cell may have")
                column = column * len(FACTORS) + FACTORS[letter]
            self._columns[letters] = column
        return column

    def _text_of(self, raw: str) -> str:
        """The text of a cell that holds something."""
        kind = self._attributes.get("t", "n")
        if self._formula is not None and self._has_no_result(kind, raw):
            return lost_cell(ReasonCode.NO_RESULT, f"={''.join(self._formula)[:MAX_FORMULA]}")
        if not raw:
            return ""
        if kind == "n":
            return self._writer().write(raw)
        if kind == "s":
            return self._framed(self._shared(raw))
        return self._framed(unescape(raw)) if kind in TEXTS else self._typed(kind, raw)

    def _has_no_result(self, kind: str, raw: str) -> bool:
        """Whether what stands there is not what a formula gives; of a text nothing may be a result."""
        return self._is_stale or not (raw or (kind in TEXTS and self._has_value))

    def _typed(self, kind: str, raw: str) -> str:
        """A truth value, an error, or a day of a strict file."""
        if kind == "b" and raw in ("0", "1", "true", "false"):
            return "TRUE" if raw in ("1", "true") else "FALSE"
        if kind == "e":
            return lost_cell(ReasonCode.ERROR_CELL, raw[:MAX_FORMULA].replace(LOST, ""))
        if kind != "d":
            refuse_damaged("a cell is of a kind that is none")
        return self._day(raw)

    def _day(self, raw: str) -> str:
        """A day that is written as one; with an offset or any other form it is a text."""
        found, moment = INSTANT.fullmatch(raw), self._writer().moment
        if found is None or (moment is not None and not moment.has_day):
            return raw
        has_clock = found[2] is not None and (moment is None or moment.has_clock)
        return f"{TYPED}{found[1]}" + (f"T{found[2]}" if has_clock else "")

    def _shared(self, raw: str) -> str:
        """The text at a place of the shared ones."""
        if not raw.isdecimal() or len(raw) > len(DIGITS) or int(raw) >= len(self._texts):
            refuse_damaged("a cell names a text that is not there")
        return self._texts[int(raw)]

    def _framed(self, text: str) -> str:
        """A text with what its format shows around it."""
        before, behind = self._writer().frame
        return f"{before}{text}{behind}" if text and (before or behind) else text

    def _writer(self) -> NumberWriter:
        """Who writes the numbers of the cell's format."""
        writer = self._writers.get(self._attributes.get("s", "0"))
        if writer is None:
            refuse_damaged("a cell names a format that is not there")
        return writer
