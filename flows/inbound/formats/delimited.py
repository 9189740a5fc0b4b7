"""The reader of delimited text: comma, semicolon, tab or any other single character.

Python's `csv` in strict mode is the parser. Around it:

- A quotation mark that is stray or never closed costs the line that opens it, and no other: reading
  goes on with the next physical line.
- A row over several lines is read as RFC 4180 says, unless each of its lines looks like a row of its
  own (three columns or more, and as many fields as the header): then two stray marks have swallowed
  the rows between them. Rather a row too many in quarantine than an order lost without a word.
- A line of white space is no row. A row of nothing but delimiters is one.
"""

from __future__ import annotations

import csv
import re
from array import array
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from typing import TYPE_CHECKING

import polars as pl

from flows.inbound.formats.bounds import (
    CHUNK_CELLS,
    CHUNK_CHARACTERS,
    MAX_BROKEN_LINES,
    MAX_LINE_CHARACTERS,
    refuse_columns,
    refuse_lines,
    refuse_rows,
)
from flows.inbound.formats.decoding import MARK, check_text
from flows.inbound.formats.header import MAX_TITLE, count_title_lines, name_columns
from flows.inbound.formats.physical import BrokenLine, PhysicalLines, TooLongLine
from flows.inbound.formats.rows import BrokenRow, assemble_rows
from flows.inbound.formats.sent_back import settings_of_sent_back, without_changed
from schemas.intake.refusal import Refusal
from schemas.vocabulary.codes import ReasonCode
from transforms.intake.rows.raw_rows import RawRows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flows.inbound.formats.decoding import CheckedText
    from schemas.settings.client import FeedSettings

SAYS_DELIMITER = re.compile(r'"?sep=(?P<mark>[^"\r\n])"?')
"""A first line that spreadsheet programs write and read: what stands between fields."""

MAX_SAID = 20
"""Characters within which such a line ends."""

MAX_HEADER = 1 << 16
"""Characters of a line, with those that name columns, where these are looked for."""

MAX_NAME_LINES = 5
"""Lines over which the names of columns may go."""

FIRST_ROWS = 20
MIN_FIRST_ROWS = 2
"""Rows that are looked at for fields beyond those of the header."""

MIN_COLUMNS_OF_SWALLOWED_ROWS = 3
"""With fewer columns an ordinary text over two lines looks like two rows too easily."""


class DelimitedReader:
    """Reads delimited text (see `flows.inbound.formats.rows.Reader`)."""

    def read(self, content: bytes, settings: FeedSettings) -> RawRows | Refusal:
        """The rows of `content` as text, or why it is no file of delimited text."""
        if not content:
            return Refusal(ReasonCode.EMPTY_FILE, "the file has no byte")
        sent_back = settings_of_sent_back(content, settings)
        chosen = sent_back or settings
        text = check_text(content, chosen.encoding)
        rows = text if isinstance(text, Refusal) else _read_text(text, chosen)
        return without_changed(rows, sent_back, settings) if sent_back and isinstance(rows, RawRows) else rows

    def header(self, content: bytes, settings: FeedSettings) -> list[str]:
        """The names in the header of a file, as they stand there; none where it cannot be read at all."""
        chosen = settings_of_sent_back(content, settings) or settings
        text = check_text(content, chosen.encoding)
        if isinstance(text, Refusal):
            return []
        layout = _look(text, chosen)
        header = _read_header(text, _open_lines(text, layout), layout.delimiter)
        return [] if isinstance(header, Refusal) else header


@dataclass(frozen=True)
class _Layout:
    """How the lines of a text are laid out.

    Attributes:
        delimiter: what stands between fields.
        title_lines: lines above the header.
    """

    delimiter: str
    title_lines: int


