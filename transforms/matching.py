"""Who takes what from whom, in order: the one primitive behind posting and the choice of lots.

Stages
    1. Keys that stand on both sides become numbers; each side is sorted by them once, its own order kept.
    2. Each side becomes an axis: its rows laid end to end, cut where a row ends. A filler row per key
       makes both axes of a key equally long, so that no sum needs a window and every key begins at the
       same place on both.
    3. The cuts of both axes are merged. Between two cuts lies exactly one row of each side, and the
       distance is the quantity that the one takes from the other.
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
    numbered_wants, numbered_offers = _number_keys(_present(wants), _present(offers), list(on))
    totals = _totals(numbered_wants).join(_totals(numbered_offers), on=KEY, suffix="_offered")
    shortfall = pl.col("qty_offered") - pl.col("qty")
    want_axis = _lay_out(numbered_wants, totals.select(KEY, qty=shortfall), "want")
    offer_axis = _lay_out(numbered_offers, totals.select(KEY, qty=-shortfall), "offer")
    met = _meet(want_axis, offer_axis)
    return pl.DataFrame(
        [wants["want_id"].gather(met["want"]), offers["offer_id"].gather(met["offer"]), met["qty"]]
    )


def _present(side: pl.DataFrame) -> pl.DataFrame:
    """Rows with a quantity, each with its place in the order."""
    return side.with_columns(row=pl.int_range(pl.len())).filter(pl.col("qty") > 0)


def _number_keys(
    wants: pl.DataFrame, offers: pl.DataFrame, on: list[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of keys that stand on both sides: the key's number, row and qty, in the order of the rows."""
    keys = wants.select(on).unique(maintain_order=True)
    shared = keys.join(offers, on=on, how="semi", maintain_order="left").with_row_index(KEY)
    numbered = [
        side.join(shared, on=on, maintain_order="left").select(pl.col(KEY).cast(pl.Int64), "row", "qty")
        for side in (wants, offers)
    ]
    return numbered[0], numbered[1]


def _totals(side: pl.DataFrame) -> pl.DataFrame:
    return side.group_by(KEY).agg(pl.col("qty").sum())


def _lay_out(side: pl.DataFrame, fillers: pl.DataFrame, name: str) -> pl.DataFrame:
    """The axis of a side, keys in their order: where each row ends, and which row that is."""
    missing = fillers.filter(pl.col("qty") > 0).select(KEY, pl.lit(FILLER, pl.Int64).alias("row"), "qty")
    laid = pl.concat([side, missing]).sort(KEY, maintain_order=True)
    return laid.select(pl.col("qty").cum_sum().alias("end"), pl.col("row").alias(name))


def _meet(want_axis: pl.DataFrame, offer_axis: pl.DataFrame) -> pl.DataFrame:
    """Rows of both axes that lie on one stretch, and its length."""
    absent = pl.lit(None, pl.Int64)
    cuts = want_axis.with_columns(offer=absent).merge_sorted(
        offer_axis.select("end", absent.alias("want"), "offer"), key="end"
    )
    return cuts.select(
        pl.col("want", "offer").backward_fill(), qty=pl.col("end") - pl.col("end").shift(1, fill_value=0)
    ).filter(pl.col("qty") > 0, pl.col("want") != FILLER, pl.col("offer") != FILLER)
