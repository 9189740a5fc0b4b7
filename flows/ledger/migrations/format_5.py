"""Books and shipping days are told apart.

What a night stores of them begins with the first night of this format; steps for what older rows lack stand
here, one a table. What was released before left, for all that its rows say, on the day after its night.
"""

from __future__ import annotations

import polars as pl

from flows.ledger.migrations.migration import Migration, adding

MIGRATION = Migration(
    people="""
        ALTER TABLE people.ship_to ADD COLUMN ship_to_company TEXT;
        ALTER TABLE people.ship_to ADD COLUMN ship_to_address_2 TEXT;
        ALTER TABLE people.ship_to ADD COLUMN ship_to_store_no TEXT;
    """,
    rows={
        "allocations": adding(
            ships_on=pl.when(pl.col("kind") == "release").then(pl.col("business_date").dt.offset_by("1d"))
        ),
        "releases": adding(ships_on=pl.col("released_on").dt.offset_by("1d")),
    },
)
