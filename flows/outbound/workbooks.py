"""Workbooks (.xlsx) for people who work in spreadsheets; the same rows give the same bytes.

Every cell is text, so that a spreadsheet changes nothing of it: no day, no `00123`, no formula. The libraries
are imported where a workbook is written or read: few nights do, and importing them takes as long as Polars.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

MAX_ROWS = 1_048_575
"""Rows of a sheet below the names of its columns; the rest stands in further sheets."""

MAX_CHARACTERS = 32_767
"""Of a cell; what is longer is cut."""

WIDTH = 18
CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""What a workbook says of when it was made, so that its bytes tell nothing but its rows."""

ZIP = b"PK\x03\x04"
"""How the bytes of a workbook begin."""


def is_workbook(content: bytes) -> bool:
    """Whether bytes that we wrote are a workbook."""
    return content.startswith(ZIP)


def workbook_content(rows: pl.DataFrame, bad: Sequence[AbstractSet[str]] = ()) -> bytes:
    """Rows as a workbook.

    Args:
        rows: what to write; null as nothing.
        bad: of each row the columns whose cells are coloured; none: no cell is.
    """
    import xlsxwriter  # noqa: PLC0415 -- see the top

    content = io.BytesIO()
    book = xlsxwriter.Workbook(
        content, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": CREATED})
    plain = book.add_format({"num_format": "@"})
    names = book.add_format({"num_format": "@", "bold": True, "bg_color": "#DDDDDD"})
    wrong = book.add_format({"num_format": "@", "bg_color": "#FFC7CE", "border": 1})
    texts = rows.cast(pl.String).fill_null("")
    for part in range(0, max(texts.height, 1), MAX_ROWS):
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(len(rows.columns) - 1, 0), WIDTH, plain)
        for column, name in enumerate(rows.columns):
            sheet.write_string(0, column, name, names)
        for place, cells in enumerate(texts.slice(part, MAX_ROWS).iter_rows(), start=1):
            coloured = bad[part + place - 1] if bad else frozenset()
            for column, (name, cell) in enumerate(zip(rows.columns, cells, strict=True)):
                if cell or name in coloured:
                    form = wrong if name in coloured else plain
                    if cell:
                        sheet.write_string(place, column, cell[:MAX_CHARACTERS], form)
                    else:
                        sheet.write_blank(place, column, None, form)
    book.close()
    return content.getvalue()


def read_workbook(content: bytes) -> pl.DataFrame:
    """The rows of a workbook that `workbook_content` wrote, an empty cell as null.

    Raises:
        OSError: the bytes are none.
    """
    from openpyxl import load_workbook  # noqa: PLC0415 -- see the top
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415 -- likewise

    try:
        book = load_workbook(io.BytesIO(content), read_only=True)
        sheets = [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]
    except (InvalidFileException, KeyError, ValueError, BadZipFile) as error:
        message = "it is no workbook"
        raise OSError(message) from error
    header, *_ = sheets[0]
    rows = [row for sheet in sheets for row in sheet[1:]]
    return pl.DataFrame(rows, schema={str(name): pl.String for name in header}, orient="row")
