"""What the loops read beside the lines: lots and announced goods of each pool, as plain lists."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

Shelf = tuple[str, str, str]
"""Client, warehouse, SKU."""

Pool = tuple[str, str, str, str]
"""A shelf, and the fence that keeps the units; empty for common stock."""

Units = list[list[Any]]
"""Units by lot and bin, or by date and announcement: `[what, qty]`, the first to be used at the end."""

Releases = list[tuple[str, str, int, str, str, str, int]]
"""Client, order, line, warehouse, lot, bin, units."""

Pegs = list[tuple[str, str, int, str, int, int]]
"""Client, order, line, announcement, its line, units."""

KEY = ["client_id", "warehouse_id", "sku"]
COMMON = ""
FRIDAY = 4


def read_lots(folder: Path) -> defaultdict[Shelf, Units]:
    """Lots of each shelf: `(lot, bin)`."""
    stock = pl.read_parquet(folder / "stock_balances.parquet").join(
        pl.read_parquet(folder / "stock_lots.parquet"), on=[*KEY, "lot_id"]
    )
    shelves: defaultdict[Shelf, Units] = defaultdict(list)
    rows = stock.select(*KEY, "expiry_on", "lot_id", "bin_id", "qty").rows()
    for client, warehouse, sku, _, lot, bin_id, qty in sorted(rows, reverse=True):
        shelves[client, warehouse, sku].append([(lot, bin_id), qty])
    return shelves


def read_inbound(folder: Path) -> defaultdict[Shelf, Units]:
    """Announced lines of each shelf: `(day, announcement, line)`."""
    rows = pl.read_parquet(folder / "inbound_lines.parquet").select(
        *KEY, "expected_on", "asn_id", "asn_line_no", "remaining_qty"
    )
    coming: defaultdict[Shelf, Units] = defaultdict(list)
    dated = [(*row[:3], available_on(row[3]), *row[4:]) for row in rows.iter_rows()]
    for client, warehouse, sku, day, asn_id, asn_line_no, qty in sorted(dated, reverse=True):
        coming[client, warehouse, sku].append([(day, asn_id, asn_line_no), qty])
    return coming


def read_fences(folder: Path) -> dict[Shelf, tuple[str, int]]:
    """The fence of each shelf that has one, and the units that it keeps."""
    rows = pl.read_parquet(folder / "fence_balances.parquet").select(*KEY, "fence", "left_qty").iter_rows()
    return {(client, warehouse, sku): (fence, kept) for client, warehouse, sku, fence, kept in rows}


def fence_lots(lots: Mapping[Shelf, Units], fences: Mapping[Shelf, tuple[str, int]]) -> dict[Pool, Units]:
    """The lots by pool: what a fence keeps is cut from the end of the shelf, the start of the list."""
    pools: dict[Pool, Units] = {}
    for shelf, units in lots.items():
        fence, keeps = fences.get(shelf, (COMMON, 0))
        kept, place = [], 0
        while keeps and place < len(units):
            take = min(keeps, units[place][1])
            kept.append([units[place][0], take])
            units[place][1] -= take
            keeps -= take
            place += not units[place][1]
        pools[*shelf, COMMON] = units[place:]
        if kept:
            pools[*shelf, fence] = kept
    return pools


def fence_inbound(
    coming: Mapping[Shelf, Units], fences: Iterable[Shelf], fence: str, pct: int
) -> dict[Pool, Units]:
    """Announced units by pool: the fence keeps its share of every line, rounded down."""
    pools: dict[Pool, Units] = {(*shelf, COMMON): units for shelf, units in coming.items()}
    for shelf in fences:
        units = coming.get(shelf, [])
        shares = [[what, qty * pct // 100] for what, qty in units]
        for line, (_, share) in zip(units, shares, strict=True):
            line[1] -= share
        pools[*shelf, fence] = [[what, qty] for what, qty in shares if qty]
        pools[*shelf, COMMON] = [line for line in units if line[1]]
    return pools


@cache
def available_on(expected_on: date) -> date:
    """A working day after the goods arrive, which is on a working day."""
    return _working_day(_working_day(expected_on) + timedelta(days=1))


def _working_day(day: date) -> date:
    """The day, or the Monday after a weekend."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() > FRIDAY else day
