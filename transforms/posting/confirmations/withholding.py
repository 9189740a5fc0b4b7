"""Units that a confirmation left out without a word, and what tells before the plan what became of them.

Rule
    A short that nobody stated may be a parcel that is told tomorrow. So its units are not released again in
    the night that judges it (`transforms.allocation.demand.withholding`), unless their fate is known by then:
    a count of the bin after the confirmation, an adjustment that touches what was missed there, a loss that
    explains it, or the parcel itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.orders import Withheld
from schemas.table import conform
from transforms.keys import CELL, LINE
from transforms.matching import match_in_order
from transforms.posting.confirmations.reaching import RELEASE
from transforms.posting.core.kits import IS_PART, KIT

if TYPE_CHECKING:
    from schemas.night import Books
    from transforms.terms import Terms


def mark_unsaid_kits(records: pl.DataFrame) -> pl.DataFrame:
    """Records of releases; of the parts of a kit, each knows whether any of them came up short unsaid."""
    return records.with_columns(
        unsaid=pl.when(IS_PART).then(pl.col("unsaid").max().over(KIT)).otherwise("unsaid")
    )


def withhold(books: Books, of_lines: pl.DataFrame, terms: Terms) -> Books:
    """Books that know which units may still be told.

    Args:
        books: before.
        of_lines: shorts in units of their lines, with `unsaid`; of kits all that are short wait.
        terms: of the night.
    """
    qty = pl.when(IS_PART & (pl.col("unsaid") > 0)).then("short").otherwise("unsaid")
    new = of_lines.with_columns(
        qty=qty, judged_on=pl.lit(terms.as_of.business_date), judged_at=pl.col("at")
    ).filter(pl.col("qty") > 0)
    return _with(books, pl.concat([books.withheld, conform(new, Withheld)]))


def tell_withheld(books: Books, told: pl.DataFrame) -> Books:
    """Books in which units of lines (`LINE`, `qty`) that were told after all are withheld no more."""
    if books.withheld.is_empty():
        return books
    wants = told.with_row_index("want_id").cast({"want_id": pl.Int64})
    offers = books.withheld.with_row_index("offer_id").cast({"offer_id": pl.Int64})
    met = match_in_order(wants, offers, on=LINE).group_by("offer_id").agg(met=pl.col("qty").sum())
    left = offers.join(met, on="offer_id", how="left").with_columns(
        qty=pl.col("qty") - pl.col("met").fill_null(0)
    )
    return _with(books, left)


def see_withheld(books: Books, looks: pl.DataFrame) -> Books:
    """Books after somebody has looked at cells (`CELL`, `at`): what was short there before is."""
    if books.withheld.is_empty():
        return books
    seen = looks.group_by(CELL).agg(seen_at=pl.col("at").max())
    is_seen = (pl.col("seen_at") >= pl.col("judged_at")).fill_null(value=False)
    return _with(books, books.withheld.join(seen, on=CELL, how="left").filter(~is_seen))


def explain_withheld(books: Books, lost: pl.DataFrame) -> Books:
    """Books after losses (`CELL`, `effective_on`): they explain what is short since its shipping day."""
    if books.withheld.is_empty():
        return books
    picks = books.releases.select(*RELEASE, "ships_on")
    days = lost.group_by(CELL).agg(lost_on=pl.col("effective_on").max())
    is_explained = (pl.col("lost_on") >= pl.col("ships_on")).fill_null(value=False)
    known = books.withheld.join(picks, on=RELEASE).join(days, on=CELL, how="left")
    return _with(books, known.filter(~is_explained))


def settle_withheld(books: Books, terms: Terms) -> Books:
    """Books as the plan is to see them: without what a later count of the bin judged, and earlier nights."""
    if books.withheld.is_empty():
        return books
    is_tonight = pl.col("judged_on") == terms.as_of.business_date
    tonight = _with(books, books.withheld.filter(is_tonight))
    return see_withheld(tonight, books.counts.select(*CELL, at="counted_at"))


def _with(books: Books, withheld: pl.DataFrame) -> Books:
    kept = conform(withheld.filter(pl.col("qty") > 0), Withheld)
    return replace(books, withheld=kept.sort("client_id", "release_id").pipe(Withheld.validate))
