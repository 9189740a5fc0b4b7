"""One question over the analyst database and the months before it: macros in it, views of a session.

`movements_and_history('history')` has the rows of the table and those of `history/movements/*.parquet` that
are no longer there. The folder is an argument, so a workspace may move; a relative one starts where its
reader stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.outbound.analysts.history import HISTORY
from schemas.outputs.analyst import ANALYST_TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from duckdb import DuckDBPyConnection

RETURNING = ("order_lines",)
"""Tables of which a row may stand in two months: an order that came back and closed again. The last holds."""

OLDER = (
    "coalesce(business_date, strptime(parse_filename(month_file, true), '%Y-%m')::DATE) "
    "< (SELECT min(business_date) FROM nights)"
)
"""Of a table whose rows are of a night: it is not shown. A month of an older program may lack the date."""


def make_macros(connection: DuckDBPyConnection) -> None:
    """The macros `<table>_and_history(folder)`, in the database that the connection writes to."""
    for statement in macro_statements():
        connection.execute(statement)


def macro_statements() -> Iterator[str]:
    """What makes them, and says in the database what they are."""
    for table in HISTORY:
        yield f"CREATE MACRO {table}_and_history(folder) AS TABLE {_spanning(table)}"
        yield (
            f"COMMENT ON MACRO TABLE {table}_and_history IS 'All rows of {table}: those of this file, and "
            "those of the months before it in the Parquet files of a folder (published/history).'"
        )


def make_views(connection: DuckDBPyConnection, history: Path) -> None:
    """Views `all_<table>` of this session: over the database that is in use and the months that are there."""
    for table in HISTORY:
        folder = str(history).replace("'", "''")
        months = any((history / table).glob("*.parquet"))
        rows = f"analytics.main.{table}_and_history('{folder}')" if months else f"analytics.main.{table}"
        connection.execute(f"CREATE VIEW memory.main.all_{table} AS FROM {rows}")


def spanned_tables() -> Iterator[str]:
    """The names of the views that `make_views` makes."""
    return (f"all_{table}" for table in HISTORY)


def _spanning(table: str) -> str:
    """The rows of a table and those of its months that it does not show, in the columns of the table."""
    contract = ANALYST_TABLES[table].contract
    key = ", ".join(f'"{column}"' for column in contract.key())
    files = f"read_parquet(folder || '/{table}/*.parquet', union_by_name = true, filename = 'month_file')"
    months = f"(FROM {table} WHERE false UNION ALL BY NAME FROM {files})"
    if "business_date" in contract.names():
        older = f"SELECT * EXCLUDE (month_file) FROM {months} WHERE {OLDER}"  # noqa: S608 -- names of contracts
    else:
        last = f"SELECT * EXCLUDE (month_file) FROM {months}{_last(table, key)}"  # noqa: S608 -- as above
        older = f"SELECT * FROM ({last}) ANTI JOIN {table} USING ({key})"  # noqa: S608 -- as above
    return f"FROM {table} UNION ALL BY NAME {older}"


def _last(table: str, key: str) -> str:
    """Of a table whose rows may return the condition that keeps the last of each."""
    if table not in RETURNING:
        return ""
    return f" QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY month_file DESC) = 1"
