"""Ring-fences from night to night: what a fence is granted, and what its channels take of it.

A fence of units is granted them when it begins; where the policy changes their number, it gains or loses the
difference. A fence by share is granted its share of what is usable when it begins, and of what comes on each
later night, rounded down; a corrected receipt takes its share back. What its channels newly get of a fence
reduces it; what is cancelled or lost later does not come back, and units that only a count finds are common.
A fence that ended is forgotten.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.stock import FenceBalance
from schemas.table import conform, empty
from schemas.vocabulary.words import Cause, StockAccount
from transforms.allocation.supply.fences import standing_fences
from transforms.keys import ITEM, SHELF
from transforms.shipping_days import lasts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandera.typing.polars import DataFrame

    from schemas.books.journal import Movement
    from schemas.night import Books
    from schemas.results import FenceUse
    from schemas.settings.client import Client
    from transforms.shipping_days import ShippingDays

KEY = FenceBalance.key()


def grant_fences(
    books: Books, movements: DataFrame[Movement], *, clients: Mapping[str, Client], days: ShippingDays
) -> Books:
    """The books with what each standing fence keeps, before tonight's stock is given out.

    Args:
        books: after the day's facts.
        movements: tonight's, receipts among them.
        clients: whose policies name fences.
        days: the shipping days of the run.
    """
    standing = standing_fences(clients, days=days).drop("fence").rename({"name": "fence"})
    if standing.is_empty():
        return replace(books, fence_balances=empty(FenceBalance))
    known = (
        standing.join(books.fence_balances, on=KEY, how="left")
        .join(_usable_units(books, days), on=SHELF, how="left")
        .join(_came_units(movements), on=SHELF, how="left")
        .join(books.items.select(*ITEM, "decimals", "safety_stock_qty"), on=ITEM, how="left")
        .with_columns(begins=pl.col("left_qty").is_null())
        .with_columns(pl.col(pl.Int64).exclude("qty", "pct").fill_null(0))
    )
    free_qty = (pl.col("usable_qty") - pl.col("safety_stock_qty")).clip(0)
    by_share = _share_of(pl.when("begins").then(free_qty).otherwise("came_qty"))
    by_units = pl.col("qty") * 10 ** pl.col("decimals") - pl.col("granted_qty")
    more = pl.max_horizontal(pl.coalesce(by_units, by_share), -pl.col("left_qty"))
    granted = known.with_columns(granted_qty=pl.col("granted_qty") + more, left_qty=pl.col("left_qty") + more)
    return replace(books, fence_balances=conform(granted.sort(KEY), FenceBalance))


def spend_fences(books: Books, fence_uses: DataFrame[FenceUse]) -> Books:
    """The books after the fences gave their channels what tonight's plan says."""
    left = books.fence_balances.join(fence_uses, on=KEY, how="left", maintain_order="left")
    spent = left.with_columns(left_qty=pl.col("left_qty") - pl.col("taken_qty").fill_null(0))
    return replace(books, fence_balances=conform(spent, FenceBalance))


def _usable_units(books: Books, days: ShippingDays) -> pl.DataFrame:
    """Free units of each shelf that are not past their last day: `usable_qty`."""
    lots = books.stock_lots.select(*SHELF, "lot_id", "expiry_on")
    usable = lasts(days.ships_on())
    return (
        books.stock_balances.filter(pl.col("account") == StockAccount.FREE)
        .join(lots, on=[*SHELF, "lot_id"], how="left")
        .filter(usable)
        .group_by(SHELF)
        .agg(usable_qty=pl.col("qty").sum())
    )


def _share_of(units: pl.Expr) -> pl.Expr:
    """The share of so many units, rounded down; of units that went back, what they were rounded down to."""
    return units.abs() * pl.col("pct") // 100 * units.sign()


def _came_units(movements: DataFrame[Movement]) -> pl.DataFrame:
    """Free units of each shelf that came tonight, less what a correction sent back: `came_qty`.

    What goes on hold as over-receipt did not come, and what comes free of it, or off any other hold, did.
    """
    supplier, free = StockAccount.SUPPLIER.value, StockAccount.FREE.value
    is_over = pl.col("cause").is_in([Cause.OVER_RECEIPT, Cause.UNHELD])
    came = (is_over | (pl.col("from_account") == supplier)) & (pl.col("to_account") == free)
    went = (is_over | (pl.col("to_account") == supplier)) & (pl.col("from_account") == free)
    net_qty = pl.when(went).then(-pl.col("qty")).otherwise("qty")
    return movements.filter(came | went).group_by(SHELF).agg(came_qty=net_qty.sum())
