"""Closed orders leave the books after a while, and come back when a row names them.

So a night carries what is open, and not all that ever was. What leaves is kept as it is, in
`schemas.night.RETIRED_TABLES`; law 1 counts it as if it were still here. Every rule then says the same for
each `closed_days`, since an order that tonight's rows name is in the books before anything is decided, and
no rule asks a closed order that nobody names for anything but the use of its items, which
`schemas.books.catalogue.UsedItem` remembers.

An order stays while anything of it may still move without a row that names it: a release that is open, a
wish, which is forgotten after a while, a row that waits for its correction, units that a picker did not find,
news that nobody was told.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.catalogue import UsedItem
from schemas.books.orders import ClosedOrder, Release
from schemas.night import ORDER_TABLES, STATE_TABLES, Books
from schemas.table import conform
from transforms.keys import ITEM, ORDER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandera.typing.polars import DataFrame

    from schemas.night import AsOf, NightPlan

RELEASE = Release.key()


def retire_orders(plan: NightPlan, *, as_of: AsOf, closed_days: int) -> NightPlan:
    """The plan, in which orders that closed `closed_days` ago have left the books; see the module.

    A night that only posts lets none go: what it confirmed is told by a later one.
    """
    if as_of.only_posts:
        return plan
    books, last = plan.books, as_of.business_date - timedelta(days=closed_days)
    gone = books.closed_orders.filter(pl.col("closed_on") <= last).join(
        _busy_orders(books), on=ORDER, how="anti"
    )
    kept, retired = split_orders(books, gone.select(ORDER))
    used = pl.concat([books.used_items, retired.order_lines.select(ITEM)]).unique().sort(ITEM)
    return replace(plan, books=replace(kept, used_items=conform(used, UsedItem)), retired=retired)


def note_closed(books: Books, as_of: AsOf) -> DataFrame[ClosedOrder]:
    """The closed orders of the books, each with the night that first found it so since it was last open."""
    of_line = pl.sum_horizontal("open_qty", "reserved_qty", "released_qty")
    closed = (
        books.order_lines.group_by(ORDER)
        .agg(is_closed=(of_line == 0).all())
        .filter("is_closed")
        .select(ORDER)
    )
    noted = closed.join(books.closed_orders, on=ORDER, how="left").sort(ORDER)
    return conform(noted.with_columns(pl.col("closed_on").fill_null(as_of.business_date)), ClosedOrder)


def split_orders(books: Books, orders: pl.DataFrame) -> tuple[Books, Books]:
    """The books without the orders (client_id, order_id), and what they have of them."""
    if orders.is_empty():
        return books, Books.blank()
    tables = books.tables()
    rest = {
        name: tables[name].join(orders, on=ORDER, how="anti", maintain_order="left") for name in ORDER_TABLES
    }
    return Books.of(tables | rest), Books.of(of_orders(tables, orders))


def of_orders(tables: Mapping[str, pl.DataFrame], orders: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The rows of some orders, of those `ORDER_TABLES` that are given."""
    return {
        name: tables[name].join(orders, on=ORDER, how="semi", maintain_order="left")
        for name in ORDER_TABLES
        if name in tables
    }


def unite_orders(books: Books, others: Books) -> Books:
    """The books with those of other orders that they do not have."""
    missing = others.order_lines.select(ORDER).unique().join(books.order_lines, on=ORDER, how="anti")
    if missing.is_empty():
        return books
    here, there = books.tables(), of_orders(others.tables(), missing)
    united = {
        name: pl.concat([here[name], rows]).sort(STATE_TABLES[name].key()) for name, rows in there.items()
    }
    return Books.of(here | united)


def _busy_orders(books: Books) -> pl.DataFrame:
    """Orders, closed or not, of which something may move though no row names them."""
    untold = (
        (pl.col("told_shipped_qty") != pl.col("shipped_qty"))
        | (pl.col("told_cancelled_qty") != pl.col("cancelled_qty"))
        | (pl.col("untold_shipped_qty") != 0)
    )
    looked_for = books.stock_holds.select(RELEASE).unique()
    parts = (
        books.order_lines.filter(untold),
        books.releases.filter("is_open"),
        books.releases.join(looked_for, on=RELEASE, how="semi"),
        books.withheld,
        books.wishes,
        books.pending_rows,
        books.uncorrected_rows.drop_nulls("order_id"),
    )
    return pl.concat([part.select(ORDER) for part in parts]).unique()
