"""Step 4: corrections of the stock."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary import DOCK, NO_LOT, Cause, StockAccount, Verdict
from transforms.posting.losses import post_losses
from transforms.posting.movements import post, stock_movements
from transforms.posting.posting import Posting
from transforms.posting.rows import in_posting_order, outcomes_of
from transforms.posting.short_picks import free_the_rest
from transforms.posting.stock import counted_findings, reversed_drafts, with_counted

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.feeds import AdjustmentRow
    from schemas.night import Books
    from transforms.posting.posting import Terms


def post_adjustments(books: Books, rows: DataFrame[AdjustmentRow], terms: Terms) -> Posting:
    """Units that were found, then units that are gone: within a night no gap comes from their order.

    A find stands where it was found, at DOCK where nobody said. A loss takes units a picker missed
    first, then free ones from the end of the lot order, then held ones. Where an adjustment touches a
    short pick's hold, the rest of that hold is free again.
    """
    if rows.is_empty():
        return Posting.of(books)
    ordered = with_counted(books, in_posting_order(rows, terms))
    found = ordered.filter(pl.col("qty") > 0).with_columns(
        pl.col("bin_id").fill_null(DOCK), pl.col("lot_id").fill_null(NO_LOT)
    )
    arrived = post(
        books,
        _with_reversal(
            [stock_movements(found, out=StockAccount.ADJUSTED, into=StockAccount.FREE, cause=Cause.ADJUSTED)],
            found,
        ),
        terms,
        outcomes=outcomes_of(ordered, Verdict.ACCEPTED),
        findings=counted_findings(ordered.filter("is_counted"), "qty", terms),
    )
    lost = ordered.filter(pl.col("qty") < 0).with_columns(-pl.col("qty"))
    looked_at = found.filter(~pl.col("is_counted"))
    return arrived.then(partial(free_the_rest, cells=looked_at, terms=terms, cause=Cause.ADJUSTED)).then(
        partial(post_losses, lost=lost, terms=terms, into=StockAccount.ADJUSTED, cause=Cause.ADJUSTED)
    )


def _with_reversal(drafts: list[pl.DataFrame], rows: pl.DataFrame) -> list[pl.DataFrame]:
    return [*drafts, *reversed_drafts(drafts, rows.filter("is_counted"))]
