"""Findings are open tasks: they have a cause, a day on which they opened, and may be said to be done.

Findings of older nights were told on the night that said them, so they opened there. What the lines of
receipts say is kept with the instant when they were received; older ones have its day alone.

First counts are noted. Who worked with a warehouse before trusted its stock already: where anything stood,
was counted or happened, it counts as counted.

What exceeded its line had left: rows that moved nothing were forgotten.

Nobody had said of held units that they are good, so `unholds` begins empty, in the control database and among
the rows.
"""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

import polars as pl

from flows.ledger.migrations.migration import Derived, Migration, adding

if TYPE_CHECKING:
    from collections.abc import Mapping

EVENING = time(18)
SHELVES = ("counts", "stock_balances", "stock_lots", "shelf_facts")


def _known_warehouses(shelves: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Every warehouse of a client that its books tell anything of."""
    known = pl.concat(table.select("client_id", "warehouse_id") for table in shelves.values())
    return known.unique().with_columns(counted_on=pl.lit(None, pl.Date))


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

        -- Held units that somebody judged to be good; the next night that is frozen has them free. Times UTC.
        CREATE TABLE unholds (
            unhold_no INTEGER PRIMARY KEY AUTOINCREMENT,
            client_id TEXT NOT NULL,
            warehouse_id TEXT NOT NULL,
            sku TEXT NOT NULL,
            lot_id TEXT NOT NULL,
            bin_id TEXT NOT NULL,
            hold_reason TEXT NOT NULL,
            qty INTEGER NOT NULL,
            said_at TEXT NOT NULL,
            said_by TEXT NOT NULL,
            why TEXT NOT NULL
        ) STRICT;
    """,
    rows={
        "excesses": adding(unmoved_qty=pl.lit(0, pl.Int64)),
        "findings": adding(run_no=pl.lit(1, pl.Int64), cause=pl.lit(""), opened_on=pl.col("business_date")),
        "receipt_lines": adding(
            received_at=pl.col("received_on").dt.combine(EVENING, "us").dt.replace_time_zone("UTC")
        ),
    },
    tables={"first_counts": Derived(SHELVES, _known_warehouses)},
)
