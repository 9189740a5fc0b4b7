"""What a night writes and looks up follows what is open, not what there ever was.

How far a delivery has come is said of a pick file, no longer of each release, message and acknowledgement:
those are known from their own rows (`allocations`, `messages`, `files`). An older version of which all pick
files were delivered, and seen, has no row.

Of what a client's history holds there are marks, by which one finds the nights that know of something. They
begin empty; those of older nights are made when they are first needed (`flows.ledger.store.lookup`).
Indexes find what a night added to the history, and the runs that took a file.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import polars as pl

from flows.disk.damage import read_whole
from flows.ledger.migrations.migration import Migration

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

DELIVERIES = """
    -- How far each pick file that has releases has come. Times UTC.
    CREATE TABLE deliveries (
        version INTEGER NOT NULL REFERENCES versions (version),
        warehouse_id TEXT NOT NULL,
        releases INTEGER NOT NULL CHECK (releases > 0),
        state TEXT NOT NULL CHECK (state IN ('to_send', 'ready', 'sent', 'unseen')),
        state_at TEXT NOT NULL,
        PRIMARY KEY (version, warehouse_id)
    ) STRICT, WITHOUT ROWID;
"""
MARKS = """
    -- Sorted marks of a client, in levels and parts (flows.ledger.store.lookup). What holds from
    -- first_version on; last_version: the last one before others took its place; NULL: it still holds.
    CREATE TABLE marks (
        kind TEXT NOT NULL,
        client_id TEXT NOT NULL,
        level INTEGER NOT NULL,
        part INTEGER NOT NULL,
        first_version INTEGER NOT NULL,
        last_version INTEGER CHECK (last_version >= first_version),
        hash TEXT NOT NULL,
        row_count INTEGER NOT NULL CHECK (row_count > 0),
        PRIMARY KEY (kind, client_id, level, part, first_version)
    ) STRICT, WITHOUT ROWID;
"""
INDEXES = """
    CREATE INDEX added_segments ON segments (table_name, first_version);
    CREATE INDEX runs_of_content ON run_files (file_hash);
"""
VERSIONS = (
    "SELECT version FROM effects WHERE kind = 'release' AND state <> 'sent' "
    "UNION SELECT version FROM runs WHERE state = 'committed'"
)
STATES = "SELECT effect_id, state, state_at FROM effects WHERE kind = 'release' AND version = ?"
ALLOCATIONS = "SELECT hash FROM segments WHERE table_name = 'allocations' AND first_version = ?"
PUT = "INSERT INTO deliveries (version, warehouse_id, state, releases, state_at) VALUES (?, ?, ?, ?, ?)"


def _join_releases(connection: sqlite3.Connection, segments: Path) -> None:
    """Let pick files have the state of their releases; these stand in one, or the key is there twice."""
    for (version,) in connection.execute(VERSIONS).fetchall():
        states = pl.DataFrame(
            connection.execute(STATES, [version]).fetchall(),
            schema=dict.fromkeys(("release_id", "state", "state_at"), pl.String),
            orient="row",
        )
        parts = [
            pl.read_parquet(
                io.BytesIO(read_whole(segments / "allocations" / f"{content_hash}.parquet", content_hash)),
                columns=["release_id", "warehouse_id"],
            )
            for (content_hash,) in connection.execute(ALLOCATIONS, [version])
        ]
        if parts:
            files = (
                pl.concat(parts)
                .join(states, on="release_id")
                .group_by("warehouse_id", "state")
                .agg(pl.len(), pl.col("state_at").max())
            )
            connection.executemany(PUT, ((version, *row) for row in files.sort("warehouse_id").rows()))
    connection.execute("DROP TABLE effects")


MIGRATION = Migration(control=DELIVERIES + MARKS + INDEXES, convert=_join_releases)
