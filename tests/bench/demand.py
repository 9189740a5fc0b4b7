"""Open order lines made by seed: orders of one to six lines, SKUs by Zipf's law."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise, permutations
from typing import TYPE_CHECKING

import polars as pl

from tests.bench.merchants import HASH, WAREHOUSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.bench.merchants import Merchant

FIRST_ORDER = datetime(2026, 1, 1, tzinfo=UTC)
MOST_LINES = 6
MOST_UNITS = 20
ONE = ["W1", "W2", "W3"]
SEVERAL = ["|".join(names) for length in (2, 3) for names in permutations(WAREHOUSES, length)]
"""Lists of warehouses: of lines that may draw on one, and on two or three of them."""

_MIX = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
_WORD = 2**32


def chance(values: pl.Expr, seed: int) -> pl.Expr:
    """A number below 2^32 for each value, without a pattern and the same on every machine (splitmix64)."""
    mixed = (values.cast(pl.UInt64) + pl.lit(seed + 1, pl.UInt64)) * pl.lit(_MIX[0], pl.UInt64)
    for factor in _MIX[1:]:
        mixed = (mixed ^ (mixed // _WORD)) * pl.lit(factor, pl.UInt64)
    return mixed // _WORD


def make_order_lines(lines: int, skus: int, merchants: Sequence[Merchant], *, seed: int) -> pl.DataFrame:
    """`lines` open lines, each wanting 1 to 20 units of one of its client's `skus` SKUs.

    The k-th SKU of a client is wanted in proportion to 1/k (Zipf), within a tenth. Times are of the
    last two months.

    Returns:
        The columns of `OrderLine` that a plan reads, sorted by the line's key.
    """
    orders = _orders(lines, merchants, seed)
    size = pl.col("size")
    numbered = orders.select(
        pl.exclude("size").repeat_by(size).explode(), line_no=pl.int_ranges(1, size + 1).explode()
    ).with_row_index("number")
    number = pl.col("number")
    luck = chance(number, seed + 11) / _WORD
    place = (0.5 * pl.lit(2.0 * skus + 1) ** luck).round().cast(pl.Int64).clip(1, skus)
    want = (chance(number, seed + 12) % MOST_UNITS + 1).cast(pl.Int64)
    return numbered.with_columns(sku=sku_codes(place), sent_sku=pl.lit("S"), ordered_qty=want, open_qty=want)


def sku_codes(places: pl.Expr) -> pl.Expr:
    """As `sku_code`, of many."""
    spread = places * HASH % _WORD
    return pl.format("S{}", spread.cast(pl.String).str.zfill(10))


def _orders(lines: int, merchants: Sequence[Merchant], seed: int) -> pl.DataFrame:
    """The orders with what holds for all their lines, and `size`, their number of lines."""
    number = pl.int_range(lines // 3 + 2 * MOST_LINES)
    sized = pl.select(number=number, size=(chance(number, seed) % MOST_LINES + 1).cast(pl.Int64)).select(
        "number", size=pl.min_horizontal("size", lines - (pl.col("size").cum_sum() - pl.col("size")))
    )
    orders = sized.filter(pl.col("size") > 0)
    return pl.concat(
        _orders_of(merchant, part, seed)
        for merchant, part in zip(merchants, _parts(orders, len(merchants)), strict=True)
    )


def _parts(orders: pl.DataFrame, count: int) -> list[pl.DataFrame]:
    """The orders in so many parts of about equal size."""
    begins = [orders.height * part // count for part in range(count + 1)]
    return [orders[begin:end] for begin, end in pairwise(begins)]


def _orders_of(merchant: Merchant, orders: pl.DataFrame, seed: int) -> pl.DataFrame:
    """What a merchant's orders say."""
    lists = pl.Series(SEVERAL if merchant.draws_on_several else ONE)
    number = pl.col("number")
    drawn = orders.select(chance(number, seed + 1) % len(lists)).to_series()
    is_complete = chance(number, seed + 2) % 100 < merchant.complete_pct
    none = pl.lit(0, pl.Int64)
    return orders.select(
        "size",
        client_id=pl.lit(merchant.client_id),
        order_id=pl.format("O{}", number.cast(pl.String).str.zfill(9)),
        warehouse_ids=lists.gather(drawn),
        ship_rule=pl.when(is_complete).then(pl.lit("order_complete")).otherwise(pl.lit("partial")),
        priority=(chance(number, seed + 3) % 9 + 1).cast(pl.Int64),
        channel=pl.when(chance(number, seed + 4) % 5 == 0).then(pl.lit("b2b")).otherwise(pl.lit("web")),
        ordered_at=pl.lit(FIRST_ORDER) + pl.duration(minutes=chance(number, seed + 5) % 80_000),
        accepted_on=pl.lit(date(2026, 3, 1)),
        order_type=pl.lit("dtc"),
        transit_days=none,
        reserved_qty=none,
        released_qty=none,
        shipped_qty=none,
        cancelled_qty=none,
        told_shipped_qty=none,
        told_cancelled_qty=none,
        untold_shipped_qty=none,
        overtaken_nights=none,
    )
