"""Why a whole file was not read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas.vocabulary.codes import ReasonCode


ALPHABET = 26


@dataclass(frozen=True)
class Refusal:
    """The answer for a file of which no row was read: a stable code, and what is wrong in a sentence.

    `detail` names places (lines, columns, bytes) and words of ours. It is kept for ever and read by many, so
    no text of the file stands in it, not even a header: a file without one has people in its first line.
    """

    code: ReasonCode
    detail: str


def column_at(place: int) -> str:
    """The column at a place (1 is the first), by its number and by the letters of a spreadsheet."""
    letters, rest = "", place
    while rest:
        rest, letter = divmod(rest - 1, ALPHABET)
        letters = chr(ord("A") + letter) + letters
    return f"column {place} ({letters})"
