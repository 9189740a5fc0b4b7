"""How values are written for people and spreadsheets."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.texts import (
    fixed_text,
    marked_text,
    neutral_text,
    restored_text,
    single_line,
    with_single_lines,
)


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


@pytest.mark.parametrize(
    "text",
    ["00123", "2026-04-03", "4/3/2026", "12.5", "450012345678", "1E5", "MAR1", "3-Dez", "true", "-2+3"],
)
def test_what_a_spreadsheet_would_change_gets_an_apostrophe_in_quarantine(text: str) -> None:
    assert written(fixed_text(pl.col("text")), text=text) == "'" + text


@pytest.mark.parametrize(
    "text", ["12", "-1", "A-1", "O'Neill", "", "12 Mill Lane", "Mark", "May", "'s-Gouda"]
)
def test_what_a_spreadsheet_leaves_alone_stays_as_it_is(text: str) -> None:
    assert written(fixed_text(pl.col("text")), text=text) == text


@given(st.lists(st.one_of(st.text(alphabet="'=+-@\t\rA1 .,\nmar"), st.just("'true")), min_size=1))
def test_quarantine_gives_back_what_it_was_given(texts: list[str]) -> None:
    there = pl.DataFrame({"text": texts})
    for wrote in (fixed_text, marked_text):
        safe = there.with_columns(text=wrote(pl.col("text")))
        assert safe.select(restored_text(pl.col("text"))).to_series().to_list() == texts


@given(
    st.lists(st.none() | st.text(st.sampled_from("a \n\t\x85\u2028\u3000\u200b\x1c"), max_size=4), max_size=3)
)
def test_a_text_that_is_asked_first_is_the_same_line(texts: list[str | None]) -> None:
    rows = pl.DataFrame({"number": range(len(texts)), "text": texts}, {"number": pl.Int64, "text": pl.String})
    assert with_single_lines(rows, pl.col("text")).equals(rows.with_columns(single_line(pl.col("text"))))


def test_line_ends_inside_a_value_become_one_space() -> None:
    assert (
        written(single_line(pl.col("text")), text=" 1 Mill Lane\r\nLeeds\u2028UK ") == "1 Mill Lane Leeds UK"
    )
