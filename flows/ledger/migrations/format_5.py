"""Books and shipping days are told apart.

What a night stores of them begins with the first night of this format; steps for what older rows lack stand
here, one a table. What was released before left, for all that its rows say, on the day after its night.
Every run decided and told, and none left shipped units to be told by a later one.
"""

from __future__ import annotations

import polars as pl

from flows.ledger.migrations.migration import Migration, adding

MIGRATION = Migration(
    control="""
        -- Whether somebody asked for the date, and whether the run only posts facts: it was caught up.
        ALTER TABLE runs ADD COLUMN is_asked INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE runs ADD COLUMN only_posts INTEGER NOT NULL DEFAULT 0;
    """,
    people="""
        ALTER TABLE people.ship_to ADD COLUMN ship_to_company TEXT;
        ALTER TABLE people.ship_to ADD COLUMN ship_to_address_2 TEXT;
        ALTER TABLE people.ship_to ADD COLUMN ship_to_store_no TEXT;
    """,
    rows={
        "allocations": adding(
            ships_on=pl.when(pl.col("kind") == "release").then(pl.col("business_date").dt.offset_by("1d"))
        ),
        "order_lines": adding(untold_shipped_qty=pl.lit(0, pl.Int64)),
        "releases": adding(ships_on=pl.col("released_on").dt.offset_by("1d")),
    },
)
