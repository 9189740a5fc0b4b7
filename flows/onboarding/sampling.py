"""A sample file, read as a night would read it once its form is stated: the form is found on the way."""

from __future__ import annotations

import csv
import io
from itertools import chain, islice
from typing import TYPE_CHECKING

from pydantic import ValidationError

from flows.fence import fenced
from flows.inbound.formats.files import format_of
from flows.inbound.formats.header import MAX_TITLE
from flows.inbound.formats.unpacking import unpack
from flows.inbound.reading.forms import READER
from flows.inbound.reading.guessing import DELIMITERS, guess_count_pattern
from flows.onboarding.parts import find_part
from schemas.intake.refusal import Refusal
from schemas.settings.client import FeedSettings
from transforms.intake.rows.raw_rows import own_headers
from transforms.onboarding.columns import quoted
from transforms.onboarding.guesses import Guess, settings_of, state
from transforms.onboarding.names import fold
from transforms.onboarding.samples import Sample
from transforms.onboarding.shape import find_no_rows, find_totals, find_wide
from transforms.onboarding.text_form import BEGINNING, find_encoding, says_delimiter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from transforms.onboarding.names import KnownNames

MAX_NAME = 500
"""Characters of a name that is looked for."""

WORDS = {"\t": "tab"}
SHAPE = ("wide", "leave_out")

Row = list[str]


def read_sample(name: str, content: bytes, known: KnownNames) -> Sample | Refusal:
    """The rows of a file and what was found of its form; or why a night would refuse it anyhow."""
    return fenced(lambda: _read(name, content, known))


def _read(name: str, content: bytes, known: KnownNames) -> Sample | Refusal:
    """The same, without a fence."""
    unpacked = unpack(content)
    if isinstance(unpacked, Refusal):
        return unpacked
    above: list[Row] = []
    if format_of(unpacked) == "delimited":
        encoding = find_encoding(unpacked)
        rows, delimiter = _find_header(unpacked, encoding.value, known)
        form, above, looked_for = [encoding, delimiter], rows[:-1], rows[-1] if rows else []
    else:
        looked_for = list(known.all_names())
        form = find_part(unpacked, lambda found: _header(unpacked, found, looked_for), known)
    raw = READER.read(unpacked, _settings(form, looked_for))
    if isinstance(raw, Refusal):
        return raw
    no_rows = find_no_rows(raw, known)
    shape = [*find_wide(own_headers(raw.frame), known), *no_rows]
    between = _settings(form, looked_for).delimiter
    totals = [find_totals(raw, guess.value, between) for guess in no_rows]
    if shape:
        raw = READER.read(unpacked, _settings([*form, *shape], looked_for))
        if isinstance(raw, Refusal):
            return raw
    return Sample(
        name=name,
        frame=raw.frame,
        form=(*form, *shape),
        count_pattern=guess_count_pattern(name),
        totals=tuple(chain.from_iterable(totals)),
        above=" ".join([name, *(cell for row in above for cell in row)]),
    )


def _header(content: bytes, form: Sequence[Guess], looked_for: Sequence[str]) -> list[str]:
    """The columns of a file in a form."""
    return READER.header(content, _settings(form, looked_for))


def _settings(form: Sequence[Guess], looked_for: Sequence[str]) -> FeedSettings:
    """Settings under which the file is read: its form, and names by which its header is found."""
    names = {f"c{place}": quoted(name) for place, name in enumerate(looked_for) if 0 < len(name) < MAX_NAME}
    stated = settings_of(form, decided=True)
    try:
        return FeedSettings.model_validate({**stated, "columns": names})
    except ValidationError:
        # the shape names a column that settings cannot hold, such as one of 500 characters
        return FeedSettings.model_validate({key: value for key, value in stated.items() if key not in SHAPE})


def _find_header(content: bytes, encoding: str, known: KnownNames) -> tuple[list[Row], Guess]:
    """The rows down to the one that names the columns, and what stands between fields."""
    beginning = content[:BEGINNING].decode(encoding, errors="replace")
    said = says_delimiter(beginning)
    names = {fold(name) for name in known.all_names()}
    marks = [said] if said else list(DELIMITERS)
    # of marks that show as many known names and cells, the first
    best = max(marks, key=lambda mark: _names_at(_rows(beginning, mark), names)[:2])
    count, width, place = _names_at(_rows(beginning, best), names)
    written = WORDS.get(best, best)
    why = f"it divides line {place + 1} into {width} names of columns, {count} of them known"
    # what the file says itself need not be written
    guess = state("delimiter", "," if said else best, why if best != "\t" else f"a {written}: {why}")
    return _rows(beginning, best)[: place + 1], guess


def _names_at(rows: Sequence[Row], names: set[str]) -> tuple[int, int, int]:
    """How many known names the row has that names the columns, how many cells, and its place.

    Where none has two known names, it is the first row of as many cells as most rows have.
    """
    counts = [len({fold(cell) for cell in row if len(cell) < MAX_NAME} & names) for row in rows]
    widths = [sum(bool(cell.strip()) for cell in row) for row in rows]
    most = max(counts, default=0)
    if most > 1:
        place = counts.index(most)
    else:
        usual = max(set(widths), key=lambda width: (widths.count(width) * (width > 1), width), default=0)
        place = widths.index(usual) if widths else 0
    return (most, widths[place], place) if rows else (0, 0, 0)


def _rows(beginning: str, mark: str) -> list[Row]:
    """The first rows of a text; blank ones are none with any cell."""
    return list(islice(_parsed(beginning, mark), MAX_TITLE))


def _parsed(beginning: str, mark: str) -> Iterator[Row]:
    """The rows as far as they can be parsed."""
    parser = csv.reader(io.StringIO(beginning.removeprefix("\ufeff")), delimiter=mark)
    try:
        yield from parser
    except csv.Error:
        return
