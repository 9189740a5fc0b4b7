"""How values are written for people and spreadsheets."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.texts import neutral_text, restored_text, single_line


def written(expression: pl.Expr, **columns: object) -> object:
    """The value of an expression over one row."""
    return pl.DataFrame({name: [value] for name, value in columns.items()}).select(expression).item()


@pytest.mark.parametrize(
    "formula", ["=1+1", "+SUM(A1)", "-2+3", "@SUM(A1)", "\t=1", "'=1", "=cmd|' /C calc'!A0"]
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(formula: str) -> None:
    assert written(neutral_text(pl.col("text")), text=formula) == "'" + formula


@pytest.mark.parametrize("text", ["12", "-1", "-1,50", "+44 20 7946 0958", "A-1", "O'Neill", "", "'quoted'"])
def test_numbers_and_plain_text_stay_as_they_are(text: str) -> None:
    assert written(neutral_text(pl.col("text")), text=text) == text


@given(st.lists(st.text(alphabet="'=+-@\t\rA1 .,\n"), min_size=1))
def test_quarantine_gives_back_what_it_was_given(texts: list[str]) -> None:
    there = pl.DataFrame({"text": texts}).with_columns(safe=neutral_text(pl.col("text")))
    marked = there.filter(pl.col("safe") != pl.col("text"))
    assert marked.select(restored_text(pl.col("safe"))).to_series().to_list() == marked["text"].to_list()
    plain = there.filter(pl.col("safe") == pl.col("text"))
    assert plain.select(restored_text(pl.col("safe"))).to_series().to_list() == plain["text"].to_list()


def test_line_ends_inside_a_value_become_one_space() -> None:
    assert (
        written(single_line(pl.col("text")), text=" 1 Mill Lane\r\nLeeds\u2028UK ") == "1 Mill Lane Leeds UK"
    )
