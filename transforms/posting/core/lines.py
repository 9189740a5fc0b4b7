"""Units that order lines can still give back: open ones first, then reserved ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary.words import LineAccount
from transforms.keys import LINE
from transforms.posting.core.movements import line_movements

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.books.journal import Draft
    from schemas.books.orders import LineBalance
    from schemas.table import Frame
    from schemas.vocabulary.words import Cause

GIVING = [LineAccount.OPEN, LineAccount.RESERVED]


def giving_units(balances: DataFrame[LineBalance], lines: pl.DataFrame) -> pl.DataFrame:
    """Open and reserved units of `lines` as offers, in the order in which a line gives them back.

    Args:
        balances: of the line ledger.
        lines: key, sku, and any column by which units are looked for, in the order of giving.

    Returns:
        The lines' columns, account, warehouse_id, qty and `offer_id`, the row's place. Open units come
        before reserved ones; of these the last warehouse gives first.
    """
    units = balances.filter(pl.col("account").is_in(GIVING)).drop("sku")
    return (
        lines.with_row_index("line_place")
        .join(units, on=LINE, how="inner")
        .sort("line_place", "account", "warehouse_id", descending=[False, False, True])
        .drop("line_place")
        .with_row_index("offer_id")
        .cast({"offer_id": pl.Int64})
    )


def give_back(given: pl.DataFrame, *, into: LineAccount, cause: Cause) -> list[Frame[Draft]]:
    """Drafts that take `given` (units with account and warehouse) out of OPEN and RESERVED."""
    return [
        line_movements(given.filter(pl.col("account") == out), out=out, into=into, cause=cause)
        for out in GIVING
    ]
