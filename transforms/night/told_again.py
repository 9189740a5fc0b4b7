"""What a night makes of rejected rows that its files tell again, and by what later nights know them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.orders import PendingRow, RejectedBefore
from schemas.intake.verdicts import CORRECTED_BEFORE, RejectedRow, RowOutcome
from schemas.table import conform
from schemas.vocabulary.words import Verdict
from transforms.intake.identity.told_again import WHENCE, find_told_again

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.intake.verdicts import RowHash
    from schemas.night import AsOf, NightInputs

KEPT_DAYS = 92
"""Days after which a row that no file says any more is forgotten: exports reach back a quarter."""


def leave_corrected(inputs: NightInputs) -> NightInputs:
    """The night's inputs, where rows that reading rejected are duplicates if they are corrected already."""
    told = find_told_again(inputs.row_hashes, inputs.books.rejected_before)
    over = told.filter("is_corrected")
    if over.is_empty():
        return inputs
    pending = inputs.pending_rows.join(over, on=["client_id", "file_hash", "row_no"], how="anti")
    return replace(
        inputs,
        outcomes=as_duplicates(inputs.outcomes, over),
        rejected_rows=conform(inputs.rejected_rows.join(over, on=WHENCE, how="anti"), RejectedRow),
        pending_rows=conform(pending, PendingRow),
    )


def as_duplicates(outcomes: DataFrame[RowOutcome], over: pl.DataFrame) -> DataFrame[RowOutcome]:
    """The verdicts, where the rejected rows `over` are duplicates."""
    marked = outcomes.join(
        over.select(*WHENCE, is_over=pl.lit(value=True)), on=WHENCE, how="left", maintain_order="left"
    ).with_columns(is_over=pl.col("is_over").fill_null(value=False) & (pl.col("verdict") == Verdict.REJECTED))
    return conform(
        marked.with_columns(
            verdict=pl.when("is_over").then(pl.lit(Verdict.DUPLICATE.value)).otherwise("verdict"),
            note=pl.when("is_over").then(pl.lit(CORRECTED_BEFORE)).otherwise("note"),
        ),
        RowOutcome,
    )


def with_first_tries(rejected: DataFrame[RejectedRow], told: pl.DataFrame) -> DataFrame[RejectedRow]:
    """Rejected rows without those that are corrected, each with its first try if it is told again."""
    first = told.select(*WHENCE, "first_hash", "first_row")
    left = rejected.join(told.filter("is_corrected"), on=WHENCE, how="anti", maintain_order="left")
    named = left.join(first, on=WHENCE, how="left", maintain_order="left").with_columns(
        origin_hash=pl.coalesce("origin_hash", "first_hash"),
        origin_row=pl.coalesce("origin_row", "first_row"),
    )
    return conform(named, RejectedRow)


def remember_rejected(
    known: DataFrame[RejectedBefore], hashes: DataFrame[RowHash], corrected: pl.DataFrame, as_of: AsOf
) -> DataFrame[RejectedBefore]:
    """What later nights know rejected rows by.

    Args:
        known: before the night.
        hashes: of the night's rejected rows, those that were corrected before included.
        corrected: first tries that the night corrects: `client_id`, `file_hash`, `row_no`.
        as_of: the night.
    """
    key = RejectedBefore.key()
    night = pl.lit(as_of.business_date)
    said = hashes.sort(WHENCE).unique(key, keep="first", maintain_order=True)
    new = said.join(known, on=key, how="anti").with_columns(last_on=night, corrected_on=pl.lit(None, pl.Date))
    mended = corrected.select("client_id", "file_hash", "row_no", is_mended=pl.lit(value=True)).unique()
    kept = (
        known.join(said.select(*key, is_said=pl.lit(value=True)), on=key, how="left")
        .with_columns(last_on=pl.when("is_said").then(night).otherwise("last_on"))
        .filter(pl.col("last_on") > night.dt.offset_by(f"-{KEPT_DAYS}d"))
    )
    rows = (
        pl.concat([kept.select(RejectedBefore.names()), conform(new, RejectedBefore)])
        .join(mended, on=["client_id", "file_hash", "row_no"], how="left")
        .with_columns(
            corrected_on=pl.when(pl.col("corrected_on").is_null() & pl.col("is_mended"))
            .then(night)
            .otherwise("corrected_on")
        )
    )
    return conform(rows.sort(key), RejectedBefore)
