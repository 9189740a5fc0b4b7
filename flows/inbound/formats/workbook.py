"""The reader of workbooks (`.xlsx`, `.xlsm`): one sheet of them, as the texts that a person sees there.

The parts are read here with the XML parser of the standard library, since all is in how a cell is told: a
number as it stands in the file, whether it has a formula, and that of a damaged part nothing is passed over.
"""

from __future__ import annotations

from array import array
from itertools import chain, dropwhile, islice
from typing import TYPE_CHECKING, NamedTuple, NoReturn

import polars as pl

from flows.inbound.formats.bounds import (
    CHUNK_CELLS,
    KEPT_CHARACTERS,
    MAX_BROKEN_LINES,
    MAX_LINE_CHARACTERS,
    refuse_columns,
    refuse_rows,
)
from flows.inbound.formats.header import MAX_TITLE, count_title_lines, find_header, name_columns
from flows.inbound.formats.rows import BrokenRow, assemble_rows
from flows.inbound.formats.workbooks.not_read import NotReadError, refuse, refuse_large
from flows.inbound.formats.workbooks.parts import open_book
from flows.inbound.formats.workbooks.rows import read_sheet
from flows.inbound.formats.workbooks.typed_days import plain_cell, write_days
from schemas.intake.refusal import Refusal
from schemas.vocabulary.codes import ReasonCode
from transforms.intake.mapping.wanted import wanted_names
from transforms.intake.rows.raw_rows import QUARANTINE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from flows.inbound.formats.workbooks.parts import Book, Sheet
    from schemas.settings.client import FeedSettings
    from transforms.intake.rows.raw_rows import RawRows

    Row = tuple[int, dict[int, str]]
    """The number of a row as a spreadsheet shows it, and the text of each filled cell by its column."""

MAX_SHEETS = 500


class WorkbookReader:
    """Reads workbooks (see `flows.inbound.formats.rows.Reader`)."""

    def read(self, content: bytes, settings: FeedSettings) -> RawRows | Refusal:
        """The rows of the workbook's sheet as text, or why it is not read."""
        try:
            header, rows, read_as = _find_table(open_book(content), settings)
            if refusal := refuse_columns(len(header)):
                return refusal
            names = name_columns(header)
            table = names if isinstance(names, Refusal) else _collect_rows(rows, names, settings)
            return table if isinstance(table, Refusal) else table.also_read(*read_as)
        except NotReadError as error:
            return error.refusal

    def header(self, content: bytes, settings: FeedSettings) -> list[str]:
        """The names in the header of its sheet, as they stand there; none where it cannot be read at all."""
        try:
            return _find_table(open_book(content), settings)[0]
        except NotReadError:
            return []

    def sheet_names(self, content: bytes) -> list[str]:
        """The names of its sheets, hidden ones included; none where it cannot be read."""
        try:
            return [sheet.name for sheet in open_book(content).sheets]
        except NotReadError:
            return []

    def first_rows(self, content: bytes, settings: FeedSettings) -> list[list[str]]:
        """The first rows of its sheet, blank ones included; none where nobody can say which it is."""
        try:
            return _by_number(_choose_sheet(open_book(content), settings).first)
        except NotReadError:
            return []


def _find_table(book: Book, settings: FeedSettings) -> tuple[list[str], Iterator[Row], tuple[str, str]]:
    """The names of the columns, the rows below them, and how the table was found.

    Raises:
        NotReadError: nobody can say which sheet is meant, or it has nothing.
    """
    begun = _choose_sheet(book, settings)
    told = f"workbook, sheet {begun.sheet.place} of {len(book.sheets)}"
    sent_back = _place_of_sent_back(begun.first)
    title_lines = _count_title_lines(begun.first, settings) if sent_back is None else sent_back
    below = dropwhile(lambda row: row[0] <= title_lines, chain(begun.first, begun.rest))
    if settings.header and sent_back is None:
        return list(settings.header), below, (told, "columns named by `header`")
    named = next(below, None)
    if named is None:
        refuse("no cell of its sheet is filled, or none below its title", ReasonCode.EMPTY_FILE)
    return _cells(named[1]), below, (told, f"columns named in line {named[0]}")


class _Begun(NamedTuple):
    """A sheet of which the first rows have been read. It is read once, whatever its length."""

    sheet: Sheet
    first: list[Row]
    """The filled rows among which the columns may be named."""
    rest: Iterator[Row]


def _begin(book: Book, sheet: Sheet, settings: FeedSettings) -> _Begun:
    """Read the first rows of a sheet."""
    rows = read_sheet(book, sheet, settings.decimal_mark)
    return _Begun(sheet, list(islice(rows, MAX_TITLE)), rows)


