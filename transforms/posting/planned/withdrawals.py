"""Step 10, after the plan: units that a rule of the client cancels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.results import CANCELLING
from schemas.vocabulary.words import Cause, LineAccount
from transforms.keys import LINE
from transforms.posting.core.movements import line_movements, post
from transforms.posting.core.posting import Posting
from transforms.terms import Terms

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.books.journal import Draft
    from schemas.night import AsOf, Books
    from schemas.results import Cancellation, LostReservation
    from schemas.table import Frame


def post_withdrawals(books: Books, cancellations: DataFrame[Cancellation], *, as_of: AsOf) -> Posting:
    """Books and movements after a rule cancelled open units, and all that a line still has reserved.

    Args:
        books: after tonight's lost reservations, so that what was lost is open.
        cancellations: a line with a part from its reservation gives up all of it.
        as_of: the night.
    """
    if cancellations.is_empty():
        return Posting.of(books)
    from_open = cancellations.with_columns(qty=pl.col("cancelled_qty") - pl.col("from_reserved_qty"))
    whole = cancellations.filter(pl.col("from_reserved_qty") > 0).select(*LINE, "cause")
    is_reserved = pl.col("account") == LineAccount.RESERVED
    from_reserved = books.line_balances.filter(is_reserved).join(whole, on=LINE)
    accounts = ((from_open, LineAccount.OPEN), (from_reserved, LineAccount.RESERVED))
    drafts = [
        line_movements(part.filter(cause=cause), out=account, into=LineAccount.CANCELLED, cause=Cause(cause))
        for cause in CANCELLING
        for part, account in accounts
    ]
    return post(books, drafts, Terms(as_of, {}, {}, books.items))


def lost_movements(lost: DataFrame[LostReservation]) -> Frame[Draft]:
    """Drafts of reserved units that a line no longer has, and wants again."""
    return line_movements(
        lost.rename({"lost_qty": "qty"}),
        out=LineAccount.RESERVED,
        into=LineAccount.OPEN,
        cause=Cause.LOST_RESERVATION,
    )
