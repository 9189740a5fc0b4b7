"""The engine: claims in, units out. It knows pools, groups and numbers, and no rule by its name.

Purpose
    Orders are served one after the other; each takes what its rule lets it take from what is left. This
    computes the same result for millions of claims at once, to the unit.

Stages
    1. Pools on which only plain claims draw need one prefix sum: a plain claim is the only one of its
       line, sees the whole pool, and its group is not all or nothing.
    2. The other pools are coupled. Every claim there keeps a lower and an upper bound of what it will
       take: prefix sums of the upper bounds ahead of it give the least that can be left for it, prefix
       sums of the lower bounds the most. Groups whose bounds meet are decided and leave; what they take
       is deducted from the stock of those behind them.
    3. Groups that are undecided after a few rounds are served one by one in order.

Limits
    All stages are exact: the result equals that of serving all groups in order. Groups with a choice of
    site, and long chains of all-or-nothing groups over contested pools, end in stage 3, a plain loop.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from transforms.allocation.remainder import serve_in_order

ROUNDS = 6
"""Rounds of bounds before the rest is served in order."""

CLAIMS = pl.Schema(
    {
        "group": pl.Int64,
        "site": pl.Int64,
        "line": pl.Int64,
        "pool": pl.Int64,
        "want": pl.Int64,
        "stock": pl.Int64,
        "soon": pl.Int64,
        "all_or_nothing": pl.Boolean,
        "has_sites": pl.Boolean,
        "is_limited": pl.Boolean,
    }
)
"""Columns of claims: one row an option of a line, in the order in which the line draws.

