"""Numbers that may be a thousand or a thousandth: `1.000`, where nobody has said what its mark means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

DOUBTFUL = r"^[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}$"

COMMA_FRACTION = r"^[+-]?(?:[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+),[0-9]{1,2}$"
"""12,50 or 1.200,5: no other number of the file has a point before its fraction."""


def are_doubtful(texts: pl.Series, is_typed: pl.Series, *, is_point: bool = False) -> pl.Series:
    """Whether each text of a column may be a thousand or a thousandth, and no other text decides.

    A number such as 2.5 or 0.125 decides for its whole column, unless another one says the opposite.

    Args:
        texts: the cells.
        is_typed: whether each was a number in its file, and no text: it is sure, and we wrote its mark.
        is_point: the file says by its form that a point stands before a fraction: who writes 1,5 for one
            and a half seldom puts fields between commas. A comma is as doubtful there as elsewhere.
    """
    doubtful = texts.str.contains(DOUBTFUL).fill_null(value=False) & ~is_typed
    if not doubtful.any():
        return doubtful
    own = texts.filter(~is_typed & ~doubtful)
    says_point, says_comma = (own.str.contains(_with_fraction(mark)).any() for mark in (".", ","))
    if says_comma or not (says_point or is_point):
        return doubtful
    return doubtful & texts.str.contains(",", literal=True) & (not says_point)


def _with_fraction(mark: str) -> str:
    """What a number looks like in which this mark alone can stand before the fraction."""
    decimal, between = re.escape(mark), "," if mark == "." else r"\."
    short_or_long = rf"[0-9]*{decimal}(?:[0-9]{{1,2}}|[0-9]{{4,}})"
    behind_no_group = rf"(?:0*|0[0-9]+|[0-9]{{4,}}){decimal}[0-9]{{3}}"
    groups = rf"[0-9]{{1,3}}(?:{between}[0-9]{{3}})+{decimal}[0-9]+|[0-9]{{1,3}}(?:{between}[0-9]{{3}}){{2,}}"
    return rf"^[+-]?(?:{short_or_long}|{behind_no_group}|{groups})$"
