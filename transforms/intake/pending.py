"""Rejected order rows: they hold their order until they are corrected, and keep their line's number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.books import PendingRow
from schemas.table import conform
from transforms.intake.line_numbers import place_in_file
from transforms.intake.readings import read_whole_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pandera.typing.polars import DataFrame

    from schemas.client import FeedSettings
    from transforms.intake.file_form import SourceFile


def pending_rows(
    sent: Sequence[pl.DataFrame], rejected: pl.DataFrame, settings: FeedSettings, source: SourceFile
) -> DataFrame[PendingRow]:
    """The `rejected` ones of the order rows `sent`, where their order could be read.

    A row's number is its own, else its position among all rows of the order in the file. A second try
    that is rejected again stands for its first try, whose number is already known.
    """
    if not sent or rejected.is_empty():
        return conform(pl.DataFrame(schema=PendingRow.dtypes()), PendingRow)
    rows = pl.concat(
        [table.select("row_no", "origin_hash", "origin_row", "order_id", "line_no") for table in sent]
    )
    own = read_whole_numbers(rows["line_no"], settings.decimal_mark).values
    numbered = (
        rows.with_columns(line_no=pl.when(own >= 1).then(own))
        .drop_nulls("order_id")
        .sort("row_no")
        .with_columns(line_no=pl.coalesce("line_no", place_in_file("order_id")))
    )
    waiting = numbered.join(rejected, on="row_no", how="semi").select(
        "order_id",
        "line_no",
        client_id=pl.lit(source.client_id),
        file_hash=pl.coalesce("origin_hash", pl.lit(source.file_hash)),
        row_no=pl.coalesce("origin_row", "row_no"),
        since_on=pl.lit(source.business_date),
    )
    once = waiting.sort("file_hash", "row_no", "order_id", "line_no").unique(
        ["file_hash", "row_no"], keep="first", maintain_order=True
    )
    return conform(once, PendingRow)
