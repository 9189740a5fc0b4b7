"""A large night made by seed: open lines, and shelves of one shape."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.stock import FenceBalance
from schemas.night import Books
from tests.bench.demand import chance, make_order_lines, sku_codes
from tests.bench.merchants import CLIENTS, MERCHANTS, NIGHT, WAREHOUSES, clients_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from schemas.settings.client import Client

__all__ = ["CLIENTS", "NIGHT", "WAREHOUSES", "clients_of", "make_books", "read_books", "write_books"]

LINES_A_SKU = 60
LOTS = pl.Series([1, 2, 2, 3, 4])
"""In how many lots a pool may lie; 2.4 on average."""

FULL, SHORT, EMPTY = "full", "short", "empty"
SHAPES = {"realistic": [FULL] * 7 + [EMPTY] * 2 + [SHORT], "harsh": [SHORT] * 10}
"""What a tenth of the pools holds: all that lines may ever draw from it and some more (it is not contested);
half of what the lines want that look there first; nothing."""

POOL = ["client_id", "warehouse_id", "sku"]


def make_books(
    lines: int, *, shape: str, policy: str = "plain", skus: int | None = None, seed: int = 1
) -> Books:
    """Books with `lines` open lines of `skus` SKUs (default: one for 60 lines), each in three warehouses.

    Args:
        lines: of all clients together.
        shape: a key of `SHAPES`.
        policy: a key of `MERCHANTS`; they share the lines and the SKUs evenly.
        skus: of all clients together.
        seed: of chance.
    """
    merchants = MERCHANTS[policy]
    each = max((skus or lines // LINES_A_SKU) // len(merchants), 1)
    order_lines = make_order_lines(lines, each, merchants, seed=seed)
    pools = _pools([merchant.client_id for merchant in merchants], each, order_lines, seed)
    kind = pl.Series(SHAPES[shape]).gather(pools["luck"] % 10)
    spare = (pl.col("luck") // 10 % 20 + 1).cast(pl.Int64)
    qty = (
        pl.when(kind == FULL)
        .then(pl.col("any_qty") + spare)
        .when(kind == SHORT)
        .then(pl.col("home_qty") // 2)
        .otherwise(0)
    )
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
            **_stock_tables(pools.with_columns(qty=qty)),
            "fence_balances": _fence_balances(pools.with_columns(qty=qty), clients_of(policy)),
            "inbound_lines": _inbound(pools),
        }
    )


def _pools(clients: list[str], skus: int, order_lines: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Every SKU of every client in every warehouse.

    Returns:
        The columns of `POOL`, `home_qty` (wanted by lines that look there first), `any_qty` (by all that may
        draw on it), and `luck`, a number by chance.
    """
    number = pl.int_range(len(clients) * len(WAREHOUSES) * skus)
    place, rest = number // (len(clients) * len(WAREHOUSES)), number % (len(clients) * len(WAREHOUSES))
    shelves = pl.select(
        client_id=pl.lit(pl.Series(clients)).gather(rest // len(WAREHOUSES)),
        warehouse_id=pl.lit(pl.Series(list(WAREHOUSES))).gather(rest % len(WAREHOUSES)),
        sku=sku_codes(place + 1),
        luck=chance(number, seed + 21),
    )
    reached = order_lines.group_by("client_id", "warehouse_ids", "sku").agg(pl.col("open_qty").sum())
    places = pl.col("warehouse_ids").str.split("|")
    is_home = pl.col("warehouse_id") == pl.col("first")
    wanted = (
        reached.with_columns(warehouse_id=places, first=places.list.first())
        .explode("warehouse_id")
        .group_by(POOL)
        .agg(home_qty=pl.col("open_qty").filter(is_home).sum(), any_qty=pl.col("open_qty").sum())
    )
    joined = shelves.join(wanted, on=POOL, how="left", maintain_order="left")
    return joined.with_columns(pl.col("home_qty", "any_qty").fill_null(0))


def _stock_tables(pools: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Balances and lots: one to four lots a pool, the first to expire soonest."""
    count = LOTS.gather(pools["luck"] // 1_000 % len(LOTS))
    lots = pl.concat(
        pools.with_columns(count=count)
        .filter(pl.col("count") > lot)
        .select(
            *POOL,
            lot_id=pl.lit(f"L{lot}"),
            bin_id=pl.format("B{}", pl.col("luck") // 7 % 997),
            account=pl.lit("FREE"),
            hold_reason=pl.lit(""),
            qty=pl.col("qty") // pl.col("count") + (pl.col("qty") % pl.col("count") if lot == 0 else 0),
            expiry_on=pl.lit(date(2027, 1 + lot, 1)),
            first_seen_on=pl.lit(date(2026, 2, 1)),
        )
        for lot in range(max(LOTS))
    ).filter(pl.col("qty") > 0)
    return {"stock_balances": lots, "stock_lots": lots}


def _fence_balances(pools: pl.DataFrame, clients: Mapping[str, Client]) -> pl.DataFrame:
    """What the fences keep on the night on which they begin: their share of each shelf."""
    kept = [
        pools.filter(pl.col("client_id") == client_id, pl.col("sku").is_in(list(fence.sku))).select(
            *POOL,
            fence=pl.lit(fence.name),
            left_qty=pl.col("qty") * fence.pct // 100,
            granted_qty=pl.col("qty") * fence.pct // 100,
        )
        for client_id, client in clients.items()
        for fence in client.policy.fences
    ]
    return pl.concat(kept) if kept else pl.DataFrame(schema=FenceBalance.dtypes())


def _inbound(pools: pl.DataFrame) -> pl.DataFrame:
    """An announced line for every other pool, over the next two weeks."""
    day = pl.col("luck") // 100 % 14 + 1
    due = pl.lit(NIGHT.business_date).dt.offset_by(pl.format("{}d", day))
    number = pl.int_range(1, pl.len() + 1)
    return pools.filter(pl.col("luck") // 50 % 2 == 0).select(
        *POOL,
        asn_id=pl.format("ASN-{}-{}", "warehouse_id", day),
        asn_line_no=number,
        first_expected_on=due,
        expected_on=due,
        announced_qty=pl.col("any_qty") // 4 + 1,
        received_qty=pl.lit(0, pl.Int64),
        settled_qty=pl.lit(0, pl.Int64),
        remaining_qty=pl.col("any_qty") // 4 + 1,
        status=pl.lit("expected"),
    )


def write_books(books: Books, folder: Path) -> None:
    """Every table as Parquet."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in books.tables().items():
        frame.write_parquet(folder / f"{name}.parquet")


def read_books(folder: Path) -> Books:
    """The books that `write_books` wrote."""
    return Books.of({path.stem: pl.read_parquet(path) for path in sorted(folder.glob("*.parquet"))})
