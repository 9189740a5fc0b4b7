"""Rejected rows that nobody corrected: what a file still owes, from the night that rejected it on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.orders import UncorrectedRow
from schemas.intake.verdicts import RejectedRow
from schemas.table import conform
from schemas.vocabulary.words import FileVerdict, Verdict
from transforms.intake.keys.line_numbers import DOCUMENT
from transforms.keys import LINE

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


def remember_uncorrected(
    books: Books,
    inputs: NightInputs,
    *,
    facts: FeedRows,
    rejected: DataFrame[RejectedRow],
    outcomes: DataFrame[RowOutcome],
) -> Books:
    """Books that know what is still to be corrected after tonight.

    A row is corrected by a second try that is not rejected, or on a later night by any accepted row of its
    line: the client may send a better export. A second try that is rejected again takes its place.

    Args:
        books: after the night.
        inputs: of the night; its rows say which are second tries.
        facts: the night's new facts, with the numbers of their lines.
        rejected: the night's rejected rows, with their first tries.
        outcomes: the verdicts of all rows.
    """
    new = _rejected_tonight(rejected, inputs.files, books.pending_rows, inputs.as_of)
    fine = outcomes.filter(pl.col("verdict") != Verdict.REJECTED)
    tries = _origins(inputs.rows).join(fine, on=WHENCE, how="semi")
    corrected = tries.select("client_id", file_hash="origin_hash", row_no="origin_row")
    accepted = fine.filter(pl.col("verdict") == Verdict.ACCEPTED)
    first_kept = pl.lit(inputs.as_of.business_date).dt.offset_by(f"-{KEPT_DAYS}d")
    left = (
        books.uncorrected_rows.filter(pl.col("since_on") > first_kept)
        .join(corrected, on=FIRST, how="anti")
        .join(new, on=FIRST, how="anti")
        .join(_lines_of(facts, accepted), on=["feed", *LINE], how="anti")
    )
    rows = pl.concat([left, new]).sort(WHENCE)
    return replace(books, uncorrected_rows=conform(rows, UncorrectedRow))


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
