"""Numbers for text keys, so that a plan of many lines compares and sorts integers.

A key is found again by a hash of its text, which is many times faster than by the text itself. Each number is
then checked against the text it stands for; if two keys share a hash, another one is tried.
"""

from __future__ import annotations

from functools import reduce
from itertools import count
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence


def number_keys(frame: pl.DataFrame, on: Sequence[str]) -> tuple[pl.Series, pl.DataFrame]:
    """A number for each distinct key of `frame`: 0, 1, ... in the order in which its rows name them.

    Args:
        frame: with the columns `on`; a null is a value like others.
        on: columns of the key.

    Returns:
        The number of each row (Int64), and the keys: one row a number, columns `on`.
    """
    return next(
        (numbers, keys)
        for numbers, keys in (_number_by_hash(frame.select(on), seed) for seed in count())
        if all(frame[name].eq_missing(keys[name].gather(numbers)).all() for name in on)
    )


def is_sorted(frame: pl.DataFrame, by: Sequence[str]) -> bool:
    """Whether the rows ascend by the columns `by`, which have no nulls. Much cheaper than sorting them."""
    is_before = pl.lit(value=False)
    for name in reversed(by):
        previous = pl.col(name).shift()
        is_before = (pl.col(name) < previous) | ((pl.col(name) == previous) & is_before)
    return not frame.select(is_before.any()).item()


def _number_by_hash(keys: pl.DataFrame, seed: int) -> tuple[pl.Series, pl.DataFrame]:
    """Rows that share a hash share a number."""
    hashed = keys.select(hash=reduce(_fold, (pl.col(name).hash(seed) for name in keys.columns)))
    first = hashed.with_row_index("row").unique("hash", keep="first", maintain_order=True)
    numbered = first.select("hash", number=pl.int_range(pl.len()))
    numbers = hashed.join(numbered, on="hash", how="left", maintain_order="left")["number"]
    return numbers, keys[first["row"]]


def _fold(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """Both hashes as one; the order counts."""
    return left * pl.lit(0x9E3779B97F4A7C15, pl.UInt64) + right
