"""Which units date their line: what may still be told as shipped does not, beside others of the line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from schemas.table import Frame
    from transforms.allocation.frames import Piece
    from transforms.allocation.promise.future import Promised


def is_counted(pieces: Frame[Piece]) -> pl.Expr:
    """True for the pieces that date their line: all but withheld ones beside others."""
    if not pieces["group_withheld"].any():
        return pl.lit(value=True)
    return ~pl.col("group_withheld") | pl.col("group_withheld").all().over("line")


def without_withheld(promised: Promised, pieces: Frame[Piece]) -> Promised:
    """What is promised to the pieces that date their line."""
    left_out = pieces.filter(~is_counted(pieces))["piece"]
    if left_out.is_empty():
        return promised
    counts = ~pl.col("piece").is_in(left_out.implode())
    return replace(promised, units=promised.units.filter(counts), parts=promised.parts.filter(counts))
