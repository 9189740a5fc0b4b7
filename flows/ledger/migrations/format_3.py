"""Each version says in which format its rows were written, and by which program; facts have their instants.

Until then only the databases had a number, and rows had none: those of all programs before count as 2. Facts
of days alone happened at six in the evening, which is where `day_only_at` stands if nobody says otherwise.
The shelves need no step: one that has units and no facts opens with what stands on it. Announced lines say
when they were announced, changed and ended. What had come of them until then came of receipts that nobody
kept, so it is settled, and a closed line had been ended.
"""

from __future__ import annotations

from datetime import time

import polars as pl

from flows.ledger.migrations.migration import Migration, adding

EVENING = time(18)


def _evening_of(day: str) -> pl.Expr:
    """The instant of a day that was kept without its time."""
    return pl.col(day).dt.combine(EVENING, "us").dt.replace_time_zone("UTC")


MIGRATION = Migration(
    control="""
        ALTER TABLE versions ADD COLUMN format INTEGER NOT NULL DEFAULT 2;
        ALTER TABLE versions ADD COLUMN program TEXT NOT NULL DEFAULT '';
        ALTER TABLE seen_files ADD COLUMN cells_hash TEXT;
    """,
    rows={
        "movements": adding(effective_at=_evening_of("effective_on")),
        "stock_holds": adding(held_at=_evening_of("held_on")),
        "inbound_lines": adding(
            settled_qty=pl.col("received_qty"),
            ended_on=pl.when(pl.col("status") == "closed").then(
                pl.coalesce("last_received_on", "expected_on")
            ),
        ),
    },
)
