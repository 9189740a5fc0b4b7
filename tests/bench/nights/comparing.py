"""Whether a night and the plain script handed out the same units of the same lots to the same lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from pathlib import Path

KEY = ["client_id", "order_id", "line_no", "warehouse_id", "sku", "lot_id", "bin_id"]


def has_equal_picks(workspace: Path, sql: Path) -> bool:
    """Whether the pick files of the last night say what those of the plain script say, row by row."""
    ours = _picks([*(workspace / "published" / "current" / "picks").glob("*/picks_*.csv")])
    return ours.equals(_picks([*(sql / "picks").glob("*/*.csv")]))


def _picks(paths: list[Path]) -> pl.DataFrame:
    """Units by line, lot and bin."""
    columns = [*KEY, "qty"]
    parts = [pl.read_csv(path, columns=columns, infer_schema=False).select(columns) for path in paths]
    whole = pl.concat([pl.DataFrame(schema=dict.fromkeys(columns, pl.String)), *parts])
    return whole.group_by(KEY).agg(pl.col("qty").cast(pl.Int64).sum()).sort(KEY)
