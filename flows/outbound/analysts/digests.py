"""What the rows of an analyst database add up to, and the digest of it.

A row counts as 128 bits of its hash, in two halves, and a table as the sums of these: so rows that come are
added and rows that go taken off, and nobody asks for those that stay.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import duckdb

from flows.outbound.spilling import OFFLINE
from schemas.outputs.analyst import ANALYST_TABLES, AnalystTable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ALL = "true"
"""As a condition: every row."""


@dataclass(frozen=True)
class Sums:
    """How many rows there are, and the sums of both halves of their hashes."""

    rows: int = 0
    first: int = 0
    second: int = 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """Sums as a manifest has them.

        Raises:
            ValueError: the text is something else.
        """
        rows, first, second = text.split()
        return cls(int(rows), int(first), int(second))

    def __str__(self) -> str:
        """As a manifest has them: numbers too large for other readers of JSON."""
        return f"{self.rows} {self.first} {self.second}"

    def __add__(self, other: Sums) -> Sums:
        """Of the rows of both."""
        return Sums(self.rows + other.rows, self.first + other.first, self.second + other.second)

    def __sub__(self, other: Sums) -> Sums:
        """Of the rows that are left without the others."""
        return Sums(self.rows - other.rows, self.first - other.first, self.second - other.second)


def logical_digest(path: Path) -> str:
    """A hash of all tables' rows: equal for equal content, whatever the row order.

    Names of files and the time that a night took are left out.
    """
    with duckdb.connect(path, read_only=True, config=OFFLINE) as connection:
        return digest_of({name: add_up(connection, name) for name in ANALYST_TABLES})


def digest_of(sums: Mapping[str, Sums]) -> str:
    """The digest of a database with these sums by table."""
    digest = hashlib.sha256()
    for name, of_table in sorted(sums.items()):
        parts = (of_table.rows, of_table.first, of_table.second)
        digest.update(f"{name} {parts}\n".encode())
    return digest.hexdigest()


def add_up(connection: duckdb.DuckDBPyConnection, name: str, which: str = ALL) -> Sums:
    """What the rows of a table add up to, of which a condition holds.

    Of texts with separators between them nobody could tell a null or a separator within.
    """
    table = ANALYST_TABLES[name]
    values = ", ".join(_stable_value(column, table) for column in sorted(table.contract.names()))
    halves = ", ".join(
        f"coalesce(sum(('0x' || substr(row_hash, {start}, 16))::UBIGINT), 0)" for start in (1, 17)
    )
    hashes = f"SELECT sha256(json_array({values})) AS row_hash FROM {name} WHERE {which}"  # noqa: S608 -- names of contracts
    found = connection.execute(f"SELECT count(*), {halves} FROM ({hashes})").fetchone()  # noqa: S608 -- as above
    return Sums(*map(int, found or ()))


def _stable_value(column: str, table: AnalystTable) -> str:
    """A column as text, or null where it may differ between two runs of one night."""
    if column not in table.unstable:
        return f'"{column}"::VARCHAR'
    if not table.unstable_codes:
        return "NULL"
    codes = ", ".join(f"'{code}'" for code in table.unstable_codes)
    return f'CASE WHEN code NOT IN ({codes}) THEN "{column}"::VARCHAR END'
