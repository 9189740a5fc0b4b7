"""Whose day it is: working days of warehouses, and instants as dates of a client's time zone.

Rules are evaluated once per distinct calendar or time zone, of which there are few, never once per row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import polars as pl

from schemas.settings.warehouse import Warehouse, Weekday

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from schemas.settings.client import Client

MONDAY_FIRST = get_args(Weekday)


def add_working_days(
    frame: pl.DataFrame, *, date_column: str, days: pl.Expr, name: str, warehouses: Mapping[str, Warehouse]
) -> pl.DataFrame:
    """`frame` with the date `days` working days of its `warehouse_id` after `date_column`.

    A date that is no working day counts as the next one, so 0 days after a Saturday is the Monday. A
    warehouse that has no file works every day.
    """

    def shifted(warehouse: Warehouse) -> pl.Expr:
        return _working_day_after(pl.col(date_column), days, warehouse)

    every_day = pl.col(date_column).dt.offset_by(pl.concat_str(days, pl.lit("d")))
    return frame.with_columns(_by_calendar(warehouses, shifted, every_day).alias(name))


def with_working_day_before(
    frame: pl.DataFrame, *, date_column: str, name: str, warehouses: Mapping[str, Warehouse]
) -> pl.DataFrame:
    """`frame` with the last working day of its `warehouse_id` that is not after `date_column`."""

    def rolled(warehouse: Warehouse) -> pl.Expr:
        return _working_day_after(pl.col(date_column), pl.lit(0), warehouse, roll="backward")

    return frame.with_columns(_by_calendar(warehouses, rolled, pl.col(date_column)).alias(name))


def with_working_days(
    frame: pl.DataFrame, *, since: str, by: str, warehouses: Mapping[str, Warehouse]
) -> pl.DataFrame:
    """`frame` with `since` and `by` as working days of its `warehouse_id`.

    `since` becomes the first that is not before it, `by` the last that is not after it.
    """

    def first(warehouse: Warehouse) -> pl.Expr:
        return _working_day_after(pl.col(since), pl.lit(0), warehouse)

    def last(warehouse: Warehouse) -> pl.Expr:
        return _working_day_after(pl.col(by), pl.lit(0), warehouse, roll="backward")

    return frame.with_columns(
        _by_calendar(warehouses, first, pl.col(since)).alias(since),
        _by_calendar(warehouses, last, pl.col(by)).alias(by),
    )


def with_available_on(
    frame: pl.DataFrame, *, date_column: str, name: str, warehouses: Mapping[str, Warehouse]
) -> pl.DataFrame:
    """`frame` with the day on which units expected on `date_column` can be picked in their `warehouse_id`.

    That is the expected date, if it is not a working day the next one, and `dock_to_stock_days` working
    days on top; at least one, since the night that closes a day releases for the working day after it.
    """

    def docked(warehouse: Warehouse) -> pl.Expr:
        days = max(1, warehouse.dock_to_stock_days)
        return _working_day_after(pl.col(date_column), pl.lit(days), warehouse)

    every_day = pl.col(date_column) + pl.duration(days=1)
    return frame.with_columns(_by_calendar(warehouses, docked, every_day).alias(name))


def with_local_date(
    frame: pl.DataFrame, *, time_column: str, name: str, clients: Mapping[str, Client]
) -> pl.DataFrame:
    """`frame` with the calendar date that `time_column` falls on in the time zone of its client."""

    def local(zone: str) -> pl.Expr:
        return pl.col(time_column).dt.convert_time_zone(zone).dt.date()

    return frame.with_columns(_by_zone(clients, local).alias(name))


def with_received_day(rows: pl.DataFrame, *, clients: Mapping[str, Client]) -> pl.DataFrame:
    """Receipts with `received_day`: the day that their file names, else the local one of their instant."""
    local = with_local_date(rows, time_column="received_at", name="received_day", clients=clients)
    return local.with_columns(received_day=pl.coalesce("received_on", "effective_on", "received_day"))


def with_start_of_day(
    frame: pl.DataFrame, *, date_column: str, name: str, clients: Mapping[str, Client]
) -> pl.DataFrame:
    """`frame` with the instant at which `date_column` begins in the time zone of its client.

    Where a clock change skips midnight, the day begins when the skipped hour ends.
    """

    def began(zone: str) -> pl.Expr:
        midnight = pl.col(date_column).cast(pl.Datetime("us"))
        hours = [midnight.dt.offset_by(f"{hour}h") for hour in (0, 1)]
        instants = [
            hour.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null") for hour in hours
        ]
        return pl.coalesce(instants).dt.convert_time_zone("UTC")

    return frame.with_columns(_by_zone(clients, began).alias(name))


def with_warehouse_date(
    frame: pl.DataFrame, *, time_column: str, name: str, warehouses: Mapping[str, Warehouse]
) -> pl.DataFrame:
    """`frame` with the calendar date that `time_column` falls on in the time zone of its `warehouse_id`."""

    def local(warehouse: Warehouse) -> pl.Expr:
        return pl.col(time_column).dt.convert_time_zone(warehouse.time_zone).dt.date()

    return frame.with_columns(_by_clock(warehouses, local, pl.col(time_column).dt.date()).alias(name))


def with_instant_of_day(
    frame: pl.DataFrame, *, date_column: str, name: str, warehouses: Mapping[str, Warehouse]
) -> pl.DataFrame:
    """`frame` with the instant at which a fact of `date_column` happened that names no time of day.

    That is `day_only_at` of its `warehouse_id` on that day; where the clocks skip that time, an hour later.
    """
    plain = Warehouse(warehouse_id="", allocator="us")

    def happened(warehouse: Warehouse) -> pl.Expr:
        local = pl.col(date_column).dt.combine(warehouse.day_only_at, "us")
        hours = [local.dt.offset_by(f"{hour}h") for hour in (0, 1)]
        instants = [
            hour.dt.replace_time_zone(warehouse.time_zone, ambiguous="earliest", non_existent="null")
            for hour in hours
        ]
        return pl.coalesce(instants).dt.convert_time_zone("UTC")

    return frame.with_columns(_by_clock(warehouses, happened, happened(plain)).alias(name))


def _working_day_after(
    day: pl.Expr, days: pl.Expr, warehouse: Warehouse, *, roll: Literal["forward", "backward"] = "forward"
) -> pl.Expr:
    week_mask = [weekday in warehouse.working_days for weekday in MONDAY_FIRST]
    return day.dt.add_business_days(days, week_mask=week_mask, holidays=warehouse.holidays, roll=roll)


def _by_calendar(
    warehouses: Mapping[str, Warehouse], rule: Callable[[Warehouse], pl.Expr], otherwise: pl.Expr
) -> pl.Expr:
    """`rule` of each row's warehouse, evaluated once for warehouses that share a calendar."""
    kinds = {key: (one.working_days, one.holidays, one.dock_to_stock_days) for key, one in warehouses.items()}
    return _by_kind("warehouse_id", kinds, lambda key: rule(warehouses[key]), otherwise)


