"""What leads from one format of the books to the next."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

import polars as pl

RowStep = Callable[[pl.LazyFrame], pl.LazyFrame]
"""Rows of a stored table as the format before had them -> as this format has them."""


Conversion = Callable[[sqlite3.Connection, Path], None]
"""What SQL alone cannot say: given the control database and the folder of the segments."""


@dataclass(frozen=True)
class Derived:
    """Rows of a stored table that is new, as clients of the format before would have had them.

    Attributes:
        sources: tables of the format before; what the step is given, by their names, has today's columns.
        step: the rows that follow from them, in the columns that the new table has in its format.
    """

    sources: tuple[str, ...]
    step: Callable[[Mapping[str, pl.DataFrame]], pl.DataFrame]


@dataclass(frozen=True)
class Migration:
    """The step from the format before to one format; the first one makes empty databases.

    A stored table that is new and begins empty, or that only gains columns which may be null, needs no entry.
    Rows are never rewritten where they lie: each reading leads them through the steps, those
    of kept nights, too. So a step must be a pure function, and must stay as it is for as long as rows of
    the format before are kept.

    Attributes:
        control: SQL statements for `control.sqlite`, each ended by `;`.
        convert: what follows them in the control database, of rows that stand in segments.
        people: SQL statements for `people.sqlite`, whose tables are named `people.TABLE`.
        rows: by name of the stored table.
        tables: new tables of state that do not begin empty, by name: of a client whose sources were written
            in an older format, their rows are made by each reading.
    """

    control: str = ""
    convert: Conversion | None = None
    people: str = ""
    rows: Mapping[str, RowStep] = field(default_factory=dict)
    tables: Mapping[str, Derived] = field(default_factory=dict)


def adding(**columns: pl.Expr) -> RowStep:
    """The step that adds columns, each with the value that older rows have: fixed, or of other columns."""

    def add(rows: pl.LazyFrame) -> pl.LazyFrame:
        return rows.with_columns(**columns)

    return add


def read_script(name: str) -> str:
    """The SQL of a file of this folder."""
    return resources.files("flows.ledger.migrations").joinpath(name).read_text(encoding="utf-8")
