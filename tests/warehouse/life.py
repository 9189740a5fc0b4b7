"""A day in a warehouse: what is done when, from the pick lists of the morning to the files of the evening."""

from __future__ import annotations

import heapq
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from tests.warehouse import doings, picking
from tests.warehouse.kinds import FIRST_DAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.warehouse.world import World

    Doing = Callable[..., None]

BEFORE_WORK, AFTER_WORK = 6 * 60, 20 * 60
"""Minutes of the day at which a warehouse counts whose facts have only a day."""

OPENS, CLOSES = 7 * 60, 17 * 60 + 30

LIKELY: dict[str, tuple[float, Doing]] = {
    "adjustments": (0.4, doings.adjust),
    "moves": (0.8, doings.move),
    "damage": (0.1, doings.damage),
    "returns": (0.15, doings.give_back),
    "cancellations": (0.25, doings.cancel),
    "changes": (0.2, doings.change_order),
    "by_hand": (0.15, picking.ship_by_hand),
    "silent_losses": (0.12, partial(doings.vary_silently, kind="silent_losses")),
    "silent_finds": (0.08, partial(doings.vary_silently, kind="silent_finds")),
    "silent_shipments": (0.05, partial(picking.ship_by_hand, is_silent=True)),
    "silent_lots": (0.06, picking.mix_up_lots),
}
"""How likely each kind is on a day, and what is done."""


def live_a_day(world: World) -> None:
    """All that happens on the world's day."""
    works = world.style.works_on(world.day)
    if world.day == FIRST_DAY:
        _open(world)
    _plan_orders(world)
    if works:
        _plan_picks(world)
        _plan_arrivals(world)
        if not world.is_closing:
            for kind, (likely, doing) in LIKELY.items():
                if world.may(kind, likely):
                    _plan(world, doing)
    _plan_counts(world, works=works)
    while world.agenda:
        _, _, _, doing = heapq.heappop(world.agenda)
        world.events += 1
        doing(world)


def _plan(world: World, doing: Doing, *args: Any) -> None:  # noqa: ANN401 -- whatever the doing takes
    minute = world.chance.randint(OPENS, CLOSES)
    world.plan(minute, lambda now: doing(now, minute, *args))


def _open(world: World) -> None:
    """The first stock comes, by receipts."""
    for warehouse_id in world.style.warehouses:
        for _ in range(6):
            _plan(world, doings.receive, warehouse_id)


def _plan_orders(world: World) -> None:
    if world.is_closing:
        return
    for _ in range(world.chance.choice((1, 2, 3))):
        _plan(world, doings.order)


def _plan_picks(world: World) -> None:
    """All that is released to leave up to today is worked off, in any order."""
    for pick in [pick for pick in world.outstanding.values() if pick.ships_on <= world.day]:
        _plan(world, picking.work_off, pick)


def _plan_arrivals(world: World) -> None:
    """Announced goods that come today, and others."""
    chance = world.chance
    for asn in world.asns:
        is_due = asn.expected_on <= world.day and asn.come < asn.qty
        if is_due and asn.come and chance.random() < 0.5:
            continue
        if is_due and world.may("asn_late", 0.5):
            world.excuse("overdue_asn", "", None, 30)
            continue
        if is_due:
            _plan(world, doings.receive, asn.warehouse_id, asn)
    if world.is_closing:
        return
    if world.may("receipts", 0.35):
        _plan(world, doings.receive, chance.choice(world.style.warehouses))
    if world.may("asns", 0.35):
        _plan(world, doings.announce)


def _plan_counts(world: World, *, works: bool) -> None:
    for warehouse_id in world.style.warehouses:
        if world.day == world.last_day:
            # after everything: what is left to tell is told on this evening, and all of it is inside
            _plan_count(world, AFTER_WORK, partial(doings.count_all, warehouse_id=warehouse_id))
        elif world.day >= world.next_full[warehouse_id]:
            _plan_count(world, _counting_time(world), partial(doings.count_all, warehouse_id=warehouse_id))
            world.next_full[warehouse_id] = world.day + timedelta(days=world.chance.randint(5, 11))
    if works and world.day < world.last_day and world.may("bin_counts", 0.2):
        _plan_count(world, _counting_time(world), doings.count_bins)


def _plan_count(world: World, minute: int, count: Doing) -> None:
    world.plan(minute, lambda now: count(now, minute), is_count=True)


def _counting_time(world: World) -> int:
    """Any time, if facts have times, also that of a fact; else before or after all movements of the day."""
    if not world.style.is_timed:
        return world.chance.choice((BEFORE_WORK, AFTER_WORK))
    if world.agenda and world.may("same_minute", 0.4):
        return world.chance.choice(world.agenda)[0]
    return world.chance.randint(BEFORE_WORK, AFTER_WORK)
