"""The reader of records: JSON, and NDJSON with one record a line.

A record's values stand in columns named by their path (`customer.email`). `lines` names an array within
each record; each of its objects is a row then, with the record's values beside it (`line_items.sku`).
Numbers keep every digit that they are written with.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from flows.inbound.formats.bounds import (
    CHUNK_CELLS,
    KEPT_CHARACTERS,
    refuse_columns,
    refuse_lines,
    refuse_rows,
)
from flows.inbound.formats.decoding import MARK
from flows.inbound.formats.header import name_columns
from flows.inbound.formats.rows import BrokenRow, assemble_rows
from schemas.intake.refusal import Refusal
from schemas.vocabulary.codes import ReasonCode
from transforms.intake.rows.raw_rows import (
    LOST,
    QUARANTINE_COLUMNS,
    TYPED_NUMBER,
    RawRows,
    lost_cell,
    own_headers,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from schemas.settings.client import FeedSettings

BEGINNING = re.compile(r'\s*(?:\{\s*["}]|\[\s*[\[{\]])')
"""How records begin, and hardly a line of names does."""

FIRST_LINES = 20
"""Lines of which one is a record by itself, where there is one a line."""

MAX_DEPTH = 20
"""Objects within objects whose values are columns."""

MAX_SHIFT = 30
"""Places by which an exponent may move the decimal point; what is further is no quantity."""

TWICE = LOST
"""A name that no value has: the object names one twice."""

Cells = dict[str, str | None]


class Fraction(str):
    """A number with a fraction, and no text, as the cell of it shows it."""

    __slots__ = ()


class RecordsReader:
    """Reads JSON and NDJSON (see `flows.inbound.formats.rows.Reader`)."""

    def read(self, content: bytes, settings: FeedSettings) -> RawRows | Refusal:
        """The rows of `content` as text, or why there are none."""
        encoding = json.detect_encoding(content[:1000])
        try:
            text = content.decode(encoding).removeprefix(MARK)
        except UnicodeDecodeError as error:
            detail = f"byte {error.start} is not text in {encoding}: {error.reason}"
            return Refusal(ReasonCode.BAD_ENCODING, detail)
        records = _records_of(text, settings)
        if isinstance(records, Refusal):
            return records
        rows = refuse_lines(len(records)) or _collect(records, settings.lines)
        return rows if isinstance(rows, Refusal) else rows.also_read(f"JSON, {len(records):,} records")

    def header(self, content: bytes, settings: FeedSettings) -> list[str]:
        """The paths of its values; none where it cannot be read at all."""
        raw = self.read(content, settings)
        return [] if isinstance(raw, Refusal) else own_headers(raw.frame)


def are_records(content: bytes) -> bool:
    """Whether bytes begin as records do."""
    head = content[:1000]
    text = head.decode(json.detect_encoding(head), errors="ignore").removeprefix(MARK)
    return BEGINNING.match(text) is not None


class _Record(NamedTuple):
    """A record.

    Attributes:
        place: its line where there is one a line, else its number.
        value: what it says.
        broken: the text of a line that is none.
    """

    place: int
    value: object
    broken: str | None = None


def _records_of(text: str, settings: FeedSettings) -> list[_Record] | Refusal:
    """Every record of a text."""
    mark = settings.decimal_mark
    decoder = json.JSONDecoder(
        object_pairs_hook=_object_of,
        parse_int=str,
        parse_float=partial(_write_number, mark=mark),
        parse_constant=lambda _: None,
    )
    lines = [(place, line) for place, line in enumerate(text.split("\n"), start=1) if line.strip()]
    if len(lines) > 1 and any(
        _read_line(decoder, *line).broken is None for line in islice(lines, FIRST_LINES)
    ):
        return [_read_line(decoder, *line) for line in lines]
    try:
        document = decoder.decode(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, character {error.colno}"
        return Refusal(ReasonCode.UNREADABLE, f"{place}: from there on it is no JSON ({error.msg})")
    except RecursionError:
        return Refusal(ReasonCode.UNREADABLE, "its values stand too deep within each other")
    found = _find_records(document, settings.records)
    if isinstance(found, Refusal):
        return found
    return [_Record(place, value) for place, value in enumerate(found, start=1)]


def _read_line(decoder: json.JSONDecoder, place: int, line: str) -> _Record:
    """The record in a line."""
    try:
        value = decoder.decode(line)
    except (json.JSONDecodeError, RecursionError):
        value = None
    if isinstance(value, dict):
        return _Record(place, value)
    return _Record(place, None, line.strip()[:KEPT_CHARACTERS])


def _object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; one that names a value twice says so."""
    value = dict(pairs)
    return value if len(value) == len(pairs) else {**value, TWICE: True}


def _write_number(text: str, mark: str) -> str:
    """A number with a fraction or an exponent, plainly; a whole one without its point, as ids are."""
    number = Decimal(text)
    if not number.is_finite() or abs(number.adjusted()) > MAX_SHIFT:
        return text
    plain = format(number, "f")
    whole, _, fraction = plain.partition(".")
    return Fraction(f"{whole}{mark}{fraction}") if fraction.strip("0") else whole


