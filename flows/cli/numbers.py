"""Numbers that are typed behind a command: read in one way, refused with what is allowed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_LINE_NO = 999_999_999_999
MAX_RUNS = 1_000_000
MINUTES_OF_A_DAY = 1_440

PLAIN = re.compile(r"[+-]?[0-9]{1,40}(?:\.[0-9]{1,40})?")
"""As people write it: no exponent, no signs between thousands, no figures of other scripts."""


def whole_from(least: int, most: int) -> Callable[[str], int]:
    """What reads a whole number between these two.

    The function raises `typer.BadParameter` for what is none.
    """

    def read(text: str) -> int:
        value = _plain(text)
        if value is None or not value.is_integer() or not least <= value <= most:
            message = f"{text!r} is no whole number from {least:,} to {most:,}"
            raise typer.BadParameter(message)
        return int(value)

    return read


def number_from(least: float, most: float) -> Callable[[str], float]:
    """What reads a number between these two, likewise."""

    def read(text: str) -> float:
        value = _plain(text)
        if value is None or not least <= value <= most:
            message = f"{text!r} is no number from {least:,} to {most:,}"
            raise typer.BadParameter(message)
        return value

    return read


def _plain(text: str | float) -> float | None:
    """A number; None for what is none. A default is one already."""
    if not isinstance(text, str):
        return float(text)
    return float(text) if PLAIN.fullmatch(text.strip()) else None
