"""Delimited text: rows of text, faults that cost one line, and refusals that say where."""

from __future__ import annotations

import csv
import io

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.inbound.delimited import DelimitedReader
from flows.inbound.physical import MAX_RECORD_LINES, PhysicalLines
from flows.inbound.rows import FAULT, ROW_NO, RawRows
from schemas.client import FeedSettings
from schemas.codes import ReasonCode
from schemas.refusal import Refusal

BAD_QUOTES = ReasonCode.BAD_QUOTES.value
COLUMN_COUNT = ReasonCode.COLUMN_COUNT.value


def rows_of(text: str | bytes, feed: FeedSettings | None = None) -> RawRows:
    """The rows of a text that is not refused."""
    content = text.encode() if isinstance(text, str) else text
    raw = DelimitedReader().read(content, feed or FeedSettings())
    assert isinstance(raw, RawRows), raw
    return raw


def refusal_of(text: str | bytes, feed: FeedSettings | None = None) -> Refusal:
    """The refusal of a text that has one."""
    content = text.encode() if isinstance(text, str) else text
    refusal = DelimitedReader().read(content, feed or FeedSettings())
    assert isinstance(refusal, Refusal), refusal
    return refusal


def cells_of(raw: RawRows) -> list[tuple[str | None, ...]]:
    """The cells of every row, without our columns."""
    return raw.frame.drop(ROW_NO, FAULT).rows()


def test_everything_is_text_named_as_the_header_says_and_numbered_from_one() -> None:
    raw = rows_of(" order_id , qty\n007,1.0\nB,\n")
    assert raw.frame.schema == {"order_id": pl.String, "qty": pl.String, ROW_NO: pl.Int64, FAULT: pl.String}
    assert raw.frame.rows() == [("007", "1.0", 1, None), ("B", None, 2, None)]
    assert raw.faults.is_empty()


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_any_line_end_will_do_and_the_last_one_may_be_missing(line_end: str, last: bool) -> None:  # noqa: FBT001 -- a case of the table
    text = f"a,b{line_end}1,2{line_end}3,4" + line_end * last
    assert cells_of(rows_of(text)) == [("1", "2"), ("3", "4")]


def test_line_breaks_of_other_scripts_are_text() -> None:
    text = "a,b\nx\x0by,p\x85q\u2028r\n"
    assert cells_of(rows_of(text)) == [("x\x0by", "p\x85q\u2028r")]


@pytest.mark.parametrize("delimiter", [";", "\t", "|", "§"])
def test_another_delimiter_is_stated(delimiter: str) -> None:
    text = f"a{delimiter}b\n1,5{delimiter}2\n"
    assert cells_of(rows_of(text, FeedSettings(delimiter=delimiter))) == [("1,5", "2")]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-16-le", "utf-32", "latin-1"])
def test_another_encoding_is_stated(encoding: str) -> None:
    content = "größe,b\nÄ,2\r\n".encode(encoding)
    assert rows_of(content, FeedSettings(encoding=encoding)).frame["größe"].to_list() == ["Ä"]


def test_a_byte_order_mark_is_no_part_of_the_first_column() -> None:
    assert rows_of(b"\xef\xbb\xbfa,b\n1,2\n").frame.columns[:2] == ["a", "b"]


def test_quoted_fields_keep_delimiters_quotes_and_line_ends() -> None:
    assert cells_of(rows_of('a,b\n"x, ""y""","1\r\n2\n3"\n')) == [('x, "y"', "1\r\n2\n3")]


def test_a_quotation_mark_inside_a_plain_field_is_an_inch() -> None:
    assert cells_of(rows_of('a,b\n6" pipe,2\n')) == [('6" pipe', "2")]


@pytest.mark.parametrize("blank", ["", "   ", "\t"])
def test_a_blank_line_is_no_row_wherever_it_stands(blank: str) -> None:
    text = f"{blank}\na,b\n{blank}\n1,2\n{blank}\n3,4\n{blank}\n"
    assert rows_of(text).frame[ROW_NO].to_list() == [1, 2]


def test_in_a_file_of_one_column_white_space_is_a_value() -> None:
    assert cells_of(rows_of('a\n \n\n""\nx\n')) == [(" ",), (None,), ("x",)]


