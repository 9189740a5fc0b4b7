"""Tests of formats of days and times, and of what decides them."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.transforms.onboarding.tables import cells_of
from transforms.onboarding.dates import find_formats, latest_day, share_of_days, share_of_times
from transforms.onboarding.guesses import settings_of

NONE = cells_of()


@pytest.mark.parametrize(
    ("days", "times", "settings"),
    [
        (["2026-03-02"], ["2026-03-02T09:14:11Z", "2026-03-02 09:14"], {}),
        (["02.03.2026"], [], {"date_format": "%d.%m.%Y"}),
        (["14/02/2026", "03/04/2026"], [], {"date_format": "%d/%m/%Y"}),
        (["02/14/2026", "03/04/2026"], [], {"date_format": "%m/%d/%Y"}),
        (["20260302"], [], {"date_format": "%Y%m%d"}),
        ([], ["14/02/2026 09:14"], {"date_format": "%d/%m/%Y"}),
        ([], ["Mar-02-26"], {"date_format": "%B-%d-%y"}),
        ([], ["02.03.2026 9:14 PM"], {"time_format": "%d.%m.%Y %I:%M %p"}),
        (["2026-03-02"], ["14/02/2026 09:14 +0100"], {"time_format": "%d/%m/%Y %H:%M %#z"}),
        (["02.03.2026"], ["14.02.2026 09:14"], {"date_format": "%d.%m.%Y"}),
        (
            ["02.03.2026"],
            ["2/14/2026 9:14 PM"],
            {"time_format": "%m/%d/%Y %I:%M %p", "date_format": "%d.%m.%Y"},
        ),
        (["nothing"], ["at all"], {}),
        ([], [], {}),
    ],
)
def test_a_format_is_named_where_the_cells_have_one_and_it_is_not_ours(
    days: list[str], times: list[str], settings: dict[str, str]
) -> None:
    guesses = find_formats(cells_of(*days), cells_of(*times))
    assert not any(guess.is_open for guess in guesses)
    assert settings_of(guesses) == settings


def test_the_very_cells_that_decide_are_named() -> None:
    (guess,) = find_formats(cells_of("03/04/2026", "14/02/2026", "28/02/2026", "29/04/2026"), NONE)
    assert guess.why == "the month cannot stand first in 14/02/2026 (line 3) and 28/02/2026 (line 4)"


def test_where_no_cell_decides_both_readings_are_named_and_what_each_leads_to() -> None:
    (guess,) = find_formats(cells_of("03/04/2026", "05/04/2026"), NONE)
    assert guess.is_open
    assert "No cell decides, such as 03/04/2026 in line 2" in guess.why
    assert [tuple(choice)[:2] for choice in guess.choices] == [
        ("%d/%m/%Y", "from 2026-04-03 to 2026-04-05"),
        ("%m/%d/%Y", "from 2026-03-04 to 2026-05-04"),
    ]


def test_a_day_that_is_its_own_mirror_decides_nothing() -> None:
    (guess,) = find_formats(cells_of("03/03/2026"), NONE)
    assert guess.is_open
    assert guess.choices[0].meaning == "2026-03-03"


def test_what_leads_to_days_to_come_stands_second() -> None:
    (guess,) = find_formats(cells_of("03/04/2026", "02/03/2026"), NONE, date(2026, 3, 20))
    assert [choice.value for choice in guess.choices] == ["%m/%d/%Y", "%d/%m/%Y"]
    assert guess.choices[1].meaning == "from 2026-03-02 to 2026-04-03, 1 of them to come"


def test_cells_that_contradict_each_other_are_both_named() -> None:
    (guess,) = find_formats(cells_of("14/02/2026", "02/15/2026", "02/16/2026"), NONE)
    assert guess.is_open
    assert (
        "02/15/2026 (line 3) and 02/16/2026 (line 4) says one and 14/02/2026 (line 2) the other" in guess.why
    )


def test_a_few_cells_that_are_no_date_do_not_hide_the_format() -> None:
    (guess,) = find_formats(cells_of("soon", "14.02.2026", "15.02.2026"), NONE)
    assert guess.value == "%d.%m.%Y"


def test_shares_of_days_and_times() -> None:
    assert share_of_days(pl.Series(["02.03.2026", "soon"])) == 0.5
    assert share_of_days(pl.Series(["02.03.2026 09:00"])) == 0
    assert share_of_times(pl.Series(["02.03.2026 09:00", "03.03.2026 9:00"])) == 1
    assert share_of_times(pl.Series(["02.03.2026 9:00 PM", "soon"])) == 0.5
    assert share_of_times(pl.Series(["CARD-M", "CARD-L"])) == 0
    assert share_of_days(pl.Series([], dtype=pl.String)) == 0


def test_the_latest_day_is_known_only_where_one_reading_is_possible() -> None:
    assert latest_day(pl.Series(["14/02/2026", "03/04/2026"])) == date(2026, 4, 3)
    assert latest_day(pl.Series(["03/04/2026"])) is None
    assert latest_day(pl.Series(["2026-03-02 09:00"])) == date(2026, 3, 2)
    assert latest_day(pl.Series(["soon"])) is None
