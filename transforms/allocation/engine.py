"""The engine: claims in, units out. It knows pools, groups and numbers, and no rule by its name.

Purpose
    Orders are served one after the other; each takes what its rule lets it take from what is left. This
    computes the same result for millions of claims at once, to the unit.

Stages
    1. Pools on which only plain claims draw need one prefix sum: a plain claim is the only one of its
       line, sees the whole pool, takes single units, and its group is not all or nothing.
    2. The other pools are coupled. Every claim there keeps a lower and an upper bound of what it will
       take: prefix sums of the upper bounds ahead of it give the least that can be left for it, prefix
       sums of the lower bounds the most. Groups whose bounds meet are decided and leave; what they take
       is deducted from the stock of those behind them.
    3. Groups that are undecided after a few rounds are served one by one in order.
    Claims of a tier are shared among its lines, pool by pool (`sharing`); no other claim draws on their
    pools.

Limits
    All stages are exact: the result equals that of serving all groups in order. Groups with a choice of
    site, and lines that take multiples from several pools or have a choice of ways, are decided in stage 2
    only where their first pools are enough; they, and long chains of all-or-nothing groups over contested
    pools, end in stage 3, a plain loop.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from transforms.allocation.remainder import serve_in_order
from transforms.allocation.sharing import share_units

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
}
"""Columns that claims may have, and what holds for all claims where they have not.

site: which of the group's sites the option belongs to, 0 where it has no choice. option: pools of one option
are added up before whole multiples are taken; numbers ascend in the line. step: units that are taken
together; what is wanted beyond the last multiple is taken once no multiple is open. way and is_unmixed: such
a line draws on the pools of one way only. soon: what tells which of two sites or ways is sooner, the same for
all claims where nothing does. all_or_nothing: the group takes all its lines want, or nothing. is_limited:
lines with an earlier last day see less of a dated pool. tier and is_proportional: lines that share
(`share_units`); tier null: not shared.
"""


def serve(claims: pl.DataFrame) -> pl.Series:
    """Units that each claim takes when all groups are served in order.

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
        *(name for name in UNLESS_STATED if name in claims.columns),
        line_first=_begins(*runs),
        line_last=_ends(*runs),
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
    bends = [pl.col(name) for name in flags] + [pl.col("step") > 1] * ("step" in claims.columns)
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
        leads=pl.col("line_first") & (pl.col("site") == _first_of_group("site")),
        is_level=pl.col("soon") == _first_of_group("soon"),
    ).with_columns(is_involved=_in_group(_bends()))
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


def _bends() -> pl.Expr:
    """True of claims with which a line does not just take what is left, pool by pool."""
    is_alone = pl.col("line_first") & pl.col("line_last")
    return pl.col("has_sites") | (((pl.col("step") > 1) | pl.col("is_unmixed")) & ~is_alone)


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
    lower = least.with_columns(is_settled=_is_settled()).with_columns(lower=_sure())
    most = lower.with_columns(pools.left_after(lower["lower"])).with_columns(
        possible_before=run_before("left", "line_first")
    )
    tightened = most.with_columns(upper=pl.min_horizontal("upper", _possible()))
    return tightened.drop("left", "room", "sure_before", "possible_before", "is_settled")


def _is_settled() -> pl.Expr:
    """True of involved groups whose first pools, of the first site, are certain to hold all they want."""
    lacks = ~pl.col("is_level") | (pl.col("leads") & (pl.col("left") < pl.col("want")))
    return pl.col("is_involved") & ~_in_group(lacks)


def _sure() -> pl.Expr:
    """What a claim is certain to take."""
    is_unsure = pl.col("is_involved") & ~pl.col("is_settled")
    lacks = pl.col("sure_before") + pl.col("left") < pl.col("want")
    falls_short = pl.col("line_last") & (is_unsure | lacks)
    is_open = pl.col("is_involved") | (pl.col("all_or_nothing") & _in_group(falls_short))
    found = pl.when(is_open).then(0).otherwise(_whole(pl.min_horizontal("left", "room")))
    settled = pl.when(pl.col("is_settled") & pl.col("leads")).then("want")
    return pl.max_horizontal("lower", settled.otherwise(found))


def _possible() -> pl.Expr:
    """The most that a claim may take."""
    hopeless = pl.col("line_last") & (pl.col("possible_before") + pl.col("left") < pl.col("want"))
    refused = pl.col("all_or_nothing") & ~pl.col("has_sites") & _in_group(hopeless)
    room = pl.col("want") - pl.col("sure_before").clip(upper_bound=pl.col("want"))
    any_part = pl.when("is_involved").then(pl.min_horizontal("left", "want"))
    found = any_part.otherwise(_whole(pl.min_horizontal("left", room)))
    settled = pl.when(pl.col("is_settled")).then(pl.when("leads").then("want").otherwise(0))
    return settled.when(refused).then(0).otherwise(found)


def _whole(found: pl.Expr) -> pl.Expr:
    """What a line takes of the units it finds: whole multiples, and the loose rest if no multiple is open."""
    is_loose = found >= pl.col("want") - pl.col("want") % pl.col("step")
    return pl.when(is_loose).then(found).otherwise(found - found % pl.col("step"))


def _first_of_group(name: str) -> pl.Expr:
    """The value on the first row of the group."""
    return pl.when(_begins("group")).then(name).forward_fill()