def _find_records(document: object, path: str) -> Sequence[object] | Refusal:
    """The records of a document: those at a path, or its only array, or itself.

    A quarantine file that comes back is an array by itself.
    """
    if isinstance(document, list) and any(_is_sent_back(record) for record in document[:1]):
        return document
    found = document
    for name in path.split(".") if path else ():
        found = found.get(name) if isinstance(found, dict) else None
    if path and not isinstance(found, list):
        return Refusal(ReasonCode.MISSING_COLUMN, f'records = "{path}" leads to no array in it')
    if isinstance(found, list):
        return found
    arrays = (
        [value for value in document.values() if _has_objects(value)] if isinstance(document, dict) else []
    )
    if len(arrays) > 1:
        detail = f"it has {len(arrays)} arrays of objects; name the one whose objects are rows by records = "
        return Refusal(ReasonCode.MISSING_COLUMN, f"{detail}in the feed's section")
    return arrays[0] if arrays else [document]


def _is_sent_back(record: object) -> bool:
    """Whether an object is a row of a quarantine file."""
    return isinstance(record, dict) and record.keys() >= QUARANTINE_COLUMNS


def _has_objects(value: object) -> bool:
    """Whether it is an array with an object in it."""
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


def _collect(records: Sequence[_Record], lines: str) -> RawRows | Refusal:
    """The rows of all records, in order."""
    columns: dict[str, pl.DataType] = {}
    chunks: list[pl.DataFrame] = []
    rows: list[Cells] = []
    faults: list[BrokenRow] = []
    places: list[int] = []
    for row_no, (record, cells) in enumerate(_rows_of(records, lines), start=1):
        if isinstance(cells, ReasonCode):
            faults.append(BrokenRow(row_no, record.place, cells, record.broken or ""))
        rows.append({} if isinstance(cells, ReasonCode) else cells)
        places.append(record.place)
        columns |= dict.fromkeys(rows[-1], pl.String())
        if len(rows) * len(columns) >= CHUNK_CELLS or len(columns) > len(rows):
            refusal = refuse_columns(len(columns)) or refuse_rows(row_no, len(columns), len(faults))
            if refusal is not None:
                return refusal
        if len(rows) * len(columns) >= CHUNK_CELLS:
            chunks.append(pl.DataFrame(rows, schema=columns))
            rows = []
    if not columns and faults:
        told = f"none of its {len(rows):,} records can be read; of the first one, {faults[0].code.meaning}"
        return Refusal(ReasonCode.BROKEN_ROWS, told)
    if not columns:
        return Refusal(ReasonCode.EMPTY_FILE, "there is no record with a value in it")
    chunks.append(pl.DataFrame(rows, schema=columns))
    named = name_columns(list(columns))
    if isinstance(named, Refusal):
        return named
    table = pl.concat(chunks, how="diagonal").select(list(columns))
    return assemble_rows(table.rename(dict(zip(columns, named, strict=True))), faults, places)


def _rows_of(records: Sequence[_Record], lines: str) -> Iterator[tuple[_Record, Cells | ReasonCode]]:
    """Each row's cells by path, or why it is none."""
    path = lines.split(".") if lines else []
    for record in records:
        if not isinstance(record.value, dict):
            yield record, ReasonCode.NOT_A_RECORD
            continue
        own = _cells_of(record.value)
        found = list(_find_lines(record.value, path)) if path else []
        if isinstance(own, ReasonCode) or not found:
            yield record, own
            continue
        for line in found:
            cells = _cells_of(line, f"{lines}.") if isinstance(line, dict) else ReasonCode.NOT_A_RECORD
            yield record, cells if isinstance(cells, ReasonCode) else {**own, **cells}


def _find_lines(value: object, path: Sequence[str]) -> Iterator[object]:
    """What stands in the arrays at a path, whose names may lead through other arrays."""
    if isinstance(value, list):
        yield from chain.from_iterable(_find_lines(item, path) for item in value) if path else value
    elif path and isinstance(value, dict):
        yield from _find_lines(value.get(path[0]), path[1:])


def _cells_of(value: dict[str, Any], before: str = "") -> Cells | ReasonCode:
    """The values of an object and those within it, by path; of arrays only those of plain values."""
    cells: Cells = {}
    ahead = [(before, value, 0)]
    while ahead:
        path, inner, depth = ahead.pop(0)
        for name, item in inner.items():
            if name == TWICE or path + name in cells:
                return ReasonCode.NAMED_TWICE
            if isinstance(item, dict):
                if depth < MAX_DEPTH:
                    ahead.append((f"{path}{name}.", item, depth + 1))
            elif not isinstance(item, list):
                cells[path + name] = TYPED_NUMBER + item if isinstance(item, Fraction) else _text_of(item)
            elif not any(isinstance(each, dict | list) for each in item):
                cells[path + name] = "|".join(_text_of(each) or "" for each in item)
    return cells


def _text_of(value: object) -> str | None:
    """A plain value as text; one with characters that are none has lost what it meant."""
    if value is None or isinstance(value, bool):
        return None if value is None else str(value).lower()
    text = str(value)
    if LOST in text or (not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text)):
        return lost_cell(ReasonCode.BAD_CHARACTERS)
    return text
