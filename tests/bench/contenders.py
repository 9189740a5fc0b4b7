"""What is measured: our plan, the floor below it, and the plain loop a user would write.

All three start from the same Parquet files. The loop does the plan's plain work: rank, serve, lots, and
the promised units of lines that stay short; reading, building lists and sorting count.
"""

from __future__ import annotations

import time
from collections import defaultdict
from typing import TYPE_CHECKING

import polars as pl

from tests.bench.warehouse_full import CLIENTS, FIRST_ORDER, NIGHT, WAREHOUSES, read_books
from transforms.allocation import allocate_night

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FIRST_MINUTE = int(FIRST_ORDER.timestamp()) // 60

Units = dict[tuple[str, int], int]
"""Units allocated to each order line."""


def run_plan(folder: Path) -> tuple[float, Units]:
    """Seconds from input frames to allocations, pegs and decisions, and the units of each line."""
    books = read_books(folder)
    begin = time.perf_counter()
    plan = allocate_night(books, as_of=NIGHT, clients=CLIENTS, warehouses=WAREHOUSES)
    seconds = time.perf_counter() - begin
    given = plan.allocations.group_by("order_id", "line_no").agg(pl.col("allocated_qty").sum())
    return seconds, {(order, line): qty for order, line, qty in given.iter_rows()}


def run_floor(folder: Path) -> tuple[float, Units]:
    """Seconds of bare Polars: read the lines, one sort by a packed key, write them. It allocates nothing."""
    begin = time.perf_counter()
    lines = pl.read_parquet(folder / "order_lines.parquet")
    warehouse, sku = (
        pl.col(name).cast(pl.Categorical).to_physical().cast(pl.Int64) for name in ("warehouse_ids", "sku")
    )
    minute = pl.col("ordered_at").cast(pl.Int64) // 60_000_000 - FIRST_MINUTE
    key = ((sku * 2**10 + warehouse) * 2**4 + pl.col("priority")) * 2**20 + minute
    lines.with_columns(key=key).sort("key").write_parquet(folder / "floor.sorted")
    return time.perf_counter() - begin, {}


def run_loop(folder: Path) -> tuple[float, Units]:
    """Seconds of a plain Python loop over sorted lists, and the units of each line."""
    begin = time.perf_counter()
    lines = pl.read_parquet(
        folder / "order_lines.parquet",
        columns=["warehouse_ids", "sku", "priority", "ordered_at", "order_id", "line_no", "open_qty"],
    )
    queue = sorted(
        (warehouse, sku, priority, ordered_at.date(), ordered_at, order_id, line_no, want)
        for warehouse, sku, priority, ordered_at, order_id, line_no, want in lines.iter_rows()
    )
    shelves, coming = _read_shelves(folder), _read_inbound(folder)
    releases: list[tuple[str, int, str, str, int]] = []
    pegs: list[tuple[str, int, str, int, int]] = []
    for warehouse, sku, _, _, _, order_id, line_no, wanted in queue:
        pool = (warehouse, sku)
        rest = _draw(shelves[pool], wanted, lambda lot, qty: releases.append((order_id, line_no, *lot, qty)))  # noqa: B023 -- called at once
        if rest:
            _draw(coming[pool], rest, lambda asn, qty: pegs.append((order_id, line_no, *asn, qty)))  # noqa: B023 -- called at once
    seconds = time.perf_counter() - begin
    given: defaultdict[tuple[str, int], int] = defaultdict(int)
    for order_id, line_no, _, _, qty in releases:
        given[order_id, line_no] += qty
    return seconds, dict(given)


def _draw(shelf: list[list], want: int, give: Callable) -> int:  # type: ignore[type-arg]
    """Take from the end of `shelf` until `want` is met; what is still wanted comes back."""
    while want and shelf:
        what, qty = shelf[-1]
        take = min(want, qty)
        give(what, take)
        want -= take
        if take == qty:
            shelf.pop()
        else:
            shelf[-1][1] = qty - take
    return want


def _read_shelves(folder: Path) -> defaultdict[tuple[str, str], list[list]]:  # type: ignore[type-arg]
    """Lots of each pool, the first to be used at the end."""
    stock = pl.read_parquet(folder / "stock_balances.parquet").join(
        pl.read_parquet(folder / "stock_lots.parquet"), on=["warehouse_id", "sku", "lot_id"]
    )
    shelves: defaultdict[tuple[str, str], list[list]] = defaultdict(list)  # type: ignore[type-arg]
    rows = stock.select("warehouse_id", "sku", "expiry_on", "lot_id", "bin_id", "qty").rows()
    for warehouse, sku, _, lot, bin_id, qty in sorted(rows, reverse=True):
        shelves[warehouse, sku].append([(lot, bin_id), qty])
    return shelves


def _read_inbound(folder: Path) -> defaultdict[tuple[str, str], list[list]]:  # type: ignore[type-arg]
    """Announced lines of each pool, the soonest at the end."""
    rows = pl.read_parquet(folder / "inbound_lines.parquet").select(
        "warehouse_id", "sku", "expected_on", "asn_id", "asn_line_no", "remaining_qty"
    )
    coming: defaultdict[tuple[str, str], list[list]] = defaultdict(list)  # type: ignore[type-arg]
    for warehouse, sku, _, asn_id, asn_line_no, qty in sorted(rows.rows(), reverse=True):
        coming[warehouse, sku].append([(asn_id, asn_line_no), qty])
    return coming
