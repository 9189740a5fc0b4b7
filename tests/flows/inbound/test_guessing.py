"""A file that cannot be read says what it seems to be."""

from __future__ import annotations

import pytest

from flows.inbound.delimited import DelimitedReader, read_header
from flows.inbound.guessing import guess_settings
from schemas.client import FeedSettings
from schemas.codes import ReasonCode
from schemas.refusal import Refusal
from schemas.vocabulary import Feed


def guessed(content: bytes, code: ReasonCode, settings: FeedSettings | None = None) -> list[str]:
    """What is guessed of a refused file of orders."""
    stated = settings or FeedSettings()
    header = read_header(content, stated)
    return guess_settings(content, header, Refusal(code, "x"), Feed.ORDERS, stated)


@pytest.mark.parametrize(
    ("encoding", "stated"),
    [
        ("cp1252", "utf-8"),
        ("utf-16-le", "utf-8"),
        ("utf-16-be", "utf-8"),
        ("utf-8", "utf-16"),
        ("utf-8", "ascii"),
    ],
)
def test_the_encoding_in_which_all_bytes_are_text_is_named(encoding: str, stated: str) -> None:
    content = "order_id,ship_to_name\nO1,Jörg Ärmel\nO2,a\n".encode(encoding)
    settings = FeedSettings(encoding=stated)
    assert isinstance(DelimitedReader().read(content, settings), Refusal)
    assert guessed(content, ReasonCode.BAD_ENCODING, settings) == [
        f'the bytes look like {encoding}; write encoding = "{encoding}" in [feeds.orders]'
    ]


def test_what_is_no_text_in_any_other_encoding_looks_like_latin_1() -> None:
    assert guessed(b"a\x81\n", ReasonCode.BAD_ENCODING)[0].startswith("the bytes look like latin-1;")


def test_where_the_stated_encoding_is_the_likely_one_nothing_is_named() -> None:
    assert guessed(b"a\x81\n", ReasonCode.BAD_ENCODING, FeedSettings(encoding="latin-1")) == []


@pytest.mark.parametrize(("mark", "written"), [(";", ";"), ("\t", r"\t"), ("|", "|")])
def test_a_first_line_that_is_one_name_looks_separated_otherwise(mark: str, written: str) -> None:
    content = mark.join(["order", "sku", "qty"]).encode()
    assert guessed(content, ReasonCode.MISSING_COLUMN) == [
        f'the fields look separated by "{written}"; write delimiter = "{written}" in [feeds.orders]'
    ]


@pytest.mark.parametrize("line", ["O1,Ann,1", "O1,Ann,2026-03-02 09:00", "O1,ann@mail.test,x", "O1,-1.5,x"])
def test_a_first_line_of_values_is_no_header(line: str) -> None:
    (sentence,) = guessed(line.encode(), ReasonCode.MISSING_COLUMN)
    assert sentence.startswith("the first line looks like a row, not like the names of columns; write header")
    assert "Ann" not in sentence


@pytest.mark.parametrize("code", [ReasonCode.MISSING_COLUMN, ReasonCode.EMPTY_FILE])
def test_names_that_are_merely_others_say_nothing(code: ReasonCode) -> None:
    assert guessed(b"order,article,pieces\n", code) == []


def test_a_file_that_is_not_refused_says_nothing() -> None:
    assert guess_settings(b"1,2", ["1", "2"], None, Feed.ORDERS, FeedSettings()) == []


@pytest.mark.parametrize("content", [b"\xff", b"\n\n", b'"open'])
def test_a_file_without_a_first_line_has_no_header(content: bytes) -> None:
    assert read_header(content, FeedSettings()) == []
