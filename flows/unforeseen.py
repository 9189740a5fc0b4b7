"""Errors that nobody foresaw, told without their words: these may hold what a client wrote in a cell.

Polars and Pandera quote values in what they raise. A log is read by many and kept for long, and Prefect keeps
what it shows; so of such an error the type is told and the way to it, enough to find the line that failed.
"""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.errors import BackordersError

if TYPE_CHECKING:
    from traceback import FrameSummary

ROOT = Path(__file__).parents[1]
OURS = ("flows", "schemas", "transforms")
SPOKEN = (BackordersError, OSError)
"""Errors whose words are told: ours name places, those of the system name paths."""

DATABASE_IO = "IOException"
"""What DuckDB raises where a disk refuses; asked by its name, since DuckDB takes long to import."""

SHOWN = 4
"""Places on the way to the error, the last of them the deepest."""


def told(error: BaseException) -> str:
    """The error in a log: its type and its words where these may be told, else its type and the way to it."""
    return f"{type(error).__name__}: {error}" if _is_spoken(error) else _way_to(error)


def words_of(error: BaseException) -> str:
    """The error within a sentence: its words alone where these may be told, else as `told`."""
    return str(error) if _is_spoken(error) else _way_to(error)


def _is_spoken(error: BaseException) -> bool:
    """Whether its words hold nothing that a client wrote."""
    return isinstance(error, SPOKEN) or type(error).__name__ == DATABASE_IO


def _way_to(error: BaseException) -> str:
    """The type of an error, and the last of our lines before it, the deepest first."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [_place(frame) for frame in frames if _is_ours(frame)][-SHOWN:]
    return " < ".join([type(error).__name__, *reversed(places)])


def _is_ours(frame: FrameSummary) -> bool:
    """Whether a frame is one of the program's own."""
    path = Path(frame.filename)
    return path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] in OURS


def _place(frame: FrameSummary) -> str:
    """`flows/night/planning/reading.py:207 read_items`."""
    return f"{Path(frame.filename).relative_to(ROOT).as_posix()}:{frame.lineno} {frame.name}"
