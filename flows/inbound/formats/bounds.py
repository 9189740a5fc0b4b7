"""How much one file may ask for: work on it grows with its size, and no further.

Each bound is far above what exports hold. A file beyond one is refused before the work is done, or the line
that is beyond it is rejected and the rest is read.
"""

from __future__ import annotations

from schemas.intake.refusal import Refusal
from schemas.vocabulary.codes import ReasonCode

MAX_COLUMNS = 2_000
MAX_LINES = 5_000_000
"""Line ends of a file, blank lines and those within a value included."""

MAX_CELLS = 200_000_000
"""Rows times columns."""

MAX_LINE_CHARACTERS = 1_000_000
KEPT_CHARACTERS = 1_000
"""Of a longer line; it shows a person which one it is."""

MAX_BROKEN_LINES = 100_000
"""Lines that are no rows; with more of them the file is not of the form that its settings say."""

CHUNK_CELLS = 1_000_000
CHUNK_CHARACTERS = 16_000_000
"""Cells that are held as Python strings at a time, and how much text."""


def refuse_columns(columns: int) -> Refusal | None:
    """Why a file of so many columns is not read."""
    if columns <= MAX_COLUMNS:
        return None
    return Refusal(
        ReasonCode.TOO_LARGE, f"it has {columns:,} columns; a file has at most {MAX_COLUMNS:,} columns"
    )


def refuse_lines(lines: int) -> Refusal | None:
    """Why a file of so many lines is not read."""
    if lines <= MAX_LINES:
        return None
    return Refusal(ReasonCode.TOO_LARGE, f"it has {lines:,} lines; a file has at most {MAX_LINES:,} lines")


def refuse_rows(rows: int, columns: int, broken_lines: int) -> Refusal | None:
    """Why a file is not read on after so many rows."""
    if broken_lines > MAX_BROKEN_LINES:
        return Refusal(
            ReasonCode.BROKEN_ROWS, f"more than {MAX_BROKEN_LINES:,} of its first {rows:,} rows are none"
        )
    if rows * columns > MAX_CELLS:
        return Refusal(
            ReasonCode.TOO_LARGE, f"more than {MAX_CELLS:,} cells ({columns:,} columns); split the file"
        )
    return None
