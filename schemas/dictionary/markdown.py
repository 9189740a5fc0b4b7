"""The few marks of Markdown that the generated pages need."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def write_table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table; a pipe inside a cell stays a pipe."""
    head = list(header)
    return "".join(_row(cells) for cells in (head, ["---"] * len(head), *rows))


def with_choices(words: str, choices: Sequence[str]) -> str:
    """The words, and the closed list of values that are allowed."""
    return f"{words} ({', '.join(f'`{choice}`' for choice in choices)})" if choices else words


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(_cell(cell) for cell in cells)} |\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
