"""Counts in a simulation: only what they really changed, never what they would change there.

A count says what stood on a shelf that the simulated policy has filled and emptied in another way. Posted
as it is, it would undo every simulated shipment. What it tells beside that is how far the books were off
on its night: the movements it really caused. These are posted instead.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary.words import Cause, StockAccount
from transforms.keys import CELL
from transforms.posting.confirmations.losses import post_losses
from transforms.posting.core.movements import post, stock_movements
from transforms.posting.core.posting import Posting
from transforms.posting.core.rows import in_order_of_facts
from transforms.posting.facts.shelf_facts import facts_of, with_openings
from transforms.posting.orders.items import name_items
from transforms.posting.shelf.counting import mark_last
from transforms.posting.shelf.counts import count_facts, note_counts
from transforms.posting.shelf.settling import settle_shelves

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.intake.feeds import StockRow
    from schemas.night import Books
    from transforms.terms import Terms

WHENCE = ["effective_on", "file_hash", "row_no"]
HELD_CELL = [*CELL, "hold_reason"]


def post_differences(books: Books, rows: DataFrame[StockRow], counted: pl.DataFrame, terms: Terms) -> Posting:
    """The books with what a night's counts really changed, and knowing what was counted when.

    Units that were found, and holds that began or ended, are posted where the units are. Units that were
    missing leave their place, then the lot's other places, as a reported loss does; where the simulated
    policy has sent away what was later found missing, the gap is the books'.

    Args:
        books: after all other facts of the night.
        rows: counts that were accepted on the night.
        counted: the movements that these counts caused on the night.
        terms: of the night.
    """
    named = name_items(with_openings(books, terms), rows.select("client_id", "sku"))
    last = mark_last(named, in_order_of_facts(rows.with_columns(effective_at="counted_at"), terms)).filter(
        "is_last"
    )
    known = note_counts(named, last, count_facts(last, terms), terms).books
    posted = (
        Posting.of(known)
        .then(partial(_post_finds, counted=counted, terms=terms))
        .then(partial(_post_holds, counted=counted, terms=terms))
        .then(partial(_post_losses, counted=counted, terms=terms))
    )
    return settle_shelves(posted, terms)


def _between(counted: pl.DataFrame, out: StockAccount, into: StockAccount) -> pl.DataFrame:
    """The movements from one account into another."""
    return counted.filter(pl.col("from_account") == out, pl.col("to_account") == into)


def _post_finds(books: Books, counted: pl.DataFrame, terms: Terms) -> Posting:
    out, into = StockAccount.ADJUSTED, StockAccount.FREE
    found = _between(counted, out, into).select(*CELL, *WHENCE, "qty", at="effective_at")
    drafts = [stock_movements(found, out=out, into=into, cause=Cause.COUNTED)]
    return post(books, drafts, terms, facts=facts_of(found, pl.col("qty"), terms))


def _post_holds(books: Books, counted: pl.DataFrame, terms: Terms) -> Posting:
    """Holds that ended, then holds that began, as far as there are units."""
    free, hold = StockAccount.FREE, StockAccount.HOLD
    ended = _there_are(books, _between(counted, hold, free), hold, HELD_CELL)
    freed = post(books, [stock_movements(ended, out=hold, into=free, cause=Cause.COUNTED)], terms)
    begun = _there_are(freed.books, _between(counted, free, hold), free, CELL)
    return freed.then(
        partial(post, drafts=[stock_movements(begun, out=free, into=hold, cause=Cause.COUNTED)], terms=terms)
    )


def _there_are(books: Books, wanted: pl.DataFrame, account: StockAccount, place: list[str]) -> pl.DataFrame:
    """What of wanted units an account has at their place, the first movements first."""
    there = (
        books.stock_balances.filter(pl.col("account") == account)
        .group_by(place)
        .agg(there=pl.col("qty").sum())
    )
    ahead = (pl.col("qty").cum_sum() - pl.col("qty")).over(place)
    return (
        wanted.sort("client_id", "seq")
        .join(there, on=place, how="left", maintain_order="left")
        .with_columns(room=(pl.col("there").fill_null(0) - ahead).clip(0))
        .select(*HELD_CELL, *WHENCE, qty=pl.min_horizontal("qty", "room"))
    )


def _post_losses(books: Books, counted: pl.DataFrame, terms: Terms) -> Posting:
    out, into = StockAccount.FREE, StockAccount.ADJUSTED
    lost = (
        _between(counted, out, into)
        .sort("client_id", "seq")
        .with_row_index("row")
        .select(pl.col("row").cast(pl.Int64), *CELL, *WHENCE, "qty", at="effective_at")
    )
    told = Posting.of(books, facts=facts_of(lost, -pl.col("qty"), terms))
    return told.then(partial(post_losses, lost=lost, terms=terms, into=into, cause=Cause.COUNTED))
