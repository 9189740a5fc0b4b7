"""Rows in posting order, and their verdicts and findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.intake import RejectedRow, RowOutcome
from schemas.results import Finding
from transforms.calendars import with_local_date, with_start_of_day
from transforms.findings import make_findings, usual_cause
from transforms.posting.posting import blank
from transforms.units import written_qty

if TYPE_CHECKING:
    from schemas.codes import ReasonCode
    from schemas.findings import FindingCode
    from schemas.vocabulary import Verdict
    from transforms.posting.posting import Terms

SHOWN_OF_HASH = 12
"""Characters of a file's hash that name its folder in quarantine."""

ORIGIN = {"origin_hash": pl.String(), "origin_row": pl.Int64()}
"""Filled in for all rejected rows at the end of the night, from the rows themselves."""


def in_posting_order(
    rows: pl.DataFrame, terms: Terms, *, at: str = "effective_at", on: str | None = None
) -> pl.DataFrame:
    """Rows sorted by client, effective time, file and row number, and numbered in `row`.

    Adds `at`, the instant that counts, and `effective_on`, its date for the client. A row with a date
    only becomes true as that day begins; one without either, on the business date.
    """
    night = pl.lit(terms.as_of.business_date)
    local = with_local_date(rows, time_column=at, name="local_on", clients=terms.clients)
    dated = local.with_columns(effective_on=pl.coalesce(*([on] if on else []), "local_on", night))
    begun = with_start_of_day(dated, date_column="effective_on", name="day_began", clients=terms.clients)
    timed = begun.with_columns(at=pl.coalesce(at, "day_began")).drop("day_began", "local_on")
    return (
        timed.sort("client_id", "at", "file_hash", "row_no", "file_feed")
        .with_row_index("row")
        .cast({"row": pl.Int64})
    )


def outcomes_of(rows: pl.DataFrame, verdict: Verdict, note: pl.Expr | None = None) -> pl.DataFrame:
    """The one verdict of each row; `note` says in words what the acknowledgement adds."""
    if rows.is_empty():
        return blank(RowOutcome)
    return rows.select(
        "client_id",
        pl.col("file_feed").alias("feed"),
        "file_hash",
        "row_no",
        pl.lit(verdict.value).alias("verdict"),
        (pl.lit("") if note is None else note.fill_null("")).alias("note"),
    )


def rejections_of(rows: pl.DataFrame, reason: ReasonCode, column: str | None = None) -> pl.DataFrame:
    """Why each of `rows` was rejected, and the column at fault."""
    if rows.is_empty():
        return blank(RejectedRow)
    return rows.select(
        "client_id",
        pl.col("file_feed").alias("feed"),
        "file_hash",
        "row_no",
        pl.lit(column, pl.String).alias("column"),
        pl.lit(reason.value).alias("reason_code"),
        *(pl.lit(None, dtype).alias(name) for name, dtype in ORIGIN.items()),
    )


def findings_of(
    facts: pl.DataFrame,
    code: FindingCode,
    terms: Terms,
    *,
    subject: pl.Expr,
    detail: pl.Expr,
    cause: pl.Expr | None = None,
) -> pl.DataFrame:
    """One finding a client, subject and cause; the details of several facts stand in one line.

    Facts about a sku have its `decimals` when the detail is written: `units` tells of their quantities.
    """
    if facts.is_empty():
        return blank(Finding)
    known = terms.with_decimals(facts) if "sku" in facts.columns else facts
    told = known.with_columns(subject=subject, detail=detail, cause=usual_cause(code, terms.as_of, cause))
    return make_findings(told, code, as_of=terms.as_of)


def asked_at() -> pl.Expr:
    """When and where a row asked for something, in words."""
    return pl.format(
        "asked on {} UTC (row {} of file {})",
        pl.col("at").dt.strftime("%Y-%m-%d %H:%M"),
        "row_no",
        pl.col("file_hash").str.head(SHOWN_OF_HASH),
    )


def units(qty: str) -> pl.Expr:
    """A quantity in words, beside the `decimals` of its item."""
    return written_qty(pl.col(qty), pl.col("decimals"))