def _by_clock(
    warehouses: Mapping[str, Warehouse], rule: Callable[[Warehouse], pl.Expr], otherwise: pl.Expr
) -> pl.Expr:
    """`rule` of each row's warehouse, evaluated once for warehouses that share zone and time of day."""
    kinds = {key: (one.time_zone, one.day_only_at) for key, one in warehouses.items()}
    return _by_kind("warehouse_id", kinds, lambda key: rule(warehouses[key]), otherwise)


def _by_zone(clients: Mapping[str, Client], rule: Callable[[str], pl.Expr]) -> pl.Expr:
    """`rule` of each row's time zone; UTC for a client without a file."""
    zones = {key: client.time_zone for key, client in clients.items()}
    return _by_kind("client_id", zones, lambda key: rule(zones[key]), rule("UTC"))


def _by_kind(
    column: str, kinds: Mapping[str, Hashable], rule: Callable[[str], pl.Expr], otherwise: pl.Expr
) -> pl.Expr:
    """`rule` of the first of each kind, for the rows whose `column` names one of that kind."""
    alike: dict[Hashable, list[str]] = {}
    for key, kind in kinds.items():
        alike.setdefault(kind, []).append(key)
    branches = [pl.when(pl.col(column).is_in(keys)).then(rule(keys[0])) for keys in alike.values()]
    return pl.coalesce(*branches, otherwise)
