"""Tests of instants: formats, zones, and the hours that clocks skip or repeat."""

from __future__ import annotations

from datetime import UTC, datetime, time

import polars as pl
import pytest

from schemas.settings.client import FeedSettings
from transforms.intake.values.times import read_instants

LONDON = "Europe/London"


def read_one(
    text: str, settings: FeedSettings | None = None, zone: str = "UTC", at: time | None = None
) -> object:
    """One cell as an instant, or its reason."""
    reading = read_instants(pl.Series([text]), settings or FeedSettings(), zone, time_of_day=at)
    return reading.reasons.item() or reading.values.item()


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02 09:30", "2026-03-02 09:30:00", "2026-03-02T09:30", "2026-03-02T09:30:00",
        "2026-03-02T09:30:00Z", "2026-03-02T10:30:00+01:00", "2026-03-02 09:30:00.000",
    ],
)  # fmt: skip
def test_a_time_is_read_without_a_stated_format(text: str) -> None:
    assert read_one(text) == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def test_fractions_of_a_second_are_kept() -> None:
    assert read_one("2026-03-02T09:30:00.25Z") == datetime(2026, 3, 2, 9, 30, 0, 250_000, tzinfo=UTC)


def test_the_date_format_holds_for_times_too() -> None:
    settings = FeedSettings(date_format="%d/%m/%Y")
    assert read_one("02/03/2026 09:30", settings) == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert read_one("02/03/2026", settings) == datetime(2026, 3, 2, tzinfo=UTC)


def test_a_stated_time_format_holds_alone() -> None:
    settings = FeedSettings(time_format="%Y%m%d%H%M")
    assert read_one("202603020930", settings) == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert read_one("2026-03-02 09:30", settings) == "not_a_time"


def test_a_stated_format_of_days_alone_holds_alone_too() -> None:
    settings = FeedSettings(time_format="%d/%m/%Y")
    assert read_one("02/03/2026", settings) == datetime(2026, 3, 2, tzinfo=UTC)
    assert read_one("2026-03-02", settings) == "not_a_time"


def test_a_stated_format_may_bring_its_offset() -> None:
    settings = FeedSettings(time_format="%Y-%m-%d %H:%M %z")
    assert read_one("2026-03-02 09:30 +0200", settings, LONDON) == datetime(2026, 3, 2, 7, 30, tzinfo=UTC)


def test_local_times_are_of_the_clients_zone() -> None:
    assert read_one("2026-07-01 12:00", zone=LONDON) == datetime(2026, 7, 1, 11, tzinfo=UTC)


def test_a_time_that_the_clocks_skip_does_not_exist() -> None:
    assert read_one("2026-03-29 01:30", zone=LONDON) == "not_a_time"


def test_of_a_time_that_comes_twice_the_earlier_is_meant() -> None:
    assert read_one("2026-10-25 01:30", zone=LONDON) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_date_alone_is_its_first_moment_even_if_midnight_is_skipped() -> None:
    assert read_one("2026-07-01", zone=LONDON) == datetime(2026, 6, 30, 23, tzinfo=UTC)
    assert read_one("2018-11-04", zone="America/Sao_Paulo") == datetime(2018, 11, 4, 3, tzinfo=UTC)


def test_a_date_alone_gets_the_stated_time_of_day() -> None:
    assert read_one("2026-03-02", at=time(18)) == datetime(2026, 3, 2, 18, tzinfo=UTC)
    assert read_one("2026-03-02 07:00", at=time(18)) == datetime(2026, 3, 2, 7, tzinfo=UTC)


@pytest.mark.parametrize("text", ["soon", "2026-03-02 25:00", "2026-13-02 10:00", "10:00"])
def test_what_is_no_time_is_said_to_be_none(text: str) -> None:
    assert read_one(text) == "not_a_time"


def test_an_impossible_year_is_out_of_range() -> None:
    assert read_one("0026-03-02 10:00") == "out_of_range"
