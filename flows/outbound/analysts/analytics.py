"""The analyst database: one DuckDB file a version, readable by DuckDB 1.4 and later, never changed.

Tables go through Parquet files in a scratch folder, a part of their rows at a time, and DuckDB sorts them
on disk: memory is that of the largest part. The file is not the same to the byte between two builds: compare
`logical_digest`.
"""

from __future__ import annotations

import hashlib
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING

import duckdb

from flows.disk import durable
from flows.outbound.analysts.spanning import make_macros
from flows.outbound.spilling import OFFLINE, Spill, limited
from schemas.dictionary.columns import describe_columns, describe_key
from schemas.outputs.analyst import ANALYST_TABLES, AnalystTable
from schemas.outputs.analyst_views import ANALYST_VIEWS
from schemas.table import empty

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import polars as pl

    from schemas.table import Table

FILE_NAME = "analytics.duckdb"
STORAGE_VERSION = "v1.4.0"
"""The oldest DuckDB that opens the file; what 2.0 writes by default no packaged client can read."""

SCALED = " Quantities are whole numbers: divided by 10 ^ items.decimals they are units."
"""Said of a table that has some; a view's are units already."""


@dataclass
class AnalystParts:
    """The rows of the analyst tables, as far as they were made: files below a scratch folder."""

    scratch: Path
    tables: dict[str, Spill] = field(default_factory=dict)

    def add(self, tables: Mapping[str, pl.DataFrame]) -> None:
        """Some more rows of some tables."""
        for name, rows in tables.items():
            if rows.height:
                self._of(name).add(rows)

    def take(self, name: str) -> Spill:
        """All rows of a table."""
        spill = self._of(name)
        if not spill.files():
            spill.add(empty(ANALYST_TABLES[name].contract))
        return spill

    def _of(self, name: str) -> Spill:
        return self.tables.setdefault(name, Spill(self.scratch / name))


def write_analytics(parts: AnalystParts, path: Path) -> str:
    """The logical digest of the database that now stands at `path`, read-only and without a log beside it.

    What stood at `path` before is replaced. Nothing is left of the parts' files.
    """
    path.unlink(missing_ok=True)
    with _database(path, parts.scratch) as connection:
        for name, table in ANALYST_TABLES.items():
            _load_table(connection, name, table, parts.take(name))
        for name, contract in ANALYST_VIEWS.items():
            connection.execute(
                resources.files("flows.outbound.analysts").joinpath(f"views/{name}.sql").read_text("utf-8")
            )
            _comment(connection, "VIEW", name, contract)
        make_macros(connection)
    durable.settle(path)  # DuckDB wrote it: only now it is known to the disk
    durable.set_read_only(path)
    return logical_digest(path)


def logical_digest(path: Path) -> str:
    """A hash of all tables' rows: equal for equal content, whatever the row order.

    The hashes of a table's rows are added up, 128 bits of each, so that rows may be added without asking for
    those before. Names of files and the time that a night took are left out.
    """
    digest = hashlib.sha256()
    with duckdb.connect(path, read_only=True, config=OFFLINE) as connection:
        for name, table in sorted(ANALYST_TABLES.items()):
            digest.update(f"{name} {connection.execute(_sums(name, table)).fetchone()}\n".encode())
    return digest.hexdigest()


@contextmanager
def _database(path: Path, scratch: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that writes to a new file at `path`; all of it is in the file when the block ends."""
    with duckdb.connect(config=limited(scratch)) as connection:
        connection.execute(f"ATTACH {_text(str(path))} AS made (STORAGE_VERSION '{STORAGE_VERSION}')")
        connection.execute("USE made")
        connection.execute("BEGIN")  # or each comment would be a commit of its own
        yield connection
        connection.execute("COMMIT")
        connection.execute("CHECKPOINT made")
        connection.execute("USE memory")
        connection.execute("DETACH made")


def _load_table(connection: duckdb.DuckDBPyConnection, name: str, table: AnalystTable, rows: Spill) -> None:
    """Make a table of the rows, in their order, with the contract's words as comments."""
    order = ", ".join(f'"{column}"' for column in table.order)
    connection.execute(
        f"CREATE TABLE {name} AS SELECT * FROM read_parquet(?) ORDER BY {order}",  # noqa: S608 -- names of contracts
        [rows.files()],
    )
    shutil.rmtree(rows.folder)
    _comment(connection, "TABLE", name, table.contract)


def _comment(connection: duckdb.DuckDBPyConnection, kind: str, name: str, contract: type[Table]) -> None:
    """Say in the database what the rows and the columns are."""
    is_scaled = kind == "TABLE" and any(column.endswith("qty") for column in contract.names())
    words = f"{contract.__doc__} {describe_key(contract)}{SCALED if is_scaled else ''}"
    about = " ".join(words.split())
    connection.execute(f"COMMENT ON {kind} {name} IS {_text(about)}")
    for column, meaning in describe_columns(contract).items():
        connection.execute(f'COMMENT ON COLUMN {name}."{column}" IS {_text(meaning)}')


def _sums(name: str, table: AnalystTable) -> str:
    """A query for the number of a table's rows, and the sums of both halves of their hashes.

    Of texts with separators between them nobody could tell a null or a separator within.
    """
    values = ", ".join(_stable_value(column, table) for column in sorted(table.contract.names()))
    halves = ", ".join(f"sum(('0x' || substr(row_hash, {start}, 16))::UBIGINT)" for start in (1, 17))
    hashes = f"SELECT sha256(json_array({values})) AS row_hash FROM {name}"  # noqa: S608 -- as above
    return f"SELECT count(*), {halves} FROM ({hashes})"  # noqa: S608 -- as above


def _stable_value(column: str, table: AnalystTable) -> str:
    """A column as text, or null where it may differ between two runs of one night."""
    if column not in table.unstable:
        return f'"{column}"::VARCHAR'
    if not table.unstable_codes:
        return "NULL"
    codes = ", ".join(_text(code) for code in table.unstable_codes)
    return f'CASE WHEN code NOT IN ({codes}) THEN "{column}"::VARCHAR END'


def _text(value: str) -> str:
    """An SQL literal; COMMENT and ATTACH take no parameters."""
    return "'" + value.replace("'", "''") + "'"
