"""The second day of a night: when what it releases leaves the house.

A night closes its business date D early on the day after it, and the pickers start then. So what is in the
books is of D, and what leaves the house leaves on the shipping day S of its warehouse.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl

from schemas.results import Allocation
from schemas.settings.warehouse import Warehouse
from schemas.table import conform
from schemas.vocabulary.words import AllocationKind
from transforms.calendars import MONDAY_FIRST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandera.typing.polars import DataFrame

    from schemas.night import AsOf

EVERY_DAY = Warehouse(warehouse_id="", allocator="us", working_days=MONDAY_FIRST)
"""How a warehouse without a file works: every day, in UTC."""

ONE_DAY = timedelta(days=1)


def lasts(until: pl.Expr | date) -> pl.Expr:
    """True of units that can be used until a day: their `expiry_on` is not before it, or they have none."""
    return (pl.col("expiry_on") >= until).fill_null(value=True)


def shipping_day(warehouse: Warehouse, as_of: AsOf) -> date:
    """The day on which the warehouse picks and ships what this run releases.

    That is its first working day after the business date; of a run that nobody asked for by its date, the
    first one of which the local cut-off had not passed when the run was frozen. Where the clocks skip
    the cut-off it is an hour later; where they show it twice it is the first time.
    """
    first = as_of.business_date + ONE_DAY
    if not as_of.is_asked and as_of.frozen_at is not None:
        zone = ZoneInfo(warehouse.time_zone)
        today = as_of.frozen_at.astimezone(zone).date()
        cut_off = datetime.combine(today, warehouse.cut_off, zone).astimezone(UTC)
        first = max(first, today + (as_of.frozen_at > cut_off) * ONE_DAY)
    return _working_day_from(warehouse, first)


def shipping_day_after(warehouse: Warehouse, as_of: AsOf) -> date:
    """The warehouse's shipping day after this run's: what must leave before it is due now."""
    return _working_day_from(warehouse, shipping_day(warehouse, as_of) + ONE_DAY)


@dataclass(frozen=True)
class ShippingDays:
    """The shipping days of a run in all its warehouses; one without a file works every day.

    Attributes:
        as_of: the run.
        pairs: by warehouse, its shipping day and the one after it.
        otherwise: those of any other warehouse.
    """

    as_of: AsOf
    pairs: Mapping[str, tuple[date, date]]
    otherwise: tuple[date, date]

    @classmethod
    def of(cls, as_of: AsOf, warehouses: Mapping[str, Warehouse]) -> ShippingDays:
        """Those of this run."""

        def pair(warehouse: Warehouse) -> tuple[date, date]:
            return shipping_day(warehouse, as_of), shipping_day_after(warehouse, as_of)

        return cls(as_of, {name: pair(warehouse) for name, warehouse in warehouses.items()}, pair(EVERY_DAY))

    def in_warehouse(self, warehouse_id: str) -> date:
        """The shipping day of a warehouse."""
        return self.pairs.get(warehouse_id, self.otherwise)[0]

    def last(self) -> date:
        """The latest shipping day of any warehouse."""
        return max(ships_on for ships_on, _ in (self.otherwise, *self.pairs.values()))

    def ships_on(self, warehouse_id: str = "warehouse_id") -> pl.Expr:
        """The shipping day of the warehouse that the column names."""
        return self._of_column(warehouse_id, 0)

    def next_ships_on(self, warehouse_id: str = "warehouse_id") -> pl.Expr:
        """The shipping day after it: what must leave before it is due now."""
        return self._of_column(warehouse_id, 1)

    def of_lists(self, warehouse_ids: pl.Series) -> pl.DataFrame:
        """What the shipping days say of each list of warehouses, as `W2|W1`.

        Returns:
            One row a list: `warehouse_ids`; `warehouse_id`, `ships_on` and `next_ships_on` of its first
            warehouse; and the first and last shipping day of all of them: `soonest_on`, `latest_on`.
        """
        schema = {"warehouse_ids": pl.String, "warehouse_id": pl.String} | dict.fromkeys(_OF_LIST, pl.Date)
        rows = [(names, *self._of_list(names.split("|"))) for names in warehouse_ids.unique()]
        return pl.DataFrame(rows, schema=schema, orient="row")

    def in_time(self, warehouse_ids: str, last_on: date) -> str | None:
        """The warehouses of the list that ship by that day; null if all or none do."""
        names = warehouse_ids.split("|")
        able = [name for name in names if self.in_warehouse(name) <= last_on]
        return "|".join(able) if 0 < len(able) < len(names) else None

    def _of_list(self, names: list[str]) -> tuple[str, date, date, date, date]:
        pairs = [self.pairs.get(name, self.otherwise) for name in names]
        days = [ships_on for ships_on, _ in pairs]
        return names[0], *pairs[0], min(days), max(days)

    def _of_column(self, warehouse_id: str, place: int) -> pl.Expr:
        """One of both days: a plain date where it is the same everywhere."""
        sharing: dict[date, list[str]] = {}
        for name, pair in self.pairs.items():
            sharing.setdefault(pair[place], []).append(name)
        usual = pl.lit(self.otherwise[place], pl.Date)
        sharing.pop(self.otherwise[place], None)
        branches = [
            pl.when(pl.col(warehouse_id).is_in(names)).then(pl.lit(day, pl.Date))
            for day, names in sharing.items()
        ]
        return pl.coalesce(*branches, usual) if branches else usual


_OF_LIST = ("ships_on", "next_ships_on", "soonest_on", "latest_on")


def with_ships_on(frame: pl.DataFrame, *, as_of: AsOf, warehouses: Mapping[str, Warehouse]) -> pl.DataFrame:
    """`frame` with `ships_on` and `next_ships_on` of its `warehouse_id`."""
    days = ShippingDays.of(as_of, warehouses)
    return frame.with_columns(ships_on=days.ships_on(), next_ships_on=days.next_ships_on())


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
