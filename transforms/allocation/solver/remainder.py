"""The rest of a plan, served in order: the sentence that defines allocation, over plain lists.

It is fast where little is left (half a million lines a second), and it is the whole engine for groups
that choose a site.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby, product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

COLUMNS = (
    "group", "site", "line", "pool", "want", "stock", "soon", "all_or_nothing", "option", "step", "way",
    "is_unmixed", "part", "per",
)  # fmt: skip

Claim = tuple[int, int, int, int, int, int, int, bool, int, int, int, bool, int, int]
"""A claim as `COLUMNS`: `stock` is what decided groups ahead of it leave in its pool."""


def serve_in_order(claims: pl.DataFrame) -> list[int]:
    """Units that each claim takes, group after group.

    Args:
        claims: columns as `COLUMNS`, sorted by group and site, each line's in the order in which it draws.
    """
    used: defaultdict[int, int] = defaultdict(int)
    taken: list[int] = []
    for _, group in groupby(claims.select(COLUMNS).iter_rows(), key=lambda claim: claim[0]):
        takes = serve_group(list(group), used)
        for claim, take in takes:
            used[claim[3]] += take
        taken.extend(take for _, take in takes)
    return taken


def serve_group(group: Sequence[Claim], used: dict[int, int]) -> list[tuple[Claim, int]]:
    """What each claim of one group takes, given what undecided groups before it have used."""
    sites = [list(claims) for _, claims in groupby(group, key=lambda claim: claim[1])]
    greedy = [_draw(claims, used) for claims in sites]
    chosen = _choose(greedy, or_nothing=group[0][7])
    return [
        (claim, take if number == chosen else 0)
        for number, takes in enumerate(greedy)
        for claim, take in takes
    ]


def _draw(claims: list[Claim], used: dict[int, int]) -> list[tuple[Claim, int]]:
    """Each line draws on its pools in order; a second line of the group sees what the first took."""
    if any(claim[9] > 1 or claim[11] or claim[12] for claim in claims):
        return _draw_line_by_line(claims, used)
    drawn: defaultdict[int, int] = defaultdict(int)
    takes: list[tuple[Claim, int]] = []
    line, rest = -1, 0
    for claim in claims:
        if claim[2] != line:
            line, rest = claim[2], claim[4]
        take = max(0, min(rest, claim[5] - used.get(claim[3], 0) - drawn[claim[3]]))
        drawn[claim[3]] += take
        rest -= take
        takes.append((claim, take))
    return takes


def _choose(trials: list[list[tuple[Claim, int]]], *, or_nothing: bool) -> int:
    """The trial that serves all, the soonest of them; else the first that finds anything; -1: none."""
    whole = [number for number, takes in enumerate(trials) if _is_whole(takes)]
    if whole:
        return min(
            whole, key=lambda number: max((claim[6] for claim, take in trials[number] if take), default=0)
        )
    if or_nothing:
        return -1
    return next((number for number, takes in enumerate(trials) if any(take for _, take in takes)), -1)


def _draw_line_by_line(claims: list[Claim], used: dict[int, int]) -> list[tuple[Claim, int]]:
    """As `_draw`, for lines that take whole multiples, are made of parts, or have a choice of ways."""
    left = {claim[3]: claim[5] - used.get(claim[3], 0) for claim in claims}
    takes: list[tuple[Claim, int]] = []
    for _, line in groupby(claims, key=lambda claim: claim[2]):
        mine = list(line)
        ways = [list(way) for _, way in groupby(mine, key=lambda claim: claim[10])] if mine[0][11] else [mine]
        trials = [_draw_multiples(way, left) for way in ways]
        chosen = _choose(trials, or_nothing=False)
        for number, trial in enumerate(trials):
            for claim, take in trial:
                left[claim[3]] -= take if number == chosen else 0
                takes.append((claim, take if number == chosen else 0))
    return takes


def _draw_multiples(claims: list[Claim], stock: dict[int, int]) -> list[tuple[Claim, int]]:
    """What a line takes of its options in whole multiples; the loose rest comes last."""
    left, rest = dict(stock), claims[0][4]
    takes = dict.fromkeys(range(len(claims)), 0)
    for is_loose, option in _turns(claims):
        step = claims[option[0]][9]
        parts = [list(part) for _, part in groupby(option, key=lambda number: claims[number][12])]
        found = min(rest, *(_units_of([claims[number] for number in part], left) for part in parts))
        units = (found if rest < step else 0) if is_loose else found - found % step
        rest -= units
        for part in parts:
            lacks = units * claims[part[0]][13]
            for number in part:
                pool = claims[number][3]
                take = max(0, min(lacks, left[pool]))
                takes[number] += take
                left[pool] -= take
                lacks -= take
    return list(zip(claims, takes.values(), strict=True))


def _units_of(claims: list[Claim], left: dict[int, int]) -> int:
    """Units of the line for which what is left of one part, or of the goods themselves, is enough."""
    return sum(max(0, left[claim[3]]) for claim in claims) // claims[0][13]


def _turns(claims: list[Claim]) -> Iterator[tuple[bool, list[int]]]:
    """Way by way its options, first for whole multiples, then for the loose rest; claims by their number."""
    for _, way in groupby(range(len(claims)), key=lambda number: claims[number][10]):
        options = [list(option) for _, option in groupby(way, key=lambda number: claims[number][8])]
        yield from product((False, True), options)


def _is_whole(takes: list[tuple[Claim, int]]) -> bool:
    """Whether every line has all it wants."""
    units = units_by_line(takes)
    return all(units[claim[2]] == claim[4] for claim, _ in takes)


def units_by_line(takes: list[tuple[Claim, int]]) -> dict[int, int]:
    """Units that each line takes; of what is made of parts, the first part tells how many."""
    found: dict[tuple[int, int], int] = {}
    for claim, take in takes:
        if claim[12] <= 1:
            key = claim[2], claim[13]
            found[key] = found.get(key, 0) + take
    units = {claim[2]: 0 for claim, _ in takes}
    for (line, per), taken in found.items():
        units[line] += taken // per
    return units
