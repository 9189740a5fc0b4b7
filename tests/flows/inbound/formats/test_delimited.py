"""Delimited text: rows of text, and refusals that say where."""

from __future__ import annotations

import polars as pl
import pytest

from schemas.settings.client import FeedSettings
from schemas.vocabulary.codes import ReasonCode
from tests.flows.inbound.formats.texts import cells_of, refusal_of, rows_of
from transforms.intake.rows.raw_rows import FAULT, ROW_NO, SHEET_ROW


def test_everything_is_text_named_as_the_header_says_and_numbered_from_one() -> None:
    raw = rows_of(" order_id , qty\n007,1.0\nB,\n")
    numbers = {ROW_NO: pl.Int64, SHEET_ROW: pl.Int64}
    assert raw.frame.schema == {"order_id": pl.String, "qty": pl.String, **numbers, FAULT: pl.String}
    assert raw.frame.rows() == [("007", "1.0", 1, 2, None), ("B", None, 2, 3, None)]
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
    frame = rows_of(text).frame
    assert (frame[ROW_NO].to_list(), frame[SHEET_ROW].to_list()) == ([1, 2], [4, 6])


def test_a_spreadsheet_shows_a_row_over_several_lines_as_one_and_a_broken_line_as_one() -> None:
    frame = rows_of('a,b\n1,"two\nlines"\nonly one\n3,4\n').frame
    assert frame[SHEET_ROW].to_list() == [2, 3, 4]


def test_without_a_header_the_first_row_is_the_first_line() -> None:
    frame = rows_of("1,2\n\n3,4\n", FeedSettings(header=("a", "b"))).frame
    assert frame[SHEET_ROW].to_list() == [1, 3]


def test_in_a_file_of_one_column_white_space_is_a_value() -> None:
    assert cells_of(rows_of('a\n \n\n""\nx\n')) == [(" ",), (None,), ("x",)]


def test_a_row_of_delimiters_is_a_row_of_nothing() -> None:
    assert cells_of(rows_of("a,b\n,\n")) == [(None, None)]


@pytest.mark.parametrize(("bound", "size"), [("CHUNK_CELLS", 6), ("CHUNK_CHARACTERS", 9)])
def test_more_rows_than_a_chunk_keep_their_order_and_faults(
    monkeypatch: pytest.MonkeyPatch, bound: str, size: int
) -> None:
    monkeypatch.setattr(f"flows.inbound.formats.delimited.{bound}", size)
    raw = rows_of("a,b\n" + "".join(f"{row},x\n" if row != 5 else "5\n" for row in range(1, 11)))
    assert raw.frame["a"].to_list() == [None if row == 5 else str(row) for row in range(1, 11)]
    assert raw.frame.filter(pl.col(FAULT).is_not_null())[ROW_NO].to_list() == [5]


def test_a_header_without_rows_is_a_file_of_no_rows() -> None:
    assert rows_of("a,b\n").frame.shape == (0, 5)


def test_names_that_polars_would_take_for_patterns_are_names() -> None:
    raw = rows_of("*,^.*$,a.b\n1,,3\n")
    assert raw.frame.rows() == [("1", None, "3", 1, 2, None)]


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
        ("\ufeff", ReasonCode.EMPTY_FILE, "blank lines"),
        (",,\n1,2,3\n", ReasonCode.NO_HEADER, "none of 3 columns"),
        ('a,"b\n1,2\n', ReasonCode.NO_HEADER, "line 1"),
        ("a,b, a\n", ReasonCode.DUPLICATE_COLUMN, "column 3 (C) has the name of column 1 (A)"),
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


@pytest.mark.parametrize("header", [("a", "a"), ("", "")])
def test_stated_names_must_tell_columns_apart_too(header: tuple[str, ...]) -> None:
    assert refusal_of("1,2\n", FeedSettings(header=header)).code in {
        ReasonCode.DUPLICATE_COLUMN,
        ReasonCode.NO_HEADER,
    }


TITLED = "Orders of ACME, 29.11.2026;;\n;;\nNo;Article;Pieces\nO1;A;1\n"


def test_lines_above_the_header_are_no_rows_and_are_counted_as_a_spreadsheet_does() -> None:
    raw = rows_of(TITLED, FeedSettings(delimiter=";", title_lines=2))
    assert raw.frame.columns[:3] == ["No", "Article", "Pieces"]
    assert cells_of(raw) == [("O1", "A", "1")]
    assert raw.frame[SHEET_ROW].to_list() == [4]


def test_a_title_may_hold_a_stray_quotation_mark_or_be_all_of_a_file() -> None:
    titled = FeedSettings(title_lines=1)
    assert cells_of(rows_of('6" pipes, "new\na,b\n1,2\n', titled)) == [("1", "2")]
    assert refusal_of("title", titled).code == ReasonCode.EMPTY_FILE


def test_a_file_without_names_may_have_a_title() -> None:
    settings = FeedSettings(header=("a", "b"), title_lines=1)
    assert cells_of(rows_of("Title\n1,2\n", settings)) == [("1", "2")]


def test_a_quarantine_file_come_back_has_no_title_above_it() -> None:
    back = rows_of("No,bo_file,bo_row\nO1,x,1\n", FeedSettings(title_lines=1))
    assert cells_of(back) == [("O1", "x", "1")]
