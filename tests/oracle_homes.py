"""The one warehouse from which the oracle lets an order ship, where `split = "if_needed"`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tests.oracle_drawing import TONIGHT
from tests.oracle_supply import Supply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.oracle import ClientNight
    from tests.oracle_drawing import Draws, Piece
    from tests.oracle_kits import Source

    Units = Counter[tuple[int, str]]


def draw_from_home(night: ClientNight, group: list[Piece], supplies: Sequence[Source]) -> Draws:
    """What it takes tonight: from its order's warehouse, if that alone gives as much as all together."""
    free = draw_freely(night, group, supplies)
    home = find_home(night, group, supplies) if group[0].line["policy"].split == "if_needed" else None
    if home is None or kept_places(group) - {home}:
        return free
    alone = draw_alone(night, group, supplies, home)
    return alone if covers(units_of(alone), units_of(free)) else free


def find_home(night: ClientNight, group: list[Piece], supplies: Sequence[Source]) -> str | None:
    """The first warehouse that alone gives each line of the order what all together give; decided once.

    That is at the turn of the first of its groups for which units stood anywhere when serving began, and for
    those of its lines that are due if that group is due, else for those that are not.
    """
    order_id = group[0].line["order_id"]
    if order_id in night.homes or not could_take(night, group):
        return night.homes.get(order_id)
    members = [
        of
        for of in night.groups
        if of[0].line["order_id"] == order_id
        and of[0].is_due == group[0].is_due
        and night.may_serve(of)
        and not of[0].is_any("is_fill")
    ]
    kept = set().union(*(kept_places(of) for of in members))
    listed = dict.fromkeys(place for of in members for piece in of for place in piece.line["places"])
    free = try_out(night, members, supplies)
    alone = (place for place in listed if free and kept <= {place})
    night.homes[order_id] = next(
        (place for place in alone if covers(try_out(night, members, supplies, place), free)), None
    )
    return night.homes[order_id]


def could_take(night: ClientNight, group: list[Piece]) -> bool:
    """Units that it wants stood where it may draw when serving began."""
    places = {place for site in night.list_sites(group, TONIGHT) for place in site}
    near = [pool for pool in night.pools if pool.began and pool.place in places]
    return any(piece.want and pool.serves(piece.line) for piece in group for pool in near)


def kept_places(group: list[Piece]) -> set[str]:
    """Where it keeps units that it had reserved."""
    return {pool.place for piece in group for pool, qty in piece.kept.items() if qty}


def draw_freely(night: ClientNight, group: list[Piece], supplies: Sequence[Source]) -> Draws:
    """What it takes of all its warehouses."""
    return night.choose_draws(group, supplies, night.list_sites(group, TONIGHT), phase=TONIGHT)


def draw_alone(night: ClientNight, group: list[Piece], supplies: Sequence[Source], place: str) -> Draws:
    """What it takes of one."""
    sites = [[place]] if any(place in site for site in night.list_sites(group, TONIGHT)) else []
    return night.choose_draws(group, supplies, sites, phase=TONIGHT)


def try_out(
    night: ClientNight, members: list[list[Piece]], supplies: Sequence[Source], place: str | None = None
) -> Units:
    """What each piece would take if these groups came now, one after the other; nothing is taken."""
    left = [(supply, supply.left) for supply in supplies if isinstance(supply, Supply)]
    draws: Draws = []
    for group in members:
        mine = draw_alone(night, group, supplies, place) if place else draw_freely(night, group, supplies)
        for _, source, qty, _ in mine:
            source.take(qty)
        draws += mine
    for supply, qty in left:
        supply.left = qty
    return units_of(draws)


def units_of(draws: Draws) -> Units:
    """Units by piece, and how many of them are of the ordered SKU."""
    units: Units = Counter()
    for piece, source, qty, _ in draws:
        units[id(piece), "in all"] += qty
        units[id(piece), "as ordered"] += qty if source.sku == piece.line["sku"] else 0
    return units


def covers(some: Units, others: Units) -> bool:
    """No piece has less than by the others, nor less of what it ordered."""
    return all(some[of] >= qty for of, qty in others.items())