group: place in the order of serving, not negative. site: which of the group's sites the option belongs to,
0 where it has no choice. line: a number unique to the line. pool: any number, not negative. want: units the
line wants, the same on all its claims. stock: units of the pool that the line may use, counted from the
pool's start; lines with an earlier last day see less of a dated pool, and say so by is_limited. soon: what
tells which of two sites is sooner, the same for all claims where nothing does.
"""


def serve(claims: pl.DataFrame) -> pl.Series:
    """Units that each claim takes when all groups are served in order.

    Args:
        claims: as `CLAIMS`; the rows of a group stand together, in it those of a site, in it those of a
            line.
    """
    marked = claims.select(CLAIMS.names()).with_columns(
        line_first=_begins("group", "site", "line"), line_last=_ends("group", "site", "line")
    )
    is_alone = pl.col("line_first") & pl.col("line_last")
    is_plain = is_alone & ~pl.any_horizontal("all_or_nothing", "has_sites", "is_limited")
    coupled_pools = marked.filter(~is_plain)["pool"].unique()
    if coupled_pools.is_empty():
        return _serve_plainly(marked)
    numbered = marked.with_row_index("row")
    is_coupled = pl.col("pool").is_in(coupled_pools.implode())
    alone, coupled = numbered.filter(~is_coupled), numbered.filter(is_coupled)
    taken = pl.zeros(claims.height, pl.Int64, eager=True)
    return (
        taken.scatter(alone["row"], _serve_plainly(alone))
        .scatter(coupled["row"], _serve_coupled(coupled))
        .alias("taken")
    )


def _serve_plainly(claims: pl.DataFrame) -> pl.Series:
    """What each plain claim takes: all it wants of what is left by those ahead of it."""
    left = _Pools.of(claims).left_after(claims["want"])
    return claims.select(pl.min_horizontal("want", left)).to_series().alias("taken")


def _serve_coupled(claims: pl.DataFrame) -> pl.Series:
    """What each claim takes where lines and groups tie pools together."""
    taken = pl.zeros(claims.height, pl.Int64, eager=True)
    rest = claims.select(
        pl.exclude("row"),
        row=pl.int_range(pl.len()),
        group_first=_begins("group"),
        group_last=_ends("group"),
        lower=pl.lit(0, pl.Int64),
        upper="want",
    )
    for _ in range(ROUNDS):
        pools = _Pools.of(rest)
        bounds = _tighten(rest, pools)
        is_open = bounds.select(_in_group(pl.col("lower") < pl.col("upper"))).to_series()
        decided = bounds.filter(~is_open)
        if decided.is_empty():
            break
        taken.scatter(decided["row"], decided["lower"])
        fixed = bounds.select(pl.when(~is_open).then("lower").otherwise(0)).to_series()
        rest = bounds.with_columns(stock=pools.left_after(fixed)).filter(is_open)
        if rest.is_empty():
            return taken
    in_order = rest.sort("group", maintain_order=True)
    return taken.scatter(in_order["row"], serve_in_order(in_order))


@dataclass(frozen=True)
class _Pools:
    """The claims by pool, in the order of serving.

    Attributes:
        axis: `stock` of each claim, and `begins`, a mark of its pool's first claim.
        rows: the row in the given order of each row of the axis.
        places: the row of the axis of each row in the given order.
    """

    axis: pl.DataFrame
    rows: pl.Series
    places: pl.Series

    @classmethod
    def of(cls, claims: pl.DataFrame) -> _Pools:
        """Sort once by pool, group and row in the group."""
        row = pl.int_range(pl.len())
        offset = row - pl.when(_begins("group")).then(row).forward_fill()
        numbered = claims.select("pool", "group", "stock", offset=offset)
        groups, members = (numbered.select(pl.col(name).max() + 1).item() for name in ("group", "offset"))
        key = (pl.col("pool") * groups + pl.col("group")) * members + pl.col("offset")
        rows = numbered.select(key).to_series().arg_sort()
        axis = numbered.select(pl.col("pool", "stock").gather(rows)).select("stock", begins=_begins("pool"))
        places = pl.int_range(claims.height, eager=True)
        return cls(axis, rows, places.clone().scatter(rows, places))

    def left_after(self, ahead: pl.Series) -> pl.Series:
        """What is left for each claim if the claims ahead of it in its pool take `ahead`."""
        left = self.axis.with_columns(qty=ahead.gather(self.rows)).select(
            (pl.col("stock") - run_before("qty", "begins")).clip(0)
        )
        return left.to_series().gather(self.places).alias("left")


def _begins(*names: str) -> pl.Expr:
    """True on the first row of each run of equal values."""
    return pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in names)


def _ends(*names: str) -> pl.Expr:
    """True on the last row of each run of equal values."""
    return pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(-1)) for name in names)


def run_before(qty: str, first: str) -> pl.Expr:
    """Sum of `qty` over the rows before this one in its run; runs begin where `first` is true."""
    before = pl.col(qty).cum_sum() - pl.col(qty)
    return before - pl.when(pl.col(first)).then(before).forward_fill()


def _in_group(is_true: pl.Expr) -> pl.Expr:
    """True on all rows of a group in which any row is true."""
    count = is_true.cast(pl.Int64).cum_sum()
    before = pl.when(pl.col("group_first")).then(count - is_true.cast(pl.Int64)).forward_fill()
    return pl.when(pl.col("group_last")).then(count).backward_fill() > before


def _tighten(claims: pl.DataFrame, pools: _Pools) -> pl.DataFrame:
    """The claims after one round: first the lower bounds from the upper, then the upper from the lower."""
    least = claims.with_columns(pools.left_after(claims["upper"])).with_columns(
        room=pl.col("want") - run_before("upper", "line_first").clip(upper_bound=pl.col("want")),
        sure_before=run_before("left", "line_first"),
    )
    falls_short = pl.col("line_last") & (pl.col("sure_before") + pl.col("left") < pl.col("want"))
    undecided = (pl.col("all_or_nothing") & _in_group(falls_short)) | pl.col("has_sites")
    sure = pl.when(undecided).then(0).otherwise(pl.min_horizontal("left", "room"))
    lower = least.with_columns(lower=pl.max_horizontal("lower", sure))
    most = lower.with_columns(pools.left_after(lower["lower"])).with_columns(
        possible_before=run_before("left", "line_first")
    )
    hopeless = pl.col("line_last") & (pl.col("possible_before") + pl.col("left") < pl.col("want"))
    refused = pl.col("all_or_nothing") & ~pl.col("has_sites") & _in_group(hopeless)
    room = pl.col("want") - pl.col("sure_before").clip(upper_bound=pl.col("want"))
    possible = pl.when(refused).then(0).otherwise(pl.min_horizontal("left", room))
    tightened = most.with_columns(upper=pl.min_horizontal("upper", possible))
    return tightened.drop("left", "room", "sure_before", "possible_before")
