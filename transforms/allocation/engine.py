"""Serve groups one after the other in rank order, each taking what its rule allows: exactly, and vectorised.

Assumptions
    The engine knows pools, claims and groups, and no rule by name. A claim is one option of one line on
    one pool. A line takes greedily: as much as is left in its first option, the rest in its second. A
    group that is `all_or_nothing` takes only if each of its lines finds all it wants; every other line
    takes what is there. A group with several `site`s takes from one of them only: of those that serve it
    whole the soonest, then the first; else (unless it is all or nothing) the first that has a unit.

Stages
    1. Claims are sorted once by (pool, group). For every claim a lower and an upper bound of what it
       takes is kept: prefix sums of the upper bounds ahead of it give the least that can be left for it,
       prefix sums of the lower bounds the most. Where no group is all or nothing and each line has one
       option, the first round decides everything.
    2. Groups that are undecided after a few rounds are served one by one in order, each over what the
       decided groups ahead of it have left.

Limits
    Both stages are exact: the result equals that of serving all groups in order. Groups with a choice of
    site, and long chains of all-or-nothing groups over contested pools, end in stage 2, a plain loop.
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
        "option": pl.Int64,
        "pool": pl.Int64,
        "want": pl.Int64,
        "stock": pl.Int64,
        "soon": pl.Int64,
        "all_or_nothing": pl.Boolean,
        "has_sites": pl.Boolean,
    }
)
"""Columns of claims: one row an option of a line.

group: serving order, 0 first, a total order over all groups. site: which of the group's sites the option
belongs to, 0 where it has no choice. line: a number unique to the line. option: order in which the line
draws. pool: any number. want: units the line wants, the same on all its claims. stock: units of the
pool that the line may use, counted from the pool's start; lines with an earlier last day see less of a
dated pool. soon: what tells which of two sites is sooner, the same for all claims where nothing does.
"""


def serve(claims: pl.DataFrame) -> pl.Series:
    """Units that each claim takes when all groups are served in order.

    Args:
        claims: as `CLAIMS`, sorted by group, site, line and option.
    """
    if claims.is_empty():
        return pl.Series("taken", [], pl.Int64)
    axes = _Axes.of(claims)
    bounds = pl.DataFrame({"lower": pl.zeros(claims.height, pl.Int64, eager=True), "upper": claims["want"]})
    for _ in range(ROUNDS):
        tighter = _tighten(axes, bounds)
        if _is_decided(tighter) or tighter.equals(bounds):
            bounds = tighter
            break
        bounds = tighter
    if _is_decided(bounds):
        return bounds["lower"].alias("taken")
    return _finish(axes, bounds)


@dataclass(frozen=True)
class _Axes:
    """The claims in both orders: by line, as given, and by pool.

    Attributes:
        claims: in line order, with marks of each line's and group's first and last row.
        pools: in pool order: the claim's stock and a mark of its pool's first row.
        by_pool: row in line order of each row in pool order.
        by_line: row in pool order of each row in line order.
    """

    claims: pl.DataFrame
    pools: pl.DataFrame
    by_pool: pl.Series
    by_line: pl.Series

    @classmethod
    def of(cls, claims: pl.DataFrame) -> _Axes:
        """Sort once by pool and group, and mark where lines, groups and pools begin and end."""
        width = claims.height + 1
        packed = claims.select(key=pl.col("pool") * width + pl.int_range(pl.len()))
        by_pool = packed["key"].arg_sort()
        rows = claims.select(pl.int_range(pl.len())).to_series()
        by_line = pl.zeros(claims.height, pl.Int64, eager=True).scatter(by_pool, rows)
        return cls(
            claims.with_columns(
                line_first=_changes(pl.struct("group", "site", "line")),
                line_last=_changes(pl.struct("group", "site", "line"), -1),
                group_first=_changes(pl.col("group")),
                group_last=_changes(pl.col("group"), -1),
            ),
            claims.select(pl.col("pool", "stock").gather(by_pool)).select(
                "stock", pool_first=_changes(pl.col("pool"))
            ),
            by_pool,
            by_line,
        )

    def left_after(self, ahead: pl.Series) -> pl.Series:
        """What is left for each claim, in line order, if the claims ahead of it in its pool take `ahead`."""
        left = self.pools.with_columns(qty=ahead.gather(self.by_pool)).select(
            (pl.col("stock") - run_before("qty", "pool_first")).clip(0)
        )
        return left.to_series().gather(self.by_line)


def _changes(key: pl.Expr, step: int = 1) -> pl.Expr:
    """True on the first row of each run of `key`; with step -1 on the last."""
    return key.ne_missing(key.shift(step))


def run_before(qty: str, first: str) -> pl.Expr:
    """Sum of `qty` over the rows before this one in its run; runs begin where `first` is true."""
    before = pl.col(qty).cum_sum() - pl.col(qty)
    return before - pl.when(pl.col(first)).then(before).forward_fill()


def _in_group(is_true: pl.Expr) -> pl.Expr:
    """True on all rows of a group in which any row is true."""
    count = is_true.cast(pl.Int64).cum_sum()
    before = pl.when(pl.col("group_first")).then(count - is_true.cast(pl.Int64)).forward_fill()
    return pl.when(pl.col("group_last")).then(count).backward_fill() > before


def _tighten(axes: _Axes, bounds: pl.DataFrame) -> pl.DataFrame:
    """The bounds after one round: first the lower ones from the upper, then the upper from the lower."""
    least = axes.claims.with_columns(
        bounds["lower"], bounds["upper"], left=axes.left_after(bounds["upper"])
    ).with_columns(
        room=pl.col("want") - run_before("upper", "line_first").clip(upper_bound=pl.col("want")),
        sure_before=run_before("left", "line_first"),
    )
    falls_short = pl.col("line_last") & (pl.col("sure_before") + pl.col("left") < pl.col("want"))
    undecided = (pl.col("all_or_nothing") & _in_group(falls_short)) | pl.col("has_sites")
    sure = pl.when(undecided).then(0).otherwise(pl.min_horizontal("left", "room"))
    lower = least.select(pl.max_horizontal("lower", sure)).to_series()
    most = least.with_columns(left=axes.left_after(lower)).with_columns(
        possible_before=run_before("left", "line_first")
    )
    hopeless = pl.col("line_last") & (pl.col("possible_before") + pl.col("left") < pl.col("want"))
    refused = pl.col("all_or_nothing") & ~pl.col("has_sites") & _in_group(hopeless)
    room = pl.col("want") - pl.col("sure_before").clip(upper_bound=pl.col("want"))
    possible = pl.when(refused).then(0).otherwise(pl.min_horizontal("left", room))
    return most.select(lower=lower, upper=pl.min_horizontal("upper", possible))


def _is_decided(bounds: pl.DataFrame) -> bool:
    """Whether all bounds meet."""
    return bounds["lower"].equals(bounds["upper"])


def _finish(axes: _Axes, bounds: pl.DataFrame) -> pl.Series:
    """Serve the undecided groups in order over what the decided groups ahead of them have left."""
    served = axes.claims.hstack(bounds).with_columns(is_open=_in_group(pl.col("lower") < pl.col("upper")))
    taken = served.select(pl.when("is_open").then(0).otherwise("lower")).to_series()
    rest = served.with_columns(left=axes.left_after(taken)).with_row_index("row").filter("is_open")
    return taken.scatter(rest["row"], serve_in_order(rest)).alias("taken")
