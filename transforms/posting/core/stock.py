"""Stock that a fact takes or brings: from where it is taken, which gaps that leaves, which lots it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary.words import DOCK, NO_LOT, Cause, HoldReason, StockAccount
from transforms.allocation.supply.supplies import lot_keys, walking_order
from transforms.balances import LOT
from transforms.keys import CELL, SHELF
from transforms.posting.core.movements import stock_movements
from transforms.posting.core.taking import Tier, take_by_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.books.journal import Draft
    from schemas.night import Books
    from schemas.table import Frame
    from transforms.terms import Terms

WHENCE = ["effective_on", "file_hash", "row_no"]
SHORT_PICK = pl.col("hold_reason") == HoldReason.SHORT_PICK
FREE = pl.col("account") == StockAccount.FREE
HELD = (pl.col("account") == StockAccount.HOLD) & ~SHORT_PICK
TIERS = [
    Tier(SHORT_PICK),
    Tier(HELD, needs=("bin_id",)),
    Tier(FREE),
    Tier(FREE, ("bin_id",)),
]
"""What a fact of missing units takes: those a picker missed, then held ones of the bin it names (what is
thrown away there is what was no good), then free ones.

A bin is a hint: where the named one has too few, others of the lot give. A named lot is not. What they lack
is a gap until the shelf is reckoned from all its facts: only then is it known whether held units left.
"""


SHIPPABLE = [Tier(SHORT_PICK), Tier(SHORT_PICK, ("bin_id",)), Tier(FREE), Tier(FREE, ("bin_id",))]
"""What a shipment without a release takes: units that a picker missed, since they left, then free ones."""


def take_units(
    books: Books, wants: pl.DataFrame, terms: Terms, *, tiers: Sequence[Tier] = TIERS
) -> pl.DataFrame:
    """The cells and accounts from which `wants` take, the rest as a gap.

    Args:
        books: whose stock is taken.
        wants: in posting order: row, pool, lot_id and bin_id (null for any), qty, and where it came from.
        terms: the clients' lot orders and the warehouses' walking orders.
        tiers: of which units, in their order.

    Returns:
        The wants' columns with lot and bin filled in, account, hold_reason, and `is_gap` for units that
        the books do not have; those stand at the named place, else without lot at DOCK.
    """
    offers = _from_the_end(books, wants, terms)
    asked = wants.select("row", *CELL, "qty").rename({"row": "want_id"})
    taking = take_by_names(asked, offers, tiers, on=SHELF, named=["lot_id", "bin_id"])
    places = offers.select("offer_id", *CELL, "account", "hold_reason")
    had = taking.taken.join(places, on="offer_id").drop("offer_id").with_columns(is_gap=False)
    gaps = taking.missing.with_columns(
        pl.col("lot_id").fill_null(NO_LOT),
        pl.col("bin_id").fill_null(DOCK),
        account=pl.lit(StockAccount.FREE.value),
        hold_reason=pl.lit(""),
        is_gap=True,
    ).select(had.columns)
    others = [name for name in wants.columns if name not in (*CELL, "qty", "row")]
    return (
        pl.concat([had, gaps])
        .rename({"want_id": "row"})
        .join(wants.select("row", *others), on="row")
        .sort("row", "is_gap", "account", "hold_reason", *CELL)
    )


def _from_the_end(books: Books, wants: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    """Free and held units of the wanted pools, last of the lot order first."""
    lot_order = terms.of_clients(lot_order=lambda client: client.policy.lot_order)
    stock = books.stock_balances.filter(pl.col("account") != StockAccount.RELEASED).join(
        wants, on=SHELF, how="semi"
    )
    keys = lot_keys()
    return (
        stock.join(books.stock_lots, on=LOT, how="left")
        .join(lot_order, on="client_id", how="left")
        .join(walking_order(stock, terms.warehouses), on=["warehouse_id", "bin_id"], how="left")
        .sort(
            *SHELF,
            *keys,
            "account",
            "hold_reason",
            descending=[False] * len(SHELF) + [True] * len(keys) + [False] * 2,
            nulls_last=[True] * len(SHELF) + [False] * len(keys) + [True] * 2,
        )
        .with_row_index("offer_id")
        .cast({"offer_id": pl.Int64})
        .select("offer_id", *CELL, "account", "hold_reason", "qty")
    )


def take_out(taken: pl.DataFrame, *, into: StockAccount, cause: Cause) -> list[Frame[Draft]]:
    """Drafts for `taken`: first the gaps come from ADJUSTED, then all of it leaves."""
    accounts = StockAccount
    return [
        stock_movements(
            taken.filter("is_gap"), out=accounts.ADJUSTED, into=accounts.FREE, cause=Cause.BOOK_GAP
        ),
        *(
            stock_movements(taken.filter(pl.col("account") == out), out=out, into=into, cause=cause)
            for out in (accounts.FREE, accounts.HOLD)
        ),
    ]
