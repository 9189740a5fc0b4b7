"""What the oracle lets leave tonight, and what it keeps reserved although it is there."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from math import inf
from typing import TYPE_CHECKING, Any

from tests.oracle_days import working_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.settings.policy import Policy
    from tests.oracle import ClientNight
    from tests.oracle_drawing import Piece
    from tests.oracle_supply import Row


def cap_shipments(rows: Row, policies: dict[str, Policy]) -> Iterator[Row]:
    """The lines, with the shipments that their order has left; with one left its rest ships complete."""
    days = defaultdict(set)
    for release in rows["releases"]:
        answered = release["shipped_qty"] + release["short_qty"]
        if release["shipped_qty"] or (release["is_open"] and answered < release["released_qty"]):
            days[release["order_id"]].add((release["released_on"], release["warehouse_id"]))
    for row in rows["order_lines"]:
        most = policies[row["order_id"]].max_shipments
        left = max(1, most - len(days[row["order_id"]])) if most else inf
        yield row | {"shipments_left": left} | ({"ship_rule": "order_complete"} if left == 1 else {})


def hold_back(piece: Piece, places: set[str], reason: str) -> None:
    """What would have left from there stays, for this reason."""
    piece.stays |= dict.fromkeys(piece.ships & places, reason)
    piece.ships = piece.ships - places


def keep_beyond(pieces: list[Piece]) -> None:
    """An order leaves one shipment for its rest, or leaves with all of it."""
    left = pieces[0].line["shipments_left"]
    turns = {
        place: min(p.line["places"].index(place) for p in pieces if place in p.ships)
        for place in set().union(*(piece.ships for piece in pieces))
    }
    leaves_qty = sum(piece.has(place) for piece in pieces for place in piece.ships)
    if len(turns) < left or (len(turns) == left and leaves_qty == sum(piece.units for piece in pieces)):
        return
    ordered = sorted(turns, key=lambda place: (turns[place], place))
    for piece in pieces:
        hold_back(piece, set(ordered[left - 1 :]), "shipments_left")


def rest_of_order(night: ClientNight, order_id: str) -> list[list[Piece]]:
    """The lines of an order with units that stay tonight, if its next shipment is its last."""
    lines = [pieces for pieces in night.lines if pieces[0].line["order_id"] == order_id]
    gone = {place for pieces in lines for piece in pieces for place in piece.ships}
    stay = [of for of in lines if any(sum(p.has(place) for place in p.ships) < p.units for p in of)]
    return stay if lines[0][0].line["shipments_left"] - len(gone) <= 1 else []


def choose_shipments(night: ClientNight) -> None:
    """Where each piece's units leave tonight: due and complete, and nothing says to wait with them."""
    for pieces in night.lines:
        for piece in pieces:
            choose_places(night, piece, pieces)
    orders = defaultdict(list)
    for piece in night.pieces:
        orders[piece.line["order_id"]].append(piece)
    for pieces in orders.values():
        keep_early(pieces)
        keep_beyond(pieces)
        keep_early(pieces)
    for small in [pieces for pieces in orders.values() if is_small(night, pieces)]:
        for piece in small:
            hold_back(piece, piece.ships, "small_release")
    keep_limits(night)
    for pieces in orders.values():
        keep_beyond(pieces)
        keep_early(pieces)


def keep_early(pieces: list[Piece]) -> None:
    """What is not due leaves with all of its order, or stays."""
    if any(sum(piece.has(place) for place in piece.ships) < piece.units for piece in pieces):
        for piece in pieces:
            if not piece.is_due:
                hold_back(piece, piece.ships, "not_due")


