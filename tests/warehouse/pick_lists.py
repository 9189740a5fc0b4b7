"""How pick lists come to the packing table, are judged there, and end."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.warehouse.world import SKUS, Pick

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from tests.warehouse.judging import Open
    from tests.warehouse.world import World

STOPPED, FEWER = re.compile(r"stop pick (.*?): line"), re.compile(r"(\w+) \((\d+) units?\)")
"""What a finding says of picks that have left already."""


def take_lists(world: World, releases: Iterable[Mapping[str, object]]) -> None:
    """The releases of last night come to the packing table; what should not be among them is noted."""
    new = sorted((_pick_of(world, release) for release in releases), key=lambda pick: pick.release_id)
    for pick in new:
        _check_cancelled(world, pick)
        world.outstanding[pick.release_id] = pick
    _check_units(world, new)


def stop_picks(world: World, night: date, findings: Iterable[Open]) -> None:
    """People heed what last night said: pickers fetch fewer units of what had left already."""
    for finding in findings:
        if finding.code == "late_shipment" and finding.opened_on == night:
            for told in STOPPED.findall(finding.detail):
                for release_id, units in FEWER.findall(told):
                    if (pick := world.outstanding.get(release_id)) is not None:
                        pick.left = max(0, pick.left - int(units))
                        if not pick.left:
                            finish(world, pick, night, 0)


def _pick_of(world: World, release: Mapping[str, object]) -> Pick:
    line = world.lines[str(release["order_id"]), int(str(release["line_no"]))]
    qty = int(str(release["allocated_qty"]))
    return Pick(
        str(release["release_id"]),
        line,
        warehouse_id=str(release["warehouse_id"]),
        sku=str(release["sku"]),
        lot_id=str(release["lot_id"] or ""),
        bin_id=str(release["bin_id"]),
        qty=qty,
        ships_on=date.fromisoformat(str(release["ships_on"])),
        left=qty,
    )


def _check_cancelled(world: World, pick: Pick) -> None:
    """No unit is released that was cancelled, or that has left for the line already."""
    line = pick.line
    waiting = sum(other.left for other in world.outstanding.values() if other.line is line)
    gone = line.picked + line.by_hand + waiting
    beyond = gone + pick.left - max(gone, line.qty - line.cancelled)
    if beyond > 0 and line.cancelled and not line.is_muddled:
        world.cancelled_shipped += beyond
        world.problems.append(
            f"{world.day}: {pick.release_id} releases {pick.qty} of {line.order_id}/{line.line_no}, "
            f"of whose {line.qty} units {line.cancelled} are cancelled and {gone} gone"
        )
    again = gone + pick.left - line.qty
    if again > 0 and not line.cancelled and not line.is_muddled:
        world.shipped_twice += again
        world.problems.append(
            f"{world.day}: {pick.release_id} releases {pick.qty} of {line.order_id}/{line.line_no}, "
            f"of whose {line.qty} units {gone} are gone"
        )


def _check_units(world: World, new: list[Pick]) -> None:
    """No unit is released that was given out before: what is new lies there beside what is old.

    Of an older release no more counts than is there of its lot: what a count did not find is a gap of that
    shelf, and its short is still to come, whatever its picker brings instead.
    """
    for warehouse_id, sku in sorted({(pick.warehouse_id, pick.sku) for pick in new}):
        units = world.units(warehouse_id, sku)
        there = sum(units.values())
        wanted, promised = 0, 0
        for lot_id in SKUS[sku]:
            shelf = (warehouse_id, sku, lot_id)
            of_shelf = [pick for pick in world.outstanding.values() if pick.shelf == shelf]
            old = sum(pick.left for pick in of_shelf if pick not in new and not _looks_short(world, pick))
            promised += min(old, sum(qty for (lot, _), qty in units.items() if lot == lot_id))
            wanted += sum(pick.left for pick in of_shelf if pick in new)
        lacking = wanted - (there - promised) - world.unknown.get((warehouse_id, sku), 0)
        if lacking > 0:
            world.shipped_twice += lacking
            world.problems.append(
                f"{world.day}: {wanted} units of {sku} in {warehouse_id} are released anew; {there} are "
                f"there, {promised} of them released before"
            )


def _looks_short(world: World, pick: Pick) -> bool:
    """Whether the rest of a pick was given up last night: for all that was told it was not found.

    On the night that hears of it the rest waits, unless somebody has looked at its place since.
    """
    if pick.unsaid_since is None:
        return False
    heard_on, parcel_at = pick.unsaid_since
    night = world.day - timedelta(days=1)
    return heard_on < night or (heard_on == night and _is_looked_at(world, pick, parcel_at, night))


def _is_looked_at(world: World, pick: Pick, since: datetime, night: date) -> bool:
    """Somebody counted the place of a pick, found units there, or said that units of it are gone."""
    place = (pick.warehouse_id, pick.sku, pick.lot_id, pick.bin_id)
    is_counted = any(
        count.is_known(night) and count.at >= since and place in count.seen for count in world.told.counts
    )
    adjusted = [fact for fact in world.told.facts[place[:2]] if fact.is_adjusted and fact.is_told(night)]
    is_found = any(
        fact.qty > 0 and fact.at >= since and (fact.lot_id, fact.bin_id) == place[2:] for fact in adjusted
    )
    is_lost = any(
        fact.qty < 0
        and fact.at.date() >= pick.ships_on
        and fact.lot_id in {None, pick.lot_id}
        and fact.bin_id in {None, pick.bin_id}
        for fact in adjusted
    )
    return is_counted or is_found or is_lost


def finish(world: World, pick: Pick, told_on: date, rest: int) -> None:
    """The release is worked off; what was not found is told, and may be found by a count."""
    pick.is_done = True
    pick.left = 0
    world.outstanding.pop(pick.release_id, None)
    if rest:
        excuse_short(world, pick, told_on)


def excuse_short(world: World, pick: Pick, told_on: date) -> None:
    world.excuse("short_pick", pick.sku, told_on, 99)
    world.excuse("short_hold_over", pick.sku, told_on, 99)
    world.shorts[pick.warehouse_id, pick.sku] = max(
        told_on, world.shorts.get((pick.warehouse_id, pick.sku), told_on)
    )
