"""A file that cannot be read says what it seems to be."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import datetime

import pytest

from flows.inbound.formats.delimited import DelimitedReader
from flows.inbound.reading.guessing import guess_count_pattern, guess_settings
from schemas.intake.refusal import Refusal
from schemas.settings.client import FeedSettings, StockFeed
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import Feed
from tests.flows.inbound.formats.workbooks.books import header as cells
from tests.flows.inbound.formats.workbooks.books import pack, parts, sheet
from tests.transforms.intake.door import SOURCE

DAY_ALONE = (
    'the file name looks like counted_at_pattern = "stock_%Y%m%d"; write it in [feeds.stock], and '
    "counted_at_time: the name says the day alone"
)


def guessed(content: bytes, code: ReasonCode, settings: FeedSettings | None = None) -> list[str]:
    """What is guessed of a refused file of orders."""
    stated = settings or FeedSettings()
    header = DelimitedReader().header(content, stated)
    return guess_settings(content, header, Refusal(code, "x"), SOURCE, stated)


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
    assert guess_settings(b"1,2", ["1", "2"], None, SOURCE, FeedSettings()) == []


@pytest.mark.parametrize("content", [b"\xff", b"\n\n", b'"open'])
def test_a_file_without_a_first_line_has_no_header(content: bytes) -> None:
    assert DelimitedReader().header(content, FeedSettings()) == []


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("stock_20260302.csv", "stock_%Y%m%d"),
        ("2026-03-02 count.txt", "%Y-%m-%d count"),
        ("inv_2026_03_02_W1.csv", "inv_%Y_%m_%d_W1"),
        ("stock_20260302_0615.csv", "stock_%Y%m%d_%H%M"),
        ("stock_20260302061530.csv", "stock_%Y%m%d%H%M%S"),
        ("stock-2026-03-02T06-15-30.csv", "stock-%Y-%m-%dT%H-%M-%S"),
        ("100%_20260302", "100%%_%Y%m%d"),
        ("stock.csv", ""),
        ("stock_1234567890123.csv", ""),
    ],
)
def test_the_name_of_a_count_has_a_pattern(name: str, pattern: str) -> None:
    assert guess_count_pattern(name) == pattern
    if pattern:
        assert datetime.strptime(name.rpartition(".")[0] or name, pattern).day == 2  # noqa: DTZ007 -- its day alone


@pytest.mark.parametrize("code", [ReasonCode.FEED_NOT_STATED, ReasonCode.NOT_MATCHED])
@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("stock_20260302.csv", DAY_ALONE),
        (
            "stock_20260302_0615.csv",
            'the file name looks like counted_at_pattern = "stock_%Y%m%d_%H%M"; write it in [feeds.stock]',
        ),
    ],
)
def test_a_count_whose_instant_is_not_known_says_what_its_name_looks_like(
    code: ReasonCode, name: str, told: str
) -> None:
    source = replace(SOURCE, feed=Feed.STOCK, file_name=name)
    assert guess_settings(b"", [], Refusal(code, "x"), source, StockFeed()) == [told]


def test_a_name_that_fits_or_has_no_day_says_nothing() -> None:
    refusal = Refusal(ReasonCode.NOT_MATCHED, "x")
    settings = StockFeed(counted_at_pattern="stock_%Y%m%d")
    for name in ("stock.csv", "stock_20260302.csv"):
        source = replace(SOURCE, feed=Feed.STOCK, file_name=name)
        assert guess_settings(b"", [], refusal, source, settings) == []


@pytest.mark.parametrize(
    ("text", "settings", "words"),
    [
        (
            "Orders;;\nNo;Article;Pieces\nO1;A;1\n",
            FeedSettings(delimiter=";"),
            "line 2; write title_lines = 1 in",
        ),
        ("Orders\n\nNo,Article,Pieces\n", FeedSettings(), "line 3; write title_lines = 2 in"),
        (
            "Orders, all;;\nNo;Article;Pieces\n",
            FeedSettings(),
            'line 2; write title_lines = 1 and delimiter = ";" in',
        ),
        ("Orders\nall\nNo,Article\n", FeedSettings(title_lines=1), "line 3; write title_lines = 2 in"),
    ],
)
def test_a_title_above_the_names_of_the_columns_is_counted(
    text: str, settings: FeedSettings, words: str
) -> None:
    (sentence,) = guessed(text.encode(), ReasonCode.NO_HEADER, settings)
    assert sentence.startswith(f"the columns seem to be named in {words} [feeds.orders]")


@pytest.mark.parametrize("text", ["No,Article\nO1,A\n", "No,No\nO1,A\n", "a\nb\n", "4711,3\nx,y\n"])
def test_names_that_no_line_below_outdoes_are_no_title(text: str) -> None:
    assert not any("title_lines" in sentence for sentence in guessed(text.encode(), ReasonCode.NO_HEADER))


def workbook_of(**sheets: str) -> bytes:
    return pack(parts(sheets))


def test_the_sheets_of_a_workbook_are_told_where_nobody_can_say_which_is_meant() -> None:
    orders = sheet(cells("order_id", "sku"), cells("O1", "A"))
    (told,) = guessed(workbook_of(March=orders, April=orders), ReasonCode.WHICH_SHEET)
    assert told.startswith('its sheets are "March", "April"; write sheet = "..." in [feeds.orders]')
    many = {f"s{number}": orders for number in range(22)}
    assert '"s19" and 2 more' in guessed(workbook_of(**many), ReasonCode.WHICH_SHEET)[0]


def test_the_row_of_a_workbook_that_names_columns_is_told() -> None:
    titled = workbook_of(X=sheet(cells("Orders"), "", cells("No", "Article"), cells("O1", "A")))
    (told,) = guessed(titled, ReasonCode.MISSING_COLUMN)
    assert "in row 3; write title_lines = 2 in [feeds.orders]" in told
    assert guessed(titled, ReasonCode.MISSING_COLUMN, FeedSettings(title_lines=2)) == []


@pytest.mark.parametrize("content", [b"PK\x03\x04", b'[{"a;b": 1}]', b"PAR1"])
def test_of_other_formats_nothing_is_guessed_as_if_they_were_text(content: bytes) -> None:
    codes = (ReasonCode.MISSING_COLUMN, ReasonCode.BAD_ENCODING, ReasonCode.WHICH_SHEET)
    assert [guessed(content, code) for code in codes] == [[], [], []]


def test_packed_text_is_looked_at_unpacked() -> None:
    packed = gzip.compress(b"No;Article;Pieces\nO1;A;4\n")
    (told,) = guess_settings(
        packed, ["No;Article;Pieces"], Refusal(ReasonCode.MISSING_COLUMN, "x"), SOURCE, FeedSettings()
    )
    assert 'delimiter = ";"' in told
