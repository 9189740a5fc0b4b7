"""A table of cells as a file of each format, by other tools than those that read it."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Grid = Sequence[Sequence[Any]]

GRIDS = ("csv", "csv.gz", "csv.zip", "tsv", "xlsx", "xlsx.zip")
"""Formats of tables whose first rows may be anything."""

NAMED = ("json", "ndjson", "ndjson.gz", "parquet", "parquet.zip")
"""Formats that name each value; their first row is the header."""


def write(grid: Grid, format_name: str, **options: Any) -> bytes:  # noqa: ANN401 -- of the format
    """The cells as a file."""
    base, _, packing = format_name.partition(".")
    content = WRITERS[base](grid, **options)
    if packing == "gz":
        return gzip.compress(content)
    return zipped({f"export.{base}": content}) if packing == "zip" else content


def zipped(members: dict[str, bytes]) -> bytes:
    """An archive of files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def write_csv(grid: Grid, *, delimiter: str = ",", encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    """Delimited text; a text that needs quotation marks has them."""
    rows = (delimiter.join(_quoted(_shown(cell), delimiter) for cell in row) for row in grid)
    return (end.join(rows) + end).encode(encoding)


def _quoted(text: str, delimiter: str) -> str:
    """A field of delimited text."""
    return '"{}"'.format(text.replace('"', '""')) if set(text) & {delimiter, '"', "\n", "\r"} else text


def _shown(cell: object) -> str:
    """A cell as text."""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    return "" if cell is None else str(cell)


def write_xlsx(grid: Grid, *, formats: dict[int, str] | None = None, is_1904: bool = False) -> bytes:
    """A workbook of one sheet; `formats` are number formats by column."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True, "date_1904": is_1904}) as book:
        sheet = book.add_worksheet()
        shown = {place: book.add_format({"num_format": text}) for place, text in (formats or {}).items()}
        day, moment = (book.add_format({"num_format": text}) for text in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm"))
        for row_no, row in enumerate(grid):
            for place, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(row_no, place, cell)
                elif isinstance(cell, date):
                    sheet.write_datetime(row_no, place, cell, moment if isinstance(cell, datetime) else day)
                elif cell is not None:
                    sheet.write(row_no, place, cell, shown.get(place))
    return written.getvalue()


def write_json(grid: Grid) -> bytes:
    """An array of objects."""
    return json.dumps(_objects(grid), default=_shown).encode()


def write_ndjson(grid: Grid) -> bytes:
    """An object a line."""
    return "".join(
        json.dumps(row, default=_shown, ensure_ascii=False) + "\n" for row in _objects(grid)
    ).encode()


def write_parquet(grid: Grid) -> bytes:
    """Columns with types, where all cells of one have one."""
    header, *rows = grid
    columns = {name: [row[place] for row in rows] for place, name in enumerate(header)}
    written = io.BytesIO()
    pq.write_table(pa.table({name: _column(cells) for name, cells in columns.items()}), written)
    return written.getvalue()


def _column(cells: list[Any]) -> pa.Array:
    """The cells with their common type, or as texts."""
    try:
        return pa.array(cells)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return pa.array([None if cell is None else _shown(cell) for cell in cells])


def _objects(grid: Grid) -> list[dict[str, Any]]:
    """The rows as objects."""
    header, *rows = grid
    return [dict(zip(header, row, strict=True)) for row in rows]


WRITERS: dict[str, Callable[..., bytes]] = {
    "csv": write_csv,
    "tsv": lambda grid, **options: write_csv(grid, delimiter="\t", **options),
    "xlsx": write_xlsx,
    "json": write_json,
    "ndjson": write_ndjson,
    "parquet": write_parquet,
}
