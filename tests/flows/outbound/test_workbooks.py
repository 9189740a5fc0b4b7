"""Workbooks for people."""

from __future__ import annotations

import io

import polars as pl
from openpyxl import load_workbook

from flows.outbound.workbooks import is_workbook, read_workbook, workbook_content

ROWS = pl.DataFrame({"sku": ["00123", None, "=1+1"], "qty": [12, 3, None]})


def test_every_cell_is_text_and_bad_ones_are_coloured() -> None:
    content = workbook_content(ROWS, [frozenset({"qty"}), frozenset({"sku"}), frozenset()])
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert cells == [["sku", "qty"], ["00123", "12"], [None, "3"], ["=1+1", None]]
    assert sheet["A4"].data_type == "s"
    assert {sheet[cell].number_format for cell in ("A2", "B2", "A4")} == {"@"}
    coloured = [
        cell.coordinate for row in sheet["A2:B4"] for cell in row if cell.fill.fgColor.rgb == "FFFFC7CE"
    ]
    assert coloured == ["B2", "A3"]


def test_the_same_rows_give_the_same_bytes_and_come_back() -> None:
    content = workbook_content(ROWS)
    assert content == workbook_content(ROWS)
    assert is_workbook(content)
    assert read_workbook(content).equals(ROWS.cast(pl.String))
    assert read_workbook(workbook_content(ROWS.head(0))).columns == ROWS.columns
