"""By the oracle: the earliest day on which a line can leave, so what lots must last until then.

A line in parts leaves once it may. One that leaves only whole leaves on the first day on which the units that
it may have would cover it, if nobody else wanted them; lines that leave together, with the last of them.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.oracle_days import working_day
from tests.oracle_supplies import Shelves

if TYPE_CHECKING:
    from tests.oracle import ClientNight
    from tests.oracle_drawing import Piece
    from tests.oracle_supply import Row, Supply


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
    begin = max(line["ship_not_before"] or date.min, line["sold_from"])
    if not line["is_complete"]:
        return begin
    days = {begin, *(there_from(supply, line) for supply in goods)}
    return next((day for day in sorted(days) if day >= begin and is_covered(night, piece, goods, day)), begin)


def there_from(supply: Supply, line: Row) -> date:
    """When the line could have its units."""
    is_there = not supply.asn and supply.is_open(line)
    return date.min if is_there else supply.day_for(line)


def last_day(night: ClientNight, line: Row, place: str, day: date) -> date:
    """What leaves there on that day, or when the warehouse ships next, must be usable until this day."""
    leaves_on = working_day(max(night.ships_on[place], day), night.warehouses[place], 0)
    return leaves_on + timedelta(days=line["min_shelf_life_days"] or 0)


def is_covered(night: ClientNight, piece: Piece, goods: list[Supply], day: date) -> bool:
    """All its units could leave on that day: of one SKU, and from one place if they must."""
    line = piece.line
    sites = [[place] for place in line["places"]] if night.is_bound(piece.group) else [line["places"]]
    return any(
        sum(units_there(night, line, sku, place, goods, day) for place in site) >= piece.units
        for sku in line["skus"]
        for site in sites
    )


def units_there(night: ClientNight, line: Row, sku: str, place: str, goods: list[Supply], day: date) -> int:
    """Units that the line could have of the SKU then, with those that could be made of parts."""
    until = last_day(night, line, place, day)

    def count(name: str) -> int:
        mine = [s for s in goods if s.shelf == (place, name) and there_from(s, line) <= day]
        lots = [lot for supply in mine for lot in supply.lots if (lot.expiry_on or date.max) >= until]
        return sum(lot.qty for lot in lots) + sum(supply.left for supply in mine if supply.asn)

    recipe = night.shelves.recipe(sku)
    return count(sku) + min((count(part) // per for part, per in recipe.items()), default=0)
