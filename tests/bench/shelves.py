"""What the loops read beside the lines: lots and announced goods of each pool, as plain lists."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from pathlib import Path

Pool = tuple[str, str, str]
Shelf = list[list[Any]]
"""Units by lot and bin, or by date and announcement: `[what, qty]`, the first to be used at the end."""

Releases = list[tuple[str, str, int, str, str, str, int]]
"""Client, order, line, warehouse, lot, bin, units."""

Pegs = list[tuple[str, str, int, str, int, int]]
"""Client, order, line, announcement, its line, units."""

FRIDAY = 4


def read_shelves(folder: Path) -> defaultdict[Pool, Shelf]:
    """Lots of each pool: `(lot, bin)`."""
    pool = ["client_id", "warehouse_id", "sku"]
    stock = pl.read_parquet(folder / "stock_balances.parquet").join(
        pl.read_parquet(folder / "stock_lots.parquet"), on=[*pool, "lot_id"]
    )
    shelves: defaultdict[Pool, Shelf] = defaultdict(list)
    rows = stock.select(*pool, "expiry_on", "lot_id", "bin_id", "qty").rows()
    for client, warehouse, sku, _, lot, bin_id, qty in sorted(rows, reverse=True):
        shelves[client, warehouse, sku].append([(lot, bin_id), qty])
    return shelves


def read_inbound(folder: Path) -> defaultdict[Pool, Shelf]:
    """Announced lines of each pool: `(day, announcement, line)`."""
    rows = pl.read_parquet(folder / "inbound_lines.parquet").select(
        "client_id", "warehouse_id", "sku", "expected_on", "asn_id", "asn_line_no", "remaining_qty"
    )
    coming: defaultdict[Pool, Shelf] = defaultdict(list)
    dated = [(*row[:3], available_on(row[3]), *row[4:]) for row in rows.iter_rows()]
    for client, warehouse, sku, day, asn_id, asn_line_no, qty in sorted(dated, reverse=True):
        coming[client, warehouse, sku].append([(day, asn_id, asn_line_no), qty])
    return coming


@cache
def available_on(expected_on: date) -> date:
    """A working day after the goods arrive, which is on a working day."""
    return _working_day(_working_day(expected_on) + timedelta(days=1))


def _working_day(day: date) -> date:
    """The day, or the Monday after a weekend."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() > FRIDAY else day
