"""Units that are gone: which cells they leave, and the gap where the books have too few."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary import HoldReason, StockAccount
from transforms.posting.movements import post
from transforms.posting.posting import Posting
from transforms.posting.short_picks import free_the_rest
from transforms.posting.stock import gap_findings, reversed_drafts, take_out, take_units

if TYPE_CHECKING:
    from schemas.night import Books
    from schemas.vocabulary import Cause
    from transforms.posting.posting import Terms


def post_losses(
    books: Books, lost: pl.DataFrame, terms: Terms, *, into: StockAccount, cause: Cause
) -> Posting:
    """Units that leave for a boundary account; the rest of a short pick's hold that gave any is free again.

    Args:
        books: before.
        lost: in posting order, as `take_units` wants them, with `is_counted` of `with_counted`.
        terms: of the night.
        into: the boundary they go to.
        cause: why.
    """
    if lost.is_empty():
        return Posting.of(books)
    seen = lost.filter("is_counted")
    undone = take_out(take_units(books, seen, terms), into=into, cause=cause)
    without_effect = post(books, [*undone, *reversed_drafts(undone, seen)], terms)
    taken = take_units(books, lost.filter(~pl.col("is_counted")), terms)
    touched = taken.filter(pl.col("hold_reason") == HoldReason.SHORT_PICK)
    return without_effect.then(
        partial(
            post,
            drafts=take_out(taken, into=into, cause=cause),
            terms=terms,
            findings=gap_findings(taken, terms),
        )
    ).then(partial(free_the_rest, cells=touched, terms=terms, cause=cause))
