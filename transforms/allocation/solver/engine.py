"""The engine: claims in, units out. It knows pools, groups and numbers, and no rule by its name.

Purpose
    Orders are served one after the other; each takes what its rule lets it take from what is left. This
    computes the same result for millions of claims at once, to the unit.

Stages
    1. Pools on which only plain claims draw need one prefix sum: a plain claim is the only one of its
       line, sees the whole pool, takes single units that are no parts, and its group is not all or nothing.
    2. The other pools are coupled. Every claim there keeps a lower and an upper bound of what it will
       take: prefix sums of the upper bounds ahead of it give the least that can be left for it, prefix
       sums of the lower bounds the most. Groups whose bounds meet are decided and leave; what they take
       is deducted from the stock of those behind them.
    3. Groups that are undecided after a few rounds are served one by one in order.
    Groups that choose a place together (`choices`) are decided together.
    Claims of a tier are shared among its lines, pool by pool (`sharing`); no other claim draws on their
    pools.

Limits
    All stages are exact: the result equals that of serving all groups in order. Groups with a choice of
    site, and lines that take multiples from several pools, have a choice of ways or need several parts, are
    decided in stage 2 only where their first pools are enough; they, and long chains of all-or-nothing groups
    over contested pools, end in stage 3, a plain loop.
"""

from __future__ import annotations

import polars as pl

from transforms.allocation.solver.bounds import (
    Pools,
    begins_run,
    bends,
    ends_run,
    first_of_group,
    in_bundle,
    in_group,
    tighten,
)
from transforms.allocation.solver.choices import CHOICE, choose_places, mark_choices, serve_bundles
from transforms.allocation.solver.remainder import serve_in_order
from transforms.allocation.solver.sharing import share_units

ROUNDS = 6
"""Rounds of bounds before the rest is served in order."""

CLAIMS = ("group", "line", "pool", "want", "stock")
"""Columns of claims: one row a pool on which a line may draw, in the order in which the line draws.

group: place in the order of serving, not negative. line: a number unique to the line. pool: any number, not
negative. want: units the line wants, the same on all its claims. stock: units of the pool that the line may
use, counted from the pool's start.
"""

UNLESS_STATED = {
    "site": pl.lit(0, pl.Int64),
    "option": pl.lit(0, pl.Int64),
    "step": pl.lit(1, pl.Int64),
    "way": pl.lit(0, pl.Int64),
    "is_unmixed": pl.lit(value=False),
    "soon": pl.lit(0, pl.Int64),
    "all_or_nothing": pl.lit(value=False),
    "has_sites": pl.lit(value=False),
    "is_limited": pl.lit(value=False),
    "part": pl.lit(0, pl.Int64),
    "per": pl.lit(1, pl.Int64),
}
"""Columns that claims may have, and what holds for all claims where they have not.

site: which of the group's sites the option belongs to, 0 where it has no choice. option: pools of one option
are added up before whole multiples are taken; numbers ascend in the line. step: units that are taken
together; what is wanted beyond the last multiple is taken once no multiple is open. way and is_unmixed: such
a line draws on the pools of one way only. soon: what tells which of two sites or ways is sooner, the same for
all claims where nothing does. all_or_nothing: the group takes all its lines want, or nothing. is_limited:
lines with an earlier last day see less of a dated pool. part and per: 0 and 1 where the units are what the
line wants; else `per` units of each part (1, 2, ...) of an option make one. tier and is_proportional: lines
that share (`share_units`); tier null: not shared. Where groups choose a place together: `CHOICE`.
"""


def serve(claims: pl.DataFrame) -> pl.Series:
    """Units of its pool that each claim takes when all groups are served in order.

    Args:
        claims: as `CLAIMS` and `UNLESS_STATED`; the rows of a group stand together, in it those of a site, in
            it those of a line.
    """
    if "tier" not in claims.columns or claims["tier"].null_count() == claims.height:
        return _serve_by_rank(claims)
    numbered = claims.pipe(_with_defaults).with_row_index("row")
    shared, ranked = numbered.filter(pl.col("tier").is_not_null()), numbered.filter(pl.col("tier").is_null())
    return _merge(claims.height, (shared, share_units(shared)), (ranked, _serve_by_rank(ranked)))


