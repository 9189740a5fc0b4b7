"""Which sheet, which header, which rows: the table of a workbook, its rows as a spreadsheet counts them."""

from __future__ import annotations

import io
from datetime import datetime

import pytest
import xlsxwriter

from flows.inbound.formats.files import FileReader
from schemas.settings.client import FeedSettings
from schemas.vocabulary.codes import ReasonCode
from tests.flows.inbound.formats.workbooks.books import (
    book,
    cells_of,
    header,
    inline,
    pack,
    parts,
    refusal_of,
    rows_of,
    sheet,
)
from transforms.intake.rows.raw_rows import FAULT, SHEET_ROW, TYPED_NUMBER

ORDERS = sheet(header("order_id", "sku"), header("O1", "A"))
NOTES = sheet(header("Prepared by"), header("Bob"))
EMPTY = sheet()


def test_a_workbook_as_a_program_writes_it() -> None:
    meant = [
        ("000042", "A\nB", f"{TYPED_NUMBER}2.5", "2026-03-04 09:30", "TRUE"),
        ("O2", None, "3", "2026-03-05", "FALSE"),
    ]
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as workbook:
        page = workbook.add_worksheet("Any")
        page.write_row(0, 0, ["order_id", "sku", "qty", "ordered_at", "gift"])
        page.write_number(1, 0, 42, workbook.add_format({"num_format": "000000"}))
        page.write_string(1, 1, "A\nB")
        page.write_number(1, 2, 2.5)
        moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        page.write_datetime(1, 3, datetime(2026, 3, 4, 9, 30), moment)  # noqa: DTZ001 -- a spreadsheet's
        page.write_boolean(1, 4, True)
        page.write_row(2, 0, ["O2", "", 3])
        page.write_datetime(2, 3, datetime(2026, 3, 5), moment)  # noqa: DTZ001 -- likewise
        page.write_boolean(2, 4, False)
        page.set_row(2, None, None, {"hidden": True})
    assert cells_of(made.getvalue()) == meant


@pytest.mark.parametrize(
    ("sheets", "states", "feed"),
    [
        ({"X": ORDERS}, {}, FeedSettings()),
        ({"Empty": EMPTY, "X": ORDERS}, {}, FeedSettings()),
        ({"Notes": NOTES, "X": ORDERS}, {}, FeedSettings()),
        ({"Old": ORDERS, "X": ORDERS}, {"Old": "hidden"}, FeedSettings()),
        ({"Old": ORDERS, "X": ORDERS}, {"Old": "veryHidden"}, FeedSettings()),
        ({"Notes": NOTES, "X": ORDERS}, {"X": "hidden"}, FeedSettings(sheet="x")),
        ({"X": ORDERS, "Y": ORDERS}, {}, FeedSettings(sheet="X")),
    ],
)
def test_the_sheet_that_is_meant_is_read(
    sheets: dict[str, str], states: dict[str, str], feed: FeedSettings
) -> None:
    assert cells_of(pack(parts(sheets, states=states)), feed) == [("O1", "A")]


@pytest.mark.parametrize(
    ("sheets", "states", "feed", "code", "says"),
    [
        ({"X": ORDERS, "Y": ORDERS}, {}, FeedSettings(), ReasonCode.WHICH_SHEET, "those at places 1, 2 name"),
        (
            {"X": NOTES, "Y": NOTES},
            {},
            FeedSettings(),
            ReasonCode.WHICH_SHEET,
            "places 1, 2 are filled, and none",
        ),
        ({"X": ORDERS}, {}, FeedSettings(sheet="Y"), ReasonCode.WHICH_SHEET, 'sheet = "Y"'),
        ({"X": EMPTY, "Y": ORDERS}, {"Y": "hidden"}, FeedSettings(), ReasonCode.EMPTY_FILE, "1 are hidden"),
        ({"X": EMPTY}, {}, FeedSettings(), ReasonCode.EMPTY_FILE, "none of the 1"),
        ({}, {}, FeedSettings(), ReasonCode.WHICH_SHEET, "no sheet"),
    ],
)
def test_where_nobody_can_say_which_sheet_is_meant_the_file_is_refused_by_places(
    sheets: dict[str, str], states: dict[str, str], feed: FeedSettings, code: ReasonCode, says: str
) -> None:
    refusal = refusal_of(pack(parts(sheets, states=states)), feed)
    assert (refusal.code, says in refusal.detail) == (code, True), refusal
    assert "Bob" not in refusal.detail


TITLED = sheet(
    header("Orders of March"), "", header("Order No", "Article"), header("O1", "A"), "", header("O2", "B")
)
MAPPED = {"order_id": "Order No", "sku": "Article"}


def test_the_header_is_found_below_a_title_and_rows_are_those_that_a_spreadsheet_shows() -> None:
    raw = rows_of(book(TITLED), FeedSettings(columns=MAPPED))
    assert raw.frame.select("Order No", SHEET_ROW).rows() == [("O1", 4), ("O2", 6)]
    stated = FeedSettings(title_lines=2)
    assert cells_of(book(TITLED), stated) == [("O1", "A"), ("O2", "B")]
    assert FileReader().header(book(TITLED), stated) == ["Order No", "Article"]


def test_a_stated_header_names_the_columns_of_a_file_without_one() -> None:
    bare = sheet(header("O1", "A"), header("O2", "B"))
    assert cells_of(book(bare), FeedSettings(header=("order_id", "sku"))) == [("O1", "A"), ("O2", "B")]


def test_a_quarantine_file_that_comes_back_as_a_workbook_has_its_own_header() -> None:
    back = sheet(header("sku", "bo_file", "bo_row"), header("A", "f", "1"))
    feed = FeedSettings(header=("order_id", "sku"), title_lines=1)
    assert rows_of(pack(parts({"Notes": NOTES, "X": back})), feed).frame["sku"].to_list() == ["A"]


def test_what_stands_beside_the_columns_breaks_its_row_unless_it_is_empty() -> None:
    xml = sheet(
        header("order_id", "sku"),
        '<c r="A2"><v>1</v></c><c r="C2" t="inlineStr"><is><t> </t></is></c>',
        '<c r="A3"><v>2</v></c><c r="XFD3"><v>9</v></c>',
    )
    raw = rows_of(book(xml))
    assert raw.frame[FAULT].to_list() == [None, ReasonCode.COLUMN_COUNT]
    assert raw.faults.select("line_no", "text").rows() == [(3, "2\t\t9")]


def test_merged_cells_stand_in_their_first_cell_and_are_filled_down_where_that_is_stated() -> None:
    xml = sheet(header("order_id", "sku"), header("O1", "A"), "<c/>" + inline("B"))
    assert cells_of(book(xml), FeedSettings(fill_down=("order_id",))) == [("O1", "A"), ("O1", "B")]


def test_names_of_columns_may_be_dates_and_numbers() -> None:
    xml = sheet(header("sku") + '<c t="d"><v>2026-03-04</v></c><c><v>7</v></c>', header("A", "B", "C"))
    assert FileReader().header(book(xml), FeedSettings()) == ["sku", "2026-03-04", "7"]
    assert rows_of(book(xml)).frame.columns[:3] == ["sku", "2026-03-04", "7"]


def test_many_rows_are_read_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.inbound.formats.workbook.CHUNK_CELLS", 6)
    monkeypatch.setattr("flows.inbound.formats.workbooks.archive.PIECE", 64)
    rows = [header(f"O{n}", f"S{n}") for n in range(20)]
    assert cells_of(book(sheet(header("order_id", "sku"), *rows))) == [(f"O{n}", f"S{n}") for n in range(20)]
