"""Rejected rows that nobody corrected: what a file still owes, from the night that rejected it on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from schemas.books.orders import UncorrectedRow
from schemas.intake.verdicts import RejectedRow, RowHash
from schemas.table import conform
from schemas.vocabulary.words import FileVerdict, Verdict
from transforms.intake.identity.told_again import find_told_again, under_first_tries
from transforms.intake.keys.line_numbers import DOCUMENT
from transforms.keys import LINE
from transforms.night.told_again import as_duplicates, remember_rejected, with_first_tries

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.intake.verdicts import RowOutcome
    from schemas.night import AsOf, Books, FeedRows, NightInputs

KEPT_DAYS = 30
"""Days after which a row is no longer asked for: as long as its number is remembered."""

FIRST = ["client_id", "file_hash", "row_no"]
WHENCE = ["client_id", "feed", "file_hash", "row_no"]


def with_origins(rejected: DataFrame[RejectedRow], rows: FeedRows) -> DataFrame[RejectedRow]:
    """Tonight's rejected rows, each with its first try if it is a second one.

    Reading tells it of rows that have no valid form; `rows` are those that have one.
    """
    told = rejected.join(_origins(rows), on=WHENCE, how="left", suffix="_read", maintain_order="left")
    names = ("origin_hash", "origin_row")
    filled = told.with_columns(pl.coalesce(name, f"{name}_read").alias(name) for name in names)
    return conform(filled, RejectedRow)


def _origins(rows: FeedRows) -> pl.DataFrame:
    """Second tries among rows: where they stand, and where their first try stood."""
    tables = [
        table.select("client_id", pl.col("file_feed").alias("feed"), *FIRST[1:], "origin_hash", "origin_row")
        for table in rows.tables().values()
    ]
    return pl.concat(tables).drop_nulls().unique(WHENCE, keep="first", maintain_order=True)


class Uncorrected(NamedTuple):
    """What files owe after a night."""

    books: Books
    outcomes: DataFrame[RowOutcome]
    """The verdicts of all rows; who tells again what is corrected tells a duplicate."""
    rejected: DataFrame[RejectedRow]
    """Why rows are rejected, each with its first try if it is told again."""


def remember_uncorrected(
    books: Books,
    inputs: NightInputs,
    *,
    facts: FeedRows,
    rejected: DataFrame[RejectedRow],
    outcomes: DataFrame[RowOutcome],
    hashes: DataFrame[RowHash],
) -> Uncorrected:
    """Books that know what is still to be corrected after tonight.

    A row is corrected by a second try that is not rejected, or on a later night by any accepted row of its
    line: the client may send a better export. A second try that is rejected again takes its place, and so
    does the same row that a later file tells again.

    Args:
        books: after the night.
        inputs: of the night; its rows say which are second tries.
        facts: the night's new facts, with the numbers of their lines.
        rejected: the night's rejected rows, with their first tries.
        outcomes: the verdicts of all rows.
        hashes: what the rejected rows say.
    """
    known = (rejected, hashes, books.uncorrected_rows, books.rejected_before)
    if all(rows.is_empty() for rows in known):
        return Uncorrected(books, outcomes, rejected)
    fine = outcomes.filter(pl.col("verdict") != Verdict.REJECTED)
    tries = _origins(inputs.rows).join(fine, on=WHENCE, how="semi")
    corrected = tries.select("client_id", file_hash="origin_hash", row_no="origin_row")
    hashes = _of_first_tries(hashes, rejected)
    told = _told_again(hashes, books, corrected)
    outcomes = as_duplicates(outcomes, told.filter("is_corrected"))
    rejected = with_first_tries(rejected, told)
    pending = under_first_tries(books.pending_rows, told)
    new = _rejected_tonight(rejected, inputs.files, pending, inputs.as_of).join(
        corrected, on=FIRST, how="anti"
    )
    accepted = fine.filter(pl.col("verdict") == Verdict.ACCEPTED)
    first_kept = pl.lit(inputs.as_of.business_date).dt.offset_by(f"-{KEPT_DAYS}d")
    before = books.uncorrected_rows.filter(pl.col("since_on") > first_kept).join(new, on=FIRST, how="anti")
    left = before.join(corrected, on=FIRST, how="anti").join(
        _lines_of(facts, accepted), on=["feed", *LINE], how="anti"
    )
    gone = pl.concat([corrected, before.join(left, on=FIRST, how="anti").select(FIRST)])
    after = replace(
        books,
        pending_rows=pending,
        uncorrected_rows=conform(pl.concat([left, new]).sort(WHENCE), UncorrectedRow),
        rejected_before=remember_rejected(books.rejected_before, hashes, gone, inputs.as_of),
    )
    return Uncorrected(after, outcomes, rejected)


def _of_first_tries(hashes: DataFrame[RowHash], rejected: DataFrame[RejectedRow]) -> DataFrame[RowHash]:
    """What rows say that do not name their first try themselves."""
    second = rejected.filter(pl.col("origin_row").is_not_null())
    return conform(hashes.join(second, on=WHENCE, how="anti", maintain_order="left"), RowHash)


def _told_again(hashes: DataFrame[RowHash], books: Books, corrected: pl.DataFrame) -> pl.DataFrame:
    """Rows that tell again what was rejected before; it is corrected also by what came tonight."""
    told = find_told_again(hashes, books.rejected_before)
    tonight = corrected.select(
        "client_id", first_hash="file_hash", first_row="row_no", is_mended=pl.lit(value=True)
    ).unique()
    return told.join(tonight, on=["client_id", "first_hash", "first_row"], how="left").with_columns(
        is_corrected=pl.col("is_corrected") | pl.col("is_mended").fill_null(value=False)
    )


def _rejected_tonight(
    rejected: pl.DataFrame, files: pl.DataFrame, pending_rows: pl.DataFrame, as_of: AsOf
) -> DataFrame[UncorrectedRow]:
    """Tonight's rejected rows by their first try, with the file that brought them."""
    brought = (
        files.filter(pl.col("verdict") == FileVerdict.LOADED)
        .select("client_id", "feed", "file_hash", last_name="file_name")
        .unique(["client_id", "feed", "file_hash"], keep="first", maintain_order=True)
    )
    lines = pending_rows.select(*FIRST, "order_id", "line_no").unique(FIRST, keep="first")
    named = (
        rejected.sort(*WHENCE, "reason_code")
        .unique(WHENCE, keep="first", maintain_order=True)
        .join(brought, on=["client_id", "feed", "file_hash"], how="inner", maintain_order="left")
        .with_columns(
            last_hash="file_hash",
            file_hash=pl.coalesce("origin_hash", "file_hash"),
            row_no=pl.coalesce("origin_row", "row_no"),
            since_on=pl.lit(as_of.business_date),
        )
        .unique(WHENCE, keep="last", maintain_order=True)
        .join(lines, on=FIRST, how="left", maintain_order="left")
    )
    return conform(named, UncorrectedRow)


def _lines_of(rows: FeedRows, accepted: pl.DataFrame) -> pl.DataFrame:
    """The lines of orders, receipts and announcements that tonight's accepted rows are of."""
    tables = [
        rows.tables()[feed].select(
            "client_id", "file_feed", *FIRST[1:], "line_no", order_id=document, feed=pl.lit(feed.value)
        )
        for feed, document in DOCUMENT.items()
    ]
    of_file = accepted.rename({"feed": "file_feed"})
    whence = ["client_id", "file_feed", *FIRST[1:]]
    return pl.concat(tables).join(of_file, on=whence, how="semi").select("feed", *LINE).drop_nulls()
