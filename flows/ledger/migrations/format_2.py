"""Archived files by their content, when orders closed, and what was erased."""

from __future__ import annotations

from flows.ledger.migrations.migration import Migration, read_script

MIGRATION = Migration(
    control=read_script("format_2_control.sql"),
    people=read_script("format_2_people.sql"),
)
