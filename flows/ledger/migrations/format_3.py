"""Each version says in which format its rows were written, and by which program.

Until then only the databases had a number, and rows had none: those of all programs before count as 2.
"""

from __future__ import annotations

from flows.ledger.migrations.migration import Migration

MIGRATION = Migration(
    control="""
        ALTER TABLE versions ADD COLUMN format INTEGER NOT NULL DEFAULT 2;
        ALTER TABLE versions ADD COLUMN program TEXT NOT NULL DEFAULT '';
    """,
)
