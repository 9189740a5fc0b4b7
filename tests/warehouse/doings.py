"""What may happen to goods on a day: each doing changes the world and says what a file will tell of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.warehouse.law import DOCK, CountTaken
from tests.warehouse.world import (
    BINS,
    DAMAGED,
    GOOD,
    NEVER,
    RETURNED,
    SKUS,
    Asn,
    Line,
)

if TYPE_CHECKING:
    from datetime import date

    from tests.warehouse.world import World

EXPIRY = {"L1": "2027-03-01", "L2": "2027-06-01", "L3": "2027-09-01", "K1": "2027-05-01", "K2": "2027-08-01"}


def receive(world: World, minute: int, warehouse_id: str, asn: Asn | None = None) -> None:
    """Goods come in: announced or not, some damaged, in one or two lots."""
    chance = world.chance
    sku = asn.sku if asn else chance.choice(list(SKUS))
    qty = asn.qty - asn.come if asn else chance.randint(5, 30)
    if asn and qty > 3 and world.may("parcels", 0.2):
        qty -= 2
    lot_id = chance.choice(SKUS[sku])
    damaged = chance.randint(1, 2) if qty > 4 and world.may("damage", 0.15) else 0
    bin_id = DOCK if chance.random() < 0.6 else world.some_bin()
    silent = asn is None and world.may("silent_receipts", 0.15)
    number = world.next_number()
    told_on = NEVER if silent else world.evening()
    wrong = world.may("asn_wrong", 0.3) if asn else False
    values = {
        "receipt_id": f"R{number}",
        "line_no": 1,
        "warehouse_id": warehouse_id,
        "sku": sku,
        "received_qty": qty,
        "damaged_qty": damaged or None,
        "lot_id": lot_id,
        "bin_id": None if bin_id == DOCK and chance.random() < 0.5 else bin_id,
        "expiry_on": EXPIRY.get(lot_id),
        "asn_id": ("N0" if wrong else asn.asn_id) if asn else None,
        "asn_line_no": 1 if asn else None,
        "received_at": world.written(minute) if world.style.is_timed else None,
        "received_on": None if world.style.is_timed else world.written(minute),
    }
    text = f"received R{number}" + (f" of {asn.asn_id}" if asn else "")
    world.change(minute, (warehouse_id, sku, lot_id, bin_id, GOOD), qty - damaged, text)
    if damaged:
        world.change(minute, (warehouse_id, sku, lot_id, bin_id, DAMAGED), damaged, text)
    if wrong or (asn is not None and asn.told_on > told_on):
        world.excuse("asn_mismatch", "", told_on)
    if wrong or asn is None:
        # it credits the oldest announcement of its sku, so that the true goods of that one are too many
        world.excuse("over_receipt", sku, told_on, 99)
        world.excuse("overdue_asn", sku, told_on, 40)
    if asn:
        asn.come += qty
        if not wrong:
            asn.told.append((told_on, qty))
    if told_on == world.day and world.may("receipt_negative", 0.2):
        _receive_too_many(world, minute, values, qty, text)
        return
    place = (warehouse_id, sku, lot_id, bin_id)
    world.tell(world.row("receipts", told_on, values), minute, place, qty, text)


def _receive_too_many(world: World, minute: int, values: dict[str, object], qty: int, text: str) -> None:
    """The slip says more than came, and a later one takes it back, true at the same time."""
    place = (
        str(values["warehouse_id"]),
        str(values["sku"]),
        str(values["lot_id"]),
        str(values["bin_id"] or DOCK),
    )
    wrong = world.chance.randint(1, 4)
    world.excuse("over_receipt", place[1], world.day, 99)
    world.tell(
        world.row("receipts", world.day, values | {"received_qty": qty + wrong}),
        minute,
        place,
        qty + wrong,
        f"{text}, {wrong} too many",
    )
    later = min(world.day + timedelta(days=world.chance.randint(1, 3)), world.last_day)
    mended = values | {"received_qty": -wrong, "damaged_qty": None, "receipt_id": f"{values['receipt_id']}C"}
    world.tell(world.row("receipts", later, mended), minute, place, -wrong, f"{text}, mended")


def announce(world: World, minute: int) -> None:
    """A supplier says what will come."""
    chance = world.chance
    number = world.next_number()
    expected_on = world.day + timedelta(days=chance.randint(1, 6))
    while not world.style.works_on(expected_on):
        expected_on += timedelta(days=1)
    told_on = expected_on + timedelta(days=1) if world.may("asn_after", 0.2) else world.day
    asn = Asn(
        f"N{number}",
        chance.choice(list(SKUS)),
        chance.choice(world.style.warehouses),
        chance.randint(10, 40),
        expected_on,
        min(told_on, world.last_day),
    )
    world.asns.append(asn)
    values = {
        "asn_id": asn.asn_id,
        "line_no": 1,
        "sku": asn.sku,
        "warehouse_id": asn.warehouse_id,
        "qty": asn.qty,
        "expected_on": expected_on.isoformat(),
    }
    world.rows.append(world.row("asns", asn.told_on, values))
    del minute


def move(world: World, minute: int) -> None:
    """Units go to another bin, and nobody tells it."""
    cell = world.some_cell(at_least=2)
    if cell is None:
        return
    qty = world.chance.randint(1, world.cells[cell])
    other = world.some_bin()
    if other == cell[3]:
        return
    text = f"moved {cell[3]} to {other}"
    world.change(minute, cell, -qty, text)
    world.change(minute, (*cell[:3], other, cell[4]), qty, text)
    world.told.moves[cell[:3]].append((world.at(minute), qty))


def adjust(world: World, minute: int) -> None:
    """Units are lost or found, and told; sometimes without saying of which bin or lot."""
    _vary(world, minute, "adjusted", world.evening())


def vary_silently(world: World, minute: int, kind: str) -> None:
    """Units are lost or found, and nobody tells it."""
    _vary(world, minute, kind, NEVER, is_find=kind == "silent_finds")


def _vary(world: World, minute: int, text: str, told_on: date, *, is_find: bool | None = None) -> None:
    chance = world.chance
    finds = chance.random() < 0.4 if is_find is None else is_find
    cell = world.some_cell(at_least=4)
    if cell is None:
        return
    qty = chance.randint(1, 3) * (1 if finds else -1)
    number = world.next_number()
    world.change(minute, cell, qty, f"{text} {number}")
    if told_on == NEVER:
        return
    warehouse_id, sku, lot_id, bin_id, _ = cell
    hides_bin = world.may("no_bin", 0.3)
    hides_lot = hides_bin and qty < 0 and world.may("no_lot", 0.5)
    values = {
        "sku": sku,
        "warehouse_id": warehouse_id,
        "qty": qty,
        "bin_id": None if hides_bin else bin_id,
        "lot_id": None if hides_lot else lot_id,
        "reason": f"{text} {number}",
        "adjusted_at": world.written(minute),
    }
    place = (warehouse_id, sku, None if hides_lot else lot_id, None if hides_bin else bin_id)
    world.tell(world.row("adjustments", told_on, values), minute, place, qty, f"{text} {number}")


def damage(world: World, minute: int) -> None:
    """Good units break; only a count says so."""
    cell = world.some_cell(at_least=6)
    if cell is None:
        return
    world.change(minute, cell, -1, "broke")
    world.change(minute, (*cell[:4], DAMAGED), 1, "broke")


def give_back(world: World, minute: int) -> None:
    """A customer sends units back; they are not for sale until somebody judges them."""
    cell = world.some_cell()
    if cell is None:
        return
    warehouse_id, sku, lot_id, _, _ = cell
    bin_id = world.some_bin()
    qty, number = world.chance.randint(1, 3), world.next_number()
    world.change(minute, (warehouse_id, sku, lot_id, bin_id, RETURNED), qty, f"return R{number}")
    values = {
        "receipt_id": f"R{number}",
        "line_no": 1,
        "warehouse_id": warehouse_id,
        "sku": sku,
        "received_qty": qty,
        "lot_id": lot_id,
        "bin_id": bin_id,
        "expiry_on": EXPIRY.get(lot_id),
        "receipt_type": "return",
        "received_at": world.written(minute) if world.style.is_timed else None,
        "received_on": None if world.style.is_timed else world.written(minute),
    }
    place = (warehouse_id, sku, lot_id, bin_id)
    world.tell(world.row("receipts", world.evening(), values), minute, place, qty, f"return R{number}")


def order(world: World, minute: int) -> None:
    """A shop sells one to three lines."""
    chance = world.chance
    order_id = f"O{world.next_number()}"
    waits = chance.randint(2, 5) if world.may("ship_later", 0.3) else 0
    for line_no in range(1, chance.choice((1, 1, 2, 3)) + 1):
        line = Line(order_id, line_no, chance.choice(list(SKUS)), chance.randint(1, 8), world.day)
        world.lines[order_id, line_no] = line
        values = {
            "order_id": order_id,
            "line_no": line_no,
            "sku": line.sku,
            "qty": line.qty,
            "ordered_at": world.clock(minute),
            "ship_not_before": (world.day + timedelta(days=waits)).isoformat() if waits else None,
        }
        world.rows.append(world.row("orders", world.day, values))


def cancel(world: World, minute: int) -> None:
    """A customer does not want a line any more, or not all of it; sometimes it is too late."""
    line = _some_line(world)
    if line is None:
        return
    left = line.qty - line.cancelled
    part = world.chance.randint(1, left) if world.chance.random() < 0.4 else None
    values = {
        "order_id": line.order_id,
        "line_no": line.line_no,
        "sku": line.sku,
        "qty": part,
        "cancelled_at": world.clock(minute),
        "reason": f"cancel {world.next_number()}",
    }
    line.cancelled += left if part is None else part
    world.rows.append(world.row("cancellations", world.day, values))
    if line.picked or line.by_hand or any(pick.line is line for pick in world.outstanding.values()):
        line.is_late_wish = True
        world.excuse("too_late", line.order_id)
        world.excuse("rows_rejected", "cancellations/", None, 40)  # nobody corrects it


def change_order(world: World, minute: int) -> None:
    """A customer wants more or fewer."""
    line = _some_line(world)
    if line is None or line.picked or line.by_hand or line.cancelled:
        return
    if any(pick.line is line for pick in world.outstanding.values()):
        return
    line.qty = world.chance.randint(1, 10)
    line.changed_on = world.day
    values = {
        "order_id": line.order_id,
        "line_no": line.line_no,
        "sku": line.sku,
        "qty": line.qty,
        "action": "change",
        "changed_at": world.clock(minute),
    }
    world.rows.append(world.row("orders", world.day, values))


def _some_line(world: World) -> Line | None:
    """A line that is known and still wants something."""
    wanting = [
        line
        for line in world.lines.values()
        if line.told_on < world.day
        and line.qty - line.cancelled > line.picked + line.by_hand
        and not line.is_muddled
    ]
    return world.chance.choice(wanting) if wanting else None


def count_all(world: World, minute: int, warehouse_id: str) -> None:
    """Everything in a warehouse is counted; places that ever held something and are empty say so."""
    places = {place for place in world.touched if place[0] == warehouse_id}
    places |= {
        (warehouse_id, sku, lot_id or "", bin_id or DOCK)
        for (house, sku), facts in world.told.facts.items()
        if house == warehouse_id
        for fact in facts
        if fact.told_on is not None
        for lot_id, bin_id in [(fact.lot_id, fact.bin_id)]
    }
    _count(world, minute, warehouse_id, places, is_full=True)


def count_bins(world: World, minute: int) -> None:
    """One or two bins are counted."""
    warehouse_id = world.chance.choice(world.style.warehouses)
    bins = world.chance.sample(BINS, world.chance.randint(1, 2))
    places = {place for place in world.touched if place[0] == warehouse_id and place[3] in bins}
    if places:
        _count(world, minute, warehouse_id, places, is_full=False)


def _count(
    world: World,
    minute: int,
    warehouse_id: str,
    places: set[tuple[str, str, str, str]],
    *,
    is_full: bool,
) -> None:
    """A sheet with a row for each place and state."""
    told_on = world.evening("late_counts", 0.2)
    at = world.at(minute)
    for place in places:
        # who counts returned units as available has judged them to be good
        world.cells[*place, GOOD] += world.cells.pop((*place, RETURNED), 0)
    seen = {place: sum(world.cells[*place, state] for state in (GOOD, DAMAGED, RETURNED)) for place in places}
    taken = CountTaken(at, warehouse_id, seen, is_full, told_on)
    world.told.counts.append(taken)
    clock = world.clock(minute)
    sheet = f"C{world.next_number()}"
    for place in sorted(places):
        damaged = world.cells[*place, DAMAGED]
        taken.has_damaged = taken.has_damaged or damaged > 0
        for status, qty in (("available", seen[place] - damaged), ("damaged", damaged)):
            if qty or status == "available":
                values = {
                    "warehouse_id": warehouse_id,
                    "sku": place[1],
                    "lot_id": place[2],
                    "bin_id": place[3],
                    "qty": qty,
                    "status": status,
                    "counted_at": clock,
                }
                row = world.row("stock", told_on, values)
                row.values["_sheet"] = sheet
                world.rows.append(row)
    world.sheets[sheet] = taken