def _look(text: CheckedText, settings: FeedSettings) -> _Layout:
    """The layout as the text's own first line says it, as settings say it, or as it is found."""
    with text.open() as opened:
        first = opened.readline(MAX_SAID)
    said = SAYS_DELIMITER.fullmatch(first.removeprefix(MARK).strip(" \r\n"))
    delimiter, above = (said["mark"], 1) if said else (settings.delimiter, 0)

    def first_rows() -> list[list[str]]:
        beginning = _read_beginning(text)
        return [_parse_from(beginning[place:], delimiter) for place in range(min(len(beginning), MAX_TITLE))]

    return _Layout(delimiter, count_title_lines(first_rows, settings, above=above))


def _read_beginning(text: CheckedText) -> list[str]:
    """The lines among which the columns may be named, up to one that is too long for it."""
    with text.open() as opened:
        lines = (opened.readline(MAX_HEADER) for _ in range(MAX_TITLE + MAX_NAME_LINES))
        beginning = list(takewhile(lambda line: 0 < len(line) < MAX_HEADER, lines))
    return [line.removeprefix(MARK) for line in beginning]


def _parse_from(lines: Sequence[str], delimiter: str) -> list[str]:
    """The cells of the row that begins in the first of the lines; none where it is no row."""
    parser = csv.reader(lines[:MAX_NAME_LINES], delimiter=delimiter, strict=True)
    try:
        return next(parser, [])
    except csv.Error:
        return []


def _open_lines(text: CheckedText, layout: _Layout) -> PhysicalLines:
    """The lines of a text from its header on."""
    lines = PhysicalLines(text)
    lines.skip(layout.title_lines)
    return lines


def _read_text(text: CheckedText, settings: FeedSettings) -> RawRows | Refusal:
    """The rows of a text, below its own header or under the settings' one."""
    if refusal := refuse_lines(text.lines):
        return refusal
    layout = _look(text, settings)
    delimiter, lines = layout.delimiter, _open_lines(text, layout)
    header = list(settings.header) if settings.header else _read_header(text, lines, delimiter)
    if isinstance(header, Refusal):
        return header
    refusal = refuse_columns(len(header))
    if refusal is not None:
        return refusal
    named = name_columns(
        [*header, *[""] * _count_trailing(text, layout, len(header), is_bare=bool(settings.header))]
    )
    if isinstance(named, Refusal):
        return named
    named_in = (
        "columns named by `header`" if settings.header else f"columns named in line {lines.line_no - 1}"
    )
    rows = _collect_rows(lines, delimiter, named)
    if isinstance(rows, Refusal):
        return rows
    told = replace(rows, is_point=delimiter == ",")
    return told.also_read(f"delimited text, {settings.encoding}, fields between {delimiter!r}", named_in)


def _count_trailing(text: CheckedText, layout: _Layout, width: int, *, is_bare: bool) -> int:
    """How many empty fields end every row, beyond those of the header; of one row alone nobody can tell."""
    lines = _open_lines(text, layout)
    records = islice(_read_records(lines, layout.delimiter), (0 if is_bare else 1), FIRST_ROWS)
    rows = [row for row in records if not isinstance(row, BrokenLine) and not _is_blank(row, width)]
    extra = {len(row) - width for row in rows}
    if len(rows) < MIN_FIRST_ROWS or len(extra) > 1 or min(extra) <= 0:
        return 0
    return extra.pop() if all(not cell.strip() for row in rows for cell in row[width:]) else 0


def _read_header(text: CheckedText, lines: PhysicalLines, delimiter: str) -> list[str] | Refusal:
    """The cells of the first line that is not blank."""
    first = next(_read_records(lines, delimiter), None)
    if first is None:
        return Refusal(ReasonCode.EMPTY_FILE, "the file has nothing but blank lines")
    if isinstance(first, BrokenLine) and first.code is ReasonCode.TOO_LONG:
        return _refuse_long_header(text, first.line_no, delimiter)
    if isinstance(first, BrokenLine):
        return Refusal(ReasonCode.NO_HEADER, f"line {first.line_no}: {first.code.meaning}")
    return first


