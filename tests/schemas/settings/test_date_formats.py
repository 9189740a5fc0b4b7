"""A format of dates or times is one that can be read with, whatever it looks like."""

from __future__ import annotations

import pytest

from schemas.settings.date_formats import check_date_format, check_time_format, write_sample


@pytest.mark.parametrize(
    "date_format", ["%Y-%m-%d", "%d.%m.%y", "%d/%b/%Y", "%Y%m%d", "%-d.%-m.%Y", "%F", "%m/%d/%Y %I:%M %p"]
)
def test_a_date_that_can_be_read_again_is_a_format(date_format: str) -> None:
    assert check_date_format(date_format) == date_format


@pytest.mark.parametrize("date_format", ["", "%", "%Q%J", "%Y", "%H", "%d.%m.", "yesterday"])
def test_what_loses_the_day_is_no_format(date_format: str) -> None:
    with pytest.raises(ValueError, match="no format that a day can be read with"):
        check_date_format(date_format)


@pytest.mark.parametrize(
    "time_format",
    [
        *("", "%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y%m%d%H%M%S", "%m/%d/%Y %I:%M %p", "%s", "%c"),
        *("%+", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S %#z", "%Y-%m-%d %H:%M:%S%.f", "%FT%TZ"),
    ],
)
def test_a_time_that_can_be_read_again_is_a_format(time_format: str) -> None:
    assert check_time_format(time_format) == time_format


@pytest.mark.parametrize("time_format", ["%H:%M", "%d/%m/%Y %I:%M", "%Y-%m-%d %", "%Y"])
def test_a_time_without_its_day_or_half_of_it_is_none(time_format: str) -> None:
    with pytest.raises(ValueError, match="no format that a day can be read with"):
        check_time_format(time_format)


def test_an_offset_is_written_as_it_is_read() -> None:
    assert write_sample("%d.%m.%Y %H:%M %#z") == "23.11.2026 15:07 +0000"
