"""Pick files: one CSV a warehouse and run, ready for a warehouse system to import; beside it what to count.

So they stand in a version; a warehouse gets them in the form that its file asks for (`pick_files`).

The form is what import tools have in common (RFC 4180, but for the line ends): UTF-8 without a mark, commas,
line feeds, a header once, quotation marks only around values that need them, dates as 2026-03-02. No value
has a line end in it. A row is an order line's release, and repeats the fields of its order.

Values are written as they are, also those that a spreadsheet would take for a formula: a warehouse
system must get the client's own SKU and address. A warehouse without a release gets a file with the
header alone, so that "nothing tonight" differs from "no file".
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from flows.outbound.documents import Document, LongDocument, csv_content, path_label
from schemas.outputs.reports import Pick
from schemas.table import empty

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pandera.typing.polars import DataFrame

    from schemas.night import AsOf
    from schemas.outputs.reports import BinToCount

PICK_FILE = re.compile(
    r"\.?picks_(?P<warehouse>.+)_(?P<date>\d{4}-\d{2}-\d{2})_(?P<run>\d+)\.(?:csv|xlsx|pdf)(?:\.partial)?"
)
"""The name of a pick file or of its list on paper, also while it is not shown yet."""

COUNT_LIST = "bins_to_count.csv"
"""What bins are to be counted, below the folder of a version."""


def render_picks(
    picks: Mapping[str, Iterable[pl.DataFrame]], *, warehouses: Iterable[str], as_of: AsOf
) -> list[LongDocument]:
    """`picks/<warehouse>/picks_<warehouse>_<date>_<run>.csv` for each warehouse.

    Its rows (`Pick`) come in pieces and stay in their order; of one without any there is the header alone.
    """
    return [
        LongDocument(path_of_picks(warehouse_id, as_of), partial(_lines, picks.get(warehouse_id, ())))
        for warehouse_id in sorted({*warehouses, *picks})
    ]


def _lines(pieces: Iterable[pl.DataFrame]) -> Iterator[bytes]:
    """The header and the rows as CSV."""
    yield csv_content(empty(Pick))
    for piece in pieces:
        yield csv_content(piece, has_header=False)


def render_bins_to_count(bins: DataFrame[BinToCount], *, warehouses: Iterable[str]) -> list[Document]:
    """`picks/<warehouse>/bins_to_count.csv`, in walking order.

    Each warehouse gets one, with the header alone where there is nothing to count.
    """
    named = sorted({*warehouses, *bins["warehouse_id"].unique()})
    return [
        Document(
            f"picks/{path_label(warehouse_id)}/{COUNT_LIST}",
            csv_content(bins.filter(pl.col("warehouse_id") == warehouse_id)),
        )
        for warehouse_id in named
    ]


def name_pick_file(warehouse_id: str, as_of: AsOf) -> str:
    """`picks_<warehouse>_<date>_<run>.csv`: the name of a warehouse's file, the same wherever it lies."""
    return _dated("picks", path_label(warehouse_id), as_of)


def name_in_outbox(warehouse: str, name: str, as_of: AsOf) -> str:
    """The name under which a warehouse fetches a file: it has one folder for the files of all nights.

    Args:
        warehouse: its label in paths.
        name: of the file below the folder of a version.
        as_of: the night.
    """
    return _dated("bins_to_count", warehouse, as_of) if name == COUNT_LIST else name


def path_of_picks(warehouse_id: str, as_of: AsOf) -> str:
    """Where a warehouse's file lies below the folder of its version."""
    return f"picks/{path_label(warehouse_id)}/{name_pick_file(warehouse_id, as_of)}"


def _dated(what: str, warehouse: str, as_of: AsOf) -> str:
    return f"{what}_{warehouse}_{as_of.business_date}_{as_of.run_no}.csv"
