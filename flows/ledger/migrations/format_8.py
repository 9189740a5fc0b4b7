"""Of what a client's history holds there are marks, by which one finds the nights that know of something.

They begin empty; those of older nights are made when they are first needed (`flows.ledger.store.lookup`).
"""

from __future__ import annotations

from flows.ledger.migrations.migration import Migration

MIGRATION = Migration(
    control="""
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
    """,
)
