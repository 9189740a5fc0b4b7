"""What the analysts of the tests do: they ask a published database."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import duckdb

from tests.frames import NIGHT

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl


def ask(path: Path, question: str) -> list[dict[str, Any]]:
    """The rows that an analyst gets."""
    with duckdb.connect(path, read_only=True) as connection:
        rows: pl.DataFrame = connection.sql(question).pl()
        return rows.to_dicts()


def day(days: int) -> date:
    """So many days after the first due night."""
    return NIGHT + timedelta(days=days)
