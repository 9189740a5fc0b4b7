"""Units that are gone: which cells they leave, and the gap where the books have too few."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary.words import HoldReason, StockAccount
from transforms.posting.confirmations.explaining import remember_losses
from transforms.posting.confirmations.short_picks import free_the_rest
from transforms.posting.confirmations.withholding import explain_withheld
from transforms.posting.core.movements import post
from transforms.posting.core.posting import Posting
from transforms.posting.core.stock import TIERS, take_out, take_units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.night import Books
    from schemas.vocabulary.words import Cause
    from transforms.posting.core.taking import Tier
    from transforms.terms import Terms


def post_losses(
    books: Books,
    lost: pl.DataFrame,
    terms: Terms,
    *,
    into: StockAccount,
    cause: Cause,
    tiers: Sequence[Tier] = TIERS,
) -> Posting:
    """Units that leave for a boundary account; the rest of a short pick's hold that gave any is free again.

    Args:
        books: before.
        lost: in posting order, as `take_units` wants them.
        terms: of the night.
        into: the boundary they go to.
        cause: why.
        tiers: of which units, in their order.
    """
    if lost.is_empty():
        return Posting.of(books)
    return _leave(books, take_units(books, lost, terms, tiers=tiers), terms, into=into, cause=cause)


def post_reported_losses(
    books: Books,
    lost: pl.DataFrame,
    terms: Terms,
    *,
    into: StockAccount,
    cause: Cause,
    tiers: Sequence[Tier] = TIERS,
) -> Posting:
    """As `post_losses`, of units that somebody said are gone: they may explain a short of an open release."""
    if lost.is_empty():
        return Posting.of(books)
    taken = take_units(books, lost, terms, tiers=tiers)
    return _leave(remember_losses(books, lost, taken), taken, terms, into=into, cause=cause)


def _leave(books: Books, taken: pl.DataFrame, terms: Terms, *, into: StockAccount, cause: Cause) -> Posting:
    touched = taken.filter(pl.col("hold_reason") == HoldReason.SHORT_PICK)
    return post(explain_withheld(books, touched), take_out(taken, into=into, cause=cause), terms).then(
        partial(free_the_rest, cells=touched, terms=terms, cause=cause)
    )
