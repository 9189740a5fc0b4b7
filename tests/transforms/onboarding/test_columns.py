"""Tests of how columns of a file are written in a client's settings."""

from __future__ import annotations

import polars as pl
import pytest

from transforms.intake.mapping.expressions import compile_mapping
from transforms.onboarding.columns import expression_of
from transforms.onboarding.names import Source

HEADERS = ["Order No.", "Weight (kg)", "SUM(qty)", "'x", "5", 'Size 6"', "Qty"]


def read(source: Source) -> object:
    """What the mapping of a source makes of a row in which each column holds its place, from 0."""
    mapping = compile_mapping(expression_of(source), headers=HEADERS, place="k")
    cells = pl.DataFrame({f"cell_{place}": [str(place)] for place in range(len(HEADERS))})
    return cells.select(mapping.value).item()


@pytest.mark.parametrize("header", HEADERS)
def test_a_column_is_read_by_what_is_written_whatever_its_name_looks_like(header: str) -> None:
    assert read(Source((header,), "")) == str(HEADERS.index(header))


def test_a_name_stands_in_quotation_marks_only_where_it_would_be_an_expression() -> None:
    written = {header: expression_of(Source((header,), "")) for header in HEADERS}
    assert written["Order No."] == "Order No."
    assert written["SUM(qty)"] == '"SUM(qty)"'


def test_columns_that_belong_together_are_joined_by_a_space() -> None:
    day_and_time = Source(("Order No.", 'Size 6"'), "")
    assert expression_of(day_and_time) == 'CONCAT_WS(\' \', "Order No.", "Size 6""")'
    assert read(day_and_time) == "0 5"
