"""Each version says in which format its rows were written, and by which program.

Until then only the databases had a number, and rows had none: those of all programs before count as 2.

Announced lines say when they were announced, changed and ended. What had come of them until then came of
receipts that nobody kept, so it is settled, and a closed line had been ended.
"""

from __future__ import annotations

import polars as pl

from flows.ledger.migrations.migration import Migration, adding

MIGRATION = Migration(
    control="""
        ALTER TABLE versions ADD COLUMN format INTEGER NOT NULL DEFAULT 2;
        ALTER TABLE versions ADD COLUMN program TEXT NOT NULL DEFAULT '';
    """,
    rows={
        "inbound_lines": adding(
            settled_qty=pl.col("received_qty"),
            ended_on=pl.when(pl.col("status") == "closed").then(
                pl.coalesce("last_received_on", "expected_on")
            ),
        )
    },
)
