"""A large night made by seed: open lines with Zipf-like demand over pools of one shape."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import polars as pl

from schemas.client import Client
from schemas.night import AsOf, Books
from schemas.warehouse import Warehouse

if TYPE_CHECKING:
    from pathlib import Path

NIGHT = AsOf(date(2026, 3, 2))
WAREHOUSES = {name: Warehouse(warehouse_id=name, allocator="us") for name in ("W1", "W2", "W3")}
CLIENTS = {"bench": Client(client_id="bench", name="Bench", warehouses=tuple(WAREHOUSES))}
FIRST_ORDER = datetime(2026, 1, 1, tzinfo=UTC)
LINES_AN_ORDER = 6
LOTS_A_POOL = 2


LINES_A_SKU = 60


def make_books(lines: int, *, shape: str, skus: int | None = None, seed: int = 1) -> Books:
    """Books with `lines` open lines of `skus` SKUs (default: one for 60 lines), each in three warehouses.

    Shape `realistic`: 70 % of the pools hold all that is wanted, 20 % nothing, 10 % half of it; `harsh`:
    all hold half of it. Every third order has three lines, the others one to six.
    """
    pools = len(WAREHOUSES) * max(skus or lines // LINES_A_SKU, 1)
    order_lines = _order_lines(lines, pools, seed)
    demand = (
        order_lines.group_by("warehouse_ids", "sku")
        .agg(pl.col("open_qty").sum())
        .sort("warehouse_ids", "sku")
    )
    share = _hash(pl.int_range(pl.len()), seed + 7) % 10
    is_full, is_empty = (
        (share < 7, share >= 8) if shape == "realistic" else (pl.lit(value=False), pl.lit(value=False))
    )
    stock_qty = (
        pl.when(is_full).then(pl.col("open_qty")).when(is_empty).then(0).otherwise(pl.col("open_qty") // 2)
    )
    stock = demand.with_columns(qty=stock_qty).filter(pl.col("qty") > 0)
    return Books.of(
        {
            "order_lines": order_lines,
            "line_balances": order_lines.select(
                "client_id",
                "order_id",
                "line_no",
                account=pl.lit("OPEN"),
                warehouse_id=pl.lit(""),
                sku=pl.lit(""),
                qty="open_qty",
            ),
            **_stock_tables(stock),
            "inbound_lines": _inbound(demand),
        }
    )


def _hash(values: pl.Expr, seed: int) -> pl.Expr:
    """Numbers without a pattern, the same on every machine: a linear congruence on the row number."""
    return ((values + seed) * 2_862_933_555_777_941_757 + 3_037_000_493).cast(
        pl.UInt64, wrap_numerical=True
    ) // 2**33


def _order_lines(lines: int, pools: int, seed: int) -> pl.DataFrame:
    """The open lines, each wanting 1 to 20 units; a tenth of the pools gets half of the demand."""
    number = pl.int_range(lines, dtype=pl.UInt64)
    raw = pl.select(
        number=number,
        draw=_hash(number, seed) % 1_000_000,
        want=(_hash(number, seed + 1) % 20 + 1).cast(pl.Int64),
        size=_hash(number, seed + 2) % LINES_AN_ORDER + 1,
        minute=(_hash(number, seed + 3) % 100_000).cast(pl.Int64),
        priority=(_hash(number, seed + 4) % 9 + 1).cast(pl.Int64),
    )
    pool = (pl.col("draw") / 1_000_000) ** 3 * pools
    order = (pl.col("number") // 3).cast(pl.Int64)
    return raw.select(
        client_id=pl.lit("bench"),
        order_id=pl.format("O{}", order.cast(pl.String).str.zfill(9)),
        line_no=(pl.col("number") % 3 + 1).cast(pl.Int64),
        sku=pl.format("S{}", (pool.cast(pl.Int64) // 3).cast(pl.String).str.zfill(7)),
        sent_sku=pl.lit("S"),
        warehouse_ids=pl.format("W{}", pool.cast(pl.Int64) % 3 + 1),
        ordered_qty="want",
        open_qty="want",
        **{
            name: pl.lit(0, pl.Int64)
            for name in ("reserved_qty", "released_qty", "shipped_qty", "cancelled_qty")
        },
        ordered_at=pl.lit(FIRST_ORDER) + pl.duration(minutes=pl.col("minute").first().over(order) % 80_000),
        accepted_on=pl.lit(date(2026, 3, 1)),
        order_type=pl.lit("dtc"),
        transit_days=pl.lit(0, pl.Int64),
        priority=pl.col("priority").first().over(order),
        ship_rule=pl.lit("partial"),
        told_shipped_qty=pl.lit(0, pl.Int64),
        told_cancelled_qty=pl.lit(0, pl.Int64),
        overtaken_nights=pl.lit(0, pl.Int64),
    )


def _stock_tables(stock: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Balances and lots: two lots a pool, the first half of its units expiring sooner."""
    lots = pl.concat(
        [
            stock.select(
                client_id=pl.lit("bench"),
                warehouse_id="warehouse_ids",
                sku="sku",
                lot_id=pl.lit(f"L{lot}"),
                bin_id=pl.format("B{}", pl.int_range(pl.len()) % 997),
                account=pl.lit("FREE"),
                hold_reason=pl.lit(""),
                qty=pl.col("qty") // LOTS_A_POOL + (pl.col("qty") % LOTS_A_POOL if lot == 0 else 0),
                expiry_on=pl.lit(date(2027, 1 + lot, 1)),
                first_seen_on=pl.lit(date(2026, 2, 1)),
            )
            for lot in range(LOTS_A_POOL)
        ]
    ).filter(pl.col("qty") > 0)
    return {"stock_balances": lots, "stock_lots": lots}


def _inbound(demand: pl.DataFrame) -> pl.DataFrame:
    """An announced line for every other pool, over the next two weeks."""
    number = pl.int_range(pl.len())
    due = pl.lit(NIGHT.business_date).dt.offset_by(pl.format("{}d", number % 14 + 1))
    return (
        demand.with_columns(asn_line_no=number + 1, due=due)
        .filter(pl.col("asn_line_no") % 2 == 0)
        .select(
            client_id=pl.lit("bench"),
            warehouse_id="warehouse_ids",
            asn_id=pl.lit("ASN1"),
            asn_line_no="asn_line_no",
            sku="sku",
            first_expected_on="due",
            expected_on="due",
            announced_qty=pl.col("open_qty") // 4 + 1,
            received_qty=pl.lit(0, pl.Int64),
            remaining_qty=pl.col("open_qty") // 4 + 1,
            status=pl.lit("expected"),
        )
    )


def write_books(books: Books, folder: Path) -> None:
    """Every table as Parquet."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in books.tables().items():
        frame.write_parquet(folder / f"{name}.parquet")


def read_books(folder: Path) -> Books:
    """The books that `write_books` wrote."""
    return Books.of({path.stem: pl.read_parquet(path) for path in sorted(folder.glob("*.parquet"))})