def _refuse_long_header(text: CheckedText, line_no: int, delimiter: str) -> Refusal:
    """Why a line is too long to name columns: mostly it names too many."""
    columns, characters = 1, 0
    with text.open() as pieces:
        for _ in range(line_no - 1):
            pieces.readline()
        while piece := pieces.readline(MAX_LINE_CHARACTERS):
            columns += piece.count(delimiter)
            characters += len(piece)
            if piece.endswith(("\n", "\r")):
                break
    detail = f"line {line_no}, which names the columns, has {characters:,} characters; at most"
    return refuse_columns(columns) or Refusal(ReasonCode.NO_HEADER, f"{detail} {MAX_LINE_CHARACTERS:,}")


def _collect_rows(lines: PhysicalLines, delimiter: str, names: Sequence[str]) -> RawRows | Refusal:
    """Every row below the header, in order."""
    schema = dict.fromkeys(names, pl.String)
    chunks: list[pl.DataFrame] = []
    faults: list[BrokenRow] = []
    rows: list[Sequence[str | None]] = []
    sheet_rows = array("q")
    chunk_rows, chunk_end = max(CHUNK_CELLS // len(names), 1), lines.characters + CHUNK_CHARACTERS
    for row_no, record in enumerate(_read_records(lines, delimiter, len(names)), start=1):
        if isinstance(record, BrokenLine):
            faults.append(BrokenRow(row_no, record.line_no, record.code, record.text))
            rows.append([None] * len(names))
        else:
            rows.append(record)
        sheet_rows.append(lines.records)
        is_full = len(rows) == chunk_rows or lines.characters > chunk_end
        if is_full or len(faults) > MAX_BROKEN_LINES:
            if refusal := refuse_rows(row_no, len(names), len(faults)):
                return refusal
            chunks.append(pl.DataFrame(rows, schema=schema, orient="row"))
            rows, chunk_end = [], lines.characters + CHUNK_CHARACTERS
    chunks.append(pl.DataFrame(rows, schema=schema, orient="row"))
    return assemble_rows(pl.concat(chunks), faults, sheet_rows)


def _read_records(lines: PhysicalLines, delimiter: str, width: int = 0) -> Iterator[list[str] | BrokenLine]:
    """The cells of each row in turn, or the line that is none; `width` 0 takes any number of cells."""
    parser = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        try:
            cells = next(parser)
        except StopIteration:
            return
        except csv.Error as error:
            yield lines.give_up_first(_code_of(error, lines.record))
            parser = csv.reader(lines, delimiter=delimiter, strict=True)
            continue
        is_plain = len(cells) == width > 0 and len(lines.record) == 1
        code = None if is_plain else _fault_of(cells, lines.record, delimiter, width)
        if code is not None:
            yield lines.give_up_first(code)
            continue
        lines.keep()
        if is_plain or not _is_blank(cells, width):
            yield cells


def _fault_of(cells: list[str], record: list[str], delimiter: str, width: int) -> ReasonCode | None:
    """Why a row that the parser took is not one of the file's rows; None where it is."""
    if not width or len(record) == 1:
        return (
            ReasonCode.COLUMN_COUNT if width and len(cells) != width and not _is_blank(cells, width) else None
        )
    fields = {line.count(delimiter) + 1 for line in record}
    swallows_rows = width >= MIN_COLUMNS_OF_SWALLOWED_ROWS and fields == {width}
    return ReasonCode.BAD_QUOTES if len(cells) != width or swallows_rows else None


def _is_blank(cells: list[str], width: int) -> bool:
    """Nothing but white space; in a file of one column that is a value."""
    return not cells or (len(cells) == 1 != width and not cells[0].strip())


def _code_of(error: csv.Error, record: Sequence[str]) -> ReasonCode:
    """What is wrong with the first line of a row over which the parser stumbled."""
    if isinstance(record[0], TooLongLine):
        return ReasonCode.TOO_LONG
    return ReasonCode.OUT_OF_RANGE if "field limit" in str(error) else ReasonCode.BAD_QUOTES
