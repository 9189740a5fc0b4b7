"""What lies and comes: items, counted shelves, announced and received goods of a world, by seed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from tests.bench.demand import chance, sku_codes
from tests.bench.merchants import WAREHOUSES
from tests.bench.nights.world import date_of

if TYPE_CHECKING:
    from tests.bench.nights.world import World

POOL = ["client_id", "warehouse_id", "sku"]
AMPLE = 1_000_000
"""Units of a shelf that never ends."""

AHEAD = 14
"""Days from an announcement to its goods."""

EVERY = 28
"""One of so many shelves is announced for each day."""

MOST_LOTS = 4


def make_pools(world: World, orders: pl.DataFrame) -> pl.DataFrame:
    """Every SKU of every client in every warehouse, with `stock_qty`, and `luck`, a number by chance.

    Args:
        world: what the seed makes.
        orders: lines of the first night.
    """
    clients = [merchant.client_id for merchant in world.merchants]
    places = len(clients) * len(WAREHOUSES)
    number = pl.int_range(places * world.skus)
    shelves = pl.select(
        client_id=pl.lit(pl.Series(clients)).gather(number % places // len(WAREHOUSES)),
        warehouse_id=pl.lit(pl.Series(list(WAREHOUSES))).gather(number % len(WAREHOUSES)),
        sku=sku_codes(number // places + 1),
        luck=chance(number, world.seed + 21),
    )
    wanted = orders.group_by("client_id", "sku", warehouse_id="warehouse_ids").agg(want=pl.col("qty").sum())
    kind, want = pl.col("luck") % 10, pl.col("want").fill_null(0)
    stock = pl.when(kind < 7).then(want + pl.col("luck") // 10 % 20 + 1).when(kind < 9).then(0)
    return (
        shelves.join(wanted, on=POOL, how="left", maintain_order="left")
        .with_columns(stock_qty=pl.lit(AMPLE) if world.is_full else stock.otherwise(want // 2).cast(pl.Int64))
        .drop("want")
    )


def catalogue(pools: pl.DataFrame) -> pl.DataFrame:
    """Rows of the feed `items`."""
    items = pools.select("client_id", "sku").unique(maintain_order=True)
    return items.with_columns(description=pl.format("Article {}", "sku"))


def first_count(pools: pl.DataFrame) -> pl.DataFrame:
    """Rows of the feed `stock`: one to four lots of a shelf that is not empty, the first expires soonest."""
    count = pl.col("luck") // 1_000 % MOST_LOTS + 1
    lots = [
        pools.filter(count > lot).select(
            *POOL,
            qty=pl.col("stock_qty") // count + (pl.col("stock_qty") % count if lot == 0 else 0),
            bin_id=pl.format("B{}", pl.col("luck") // 7 % 997),
            lot_id=pl.lit(f"L{lot}"),
            expiry_on=pl.lit(date(2027, 6 + lot, 1)),
            counted_at=pl.lit(f"{date_of(0)}T06:00:00"),
        )
        for lot in range(MOST_LOTS)
    ]
    return pl.concat(lots).filter(pl.col("qty") > 0)


def announced(world: World, pools: pl.DataFrame, night: int) -> pl.DataFrame:
    """Rows of the feed `asns`: before the first night for each of the next days, then for one day more."""
    days = range(1, AHEAD + 1) if night == 0 else [night + AHEAD]
    return pl.concat(_coming(world, pools, day) for day in days)


def received(world: World, pools: pl.DataFrame, night: int) -> pl.DataFrame:
    """Rows of the feed `receipts`: all that was announced for the day, in a lot of its own."""
    on = date_of(night)
    return _coming(world, pools, night).select(
        *POOL,
        receipt_id=pl.lit(f"R{night:03}"),
        line_no=pl.int_range(1, pl.len() + 1).over("client_id"),
        received_on=pl.lit(on),
        received_qty="qty",
        bin_id=pl.lit("B0"),
        lot_id=pl.lit(f"R{night:03}"),
        expiry_on=pl.lit(date(2028, 1, 1) + timedelta(days=night)),
        asn_id="asn_id",
        asn_line_no="line_no",
        is_final=pl.lit("true"),
    )


def _coming(world: World, pools: pl.DataFrame, day: int) -> pl.DataFrame:
    """What is announced for a day: 1 to 60 units for some of the shelves."""
    luck = chance(pl.int_range(pl.len()), world.seed + 1_000 * day + 31)
    asn_id = pl.format("ASN-{}-{}", "warehouse_id", pl.lit(f"{day:03}"))
    return (
        pools.select(*POOL, luck=luck)
        .filter(pl.col("luck") % EVERY == 0)
        .select(
            *POOL,
            asn_id=asn_id,
            line_no=pl.int_range(1, pl.len() + 1).over("client_id", "warehouse_id"),
            expected_on=pl.lit(date_of(day)),
            qty=(pl.col("luck") // EVERY % 60 + 1).cast(pl.Int64),
        )
    )
