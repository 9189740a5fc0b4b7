"""When tonight's releases leave, by the oracle: day after day on the wall calendar of a warehouse."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.night import AsOf
    from schemas.settings.warehouse import Warehouse

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def works_on(warehouse: Warehouse, day: date) -> bool:
    """The warehouse handles goods on that day."""
    return WEEK[day.weekday()] in warehouse.working_days and day not in warehouse.holidays


def working_day(day: date, warehouse: Warehouse, after: int) -> date:
    """`day`, or the next on which the warehouse works; then so many working days after it."""
    while not works_on(warehouse, day):
        day += timedelta(days=1)
    return working_day(day + timedelta(days=1), warehouse, after - 1) if after else day


def working_day_by(day: date, warehouse: Warehouse) -> date:
    """`day`, or the last before it on which the warehouse works."""
    while not works_on(warehouse, day):
        day -= timedelta(days=1)
    return day


def days_to_ship(warehouse: Warehouse, as_of: AsOf) -> Iterator[date]:
    """The days on which it can ship what the run releases, the first one first."""
    day = as_of.business_date
    while True:
        day += timedelta(days=1)
        cut_off = datetime.combine(day, warehouse.cut_off, ZoneInfo(warehouse.time_zone)).astimezone(UTC)
        is_over = not as_of.is_asked and as_of.frozen_at and as_of.frozen_at > cut_off
        if works_on(warehouse, day) and not is_over:
            yield day


def shipping_days(warehouse: Warehouse, as_of: AsOf) -> tuple[date, date]:
    """The day on which it ships what the run releases, and the next."""
    days = days_to_ship(warehouse, as_of)
    return next(days), next(days)