def choose_places(night: ClientNight, piece: Piece, pieces: list[Piece]) -> None:
    """Where units of a piece of a line could leave, whatever else of its order leaves."""
    is_complete = piece.line["is_complete"]
    first = {
        "order_hold": piece.is_any("is_held"),
        "past_cancel_date": piece.is_any("is_past"),
        "item_hold": piece.is_any("is_blocked"),
        "not_due": not piece.is_due and piece.is_any("is_punctual"),
    }
    later = {
        "parcel_may_follow": piece.is_any("is_withheld"),
        "group_incomplete": is_complete and any(member.want for member in piece.group),
        "rest_comes_soon": not is_complete and is_rest_near(night, pieces),
    }
    piece.ships = {pool.place for pool in piece.kept + piece.taken}
    for reason in (reason for reason, stays in first.items() if stays):
        hold_back(piece, piece.ships, reason)
    for reason, places in early_places(night, piece).items():
        hold_back(piece, places, reason)
    for reason in (reason for reason, stays in later.items() if stays):
        hold_back(piece, piece.ships, reason)


def early_places(night: ClientNight, piece: Piece) -> dict[str, set[str]]:
    """Where its units stay since the warehouse ships before a release date; complete, all stay together."""
    starts_on = max(member.line["ship_not_before"] or date.min for member in piece.group)
    found: dict[str, set[str]] = {"ship_not_before": set(), "item_hold": set()}
    for pool in (pool for member in piece.group for pool in member.kept + member.taken):
        sold_on = night.items[pool.sku]["available_from"] or date.min
        for reason, since in (("ship_not_before", starts_on), ("item_hold", sold_on)):
            found[reason] |= {pool.place} if since > night.ships_on[pool.place] else set()
    everywhere = {pool.place for pool in piece.kept + piece.taken}
    return {r: everywhere if at and piece.line["is_complete"] else at for r, at in found.items()}


def is_rest_near(night: ClientNight, pieces: list[Piece]) -> bool:
    """All that is missing of the line is promised, within the days that the policy waits for it."""
    if night.policy.wait_for_rest_days is None or any(piece.unfound for piece in pieces):
        return False
    days = [day for piece in pieces for _, _, day in piece.found]
    warehouse = night.warehouses[pieces[0].line["places"][0]]
    rest_by = working_day(night.ships_on[warehouse.warehouse_id], warehouse, night.policy.wait_for_rest_days)
    return bool(days) and max(days) <= rest_by


def is_small(night: ClientNight, pieces: list[Piece]) -> bool:
    """What leaves of the order is little, does not complete it, and may still wait."""
    leaving = [(p, sum(p.has(place) for place in p.ships)) for p in pieces if p.ships]
    units = [(p.line, Fraction(qty, 10 ** night.items[p.line["sku"]]["decimals"])) for p, qty in leaving]
    policy = pieces[0].line["policy"]
    waits = timedelta(days=policy.min_release_until_days)
    limits = [(p.line["last_ship_on"], night.next_ships_on[p.line["places"][0]]) for p, _ in leaving]
    is_urgent = any(last_on < next_on + waits for last_on, next_on in limits)
    if is_urgent or sum(qty for _, qty in leaving) == sum(piece.units for piece in pieces):
        return False
    return is_little(policy, units)


def is_little(policy: Policy, units: list[tuple[Row, Fraction]]) -> bool:
    """Fewer units of these lines than the client releases at once, or of less value."""
    is_priced = all(line["unit_price"] is not None for line, _ in units)
    value = sum(Fraction(line["unit_price"] or 0) * qty for line, qty in units)
    few = sum(qty for _, qty in units) < (policy.min_release_qty or 0)
    return few or (is_priced and value < (policy.min_release_value or 0))


def keep_limits(night: ClientNight) -> None:
    """A warehouse releases so many of the client's lines, by rank; the other lines stay reserved."""
    lines: dict[str, set[Any]] = defaultdict(set)
    above = []
    for members in night.groups:
        for piece in members:
            for place in piece.ships:
                lines[place].add(piece.line["key"])
        limits = {place: night.warehouses[place].max_release_lines for p in members for place in p.ships}
        full = {place for place, limit in limits.items() if limit and len(lines[place]) > limit}
        above += [(piece, piece.ships if full and piece.line["is_complete"] else full) for piece in members]
    for piece, places in above:
        hold_back(piece, places, "release_limit")
