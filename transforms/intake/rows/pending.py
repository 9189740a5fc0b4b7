"""Rejected rows of lines: they keep their line's number until corrected, and an order's hold the order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.books.orders import PendingRow
from schemas.intake.bounds import MAX_ID
from schemas.table import conform, empty
from schemas.vocabulary.words import Feed
from transforms.intake.keys.line_numbers import DOCUMENT, place_in_file
from transforms.intake.values.readings import read_whole_numbers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pandera.typing.polars import DataFrame

    from transforms.intake.rows.feed_rows import Door


def pending_rows(
    sent: Mapping[Feed, Sequence[pl.DataFrame]], rejected: pl.DataFrame, broken: pl.DataFrame, door: Door
) -> DataFrame[PendingRow]:
    """The `rejected` ones of the rows `sent`, where their order (receipt, announcement) could be read.

    A row's number is its own, else its position among all rows of the order in the file. A second try
    that is rejected again stands for its first try, whose number is already known. A row that is `broken`
    has no cells; it waits for an order of the file that stands between the delimiters of its text.
    """
    if rejected.is_empty():
        return empty(PendingRow)
    source = door.source
    parts = [pl.DataFrame(schema=PendingRow.dtypes())]
    for feed, tables in sent.items():
        if not tables:
            continue
        numbered = _numbered(tables, feed, door.settings.decimal_mark)
        told = [numbered.join(rejected, on="row_no", how="semi")]
        if feed == Feed.ORDERS:
            told.append(_named_in_text(broken, numbered["order_id"].unique(), door.settings.delimiter))
        waiting = pl.concat(told, how="diagonal_relaxed").select(
            "order_id",
            "line_no",
            client_id=pl.lit(source.client_id),
            feed=pl.lit(feed.value),
            file_hash=pl.coalesce("origin_hash", pl.lit(source.file_hash)),
            row_no=pl.coalesce("origin_row", "row_no"),
            since_on=pl.lit(source.business_date),
        )
        parts.append(waiting.select(PendingRow.names()))
    once = (
        pl.concat(parts)
        .sort("feed", "file_hash", "row_no", "order_id", "line_no")
        .unique(["feed", "file_hash", "row_no"], keep="first", maintain_order=True)
    )
    return conform(once, PendingRow)


def _numbered(tables: Sequence[pl.DataFrame], feed: Feed, decimal_mark: str) -> pl.DataFrame:
    """The rows of a feed that name what they are of, with their numbers."""
    rows = pl.concat(
        table.select("row_no", "origin_hash", "origin_row", "line_no", order_id=DOCUMENT[feed])
        for table in tables
    )
    own = read_whole_numbers(rows["line_no"], decimal_mark).values
    return (
        rows.with_columns(line_no=pl.when(own >= 1).then(own))
        .filter(pl.col("order_id").str.len_chars() <= MAX_ID)
        .sort("row_no")
        .with_columns(line_no=pl.coalesce("line_no", place_in_file("order_id")))
    )


def _named_in_text(broken: pl.DataFrame, order_ids: pl.Series, delimiter: str) -> pl.DataFrame:
    """The order of each broken row: an unquoted comma must not make the rest of an order ship as whole."""
    return (
        broken.select(row_no="bo_row_no", order_id=pl.col("bo_line").str.split(delimiter))
        .explode("order_id")
        .with_columns(pl.col("order_id").str.strip_chars(' \t\r\n"'))
        .filter(pl.col("order_id").is_in(order_ids.implode()))
        .unique("row_no", keep="first", maintain_order=True)
    )
