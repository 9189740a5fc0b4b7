"""The forms in which a warehouse may have its pick files: the rows are the same in each."""

from __future__ import annotations

import io
from codecs import BOM_UTF8
from pathlib import PurePath
from typing import TYPE_CHECKING

import polars as pl

from flows.outbound.documents import csv_content
from flows.outbound.workbooks import is_workbook, read_workbook, workbook_content

if TYPE_CHECKING:
    from schemas.settings.warehouse import PickForm


def write_picks(rows: pl.DataFrame, form: PickForm) -> bytes:
    """Rows in a form."""
    if form == "xlsx":
        return workbook_content(rows)
    return csv_content(rows, is_marked=form == "csv_with_mark")


def read_picks(content: bytes) -> tuple[pl.DataFrame, PickForm]:
    """The rows of a pick file as text, and its form.

    Raises:
        OSError: the bytes are no workbook, though they begin like one.
        polars.exceptions.PolarsError: they are no CSV.
    """
    if is_workbook(content):
        return read_workbook(content), "xlsx"
    rows = pl.read_csv(io.BytesIO(content), infer_schema=False)
    return rows, "csv_with_mark" if content.startswith(BOM_UTF8) else "csv"


def name_in_form(name: str, form: PickForm) -> str:
    """The name of a pick file with the ending of a form."""
    return PurePath(name).with_suffix(".xlsx").name if form == "xlsx" else name
