"""Quarantine files: what is wrong, in the client's own columns, ready to be dropped again."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from openpyxl import load_workbook

from flows.inbound.formats.delimited import DelimitedReader
from flows.outbound.clients.quarantine import quarantine_name, render_quarantine
from flows.outbound.workbooks import read_workbook
from schemas.intake.verdicts import RejectedRow
from schemas.settings.client import FeedSettings
from tests.frames import frame_of
from tests.transforms.intake.door import SOURCE, client_of
from transforms.intake.rows.raw_rows import RawRows
from transforms.texts import restored_text

HASH = "0123456789abcdef"
ADVICE = 'qty: write digits, with the stated decimal mark and no unit (12 or 12.5; decimal_mark = ""."")'


def read(content: bytes, settings: FeedSettings) -> RawRows:
    """What the reader of delimited text makes of it."""
    rows = DelimitedReader().read(content, settings)
    assert isinstance(rows, RawRows)
    return rows


def quarantine(
    content: bytes, *rejected: dict[str, Any], settings: FeedSettings | None = None
) -> tuple[bytes, RawRows]:
    """The quarantine file of rejected rows, and what the reader makes of that file."""
    chosen = settings or FeedSettings.model_validate({})
    client = client_of(**chosen.model_dump(exclude_defaults=True))
    raw = read(content, chosen)
    rows = frame_of(RejectedRow, *({"file_hash": HASH, "reason_code": "missing", **row} for row in rejected))
    document = render_quarantine(
        raw.frame,
        rows,
        replace(SOURCE, file_name="o 1.csv", file_hash=HASH),
        client=client,
        faults=raw.faults,
    )
    assert document is not None
    assert document.path == "quarantine/acme/orders/0123456789ab/o 1.csv"
    return document.content, read(document.content, chosen)


def test_a_file_without_a_rejected_row_has_no_quarantine() -> None:
    raw = pl.DataFrame({"sku": ["A"], "bo_row_no": [1]})
    none = render_quarantine(raw, frame_of(RejectedRow), SOURCE, client=client_of())
    assert none is None


def test_rejected_rows_keep_the_clients_columns_and_say_what_is_wrong() -> None:
    content, again = quarantine(
        b"Order,Qty\n1,2\n2,x\n3,\n",
        {"row_no": 2, "column": "qty", "reason_code": "not_a_number"},
        {"row_no": 3, "column": "qty"},
        {"row_no": 3, "column": "order_id"},
    )
    assert content.decode("utf-8-sig").splitlines() == [
        "Order,Qty,bo_file,bo_row,bo_reason,bo_column,bo_hint,bo_text",
        f'2,x,{HASH},2,not_a_number,qty,"{ADVICE}",',
        f"3,,{HASH},3,missing,order_id|qty,fill in the value,",
    ]
    assert again.frame["Order"].to_list() == ["2", "3"]


@pytest.mark.parametrize(("encoding", "delimiter"), [("cp1252", ";"), ("utf-16", "\t"), ("utf-8", ",")])
def test_the_file_is_written_as_the_client_writes_it(encoding: str, delimiter: str) -> None:
    settings = FeedSettings.model_validate({"encoding": encoding, "delimiter": delimiter})
    text = f"Name{delimiter}Qty\nMüller{delimiter}x\n"
    _, again = quarantine(text.encode(encoding), {"row_no": 1}, settings=settings)
    assert again.frame["Name"].to_list() == ["Müller"]


def test_a_row_that_is_rejected_again_keeps_the_place_of_its_first_try() -> None:
    _, again = quarantine(
        b"Qty,bo_file,bo_row,bo_reason\nx,first,7,missing\ny,,,\n", {"row_no": 1}, {"row_no": 2}
    )
    assert again.frame.select("bo_file", "bo_row").rows() == [("first", "7"), (HASH, "2")]
    assert again.frame.columns.count("bo_reason") == 1


def test_a_formula_is_made_harmless_and_comes_back_as_it_was_however_often() -> None:
    content = b'Name,Qty,Phone\n"=HYPERLINK(""x"")",-1,+44 20\n'
    _, once = quarantine(content, {"row_no": 1})
    assert once.frame.select("Name", "Qty", "Phone").row(0) == ('\'=HYPERLINK("x")', "-1", "'+44 20")
    settings = FeedSettings.model_validate({})
    row = frame_of(RejectedRow, {"file_hash": HASH, "reason_code": "missing"})
    twice = render_quarantine(once.frame, row, SOURCE, client=client_of())
    assert twice is not None
    back = read(twice.content, settings).frame
    assert back.select(restored_text(pl.col("Name"))).item() == '=HYPERLINK("x")'


def test_a_line_that_is_no_row_is_shown_as_it_stood() -> None:
    _, again = quarantine(b"Order,Qty\n1,2,3\n", {"row_no": 1, "reason_code": "column_count"})
    assert again.frame.select("Order", "bo_text").row(0) == (None, "1,2,3")


@pytest.mark.parametrize(
    ("name", "spreadsheets", "path"),
    [
        ("o 1.csv", "csv", "o 1.csv"),
        ("o.XLSX", "csv", "o.XLSX"),
        ("o.xls", "csv", "o.xls.xlsx"),
        ("o.csv", "xlsx", "o.csv.xlsx"),
        ("o.csv.gz", "csv", "o.csv.gz.csv"),
        ("o", "csv", "o"),
    ],
)
def test_rows_come_back_under_a_name_that_a_program_opens(name: str, spreadsheets: str, path: str) -> None:
    assert quarantine_name(client_of(client_spreadsheets=spreadsheets), name) == path


def test_rows_of_a_workbook_come_back_in_one_with_the_bad_cells_coloured() -> None:
    client = client_of(columns={"qty": '"Qty" * 2', "order_id": "No"})
    raw = read(b"No,Qty,Name\n00123,x,=1\n", client.feeds.orders)
    bad = frame_of(
        RejectedRow, {"file_hash": HASH, "row_no": 1, "column": "qty", "reason_code": "cast_failed"}
    )
    document = render_quarantine(raw.frame, bad, replace(SOURCE, file_name="o.xlsx"), client=client)
    assert document is not None
    assert read_workbook(document.content).select("No", "Qty", "Name", "bo_row").row(0) == (
        "00123",
        "x",
        "=1",
        "1",
    )
    sheet = load_workbook(io.BytesIO(document.content)).worksheets[0]
    assert [cell.value for cell in sheet[2] if cell.fill.fgColor.rgb == "FFFFC7CE"] == ["x"]
