"""Faults of days: when a night's releases leave, and what that decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import polars as pl

from tests.properties.planting import after, before, having, instead
from transforms.allocation import plan
from transforms.allocation.demand import lines, waiting
from transforms.allocation.explaining import standings
from transforms.allocation.releasing import shipping
from transforms.allocation.supply import goods
from transforms.shipping_days import ShippingDays

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemas.night import AsOf
    from tests.properties.planting import Fault, Step


def on_other_shipping_days(moves: int) -> Callable[[Step], Step]:
    """A step for which every warehouse ships so many days later."""

    def wrong(step: Step) -> Step:
        def moved(*args: Any, days: ShippingDays, **kwargs: Any) -> Any:  # noqa: ANN401 -- any step of the plan
            by = timedelta(days=moves)
            pairs = {name: (first + by, after_it + by) for name, (first, after_it) in days.pairs.items()}
            return step(*args, days=replace(days, pairs=pairs), **kwargs)

        return moved

    return wrong


def with_reaches(**values: pl.Expr) -> Callable[[Step], Step]:
    """A step whose second argument has other reaches, or is them."""

    def wrong(step: Step) -> Step:
        def changed(first: Any, second: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 -- any step
            is_frame = isinstance(second, pl.DataFrame)
            reaches = (second if is_frame else second.reaches).with_columns(**values)
            return step(first, reaches if is_frame else replace(second, reaches=reaches), *args, **kwargs)

        return changed

    return wrong


def with_pools(**values: pl.Expr) -> Callable[[Step], Step]:
    """A step whose second argument are other pools."""
    return lambda step: lambda holdings, pools: step(holdings, pools.with_columns(**values))


def told(**values: pl.Expr) -> Callable[[Any], Any]:
    """Lines, and reaches with columns replaced."""
    return lambda both: (both[0], both[1].with_columns(**values))


def days_of(run: Callable[[AsOf], AsOf], *, every_day: bool = False) -> Callable[[object], Any]:
    """Shipping days of another run, or of warehouses that always work."""
    return instead(
        SimpleNamespace(
            of=lambda as_of, warehouses: ShippingDays.of(run(as_of), {} if every_day else warehouses)
        )
    )


def later(column: str, days: int) -> pl.Expr:
    """A date so many days later."""
    return pl.col(column) + pl.duration(days=days)


def due_by(day: str) -> pl.Expr:
    """Due until so many days after that day as the horizon says."""
    return pl.col(day) + pl.duration(days=pl.col("horizon_days"))


FIRST_ONLY = {"soonest_on": pl.col("ships_on"), "latest_on": pl.col("ships_on")}

DAY_FAULTS: dict[str, Fault] = {
    "expired units used": (goods, "usable_lots", on_other_shipping_days(-1)),
    "last day of a lot not used": (goods, "usable_lots", on_other_shipping_days(1)),
    "fences end a day early": (goods, "standing_fences", on_other_shipping_days(1)),
    "last ship date is past": (waiting, "time_lines", with_reaches(soonest_on=later("soonest_on", 1))),
    "last ship date is past a day late": (
        waiting,
        "time_lines",
        with_reaches(soonest_on=later("soonest_on", -1)),
    ),
    "cancelled on the last ship date": (
        plan,
        "find_cancellations",
        with_reaches(soonest_on=later("soonest_on", 1)),
    ),
    "cancelled a day late": (plan, "find_cancellations", with_reaches(soonest_on=later("soonest_on", -1))),
    "due on the shipping day only": (waiting, "number_reaches", after(told(due_until=due_by("ships_on")))),
    "due on the next shipping day": (
        waiting,
        "number_reaches",
        after(told(due_until=due_by("next_ships_on"))),
    ),
    "warehouses that ship too late are asked": (
        lines,
        "_of_warehouses_in_time",
        lambda _: lambda frame, _: frame,
    ),
    "past with its first warehouse": (waiting, "number_reaches", after(told(**FIRST_ONLY))),
    "leaves a day before its release day": (
        shipping,
        "_keep_until_released",
        with_pools(ships_on=later("ships_on", 1)),
    ),
    "stays on its release day": (
        shipping,
        "_keep_until_released",
        with_pools(ships_on=later("ships_on", -1)),
    ),
    "in stock as in the first warehouse": (
        standings,
        "_with_stands_on",
        lambda _: (
            lambda frame, _, waits, *__: frame.with_columns(
                stands_on=waits.reaches["ships_on"].gather(frame["reach"])
            )
        ),
    ),
    "what is early is told for its due day": (
        standings,
        "_with_leaving_days",
        lambda step: lambda frame, **kwargs: step(frame, **kwargs).with_columns(leaves_by="due_on"),
    ),
    "what stays is told for tonight": (
        standings,
        "_with_leaving_days",
        after(having(leaves_by=pl.lit(None, pl.Date))),
    ),
    "release dates move no date": (
        standings,
        "_with_leaving_days",
        after(having(leaves_since=pl.lit(None, pl.Date))),
    ),
    "dates on closed days": (standings, "with_working_days", lambda _: lambda frame, **_: frame),
    "small releases are urgent on their day": (
        shipping,
        "lines_of_small",
        before(having(next_ships_on=later("ships_on", 1))),
    ),
    "every day ships": (plan, "ShippingDays", days_of(lambda as_of: as_of, every_day=True)),
    "the clock is not asked": (plan, "ShippingDays", days_of(lambda as_of: replace(as_of, is_asked=True))),
}
"""Where, what, and what stands there instead."""
