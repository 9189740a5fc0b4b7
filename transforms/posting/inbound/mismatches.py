"""Receipts whose reference is wrong: they are booked, count for another line, and somebody hears of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary.findings import FindingCode
from transforms.findings import findings_of
from transforms.posting.inbound.credits import ASN_LINE, ASN_SKU
from transforms.units import units

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.books.inbound import InboundLine
    from schemas.results import Finding
    from transforms.posting.inbound.credits import Credits
    from transforms.terms import Terms

ASN = ["client_id", "asn_id"]


def mismatch_findings(
    credited: Credits, tonight: pl.DataFrame, lines: DataFrame[InboundLine], terms: Terms
) -> DataFrame[Finding]:
    """A finding for tonight's receipts that name no line of their SKU, or one that expects nothing.

    Args:
        credited: what counts for what.
        tonight: numbers of tonight's receipts, in `receipt`.
        lines: all announced lines.
        terms: of the night.
    """
    named = credited.receipts.filter(pl.col("asn_id") != "", ~pl.col("is_transfer")).join(
        tonight, on="receipt", how="semi"
    )
    is_its = (pl.col("asn_line_no") == 0) | (pl.col("asn_line_no") == pl.col("its_no"))
    right = (
        named.join(
            credited.lines.select(*ASN_SKU, "announced_qty", "is_cancelled", its_no="asn_line_no"), on=ASN_SKU
        )
        .filter(is_its)
        .group_by("receipt")
        .agg(expects=((pl.col("announced_qty") > 0) & ~pl.col("is_cancelled")).any())
    )
    wrong = (
        named.join(right, on="receipt", how="left", maintain_order="left")
        .filter(~pl.col("expects").fill_null(value=False))
        .join(lines.select(*ASN_LINE, its_sku="sku"), on=ASN_LINE, how="left", maintain_order="left")
        .join(
            lines.select(ASN).unique().with_columns(is_known=True), on=ASN, how="left", maintain_order="left"
        )
        .join(_counted_for(credited), on="receipt", how="left", maintain_order="left")
    )
    return findings_of(
        wrong,
        FindingCode.ASN_MISMATCH,
        terms,
        subject=pl.col("sku"),
        detail=pl.format(
            "receipt {}: {} units name {}{}, {}{}",
            "receipt_id",
            units("received_qty"),
            "asn_id",
            pl.when(pl.col("asn_line_no") == 0)
            .then(pl.lit(""))
            .otherwise(pl.format(" line {}", "asn_line_no")),
            _why(),
            pl.format("; they count for {}", "counted_for").fill_null(""),
        ),
    )


def _why() -> pl.Expr:
    return (
        pl.when(pl.col("expects").is_not_null())
        .then(pl.lit("which expects nothing"))
        .when(pl.col("its_sku").is_not_null())
        .then(pl.format("which announces {}", "its_sku"))
        .when(pl.col("is_known").is_null())
        .then(pl.lit("which nobody announced"))
        .otherwise(pl.lit("which announces none of it"))
    )


def _counted_for(credited: Credits) -> pl.DataFrame:
    """The lines that receipts without a right name count for, in words: receipt, `counted_for`."""
    lines = credited.lines.select("line", told=pl.format("{} line {}", "asn_id", "asn_line_no"))
    return (
        credited.placed.join(lines, on="line")
        .sort("receipt", "line")
        .group_by("receipt")
        .agg(counted_for=pl.col("told").str.join(", "))
    )
