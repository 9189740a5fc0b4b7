"""By the oracle: the earliest day on which a line can leave, so what lots must last until then.

A line in parts leaves once it may; one that never leaves early, on the last day in time for its due day. One
that leaves only whole leaves on the first day on which the units that it may have would cover it, if nobody
else wanted them; lines that leave together, with the last of them.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.oracle_days import working_day, working_day_by
from tests.oracle_supplies import Shelves

if TYPE_CHECKING:
    from tests.oracle import ClientNight
    from tests.oracle_drawing import Piece
    from tests.oracle_supply import Row, Shelf, Supply


def set_earliest_days(night: ClientNight) -> None:
    """Each line's earliest day, and by warehouse the last day that a lot must be usable for it."""
    trial = Shelves(night.rows, night.client, night.warehouses, night.as_of)
    stands = trial.fill_pools()
    goods = [*stands, *trial.expect_goods(stands)]
    for group in night.groups:
        day = max(first_day(night, piece, goods) for piece in group)
        for piece in group:
            piece.line["lasts_until"] = {
                place: last_day(night, piece.line, place, day) for place in night.warehouses
            }


def first_day(night: ClientNight, piece: Piece, goods: list[Supply]) -> date:
    """The first day on which the line could leave, were it alone."""
    line = piece.line
    begin: date = max(line["ship_not_before"] or date.min, line["sold_from"])
    if piece.is_any("is_punctual"):
        by = line["line_due_on"] - timedelta(days=line["policy"].horizon_days)
        begin = max(begin, working_day_by(by, night.warehouses[line["places"][0]]))
    if not line["is_complete"]:
        return begin
    days = sorted({begin, *(there_from(supply, line) for supply in goods)})
    covering = (
        day
        for expires in (True, False)
        for day in days
        if day >= begin and is_covered(night, piece, goods, day, expires=expires)
    )
    return next(covering, begin)


def there_from(supply: Supply, line: Row) -> date:
    """When the line could have its units."""
    return supply.day_for(line) if supply.asn or not supply.is_open(line) else date.min


def last_day(night: ClientNight, line: Row, place: str, day: date) -> date:
    """What leaves there on that day, or when the warehouse ships next, must be usable until this day."""
    leaves_on = working_day(max(night.ships_on[place], day), night.warehouses[place], 0)
    return leaves_on + timedelta(days=line["min_shelf_life_days"] or 0)


def is_covered(night: ClientNight, piece: Piece, goods: list[Supply], day: date, *, expires: bool) -> bool:
    """All its units could leave on that day: of one SKU, and from one place if they must.

    Where no day is known, the oracle asks when they could leave if nothing expired.
    """
    line = piece.line
    usable = [(s, lot.qty, lot.expiry_on or date.max) for s in goods for lot in s.lots]
    usable += [(s, s.left, date.max) for s in goods if s.asn]
    there = [
        (s.shelf, qty)
        for s, qty, expiry_on in usable
        if there_from(s, line) <= day and (not expires or expiry_on >= last_day(night, line, s.place, day))
    ]
    sites = [[place] for place in line["places"]] if night.is_bound(piece.group) else [line["places"]]
    return any(
        sum(units_there(night, there, place, sku) for place in site) >= piece.units
        for sku in line["skus"]
        for site in sites
    )


def units_there(night: ClientNight, there: list[tuple[Shelf, int]], place: str, sku: str) -> int:
    """Units of the SKU in that place, with those that could be made of parts."""

    def count(name: str) -> int:
        return sum(qty for shelf, qty in there if shelf == (place, name))

    recipe = night.shelves.recipe(sku)
    return count(sku) + min((count(part) // per for part, per in recipe.items()), default=0)
