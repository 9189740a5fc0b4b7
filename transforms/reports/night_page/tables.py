"""Tables of a page, and the rows that they are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Row = dict[str, Any]
"""A row of a query's answer."""


@dataclass(frozen=True)
class PageCell:
    """A text, and what stands small below it."""

    text: str
    note: str = ""


@dataclass(frozen=True)
class PageTable:
    """Rows below their headings; the first column names the row."""

    headings: Sequence[str]
    rows: Sequence[Sequence[PageCell]]

    @classmethod
    def of(cls, headings: Sequence[str], rows: Iterable[Sequence[str | PageCell]]) -> PageTable:
        """A table in which a text is a cell without a note."""
        cells = [[PageCell(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
        return cls(headings, cells)


@dataclass(frozen=True)
class BarRow:
    """A row of a table with a bar: a name, its count, and how much of the greatest count that is."""

    name: str
    value: str
    note: str
    width: float
    marked: float = 0.0
    """Part of the bar that is marked."""


def total(rows: Iterable[Row], name: str) -> int:
    """The sum of a column."""
    return sum(row[name] for row in rows)
