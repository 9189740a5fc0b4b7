"""Kits in the books: their parts are picked, confirmed and missed row by row, their line counts whole kits.

Rule
    A kit is shipped once all its parts are, and short once one of them can no longer come. So the releases
    of a `kit_id` may be answered by rows of different files and nights; when all are closed, the kits shipped
    and those short are the kits that it makes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary.findings import FindingCode
from transforms.findings import findings_of
from transforms.keys import LINE
from transforms.units import units

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.books.orders import Release
    from schemas.results import Finding
    from transforms.terms import Terms

KIT = ["client_id", "kit_id"]
PART = [*KIT, "sku"]
ANSWERS = ["shipped", "short", "over"]
IS_PART = pl.col("kit_id").is_not_null()


def units_per_kit(releases: pl.DataFrame) -> pl.DataFrame:
    """How many units of each part one kit of a `kit_id` takes: the columns of `PART` and `per_kit`."""
    released = pl.col("released_qty").sum()
    return releases.filter(IS_PART).group_by(PART).agg(per_kit=released // pl.col("kit_qty").first())


def count_released(released: pl.DataFrame) -> pl.DataFrame:
    """Tonight's release rows as their lines count them: those of a `kit_id` are one row of kits.

    Args:
        released: an allocation's columns, with its units as `qty` and its id as `effect_id`.
    """
    parts = released.filter(IS_PART)
    if parts.is_empty():
        return released
    of_one_part = parts.group_by(PART).agg(
        pl.col("qty", "from_reserved_qty").sum(),
        pl.col(*LINE[1:], "warehouse_id", "kit_qty", "kit_sku").first(),
    )
    kits = (
        of_one_part.sort(PART)
        .unique(KIT, keep="first", maintain_order=True)
        .with_columns(
            qty=pl.col("kit_qty"),
            from_reserved_qty=pl.col("from_reserved_qty") * pl.col("kit_qty") // pl.col("qty"),
            effect_id=pl.col("kit_id"),
            sku=pl.col("kit_sku"),
        )
    )
    return pl.concat([released.filter(~IS_PART), kits], how="diagonal")


def count_answered(
    records: pl.DataFrame, before: DataFrame[Release], after: DataFrame[Release]
) -> pl.DataFrame:
    """What records of releases mean for their lines: `shipped`, `short` and `over` in units of the line.

    For the parts of a kit the last record of tonight stands, with the kits that became whole, or short, by
    all of them. Units beyond a release count as far as they make whole kits.

    Args:
        records: with `row` and, in units of the release, the columns of `ANSWERS`.
        before: the releases before these records.
        after: the releases after them.
    """
    parts = records.filter(IS_PART)
    if parts.is_empty():
        return records
    were = _answered_kits(before.join(parts, on=KIT, how="semi"))
    are = _answered_kits(after.join(parts, on=KIT, how="semi"))
    turned = are.join(were, on=KIT, suffix="_before").select(
        *KIT, *(pl.col(name) - pl.col(f"{name}_before") for name in ("shipped", "short"))
    )
    kits = (
        parts.sort("row", "release_id")
        .unique(KIT, keep="last", maintain_order=True)
        .drop(ANSWERS)
        .join(turned, on=KIT, maintain_order="left")
        .join(_kits_beyond(parts, after), on=KIT, maintain_order="left")
        .with_columns(sku=pl.col("kit_sku"))
    )
    return pl.concat([records.filter(~IS_PART), kits.select(records.columns)])


def find_loose_parts(records: pl.DataFrame, after: DataFrame[Release], terms: Terms) -> DataFrame[Finding]:
    """Findings for shipped parts that make no whole kit, once all releases of the kits are closed."""
    touched = after.join(records.filter(IS_PART), on=KIT, how="semi")
    closed = touched.filter(~pl.col("is_open").any().over(KIT))
    shipped = closed.group_by(*PART, "order_id", "line_no").agg(pl.col("shipped_qty").sum())
    loose = (
        shipped.join(units_per_kit(closed), on=PART)
        .join(_answered_kits(closed), on=KIT)
        .with_columns(loose_qty=pl.col("shipped_qty") - pl.col("shipped") * pl.col("per_kit"))
        .filter(pl.col("loose_qty") > 0)
    )
    return findings_of(
        loose,
        FindingCode.LOOSE_PARTS,
        terms,
        subject=pl.col("order_id"),
        detail=pl.format("line {}: {} of {} beyond the whole kits", "line_no", units("loose_qty"), "sku"),
    )


def _answered_kits(releases: pl.DataFrame) -> pl.DataFrame:
    """Whole kits shipped and short so far of each `kit_id`: the columns of `KIT`, `shipped`, `short`."""
    released, shipped, short = (pl.col(f"{name}_qty").sum() for name in ("released", "shipped", "short"))
    per_kit = released // pl.col("kit_qty").first()
    of_parts = releases.group_by(*PART, "kit_qty").agg(
        shipped=shipped // per_kit, possible=(released - short) // per_kit
    )
    return of_parts.group_by(*KIT, "kit_qty").agg(
        pl.col("shipped").min(), short=pl.col("kit_qty").first() - pl.col("possible").min()
    )


def _kits_beyond(records: pl.DataFrame, releases: pl.DataFrame) -> pl.DataFrame:
    """Whole kits that units beyond their releases make: the columns of `KIT` and `over`."""
    beyond = records.group_by(PART).agg(pl.col("over").sum())
    return (
        units_per_kit(releases)
        .join(records, on=KIT, how="semi")
        .join(beyond, on=PART, how="left")
        .group_by(KIT)
        .agg(over=(pl.col("over").fill_null(0) // pl.col("per_kit")).min())
    )
