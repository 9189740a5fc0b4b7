"""The number of a line that its file does not number: its place among the rows of its order.

A second try (a row that quarantine gave back with `bo_file` and `bo_row`) keeps the number of its first
try. Every other row without a number is a guess that holds only while its order is new: once the order is
known from another file, the place of a row says nothing about the line it means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary import Feed
from transforms.intake.facts import line_of_key

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.books import PendingRow
    from schemas.intake import RowKey

ROW = ["client_id", "file_hash", "row_no"]

DOCUMENT = {Feed.ORDERS: "order_id", Feed.RECEIPTS: "receipt_id", Feed.ASNS: "asn_id"}
"""Feeds whose rows are numbered lines, and the column that names what a line is of."""


def number_order_rows(
    rows: pl.DataFrame,
    *,
    known_pending: DataFrame[PendingRow],
    new_pending: DataFrame[PendingRow],
    row_keys: DataFrame[RowKey],
) -> pl.DataFrame:
    """`rows` with every line_no filled, and `is_guessed` where it is a mere place.

    `new_pending` are the rows that tonight's reading rejected: they count among the rows of their file.
    """
    pending = pl.concat([known_pending, new_pending])
    numbered = _with_kept_numbers(
        rows.select(*ROW, "order_id", "line_no", "origin_hash", "origin_row"), Feed.ORDERS, pending, row_keys
    )
    new_orders = new_pending.filter(pl.col("feed") == Feed.ORDERS)
    is_second_try = pl.col("origin_row").is_not_null() & pl.col("kept_no").is_not_null()
    in_file = pl.concat(
        [numbered.filter(~is_second_try).select(*ROW, "order_id"), new_orders.select(*ROW, "order_id")]
    ).unique()
    places = in_file.sort(ROW).with_columns(
        place=pl.col("row_no").cum_count().over("client_id", "file_hash", "order_id").cast(pl.Int64)
    )
    placed = numbered.join(places, on=[*ROW, "order_id"], how="left", maintain_order="left").select(
        line_no=pl.coalesce("kept_no", "place"), is_guessed=pl.col("kept_no").is_null()
    )
    return rows.with_columns(placed.get_columns())


def number_other_rows(
    rows: pl.DataFrame, feed: Feed, *, pending: DataFrame[PendingRow], row_keys: DataFrame[RowKey]
) -> pl.DataFrame:
    """Receipts and announcements with every line_no filled; the door left only second tries without one.

    Such a row has the number of its first try. Where nobody knows that one, its place among its own is a
    guess.
    """
    place = pl.col("row_no").cum_count().over("client_id", "file_hash", DOCUMENT[feed]).cast(pl.Int64)
    return (
        _with_kept_numbers(rows.sort(ROW), feed, pending, row_keys)
        .with_columns(is_guessed=pl.col("kept_no").is_null(), line_no=pl.coalesce("kept_no", place))
        .drop("first_no", "kept_no")
    )


def place_in_file(id_column: str) -> pl.Expr:
    """Place of each row among the rows of its id in a file that is in order; null for a second try."""
    is_first_try = pl.col("origin_row").is_null()
    place = is_first_try.cast(pl.Int64).cum_sum().over(id_column)
    return pl.when(is_first_try & pl.col(id_column).is_not_null()).then(place)


def _with_kept_numbers(
    rows: pl.DataFrame, feed: Feed, pending: pl.DataFrame, row_keys: DataFrame[RowKey]
) -> pl.DataFrame:
    """`rows` with `kept_no`: the number that a row states, else that of its first try, `first_no`."""
    document = DOCUMENT[feed]
    first = _numbers_of_first_tries(rows, feed, pending, row_keys).rename({"order_id": document})
    by_origin = ["client_id", document, "origin_hash", "origin_row"]
    return rows.join(first, on=by_origin, how="left", maintain_order="left").with_columns(
        kept_no=pl.coalesce("line_no", "first_no")
    )


def _numbers_of_first_tries(
    rows: pl.DataFrame, feed: Feed, pending: pl.DataFrame, row_keys: DataFrame[RowKey]
) -> pl.DataFrame:
    """Number that the first try of each second try among `rows` got, by its file and row."""
    tried = rows.select("client_id", file_hash="origin_hash", row_no="origin_row").drop_nulls().unique()
    accepted = (
        row_keys.filter(pl.col("feed") == feed.value)
        .join(tried, on=ROW, how="semi")
        .with_columns(line_no=line_of_key(), order_id=_order_of_key())
        .select("client_id", "order_id", "file_hash", "row_no", "line_no")
    )
    waiting = pending.filter(pl.col("feed") == feed.value).select(accepted.columns)
    seen = pl.concat([accepted, waiting]).drop_nulls("line_no")
    return seen.rename({"file_hash": "origin_hash", "row_no": "origin_row", "line_no": "first_no"}).unique(
        ["client_id", "order_id", "origin_hash", "origin_row"], keep="first", maintain_order=True
    )


def _order_of_key() -> pl.Expr:
    """Order, receipt or announcement that the business key of a line's row names."""
    body = pl.col("business_key").str.extract(r"^(?:cancel\|)?((?:[^|\\]|\\.)*)\|[0-9]+$")
    return body.str.replace_all(r"\\(.)", "${1}")
