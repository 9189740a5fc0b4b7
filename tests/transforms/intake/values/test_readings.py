"""Tests of single values: numbers, amounts, dates, yes and no."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest

from transforms.intake.values.quantities import MAX_QTY, read_quantities
from transforms.intake.values.readings import read_amounts, read_dates, read_flags, read_whole_numbers

if TYPE_CHECKING:
    from transforms.intake.values.readings import Reading


def only(reading: Reading) -> object:
    """The value of a reading of one cell, or its reason."""
    return reading.reasons.item() or reading.values.item()


def quantity(text: str, *, each_qty: int | None = 1, decimals: int = 0, mark: str = ".") -> object:
    """One cell read as a quantity."""
    factors = pl.DataFrame(
        {"each_qty": [each_qty], "decimals": [decimals]},
        schema={"each_qty": pl.Int64, "decimals": pl.Int64},
    )
    return only(read_quantities(pl.Series([text]), factors, mark))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12), ("12.000", 12), ("-3", -3), ("+7", 7), ("0007", 7), ("0", 0), ("-0", 0), ("5.", 5),
        ("1e3", "not_a_number"), ("٣", "not_a_number"), ("1,5", "not_a_number"), ("1,000", "not_a_number"),
        ("--1", "not_a_number"), (".", "not_a_number"), ("-", "not_a_number"), ("1 000", "not_a_number"),
        ("NaN", "not_a_number"), ("inf", "not_a_number"), ("0x1F", "not_a_number"), ("1.2.3", "not_a_number"),
        ("1.5", "not_whole"), (".5", "not_whole"), ("0.0000001", "not_whole"), ("3.0000001", "not_whole"),
        ("9" * 13, "out_of_range"), ("9" * 400, "out_of_range"), ("9223372036854775808", "out_of_range"),
    ],
)  # fmt: skip
def test_a_quantity_is_a_whole_number_of_units(text: str, value: object) -> None:
    assert quantity(text) == value


def test_a_quantity_counts_the_eaches_of_its_unit() -> None:
    assert quantity("2", each_qty=24) == 48
    assert quantity("0.5", each_qty=24) == 12
    assert quantity("0.1", each_qty=24) == "not_whole"


def test_a_quantity_is_scaled_by_the_places_of_its_item() -> None:
    assert quantity("12.5", decimals=1) == 125
    assert quantity("12.55", decimals=1) == "not_whole"
    assert quantity("0.000001", decimals=6) == 1


def test_a_quantity_whose_unit_makes_it_too_large_is_out_of_range() -> None:
    assert quantity(str(MAX_QTY // 10), each_qty=10) == MAX_QTY
    assert quantity(str(MAX_QTY // 10), each_qty=11) == "out_of_range"
    assert quantity("9" * 12, each_qty=10**18, decimals=6) == "out_of_range"


def test_a_quantity_of_an_unknown_unit_is_judged_as_a_number_only() -> None:
    assert quantity("x", each_qty=None) == "not_a_number"
    assert quantity("3", each_qty=None) == 3


def test_a_decimal_comma_replaces_the_point() -> None:
    assert quantity("12,50", decimals=1, mark=",") == 125
    assert quantity("12.50", decimals=1, mark=",") == "not_a_number"


@pytest.mark.parametrize(
    ("text", "value"),
    [("3", 3), ("3.0", 3), ("-1", -1), ("3.5", "not_whole"), ("", "not_a_number"),
     ("9" * 13, "out_of_range")],
)  # fmt: skip
def test_a_line_number_is_whole(text: str, value: object) -> None:
    assert only(read_whole_numbers(pl.Series([text]), ".")) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2.55", Decimal("2.5500")), ("-3", Decimal(-3)), ("+.5", Decimal("0.5")), ("7.", Decimal(7)),
        ("2.12345", "out_of_range"), ("2.00000000001", "out_of_range"), ("free", "not_a_number"),
        ("£3", "not_a_number"), ("9" * 13, "out_of_range"),
    ],
)  # fmt: skip
def test_an_amount_is_never_rounded(text: str, value: object) -> None:
    assert only(read_amounts(pl.Series([text]), ".")) == value


def test_an_amount_with_a_decimal_comma() -> None:
    assert only(read_amounts(pl.Series(["2,5"]), ",")) == Decimal("2.5")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-03-02", date(2026, 3, 2)), ("02.03.2026", "not_a_date"), ("2026-02-29", "not_a_date"),
        ("2026-03-02 10:00", "not_a_date"), ("26-03-02", "out_of_range"), ("9999-12-31", "out_of_range"),
    ],
)  # fmt: skip
def test_a_date_has_the_stated_format_and_a_possible_year(text: str, value: object) -> None:
    assert only(read_dates(pl.Series([text]), "%Y-%m-%d")) == value


def test_yes_and_no_are_read_in_the_words_of_exports() -> None:
    reading = read_flags(pl.Series(["TRUE", "y", "1", "No", "f", "0", "maybe", None]))
    assert reading.values.to_list() == [True, True, True, False, False, False, None, None]
    assert reading.reasons.to_list() == [*[None] * 6, "not_a_choice", None]


def test_an_empty_cell_has_neither_value_nor_reason() -> None:
    nothing = pl.Series([None], dtype=pl.String)
    for reading in (read_dates(nothing, "%Y"), read_amounts(nothing, "."), read_whole_numbers(nothing, ".")):
        assert (reading.values.to_list(), reading.reasons.to_list()) == ([None], [None])
