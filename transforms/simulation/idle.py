"""Units that stay on the shelf although a line waits for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary.words import LineAccount, StockAccount
from transforms.keys import ITEM, LINE, SHELF
from transforms.kits import list_parts
from transforms.shipping_days import lasts
from transforms.units import in_millionths

if TYPE_CHECKING:
    from datetime import date

    from pandera.typing.polars import DataFrame

    from schemas.night import Books
    from schemas.results import QueuePosition


def find_idle_units(books: Books, standings: DataFrame[QueuePosition], tonight: date) -> pl.DataFrame:
    """Usable units left after tonight's releases beside due lines that wait for their SKU there.

    Usable: free, not past their last day, beyond the safety stock. A line waits with its open and its
    reserved units, in each warehouse of its list; of a pool no more is idle than waits there. So units
    that are kept for an order until it is complete are idle, as are those that a group which must be
    complete left lying. Pools on hold or in another warehouse are nobody's choice tonight. Parts that lie
    together are idle as the kits that could be made of them.

    Returns:
        Client, warehouse, sku, and in millionths `idle_qty` and of it `idle_reserved_qty`.
    """
    waiting = _waiting_units(books, standings)
    standing = _usable_units(books, tonight)
    both = pl.concat([standing, _makeable_kits(standing, books)])
    left = both.group_by(SHELF).agg(pl.col("left_qty").sum())
    reserved = books.line_balances.filter(pl.col("account") == LineAccount.RESERVED)
    kept = reserved.group_by(SHELF).agg(kept_qty=pl.col("qty").sum())
    idle_qty = pl.min_horizontal("left_qty", "waiting_qty")
    return (
        left.join(waiting, on=SHELF)
        .join(kept, on=SHELF, how="left")
        .join(books.items.select(*ITEM, "decimals"), on=ITEM, how="left")
        .with_columns(idle_qty=idle_qty)
        .filter(pl.col("idle_qty") > 0)
        .with_columns(idle_reserved_qty=pl.min_horizontal("idle_qty", pl.col("kept_qty").fill_null(0)))
        .select(
            *SHELF,
            *(in_millionths(pl.col(name), pl.col("decimals")) for name in ("idle_qty", "idle_reserved_qty")),
        )
        .sort(SHELF)
    )


def _waiting_units(books: Books, standings: DataFrame[QueuePosition]) -> pl.DataFrame:
    """Units that due lines wait for, in each warehouse that may serve them."""
    due = standings.filter("is_due").select(LINE)
    return (
        books.order_lines.join(due, on=LINE, how="semi")
        .select(
            *ITEM,
            pl.col("warehouse_ids").str.split("|").alias("warehouse_id"),
            waiting_qty=pl.col("open_qty") + pl.col("reserved_qty"),
        )
        .explode("warehouse_id", empty_as_null=True)
        .group_by(SHELF)
        .agg(pl.col("waiting_qty").sum())
    )


def _usable_units(books: Books, tonight: date) -> pl.DataFrame:
    """Free units that have not expired, beyond the safety stock of their item, by pool."""
    return (
        books.stock_balances.filter(pl.col("account") == StockAccount.FREE)
        .join(books.stock_lots, on=[*SHELF, "lot_id"], how="left")
        .filter(lasts(tonight))
        .group_by(SHELF)
        .agg(free_qty=pl.col("qty").sum())
        .join(books.items.select(*ITEM, "safety_stock_qty"), on=ITEM, how="left")
        .select(*SHELF, left_qty=(pl.col("free_qty") - pl.col("safety_stock_qty").fill_null(0)).clip(0))
    )


def _makeable_kits(standing: pl.DataFrame, books: Books) -> pl.DataFrame:
    """Kits that could be made of what stands in each warehouse, if nothing else took the parts."""
    parts = list_parts(books.items).with_columns(parts=pl.len().over(ITEM))
    there = parts.join(standing.rename({"sku": "part_sku"}), on=["client_id", "part_sku"])
    return (
        there.group_by(SHELF)
        .agg(
            left_qty=(pl.col("left_qty") // pl.col("per_kit")).min(),
            is_whole=pl.len() == pl.col("parts").first(),
        )
        .filter("is_whole")
        .select(*SHELF, "left_qty")
    )
