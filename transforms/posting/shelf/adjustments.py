"""Step 4: corrections of the stock."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary.words import DOCK, NO_LOT, Cause, StockAccount, Verdict
from transforms.posting.confirmations.losses import post_reported_losses
from transforms.posting.confirmations.short_picks import free_what_was_seen
from transforms.posting.confirmations.withholding import see_withheld
from transforms.posting.core.movements import post, stock_movements
from transforms.posting.core.posting import Posting
from transforms.posting.core.rows import in_order_of_facts, outcomes_of
from transforms.posting.facts.shelf_facts import facts_of

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.intake.feeds import AdjustmentRow
    from schemas.night import Books
    from transforms.terms import Terms


def post_adjustments(books: Books, rows: DataFrame[AdjustmentRow], terms: Terms) -> Posting:
    """Units that were found, then units that are gone: within a night no gap comes from their order.

    A find stands where it was found, at DOCK where nobody said. A loss takes units a picker missed first;
    one that names a bin then takes that bin's held units, any other free ones from the end of the lot order.
    A find that names a bin says that somebody looked there: what was missed there before is free again, and
    so is the rest of a hold that a loss touches.
    """
    if rows.is_empty():
        return Posting.of(books)
    ordered = in_order_of_facts(rows, terms, qty="qty")
    found = ordered.filter(pl.col("qty") > 0).with_columns(
        pl.col("bin_id").fill_null(DOCK),
        pl.col("lot_id").fill_null(NO_LOT),
        names_bin=pl.col("bin_id").is_not_null(),
    )
    looks = found.filter("names_bin")
    lost = ordered.filter(pl.col("qty") < 0)
    arrived = post(
        books,
        [stock_movements(found, out=StockAccount.ADJUSTED, into=StockAccount.FREE, cause=Cause.ADJUSTED)],
        terms,
        facts=pl.concat([facts_of(found, pl.col("qty"), terms), facts_of(lost, pl.col("qty"), terms)]),
        outcomes=outcomes_of(ordered, Verdict.ACCEPTED),
    )
    gone = lost.with_columns(-pl.col("qty"))
    return (
        arrived.then(lambda now: Posting.of(see_withheld(now, looks)))
        .then(partial(free_what_was_seen, looks=looks, terms=terms, cause=Cause.ADJUSTED))
        .then(
            partial(
                post_reported_losses,
                lost=gone,
                terms=terms,
                into=StockAccount.ADJUSTED,
                cause=Cause.ADJUSTED,
            )
        )
    )
