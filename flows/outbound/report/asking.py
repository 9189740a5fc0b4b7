"""What the page of a night asks the analyst database: a few aggregated rows for each question."""

from __future__ import annotations

from datetime import timedelta
from importlib import resources
from typing import TYPE_CHECKING, Any

import duckdb

from flows.outbound.spilling import limited

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from schemas.night import AsOf

Row = dict[str, Any]

DAYS = 35
"""Days that charts go back."""

WEEKS = 6
"""Weeks of promises, this one among them."""

SMALL = 32 * 1024 * 1024
"""Bytes of a database below which threads take more of a processor than they save by the clock."""

QUERIES = (
    *("night", "tasks", "clients", "picks", "trend", "ages", "oldest", "reasons", "inbound", "promises"),
    *("owed", "service", "moves", "differences", "month"),
)


def ask_figures(database: Path, as_of: AsOf, scratch: Path) -> dict[str, list[Row]]:
    """The rows of each query (`queries/NAME.sql`), by its name."""
    config = limited(scratch)
    if database.stat().st_size < SMALL:
        config["threads"] = 1
    with duckdb.connect(database, read_only=True, config=config) as connection:
        for name, value in _variables(as_of).items():
            connection.execute(f"SET VARIABLE {name} = $value", {"value": value})
        return {name: _ask(connection, name) for name in QUERIES}


def _ask(connection: duckdb.DuckDBPyConnection, name: str) -> list[Row]:
    """The rows of a query."""
    rows = connection.execute(_read(name)).fetchall()
    columns = [column[0] for column in connection.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _variables(as_of: AsOf) -> dict[str, int | date]:
    """What the queries are told: which night it is, and how far they go back."""
    tonight = as_of.business_date
    first_week = tonight - timedelta(days=tonight.weekday(), weeks=WEEKS - 1)
    return {"tonight": tonight, "run_no": as_of.run_no, "days": DAYS, "first_week": first_week}


def _read(name: str) -> str:
    return resources.files("flows.outbound.report").joinpath(f"queries/{name}.sql").read_text("utf-8")
