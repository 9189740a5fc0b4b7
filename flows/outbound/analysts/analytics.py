"""The analyst database: one DuckDB file a version, readable by DuckDB 1.4 and later, never changed.

Tables go through Parquet files in a scratch folder, a part of their rows at a time, and DuckDB sorts them
on disk: memory is that of the largest part. `write_analytics` makes all of it; `append_analytics` makes it
of a copy of the one before, so that a night costs its own rows and not those of all nights shown: nights
that are no longer shown go, tonight's come, and what shows how things stand is made anew. Both are equal in
every row and in their digest (`digests`). The file is not the same to the byte between two builds.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from importlib import resources
from typing import TYPE_CHECKING, Any, Self

import duckdb

from flows.disk import durable
from flows.ledger.store.versions import program_version
from flows.outbound.analysts.digests import Sums, add_up, digest_of
from flows.outbound.analysts.spanning import macro_statements, make_macros
from flows.outbound.spilling import OFFLINE, Spill, limited
from schemas.dictionary.columns import describe_columns, describe_key
from schemas.outputs.analyst import ANALYST_TABLES, AnalystTable
from schemas.outputs.analyst_views import ANALYST_VIEWS
from schemas.table import empty

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    import polars as pl

    from schemas.table import Table

FILE_NAME = "analytics.duckdb"
STORAGE_VERSION = "v1.4.0"
"""The oldest DuckDB that opens the file; what 2.0 writes by default no packaged client can read."""

SCALED = " Quantities are whole numbers: divided by 10 ^ items.decimals they are units."
"""Said of a table that has some; a view's are units already."""

LINES = "order_lines"
"""The table that also has what left the books."""

TONIGHTS = "(SELECT client_id, order_id FROM read_parquet(?))"
"""The orders of which tonight has lines."""


@dataclass(frozen=True)
class Shown:
    """What a database shows, and what its rows add up to."""

    since: date
    """First business date of its histories."""
    sums: Mapping[str, Sums]
    """By table."""

    @classmethod
    def parse(cls, content: Any) -> Self:  # noqa: ANN401 -- whatever JSON says
        """What a manifest says of a database.

        Raises:
            ValueError, KeyError, TypeError, AttributeError: it says something else.
        """
        sums = {name: Sums.parse(content["sums"][name]) for name in ANALYST_TABLES}
        return cls(date.fromisoformat(content["since"]), sums)

    def content(self) -> dict[str, Any]:
        """As a manifest has it."""
        return {"since": self.since.isoformat(), "sums": {name: str(one) for name, one in self.sums.items()}}

    @property
    def digest(self) -> str:
        """The logical digest."""
        return digest_of(self.sums)


@dataclass(frozen=True)
class Addition:
    """Which rows tonight's database has beside those of the one before."""

    since: date
    """First business date that it shows."""
    business_date: date
    """Of the night: its runs are shown anew, all of them."""
    closed_anew: Collection[str] | None
    """Clients whose lines of orders that left the books are all among tonight's; None: everybody's are."""

    def is_new(self, table: AnalystTable) -> str:
        """Of a table whose rows are of a night the condition that one is of this one."""
        return f"{table.night} >= DATE '{self.business_date}'"


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

    def join(self, other: AnalystParts) -> None:
        """Take over the rows that somebody else made."""
        for name, spill in other.tables.items():
            self._of(name).join(spill)

    def take(self, name: str) -> Spill:
        """All rows of a table."""
        spill = self._of(name)
        if not spill.files():
            spill.add(empty(ANALYST_TABLES[name].contract))
        return spill

    def _of(self, name: str) -> Spill:
        return self.tables.setdefault(name, Spill(self.scratch / name))


def program_of_database() -> str:
    """A hash of what shapes the file beside its rows: contracts, views, and the DuckDB that writes it."""
    shape = hashlib.sha256(repr((program_version(), duckdb.__version__, STORAGE_VERSION)).encode())
    for name, table in ANALYST_TABLES.items():
        types, words = table.contract.dtypes(), describe_columns(table.contract)
        about = (
            table.order,
            table.night,
            table.unstable,
            table.unstable_codes,
            _words_of("TABLE", table.contract),
        )
        shape.update(repr((name, types, words, about)).encode())
    for name, contract in ANALYST_VIEWS.items():
        words = describe_columns(contract)
        shape.update(repr((name, _statement_of(name), words, _words_of("VIEW", contract))).encode())
    shape.update(repr(list(macro_statements())).encode())
    return shape.hexdigest()


def write_analytics(parts: AnalystParts, path: Path, since: date) -> Shown:
    """What the database shows that now stands at `path`, read-only and without a log beside it.

    What stood at `path` before is replaced. Nothing is left of the parts' files.
    """
    path.unlink(missing_ok=True)
    with _database(path, parts.scratch) as connection:
        for name, table in ANALYST_TABLES.items():
            _make_table(connection, name, table, parts.take(name))
        for name, contract in ANALYST_VIEWS.items():
            connection.execute(_statement_of(name))
            _comment(connection, "VIEW", name, contract)
        make_macros(connection)
    _settle(path)
    with duckdb.connect(path, read_only=True, config=OFFLINE) as connection:
        return Shown(since, {name: add_up(connection, name) for name in ANALYST_TABLES})