def _serve_by_rank(claims: pl.DataFrame) -> pl.Series:
    """Units that each claim takes where no lines share."""
    runs = [name for name in ("group", "site", "line") if name in claims.columns]
    marked = claims.select(
        *CLAIMS,
        *(name for name in (*UNLESS_STATED, *CHOICE) if name in claims.columns),
        line_first=begins_run(*runs),
        line_last=ends_run(*runs),
    )
    coupled_pools = marked.filter(~_is_plain(marked))["pool"].unique()
    if coupled_pools.is_empty():
        return _serve_plainly(marked)
    numbered = marked.with_row_index("row")
    is_coupled = pl.col("pool").is_in(coupled_pools.implode())
    alone, coupled = numbered.filter(~is_coupled), numbered.filter(is_coupled)
    together = _serve_coupled(_with_defaults(coupled))
    return _merge(claims.height, (alone, _serve_plainly(alone)), (coupled, together))


def _with_defaults(claims: pl.DataFrame) -> pl.DataFrame:
    """The claims with all columns that they may have."""
    absent = [name for name in UNLESS_STATED if name not in claims.columns]
    return claims.with_columns(UNLESS_STATED[name].alias(name) for name in absent)


def _is_plain(claims: pl.DataFrame) -> pl.Expr:
    """A claim that takes what it wants of what is left, whatever happens elsewhere."""
    flags = [name for name in ("all_or_nothing", "has_sites", "is_limited") if name in claims.columns]
    bends = [pl.col(name) for name in flags] + [
        pl.col(name) > least
        for name, least in (("step", 1), ("part", 0), ("bundle", 0))
        if name in claims.columns
    ]
    is_alone = pl.col("line_first") & pl.col("line_last")
    return is_alone & ~pl.any_horizontal(bends) if bends else is_alone


def _merge(rows: int, *parts: tuple[pl.DataFrame, pl.Series]) -> pl.Series:
    """What the claims of each part take, in the order of all claims."""
    taken = pl.zeros(rows, pl.Int64, eager=True)
    for claims, takes in parts:
        taken.scatter(claims["row"], takes)
    return taken.alias("taken")


def _serve_plainly(claims: pl.DataFrame) -> pl.Series:
    """What each plain claim takes: all it wants of what is left by those ahead of it."""
    left = Pools.of(claims).left_after(claims["want"])
    return claims.select(pl.min_horizontal("want", left)).to_series().alias("taken")


def _serve_coupled(claims: pl.DataFrame) -> pl.Series:
    """What each claim takes where lines and groups tie pools together."""
    taken = pl.zeros(claims.height, pl.Int64, eager=True)
    rest = claims.select(
        pl.exclude("row"),
        row=pl.int_range(pl.len()),
        group_first=begins_run("group"),
        group_last=ends_run("group"),
        lower=pl.lit(0, pl.Int64),
        upper=pl.col("want") * pl.col("per"),
        leads=pl.col("line_first") & (pl.col("site") == first_of_group("site")),
        may_settle=pl.col("soon") == first_of_group("soon"),
    ).with_columns(is_involved=in_group(bends()), bundle_first="group_first", bundle_last="group_last")
    chooses = "bundle" in claims.columns
    if chooses:
        rest = mark_choices(rest)
    for _ in range(ROUNDS):
        rest = choose_places(rest) if chooses else rest
        pools = Pools.of(rest)
        bounds = tighten(rest, pools)
        is_open = bounds.select(in_bundle(pl.col("lower") < pl.col("upper"))).to_series()
        decided = bounds.filter(~is_open)
        if decided.is_empty():
            break
        taken.scatter(decided["row"], decided["lower"])
        fixed = bounds.select(pl.when(~is_open).then("lower").otherwise(0)).to_series()
        rest = bounds.with_columns(stock=pools.left_after(fixed)).filter(is_open)
        if rest.is_empty():
            return taken
    in_order = rest.sort("turn" if chooses else "group", maintain_order=True)
    return taken.scatter(in_order["row"], (serve_bundles if chooses else serve_in_order)(in_order))