def test_a_row_of_delimiters_is_a_row_of_nothing() -> None:
    assert cells_of(rows_of("a,b\n,\n")) == [(None, None)]


@pytest.mark.parametrize("row", ["1", "1,2,3", "1,"])
def test_a_row_of_another_width_is_a_fault_of_its_own(row: str) -> None:
    raw = rows_of(f"a,b,c,d\n1,2,3,4\n{row}\n5,6,7,8\n")
    assert raw.frame[FAULT].to_list() == [None, COLUMN_COUNT, None]
    assert cells_of(raw)[1] == (None, None, None, None)
    assert raw.faults.rows() == [(2, 3, row)]
    assert raw.with_lines()["bo_line"][1] == row


@pytest.mark.parametrize(
    "line",
    [
        '1,"open,3',
        '1,"6" pipe",3',
        '"1,2,3',
        '1,2,"',
        '1,2,"""',
    ],
)
def test_a_stray_or_unclosed_quotation_mark_costs_its_own_line_only(line: str) -> None:
    raw = rows_of(f"a,b,c\n0,0,0\n{line}\n4,5,6\n7,8,9\n")
    assert raw.frame[FAULT].to_list() == [None, BAD_QUOTES, None, None]
    assert cells_of(raw)[2:] == [("4", "5", "6"), ("7", "8", "9")]
    assert raw.faults.rows() == [(2, 3, line)]


def test_quoted_rows_behind_an_unclosed_mark_are_read_as_they_stand() -> None:
    raw = rows_of('a,b,c\n1,"open,3\n4,"x, y",6\n"7","8","9"\n')
    assert raw.frame[FAULT].to_list() == [BAD_QUOTES, None, None]
    assert cells_of(raw)[1:] == [("4", "x, y", "6"), ("7", "8", "9")]


def test_two_stray_marks_do_not_swallow_the_rows_between_them() -> None:
    raw = rows_of('sku,name,qty\nA,"Deluxe pipe,6\nB,Plain,2\nC,Pipe 5",9\n')
    assert raw.frame[FAULT].to_list() == [BAD_QUOTES, None, None]
    assert cells_of(raw)[1:] == [("B", "Plain", "2"), ("C", 'Pipe 5"', "9")]


def test_an_address_over_several_lines_is_one_cell() -> None:
    raw = rows_of('order_id,address,qty\nO1,"1 High St,\nLondon,\nUK",2\nO2,x,1\n')
    assert cells_of(raw) == [("O1", "1 High St,\nLondon,\nUK", "2"), ("O2", "x", "1")]


def test_a_row_may_span_a_bounded_number_of_lines() -> None:
    longest = "\n".join(["x"] * MAX_RECORD_LINES)
    assert cells_of(rows_of(f'a,b\n1,"{longest}"\n')) == [("1", longest)]
    raw = rows_of(f'a,b\n1,"{longest}\nx"\n2,3\n')
    assert raw.frame[FAULT].to_list() == [BAD_QUOTES, *[COLUMN_COUNT] * MAX_RECORD_LINES, None]


class CountedLines(PhysicalLines):
    """Lines that are counted as they are handed out."""

    taken = 0

    def __next__(self) -> str:
        """The next line, counted."""
        CountedLines.taken += 1
        return super().__next__()


