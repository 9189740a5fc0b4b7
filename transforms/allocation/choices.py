"""Bundles: groups that look for one place which alone gives each of their lines as much as all together.

A bundle chooses once, at the turn of its first group: the first place that alone gives every claim's line
what all places together give it, if the groups that weigh were served one after the other then. Each group
then draws on that place alone where this gives each of its lines as much as all places do at its own turn,
else on all. Groups of a bundle are decided together, so its rows stand together.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

import polars as pl

from transforms.allocation.bounds import begins_run, ends_run, in_run
from transforms.allocation.remainder import COLUMNS, serve_group, units_by_line

if TYPE_CHECKING:
    from collections.abc import Sequence

CHOICE = ("bundle", "place", "weighs", "turn")
"""Columns of claims where groups choose: all of them or none.

bundle: 0, or what the rows of a bundle share. place: which one the pool belongs to; lower ones are tried
first, `NOWHERE` is never chosen. weighs: it counts in the choice of its bundle. turn: when it sees its pool:
that is its group, but for copies (negative group and line) of claims that come later than the choice in which
they weigh.
"""

NOWHERE = -1
"""Place of claims on which no choice may fall."""

BUNDLE, PLACE, WEIGHS = (len(COLUMNS) + at for at in range(3))

Claim = tuple[Any, ...]
"""A claim as `COLUMNS` and the first three of `CHOICE`."""

Takes = list[tuple[Any, int]]


def mark_choices(claims: pl.DataFrame) -> pl.DataFrame:
    """Claims with what the bounds must know: what leads in a bundle, and which lines depend on its choice.

    A bundle is settled by the first place in which every line that weighs has a claim, since no place before
    it can give all lines what this one gives them, if the first claims there are certain to hold all.
    """
    is_bundled, is_copy = pl.col("bundle") > 0, pl.col("group") < 0
    at_home = pl.col("place") == pl.col("home")
    placed = claims.join(_first_full_places(claims), on="bundle", how="left", maintain_order="left")
    leading = (
        placed.with_columns(at=pl.int_range(pl.len()))
        .filter(at_home & ~is_copy)
        .unique("line", keep="first", maintain_order=True)
    )
    leads = pl.zeros(claims.height, pl.Int8, eager=True).scatter(leading["at"], 1).cast(pl.Boolean)
    is_led = pl.col("line").is_in(leading["line"].implode())
    moves = ~pl.col("line_first") & (pl.col("place") != pl.col("place").shift())
    depends = is_bundled & in_run(moves, "line_first", "line_last")
    return claims.with_columns(
        upper=pl.when(is_copy).then(0).otherwise("upper"),
        leads=pl.when(is_bundled).then(leads).otherwise("leads"),
        may_settle=pl.when(is_bundled).then(is_copy | is_led).otherwise("may_settle"),
        is_involved=pl.col("is_involved") | is_copy | depends,
        bundle_first=begins_run("bundle") | (~is_bundled & pl.col("group_first")),
        bundle_last=ends_run("bundle") | (~is_bundled & pl.col("group_last")),
    )


def _first_full_places(claims: pl.DataFrame) -> pl.DataFrame:
    """The first place of each bundle in which every line that weighs has a claim: `bundle`, `home`."""
    weighing = claims.filter("weighs")
    asking = weighing.group_by("bundle").agg(asking=pl.col("line").n_unique())
    return (
        weighing.filter(pl.col("place") > NOWHERE)
        .group_by("bundle", "place")
        .agg(listing=pl.col("line").n_unique())
        .join(asking, on="bundle")
        .filter(pl.col("listing") == pl.col("asking"))
        .group_by("bundle")
        .agg(home=pl.col("place").min())
    )


def serve_bundles(claims: pl.DataFrame) -> list[int]:
    """Units that each claim takes, group after group, as `serve_in_order`; copies take nothing.

    Args:
        claims: columns as there and `CHOICE`, sorted by turn, the rows of a group together.
    """
    rows: list[Claim] = list(claims.select(*COLUMNS, "bundle", "place", "weighs").iter_rows())
    weighing: defaultdict[int, list[Claim]] = defaultdict(list)
    for row in rows:
        if row[WEIGHS]:
            weighing[row[BUNDLE]].append(row)
    used: defaultdict[int, int] = defaultdict(int)
    homes: dict[int, int] = {}
    taken: list[int] = []
    for group, members in groupby(rows, key=lambda claim: claim[0]):
        mine = list(members)
        bundle = mine[0][BUNDLE]
        if group < 0:
            taken.extend([0] * len(mine))
            continue
        if mine[0][WEIGHS] and bundle not in homes:
            homes[bundle] = _choose_home(weighing[bundle], used)
        takes = _serve_at(mine, used, homes.get(bundle, NOWHERE))
        for claim, take in takes:
            used[claim[3]] += take
        taken.extend(take for _, take in takes)
    return taken


def _choose_home(claims: Sequence[Claim], used: dict[int, int]) -> int:
    """The first place that alone gives each line what all together give; `NOWHERE` if there is none."""
    groups = [list(members) for _, members in groupby(claims, key=lambda claim: claim[0])]
    found = _try_out(groups, used, NOWHERE)
    places = sorted({claim[PLACE] for claim in claims} - {NOWHERE})
    return next((place for place in places if _covers(_try_out(groups, used, place), found)), NOWHERE)


def _try_out(groups: list[list[Claim]], used: dict[int, int], place: int) -> dict[int, int]:
    """Units by line if these groups came now, one after the other, all from the place or from anywhere."""
    gone = {claim[3]: used.get(claim[3], 0) for members in groups for claim in members}
    found: dict[int, int] = {}
    for members in groups:
        takes = serve_group(members, gone) if place == NOWHERE else _serve_alone(members, gone, place)
        for claim, take in takes:
            gone[claim[3]] += take
        found |= units_by_line(takes)
    return found


def _serve_at(members: list[Claim], used: dict[int, int], home: int) -> Takes:
    """What a group takes: of its home alone, if that gives each of its lines as much, else of anywhere."""
    free = serve_group(members, used)
    if home == NOWHERE:
        return free
    alone = _serve_alone(members, used, home)
    return alone if _covers(units_by_line(alone), units_by_line(free)) else free


def _serve_alone(members: list[Claim], used: dict[int, int], place: int) -> Takes:
    """What a group takes of one place; nothing, if it takes all or nothing and a line has no claim there."""
    there = [claim for claim in members if claim[PLACE] == place]
    lacks = {claim[2] for claim in members} - {claim[2] for claim in there}
    if not there or (lacks and members[0][7]):
        return [(claim, 0) for claim in members]
    takes = iter(serve_group(there, used))
    return [(claim, next(takes)[1] if claim[PLACE] == place else 0) for claim in members]


def _covers(some: dict[int, int], others: dict[int, int]) -> bool:
    """No line has less than by the others."""
    return all(some.get(line, 0) >= units for line, units in others.items())
