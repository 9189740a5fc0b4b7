"""Rows of many clients that are too many for memory: kept as Parquet, then read in order or by DuckDB."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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

FEW = 2_000
"""Rows of one kind that are kept in memory; to start DuckDB takes as long as to sort thousands of them."""


def limited(scratch: Path) -> Settings:
    """What DuckDB is told so that it takes `MEMORY`, and sorts what is larger in files of its own."""
    threads = min(THREADS, os.cpu_count() or 1)
    return OFFLINE | {"temp_directory": str(scratch), "memory_limit": MEMORY, "threads": threads}


@dataclass
class Spill:
    """Rows of one kind, gathered a part at a time; those that are too many for memory lie below a folder."""

    folder: Path
    held: list[pl.DataFrame] = field(default_factory=list)
    """Few rows, in the order in which they came; they come after those that were written."""
    written: list[str] = field(default_factory=list)

    def add(self, rows: pl.DataFrame) -> None:
        """Keep some more rows."""
        self.held.append(rows)
        if sum(part.height for part in self.held) > FEW:
            self._write()

    def join(self, other: Spill) -> None:
        """Take over the rows that somebody else gathered, and the files that hold them."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.written += other.written
        for rows in other.held:
            self.add(rows)

    def files(self) -> list[str]:
        """All rows as files, in the order in which they came; none where not even an empty part was added."""
        if self.held:
            self._write()
        return self.written

    def next_path(self) -> str:
        """Where the next file goes; who lets another library write it adds it to those that are written."""
        return str(self.folder / f"{len(self.written):05}.parquet")

    def in_order(self, columns: Sequence[str], order: Sequence[str]) -> Iterator[pl.DataFrame]:
        """These columns of all rows, `PIECE` at a time, by the columns of `order`; null first."""
        if not self.written:
            yield from pl.concat(self.held).sort(order).select(columns).iter_slices(PIECE)
            return
        named, by = (", ".join(f'"{name}"' for name in names) for names in (columns, order))
        with duckdb.connect(config=limited(self.folder)) as connection:
            connection.execute("SET default_null_order = 'nulls_first'")
            ordered = f"SELECT {named} FROM read_parquet(?) ORDER BY {by}"  # noqa: S608 -- names of contracts
            for piece in connection.sql(ordered, params=[self.files()]).to_arrow_reader(PIECE):
                yield pl.DataFrame(pl.from_arrow(piece))

    def remove(self) -> None:
        """Let go of all rows, and of the room that they take."""
        for path in self.written:
            Path(path).unlink()
        shutil.rmtree(self.folder)
        self.written.clear()
        self.held.clear()

    def _write(self) -> None:
        """Let a file hold the rows that were held here."""
        self.folder.mkdir(parents=True, exist_ok=True)
        pl.concat(self.held).write_parquet(self.next_path(), compression="lz4", statistics=False)
        self.written.append(self.next_path())
        self.held.clear()
