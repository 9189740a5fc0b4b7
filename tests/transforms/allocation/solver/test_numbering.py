"""Tests of numbers for text keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from transforms.allocation.solver import numbering
from transforms.allocation.solver.numbering import is_sorted, number_keys

if TYPE_CHECKING:
    import pytest

ROWS = st.lists(st.tuples(st.sampled_from(["", "a", "ab", None]), st.sampled_from(["", "a", "b", "ab"])))


def frame_of_pairs(rows: list[tuple[str | None, str]]) -> pl.DataFrame:
    """Rows of two text columns."""
    return pl.DataFrame(rows, schema={"one": pl.String, "two": pl.String}, orient="row")


@given(ROWS)
def test_rows_of_one_key_share_a_number_and_numbers_follow_the_rows(
    rows: list[tuple[str | None, str]],
) -> None:
    numbers, keys = number_keys(frame_of_pairs(rows), ["one", "two"])
    assert keys.rows() == list(dict.fromkeys(rows))
    assert [keys.rows()[number] for number in numbers] == rows


def test_keys_that_share_a_hash_are_still_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    fold, folds = numbering._fold, iter(range(2))  # noqa: SLF001 -- a collision cannot be had otherwise

    def colliding(left: pl.Expr, right: pl.Expr) -> pl.Expr:
        return left * 0 if next(folds, None) is not None else fold(left, right)

    monkeypatch.setattr(numbering, "_fold", colliding)
    numbers, keys = number_keys(frame_of_pairs([("x", "a"), ("x", "b"), ("x", "a")]), ["one", "two"])
    assert numbers.to_list() == [0, 1, 0]
    assert keys["two"].to_list() == ["a", "b"]


@given(ROWS)
def test_rows_are_sorted_if_python_says_so(rows: list[tuple[str | None, str]]) -> None:
    told = [(one or "", two) for one, two in rows]
    assert is_sorted(frame_of_pairs(list(told)), ["one", "two"]) is (told == sorted(told))
