"""Months of history as Parquet: what the analyst database no longer shows, written once and never changed.

`published/history/<table>/<year>-<month>.parquet` has the columns of the table in the analyst database,
a row group a night, in the order of its key. No statistics, as in the ledger's own segments.
"""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from typing import TYPE_CHECKING

import polars as pl

from flows.disk import durable
from flows.unforeseen import words_of
from schemas.errors import PublicationError
from schemas.outputs.analyst import ANALYST_TABLES
from schemas.table import empty

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from pathlib import Path

    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

    Night = Mapping[str, pl.DataFrame]

HISTORY = (
    "allocations",
    "decision_nights",
    "files",
    "findings",
    "line_nights",
    "lost_reservation_nights",
    "movements",
    "nights",
    "notice_lines",
    "notices",
    "order_lines",
    "overtaking_nights",
    "peg_nights",
    "receipts",
    "rejected_rows",
    "shipments",
)
"""The analyst tables whose rows belong to a night; the others show how things stand."""


def month_path(folder: Path, table: str, month: str) -> Path:
    """Where a month of a table lies."""
    return folder / table / f"{month}.parquet"


def write_months(
    folder: Path, months: Iterable[str], nights_of: Callable[[str], Iterable[Night]], *, scratch: Path
) -> list[str]:
    """The months that were written now; those that stand already are not looked at.

    `nights_of` gives the analyst tables of each night of a month, by date.

    Raises:
        PublicationError: the disk refuses; what was written before stands.
    """
    from pyarrow import ArrowException  # noqa: PLC0415 -- takes time, and few nights end a month

    missing = {month: _missing_tables(folder, month) for month in months}
    written = [month for month, tables in missing.items() if tables]
    try:
        for month in written:
            _write_month(folder, month, missing[month], nights_of(month), scratch)
    except (OSError, ArrowException, pl.exceptions.PolarsError) as error:
        why = words_of(error)
        message = f"The history could not be written below {folder}: {why}. Run again to go on from there."
        raise PublicationError(message) from error
    return written


def _missing_tables(folder: Path, month: str) -> list[str]:
    """Tables of which a month does not stand."""
    return [table for table in HISTORY if not month_path(folder, table, month).exists()]


def _write_month(
    folder: Path, month: str, tables: Collection[str], nights: Iterable[Night], scratch: Path
) -> None:
    """Write a month of some tables night by night, so that memory holds one night; then let it appear."""
    scratch.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        writers = {table: stack.enter_context(_open_writer(scratch / table, table)) for table in tables}
        for night in nights:
            for table, writer in writers.items():
                rows = night[table].sort(ANALYST_TABLES[table].order, nulls_last=True)
                writer.write_table(_arrow(rows), row_group_size=max(rows.height, 1))
    for table in tables:
        place = month_path(folder, table, month)
        durable.make_folder(place.parent)
        durable.stage_file(place, durable.chunks_of(scratch / table))
        durable.set_mode(durable.partial_of(place), durable.READ_ONLY_FILE)
        durable.rename(durable.partial_of(place), place)
    shutil.rmtree(scratch)


def _open_writer(path: Path, table: str) -> ParquetWriter:
    """A Parquet file of the table's columns."""
    from pyarrow.parquet import ParquetWriter  # noqa: PLC0415 -- as above

    schema = _arrow(empty(ANALYST_TABLES[table].contract)).schema
    return ParquetWriter(path, schema, compression="zstd", write_statistics=False)


def _arrow(rows: pl.DataFrame) -> pa.Table:
    """Rows in types that every reader of Parquet knows."""
    return rows.to_arrow(compat_level=pl.CompatLevel.oldest())
