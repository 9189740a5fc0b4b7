"""The first format: databases, and segments of what the books knew then."""

from __future__ import annotations

from flows.ledger.migrations.migration import Migration, read_script

MIGRATION = Migration(
    control=read_script("format_1_control.sql"),
    people=read_script("format_1_people.sql"),
)
