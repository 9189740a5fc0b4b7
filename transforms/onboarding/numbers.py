"""Which mark stands before the fraction of a number, and which between its thousands."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from transforms.onboarding.guesses import Choice, Guess, ask, state

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WAYS = ((".", ""), (",", ""), (".", ","), (",", "."), (".", " "), (",", " "), (".", "'"), (",", "'"))
"""Decimal and thousands mark, the plainest first."""

EXACT = pl.Decimal(38, 6)

SPACES = "[ \u00a0\u202f]"


class WrittenNumbers(NamedTuple):
    """How numbers are written, and what the cells are then.

    Attributes:
        decimal: mark before the fraction.
        thousands: mark between groups of three digits; may be empty.
        plain: each cell as a plain number; null where it is none.
    """

    decimal: str
    thousands: str
    plain: pl.Series


class Summed(NamedTuple):
    """A column, and what may be its total.

    Attributes:
        name: of the column.
        texts: all of its filled cells.
        totals: cells of rows below the table, each with the line of its row.
    """

    name: str
    texts: pl.Series
    totals: Sequence[tuple[str, int]]


def find_marks(cells: pl.DataFrame, summed: Sequence[Summed] = ()) -> list[Guess]:
    """The marks of numbers.

    Args:
        cells: `text` and `place` of each distinct cell that should hold a number.
        summed: the same columns with their totals: where a total is the sum in one reading alone, that is it.
    """
    if cells.is_empty():
        return []
    ways = [_read(cells["text"], *way) for way in WAYS]
    most = max(len(way.plain) - way.plain.null_count() for way in ways)
    best = [way for way in ways if len(way.plain) - way.plain.null_count() == most] if most else ways[:1]
    proofs = {way[:2]: proof for way in best if (proof := _find_sum(way, summed))}
    if 0 < len(proofs) < len(best):
        best = [way for way in best if way[:2] in proofs]
        if all(way.plain.equals(best[0].plain) for way in best):
            return [state(key, value, proofs[best[0][:2]]) for key, value in _keys(best[0], cells, summed)]
    other = next((way for way in best if not way.plain.equals(best[0].plain)), None)
    if other is None:
        return [state(key, value, _evidence(cells, ways, best[0])) for key, value in _keys(best[0], cells)]
    place = pl.select(pl.lit(best[0].plain).ne_missing(pl.lit(other.plain))).to_series().arg_max() or 0
    # most numbers are of units, and whole
    likely = sorted((best[0], other), key=lambda way: way.plain.str.contains(".", literal=True).sum())
    text, where = cells.row(place)
    choices = [
        Choice(
            way.decimal,
            f"{text} is {way.plain[place]}",
            (("thousands_mark", way.thousands),) if way.thousands else (),
        )
        for way in likely
    ]
    return [ask("decimal_mark", choices, f"{text} in {where} is read in two ways, and no cell decides")]


def is_number(text: pl.Expr) -> pl.Expr:
    """Whether a text is a number in any way of writing one."""
    return pl.any_horizontal(text.str.contains(_pattern(*way)) for way in WAYS)


def _keys(
    way: WrittenNumbers, cells: pl.DataFrame, summed: Sequence[Summed] = ()
) -> Iterator[tuple[str, str]]:
    """What is to be written of a way; where no number has a mark, nothing is."""
    totals = [text for column in summed for text, _ in column.totals]
    has_point = any(way.decimal in text for text in (*cells["text"], *totals))
    if way.decimal != "." or (has_point and not way.thousands):
        yield "decimal_mark", way.decimal
    if way.thousands:
        yield "thousands_mark", way.thousands


def _find_sum(way: WrittenNumbers, summed: Sequence[Summed]) -> str:
    """Which total is the sum of its column, read in this way; empty: none is."""
    for column in summed:
        numbers = _read(column.texts, way.decimal, way.thousands).plain.cast(EXACT, strict=False)
        if numbers.null_count():
            continue
        total = numbers.sum()
        for text, line in column.totals:
            plain = _read(pl.Series([text]), way.decimal, way.thousands).plain.cast(EXACT, strict=False)
            if plain.item() == total:
                said = f"{Decimal(total).normalize():f}"
                return f"{text} in line {line} is the sum of {column.name}, which is {said}"
    return ""


def _evidence(cells: pl.DataFrame, ways: Sequence[WrittenNumbers], way: WrittenNumbers) -> str:
    """A cell that is no number, or another one, in the plainest way; else one with a mark."""
    differs = pl.select(pl.lit(way.plain).ne_missing(pl.lit(ways[0].plain))).to_series()
    if not differs.any():
        differs = cells["text"].str.contains(way.decimal, literal=True)
    text, where = cells.row(differs.arg_max() or 0)
    return f"such as {text} in {where}"


def _read(texts: pl.Series, decimal: str, thousands: str) -> WrittenNumbers:
    """The cells as plain numbers, without noughts that do not count."""
    text = pl.lit(texts)
    plain = text.str.replace_all(_mark(thousands), "") if thousands else text
    plain = plain.str.replace(decimal, ".", literal=True).str.strip_prefix("+")
    plain = plain.str.replace(r"(\.\d*?)0+$", "${1}").str.strip_suffix(".")
    read = pl.when(text.str.contains(_pattern(decimal, thousands))).then(plain)
    return WrittenNumbers(decimal, thousands, pl.select(read).to_series())


def _pattern(decimal: str, thousands: str) -> str:
    """What a number looks like."""
    groups = rf"[0-9]{{1,3}}(?:{_mark(thousands)}[0-9]{{3}})+|" if thousands else ""
    return rf"^[+-]?(?:{groups}[0-9]+)(?:{re.escape(decimal)}[0-9]*)?$"


def _mark(thousands: str) -> str:
    """The pattern of a thousands mark; a narrow space is one, too."""
    return SPACES if thousands == " " else re.escape(thousands)
