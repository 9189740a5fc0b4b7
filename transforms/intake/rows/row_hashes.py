"""What rejected rows of a file say, so that an export that tells them again is known.

Only a row that names what it is of can be told again: an order, receipt, announcement or item, or an event
with its own number or time. Two rows that name nothing may be two facts that look alike, with the same typo.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import polars as pl

from schemas.intake.feeds import EVENT, FACT_KEYS
from schemas.intake.verdicts import RowHash
from schemas.table import conform, empty
from schemas.vocabulary.words import Feed
from transforms.intake.keys.line_numbers import DOCUMENT
from transforms.intake.mapping.feed_columns import HAPPENED_AT
from transforms.intake.rows.cells import texts_of_rows
from transforms.intake.values.times import has_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pandera.typing.polars import DataFrame

    from schemas.books.orders import PendingRow
    from schemas.settings.client import FeedSettings
    from transforms.intake.file_form import SourceFile


def naming_rows(sent: pl.DataFrame, feed: Feed, settings: FeedSettings) -> pl.Series:
    """Numbers of the rows of a feed that name what they are of; of lines the pending rows tell that."""
    if feed == Feed.ITEMS:
        return sent.filter(pl.col("sku").is_not_null())["row_no"]
    if feed in DOCUMENT or FACT_KEYS[feed] != EVENT:
        return sent.clear()["row_no"]
    is_timed = has_time(sent[HAPPENED_AT[feed]], settings)
    return sent.filter(pl.col("event_id").is_not_null() | pl.lit(is_timed))["row_no"]


def hash_rejected(
    cells: pl.DataFrame,
    headers: Sequence[str],
    *,
    naming: Iterable[pl.Series],
    pending: DataFrame[PendingRow],
    rejected: pl.DataFrame,
    source: SourceFile,
) -> DataFrame[RowHash]:
    """A hash of the cells of each rejected row that is a first try and names what it is of.

    Equal rows of a file are all meant, so the second of them is not the first one told again.

    Args:
        cells: of the file, see `name_cells`.
        headers: the client's columns.
        naming: numbers of rows that name what they are of.
        pending: rejected rows of the file that name their order, receipt or announcement.
        rejected: the rejected rows, by `row_no`.
        source: the file.
    """
    if rejected.is_empty():
        return empty(RowHash)
    of_lines = pending.filter(pl.col("file_hash") == source.file_hash)["row_no"]
    named = pl.concat([of_lines, *naming]).unique()
    rows = cells.filter(
        pl.col("bo_row_no").is_in(rejected["row_no"].implode())
        & pl.col("bo_row_no").is_in(named.implode())
        & pl.col("origin_row").is_null()
    ).sort("bo_row_no")
    said = rows.select(row_no="bo_row_no", text=texts_of_rows(rows, headers))
    copies = said.with_columns(copy=pl.col("row_no").rank("ordinal").over("text"))
    hashes = [
        sha256(f"{text}|{copy}".encode()).hexdigest() for text, copy in copies.select("text", "copy").rows()
    ]
    return conform(
        copies.select(
            "row_no",
            client_id=pl.lit(source.client_id),
            feed=pl.lit(source.feed.value),
            file_hash=pl.lit(source.file_hash),
            row_hash=pl.Series("row_hash", hashes, pl.String),
        ),
        RowHash,
    )
