"""Immutable segments: a client's rows of one table as a Parquet file named by its own hash."""

from __future__ import annotations

import hashlib
import io
import os
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

import polars as pl
from polars.exceptions import ColumnNotFoundError, SchemaError

from flows.disk import damage, durable
from flows.ledger.migrations import chain
from flows.ledger.store.tables import CONTRACTS, ordering_of
from schemas.table import conform, empty

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path


MARK = b"PAR1"
"""What a Parquet file begins and ends with."""

TOGETHER = 256
"""Segments that are read at once: it takes a quarter of the time that one after the other takes."""


@dataclass(frozen=True)
class StoredSegment:
    """A client's rows of one table, as they stand on disk."""

    table: str
    client_id: str
    hash: str
    row_count: int
    format: int
    """The format of the books in which the rows were written."""


def segment_path(folder: Path, table: str, content_hash: str) -> Path:
    """Where a segment lies below the ledger's `segments` folder."""
    return folder.joinpath(table, _name(content_hash))


def split_clients(table: str, rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Each client's rows of a table in its total order, so that equal rows make equal bytes."""
    if rows.is_empty():
        return {}
    ordered = rows.select(CONTRACTS[table].names()).sort("client_id", *ordering_of(table), nulls_last=True)
    parts = ordered.partition_by("client_id", maintain_order=True, as_dict=True)
    return {str(client_id): part for (client_id,), part in parts.items()}


def write_segments(folder: Path, parts: Iterable[tuple[str, str, pl.DataFrame]]) -> list[StoredSegment]:
    """Keep each client's ordered rows of a table as a segment, all of them durable when this returns."""
    segments = [put_segment(folder, *part) for part in parts]
    sync_tables(folder, {segment.table for segment in segments})
    return segments


def sync_tables(folder: Path, tables: Iterable[str]) -> None:
    """Make the segments of tables durable that were put there.

    Also folders where nothing was new: a killed run may have renamed a segment and not synced its folder.
    """
    for table in sorted(tables):
        durable.make_folder(folder / table)
        durable.sync_folder(folder / table)


def put_segment(folder: Path, table: str, client_id: str, rows: pl.DataFrame) -> StoredSegment:
    """Keep ordered rows as a segment; one that is there already is not written again.

    It is durable when its table is (`sync_tables`). No statistics: a footer would hold the least and greatest
    values in clear.
    """
    buffer = io.BytesIO()
    rows.write_parquet(buffer, compression="lz4", statistics=False)
    content = buffer.getbuffer()
    segment = StoredSegment(
        table, client_id, hashlib.sha256(content).hexdigest(), rows.height, chain.todays_format()
    )
    path = segment_path(folder, table, segment.hash)
    if not path.exists():
        if not path.parent.is_dir():
            durable.make_folder(path.parent)
        durable.put_file(path, _chunks(content))
    return segment


def read_segments(folder: Path, table: str, segments: Sequence[StoredSegment]) -> pl.DataFrame:
    """The rows of segments, in the columns that the contract has today; older ones are brought there.

    Raises:
        DamageError: a segment is missing, or its bytes are not those that were committed.
    """
    if not segments:
        return empty(CONTRACTS[table])
    parts = [
        chain.bring_rows(table, _read_files(folder, list(group)).lazy(), found).collect()
        for found, group in groupby(segments, attrgetter("format"))
    ]
    return conform(pl.concat(parts, how="diagonal"), CONTRACTS[table])


def scan_segment(folder: Path, segment: StoredSegment) -> pl.LazyFrame:
    """The rows of one segment as today's format has them; columns that nobody asks for are not decoded.

    Raises:
        DamageError: it is missing, or its bytes are not those that were committed.
    """
    rows = pl.scan_parquet(_whole(folder, segment), use_statistics=False)
    return chain.bring_rows(segment.table, rows, segment.format)


def refuse_damaged(folder: Path, segment: StoredSegment) -> None:
    """See to it that a segment is what was committed.

    Raises:
        DamageError: it is missing, or its bytes are not those that were committed.
    """
    _whole(folder, segment)


def tables_in(folder: Path) -> set[str]:
    """The tables that have a folder of segments."""
    return {place.name for place in folder.glob("*/")}


def sweep_segments(folder: Path, tables: Iterable[str], named: Iterable[tuple[str, str]]) -> int:
    """Number of files of these tables removed that are no segment of `named` (table and hash)."""
    keep = {(table, _name(content_hash)) for table, content_hash in named}
    found = ((table, name) for table in sorted(tables) for name in sorted(_names_in(folder / table)))
    orphans = [place for place in found if place not in keep]
    for table, name in orphans:
        durable.remove(folder / table / name)
    return len(orphans)


def _read_files(folder: Path, segments: Sequence[StoredSegment]) -> pl.DataFrame:
    """The rows of segments of one format, as they were written."""
    return pl.concat(
        (
            _read_some([_whole(folder, segment) for segment in segments[start : start + TOGETHER]])
            for start in range(0, len(segments), TOGETHER)
        ),
        how="diagonal",
    )


def _read_some(files: list[bytes]) -> pl.DataFrame:
    """The rows of a few files."""
    try:
        return pl.read_parquet(files, use_statistics=False)
    except (ColumnNotFoundError, SchemaError):  # before books had formats, columns came without one
        return pl.concat([pl.read_parquet(file, use_statistics=False) for file in files], how="diagonal")


def _whole(folder: Path, segment: StoredSegment) -> bytes:
    """The bytes of a segment, which are those that were committed: what is hashed is what is read."""
    path = segment_path(folder, segment.table, segment.hash)
    return damage.read_whole(path, segment.hash, mark=MARK)


def _name(content_hash: str) -> str:
    return f"{content_hash}.parquet"


def _names_in(folder: Path) -> list[str]:
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries]


def _chunks(content: memoryview) -> Iterable[bytes]:
    """The buffer in pieces."""
    return (bytes(content[start : start + durable.CHUNK]) for start in range(0, len(content), durable.CHUNK))