def append_analytics(parts: AnalystParts, path: Path, before: Shown, addition: Addition) -> Shown:
    """What tonight's database shows: the copy at `path` of the one before, with tonight's parts.

    It now is read-only and without a log beside it; nothing is left of the parts' files.
    """
    sums = dict(before.sums)
    with _database(path, parts.scratch) as connection:
        for name, table in ANALYST_TABLES.items():
            rows = parts.take(name)
            if table.night:
                is_gone = f"{table.night} < DATE '{addition.since}' OR {addition.is_new(table)}"
                sums[name] -= add_up(connection, name, is_gone)
                connection.execute(f"DELETE FROM {name} WHERE {is_gone}")  # noqa: S608 -- names of contracts
                _fill(connection, f"INSERT INTO {name}", table, rows)
            else:
                if name == LINES and addition.closed_anew is not None:
                    _keep_closed(connection, rows, addition)
                connection.execute(f"DROP TABLE {name}")
                _make_table(connection, name, table, rows)
    _settle(path)
    with duckdb.connect(path, read_only=True, config=OFFLINE) as connection:
        for name, table in ANALYST_TABLES.items():
            if table.night:
                sums[name] += add_up(connection, name, addition.is_new(table))
            else:
                sums[name] = add_up(connection, name)
    return Shown(addition.since, sums)


def is_half_empty(path: Path) -> bool:
    """Whether at least half of a database is room that rows left: it is time to make it anew."""
    with duckdb.connect(path, read_only=True, config=OFFLINE) as connection:
        question = "SELECT free_blocks, used_blocks FROM pragma_database_size()"
        free, used = connection.execute(question).fetchone() or (0, 0)
    return bool(free > used)


@contextmanager
def _database(path: Path, scratch: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that writes to the file at `path`, new or not; it has all of it when the block ends."""
    with duckdb.connect(config=limited(scratch)) as connection:
        connection.execute(f"ATTACH {_text(str(path))} AS made (STORAGE_VERSION '{STORAGE_VERSION}')")
        connection.execute("USE made")
        connection.execute("BEGIN")  # or each comment would be a commit of its own
        yield connection
        connection.execute("COMMIT")
        connection.execute("CHECKPOINT made")
        connection.execute("USE memory")
        connection.execute("DETACH made")


def _settle(path: Path) -> None:
    """Nobody changes the database any more."""
    durable.settle(path)  # DuckDB wrote it: only now it is known to the disk
    durable.set_read_only(path)


def _make_table(connection: duckdb.DuckDBPyConnection, name: str, table: AnalystTable, rows: Spill) -> None:
    """Make a table of the rows, in their order, with the contract's words as comments."""
    _fill(connection, f"CREATE TABLE {name} AS", table, rows)
    _comment(connection, "TABLE", name, table.contract)


def _fill(connection: duckdb.DuckDBPyConnection, statement: str, table: AnalystTable, rows: Spill) -> None:
    """Let a statement take the rows, in their order; nothing is left of their files."""
    order = ", ".join(f'"{column}"' for column in table.order)
    select = f"SELECT * FROM read_parquet(?) ORDER BY {order}"  # noqa: S608 -- names of contracts
    connection.execute(f"{statement} {select}", [rows.files()])
    rows.remove()


def _keep_closed(connection: duckdb.DuckDBPyConnection, rows: Spill, addition: Addition) -> None:
    """Add the lines of orders that left the books before tonight; they went on waiting, as ever."""
    there = rows.files()
    waiting = f"date_diff('day', first_short_on, DATE '{addition.business_date}')"
    connection.execute(
        f"COPY (SELECT * REPLACE ({waiting} AS days_waiting) FROM {LINES} "  # noqa: S608 -- names of contracts
        f"WHERE closed_on >= DATE '{addition.since}' AND NOT list_contains(?::VARCHAR[], client_id) "
        f"AND (client_id, order_id) NOT IN {TONIGHTS}) TO {_text(rows.next_path())} (FORMAT parquet)",
        [sorted(addition.closed_anew or ()), there],
    )
    rows.written.append(rows.next_path())


def _comment(connection: duckdb.DuckDBPyConnection, kind: str, name: str, contract: type[Table]) -> None:
    """Say in the database what the rows and the columns are."""
    said = {f"{kind} {name}": _words_of(kind, contract)}
    said |= {f'COLUMN {name}."{column}"': meaning for column, meaning in describe_columns(contract).items()}
    # in one call, since hundreds of calls took longer than what they do
    connection.execute("; ".join(f"COMMENT ON {what} IS {_text(meaning)}" for what, meaning in said.items()))


def _words_of(kind: str, contract: type[Table]) -> str:
    """What is said of a table or view as a whole."""
    is_scaled = kind == "TABLE" and any(column.endswith("qty") for column in contract.names())
    words = f"{contract.__doc__} {describe_key(contract)}{SCALED if is_scaled else ''}"
    return " ".join(words.split())


def _statement_of(view: str) -> str:
    """The statement that makes a view."""
    return resources.files("flows.outbound.analysts").joinpath(f"views/{view}.sql").read_text("utf-8")


def _text(value: str) -> str:
    """An SQL literal; COMMENT and ATTACH take no parameters."""
    return "'" + value.replace("'", "''") + "'"
