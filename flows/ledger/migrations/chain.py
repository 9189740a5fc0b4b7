"""All formats in their order, and the way from any of them to today's.

A change of a stored column, or of what it means, raises the format:

1. write `format_N.py` here with what leads there from the format before (`Migration` says what needs
   none; `adding` adds a column, `Derived` fills a new table), and append it to `MIGRATIONS`;
2. `pytest --update-golden tests/formats` writes what the stored tables of the new format are;
3. see that the committed workspaces of older formats still open (`tests/formats`), and when the format
   has landed, commit one of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.ledger.migrations import (
    format_1,
    format_2,
    format_3,
    format_4,
    format_5,
    format_6,
    format_7,
    format_8,
    format_9,
)

if TYPE_CHECKING:
    import polars as pl

    from flows.ledger.migrations.migration import Derived, Migration

MIGRATIONS: tuple[Migration, ...] = (
    format_1.MIGRATION,
    format_2.MIGRATION,
    format_3.MIGRATION,
    format_4.MIGRATION,
    format_5.MIGRATION,
    format_6.MIGRATION,
    format_7.MIGRATION,
    format_8.MIGRATION,
    format_9.MIGRATION,
)
"""The step to format 1, to format 2, and so on. Never change one that has landed."""


def todays_format() -> int:
    """The format that this program writes."""
    return len(MIGRATIONS)


def steps_after(found: int) -> tuple[Migration, ...]:
    """What leads from a format (0: nothing is there yet) to today's, in order."""
    return MIGRATIONS[found:]


def bring_rows(table: str, rows: pl.LazyFrame, found: int) -> pl.LazyFrame:
    """Rows of a stored table that were written in an older format, as today's has them."""
    for migration in steps_after(found):
        if table in migration.rows:
            rows = migration.rows[table](rows)
    return rows


def derivation_of(table: str) -> tuple[int, Derived] | None:
    """The format in which a table of state was new and did not begin empty, and what it was made of."""
    return next(
        ((found, step.tables[table]) for found, step in enumerate(MIGRATIONS, 1) if table in step.tables),
        None,
    )
