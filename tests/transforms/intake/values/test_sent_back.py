"""Tests of rows that come back from a spreadsheet, which writes days and numbers in its own form."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from schemas.settings.client import FeedSettings
from transforms.intake.values.sent_back import in_own_form

DAY, NUMBER = pl.Date(), pl.Int64()


def back(text: str, dtype: pl.DataType, *, is_back: bool = True, **settings: Any) -> str:  # noqa: ANN401 -- settings of the feed
    """A cell in the client's own form."""
    own = in_own_form(pl.Series([text]), pl.Series([is_back]), dtype, FeedSettings(**settings))
    return str(own.item())


@pytest.mark.parametrize("text", ["25.04.2026", "25.4.2026", "4/25/2026", "25/4/2026"])
def test_a_day_that_can_be_only_one_is_written_as_the_client_does(text: str) -> None:
    assert back(text, DAY) == "2026-04-25"
    assert back(text, DAY, date_format="%Y%m%d") == "20260425"
    assert back("4/4/2026", DAY) == "2026-04-04"


@pytest.mark.parametrize("text", ["3/4/2026", "31.02.2026", "4/31/2026", "2026-04-25", "soon"])
def test_a_day_that_may_be_two_or_is_none_stays_as_it_is(text: str) -> None:
    assert back(text, DAY) == text


def test_who_writes_the_day_or_the_month_first_means_what_stands_there() -> None:
    for date_format in ("%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y"):
        assert back("25.04.2026", DAY, date_format=date_format) == "25.04.2026"
        assert back("4/25/2026", DAY, date_format=date_format) == "4/25/2026"


@pytest.mark.parametrize(
    ("text", "mark", "own"),
    [
        ("12,5", ".", "12.5"),
        ("-12,25", ".", "-12.25"),
        ("12.5", ",", "12,5"),
        ("1,2345", ".", "1.2345"),
        ("1,200", ".", "1,200"),
        ("1.200", ",", "1.200"),
        ("1.200,5", ".", "1.200,5"),
        ("12.5", ".", "12.5"),
    ],
)
def test_the_other_decimal_mark_is_the_clients_unless_it_may_stand_between_thousands(
    text: str, mark: str, own: str
) -> None:
    assert back(text, NUMBER, decimal_mark=mark) == own


def test_what_does_not_come_back_and_what_is_text_is_never_changed() -> None:
    assert back("12,5", NUMBER, is_back=False) == "12,5"
    assert back("25.04.2026", DAY, is_back=False) == "25.04.2026"
    assert back("12,5", pl.String()) == "12,5"
    both = in_own_form(pl.Series(["12,5", "12,5"]), pl.Series([True, False]), NUMBER, FeedSettings())
    assert both.to_list() == ["12.5", "12,5"]
