"""Where the columns of a table are named, and by which names they are told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.intake.refusal import Refusal, column_at
from schemas.vocabulary.codes import ReasonCode
from transforms.intake.mapping.wanted import wanted_names
from transforms.intake.rows.raw_rows import RESERVED, UNNAMED, plain_name

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from schemas.settings.client import FeedSettings

MAX_TITLE = 100
"""Rows at the top of a table among which its columns may be named."""

MIN_KNOWN = 2
"""A title may have one word in common with the names that are looked for."""


def count_title_lines(
    rows: Callable[[], Sequence[Sequence[str | None]]], settings: FeedSettings, *, above: int = 0
) -> int:
    """Lines above the header of a table, as the settings say or the names that are looked for tell.

    `rows` gives the cells of its first rows, blank ones included; the first `above` of them are no rows.
    """
    if settings.title_lines is not None:
        return max(settings.title_lines, above)
    if settings.header:
        return above
    found = find_header(rows()[above:], wanted_names(settings))
    return above if found is None else found + above


def find_header(rows: Sequence[Sequence[str | None]], wanted: Collection[str]) -> int | None:
    """The place of the row that names most of the wanted columns; None where none names several.

    `rows` are the cells of the first rows of a table, blank ones included. Capitals do not count. Of rows
    that name as many the first counts. One name is enough where nothing else stands in its row.
    """
    folded = {plain_name(name).casefold() for name in wanted}
    said = [{plain_name(cell or "").casefold() for cell in cells} - {""} for cells in rows[:MAX_TITLE]]
    known = [len(names & folded) for names in said]
    most = max(known, default=0)
    if most >= MIN_KNOWN:
        return known.index(most)
    return next((place for place, names in enumerate(said) if names and names <= folded), None)


def name_columns(header: Sequence[str | None]) -> list[str] | Refusal:
    """The names of a table's columns, or why they cannot be told apart by them.

    White space in a name counts as one space. A column without a name has one of ours: it is
    none if it is empty, which the rows will tell.
    """
    places: dict[str, int] = {}
    names = [plain_name(name or "") for name in header]
    if not any(names):
        return Refusal(ReasonCode.NO_HEADER, f"none of {len(names)} columns has a name")
    for position, name in enumerate(names, start=1):
        if name in RESERVED:
            return Refusal(ReasonCode.DUPLICATE_COLUMN, f"{column_at(position)} has a name of ours, {name}")
        if name and (first := places.setdefault(name, position)) < position:
            same = f"{column_at(position)} has the name of {column_at(first)}"
            return Refusal(ReasonCode.DUPLICATE_COLUMN, same)
    return [name or f"{UNNAMED}{position}" for position, name in enumerate(names, start=1)]
