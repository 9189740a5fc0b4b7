"""Findings are open tasks: they have a cause, a day on which they opened, and may be said to be done.

Findings of older nights were told on the night that said them, so they opened there. What the lines of
receipts say is kept with the instant when they were received; older ones have its day alone.
"""

from __future__ import annotations

from datetime import time

import polars as pl

from flows.ledger.migrations.migration import Migration, adding

EVENING = time(18)

MIGRATION = Migration(
    control="""
        -- Findings of which somebody said that they are done. Times UTC.
        CREATE TABLE done_findings (
            client_id TEXT NOT NULL,
            code TEXT NOT NULL,
            subject TEXT NOT NULL,
            cause TEXT NOT NULL,
            done_at TEXT NOT NULL,
            PRIMARY KEY (client_id, code, subject, cause)
        ) STRICT, WITHOUT ROWID;
    """,
    rows={
        "findings": adding(run_no=pl.lit(1, pl.Int64), cause=pl.lit(""), opened_on=pl.col("business_date")),
        "receipt_lines": adding(
            received_at=pl.col("received_on").dt.combine(EVENING, "us").dt.replace_time_zone("UTC")
        ),
    },
)
