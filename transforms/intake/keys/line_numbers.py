"""The number of a line that its file does not number.

A second try (a row that quarantine gave back with `bo_file` and `bo_row`) keeps the number of its first
try. Rows of an order, receipt or announcement that nobody knew get their place in its first file. Once it
is known, a row's place says nothing, since the next export has its rows in another order: rows are paired
with the lines that are there (`pairing`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary.words import Feed
from transforms.intake.keys.facts import document_of_key, line_of_key

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.books.orders import PendingRow
    from schemas.intake.verdicts import RowKey

ROW = ["client_id", "file_hash", "row_no"]

DOCUMENT = {Feed.ORDERS: "order_id", Feed.RECEIPTS: "receipt_id", Feed.ASNS: "asn_id"}
"""Feeds whose rows are numbered lines, and the column that names what a line is of."""


@dataclass(frozen=True)
class WaitingNumbers:
    """Rejected rows, which keep their numbers until they are corrected: of earlier nights, and tonight's."""

    known: DataFrame[PendingRow]
    new: DataFrame[PendingRow]

    def of(self, feed: Feed) -> pl.DataFrame:
        """All of a feed."""
        return pl.concat([self.known, self.new]).filter(pl.col("feed") == feed.value)


def with_places(
    rows: pl.DataFrame, feed: Feed, *, waiting: WaitingNumbers, row_keys: DataFrame[RowKey]
) -> pl.DataFrame:
    """`rows` with `line_no` where it is stated or was that of a first try, and `place`.

    The place is that among the rows of the document in the file. Rows that tonight's reading rejected
    count among them, and second tries whose number is known do not.
    """
    document = DOCUMENT[feed]
    first = _numbers_of_first_tries(rows, feed, waiting, row_keys).rename({"order_id": document})
    numbered = rows.join(
        first, on=["client_id", document, "origin_hash", "origin_row"], how="left", maintain_order="left"
    ).with_columns(line_no=pl.coalesce("line_no", "first_no"))
    is_second_try = pl.col("origin_row").is_not_null() & pl.col("line_no").is_not_null()
    rejected = waiting.new.filter(pl.col("feed") == feed.value)
    in_file = pl.concat(
        [
            numbered.filter(~is_second_try).select(*ROW, document),
            rejected.select(*ROW, pl.col("order_id").alias(document)),
        ]
    ).unique()
    places = in_file.sort(ROW).with_columns(
        place=pl.col("row_no").cum_count().over("client_id", "file_hash", document).cast(pl.Int64)
    )
    return numbered.drop("first_no").join(places, on=[*ROW, document], how="left", maintain_order="left")


def place_in_file(id_column: str) -> pl.Expr:
    """Place of each row among the rows of its id in a file that is in order; null for a second try."""
    is_first_try = pl.col("origin_row").is_null()
    place = is_first_try.cast(pl.Int64).cum_sum().over(id_column)
    return pl.when(is_first_try & pl.col(id_column).is_not_null()).then(place)


def _numbers_of_first_tries(
    rows: pl.DataFrame, feed: Feed, waiting: WaitingNumbers, row_keys: DataFrame[RowKey]
) -> pl.DataFrame:
    """Number that the first try of each second try among `rows` got, by its file and row."""
    tried = rows.select("client_id", file_hash="origin_hash", row_no="origin_row").drop_nulls().unique()
    accepted = (
        row_keys.filter(pl.col("feed") == feed.value)
        .join(tried, on=ROW, how="semi")
        .with_columns(line_no=line_of_key(feed), order_id=document_of_key(feed))
        .select("client_id", "order_id", "file_hash", "row_no", "line_no")
    )
    seen = pl.concat([accepted, waiting.of(feed).select(accepted.columns)]).drop_nulls("line_no")
    return seen.rename({"file_hash": "origin_hash", "row_no": "origin_row", "line_no": "first_no"}).unique(
        ["client_id", "order_id", "origin_hash", "origin_row"], keep="first", maintain_order=True
    )
