"""Tests of how a page writes counts, shares and texts from outside."""

from __future__ import annotations

from datetime import date

import pytest

from transforms.reports.night_page.wording import (
    NONE,
    Share,
    counted,
    number,
    plain,
    sentence,
    short_weekday,
    weekday,
)


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (1, 3, "33.3%"),
        (0, 3, "0.0%"),
        (3, 3, "100.0%"),
        (99_999, 100_000, "99.9%"),
        (1, 100_000, "0.1%"),
        (0, 0, NONE),
    ],
)
def test_a_share_says_all_or_none_only_where_that_is_so(part: int, whole: int, text: str) -> None:
    assert Share(part, whole).text == text


def test_a_share_has_its_counts() -> None:
    assert Share(1_250, 30_000).counts == "1,250 of 30,000"


def test_numbers_have_commas_and_no_more_places_than_they_need() -> None:
    assert [number(value) for value in (12, 1_234_567, 21.5, 3.0, 0.1254)] == [
        *("12", "1,234,567", "21.5", "3", "0.125")
    ]
    assert (counted(1, "line"), counted(2, "line")) == ("1 line", "2 lines")


def test_days_are_written_short_and_long() -> None:
    assert weekday(date(2026, 3, 4)) == "Wednesday 4 March 2026"
    assert short_weekday(date(2026, 3, 4)) == "Wed 4 Mar"


def test_a_text_from_outside_is_one_short_line_of_visible_signs() -> None:
    assert plain("a\n b\tc") == "a b c"
    assert plain("user\u202etxt.exe\x00") == "user\ufffdtxt.exe\ufffd"
    assert plain("x" * 1_000) == "x" * 299 + "…"
    assert (sentence("no stock"), sentence("")) == ("No stock", "")
