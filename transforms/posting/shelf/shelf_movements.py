"""What the books differ from the shelves as reckoned, and its movements (stage 4 of `shelf`)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary.words import Cause, FactKind, HoldReason, StockAccount
from transforms.balances import LOT
from transforms.keys import CELL, SHELF
from transforms.matching import match_in_order
from transforms.posting.confirmations.short_picks import free_what_left
from transforms.posting.core.movements import post, stock_movements
from transforms.posting.core.posting import Posting

if TYPE_CHECKING:
    from schemas.night import Books
    from transforms.terms import Terms


def shelf_differences(
    books: Books, targets: pl.DataFrame, tonight: pl.DataFrame, inside: pl.DataFrame
) -> pl.DataFrame:
    """Cells whose books differ: CELL, `more` units (negative: fewer), the cause and the row behind it."""
    pools = targets.select(LOT).unique()
    now = books.stock_balances.join(pools, on=LOT, how="semi").group_by(CELL).agg(now_qty=pl.col("qty").sum())
    is_count = pl.col("kind") == FactKind.COUNTED
    numbered = tonight.with_row_index("number", 1).cast({"number": pl.Int64})
    seen = numbered.join(inside, on="number", how="left").with_columns(
        is_inside=pl.col("count_number").is_not_null()
    )
    why = (
        seen.sort(is_count, "at", "file_hash", "row_no")
        .group_by(SHELF, maintain_order=True)
        .agg(
            pl.col("at", "file_hash", "row_no").last(),
            is_counted=is_count.any(),
            is_inside=pl.col("is_inside").any(),
        )
    )
    cause = (
        pl.when("is_counted")
        .then(pl.lit(Cause.COUNTED.value))
        .when("is_inside")
        .then(pl.lit(Cause.ALREADY_COUNTED.value))
        .otherwise(pl.lit(Cause.BOOK_GAP.value))
    )
    return (
        targets.join(now, on=CELL, how="full", coalesce=True)
        .with_columns(more=pl.col("target_qty").fill_null(0) - pl.col("now_qty").fill_null(0))
        .filter(pl.col("more") != 0)
        .join(why, on=SHELF, how="left")
        .with_columns(cause=cause)
        .sort(CELL)
    )


def post_differences(books: Books, differing: pl.DataFrame, terms: Terms) -> Posting:
    """The differences onto the books; where units leave that pickers missed before, their holds end."""
    if differing.is_empty():
        return Posting.of(books)
    accounts = StockAccount
    leaving = _leaving(books, differing.filter(pl.col("more") < 0))
    more = _coming(differing.filter(pl.col("more") > 0), leaving)
    drafts = []
    for cause in differing["cause"].unique().sort():
        of_cause = pl.col("cause") == cause
        drafts += [
            stock_movements(
                more.filter(of_cause, pl.col("account") == account),
                out=accounts.ADJUSTED,
                into=account,
                cause=Cause(cause),
            )
            for account in (accounts.FREE, accounts.HOLD)
        ]
        drafts += [
            stock_movements(
                leaving.filter(of_cause, pl.col("account") == account),
                out=account,
                into=accounts.ADJUSTED,
                cause=Cause(cause),
            )
            for account in (accounts.HOLD, accounts.FREE)
        ]
    missed = leaving.filter(pl.col("hold_reason") == HoldReason.SHORT_PICK)
    return post(books, drafts, terms).then(
        partial(free_what_left, gone=missed, terms=terms, cause=Cause.COUNTED)
    )


def _coming(more: pl.DataFrame, leaving: pl.DataFrame) -> pl.DataFrame:
    """Units that come to cells: on hold as far as held units leave other bins of the shelf, else free.

    A bin that gives for another one ends no hold, so what is held goes with its reason. Units that pickers
    missed are found where they come.
    """
    offers = (
        leaving.filter(is_held_to_judge())
        .sort(*LOT, "want_id", "offer_id")
        .select(*LOT, "qty", "account", "hold_reason")
        .with_row_index("offer_id")
        .cast({"offer_id": pl.Int64})
    )
    wants = more.with_row_index("want_id").cast({"want_id": pl.Int64}).with_columns(qty="more")
    met = match_in_order(wants, offers, on=LOT)
    held = met.join(offers.drop(*LOT, "qty"), on="offer_id").join(wants.drop("qty"), on="want_id")
    moved = met.group_by("want_id").agg(moved=pl.col("qty").sum())
    free = wants.join(moved, on="want_id", how="left", maintain_order="left").with_columns(
        qty=pl.col("qty") - pl.col("moved").fill_null(0),
        account=pl.lit(StockAccount.FREE.value),
        hold_reason=pl.lit(""),
    )
    columns = [*more.columns, "qty", "account", "hold_reason"]
    return pl.concat([free.select(columns), held.select(columns)])


def _leaving(books: Books, fewer: pl.DataFrame) -> pl.DataFrame:
    """Units that leave: those that pickers missed, then free ones, then held ones."""
    rank = (
        pl.when(pl.col("hold_reason") == HoldReason.SHORT_PICK)
        .then(0)
        .when(pl.col("account") == StockAccount.FREE)
        .then(1)
        .otherwise(2)
    )
    offers = (
        books.stock_balances.filter(pl.col("account") != StockAccount.RELEASED)
        .join(fewer, on=CELL, how="semi")
        .sort(*CELL, rank, "hold_reason", descending=[*(False,) * (len(CELL) + 1), True])
        .with_row_index("offer_id")
        .cast({"offer_id": pl.Int64})
    )
    wants = fewer.with_row_index("want_id").cast({"want_id": pl.Int64}).with_columns(qty=-pl.col("more"))
    met = match_in_order(wants, offers, on=CELL)
    return (
        met.join(offers.select("offer_id", "account", "hold_reason"), on="offer_id")
        .join(wants.drop("qty", "more"), on="want_id")
        .sort("want_id", "offer_id")
    )


def is_held_to_judge() -> pl.Expr:
    """Units on hold that somebody has to judge; those that pickers missed may be gone."""
    return (pl.col("account") == StockAccount.HOLD) & (pl.col("hold_reason") != HoldReason.SHORT_PICK)
