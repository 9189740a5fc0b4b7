"""Where lines stand by the oracle: their place in the queue, and the date they may count on."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tests.oracle_days import working_day, working_day_by
from tests.oracle_shipping import is_little, rest_of_order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.oracle import ClientNight
    from tests.oracle_drawing import Piece
    from tests.oracle_supply import Row

NEVER = date.max - timedelta(days=366)
"""No line must leave by so late a day."""


def stand_lines(night: ClientNight) -> Iterator[Row]:
    """Where each line stands in the queue of its first warehouse and SKU, and its date."""
    queues: dict[Any, list[int]] = defaultdict(list)
    for pieces in sorted(night.lines, key=lambda of: (min(p.rank for p in of), of[0].line["key"])):
        line, short_qty = pieces[0].line, sum(piece.want for piece in pieces)
        queue = queues[line["places"][0], line["sku"]]
        eta_on = line_eta(night, pieces)
        leaves_on = release_days(night, line["order_id"]).get(line["key"], eta_on)
        yield {
            **{name: line[name] for name in ("order_id", "line_no")},
            "warehouse_id": line["places"][0],
            "due_on": line["line_due_on"],
            "is_due": any(piece.is_due for piece in pieces),
            "rank": min(piece.rank for piece in pieces),
            "queue_place": len(queue) + 1,
            "ahead_qty": sum(queue),
            "short_qty": short_qty,
            "backordered_qty": sum(
                piece.want
                for piece in pieces
                if piece.is_due and not (piece.is_any("is_withheld") or piece.is_any("is_uncounted"))
            ),
            "eta_on": eta_on and leaves_on and max(eta_on, leaves_on),
            "may_be_overtaken": line["is_complete"] and short_qty > 0 and night.lets_pass(pieces[0].group),
            "is_overtaken": line["is_complete"] and is_overtaken(night, pieces[0].group),
            "standing": line["standing"],
            "awaits_count": "|".join(sorted({place for p in pieces[0].group for place in p.line["awaits"]}))
            or None,
        }
        queue += [short_qty] if short_qty else []


def is_overtaken(night: ClientNight, group: list[Piece]) -> bool:
    """A group served later took units of a pool in which this one has a want unmet."""
    pools = [pool for piece in group if piece.want for pool in night.pools if pool.serves(piece.line)]
    took_part = group[0].turn and not group[0].is_any("is_fill")
    return bool(took_part) and any(pool.last_turn > group[0].turn for pool in pools)


def line_eta(night: ClientNight, pieces: list[Piece]) -> date | None:
    """The date on which all of the line could leave, with what it must leave with."""
    line = pieces[0].line
    parts = [[piece] for piece in pieces[0].group] if line["is_complete"] else [pieces]
    rest = rest_of_order(night, line["order_id"])
    etas = [own_eta(night, part) for part in (rest if pieces in rest else parts)]
    return None if None in etas else max(eta for eta in etas if eta)


def own_eta(night: ClientNight, pieces: list[Piece]) -> date | None:
    """Date of the last unit; units in hand move no announced date, nor withheld ones that of others."""
    leaves = all(not p.want and all(pool.place in p.ships for pool in p.kept + p.taken) for p in pieces)
    pieces = [piece for piece in pieces if not piece.is_any("is_withheld")] or pieces
    found = [(lot, day, piece.line) for piece in pieces for lot, _, day in piece.found]
    days = [day for lot, day, line in found if lot.asn or not lot.is_open(line)]
    places = {pool.place for piece in pieces for pool in piece.kept + piece.taken}
    places |= {lot.place for lot, _, _ in found}
    stands_on = max(night.ships_on[place] for place in places or pieces[0].line["places"][:1])
    later = [] if leaves else leaving_days(night, pieces, stands_on)
    has_none = pieces[0].is_any("is_hopeless") or any(piece.unfound for piece in pieces)
    return None if has_none else max([stands_on, *days, *later])


def leaving_days(night: ClientNight, pieces: list[Piece], stands_on: date) -> list[date]:
    """The days before which its first warehouse would not release what stays; none if both have come."""
    line, group = pieces[0].line, pieces[0].group
    since = max(line["sold_from"], *(p.line["ship_not_before"] or date.min for p in group))
    by = line["line_due_on"] - timedelta(days=line["policy"].horizon_days)
    if max(since, by) <= stands_on:
        return []
    warehouse = night.warehouses[line["places"][0]]
    return [working_day(since, warehouse, 0), working_day_by(by, warehouse)]


def release_days(night: ClientNight, order_id: str) -> dict[Any, date | None]:
    """When the last unit of each of the order's lines leaves; None: nobody knows. No key: it need not wait.

    Day after day, what is there leaves if it is not little, is all that is left, or may wait no longer.
    """
    policy = night.policies[order_id]
    if not (policy.min_release_qty or policy.min_release_value):
        return {}
    lines = [pieces for pieces in night.lines if pieces[0].line["order_id"] == order_id]
    stays: list[tuple[date | None, Row, Fraction]] = []
    for pieces in lines:
        line = pieces[0].line
        scale = 10 ** night.items[line["sku"]]["decimals"]
        held, gone = (sum(count(piece) for piece in pieces) for count in (held_units, leaving_units))
        later = sum(piece.units for piece in pieces) - held - gone
        stays += [
            (night.ships_on[line["places"][0]], line, Fraction(held, scale)),
            (line_eta(night, pieces), line, Fraction(later, scale)),
        ]
    stays = [(on, line, qty) for on, line, qty in stays if qty]
    waits = timedelta(days=policy.min_release_until_days)
    leaves: dict[Any, date | None] = {line["key"]: None for _, line, _ in stays}
    days = {on for on, _, _ in stays if on}
    days |= {max(on, line["last_ship_on"] - waits) for on, line, _ in stays if on}
    for day in sorted(day for day in days if day < NEVER):
        there = [(line, qty) for on, line, qty in stays if on and on <= day]
        is_urgent = any(line["last_ship_on"] - waits <= day for line, _ in there)
        if is_urgent or len(there) == len(stays) or not is_little(policy, there):
            stays = [(on, line, qty) for on, line, qty in stays if not on or on > day]
            leaves |= {line["key"]: day for line, _ in there}
    return leaves | {line["key"]: None for _, line, _ in stays}


def held_units(piece: Piece) -> int:
    """Units of the piece that stay since too little of its order would leave."""
    places = [place for place, reason in piece.stays.items() if reason == "small_release"]
    return sum(piece.has(place) for place in places)


def leaving_units(piece: Piece) -> int:
    """Units of the piece that leave tonight."""
    return sum(piece.has(place) for place in piece.ships)
