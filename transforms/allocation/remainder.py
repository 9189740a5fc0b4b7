"""The rest of a plan, served in order: the sentence that defines allocation, over plain lists.

It is fast where little is left (half a million lines a second), and it is the whole engine for groups
that choose a site.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import polars as pl

COLUMNS = ("group", "site", "line", "pool", "want", "stock", "soon", "all_or_nothing")

Claim = tuple[int, int, int, int, int, int, int, bool]
"""A claim as `COLUMNS`: `stock` is what decided groups ahead of it leave in its pool."""


def serve_in_order(claims: pl.DataFrame) -> list[int]:
    """Units that each claim takes, group after group.

    Args:
        claims: columns as `COLUMNS`, sorted by group and site, each line's in the order in which it draws.
    """
    used: defaultdict[int, int] = defaultdict(int)
    taken: list[int] = []
    for _, group in groupby(claims.select(COLUMNS).iter_rows(), key=lambda claim: claim[0]):
        takes = _serve_group(list(group), used)
        for claim, take in takes:
            used[claim[3]] += take
        taken.extend(take for _, take in takes)
    return taken


def _serve_group(group: Sequence[Claim], used: dict[int, int]) -> list[tuple[Claim, int]]:
    """What each claim of one group takes, given what undecided groups before it have used."""
    sites = [list(claims) for _, claims in groupby(group, key=lambda claim: claim[1])]
    greedy = [_draw(claims, used) for claims in sites]
    whole = [number for number, takes in enumerate(greedy) if _is_whole(takes)]
    if whole:
        chosen = min(
            whole, key=lambda number: max((claim[6] for claim, take in greedy[number] if take), default=0)
        )
    elif group[0][7]:
        chosen = -1
    else:
        chosen = next((number for number, takes in enumerate(greedy) if any(take for _, take in takes)), -1)
    return [
        (claim, take if number == chosen else 0)
        for number, takes in enumerate(greedy)
        for claim, take in takes
    ]


def _draw(claims: Iterable[Claim], used: dict[int, int]) -> list[tuple[Claim, int]]:
    """Each line draws on its options in order; a second line of the group sees what the first took."""
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


def _is_whole(takes: list[tuple[Claim, int]]) -> bool:
    """Whether every line has all it wants."""
    rest: dict[int, int] = {}
    for claim, take in takes:
        rest[claim[2]] = rest.get(claim[2], claim[4]) - take
    return not any(rest.values())
