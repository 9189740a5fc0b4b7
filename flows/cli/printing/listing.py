"""Tables that fit where they are printed: words wrap; dates, numbers and ids stay whole, and nothing is cut.

Where even whole words have no room beside each other, a row becomes a block of its own, a line a value. In a
pipe or a file nothing is folded at all: it is searched there by lines.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import Console, ConsoleOptions, RenderResult

INSTANT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d( \S+)?")
"""A date with its time and zone: one thing, although it has blanks."""


class Trimmed(Table):
    """A table without blanks at the ends of its lines, which a pipe would keep."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The lines."""
        parts = super().__rich_console__(console, options)
        yield from trim(part for part in parts if isinstance(part, Segment))  # a table gives nothing else


class Listing(Trimmed):
    """A table that chooses the widths of its columns by what stands in them."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The title, as long as it is; below it the table, or its rows one below the other."""
        if self.title:
            yield Text(str(self.title), style="bold")
            self.title = None
        around = self._extra_width + sum(self._get_padding_width(place) for place in range(len(self.columns)))
        cells = [[_plain(column.header), *map(_plain, column.cells)] for column in self.columns]
        natural = [max(map(cell_len, column)) for column in cells]
        least = [
            size if column.no_wrap else max(map(_longest, texts))
            for column, texts, size in zip(self.columns, cells, natural, strict=True)
        ]
        widths = share_width(natural, least, options.max_width - around)
        if widths is None:
            yield ""
            yield from trim(console.render(self._as_blocks(cells), options))
            return
        for column, width in zip(self.columns, widths, strict=True):
            column.width = width
        yield from super().__rich_console__(console, options)

    def _as_blocks(self, cells: Sequence[Sequence[str]]) -> Table:
        """Every row as lines of a heading and its value; an empty value has none."""
        blocks = Table.grid(padding=(0, 2))
        blocks.add_column(style="dim")
        blocks.add_column(overflow="fold")
        headings = [column[0] for column in cells]
        for row in zip(*(column[1:] for column in cells), strict=True):
            for heading, value in zip(headings, row, strict=True):
                if value:
                    blocks.add_row(Text(heading), Text(value))
            blocks.add_row("", "")
        return blocks


def share_width(natural: Sequence[int], least: Sequence[int], room: int) -> list[int] | None:
    """The width of each column, at most its natural one; None where not even the least ones have room.

    What is over goes in equal parts to the columns that need more, the modest ones first.
    """
    spare = room - sum(least)
    if spare < 0:
        return None
    widths = list(least)
    wants = sorted(range(len(least)), key=lambda place: natural[place] - least[place])
    for served, place in enumerate(wants):
        more = min(natural[place] - least[place], spare // (len(wants) - served))
        widths[place] += more
        spare -= more
    return widths


def trim(parts: Iterable[Segment]) -> Iterator[Segment]:
    """The same lines without blanks at their ends."""
    for line in Segment.split_lines(parts):
        while line and not line[-1].control and not line[-1].text.strip():
            line.pop()
        if line and not line[-1].control:
            line[-1] = Segment(line[-1].text.rstrip(), line[-1].style)
        yield from line
        yield Segment.line()


def _plain(cell: object) -> str:
    """The text of a cell."""
    return cell.plain if isinstance(cell, Text) else str(cell)


def _longest(text: str) -> int:
    """The length of the longest part that must not be broken."""
    kept = INSTANT.sub(lambda found: "x" * len(found[0]), text)
    return max(map(cell_len, kept.split()), default=0)