def _choose_sheet(book: Book, settings: FeedSettings) -> _Begun:
    """The sheet that is named; else the one that is filled, or of several the one that names the columns.

    A sheet of a quarantine file that comes back is meant whatever its name, which programs change.

    Raises:
        NotReadError: there is none, or nobody can say which one.
    """
    if not book.sheets:
        _refuse_sheet("it has no sheet of cells")
    if len(book.sheets) > MAX_SHEETS:
        refuse_large(f"it has {len(book.sheets):,} sheets; a workbook has at most {MAX_SHEETS}")
    if settings.sheet:
        named = [sheet for sheet in book.sheets if sheet.name.casefold() == settings.sheet.casefold()]
        if named:
            return _begin(book, named[0], settings)
    shown = [sheet for sheet in book.sheets if sheet.is_visible]
    begun = [_begin(book, sheet, settings) for sheet in shown]
    own = [one for one in begun if _place_of_sent_back(one.first) is not None]
    if len(own) == 1:
        return own[0]
    if settings.sheet:
        _refuse_sheet(
            f'none of its {len(book.sheets)} sheets has the name that sheet = "{settings.sheet}" says'
        )
    filled = [one for one in begun if one.first]
    if not filled:
        hidden = len(book.sheets) - len(shown)
        refuse(
            f"none of the {len(shown)} shown sheets has a filled cell; {hidden} are hidden, and such a "
            'sheet is read only where sheet = "..." names it',
            ReasonCode.EMPTY_FILE,
        )
    wanted = wanted_names(settings)
    naming = [one for one in filled if _names_columns(one.first, wanted)]
    if len(filled) > 1 and len(naming) != 1:
        told = f"those at places {_places(naming)} name" if naming else "none of them names"
        _refuse_sheet(
            f"of its {len(book.sheets)} sheets those at places {_places(filled)} are filled, and {told} "
            'the columns that are looked for; write sheet = "..." with the name of the one that is meant'
        )
    return naming[0] if naming else filled[0]


def _refuse_sheet(detail: str) -> NoReturn:
    """Nobody can say which sheet is meant."""
    refuse(detail, ReasonCode.WHICH_SHEET)


def _places(begun: Sequence[_Begun]) -> str:
    """Where sheets stand, from the left."""
    return ", ".join(str(one.sheet.place) for one in begun)


def _names_columns(first: Sequence[Row], wanted: Collection[str]) -> bool:
    """Whether rows name columns that are looked for, or those of a quarantine file."""
    is_sent_back = _place_of_sent_back(first) is not None
    return is_sent_back or find_header([_cells(cells) for _, cells in first], wanted) is not None


def _place_of_sent_back(first: Sequence[Row]) -> int | None:
    """Rows above the header of a quarantine file that came back; None: it is none.

    It has a header even where the client's files have none.
    """
    return next((number - 1 for number, cells in first if set(_cells(cells)) >= QUARANTINE_COLUMNS), None)


def _cells(cells: dict[int, str]) -> list[str]:
    """The texts of a row as a person sees them, from its first column to its last one that is filled."""
    return [plain_cell(cells.get(column, "")) for column in range(1, max(cells, default=0) + 1)]


def _count_title_lines(first: Sequence[Row], settings: FeedSettings) -> int:
    """Rows above the header of a sheet, told by its first filled rows."""
    return count_title_lines(lambda: _by_number(first), settings)


def _by_number(first: Sequence[Row]) -> list[list[str]]:
    """The cells of the first rows of a sheet, blank ones included."""
    by_number = dict(first)
    return [_cells(by_number.get(number, {})) for number in range(1, MAX_TITLE + 1)]


def _collect_rows(rows: Iterable[Row], names: Sequence[str], settings: FeedSettings) -> RawRows | Refusal:
    """Every row below the header, in order."""
    width, schema = len(names), dict.fromkeys(names, pl.String)
    chunks = [pl.DataFrame(schema=schema)]
    faults: list[BrokenRow] = []
    columns: list[list[str | None]] = [[] for _ in names]
    numbers = array("q")
    chunk_rows = max(CHUNK_CELLS // width, 1)
    for row_no, (number, cells) in enumerate(rows, start=1):
        fault = _fault_of(cells, width)
        if fault is not None:
            faults.append(BrokenRow(row_no, number, fault, _text_of(cells, width)))
        taken: dict[int, str] = {} if fault else cells
        for place, column in enumerate(columns, start=1):
            column.append(taken.get(place))
        numbers.append(number)
        if len(columns[0]) == chunk_rows or len(faults) > MAX_BROKEN_LINES:
            if refusal := refuse_rows(row_no, width, len(faults)):
                return refusal
            chunks.append(_frame_of(columns, schema))
            columns = [[] for _ in names]
    chunks.append(_frame_of(columns, schema))
    return assemble_rows(write_days(pl.concat(chunks), settings), faults, numbers)


def _frame_of(columns: Sequence[list[str | None]], schema: dict[str, type[pl.String]]) -> pl.DataFrame:
    """Some rows, column by column."""
    return pl.DataFrame(dict(zip(schema, columns, strict=True)), schema=schema)


def _fault_of(cells: dict[int, str], width: int) -> ReasonCode | None:
    """Why a row is none: something stands beside the columns, or it is far too long."""
    if max(cells) > width and any(text.strip() for column, text in cells.items() if column > width):
        return ReasonCode.COLUMN_COUNT
    is_long = sum(map(len, cells.values())) > MAX_LINE_CHARACTERS
    return ReasonCode.TOO_LONG if is_long else None


def _text_of(cells: dict[int, str], width: int) -> str:
    """A broken row for people: its columns in their places, and behind them whatever else it holds."""
    own = [plain_cell(cells.get(column, "")) for column in range(1, width + 1)]
    beside = [plain_cell(text) for column, text in cells.items() if column > width]
    text = "\t".join([*own, *beside])
    return text if len(text) <= MAX_LINE_CHARACTERS else text[:KEPT_CHARACTERS]
