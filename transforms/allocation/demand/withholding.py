"""Units that tonight's confirmation left out and that may still be told as shipped: tonight they stay.

A warehouse that says no word of a short may send the second truck tomorrow. So these units ask like all
others and may be reserved, but they leave tomorrow at the earliest; what they lack is no back order yet, and
no rule cancels it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import polars as pl

from transforms.keys import LINE

if TYPE_CHECKING:
    from schemas.night import AsOf, Books
    from schemas.table import Frame
    from transforms.allocation.frames import Reach, WithheldUnits


def count_withheld(books: Books, *, as_of: AsOf) -> Frame[WithheldUnits]:
    """The units of each line that tonight's confirmation left out."""
    tonight = books.withheld.filter(pl.col("judged_on") == as_of.business_date)
    summed = tonight.group_by(LINE).agg(withheld_qty=pl.col("qty").sum())
    return cast("Frame[WithheldUnits]", summed)


def split_withheld(pieces: pl.DataFrame, reaches: Frame[Reach], books: Books, *, as_of: AsOf) -> pl.DataFrame:
    """Pieces with `is_withheld`; under `partial`, withheld units are pieces of their own, after their like.

    They are the oldest units of their line, since they were released before the rest, and keep their age.
    Other pieces wait as a whole: of what ships complete or by multiples nobody knows yet what would complete
    it, and a line that shares asks once.

    Args:
        pieces: as `split_raises`.
        reaches: as `number_reaches`.
        books: what is withheld.
        as_of: the night.
    """
    withheld = count_withheld(books, as_of=as_of)
    if withheld.is_empty():
        return pieces.with_columns(is_withheld=pl.lit(value=False))
    is_single = reaches.select((pl.col("step") == 1) & (pl.col("fair_share") == "none")).to_series()
    before = (pl.col("rest_qty").cum_sum() - pl.col("rest_qty")).over("line")
    told = (
        pieces.with_columns(
            is_single.gather(pieces["reach"]).alias("is_single"), portion=2 * pl.col("portion")
        )
        .with_columns(is_single=(pl.col("ship_rule") == "partial") & pl.col("is_single"))
        .join(withheld, on=LINE, how="left", maintain_order="left")
        .with_columns(pl.col("withheld_qty").fill_null(0))
        .with_columns(own_qty=(pl.col("withheld_qty") - before).clip(0, pl.col("rest_qty")))
    )
    own_qty = pl.when("is_single").then("own_qty").otherwise(0)
    both = [
        told.with_columns(
            rest_qty=pl.col("rest_qty") - own_qty, is_withheld=~pl.col("is_single") & (pl.col("own_qty") > 0)
        ),
        told.with_columns(rest_qty=own_qty, is_withheld=pl.lit(value=True), portion=pl.col("portion") + 1),
    ]
    return (
        pl.concat(both)
        .filter(pl.col("rest_qty") > 0)
        .drop("is_single", "withheld_qty", "own_qty")
        .sort("line", "portion")
    )
