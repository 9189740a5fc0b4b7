"""Rows of many clients that are too many for memory: kept as Parquet, then read in order or by DuckDB."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import duckdb
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

Settings = dict[str, str | bool | int | float | list[str]]

OFFLINE: Settings = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}

MEMORY = "512MB"
"""Of DuckDB; what needs more goes through files."""

THREADS = 4
"""Of DuckDB at most: each needs some of its memory."""

PIECE = 50_000
"""Rows that are read together."""


def limited(scratch: Path) -> Settings:
    """What DuckDB is told so that it takes `MEMORY`, and sorts what is larger in files of its own."""
    threads = min(THREADS, os.cpu_count() or 1)
    return OFFLINE | {"temp_directory": str(scratch), "memory_limit": MEMORY, "threads": threads}


@dataclass
class Spill:
    """Rows of one kind below a folder, written a part at a time."""

    folder: Path
    parts: list[str] = field(default_factory=list)
    """The files, in the order in which they were written."""

    def add(self, rows: pl.DataFrame) -> None:
        """Keep some more rows."""
        self.folder.mkdir(parents=True, exist_ok=True)
        rows.write_parquet(self.next_path(), compression="lz4", statistics=False)
        self.parts.append(self.next_path())

    def next_path(self) -> str:
        """Where the next part goes."""
        return str(self.folder / f"{len(self.parts):05}.parquet")

    def in_order(self, columns: Sequence[str], order: Sequence[str]) -> Iterator[pl.DataFrame]:
        """These columns of all rows, `PIECE` at a time, by the columns of `order`; null first."""
        named, by = (", ".join(f'"{name}"' for name in names) for names in (columns, order))
        with duckdb.connect(config=limited(self.folder)) as connection:
            connection.execute("SET default_null_order = 'nulls_first'")
            ordered = f"SELECT {named} FROM read_parquet(?) ORDER BY {by}"  # noqa: S608 -- names of contracts
            for piece in connection.sql(ordered, params=[self.parts]).to_arrow_reader(PIECE):
                yield pl.DataFrame(pl.from_arrow(piece))
