"""The plain loop where lines of equal priority share: pool by pool, tier by tier, an equal level each."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.bench.rules_loop import Line
    from tests.bench.shelves import Pegs, Pool, Releases, Units


def share_lines(
    lines: Iterable[Line],
    lots: Mapping[Pool, Units],
    coming: Mapping[Pool, Units],
    releases: Releases,
    pegs: Pegs,
) -> None:
    """Give and promise to lines that draw on one pool each."""
    by_pool = sorted(lines, key=lambda line: (line.pools[0], *line[:6]))
    for pool, asking in groupby(by_pool, key=lambda line: line.pools[0]):
        tiers = [list(tier) for _, tier in groupby(asking, key=lambda line: line.priority)]
        units = lots.get(pool, [])
        left = sum(qty for _, qty in units)
        rests = []
        for tier in tiers:
            wants = [line.want for line in tier]
            got = deal(wants, left)
            left -= sum(got)
            for line, qty in zip(tier, got, strict=True):
                for what, take in take_from(units, qty):
                    releases.append((line.client, line.order_id, line.line_no, pool[1], *what, take))
            rests.append([want - qty for want, qty in zip(wants, got, strict=True)])
        for tier, wants in zip(tiers, rests, strict=True):
            _promise(tier, wants, coming.get(pool, []), pegs)


def _promise(tier: list[Line], wants: list[int], units: Units, pegs: Pegs) -> None:
    """The tier shares each announced line, the soonest first; what it leaves is for the next tier."""
    rest = wants
    for announced in reversed(units):
        (_, asn_id, asn_line_no), there = announced
        got = deal(rest, there)
        announced[1] -= sum(got)
        rest = [want - qty for want, qty in zip(rest, got, strict=True)]
        for line, qty in zip(tier, got, strict=True):
            if qty:
                pegs.append((line.client, line.order_id, line.line_no, asn_id, asn_line_no, qty))


def deal(wants: list[int], units: int) -> list[int]:
    """An equal level for all; who wants less gets that, and what is left over goes one by one, by rank."""
    if sum(wants) <= units:
        return wants
    rest, asking = units, len(wants)
    for want in sorted(wants):
        if want * asking > rest:
            break
        rest, asking = rest - want, asking - 1
    level, over = divmod(rest, asking)
    got = []
    for want in wants:
        extra = want > level and over > 0
        over -= extra
        got.append(min(want, level) + extra)
    return got


def take_from(units: Units, qty: int) -> Iterable[tuple[tuple[str, str], int]]:
    """Units of the lots at the end of the list, which are used up."""
    while qty:
        what, there = units[-1]
        take = min(qty, there)
        yield what, take
        qty -= take
        if take == there:
            units.pop()
        else:
            units[-1][1] = there - take
