"""Quarantine: the rejected rows of a file in the client's own columns, to be corrected and dropped again.

Rows of a workbook come back as a workbook, in which bad cells are coloured, and so do all of a client that
asks for it (`spreadsheets`); of anything else as delimited text.
The file has the client's delimiter and encoding, a header, the client's columns, and ours at the end:
`bo_file` and `bo_row` (which row this was: keep them, they make the correction that row's second try), of a
count `bo_counted_at` (when its rows were counted, where their own columns do not say it),
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
from flows.outbound.workbooks import workbook_content
from schemas.vocabulary.words import Feed
from transforms.hints import hint_of
from transforms.intake.mapping.wanted import names_in
from transforms.intake.rows.advice import Desk, advise, allowed_in
from transforms.intake.rows.counts import first_instant
from transforms.intake.rows.raw_rows import COUNTED_AT, COUNTED_FORM, plain_name, shown_text
from transforms.published_paths import quarantine_label, workbook_clients
from transforms.texts import fixed_text, marked_text, neutral_text, restored_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pandera.typing.polars import DataFrame

    from schemas.intake.verdicts import RejectedRow
    from schemas.settings.client import Client, FeedSettings
    from transforms.intake.file_form import SourceFile

CHUNK_ROWS = 20_000
"""Rows that are written together."""

ROW_NO = "bo_row_no"
OURS = "bo_"
WHY = ["column", "reason_code"]


def render_quarantine(
    raw_rows: pl.DataFrame,
    rejected_rows: DataFrame[RejectedRow],
    source: SourceFile,
    *,
    client: Client,
    faults: pl.DataFrame | None = None,
    said: Mapping[str, str] | None = None,
) -> LongDocument | None:
    """The rejected rows of one file of a client, or None where it has none.

    Args:
        raw_rows: what the reader gave: text columns and `bo_row_no`.
        rejected_rows: those of this one file.
        source: the file, and the night that took it.
        client: whose file it is.
        faults: the text of lines that are no rows, by `bo_row_no`.
        said: what stands in further columns of every row, or in the place of ours.
    """
    if rejected_rows.is_empty():
        return None
    desk = Desk(source.feed, client)
    counted = [COUNTED_AT] if desk.feed == Feed.STOCK else []
    instant = first_instant(client, source)
    quarantined = _join_reasons(raw_rows, rejected_rows, faults, desk).with_columns(
        pl.coalesce("first_counted", pl.lit(instant and instant.strftime(COUNTED_FORM))).alias(COUNTED_AT),
        pl.coalesce("first_file", "origin_hash", pl.lit(source.file_hash)).alias("bo_file"),
        pl.coalesce("first_row", pl.coalesce("origin_row", ROW_NO).cast(pl.String)).alias("bo_row"),
    )
    theirs = [name for name in raw_rows.columns if not name.startswith(OURS)]
    ordered = quarantined.select(
        *theirs, "bo_file", "bo_row", *counted, "bo_reason", "bo_column", "bo_hint", "bo_text"
    ).with_columns(pl.lit(text).alias(name) for name, text in (said or {}).items())
    label = quarantine_name(client, source.file_name)
    path = f"quarantine/{path_label(client.client_id)}/{source.feed}/{source.file_hash[:12]}/{label}"
    settings = client.feeds.of(desk.feed)
    if label.lower().endswith(".xlsx"):
        return LongDocument(path, lambda: [corrections_workbook(ordered, settings)])
    return LongDocument(path, lambda: delimited_chunks(_safe(ordered), settings))


def quarantine_name(client: Client, file_name: str) -> str:
    """The name of the quarantine file of a file of a client."""
    one = pl.DataFrame({"client_id": [client.client_id], "name": [file_name]})
    books = workbook_clients({client.client_id: client})
    return str(one.select(quarantine_label("name", books)).item())


def corrections_workbook(rows: pl.DataFrame, settings: FeedSettings) -> bytes:
    """Quarantined rows as a workbook: the cells of the columns that `bo_column` names are coloured."""
    theirs = [name for name in rows.columns if not name.startswith(OURS)]
    sources = _sources(theirs, settings)
    named = rows["bo_column"] if "bo_column" in rows.columns else pl.Series([""] * rows.height)
    bad = [
        frozenset().union(*(sources.get(column, ()) for column in (names or "").split("|")))
        for names in named
    ]
    shown = rows.with_columns(marked_text(pl.col(theirs))) if theirs else rows
    return workbook_content(shown, bad)


def _sources(theirs: Sequence[str], settings: FeedSettings) -> dict[str, frozenset[str]]:
    """Our names of columns, each with the client's columns that its mappings read."""
    mapped = [settings.columns, *(route.columns for route in settings.routes)]
    by_name = {plain_name(name): name for name in theirs}
    sources = {name: frozenset({name}) for name in theirs}
    for columns in mapped:
        for ours, text in columns.items():
            read = {by_name[plain] for name in names_in(text) if (plain := plain_name(name)) in by_name}
            sources[ours] = sources.get(ours, frozenset()) | read
    return sources


def _safe(rows: pl.DataFrame) -> pl.DataFrame:
    """Quarantined rows as a spreadsheet program opens them from CSV without running or changing anything."""
    theirs = [name for name in rows.columns if not name.startswith(OURS)]
    ours = neutral_text(cs.starts_with(OURS)).fill_null("")
    return rows.with_columns(fixed_text(pl.col(theirs)).fill_null(""), ours)


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
            pl.col("origin_hash", "origin_row").first(),
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
    ours = ("bo_file", "bo_row", COUNTED_AT)
    blank = [pl.lit(None, pl.String).alias(name) for name in ours if name not in raw_rows.columns]
    theirs = [name for name in raw_rows.columns if not name.startswith(OURS)]
    tried = raw_rows.with_columns(*blank, *(shown_text(pl.col(name)) for name in theirs))
    came_back = pl.col("bo_file").is_not_null() & pl.col("bo_row").is_not_null()
    return tried.select(
        ROW_NO,
        pl.when(came_back).then("bo_file").alias("first_file"),
        pl.when(came_back).then("bo_row").alias("first_row"),
        pl.when(came_back).then(COUNTED_AT).alias("first_counted"),
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
