"""Samples of other formats than delimited text, and packed ones."""

from __future__ import annotations

import gzip
import io
import json
from typing import TYPE_CHECKING

import polars as pl
import pytest
import xlsxwriter

from tests.flows.onboarding import exports
from tests.flows.onboarding.newcomers import client_of, make_place, onboard, rows_read, to_decide

if TYPE_CHECKING:
    from pathlib import Path

    from flows.workspace import Workspace

ORDERS = [
    {
        "id": 5001,
        "order_number": 1001,
        "created_at": "2026-03-02T09:14:11+00:00",
        "email": "ann@example.com",
        "line_items": [
            {"sku": "CARD-M", "quantity": 2, "price": "10.00"},
            {"sku": "CARD-L", "quantity": 1, "price": "10.00"},
        ],
    }
]
READ = [("1001", "CARD-M", "2", "2026-03-02 09:14"), ("1001", "CARD-L", "1", "2026-03-02 09:14")]

ROWS = [["Receipt No", "SKU", "Qty Received", "Date Received"], ["R1", "CARD-M", "4", "2026-03-02"]]


def workbook(sheets: dict[str, list[list[str]]]) -> bytes:
    """A workbook with these sheets of texts."""
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written)
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    book.close()
    return written.getvalue()


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return make_place(tmp_path)


@pytest.mark.parametrize(
    ("document", "keys"),
    [
        (ORDERS, {"lines": "line_items"}),
        ({"orders": ORDERS}, {"lines": "line_items"}),
        ({"warnings": [{"text": "x"}], "orders": ORDERS}, {"records": "orders", "lines": "line_items"}),
    ],
)
def test_records_are_read_with_the_rows_within_them(
    place: Workspace, document: object, keys: dict[str, str]
) -> None:
    found = onboard(place, {"orders.json": json.dumps(document)})
    orders = client_of(place, found).feeds.orders
    assert {key: getattr(orders, key) for key in ("records", "lines") if getattr(orders, key)} == keys
    assert orders.columns["sku"] == "line_items.sku"
    assert to_decide(found) == []
    assert rows_read(found) == [READ]


def test_a_record_a_line_and_packed(place: Workspace) -> None:
    content = gzip.compress("\n".join(json.dumps(order) for order in ORDERS * 2).encode())
    found = onboard(place, {"orders.ndjson.gz": content})
    assert client_of(place, found).feeds.orders.lines == "line_items"
    assert rows_read(found)[0][:2] == READ


def test_a_packed_text_is_read_like_the_text(place: Workspace) -> None:
    found = onboard(place, {"report.csv.gz": gzip.compress(exports.GERMAN_RECEIPTS.encode("cp1252"))})
    assert client_of(place, found).feeds.receipts.encoding == "cp1252"
    assert len(rows_read(found)[0]) == 3


def test_parquet_needs_no_form(place: Workspace) -> None:
    written = io.BytesIO()
    pl.DataFrame(
        {"Receipt No": ["R1"], "SKU": ["A"], "Qty Received": [4], "Date Received": ["2026-03-02"]}
    ).write_parquet(written)
    found = onboard(place, {"receipts.parquet": written.getvalue()})
    assert [section.program for section in found.sections] == [""]
    assert rows_read(found)[0][0][:3] == ("R1", "A", "4")


def test_the_one_sheet_that_names_columns_needs_no_name(place: Workspace) -> None:
    found = onboard(
        place, {"receipts.xlsx": workbook({"Notes": [["see other"]], "Data": [["Report"], *ROWS]})}
    )
    assert client_of(place, found).feeds.receipts.sheet == ""
    assert rows_read(found)[0][0][:3] == ("R1", "CARD-M", "4")


def test_of_sheets_that_name_columns_the_one_that_names_most_is_written(place: Workspace) -> None:
    book = workbook({"Overview": [["SKU", "Description"], ["CARD-M", "Card"]], "Data": ROWS})
    found = onboard(place, {"receipts.xlsx": book})
    assert client_of(place, found).feeds.receipts.sheet == "Data"
    assert rows_read(found)[0][0][:3] == ("R1", "CARD-M", "4")


def test_of_sheets_that_are_alike_a_person_says_which(place: Workspace) -> None:
    found = onboard(place, {"receipts.xlsx": workbook({"March": ROWS, "April": ROWS})})
    assert to_decide(found) == ["receipts.sheet"]
    assert [choice.value for choice in found.sections[0].open[0].choices] == ["March", "April"]
    assert rows_read(found, decided=True)[0][0][:3] == ("R1", "CARD-M", "4")
