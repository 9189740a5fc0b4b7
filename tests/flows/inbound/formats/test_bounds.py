"""A file asks for as much work as its size allows, and for no more than a bound."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from flows.inbound.formats import bounds
from flows.inbound.formats.delimited import DelimitedReader
from schemas.intake.refusal import Refusal
from schemas.settings.client import FeedSettings
from schemas.vocabulary.codes import ReasonCode
from transforms.intake.rows.raw_rows import FAULT, RawRows

HEADER = b"order_id,sku,qty\n"


def read(content: bytes, **settings: str) -> RawRows | Refusal:
    """A file as the reader answers it."""
    return DelimitedReader().read(content, FeedSettings.model_validate(settings))


def code_of(content: bytes, **settings: str) -> ReasonCode | None:
    """Why a file is refused; None where it is not."""
    answer = read(content, **settings)
    return answer.code if isinstance(answer, Refusal) else None


@pytest.mark.parametrize("columns", [bounds.MAX_COLUMNS, bounds.MAX_COLUMNS + 1, 20_000])
def test_a_file_has_a_bounded_number_of_columns(columns: int) -> None:
    content = (",".join(f"c{place}" for place in range(columns)) + "\n").encode()
    assert code_of(content) == (None if columns <= bounds.MAX_COLUMNS else ReasonCode.TOO_LARGE)


def test_a_file_has_a_bounded_number_of_lines_of_any_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MAX_LINES", 10)
    for end in (b"\n", b"\r\n", b"\r"):
        assert code_of(b"a,b" + end + (b"1,2" + end) * 9) is None
        assert code_of(b"a,b" + end + (b"1,2" + end) * 10) is ReasonCode.TOO_LARGE
        assert code_of(b"a,b" + end * 11) is ReasonCode.TOO_LARGE


def test_a_file_of_broken_lines_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MAX_BROKEN_LINES", 5)
    monkeypatch.setattr("flows.inbound.formats.delimited.MAX_BROKEN_LINES", 5)
    assert code_of(b"a,b\n" + b"1\n" * 5) is None
    assert code_of(b"a,b\n" + b"1\n" * 6) is ReasonCode.BROKEN_ROWS
    assert code_of(b"a,b\n" + b'"x\n' * 6) is ReasonCode.BROKEN_ROWS


def test_a_file_has_a_bounded_number_of_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MAX_CELLS", 20)
    monkeypatch.setattr("flows.inbound.formats.delimited.CHUNK_CELLS", 4)
    assert code_of(b"a,b\n" + b"1,2\n" * 10) is None
    assert code_of(b"a,b\n" + b"1,2\n" * 13) is ReasonCode.TOO_LARGE


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_line_that_is_too_long_costs_its_own_row(end: str, encoding: str) -> None:
    long = "x" * (bounds.MAX_LINE_CHARACTERS * 3)
    rows = read(f'a,b{end}1,2{end}{long}{end}3,4{end}"{end}{long}'.encode(encoding), encoding=encoding)
    assert isinstance(rows, RawRows)
    assert rows.frame[FAULT].to_list() == [None, "too_long", None, "bad_quotes", "too_long"]
    assert rows.faults["text"].str.len_chars().to_list() == [
        bounds.KEPT_CHARACTERS,
        1,
        bounds.KEPT_CHARACTERS,
    ]


def test_a_line_within_an_open_quotation_mark_is_never_read_in_part() -> None:
    long = "1,2," * bounds.MAX_LINE_CHARACTERS
    rows = read(f'a,b\n"\n{long}\n3,4\n'.encode())
    assert isinstance(rows, RawRows)
    assert rows.frame[FAULT].to_list() == ["bad_quotes", "too_long", None]


@pytest.mark.parametrize(
    "content",
    [b"x" * 50_000_000, HEADER + b"x" * 50_000_000, HEADER + b"," * 50_000_000, HEADER + b'"' * 50_000_000],
    ids=["header", "row", "delimiters", "quotation marks"],
)
def test_one_line_of_fifty_megabytes_is_answered_at_once_and_held_nowhere(content: bytes) -> None:
    tracemalloc.start()
    began = time.process_time()
    answer = read(content)
    seconds, (_, peak) = time.process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(answer, Refusal) or answer.frame[FAULT].to_list() == ["too_long"]
    assert seconds < 5
    assert peak < 20_000_000


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (
            b"c," * 999_999 + b"c\n1,2\n",
            ReasonCode.TOO_LARGE,
            "it has 1,000,000 columns; a file has at most 2,000 columns",
        ),
        (
            b"\n\n" + b"," * 3_000_000,
            ReasonCode.TOO_LARGE,
            "it has 3,000,001 columns; a file has at most 2,000",
        ),
        (
            b"a,b" + b"c" * 1_999_997 + b"\n1,2\n",
            ReasonCode.NO_HEADER,
            "line 1, which names the columns, has 2,000,001 characters; at most 1,000,000",
        ),
    ],
)
def test_a_first_line_that_is_too_long_says_how_many_columns_it_names(
    content: bytes, code: ReasonCode, words: str
) -> None:
    answer = read(content)
    assert isinstance(answer, Refusal)
    assert answer.code is code
    assert words in answer.detail
