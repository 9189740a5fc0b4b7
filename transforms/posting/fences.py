"""Ring-fences from night to night: what a fence is granted, and what its channels take of it.

A fence of units is granted them once, when it begins. A fence by share is granted its share of what is usable
when it begins and of each later receipt, rounded down. What its channels newly get of it reduces it; what is
cancelled or lost later does not come back. A fence that ended is forgotten.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.books import FenceBalance
from schemas.table import conform, empty
from schemas.vocabulary import Cause, StockAccount
from transforms.allocation.fences import standing_fences
from transforms.allocation.supplies import SHELF

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandera.typing.polars import DataFrame

    from schemas.client import Client
    from schemas.journal import Movement
    from schemas.night import AsOf, Books
    from schemas.results import FenceUse

ITEM = ["client_id", "sku"]
KEY = ["client_id", "fence", "warehouse_id", "sku"]


def grant_fences(
    books: Books, movements: DataFrame[Movement], *, clients: Mapping[str, Client], as_of: AsOf
) -> Books:
    """The books with what each standing fence keeps, before tonight's stock is given out.

    Args:
        books: after the day's facts.
        movements: tonight's, receipts among them.
        clients: whose policies name fences.
        as_of: the night.
    """
    standing = standing_fences(clients, as_of=as_of).drop("fence").rename({"name": "fence"})
    if standing.is_empty():
        return replace(books, fence_balances=empty(FenceBalance))
    known = (
        standing.join(books.fence_balances, on=KEY, how="left")
        .join(_usable_units(books, as_of), on=SHELF, how="left")
        .join(_received_units(movements), on=SHELF, how="left")
        .join(books.items.select(*ITEM, "decimals", "safety_stock_qty"), on=ITEM, how="left")
        .with_columns(pl.col(pl.Int64).exclude("left_qty", "qty", "pct").fill_null(0))
    )
    free_qty = (pl.col("usable_qty") - pl.col("safety_stock_qty")).clip(0)
    first = pl.coalesce(pl.col("qty") * 10 ** pl.col("decimals"), free_qty * pl.col("pct") // 100)
    more = (pl.col("received_qty") * pl.col("pct") // 100).fill_null(0)
    granted = known.with_columns(left_qty=pl.coalesce(pl.col("left_qty") + more, first)).sort(KEY)
    return replace(books, fence_balances=conform(granted, FenceBalance))


def spend_fences(books: Books, fence_uses: DataFrame[FenceUse]) -> Books:
    """The books after the fences gave their channels what tonight's plan says."""
    left = books.fence_balances.join(fence_uses, on=KEY, how="left", maintain_order="left")
    spent = left.with_columns(left_qty=pl.col("left_qty") - pl.col("taken_qty").fill_null(0))
    return replace(books, fence_balances=conform(spent, FenceBalance))


def _usable_units(books: Books, as_of: AsOf) -> pl.DataFrame:
    """Free units of each shelf that are not past their last day: `usable_qty`."""
    lots = books.stock_lots.select(*SHELF, "lot_id", "expiry_on")
    usable = (pl.col("expiry_on") >= as_of.business_date).fill_null(value=True)
    return (
        books.stock_balances.filter(pl.col("account") == StockAccount.FREE)
        .join(lots, on=[*SHELF, "lot_id"], how="left")
        .filter(usable)
        .group_by(SHELF)
        .agg(usable_qty=pl.col("qty").sum())
    )


def _received_units(movements: DataFrame[Movement]) -> pl.DataFrame:
    """Units of each shelf that came tonight and are free: `received_qty`."""
    came = (pl.col("cause") == Cause.RECEIVED) & (pl.col("to_account") == StockAccount.FREE)
    return movements.filter(came).group_by(SHELF).agg(received_qty=pl.col("qty").sum())
