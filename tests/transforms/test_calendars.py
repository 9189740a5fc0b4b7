"""Tests of working days and of dates in time zones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.settings.client import Client
from schemas.settings.warehouse import Warehouse
from transforms.calendars import add_working_days, with_available_on, with_local_date, with_start_of_day

W1 = Warehouse(warehouse_id="W1", allocator="us", holidays=(date(2026, 12, 25),))
SIX_DAYS = Warehouse(
    warehouse_id="W6",
    allocator="us",
    working_days=("mon", "tue", "wed", "thu", "fri", "sat"),
    dock_to_stock_days=0,
)
WAREHOUSES = {"W1": W1, "W6": SIX_DAYS}
FRIDAY, SATURDAY, MONDAY = date(2026, 3, 6), date(2026, 3, 7), date(2026, 3, 9)
CLIENTS = {
    "london": Client(client_id="london", name="L", warehouses=("W1",), time_zone="Europe/London"),
    "santiago": Client(client_id="santiago", name="S", warehouses=("W1",), time_zone="America/Santiago"),
}


def expected_in(warehouse: str, day: date) -> pl.DataFrame:
    return pl.DataFrame({"warehouse_id": [warehouse], "expected_on": [day]})


def available_on(warehouse: str, day: date) -> date | None:
    frame = with_available_on(
        expected_in(warehouse, day), date_column="expected_on", name="available_on", warehouses=WAREHOUSES
    )
    answer = frame["available_on"][0]
    assert isinstance(answer, date)
    return answer


@pytest.mark.parametrize(
    ("warehouse", "expected", "available"),
    [
        ("W1", FRIDAY, MONDAY),
        ("W1", SATURDAY, MONDAY + timedelta(days=1)),
        ("W1", date(2026, 12, 24), date(2026, 12, 28)),
        ("W6", FRIDAY, SATURDAY),
        ("W6", SATURDAY, MONDAY),
        ("W6", date(2026, 3, 8), MONDAY + timedelta(days=1)),
        ("elsewhere", SATURDAY, date(2026, 3, 8)),
    ],
)
def test_units_can_be_picked_the_dock_days_after_the_next_working_day(
    warehouse: str, expected: date, available: date
) -> None:
    assert available_on(warehouse, expected) == available


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(0, 12))
def test_working_days_are_counted_as_a_person_counts_them(day: date, days: int) -> None:
    counted = day
    while counted.weekday() >= 5 or counted in W1.holidays:
        counted += timedelta(days=1)
    for _ in range(days):
        counted += timedelta(days=1)
        while counted.weekday() >= 5 or counted in W1.holidays:
            counted += timedelta(days=1)
    frame = add_working_days(
        expected_in("W1", day),
        date_column="expected_on",
        days=pl.lit(days),
        name="until",
        warehouses=WAREHOUSES,
    )
    assert frame["until"].to_list() == [counted]


def test_a_warehouse_without_a_file_works_every_day() -> None:
    frame = expected_in("elsewhere", FRIDAY).with_columns(rest=3)
    later = add_working_days(
        frame, date_column="expected_on", days=pl.col("rest"), name="until", warehouses=WAREHOUSES
    )
    assert later["until"].to_list() == [MONDAY]


def test_an_instant_is_a_date_of_its_clients_time_zone() -> None:
    late = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    frame = pl.DataFrame({"client_id": ["london", "santiago", "other"], "at": [late, late, None]})
    dated = with_local_date(frame, time_column="at", name="on", clients=CLIENTS)
    assert dated["on"].to_list() == [date(2026, 7, 2), date(2026, 7, 1), None]


def test_a_day_begins_at_local_midnight_or_where_the_clock_skips_it_an_hour_later() -> None:
    skipped = date(2026, 9, 6)
    frame = pl.DataFrame(
        {"client_id": ["london", "santiago", "other"], "on": [date(2026, 7, 1), skipped, skipped]}
    )
    begun = with_start_of_day(frame, date_column="on", name="at", clients=CLIENTS)
    assert begun["at"].to_list() == [
        datetime(2026, 6, 30, 23, tzinfo=UTC),
        datetime(2026, 9, 6, 1, tzinfo=ZoneInfo("America/Santiago")),
        datetime(2026, 9, 6, tzinfo=UTC),
    ]
