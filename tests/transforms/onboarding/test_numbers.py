"""Tests of marks within numbers."""

from __future__ import annotations

import polars as pl
import pytest

from tests.transforms.onboarding.tables import cells_of
from transforms.onboarding.guesses import settings_of
from transforms.onboarding.numbers import Summed, find_marks, is_number


@pytest.mark.parametrize(
    ("texts", "settings"),
    [
        (["12", "-3"], {}),
        (["12", "3.00"], {"decimal_mark": "."}),
        (["12,5"], {"decimal_mark": ","}),
        (["1,200.50"], {"thousands_mark": ","}),
        (["1.200,50", "7"], {"decimal_mark": ",", "thousands_mark": "."}),
        (["1.234.567"], {"decimal_mark": ",", "thousands_mark": "."}),
        (["1 200"], {"thousands_mark": " "}),
        (["1\u202f200,5"], {"decimal_mark": ",", "thousands_mark": " "}),
        (["1'200.5"], {"thousands_mark": "'"}),
        (["12.5", "many"], {"decimal_mark": "."}),
        (["many"], {}),
        ([], {}),
    ],
)
def test_marks_are_written_where_the_cells_leave_one_reading(
    texts: list[str], settings: dict[str, str]
) -> None:
    guesses = find_marks(cells_of(*texts))
    assert not any(guess.is_open for guess in guesses)
    assert settings_of(guesses) == settings


def test_a_number_of_two_readings_is_a_question_whole_ones_first() -> None:
    (guess,) = find_marks(cells_of("48", "1.200"))
    assert guess.is_open
    assert "1.200 in line 3" in guess.why
    assert guess.choices == (
        (",", "1.200 is 1200", (("thousands_mark", "."),)),
        (".", "1.200 is 1.2", ()),
    )
    assert settings_of([guess]) == {}
    assert settings_of([guess], decided=True) == {"decimal_mark": ",", "thousands_mark": "."}


def test_the_evidence_is_a_cell_that_the_plain_reading_gets_wrong() -> None:
    guesses = find_marks(cells_of("7", "1 200", "12,50"))
    assert [guess.why for guess in guesses] == ["such as 1 200 in line 3"] * 2


GERMAN = {"decimal_mark": ",", "thousands_mark": "."}


@pytest.mark.parametrize(
    ("texts", "total", "settings"),
    [
        (["400", "350", "500"], "1.250", GERMAN),
        (["1.000", "250", "1.500"], "2.750", GERMAN),
        (["1.500", "250", "0.500"], "252.000", {"decimal_mark": "."}),
        (["400", "350", "500"], "1,250", {"thousands_mark": ","}),
        (["400", "350", "500"], "1 250", {"thousands_mark": " "}),
        (["400", "350", "500"], "1250,00", {"decimal_mark": ","}),
        (["400", "350", "500"], "1250.00", {"decimal_mark": "."}),
    ],
)
def test_a_total_that_is_the_sum_in_one_reading_alone_decides(
    texts: list[str], total: str, settings: dict[str, str]
) -> None:
    summed = [Summed("Qty", pl.Series(texts), [("pcs", 9), (total, 9)])]
    guesses = find_marks(cells_of(*texts), summed)
    assert not any(guess.is_open for guess in guesses)
    assert settings_of(guesses) == settings
    assert guesses[0].why.startswith(f"{total} in line 9 is the sum of Qty, which is ")


@pytest.mark.parametrize(
    ("texts", "total"), [(["400", "850"], "1250"), (["400", "850"], "1.251"), (["many"], "1.250")]
)
def test_a_total_that_is_read_alike_or_is_none_says_nothing(texts: list[str], total: str) -> None:
    assert find_marks(cells_of(*texts), [Summed("Qty", pl.Series(texts), [(total, 9)])]) == []


@pytest.mark.parametrize("totals", [["2.500"], ["251.500", "2.500"]])
def test_totals_that_fit_both_readings_leave_it_a_question(totals: list[str]) -> None:
    texts = ["1.000", "1.500"]
    summed = [Summed("Qty", pl.Series(texts), [(total, 4) for total in totals])]
    (guess,) = find_marks(cells_of(*texts), summed)
    assert guess.is_open


def test_totals_that_speak_for_two_readings_leave_it_a_question_between_these() -> None:
    texts = ["1.500", "250", "0.500"]
    german, swiss = [("2.250", 9)], [("1'252.000", 9)]
    prices = Summed("Price", pl.Series(["1'000", *texts]), swiss)
    (guess,) = find_marks(cells_of(*texts), [Summed("Qty", pl.Series(texts), german), prices])
    assert [(choice.value, choice.also) for choice in guess.choices] == [
        (",", (("thousands_mark", "."),)),
        (".", (("thousands_mark", "'"),)),
    ]


def test_what_is_a_number_in_any_way() -> None:
    texts = pl.Series(["1.200,50", "1'200", "+3", "A-3", "1.2.3"])
    assert pl.select(is_number(pl.lit(texts))).to_series().to_list() == [True, True, True, False, False]
