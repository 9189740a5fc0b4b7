"""What may be given out tonight: usable units by pool, and the lots and bins they stand in.

A pool is the units of one (client, warehouse, SKU), interchangeable for every line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary import StockAccount

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.night import AsOf, Books
    from schemas.warehouse import Warehouse

POOL = ["client_id", "warehouse_id", "sku"]
"""Key of a pool."""


def usable_lots(
    books: Books, policies: pl.DataFrame, *, warehouses: Mapping[str, Warehouse], as_of: AsOf
) -> pl.DataFrame:
    """Free units of lots that are not past their last day, in the order in which they are given out.

    Returns:
        One row a (pool, lot, bin) with `qty`; each pool's rows by the client's lot order, then the
        warehouse's walking order.
    """
    return (
        books.stock_balances.filter(pl.col("account") == StockAccount.FREE)
        .join(books.stock_lots, on=[*POOL, "lot_id"], how="left")
        .filter((pl.col("expiry_on") >= as_of.business_date).fill_null(value=True))
        .join(policies.select("client_id", "lot_order"), on="client_id", how="left")
        .join(walking_order(books.stock_balances, warehouses), on=["warehouse_id", "bin_id"], how="left")
        .sort(*POOL, *lot_keys(), nulls_last=True)
        .select(*POOL, "lot_id", "bin_id", "qty")
    )


def lot_keys() -> list[pl.Expr]:
    """The order in which a pool's lots and bins are given out, by `lot_order` of the client; nulls last.

    `fefo`: the soonest to expire, then as `fifo`; `fifo`: the first seen; `lifo`: the last seen. Then lot,
    then the warehouse's walking order.
    """
    seen = pl.col("first_seen_on").cast(pl.Int64)
    return [
        pl.when(pl.col("lot_order") == "fefo").then("expiry_on"),
        pl.when(pl.col("lot_order") == "lifo").then(-seen).otherwise(seen),
        pl.col("lot_id"),
        pl.col("bin_place"),
    ]


def number_pools(lots: pl.DataFrame, expected: pl.DataFrame, books: Books, *, as_of: AsOf) -> pl.DataFrame:
    """The pools in which anything stands or is announced, sorted by their key and numbered.

    Safety stock is kept back in each warehouse, from the end of the lot order.

    Args:
        lots: as `usable_lots`.
        expected: as `expected_units`.
        books: all that stands, and the catalogue.
        as_of: the night.

    Returns:
        One row a pool: `pool` (1, 2, ...; 0 stands for any other), and in units `usable_qty`,
        `safety_qty` (kept back), `expired_qty` (free but past their last day) and `hold_qty`; and
        `available_from` of the item.
    """
    is_free = pl.col("account") == StockAccount.FREE
    is_expired = (pl.col("expiry_on") < as_of.business_date).fill_null(value=False)
    standing = books.stock_balances.join(books.stock_lots, on=[*POOL, "lot_id"], how="left").select(
        *POOL,
        expired_qty=pl.when(is_free & is_expired).then("qty").otherwise(0),
        hold_qty=pl.when(pl.col("account") == StockAccount.HOLD).then("qty").otherwise(0),
    )
    parts = [standing, lots.select(*POOL, usable_qty="qty"), expected.select(POOL)]
    quantities = ["usable_qty", "expired_qty", "hold_qty"]
    kept_back = pl.min_horizontal("usable_qty", pl.col("safety_stock_qty").fill_null(0))
    return (
        pl.concat(parts, how="diagonal")
        .group_by(POOL)
        .agg(pl.col(quantities).sum())
        .join(
            books.items.select("client_id", "sku", "safety_stock_qty", "available_from"),
            on=["client_id", "sku"],
            how="left",
        )
        .with_columns(pl.col("usable_qty") - kept_back, safety_qty=kept_back)
        .drop("safety_stock_qty")
        .sort(POOL)
        .with_columns(pool=pl.int_range(1, pl.len() + 1))
    )


def walking_order(places: pl.DataFrame, warehouses: Mapping[str, Warehouse]) -> pl.DataFrame:
    """The place of each (warehouse, bin): those the warehouse names first, the others by natural sort.

    Natural sort reads digits as numbers: A-2 stands before A-10.
    """
    bins = places.select("warehouse_id", "bin_id").unique().rows()
    named = {
        (warehouse_id, bin_id): place
        for warehouse_id, warehouse in warehouses.items()
        for place, bin_id in enumerate(warehouse.bin_order)
    }
    walked = sorted(bins, key=lambda row: (row[0], named.get(row, len(named)), natural_key(row[1]), row[1]))
    return pl.DataFrame(
        [(*row, place) for place, row in enumerate(walked)],
        schema={"warehouse_id": pl.String, "bin_id": pl.String, "bin_place": pl.Int64},
        orient="row",
    )


def natural_key(text: str) -> list[tuple[int, int, str]]:
    """A sort key that reads the digits in `text` as numbers."""
    return [
        (0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", text) if part
    ]
