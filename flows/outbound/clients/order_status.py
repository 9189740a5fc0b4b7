"""Order status: one file a client, made for a spreadsheet: CSV with a mark, or a workbook."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import polars as pl
import polars.selectors as cs

from flows.outbound.documents import Document, LongDocument, csv_content, path_label
from flows.outbound.workbooks import workbook_content
from transforms.texts import neutral_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pandera.typing.polars import DataFrame

    from flows.outbound.documents import AnyDocument
    from schemas.night import AsOf
    from schemas.outputs.reports import StatusLine
    from schemas.settings.client import Spreadsheets


def render_order_status(
    status: DataFrame[StatusLine], *, clients: Mapping[str, Spreadsheets], as_of: AsOf
) -> list[AnyDocument]:
    """`status/<client>/order_status_<date>_<run>.csv` for each client, also for one with nothing to tell.

    `clients` says which of them get a workbook (`.xlsx`). In CSV, a value that a spreadsheet would run as a
    formula has an apostrophe in front of it.
    """
    name = f"order_status_{as_of.business_date}_{as_of.run_no}"
    return [
        _document(
            f"status/{path_label(client_id)}/{name}.{form}",
            status.filter(pl.col("client_id") == client_id),
            form,
        )
        for client_id, form in sorted(clients.items())
    ]


def _document(path: str, rows: pl.DataFrame, form: Spreadsheets) -> AnyDocument:
    """The rows in the form that a client asks for."""
    if form == "xlsx":
        return Document(path, workbook_content(rows))
    return LongDocument(path, partial(_lines, rows))


def _lines(rows: pl.DataFrame) -> Iterator[bytes]:
    """The rows as CSV, some at a time."""
    yield csv_content(rows.clear(), is_marked=True)
    for piece in rows.iter_slices():
        yield csv_content(piece.with_columns(neutral_text(cs.string())), has_header=False)
