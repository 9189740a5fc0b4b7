"""The law of the books: balances after = balances before + movements.

Each movement has two legs, one out of an account and one into another. Boundary accounts (SUPPLIER,
SHIPPED, ADJUSTED of stock; ORDERED of lines) are not kept: they are what the journal sums to.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.orders import LineBalance, OrderLine
from schemas.books.stock import StockBalance, StockLot
from schemas.errors import InvariantError
from schemas.table import conform
from schemas.vocabulary.words import LedgerName, LineAccount, StockAccount
from transforms.keys import LINE

if TYPE_CHECKING:
    from datetime import date

    from pandera.typing.polars import DataFrame

    from schemas.night import Books


LOT = StockLot.key()

STOCK_ACCOUNTS = [StockAccount.FREE, StockAccount.HOLD, StockAccount.RELEASED]
STOCK_KEY = StockBalance.key()
LINE_KEY = LineBalance.key()
QUANTITIES = {
    LineAccount.OPEN: "open_qty",
    LineAccount.RESERVED: "reserved_qty",
    LineAccount.RELEASED: "released_qty",
    LineAccount.SHIPPED: "shipped_qty",
    LineAccount.CANCELLED: "cancelled_qty",
}

MOVED = ("ledger", "from_account", "to_account", "qty", "hold_reason", *LOT, "bin_id", "order_id", "line_no")
"""What of a movement says which balances it changes."""


def apply_movements(books: Books, movements: pl.DataFrame, *, business_date: date) -> Books:
    """`books` after `movements`: stock, lines, their six quantities, and the lots seen for the first time.

    Args:
        books: what is true before.
        movements: at least the columns `MOVED` of `Movement`.
        business_date: the night, which becomes `first_seen_on` of a new lot.

    Raises:
        InvariantError: an inner account would go below zero.
    """
    narrow = movements.select(MOVED)
    stock = narrow.filter(pl.col("ledger") == LedgerName.STOCK)
    line_legs = _legs(narrow.filter(pl.col("ledger") == LedgerName.LINE))
    after = books
    if stock.height:
        after = replace(
            after,
            stock_balances=_stock_after(books.stock_balances, stock),
            stock_lots=_lots_after(books.stock_lots, stock, business_date),
        )
    if line_legs.height:
        after = replace(
            after,
            line_balances=_lines_after(books.line_balances, line_legs),
            order_lines=_quantities_after(books.order_lines, line_legs),
        )
    return after


def _legs(movements: pl.DataFrame) -> pl.DataFrame:
    """Two rows a movement: what leaves an account and what enters one."""
    out = movements.with_columns(account=pl.col("from_account"), qty=-pl.col("qty"))
    into = movements.with_columns(account=pl.col("to_account"))
    return pl.concat([out, into])


def _stock_after(balances: DataFrame[StockBalance], movements: pl.DataFrame) -> DataFrame[StockBalance]:
    """Stock balances after; a hold reason belongs to the HOLD leg alone."""
    reason = pl.when(pl.col("account") == StockAccount.HOLD).then("hold_reason").otherwise(pl.lit(""))
    legs = _legs(movements).filter(pl.col("account").is_in(STOCK_ACCOUNTS)).with_columns(reason)
    return conform(_sum_up(balances, legs, STOCK_KEY), StockBalance)


def _lines_after(balances: DataFrame[LineBalance], legs: pl.DataFrame) -> DataFrame[LineBalance]:
    """Line balances after; only RESERVED is kept by warehouse and sku."""
    inner = legs.filter(pl.col("account") != LineAccount.ORDERED)
    is_reserved = pl.col("account") == LineAccount.RESERVED
    keyed = inner.with_columns(
        pl.when(is_reserved).then(pl.col(name)).otherwise(pl.lit("")).alias(name)
        for name in ("warehouse_id", "sku")
    )
    return conform(_sum_up(balances, keyed, LINE_KEY), LineBalance)


def _sum_up(balances: pl.DataFrame, legs: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """Balances with the legs added, zero rows left out; untouched rows are only carried over."""
    touched = legs.group_by(key).agg(pl.col("qty").sum()).filter(pl.col("qty") != 0)
    changed = touched.join(balances.select(*key, before="qty"), on=key, how="left").select(
        *key, pl.col("qty") + pl.col("before").fill_null(0)
    )
    broken = changed.filter(pl.col("qty") < 0)
    if broken.height:
        message = f"{broken.height} balances below zero, such as {broken.sort(pl.all()).rows()[:3]}"
        raise InvariantError(message)
    kept = balances.select(*key, "qty").join(touched, on=key, how="anti")
    return pl.concat([kept, changed.filter(pl.col("qty") > 0)]).sort(key)


def _quantities_after(lines: DataFrame[OrderLine], legs: pl.DataFrame) -> DataFrame[OrderLine]:
    """Order lines with the legs of each account added to their quantities."""

    def moved(account: LineAccount, name: str) -> pl.Expr:
        return pl.col("qty").filter(pl.col("account") == account).sum().alias(f"{name}_moved")

    per_line = legs.group_by(LINE).agg(
        (-moved(LineAccount.ORDERED, "ordered_qty")),
        *(moved(account, name) for account, name in QUANTITIES.items()),
    )
    strangers = per_line.join(lines, on=LINE, how="anti")
    if strangers.height:
        message = f"movements of {strangers.height} unknown lines, such as {strangers.sort(LINE).rows()[:3]}"
        raise InvariantError(message)
    names = ["ordered_qty", *QUANTITIES.values()]
    after = lines.join(per_line, on=LINE, how="left", maintain_order="left").with_columns(
        pl.col(name) + pl.col(f"{name}_moved").fill_null(0) for name in names
    )
    return conform(after, OrderLine)


def _lots_after(lots: DataFrame[StockLot], movements: pl.DataFrame, seen_on: date) -> DataFrame[StockLot]:
    """Lots with those that tonight's movements name first."""
    new = movements.select(LOT).unique().join(lots, on=LOT, how="anti")
    if new.is_empty():
        return lots
    first_seen = new.with_columns(pl.lit(None, pl.Date).alias("expiry_on"), first_seen_on=pl.lit(seen_on))
    return conform(pl.concat([lots, first_seen]).sort(LOT), StockLot)
