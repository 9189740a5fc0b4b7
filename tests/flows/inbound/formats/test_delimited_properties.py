"""Properties of the reader: any bytes have an answer, and what was written is read back."""

from __future__ import annotations

import csv
import io

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from flows.inbound.formats.delimited import DelimitedReader
from schemas.intake.refusal import Refusal
from schemas.settings.client import FeedSettings
from tests.flows.inbound.formats.texts import cells_of, rows_of
from transforms.intake.rows.raw_rows import FAULT, ROW_NO, SHEET_ROW, RawRows

encodings = st.sampled_from(["utf-8", "cp1252", "latin-1", "utf-16", "utf-16-le", "utf-32", "ascii"])
feeds_of_any_kind = st.builds(
    FeedSettings,
    encoding=encodings,
    delimiter=st.sampled_from([",", ";", "\t", "§"]),
    header=st.sampled_from([(), ("a",), ("a", "b", "c")]),
)
messy = st.text(alphabet='ab1,;"\t\r\n \x00\x0b\u2028§', max_size=200)


@given(st.one_of(st.binary(max_size=200), messy.map(str.encode)), feeds_of_any_kind)
def test_any_bytes_have_an_answer(content: bytes, feed: FeedSettings) -> None:
    answer = DelimitedReader().read(content, feed)
    assert isinstance(answer, RawRows | Refusal)
    if isinstance(answer, RawRows):
        assert answer.frame[ROW_NO].to_list() == list(range(1, answer.frame.height + 1))
        broken = answer.frame.filter(pl.col(FAULT).is_not_null())
        assert broken[ROW_NO].to_list() == answer.faults[ROW_NO].to_list()
        cells = broken.drop(ROW_NO, SHEET_ROW, FAULT)
        assert cells.null_count().sum_horizontal().sum() == cells.height * cells.width


cell = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
tables = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(cell, min_size=width, max_size=width), max_size=8)
)


def written(rows: list[list[str]], delimiter: str, line_end: str) -> str:
    """What a shop system writes; of two line ends csv quotes by itself only the one it ends lines with."""
    text = io.StringIO()
    every_cell = line_end != "\r\n"
    csv.writer(
        text,
        delimiter=delimiter,
        lineterminator=line_end,
        quoting=csv.QUOTE_ALL if every_cell else csv.QUOTE_MINIMAL,
    ).writerows(rows)
    return text.getvalue()


def looks_like_rows(row: list[str], delimiter: str) -> bool:
    """The one ambiguity that is decided against the row: each of its lines has the fields of a row."""
    lines = io.StringIO(written([row], delimiter, "\n"), newline="").readlines()
    return len(row) >= 3 and len(lines) > 1 and {line.count(delimiter) + 1 for line in lines} == {len(row)}


@given(tables, st.sampled_from([",", ";", "\t"]), st.sampled_from(["\n", "\r\n", "\r"]), encodings)
def test_what_was_written_is_read_back_exactly(
    rows: list[list[str]], delimiter: str, line_end: str, encoding: str
) -> None:
    meant = [row for row in rows if not looks_like_rows(row, delimiter)]
    header = [f"c{position}" for position in range(len(rows[0]) if rows else 1)]
    try:
        content = written([header, *meant], delimiter, line_end).encode(encoding)
    except UnicodeEncodeError:
        return
    # its header is its first line: a row of names that we look for would pass for one
    raw = rows_of(content, FeedSettings(delimiter=delimiter, encoding=encoding, title_lines=0))
    assert cells_of(raw) == [tuple(value or None for value in row) for row in meant]
