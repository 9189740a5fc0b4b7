"""The second day of a night: when what it releases leaves the house.

A night closes its business date D early on the day after it, and the pickers start then. So what is in the
books is of D, and what leaves the house leaves on the shipping day S of its warehouse.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl

from schemas.results import Allocation
from schemas.table import conform
from schemas.vocabulary import AllocationKind
from schemas.warehouse import Warehouse
from transforms.calendars import MONDAY_FIRST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandera.typing.polars import DataFrame

    from schemas.night import AsOf

EVERY_DAY = Warehouse(warehouse_id="", allocator="us", working_days=MONDAY_FIRST)
"""How a warehouse without a file works: every day, in UTC."""

ONE_DAY = timedelta(days=1)


def shipping_day(warehouse: Warehouse, as_of: AsOf) -> date:
    """The day on which the warehouse picks and ships what this run releases.

    That is its first working day after the business date; of a run that nobody asked for by its date, the
    first one of which the local cut-off had not passed when the run was frozen.
    """
    first = as_of.business_date + ONE_DAY
    if not as_of.is_asked and as_of.frozen_at is not None:
        local = as_of.frozen_at.astimezone(ZoneInfo(warehouse.time_zone))
        has_passed = local.time() > warehouse.cut_off
        first = max(first, local.date() + has_passed * ONE_DAY)
    return _working_day_from(warehouse, first)


def shipping_day_after(warehouse: Warehouse, as_of: AsOf) -> date:
    """The warehouse's shipping day after this run's: what must leave before it is due now."""
    return _working_day_from(warehouse, shipping_day(warehouse, as_of) + ONE_DAY)


def tabulate_shipping_days(as_of: AsOf, warehouses: Mapping[str, Warehouse]) -> pl.DataFrame:
    """Each warehouse's shipping days: `warehouse_id`, `ships_on` and `next_ships_on`, the one after it."""
    rows = [
        (name, shipping_day(warehouse, as_of), shipping_day_after(warehouse, as_of))
        for name, warehouse in warehouses.items()
    ]
    schema = {"warehouse_id": pl.String, "ships_on": pl.Date, "next_ships_on": pl.Date}
    return pl.DataFrame(rows, schema=schema, orient="row")


def with_ships_on(frame: pl.DataFrame, *, as_of: AsOf, warehouses: Mapping[str, Warehouse]) -> pl.DataFrame:
    """`frame` with `ships_on` and `next_ships_on` of its `warehouse_id`."""
    days = tabulate_shipping_days(as_of, warehouses)
    joined = frame.join(days, on="warehouse_id", how="left", maintain_order="left")
    return joined.with_columns(
        pl.col("ships_on").fill_null(shipping_day(EVERY_DAY, as_of)),
        pl.col("next_ships_on").fill_null(shipping_day_after(EVERY_DAY, as_of)),
    )


def date_releases(
    allocations: DataFrame[Allocation], *, as_of: AsOf, warehouses: Mapping[str, Warehouse]
) -> DataFrame[Allocation]:
    """The allocations with the shipping day of each release; a reservation has none."""
    is_release = pl.col("kind") == AllocationKind.RELEASE
    dated = allocations.drop("ships_on").pipe(with_ships_on, as_of=as_of, warehouses=warehouses)
    return conform(dated.with_columns(ships_on=pl.when(is_release).then("ships_on")), Allocation)


def _working_day_from(warehouse: Warehouse, day: date) -> date:
    """The day itself if the warehouse works then, else its next working day."""
    while MONDAY_FIRST[day.weekday()] not in warehouse.working_days or day in warehouse.holidays:
        day += ONE_DAY
    return day
