"""Quarantine: the rejected rows of a file in the client's own columns, to be corrected and dropped again.

The file has the client's delimiter and encoding, a header, the client's columns, and ours at the end:
`bo_file` and `bo_row` (which row this was: keep them, they make the correction that row's second try),
`bo_reason`, `bo_column` and `bo_hint` (what is wrong), and `bo_text` (a line that is no row, as it
stood in the file). A spreadsheet opens it safely: what it would run or write otherwise (a formula, a day,
`00123`) has an apostrophe in front, and reading a row with `bo_file` takes it off again
(`transforms.texts`). UTF-8 gets a byte order mark, without which a spreadsheet misreads and then misspells
every accent.
"""

from __future__ import annotations

import codecs
import csv
import io
from typing import TYPE_CHECKING

import polars as pl
import polars.selectors as cs

from flows.outbound.documents import LongDocument, path_label
from schemas.vocabulary.words import Feed
from transforms.hints import hint_of
from transforms.intake.rows.advice import Desk, advise, allowed_in
from transforms.intake.rows.raw_rows import shown_text
from transforms.texts import fixed_text, neutral_text, restored_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pandera.typing.polars import DataFrame

    from schemas.intake.verdicts import RejectedRow
    from schemas.settings.client import Client, FeedSettings

CHUNK_ROWS = 20_000
"""Rows that are written together."""

ROW_NO = "bo_row_no"
OURS = "bo_"
WHY = ["column", "reason_code"]


def render_quarantine(
    raw_rows: pl.DataFrame,
    rejected_rows: DataFrame[RejectedRow],
    *,
    file_name: str,
    client: Client,
    faults: pl.DataFrame | None = None,
) -> LongDocument | None:
    """The rejected rows of one file of a client, or None where it has none.

    `raw_rows` is what the reader gave: text columns and `bo_row_no`; `rejected_rows` are those of this
    one file; `faults` has the text of lines that are no rows, by `bo_row_no`.
    """
    if rejected_rows.is_empty():
        return None
    client_id, feed, file_hash = rejected_rows.select("client_id", "feed", "file_hash").row(0)
    desk = Desk(Feed(feed), client)
    quarantined = _join_reasons(raw_rows, rejected_rows, faults, desk).with_columns(
        pl.coalesce("first_file", pl.lit(file_hash)).alias("bo_file"),
        pl.coalesce("first_row", pl.col(ROW_NO).cast(pl.String)).alias("bo_row"),
    )
    theirs = [name for name in raw_rows.columns if not name.startswith(OURS)]
    ordered = quarantined.select(*theirs, "bo_file", "bo_row", "bo_reason", "bo_column", "bo_hint", "bo_text")
    safe = ordered.with_columns(
        fixed_text(pl.col(theirs)).fill_null(""), neutral_text(cs.starts_with(OURS)).fill_null("")
    )
    path = f"quarantine/{path_label(client_id)}/{feed}/{file_hash[:12]}/{path_label(file_name)}"
    return LongDocument(path, lambda: delimited_chunks(safe, client.feeds.of(desk.feed)))


def _join_reasons(
    raw_rows: pl.DataFrame, rejected_rows: DataFrame[RejectedRow], faults: pl.DataFrame | None, desk: Desk
) -> pl.DataFrame:
    """The rejected rows in the order of the file, with everything that is wrong with each."""
    no_text = pl.DataFrame(schema={ROW_NO: pl.Int64, "text": pl.String})
    texts = (no_text if faults is None else faults).select(ROW_NO, pl.col("text").alias("bo_text"))
    reasons = (
        rejected_rows.sort("row_no", "column", "reason_code", nulls_last=True)
        .join(_advice(rejected_rows, desk), on=WHY, how="left", nulls_equal=True, maintain_order="left")
        .group_by(pl.col("row_no").alias(ROW_NO), maintain_order=True)
        .agg(
            pl.col("reason_code").unique(maintain_order=True).str.join("|").alias("bo_reason"),
            pl.col("column").drop_nulls().unique(maintain_order=True).str.join("|").alias("bo_column"),
            pl.col("hint").unique(maintain_order=True).str.join("; ").alias("bo_hint"),
        )
    )
    return (
        reasons.join(_first_tries(raw_rows), on=ROW_NO, how="left", validate="1:1")
        .join(texts, on=ROW_NO, how="left", validate="1:1")
        .sort(ROW_NO)
    )


def _advice(rejected_rows: pl.DataFrame, desk: Desk) -> pl.DataFrame:
    """What to do about each reason in each column; what is true of one column alone names it."""
    whys = rejected_rows.select(WHY).unique().sort(WHY)
    hints = [
        f"{column}: {advise(code, column, desk)}"
        if allowed_in(code, column, desk)
        else hint_of(code, desk.feed)
        for column, code in whys.iter_rows()
    ]
    return whys.with_columns(pl.Series("hint", hints, pl.String))


def _first_tries(raw_rows: pl.DataFrame) -> pl.DataFrame:
    """The client's columns as first written, and where a row that came back stood at first."""
    blank = [pl.lit(None, pl.String).alias(n) for n in ("bo_file", "bo_row") if n not in raw_rows.columns]
    theirs = [name for name in raw_rows.columns if not name.startswith(OURS)]
    tried = raw_rows.with_columns(*blank, *(shown_text(pl.col(name)) for name in theirs))
    came_back = pl.col("bo_file").is_not_null() & pl.col("bo_row").is_not_null()
    return tried.select(
        ROW_NO,
        pl.when(came_back).then("bo_file").alias("first_file"),
        pl.when(came_back).then("bo_row").alias("first_row"),
        *(pl.when(came_back).then(restored_text(pl.col(n))).otherwise(n).alias(n) for n in theirs),
    )


def write_delimited(rows: pl.DataFrame, settings: FeedSettings) -> bytes:
    """Text in the client's delimiter and encoding."""
    return b"".join(delimited_chunks(rows, settings))


def delimited_chunks(rows: pl.DataFrame, settings: FeedSettings) -> Iterator[bytes]:
    """The same in pieces; a header of the client's file that its own encoding cannot write is escaped."""
    codec = codecs.lookup(settings.encoding).name
    encoder = codecs.getincrementalencoder("utf-8-sig" if codec == "utf-8" else codec)("backslashreplace")
    for place in range(0, rows.height + 1, CHUNK_ROWS):
        text = io.StringIO()
        writer = csv.writer(text, delimiter=settings.delimiter, lineterminator="\n")
        if place == 0:
            writer.writerow(rows.columns)
        writer.writerows(rows.slice(place, CHUNK_ROWS).iter_rows())
        yield encoder.encode(text.getvalue())
