"""Rows in posting order, and their verdicts and findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import polars as pl

from schemas.intake.verdicts import RejectedRow, RowOutcome
from transforms.calendars import (
    with_instant_of_day,
    with_local_date,
    with_start_of_day,
    with_warehouse_date,
)
from transforms.posting.core.posting import blank

if TYPE_CHECKING:
    from schemas.table import Frame
    from schemas.vocabulary.codes import ReasonCode
    from schemas.vocabulary.words import Verdict
    from transforms.terms import Terms

ORIGIN = {"origin_hash": pl.String(), "origin_row": pl.Int64()}
"""Filled in for all rejected rows at the end of the night, from the rows themselves."""


def in_posting_order(
    rows: pl.DataFrame, terms: Terms, *, at: str = "effective_at", on: str | None = None
) -> pl.DataFrame:
    """Rows sorted by client, effective time, file and row number, and numbered in `row`.

    Adds `at`, the instant that counts, and `effective_on`, its date for the client. A row with a date
    only becomes true as that day begins; one without either, on the business date. `has_clock`: it is not
    just the beginning of a day.
    """
    night = pl.lit(terms.as_of.business_date)
    local = with_local_date(rows, time_column=at, name="local_on", clients=terms.clients)
    dated = local.with_columns(effective_on=pl.coalesce(*([on] if on else []), "local_on", night))
    begun = with_start_of_day(dated, date_column="effective_on", name="day_began", clients=terms.clients)
    timed = begun.with_columns(
        at=pl.coalesce(at, "day_began"), has_clock=(pl.col(at) != pl.col("day_began")).fill_null(value=False)
    ).drop("day_began", "local_on")
    return (
        timed.sort("client_id", "at", "file_hash", "row_no", "file_feed")
        .with_row_index("row")
        .cast({"row": pl.Int64})
    )


def in_order_of_facts(rows: pl.DataFrame, terms: Terms, *, qty: str | None = None) -> pl.DataFrame:
    """Facts of a shelf sorted by client and instant, and numbered in `row`.

    Adds `at`, the instant at which a fact was true, and `effective_on`, the warehouse's local day of it. A
    fact of a day alone happened at the warehouse's `day_only_at`; one without either, at `day_only_at` of the
    business date, in a later run of the date when the run was frozen. At one instant units come before
    others leave, and rows that name bin and lot stand before those that do not.

    Args:
        rows: with `warehouse_id`, `effective_at` and `effective_on`.
        terms: of the night.
        qty: column whose negative values are losses; without one all rows are of one kind.
    """
    night = terms.as_of
    late = None if night.run_no == 1 else night.frozen_at
    now = pl.lit(late, pl.Datetime("us", "UTC"))
    said = pl.coalesce("effective_at", pl.when(pl.col("effective_on").is_null()).then(now))
    dated = rows.with_columns(at=said, day=pl.col("effective_on").fill_null(pl.lit(night.business_date)))
    closed = with_instant_of_day(dated, date_column="day", name="closed_at", warehouses=terms.warehouses)
    timed = closed.with_columns(pl.coalesce("at", "closed_at").alias("at")).drop("closed_at", "day")
    local = with_warehouse_date(timed, time_column="at", name="effective_on", warehouses=terms.warehouses)
    is_vague = [pl.col(name).fill_null("") == "" for name in ("bin_id", "lot_id") if name in rows.columns]
    return (
        local.sort(
            "client_id",
            "at",
            *([] if qty is None else [pl.col(qty) < 0]),
            *is_vague,
            "file_hash",
            "row_no",
            "file_feed",
        )
        .with_row_index("row")
        .cast({"row": pl.Int64})
    )


def outcomes_of(rows: pl.DataFrame, verdict: Verdict, note: pl.Expr | None = None) -> Frame[RowOutcome]:
    """The one verdict of each row; `note` says in words what the acknowledgement adds."""
    if rows.is_empty():
        return cast("Frame[RowOutcome]", blank(RowOutcome))
    told = rows.select(
        "client_id",
        pl.col("file_feed").alias("feed"),
        "file_hash",
        "row_no",
        pl.lit(verdict.value).alias("verdict"),
        (pl.lit("") if note is None else note.fill_null("")).alias("note"),
    )
    return cast("Frame[RowOutcome]", told)


def rejections_of(rows: pl.DataFrame, reason: ReasonCode, column: str | None = None) -> Frame[RejectedRow]:
    """Why each of `rows` was rejected, and the column at fault."""
    if rows.is_empty():
        return cast("Frame[RejectedRow]", blank(RejectedRow))
    told = rows.select(
        "client_id",
        pl.col("file_feed").alias("feed"),
        "file_hash",
        "row_no",
        pl.lit(column, pl.String).alias("column"),
        pl.lit(reason.value).alias("reason_code"),
        *(pl.lit(None, dtype).alias(name) for name, dtype in ORIGIN.items()),
    )
    return cast("Frame[RejectedRow]", told)


def asked_at() -> pl.Expr:
    """When and where a row asked for something, in words; the day only, where nobody said a time."""
    clock = pl.format("{} UTC", pl.col("at").dt.strftime("%Y-%m-%d %H:%M"))
    asked = pl.when("has_clock").then(clock).otherwise(pl.col("effective_on").cast(pl.String))
    return pl.format("asked on {} ({} of {})", asked, "said_at", "said_in")
