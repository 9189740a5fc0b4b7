"""How picks are worked off, and what leaves the house without one."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from tests.warehouse.kinds import FIRST_DAY
from tests.warehouse.pick_lists import excuse_short, finish
from tests.warehouse.world import GOOD, NEVER, SKUS, Pick

if TYPE_CHECKING:
    from datetime import date

    from tests.warehouse.world import Line, World

Taken = tuple[str, str, int]
"""Lot, bin and units."""

LAST_PARCEL = 1050
"""Minute of the day until which parcels leave: half past five."""


def work_off(world: World, minute: int, pick: Pick) -> None:
    """A picker goes, with what he finds: all, in parts, elsewhere, too few."""
    if pick.is_done:
        return
    chance, left = world.chance, pick.left
    is_part = left > 1 and not world.is_closing and world.may("parcels", 0.2)
    wanted = chance.randint(1, left - 1) if is_part else left
    if not is_part and world.may("shorts", 0.08):
        wanted = chance.randint(0, left - 1)
    taken = _find(world, pick, wanted)
    got = sum(qty for _, _, qty in taken)
    is_later = is_part and got == wanted and world.may("split_days", 0.4)
    says_so = not (is_later and world.may("split_unsaid", 0.4))
    told_on = world.evening()
    over = _some_over(world, pick, taken) if not is_part else 0
    rows = taken or [(pick.lot_id, pick.bin_id, 0)]
    rest = left - got
    is_last = not is_later and (not is_part or got < wanted)
    for number, (lot_id, bin_id, qty) in enumerate(rows, start=1):
        is_end = number == len(rows)
        more = over if is_end else 0
        _leave(world, minute, pick, (lot_id, bin_id, qty + more), got_line=qty, over=more)
        values = _slip(world, minute, pick, (lot_id, bin_id), qty + more)
        if is_end and is_last and rest and world.style.short == "explicit":
            values["short_qty"] = str(rest)
        if is_end and is_later and says_so:
            values["is_final"] = "false"
        _tell(world, minute, pick.line, values, (pick.warehouse_id, pick.sku, lot_id, bin_id), told_on)
    pick.left = rest
    if is_later and pick.line.claimed > pick.line.told:
        pick.unsaid_since = (
            FIRST_DAY,
            world.law_at(world.at(minute)),
        )  # for what was too many no rest is asked any more
    if is_part and not is_later and got == wanted:
        later = min(minute + chance.randint(5, 60), LAST_PARCEL)
        world.plan(later, partial(_second_parcel, minute=later, pick=pick))
    elif not is_later:
        finish(world, pick, told_on, rest)
    elif not says_so and world.style.short == "implied":
        pick.line.is_muddled = True
        pick.unsaid_since = pick.unsaid_since or (told_on, world.law_at(world.at(minute)))
        excuse_short(world, pick, told_on)
        _excuse_late(world, pick.line)


def _second_parcel(world: World, *, minute: int, pick: Pick) -> None:
    """The rest of a release, later on the day."""
    taken = _find(world, pick, pick.left)
    got = sum(qty for _, _, qty in taken)
    rest, told_on = pick.left - got, world.evening()
    rows = taken or [(pick.lot_id, pick.bin_id, 0)]
    for number, (lot_id, bin_id, qty) in enumerate(rows, start=1):
        _leave(world, minute, pick, (lot_id, bin_id, qty), got_line=qty, over=0)
        values = _slip(world, minute, pick, (lot_id, bin_id), qty)
        if number == len(rows) and rest and world.style.short == "explicit":
            values["short_qty"] = str(rest)
        _tell(world, minute, pick.line, values, (pick.warehouse_id, pick.sku, lot_id, bin_id), told_on)
    if told_on != world.day:
        pick.line.is_muddled = True
        excuse_short(world, pick, world.day)
    finish(world, pick, told_on, rest)


def _find(world: World, pick: Pick, wanted: int) -> list[Taken]:
    """Units from the told bin, then from other bins of the lot, then of other lots."""
    taken: list[Taken] = []
    there = world.units(pick.warehouse_id, pick.sku)
    told = (pick.lot_id, pick.bin_id)
    places = [told]
    if world.chance.random() < 0.9:
        places += sorted(place for place in there if place[0] == pick.lot_id and place != told)
    if world.may("other_lot", 0.5):
        places += sorted(place for place in there if place[0] != pick.lot_id)
    if len(places) > 1 and world.may("other_bin", 0.05):
        places = places[1:] + places[:1]
    for lot_id, bin_id in places:
        qty = min(wanted, there.get((lot_id, bin_id), 0))
        if qty > 0:
            taken.append((lot_id, bin_id, qty))
            wanted -= qty
    return taken


def _some_over(world: World, pick: Pick, taken: list[Taken]) -> int:
    """A unit too many now and then, of the last place."""
    if not taken or not world.may("over_shipped", 0.03):
        return 0
    lot_id, bin_id, qty = taken[-1]
    more = int(world.cells[pick.warehouse_id, pick.sku, lot_id, bin_id, GOOD] > qty)
    if more:
        for code in ("over_shipped", "shipped_again", "late_shipment"):
            world.excuse(code, pick.line.order_id, None, 14)
    return more


def _leave(world: World, minute: int, pick: Pick, taken: Taken, *, got_line: int, over: int) -> None:
    """Units leave the house for a release."""
    lot_id, bin_id, qty = taken
    if qty:
        cell = (pick.warehouse_id, pick.sku, lot_id, bin_id, GOOD)
        world.change(minute, cell, -qty, f"shipped {pick.release_id} {pick.line.order_id}")
    pick.line.picked += got_line
    pick.line.by_hand += over
    if over:
        pick.line.is_muddled = True
    if (lot_id, bin_id) != (pick.lot_id, pick.bin_id):
        world.excuse("other_lot", pick.line.order_id, None, 14)


def _slip(
    world: World, minute: int, pick: Pick, place: tuple[str, str], qty: int
) -> dict[str, str | int | None]:
    """A row about a release."""
    lot_id, bin_id = place
    is_other = place != (pick.lot_id, pick.bin_id)
    says_place = is_other or world.chance.random() < 0.3
    return {
        "release_id": pick.release_id,
        "shipped_qty": qty,
        "shipped_at": world.written(minute),
        "lot_id": lot_id if says_place else None,
        "bin_id": bin_id if says_place else None,
        "tracking_no": f"T{world.next_number()}",
    }


def _tell(
    world: World,
    minute: int,
    line: Line,
    values: dict[str, str | int | None],
    place: tuple[str, str, str, str],
    told_on: date,
) -> None:
    """A slip is told on some evening; now and then it first says too many, and is taken back."""
    qty = int(values["shipped_qty"] or 0)
    text = f"shipped {values.get('release_id') or line.order_id}"
    line.told += qty
    line.claimed += qty
    if told_on != world.day:
        line.is_muddled = True
        if world.style.short == "implied":
            # what is told of it without this row looks like a short
            world.excuse("short_pick", place[1], world.day, 99)
            world.shorts[place[0], place[1]] = max(told_on, world.shorts.get(place[:2], told_on))
        _excuse_late(world, line)
    if qty > 0 and told_on == world.day and not world.is_closing and world.may("taken_back", 0.05):
        wrong = world.chance.randint(1, 2)
        later = min(world.day + timedelta(days=world.chance.randint(1, 2)), world.last_day)
        line.is_muddled = True
        line.claimed += wrong
        line.is_late_wish = line.is_late_wish or line.cancelled > 0
        world.excuse("too_late", line.order_id)
        _excuse_late(world, line)
        world.tell(
            world.row("shipments", world.day, values | {"shipped_qty": qty + wrong}),
            minute,
            place,
            -qty - wrong,
            f"{text}, {wrong} too many",
            of_line=line,
        )
        back = values | {"shipped_qty": -wrong, "short_qty": None, "tracking_no": f"{values['tracking_no']}C"}
        world.tell(world.row("shipments", later, back), minute, place, wrong, f"{text}, taken back")
        return
    short = int(values.get("short_qty") or 0)
    wanted = line.qty if line.is_late_wish else line.qty - line.cancelled
    if short and (line.claimed > line.told or line.claimed + short > wanted):
        # the release is closed for rows of the units that are missing: one was too many, or they left by hand
        world.excuse("rows_rejected", "shipments/", told_on, 40)
    row = world.row("shipments", told_on, values)
    world.tell(row, minute, place, -qty, text, of_line=line)


def _excuse_late(world: World, line: Line) -> None:
    """What is told of a line comes late or was wrong: units may seem to leave without a release, or twice."""
    for code in ("late_shipment", "overdue_release", "shipped_again", "over_shipped", "other_lot"):
        world.excuse(code, line.order_id, None, 20)


def ship_by_hand(world: World, minute: int, *, is_silent: bool = False) -> None:
    """Units of a line that has no release are handed out; or units leave and nobody ever says so."""
    busy = {id(pick.line) for pick in world.outstanding.values()}
    lines = [
        line
        for line in world.lines.values()
        if id(line) not in busy
        and line.told_on < world.day
        and line.qty - line.cancelled > line.picked + line.by_hand
        and not line.is_muddled
        and line.changed_on != world.day  # who hands out goods has seen last night's orders
    ]
    if not lines:
        return
    line = world.chance.choice(lines)
    warehouse_id = world.chance.choice(world.style.warehouses)
    there = sorted(world.units(warehouse_id, line.sku).items())
    if not there:
        return
    (lot_id, bin_id), units = world.chance.choice(there)
    qty = min(line.qty - line.cancelled - line.picked - line.by_hand, units)
    told_on = NEVER if is_silent else world.evening()
    world.change(
        minute,
        (warehouse_id, line.sku, lot_id, bin_id, GOOD),
        -qty,
        f"by hand for {line.order_id}/{line.line_no}",
    )
    line.by_hand += qty
    if told_on == NEVER:
        line.is_muddled = True
        return
    _excuse_late(world, line)
    values: dict[str, str | int | None] = {
        "order_id": line.order_id,
        "line_no": line.line_no,
        "sku": line.sku,
        "warehouse_id": warehouse_id,
        "shipped_qty": qty,
        "shipped_at": world.written(minute),
        "lot_id": lot_id,
        "bin_id": bin_id,
        "tracking_no": f"T{world.next_number()}",
    }
    _tell(world, minute, line, values, (warehouse_id, line.sku, lot_id, bin_id), told_on)


def mix_up_lots(world: World, minute: int) -> None:
    """A label is wrong: units of one lot are in truth of another."""
    cell = world.some_cell(at_least=3)
    others = [] if cell is None else [lot for lot in SKUS[cell[1]] if lot != cell[2]]
    if cell is None or not others:
        return
    other = (*cell[:2], world.chance.choice(others), *cell[3:])
    world.change(minute, cell, -1, "lots mixed up")
    world.change(minute, other, 1, "lots mixed up")
