"""What the lines of receipts say now, and what a line that is said again takes back.

Intake tells which rows are corrections (`transforms.intake.identity.corrections`): a line of the books, said
again on the day it was received. The row states the line anew, so what it said before is taken back at its
instant.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.inbound import ReceiptLine
from schemas.books.stock import LATE_DAYS
from schemas.table import conform
from schemas.vocabulary.findings import FindingCode
from transforms.findings import findings_of
from transforms.units import units

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.night import Books
    from schemas.results import Finding
    from transforms.terms import Terms

KEY = ReceiptLine.key()
DAY = "received_day"
STATED = [
    *("received_qty", "damaged_qty", "rejected_qty", "status", "receipt_type"),
    *("warehouse_id", "sku", "bin_id", "asn_id", "asn_line_no", "at"),
]
STATES = pl.col("received_qty") >= 0
"""A row below nought takes units off by itself; it states no line."""


@dataclass(frozen=True)
class Stated:
    """What rows say of lines that were said before.

    Attributes:
        before: what the lines said until now, in the columns of the rows that correct them.
        findings: the corrected lines.
    """

    before: pl.DataFrame
    findings: pl.DataFrame


def state_lines(books: Books, rows: pl.DataFrame, terms: Terms) -> Stated:
    """The lines among `rows` (receipts with their `received_day`) that stand in the books already."""
    lines = books.receipt_lines.rename({"received_on": DAY, "received_at": "at"})
    before = lines.select(*KEY, DAY, *(pl.col(name).alias(f"was_{name}") for name in STATED))
    found = (
        rows.filter(STATES)
        .join(before, on=[*KEY, DAY], how="inner", maintain_order="left")
        .join(_taken_off(rows), on=KEY, how="left", maintain_order="left")
        .with_columns(pl.col("was_received_qty") - pl.col("off_qty").fill_null(0))
    )
    was = {name: pl.col(f"was_{name}") for name in STATED}
    stood = found.filter(pl.col("was_received_qty") > 0)
    back = stood.with_columns(is_final=pl.lit(value=False), **was)
    return Stated(back.select(rows.columns), _findings(found, terms))


def remember_lines(books: Books, rows: pl.DataFrame, terms: Terms) -> Books:
    """Books that know what the lines of the accepted `rows` say, as long as they can be corrected."""
    night = pl.lit(terms.as_of.business_date)
    numbered = rows.filter(STATES, pl.col("line_no").is_not_null()).with_columns(
        received_on=DAY, received_at="at", noted_on=night
    )
    said = conform(numbered.unique(KEY, keep="last", maintain_order=True), ReceiptLine)
    others = (
        books.receipt_lines.join(said, on=KEY, how="anti")
        .join(_taken_off(rows), on=KEY, how="left", maintain_order="left")
        .with_columns(pl.col("received_qty") - pl.col("off_qty").fill_null(0))
        .drop("off_qty")
    )
    lines = pl.concat([others, said])
    kept = lines.filter(pl.col("noted_on") > night.dt.offset_by(f"-{LATE_DAYS}d"))
    return replace(books, receipt_lines=kept.sort(KEY).pipe(ReceiptLine.validate))


def _taken_off(rows: pl.DataFrame) -> pl.DataFrame:
    """What tonight's rows below nought take off each line; one that is stated anew is so after them."""
    return rows.filter(~STATES).group_by(KEY).agg(off_qty=-pl.col("received_qty").sum())


def _findings(corrected: pl.DataFrame, terms: Terms) -> DataFrame[Finding]:
    return findings_of(
        corrected,
        FindingCode.RECEIPT_CORRECTED,
        terms,
        subject=pl.col("sku"),
        detail=pl.format(
            "receipt {} line {}: {} of {} in {} before, now {} of {} in {}",
            "receipt_id",
            "line_no",
            units("was_received_qty"),
            "was_sku",
            "was_bin_id",
            units("received_qty"),
            "sku",
            "bin_id",
        ),
    )
