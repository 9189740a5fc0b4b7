"""When what a night releases leaves: by date, by the clock, by the calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import polars as pl
import pytest

from schemas.night import AsOf
from schemas.settings.warehouse import Warehouse
from transforms.shipping_days import ONE_DAY, ShippingDays, shipping_day, shipping_day_after, with_ships_on

LEEDS = Warehouse(
    warehouse_id="LEEDS",
    allocator="us",
    time_zone="Europe/London",
    cut_off=time(14, 0),
    holidays=(date(2026, 4, 3), date(2026, 4, 6)),
)
DAILY = Warehouse(
    warehouse_id="DAILY", allocator="us", working_days=("mon", "tue", "wed", "thu", "fri", "sat", "sun")
)


@pytest.mark.parametrize(
    ("night", "ships_on", "next_ships_on"),
    [
        (date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)),
        (date(2026, 3, 5), date(2026, 3, 6), date(2026, 3, 9)),
        (date(2026, 3, 6), date(2026, 3, 9), date(2026, 3, 10)),
        (date(2026, 3, 7), date(2026, 3, 9), date(2026, 3, 10)),
        (date(2026, 3, 8), date(2026, 3, 9), date(2026, 3, 10)),
        (date(2026, 4, 1), date(2026, 4, 2), date(2026, 4, 7)),
        (date(2026, 4, 2), date(2026, 4, 7), date(2026, 4, 8)),
    ],
)
def test_a_night_ships_on_the_first_working_day_after_its_date(
    night: date, ships_on: date, next_ships_on: date
) -> None:
    assert shipping_day(LEEDS, AsOf(night)) == ships_on
    assert shipping_day_after(LEEDS, AsOf(night)) == next_ships_on


@pytest.mark.parametrize(
    ("frozen_at", "ships_on"),
    [
        (datetime(2026, 3, 3, 1, tzinfo=UTC), date(2026, 3, 3)),
        (datetime(2026, 3, 3, 14, tzinfo=UTC), date(2026, 3, 3)),
        (datetime(2026, 3, 3, 14, 1, tzinfo=UTC), date(2026, 3, 4)),
        (datetime(2026, 3, 6, 15, tzinfo=UTC), date(2026, 3, 9)),
        # the last Sunday of March: the clocks go forward, so 13:30 in UTC is 14:30 in Leeds
        (datetime(2026, 3, 27, 13, 30, tzinfo=UTC), date(2026, 3, 27)),
        (datetime(2026, 3, 30, 13, 30, tzinfo=UTC), date(2026, 3, 31)),
        # before its date has ended nothing of it can leave
        (datetime(2026, 3, 2, 9, tzinfo=UTC), date(2026, 3, 3)),
    ],
)
def test_a_scheduled_night_ships_on_the_first_day_whose_cut_off_is_not_over(
    frozen_at: datetime, ships_on: date
) -> None:
    scheduled = AsOf(date(2026, 3, 2), frozen_at=frozen_at, is_asked=False)
    assert shipping_day(LEEDS, scheduled) == ships_on
    assert shipping_day(LEEDS, AsOf(date(2026, 3, 2), frozen_at=frozen_at)) == date(2026, 3, 3)


def test_each_warehouse_has_its_own_shipping_day_and_one_without_a_file_ships_every_day() -> None:
    frame = pl.DataFrame({"warehouse_id": ["DAILY", "LEEDS", "ELSEWHERE"]})
    days = with_ships_on(frame, as_of=AsOf(date(2026, 3, 6)), warehouses={"LEEDS": LEEDS, "DAILY": DAILY})
    assert days["ships_on"].to_list() == [date(2026, 3, 7), date(2026, 3, 9), date(2026, 3, 7)]
    assert days["next_ships_on"].to_list() == [date(2026, 3, 8), date(2026, 3, 10), date(2026, 3, 8)]


@pytest.mark.parametrize(
    ("frozen_at", "ships_on"),
    [
        # the clocks skip 01:30, so it is 02:30, which is 01:30 in UTC
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 1, 31, tzinfo=UTC), date(2026, 3, 30)),
        # they show it twice, in UTC at 00:30 and at 01:30: the first time counts
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 0, 31, tzinfo=UTC), date(2026, 10, 26)),
        (datetime(2026, 10, 25, 1, 0, tzinfo=UTC), date(2026, 10, 26)),
    ],
)
def test_a_cut_off_in_the_hour_of_a_clock_change_passes_once(frozen_at: datetime, ships_on: date) -> None:
    early = DAILY.model_copy(update={"time_zone": "Europe/London", "cut_off": time(1, 30)})
    night = AsOf(frozen_at.date() - ONE_DAY, frozen_at=frozen_at, is_asked=False)
    assert shipping_day(early, night) == ships_on


NIGHT_OF_A_FRIDAY = ShippingDays.of(AsOf(date(2026, 3, 6)), {"LEEDS": LEEDS, "DAILY": DAILY})


def test_a_list_of_warehouses_has_the_days_of_its_first_and_the_extremes() -> None:
    lists = NIGHT_OF_A_FRIDAY.of_lists(pl.Series(["LEEDS|DAILY", "DAILY|LEEDS"])).sort("warehouse_ids")
    saturday, sunday, monday, tuesday = (date(2026, 3, day) for day in (7, 8, 9, 10))
    assert lists.rows() == [
        ("DAILY|LEEDS", "DAILY", saturday, sunday, saturday, monday),
        ("LEEDS|DAILY", "LEEDS", monday, tuesday, saturday, monday),
    ]


@pytest.mark.parametrize(
    ("last_on", "able"),
    [
        (date(2026, 3, 6), None),
        (date(2026, 3, 7), "DAILY"),
        (date(2026, 3, 8), "DAILY"),
        (date(2026, 3, 9), None),
    ],
)
def test_of_a_list_only_those_remain_that_ship_in_time(last_on: date, able: str | None) -> None:
    assert NIGHT_OF_A_FRIDAY.in_time("LEEDS|DAILY", last_on) == able


def test_the_last_shipping_day_counts_warehouses_without_a_file() -> None:
    assert NIGHT_OF_A_FRIDAY.last() == date(2026, 3, 9)
    assert ShippingDays.of(AsOf(date(2026, 3, 6)), {}).last() == date(2026, 3, 7)
