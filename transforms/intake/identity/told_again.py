"""Rejected rows that a later file tells again as they were, as an export does that only grows.

Such a row is the one that was rejected first: it is asked for once, under its first try. Once that is
corrected the row says nothing new, and nobody is asked any more. What is told again and can be accepted now
is no matter of this module: it is judged like any other row.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.orders import PendingRow
from schemas.intake.verdicts import RowHash
from schemas.table import conform, empty
from schemas.vocabulary.words import Feed, Verdict

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.books.orders import RejectedBefore

WHENCE = ["client_id", "feed", "file_hash", "row_no"]
PLACE = ["client_id", "file_feed", "file_hash", "row_no"]
PLACED = "row|"
"""How the key of a fact begins that nothing identifies but its place in a file."""


def hash_facts(rows: pl.DataFrame, feed: Feed) -> DataFrame[RowHash]:
    """A hash of each of these rows of a feed that is known by what it says.

    Of a count every file is another one. `rows` have `business_key`, `content_hash` and `file_feed`.
    """
    if rows.is_empty() or feed == Feed.STOCK:
        return empty(RowHash)
    known = rows.filter(pl.col("business_key").is_not_null(), ~pl.col("business_key").str.starts_with(PLACED))
    said = known.select("business_key", "content_hash").rows()
    hashes = [sha256(f"{feed}|{key}|{content}".encode()).hexdigest() for key, content in said]
    named = known.select("client_id", "file_hash", "row_no", feed="file_feed")
    return conform(named.with_columns(row_hash=pl.Series("row_hash", hashes, pl.String)), RowHash)


def find_told_again(hashes: DataFrame[RowHash], known: DataFrame[RejectedBefore]) -> pl.DataFrame:
    """Rows that were rejected before: `WHENCE`, `first_hash` and `first_row`, and whether `is_corrected`."""
    before = known.select(
        "client_id",
        "feed",
        "row_hash",
        first_hash="file_hash",
        first_row="row_no",
        is_corrected=pl.col("corrected_on").is_not_null(),
    )
    return hashes.join(before, on=["client_id", "feed", "row_hash"], how="inner").drop("row_hash")


def leave_replaced(rows: pl.DataFrame, feed: Feed, known: DataFrame[RejectedBefore]) -> pl.DataFrame:
    """`rows` with `is_replaced`, and `fate` duplicate for those: their second try is among tonight's rows.

    Such a row and its correction would contradict each other.
    """
    second = rows.filter(pl.col("origin_row").is_not_null()).select(
        "client_id", file_hash="origin_hash", row_no="origin_row"
    )
    replaceable = known.join(second, on=["client_id", "file_hash", "row_no"], how="semi")
    if replaceable.is_empty():
        return rows.with_columns(is_replaced=pl.lit(value=False))
    first_tries = rows.filter(pl.col("origin_row").is_null()).join(replaceable, on="client_id", how="semi")
    told = find_told_again(hash_facts(first_tries, feed), known).rename({"feed": "file_feed"})
    of_second = second.rename({"file_hash": "first_hash", "row_no": "first_row"})
    replaced = told.join(of_second, on=["client_id", "first_hash", "first_row"], how="semi").select(
        *PLACE, is_replaced=pl.lit(value=True)
    )
    fate = pl.col("fate") if "fate" in rows.columns else pl.lit(None, pl.String)
    return (
        rows.join(replaced, on=PLACE, how="left", maintain_order="left")
        .with_columns(pl.col("is_replaced").fill_null(value=False))
        .with_columns(fate=pl.when("is_replaced").then(pl.lit(Verdict.DUPLICATE.value)).otherwise(fate))
    )


def under_first_tries(pending: DataFrame[PendingRow], told: pl.DataFrame) -> DataFrame[PendingRow]:
    """Pending rows, those told again under their first try, each once.

    A row waits since it was told first, and with the number that it got then.
    """
    key = ["client_id", "feed", "file_hash", "row_no"]
    first = told.select("client_id", "file_hash", "row_no", "first_hash", "first_row").unique(
        ["client_id", "file_hash", "row_no"], keep="first", maintain_order=True
    )
    moved = (
        pending.join(first, on=["client_id", "file_hash", "row_no"], how="left")
        .with_columns(
            file_hash=pl.coalesce("first_hash", "file_hash"), row_no=pl.coalesce("first_row", "row_no")
        )
        .sort(*key, "since_on", "line_no", "order_id", nulls_last=True)
        .unique(key, keep="first", maintain_order=True)
    )
    return conform(moved, PendingRow)
