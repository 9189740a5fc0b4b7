"""Wishes that came too late and stay: what cannot be undone yet is undone when its units come back.

Rule
    Units of a cancellation or of a lower quantity that are with the warehouse stay released: only the answer
    of the warehouse says whether they ship. Those that come back, short or from a slip taken back, are
    cancelled (or no longer ordered) at once and never queue again. A quantity that is stated later replaces
    the wish, and of units that have shipped it is forgotten with the facts of its night (`LATE_DAYS`).
    Quantities are the line's: of kits, whole kits.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.orders import Wish
from schemas.books.stock import LATE_DAYS
from schemas.table import conform
from schemas.vocabulary.words import Cause, LineAccount
from transforms.keys import LINE
from transforms.matching import match_in_order
from transforms.posting.core.movements import line_movements, post
from transforms.posting.core.posting import Posting

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.night import Books
    from transforms.terms import Terms

WISH = Wish.key()


def keep_wishes(books: Books, late: pl.DataFrame, account: LineAccount, terms: Terms) -> Books:
    """Books that remember `late`: lines, and units (`qty`) that were too late to give into `account`.

    No more is remembered of a line than it has with the warehouse or shipped.
    """
    asked = late.filter(pl.col("qty") > 0).group_by(LINE).agg(pl.col("qty").sum())
    if asked.is_empty():
        return books
    gone = books.order_lines.select(*LINE, gone=pl.col("released_qty") + pl.col("shipped_qty"))
    kept = books.wishes.group_by(LINE).agg(kept=pl.col("qty").sum())
    room = (pl.col("gone") - pl.col("kept").fill_null(0)).clip(0)
    new = (
        asked.join(gone, on=LINE)
        .join(kept, on=LINE, how="left")
        .with_columns(
            qty=pl.min_horizontal("qty", room),
            account=pl.lit(account.value),
            since_on=pl.lit(terms.as_of.business_date),
        )
    )
    both = pl.concat([books.wishes, conform(new.filter(pl.col("qty") > 0), Wish)])
    summed = both.group_by(WISH).agg(pl.col("qty").sum(), pl.col("since_on").min())
    return replace(books, wishes=_sorted(summed))


def without_wishes(books: Books, lines: pl.DataFrame) -> Books:
    """Books in which the wishes of `lines` are replaced by what was stated now."""
    return replace(books, wishes=_sorted(books.wishes.join(lines, on=LINE, how="anti")))


def grant_wishes(books: Books, terms: Terms) -> Posting:
    """Units that came back are cancelled, or no longer ordered, as far as their lines still wish it."""
    if books.wishes.is_empty():
        return Posting.of(books)
    opened = books.line_balances.filter(pl.col("account") == LineAccount.OPEN).select(*LINE, "qty")
    offers = opened.with_row_index("offer_id").cast({"offer_id": pl.Int64})
    wants = books.wishes.sort(WISH).with_row_index("want_id").cast({"want_id": pl.Int64})
    met = match_in_order(wants, offers, on=LINE).group_by("want_id").agg(granted=pl.col("qty").sum())
    skus = books.order_lines.select(*LINE, "sku", "released_qty", "shipped_qty")
    judged = (
        wants.join(met, on="want_id", how="left", maintain_order="left")
        .join(skus, on=LINE, how="left", maintain_order="left")
        .with_columns(pl.col("granted").fill_null(0))
    )
    is_recent = pl.col("since_on") >= terms.as_of.business_date - timedelta(days=LATE_DAYS)
    gone = pl.col("released_qty") + pl.when(is_recent).then("shipped_qty").otherwise(0)
    left = judged.with_columns(qty=pl.min_horizontal(pl.col("qty") - pl.col("granted"), gone)).filter(
        pl.col("qty") > 0
    )
    granted = judged.with_columns(qty="granted")
    causes = {LineAccount.CANCELLED: Cause.CANCELLED, LineAccount.ORDERED: Cause.CHANGED}
    return post(
        replace(books, wishes=_sorted(left)),
        [
            line_movements(
                granted.filter(pl.col("account") == into), out=LineAccount.OPEN, into=into, cause=cause
            )
            for into, cause in causes.items()
        ],
        terms,
    )


def _sorted(wishes: pl.DataFrame) -> DataFrame[Wish]:
    return conform(wishes.sort(WISH), Wish)
