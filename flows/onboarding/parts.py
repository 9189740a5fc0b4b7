"""Which part of a file has the rows: a sheet, an array of records, an array within each record."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flows.inbound.formats.files import format_of
from flows.inbound.formats.workbooks.not_read import NotReadError
from flows.inbound.formats.workbooks.parts import open_book
from transforms.onboarding.guesses import Choice, Guess, ask, state
from transforms.onboarding.names import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from transforms.onboarding.names import KnownNames

MAX_PARTS = 20
"""Sheets and arrays that are tried."""

MAX_RECORDS = 20
MAX_DEPTH = 3
MIN_KNOWN = 2


def find_part(
    content: bytes, header_of: Callable[[Sequence[Guess]], list[str]], known: KnownNames
) -> list[Guess]:
    """What is to be written so that the rows are read; nothing where they are found anyway.

    Args:
        content: of the file, unpacked.
        header_of: the columns of the file under settings; none where they refuse it.
        known: names of columns.
    """
    names = {fold(name) for name in known.all_names()}

    def count(guesses: Sequence[Guess]) -> int:
        return len({fold(header.rpartition(".")[2]) for header in header_of(guesses)} & names)

    match format_of(content):
        case "workbook":
            return _choose_sheet(content, count)
        case "records":
            return _choose_array(content, count)
    return []


def _choose_sheet(content: bytes, count: Callable[[Sequence[Guess]], int]) -> list[Guess]:
    """The sheet that names most known columns, where the reader cannot tell; of equal ones a person says."""
    if count([]) >= MIN_KNOWN:
        return []
    try:
        sheets = open_book(content).sheets[:MAX_PARTS]
    except NotReadError:
        return []
    counts = {sheet.name: count([state("sheet", sheet.name, "")]) for sheet in sheets}
    most = max(counts.values(), default=0)
    best = [name for name, found in counts.items() if found == most]
    if len(sheets) == 1 or most < MIN_KNOWN:
        return []
    if len(best) > 1:
        return [
            ask("sheet", map(Choice, best), f"{len(best)} sheets name as many columns; which one is meant?")
        ]
    return [state("sheet", best[0], f"of {len(sheets)} sheets it names most of the columns that are known")]


def _choose_array(content: bytes, count: Callable[[Sequence[Guess]], int]) -> list[Guess]:
    """The arrays whose objects are records and rows, where more known columns are found with them."""
    best: list[Guess] = []
    for key, record in _records_of(content):
        records = (
            [state("records", key, "its objects have most of the columns that are known")] if key else []
        )
        lines = [[state("lines", path, "each record has its rows there")] for path in _arrays_in(record)]
        for guesses in (records, *(records + one for one in lines)):
            if count(guesses) > count(best):
                best = guesses
    return best


def _records_of(content: bytes) -> Iterator[tuple[str, Any]]:
    """The first object of each array of the document by its name, or of the document itself."""
    text = content.decode(json.detect_encoding(content[:1000]), errors="replace")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        # one record a line
        document = [_loaded(line) for line in text.splitlines()[:MAX_RECORDS]]
    if isinstance(document, list):
        yield "", _merged(document)
        return
    arrays = {key: value for key, value in document.items() if _has_objects(value)}
    for key, value in list(arrays.items())[:MAX_PARTS]:
        yield ("" if len(arrays) == 1 else key), _merged(value)
    if not arrays:
        yield "", document


def _loaded(line: str) -> object:
    """The record of a line; None where it is none."""
    try:
        value: object = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value


def _merged(records: Sequence[object]) -> dict[str, Any]:
    """What the first records have, in one; an array that is empty in one may be filled in another."""
    merged: dict[str, Any] = {}
    for record in records[:MAX_RECORDS]:
        if isinstance(record, dict):
            merged |= {key: value for key, value in record.items() if value or key not in merged}
    return merged


def _arrays_in(value: object, before: str = "", depth: int = 0) -> Iterator[str]:
    """The paths of arrays of objects within a record."""
    if isinstance(value, dict) and depth < MAX_DEPTH:
        for key, inner in value.items():
            if _has_objects(inner):
                yield f"{before}{key}"
            else:
                yield from _arrays_in(inner, f"{before}{key}.", depth + 1)


def _has_objects(value: object) -> bool:
    """Whether it is an array with an object in it."""
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)
