"""Printing: tables that a person likes to read, and JSON for programs."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from rich import box
from rich.console import Console
from rich.text import Text

from flows.cli.listing import Listing
from flows.cli.reading import Units

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.table import Table


def open_console() -> Console:
    """Standard output; colours only where it is a terminal."""
    return Console(highlight=False)


def print_json(content: object) -> None:
    """`content` as JSON on standard output: dates as ISO 8601, amounts of money as text."""
    print(json.dumps(content, indent=2, ensure_ascii=False, default=_plain))  # noqa: T201 -- this is the output


def make_table(title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """A table with plain rules; columns of numbers to the right, nothing for a null (see `Listing`)."""
    cells = list(rows)
    table = Listing(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    table.padding, table.pad_edge = (0, 1, 0, 0), False
    columns = zip(*cells, strict=True) if cells else [()] * len(headings)
    for heading, column in zip(headings, columns, strict=True):
        is_number = any(isinstance(value, int | float | Decimal) for value in column)
        is_narrow = is_number or any(isinstance(value, date) for value in column)
        justify: Literal["left", "right"] = "right" if is_number else "left"
        table.add_column(heading, justify=justify, no_wrap=is_narrow, overflow="fold")
    for row in cells:
        table.add_row(*(Text(as_text(value)) for value in row))
    return table


def as_text(value: object) -> str:
    """A value as a cell shows it."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() | Decimal():
            return f"{value:,}"
        case float():
            return f"{value:,.1f}"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
        case _:
            return str(value)


def in_words(code: str | None) -> str | None:
    """A code as it is read in a narrow column: its words may wrap. JSON keeps the code itself."""
    return code.replace("_", " ") if code else None


def count_of(qty: int | Decimal, singular: str, plural: str = "") -> str:
    """A number with its noun: 1 unit, 1,200 units."""
    noun = singular if qty == 1 else plural or f"{singular}s"
    return f"{qty:,} {noun}"


def _plain(value: Any) -> str | float:  # noqa: ANN401 -- whatever json does not know
    """A value that JSON has no type for: a quantity as a number, others as text.

    Raises:
        TypeError: it is of a kind that no output of ours has.
    """
    match value:
        case Units():
            return float(value)
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case _:
            message = f"{type(value).__name__} has no form in JSON"
            raise TypeError(message)