def test_a_file_in_which_every_line_opens_a_mark_is_work_in_proportion_to_its_size(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("flows.inbound.delimited.PhysicalLines", CountedLines)
    monkeypatch.setattr(CountedLines, "taken", 0)
    assert rows_of("a,b\n" + 'a","\n' * 2_000).frame.height == 2_000
    assert 2_000 < CountedLines.taken < 2_003 * (MAX_RECORD_LINES + 1)


def test_a_field_of_more_than_the_parser_takes_costs_its_own_row() -> None:
    raw = rows_of(f"a,b\n1,{'x' * 200_000}\n2,3\n")
    assert raw.frame[FAULT].to_list() == [ReasonCode.OUT_OF_RANGE.value, None]


def test_faulty_lines_are_kept_as_they_stand_in_the_file() -> None:
    raw = rows_of('a,b\r\n\r\n1,"ä\r\n3\r\n')
    assert raw.faults.rows() == [(1, 3, '1,"ä'), (2, 4, "3")]


def test_more_rows_than_a_chunk_keep_their_order_and_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.inbound.delimited.CHUNK_ROWS", 3)
    raw = rows_of("a,b\n" + "".join(f"{row},x\n" if row != 5 else "5\n" for row in range(1, 11)))
    assert raw.frame["a"].to_list() == [None if row == 5 else str(row) for row in range(1, 11)]
    assert raw.frame.filter(pl.col(FAULT).is_not_null())[ROW_NO].to_list() == [5]


def test_a_header_without_rows_is_a_file_of_no_rows() -> None:
    assert rows_of("a,b\n").frame.shape == (0, 4)


def test_names_that_polars_would_take_for_patterns_are_names() -> None:
    raw = rows_of("*,^.*$,a.b\n1,,3\n")
    assert raw.frame.rows() == [("1", None, "3", 1, None)]


def test_stated_names_make_the_first_line_a_row() -> None:
    raw = rows_of("1,2\n3,4\n", FeedSettings(header=("a", " b ")))
    assert raw.frame.columns[:2] == ["a", "b"]
    assert cells_of(raw) == [("1", "2"), ("3", "4")]


def test_a_quarantine_file_has_a_header_even_where_the_clients_files_have_none() -> None:
    raw = rows_of("a,b,bo_file,bo_row\n1,2,f0,7\n", FeedSettings(header=("a", "b")))
    assert cells_of(raw) == [("1", "2", "f0", "7")]


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("", ReasonCode.EMPTY_FILE, "no byte"),
        ("\n \r\n", ReasonCode.EMPTY_FILE, "blank lines"),
        ("a,,c\n", ReasonCode.NO_HEADER, "column 2 of 3"),
        ('a,"b\n1,2\n', ReasonCode.NO_HEADER, "line 1"),
        ("a,b, a\n", ReasonCode.DUPLICATE_COLUMN, "columns 1 and 3 are both named 'a'"),
        ("a,bo_fault\n", ReasonCode.DUPLICATE_COLUMN, "bo_fault"),
        (b"a\n\xff\n", ReasonCode.BAD_ENCODING, "byte 2 (line 2)"),
    ],
)
def test_a_file_that_is_no_table_is_refused_and_says_where(
    text: str | bytes, code: ReasonCode, words: str
) -> None:
    refusal = refusal_of(text)
    assert refusal.code is code
    assert words in refusal.detail


@pytest.mark.parametrize("header", [("a", "a"), ("a", "")])
def test_stated_names_must_tell_columns_apart_too(header: tuple[str, ...]) -> None:
    assert refusal_of("1,2\n", FeedSettings(header=header)).code in {
        ReasonCode.DUPLICATE_COLUMN,
        ReasonCode.NO_HEADER,
    }


encodings = st.sampled_from(["utf-8", "cp1252", "latin-1", "utf-16", "utf-16-le", "utf-32", "ascii"])
feeds_of_any_kind = st.builds(
    FeedSettings,
    encoding=encodings,
    delimiter=st.sampled_from([",", ";", "\t", "§"]),
    header=st.sampled_from([(), ("a",), ("a", "b", "c")]),
)
messy = st.text(alphabet='ab1,;"\t\r\n \x00\x0b\u2028§', max_size=200)


@settings(deadline=None)
@given(st.one_of(st.binary(max_size=200), messy.map(str.encode)), feeds_of_any_kind)
def test_any_bytes_have_an_answer(content: bytes, feed: FeedSettings) -> None:
    answer = DelimitedReader().read(content, feed)
    assert isinstance(answer, RawRows | Refusal)
    if isinstance(answer, RawRows):
        assert answer.frame[ROW_NO].to_list() == list(range(1, answer.frame.height + 1))
        broken = answer.frame.filter(pl.col(FAULT).is_not_null())
        assert broken[ROW_NO].to_list() == answer.faults[ROW_NO].to_list()
        assert broken.drop(ROW_NO, FAULT).null_count().sum_horizontal().sum() == broken.height * (
            answer.frame.width - 2
        )


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


@settings(deadline=None)
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
    raw = rows_of(content, FeedSettings(delimiter=delimiter, encoding=encoding))
    assert cells_of(raw) == [tuple(value or None for value in row) for row in meant]
