"""Quantities as whole eaches, scaled by the decimals of their item."""

from __future__ import annotations

import polars as pl

from schemas.vocabulary.codes import ReasonCode
from transforms.intake.values.readings import MICRO, Reading, read_figures
from transforms.intake.values.skus import MAX_EACHES

MAX_QTY = 10**12
"""A million rows of it still sum within 64 bits."""


def read_quantities(texts: pl.Series, factors: pl.DataFrame, decimal_mark: str) -> Reading:
    """Whole scaled eaches: text x `each_qty` x 10^`decimals`; a fraction that remains is `not_whole`.

    A null `each_qty` is an unknown unit; the unit's own fault is reported with the unit, not here.
    """
    figures = read_figures(texts, decimal_mark).with_columns(factors.select("each_qty", "decimals"))
    each_qty = pl.col("each_qty").fill_null(1).clip(upper_bound=MAX_EACHES).cast(pl.Int128)
    # 128 bits: 18 digits of millionths times a unit times the item's places
    millionths = pl.col("micros").cast(pl.Int128) * each_qty * pl.lit(10, pl.Int128).pow(pl.col("decimals"))
    scaled = figures.with_columns(millionths=millionths).with_columns(
        qty=pl.col("millionths") // MICRO, rest=pl.col("millionths") % MICRO
    )
    faults = {
        ReasonCode.NOT_A_NUMBER: ~pl.col("is_number"),
        ReasonCode.OUT_OF_RANGE: ~pl.col("is_in_range") | (pl.col("qty").abs() > MAX_QTY),
        ReasonCode.NOT_WHOLE: ~pl.col("is_exact") | (pl.col("rest") != 0),
    }
    return Reading.of(scaled, pl.col("qty").cast(pl.Int64, strict=False), faults)
