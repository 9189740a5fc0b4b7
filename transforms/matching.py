"""Who takes what from whom, in order: the one primitive behind posting and the choice of lots.

Stages
    1. Keys that stand on both sides become numbers; each side is sorted by them once, its own order kept.
    2. Each side becomes an axis: its rows laid end to end, cut where a row ends, every key's rows from the
       place where the longer of its two sides begins, so that no sum needs a window.
    3. Where a key is longer on the other side, a filler ends there. The cuts of both axes are merged:
       between two cuts lies exactly one row of each side, and the distance is the quantity that the one
       takes from the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

FILLER = -1
KEY = "number_of_key"


def match_in_order(wants: pl.DataFrame, offers: pl.DataFrame, *, on: Sequence[str]) -> pl.DataFrame:
    """What each want takes from each offer when, within a key, the first want takes from the first offer.

    The order of the rows is the order of serving: sort both sides before. A null in a key matches nothing.

    Args:
        wants: `want_id`, `qty` (Int64, not negative) and the columns `on`.
        offers: `offer_id`, `qty` (Int64, not negative) and the columns `on`.
        on: columns of the key, of one type on both sides.

    Returns:
        want_id, offer_id and qty > 0; keys in the order in which wants name them first,
        within a key in the order of its wants and offers.
    """
    keys = wants.select(on).unique(maintain_order=True)
    shared = keys.join(offers, on=list(on), how="semi", maintain_order="left").with_row_index(KEY)
    if shared.is_empty():
        return pl.DataFrame([wants["want_id"].clear(), offers["offer_id"].clear(), wants["qty"].clear()])
    numbered = [
        side.join(shared, on=list(on), maintain_order="left").sort(KEY, maintain_order=True)
        for side in (wants, offers)
    ]
    return match_sorted(*numbered, key=KEY)


def match_sorted(wants: pl.DataFrame, offers: pl.DataFrame, *, key: str) -> pl.DataFrame:
    """As `match_in_order`, for sides that are sorted by one integer key without nulls.

    Args:
        wants: `want_id`, `qty` and `key`, sorted by it, within it in the order of serving.
        offers: `offer_id`, `qty` and `key`, sorted likewise.
        key: column of the key, of one type on both sides.

    Returns:
        want_id, offer_id and qty > 0, by key and within it in the order of wants and offers.
    """
    sides = [side.filter(pl.col("qty") > 0) for side in (wants, offers)]
    totals = [side.group_by(key, maintain_order=True).agg(pl.col("qty").sum()) for side in sides]
    both = (
        totals[0]
        .join(totals[1], on=key, how="full", coalesce=True, suffix="_offered")
        .sort(key)
        .select(wanted=pl.col("qty").fill_null(0), offered=pl.col("qty_offered").fill_null(0))
        .with_columns(length=pl.max_horizontal("wanted", "offered"))
        .with_columns(begin=pl.col("length").cum_sum() - pl.col("length"))
    )
    met = _meet(
        _lay_out(sides[0], both.select("begin", "length", qty="wanted"), key, "want"),
        _lay_out(sides[1], both.select("begin", "length", qty="offered"), key, "offer"),
    )
    return pl.DataFrame(
        [sides[0]["want_id"].gather(met["want"]), sides[1]["offer_id"].gather(met["offer"]), met["qty"]]
    )


def _lay_out(side: pl.DataFrame, stretches: pl.DataFrame, key: str, name: str) -> pl.DataFrame:
    """The axis of a side: where each row ends, and which row that is; a filler ends what it leaves empty.

    Args:
        side: the rows.
        stretches: of every key of either side, in order: where it begins, its length, and this side's qty.
        key: column of the key.
        name: what the rows are.
    """
    present = stretches.filter(pl.col("qty") > 0)
    shift = present.select(pl.col("begin") - (pl.col("qty").cum_sum() - pl.col("qty"))).to_series()
    of_row = side.select(pl.col(key).rle_id()).to_series()
    ends = side.select(pl.col("qty").cum_sum()).to_series() + shift.gather(of_row)
    rows = pl.DataFrame({"end": ends, name: pl.int_range(side.height, eager=True)})
    is_short = pl.col("qty") < pl.col("length")
    fillers = stretches.filter(is_short).select(
        end=pl.col("begin") + pl.col("length"), **{name: pl.lit(FILLER, pl.Int64)}
    )
    return rows.merge_sorted(fillers, key="end")


def _meet(want_axis: pl.DataFrame, offer_axis: pl.DataFrame) -> pl.DataFrame:
    """Rows of both axes that lie on one stretch, and its length."""
    absent = pl.lit(None, pl.Int64)
    cuts = want_axis.with_columns(offer=absent).merge_sorted(
        offer_axis.select("end", absent.alias("want"), "offer"), key="end"
    )
    return cuts.select(
        pl.col("want", "offer").backward_fill(), qty=pl.col("end") - pl.col("end").shift(1, fill_value=0)
    ).filter(pl.col("qty") > 0, pl.col("want") != FILLER, pl.col("offer") != FILLER)
