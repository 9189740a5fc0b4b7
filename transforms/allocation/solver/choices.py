"""Bundles: groups that look for one place which alone gives each of their lines as much as all together.

A bundle chooses once, at the turn of its first group: the first place that alone gives each line as much as
all places together, and as much in the line's first way, if the groups that weigh were served one after the
other then. Each group draws on that place alone where this gives each of its lines as much as all places do
at its own turn, else on all. Groups of a bundle are decided together, so its rows stand together.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

import polars as pl

from transforms.allocation.solver.bounds import (
    Pools,
    begins_run,
    ends_run,
    first_of_group,
    in_run,
    whole_units,
)
from transforms.allocation.solver.remainder import COLUMNS, serve_group, units_by_line

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
"""ReachPlace of claims on which no choice may fall."""

LATER = 2**40
"""Bundles of single groups, which come later than the choice that binds them, have numbers above it."""

BUNDLE, PLACE, WEIGHS = (len(COLUMNS) + at for at in range(3))

Claim = tuple[Any, ...]
"""A claim as `COLUMNS` and the first three of `CHOICE`."""

Takes = list[tuple[Any, int]]

Units = dict[tuple[int, bool], int]
"""By line and whether only its first way counts."""


def mark_choices(claims: pl.DataFrame) -> pl.DataFrame:
    """Claims with what the bounds must know of bundles; copies take nothing."""
    unmarked = claims.with_columns(
        upper=pl.when(pl.col("group") < 0).then(0).otherwise("upper"), is_bent="is_involved"
    )
    return _mark(unmarked)


def _mark(claims: pl.DataFrame) -> pl.DataFrame:
    """Claims with the lines that depend on a choice, and where what is decided together begins and ends."""
    is_alone = pl.col("bundle") == 0
    moves = ~pl.col("line_first") & (pl.col("place") != pl.col("place").shift())
    depends = ~is_alone & ((pl.col("group") < 0) | in_run(moves, "line_first", "line_last"))
    return claims.with_columns(
        is_involved=pl.col("is_bent") | depends,
        may_settle=is_alone & (pl.col("soon") == first_of_group("soon")),
        bundle_first=begins_run("bundle") | (is_alone & pl.col("group_first")),
        bundle_last=ends_run("bundle") | (is_alone & pl.col("group_last")),
    )


def choose_places(claims: pl.DataFrame) -> pl.DataFrame:
    """The claims, where choices that the bounds have decided are made: their bundles are dissolved.

    A place is out if some line is sure to find more in all places together. If all are out, the lines draw on
    all. The first one that is not out is chosen if each line is sure to find there what it could find in all;
    then claims on other places find nothing. A group that comes later than the choice may still draw on all,
    so it becomes a bundle of its own with that place alone to choose.
    """
    if not (claims["bundle"] > 0).any():
        return claims
    pools = Pools.of(claims)
    least, most = (pools.left_after(claims[bound]) for bound in ("upper", "lower"))
    chosen = _choose(claims.with_columns(least=least, most=most).filter("weighs"))
    if chosen.is_empty():
        return claims
    told = claims.join(chosen, on="bundle", how="left", maintain_order="left")
    is_made, is_there = pl.col("home").is_not_null(), pl.col("place") == pl.col("home")
    is_bound = pl.col("home") > NOWHERE
    is_later = (is_bound & ~pl.col("weighs")).fill_null(value=False)
    is_out = (is_bound & pl.col("weighs") & ~is_there).fill_null(value=False)
    return (
        told.with_columns(
            stock=pl.when(is_out).then(0).otherwise("stock"),
            upper=pl.when(is_out).then(0).otherwise("upper"),
            place=pl.when(is_later & ~is_there).then(NOWHERE).otherwise("place"),
            weighs=is_later | (pl.col("weighs") & ~is_made),
            bundle=pl.when(is_later).then(LATER + pl.col("group")).when(~is_made).then("bundle").otherwise(0),
        )
        .filter((pl.col("group") >= 0) | ~is_made)
        .drop("home")
        .pipe(_mark)
    )


def _choose(weighing: pl.DataFrame) -> pl.DataFrame:
    """The bundles whose choice is certain: `bundle` and `home`, `NOWHERE` if they draw on all places.

    Args:
        weighing: claims that weigh, with the `least` and the `most` that can be left for each.
    """
    lines = _bounds_of(weighing, "bundle", "line").with_columns(
        least_all=pl.when(pl.col("all_or_nothing") & ~pl.col("is_whole").all().over("group"))
        .then(0)
        .otherwise("least_qty"),
        most_all=pl.when(pl.col("all_or_nothing") & (pl.col("most_qty") < pl.col("want")).any().over("group"))
        .then(0)
        .otherwise("most_qty"),
    )
    needs = lines.group_by("bundle").agg(
        sure=(pl.col("least_all") > 0).sum(), possible=(pl.col("most_all") > 0).sum()
    )
    is_first_way = pl.col("way") == pl.col("way").min().over("line")
    in_first_way = weighing.with_columns(least=pl.when(is_first_way).then("least").otherwise(0))
    at_places = (
        _bounds_of(in_first_way.filter(pl.col("place") > NOWHERE), "bundle", "line", "place")
        .join(lines.select("bundle", "line", "least_all", "most_all"), on=["bundle", "line"])
        .group_by("bundle", "place")
        .agg(
            sure_there=((pl.col("least_all") > 0) & (pl.col("most_qty") >= pl.col("least_all"))).sum(),
            possible_there=((pl.col("most_all") > 0) & (pl.col("least_qty") >= pl.col("most_all"))).sum(),
        )
    )
    first = (
        at_places.join(needs, on="bundle")
        .filter(pl.col("sure_there") == pl.col("sure"))
        .sort("place")
        .unique("bundle", keep="first", maintain_order=True)
        .select("bundle", "place", covers=pl.col("possible_there") == pl.col("possible"))
    )
    is_sure, is_possible = pl.col("sure") > 0, pl.col("possible") > 0
    is_made = ~is_possible | (is_sure & pl.col("covers").fill_null(value=True))
    home = pl.when(is_possible).then("place").fill_null(NOWHERE)
    return needs.join(first, on="bundle", how="left").filter(is_made).select("bundle", home=home)


def _bounds_of(weighing: pl.DataFrame, *key: str) -> pl.DataFrame:
    """The least and the most that each line finds in these claims: `least_qty`, `most_qty`.

    Lines that take multiples of several pools, or have a choice of ways, are sure of all if one pool is sure
    to hold all. Nothing is sure of what is made of parts, of groups with sites, and of copies, which do not
    see what other copies take.
    """
    is_unsure = (pl.col("part") > 0) | pl.col("has_sites") | (pl.col("group") < 0)
    least = pl.when(is_unsure).then(0).otherwise("least")
    most = pl.when(pl.col("part") > 0).then("want").otherwise("most")
    summed = (
        weighing.with_columns(least=least, most=most)
        .group_by(*key)
        .agg(
            pl.col("want", "step", "all_or_nothing", "group").first(),
            pl.col("least", "most").sum(),
            best=pl.col("least").max(),
            is_bent=pl.col("is_bent").any(),
        )
    )
    is_whole = pl.when("is_bent").then("best").otherwise("least") >= pl.col("want")
    least_qty, most_qty = (pl.min_horizontal(bound, "want") for bound in ("least", "most"))
    return summed.with_columns(
        is_whole=is_whole,
        least_qty=pl.when(is_whole).then("want").when("is_bent").then(0).otherwise(whole_units(least_qty)),
        most_qty=pl.when("is_bent").then(most_qty).otherwise(whole_units(most_qty)),
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
    """The first place that alone gives each line what all together give; `NOWHERE` if there is none.

    Groups are tried out in their own order, copies in that of the groups which they stand for.
    """
    in_order = sorted(claims, key=_own_group)
    groups = [list(members) for _, members in groupby(in_order, key=_own_group)]
    found = _try_out(groups, used, NOWHERE)
    if not any(found.values()):
        return NOWHERE
    places = sorted({claim[PLACE] for claim in claims} - {NOWHERE})
    return next((place for place in places if _covers(_try_out(groups, used, place), found)), NOWHERE)


def _own_group(claim: Claim) -> int:
    """The group of a claim, and that which a copy stands for."""
    group: int = claim[0]
    return group if group >= 0 else -1 - group


def _try_out(groups: list[list[Claim]], used: dict[int, int], place: int) -> Units:
    """Units by line if these groups came now, one after the other, all from the place or from anywhere."""
    gone = {claim[3]: used.get(claim[3], 0) for members in groups for claim in members}
    found: Units = {}
    for members in groups:
        takes = serve_group(members, gone) if place == NOWHERE else _serve_alone(members, gone, place)
        for claim, take in takes:
            gone[claim[3]] += take
        found |= _count(takes)
    return found


def _count(takes: Takes) -> Units:
    """Units that each line takes, and how many of them in its first way, where there are others."""
    units: Units = {(line, False): qty for line, qty in units_by_line(takes).items()}
    if any(claim[10] for claim, take in takes if take):
        first = units_by_line([(claim, take) for claim, take in takes if not claim[10]])
        return units | {(line, True): qty for line, qty in first.items()}
    return units | {(line, True): qty for (line, _), qty in units.items()}


def _serve_at(members: list[Claim], used: dict[int, int], home: int) -> Takes:
    """What a group takes: of its home alone, if that gives each of its lines as much, else of anywhere."""
    free = serve_group(members, used)
    if home == NOWHERE:
        return free
    alone = _serve_alone(members, used, home)
    return alone if _covers(_count(alone), _count(free)) else free


def _serve_alone(members: list[Claim], used: dict[int, int], place: int) -> Takes:
    """What a group takes of one place; nothing, if it takes all or nothing and a line has no claim there."""
    there = [claim for claim in members if claim[PLACE] == place]
    lacks = {claim[2] for claim in members} - {claim[2] for claim in there}
    if not there or (lacks and members[0][7]):
        return [(claim, 0) for claim in members]
    takes = iter(serve_group(there, used))
    return [(claim, next(takes)[1] if claim[PLACE] == place else 0) for claim in members]


def _covers(some: Units, others: Units) -> bool:
    """No line has less than by the others, nor less in its first way."""
    return all(some.get(key, 0) >= units for key, units in others.items())
