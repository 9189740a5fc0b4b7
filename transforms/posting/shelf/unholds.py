"""Held units that somebody judged to be good: they are free from the next night on.

Rule
    `backorders unhold` says of a bin how many units of which hold are good. The next night that is frozen
    moves them from HOLD to FREE before it posts the day's files, since what was judged are the units that
    stood there when the last night ended. No unit comes or leaves, so the facts of the shelf stay as they
    are and no reckoning of them undoes it. What is followed once is kept (`unholds`), so that no later
    night follows it again, and a count of before it puts nothing back on hold. A receipt that is said again
    takes back held units first, so what was judged of it stays free as well.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.stock import PostedUnhold
from schemas.table import conform
from schemas.vocabulary.findings import FindingCode
from schemas.vocabulary.words import Cause, StockAccount
from transforms.findings import findings_of
from transforms.keys import CELL
from transforms.matching import match_in_order
from transforms.posting.core.movements import post, stock_movements
from transforms.posting.core.posting import Posting
from transforms.units import units

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.books.stock import Unhold
    from schemas.night import Books
    from transforms.terms import Terms

HOLD = [*CELL, "hold_reason"]
UNHOLD = PostedUnhold.key()


def post_unholds(books: Books, said: DataFrame[Unhold], terms: Terms) -> Posting:
    """The books after the unholds among `said` that no earlier night has followed.

    Where fewer units are on hold by now than were to be released, those come free, and a finding says so.
    """
    new = said.join(books.unholds, on=UNHOLD, how="anti", maintain_order="left")
    if new.is_empty():
        return Posting.of(books)
    held = books.stock_balances.filter(pl.col("account") == StockAccount.HOLD).select(*HOLD, "qty")
    offers = held.with_row_index("offer_id").cast({"offer_id": pl.Int64})
    wants = new.sort("said_at", "unhold_id").with_row_index("want_id").cast({"want_id": pl.Int64})
    found = match_in_order(wants, offers, on=HOLD).group_by("want_id").agg(released_qty=pl.col("qty").sum())
    followed = wants.join(found, on="want_id", how="left", maintain_order="left").with_columns(
        pl.col("released_qty").fill_null(0), business_date=pl.lit(terms.as_of.business_date)
    )
    freed = followed.with_columns(qty="released_qty", at="said_at", effect_id="unhold_id")
    known = pl.concat([books.unholds, conform(followed, PostedUnhold)]).sort(UNHOLD)
    return post(
        replace(books, unholds=known.pipe(PostedUnhold.validate)),
        [stock_movements(freed, out=StockAccount.HOLD, into=StockAccount.FREE, cause=Cause.UNHELD)],
        terms,
        findings=findings_of(
            followed.filter(pl.col("released_qty") < pl.col("qty")),
            FindingCode.UNHOLD_SHORT,
            terms,
            subject=pl.col("sku"),
            detail=pl.format(
                "{} of {} units came off hold ({}) in {} at {}: no more were on hold",
                units("released_qty"),
                units("qty"),
                "hold_reason",
                "bin_id",
                "warehouse_id",
            ),
        ),
    )
