"""What the lines of receipts say now, and what a line that is said again changes on the shelf.

Intake tells which rows are corrections (`transforms.intake.corrections`): a line of the books, said again on
the day it was received. The row states the line anew, so what it said before is taken back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.books import ReceiptLine
from schemas.findings import FindingCode
from schemas.table import conform
from transforms.posting.rows import findings_of, units

if TYPE_CHECKING:
    from schemas.night import Books
    from transforms.posting.posting import Terms

KEY = ["client_id", "receipt_id", "line_no", "lot_id"]
PLACE = ["warehouse_id", "sku", "bin_id", "status", "receipt_type", "damaged_qty", "rejected_qty"]
STATED = ["received_qty", *PLACE]
IS_CORRECTION = pl.col("received_qty") < 0
"""A negative quantity says by how much a line was wrong, not what it is."""

KEPT_DAYS = 35
"""Days in which a line can be corrected by saying it again; a later one is a contradiction."""


@dataclass(frozen=True)
class Stated:
    """Receipts as the books take them.

    Attributes:
        credited: rows whose `received_qty` is what they add to their announcement, and `booked_qty` what
            they add to the shelf; both are less than stated, or negative, where the line was said before.
        taken_back: what lines said before that stood elsewhere or in another state, as rows of a loss.
        findings: the corrected lines.
    """

    credited: pl.DataFrame
    taken_back: pl.DataFrame
    findings: pl.DataFrame


def state_lines(books: Books, rows: pl.DataFrame, terms: Terms) -> Stated:
    """What `rows` (in posting order) add to what their lines said before."""
    was = [pl.col(name).alias(f"was_{name}") for name in STATED]
    before = books.receipt_lines.select(*KEY, *was, effective_on="received_on")
    found = (
        rows.join(before, on=[*KEY, "effective_on"], how="left", maintain_order="left")
        .join(_corrected(rows), on=KEY, how="left", maintain_order="left")
        .with_columns(pl.col("was_received_qty") + pl.col("corrected").fill_null(0))
    )
    is_known = pl.col("was_received_qty").is_not_null() & ~IS_CORRECTION
    is_here = is_known & pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"was_{name}")) for name in PLACE)
    is_moved = is_known & ~is_here
    is_credited = (
        is_known
        & (pl.col("sku") == pl.col("was_sku"))
        & (pl.col("warehouse_id") == pl.col("was_warehouse_id"))
    )
    more = pl.col("received_qty") - pl.col("was_received_qty")
    credited = found.with_columns(
        booked_qty=pl.when(is_here).then(more).otherwise("received_qty"),
        received_qty=pl.when(is_credited).then(more).otherwise("received_qty"),
        **{
            name: pl.when(is_here).then(pl.lit(0, pl.Int64)).otherwise(name)
            for name in ("damaged_qty", "rejected_qty")
        },
    ).select(*rows.columns, "booked_qty")
    moved = found.filter(is_moved, pl.col("was_received_qty") > 0)
    taken_back = moved.with_columns(
        qty="was_received_qty", sku="was_sku", warehouse_id="was_warehouse_id", bin_id="was_bin_id"
    ).select(*rows.columns, "qty")
    return Stated(credited, taken_back, _findings(found.filter(is_known), terms))


def remember_lines(books: Books, rows: pl.DataFrame, terms: Terms) -> Books:
    """Books that know what the lines of the accepted `rows` say, as long as they can be corrected."""
    night = pl.lit(terms.as_of.business_date)
    numbered = rows.drop_nulls("line_no")
    stated = numbered.filter(~IS_CORRECTION).unique(KEY, keep="last", maintain_order=True)
    said = conform(stated.with_columns(received_on="effective_on", noted_on=night), ReceiptLine)
    others = (
        books.receipt_lines.join(said, on=KEY, how="anti")
        .join(_corrected(numbered), on=KEY, how="left", maintain_order="left")
        .with_columns(received_qty=pl.col("received_qty") + pl.col("corrected").fill_null(0))
        .drop("corrected")
    )
    lines = pl.concat([others, said])
    kept = lines.filter(pl.col("noted_on") > night.dt.offset_by(f"-{KEPT_DAYS}d"))
    return replace(books, receipt_lines=kept.sort(KEY).pipe(ReceiptLine.validate))


def _corrected(rows: pl.DataFrame) -> pl.DataFrame:
    """What tonight's rows with a negative quantity take off each line; it is stated anew after them."""
    return rows.filter(IS_CORRECTION).group_by(KEY).agg(corrected=pl.col("received_qty").sum())


def _findings(corrected: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    was = terms.with_decimals(corrected.select("row", "client_id", sku="was_sku")).select(
        "row", was_decimals="decimals"
    )
    return findings_of(
        corrected.join(was, on="row", how="left"),
        FindingCode.RECEIPT_CORRECTED,
        terms,
        subject=pl.col("sku"),
        detail=pl.format(
            "receipt {} line {}: {} of {} in {} before, now {} in {}",
            "receipt_id",
            "line_no",
            units("was_received_qty"),
            "was_sku",
            "was_bin_id",
            units("received_qty"),
            "bin_id",
        ),
    )
