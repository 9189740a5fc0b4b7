"""Counted figures beside the books: which count is the last of its place, and how far the books are off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary import HoldReason, StockAccount
from transforms.balances import CELL
from transforms.units import in_millionths

if TYPE_CHECKING:
    from schemas.night import Books

STATUS_REASONS = {"hold": HoldReason.COUNTED_HOLD, "damaged": HoldReason.DAMAGED}
VANISHED_SHARE = 5
"""A count is held when more than one unit in so many would vanish."""


def mark_last(books: Books, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with `is_last`: no count of the cell is later, tonight or in the books."""
    known = books.counts.select(*CELL, known_at="counted_at")
    latest = pl.col("at") == pl.col("at").max()
    last = rows.group_by(CELL).agg(
        last_at=pl.col("at").max(), last_hash=pl.col("file_hash").filter(latest).max()
    )
    is_newest = (pl.col("at") == pl.col("last_at")) & (pl.col("file_hash") == pl.col("last_hash"))
    is_newer = (pl.col("at") >= pl.col("known_at")).fill_null(value=True)
    return (
        rows.join(last, on=CELL, how="left", maintain_order="left")
        .join(known, on=CELL, how="left", maintain_order="left")
        .with_columns(is_last=is_newest & is_newer)
        .drop("last_at", "last_hash", "known_at")
    )


def sum_up_cells(rows: pl.DataFrame) -> pl.DataFrame:
    """One row a counted cell: units seen in all and by status, and whether the file tells statuses."""
    tells = (pl.col("status") != "available").any().over("client_id", "file_hash")
    per_status = [
        pl.col("qty").filter(pl.col("status") == status).sum().alias(reason.value)
        for status, reason in STATUS_REASONS.items()
    ]
    return (
        rows.with_columns(tells_status=tells)
        .group_by(CELL)
        .agg(
            pl.col("qty").sum().alias("seen_qty"),
            *per_status,
            pl.col("at", "effective_on", "file_hash", "tells_status").first(),
            pl.col("row_no").min(),
        )
        .sort(CELL)
    )


def compare_cells(books: Books, seen: pl.DataFrame, moved: pl.DataFrame) -> pl.DataFrame:
    """Counted cells with the books' units, what is there by now, and the difference to post."""
    now = books.stock_balances.group_by(CELL).agg(
        now_qty=pl.col("qty").sum(),
        released_qty=pl.col("qty").filter(pl.col("account") == StockAccount.RELEASED).sum(),
    )
    target = (pl.col("seen_qty") + pl.col("later_qty")).clip(0)
    return (
        seen.join(now, on=CELL, how="left", maintain_order="left")
        .join(units_later(seen, moved), on=CELL, how="left", maintain_order="left")
        .with_columns(pl.col("now_qty", "released_qty", "later_qty").fill_null(0))
        .with_columns(
            target_qty=pl.max_horizontal(target, "released_qty"),
            lacking_qty=(pl.col("released_qty") - target).clip(0),
        )
        .with_columns(difference=pl.col("target_qty") - pl.col("now_qty"))
    )


def units_later(seen: pl.DataFrame, moved: pl.DataFrame) -> pl.DataFrame:
    """Units that came to (or left) counted cells after the count."""
    inner = [StockAccount.FREE, StockAccount.HOLD, StockAccount.RELEASED]
    came = pl.col("to_account").is_in(inner).cast(pl.Int64) - pl.col("from_account").is_in(inner).cast(
        pl.Int64
    )
    return (
        moved.join(seen.select(*CELL, counted="at"), on=CELL)
        .filter(pl.col("at") > pl.col("counted"))
        .group_by(CELL)
        .agg(later_qty=(came * pl.col("qty")).sum())
    )


def counts_to_hold(books: Books, compared: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Counts (client, warehouse, file) that make too many units vanish, with how many.

    A count that a person took out of quarantine and dropped again is believed.
    """
    count = ["client_id", "warehouse_id", "file_hash"]
    decimals = books.items.select("client_id", "sku", "decimals")
    units = in_millionths(pl.col("qty"), pl.col("decimals"))
    stock = books.stock_balances.join(decimals, on=["client_id", "sku"], how="left")
    owned = stock.group_by("client_id", "warehouse_id").agg(owned_qty=units.sum())
    believed = rows.filter(pl.col("origin_hash").is_not_null())
    return (
        compared.group_by(*count, "sku", "lot_id")
        .agg(qty=(-pl.col("difference").sum()).clip(0))
        .join(decimals, on=["client_id", "sku"], how="left")
        .group_by(count)
        .agg(vanished=units.sum())
        .join(owned, on=["client_id", "warehouse_id"])
        .filter(pl.col("vanished") * VANISHED_SHARE > pl.col("owned_qty"))
        .join(believed, on=count, how="anti")
        .sort(count)
    )
