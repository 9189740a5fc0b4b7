"""Books and shipping days are told apart.

What a night stores of them begins with the first night of this format; steps for what older rows lack stand
here, one a table.
"""

from __future__ import annotations

from flows.ledger.migrations.migration import Migration

MIGRATION = Migration(
    people="""
        ALTER TABLE people.ship_to ADD COLUMN ship_to_company TEXT;
        ALTER TABLE people.ship_to ADD COLUMN ship_to_address_2 TEXT;
        ALTER TABLE people.ship_to ADD COLUMN ship_to_store_no TEXT;
    """,
)
