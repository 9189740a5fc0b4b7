"""Bounds of what claims take: at least and at most, tightened by prefix sums over their pools.

What is sure for a claim is what is left if all ahead of it take their most; what is possible for it is what
is left if they take their least.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Pools:
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
    def of(cls, claims: pl.DataFrame) -> Pools:
        """Sort once by pool, group and row in the group."""
        row, begins, turn = pl.int_range(pl.len()), begins_run("group"), "group"
        if "turn" in claims.columns:
            begins, turn = begins_run("bundle") | ((pl.col("bundle") == 0) & begins), "turn"
        offset = row - pl.when(begins).then(row).forward_fill()
        numbered = claims.select("pool", "stock", group=turn, offset=offset)
        groups, members = (numbered.select(pl.col(name).max() + 1).item() for name in ("group", "offset"))
        key = (pl.col("pool") * groups + pl.col("group")) * members + pl.col("offset")
        rows = numbered.select(key).to_series().arg_sort()
        axis = numbered.select(pl.col("pool", "stock").gather(rows)).select(
            "stock", begins=begins_run("pool")
        )
        places = pl.int_range(claims.height, eager=True)
        return cls(axis, rows, places.clone().scatter(rows, places))

    def left_after(self, ahead: pl.Series) -> pl.Series:
        """What is left for each claim if the claims ahead of it in its pool take `ahead`."""
        left = self.axis.with_columns(qty=ahead.gather(self.rows)).select(
            (pl.col("stock") - run_before("qty", "begins")).clip(0)
        )
        return left.to_series().gather(self.places).alias("left")


def begins_run(*names: str) -> pl.Expr:
    """True on the first row of each run of equal values."""
    return pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in names)


def ends_run(*names: str) -> pl.Expr:
    """True on the last row of each run of equal values."""
    return pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(-1)) for name in names)


def run_before(qty: str, first: str) -> pl.Expr:
    """Sum of `qty` over the rows before this one in its run; runs begin where `first` is true."""
    before = pl.col(qty).cum_sum() - pl.col(qty)
    return before - pl.when(pl.col(first)).then(before).forward_fill()


def bends() -> pl.Expr:
    """True of claims with which a line does not just take what is left, pool by pool."""
    is_alone = pl.col("line_first") & pl.col("line_last")
    is_several = ((pl.col("step") > 1) | pl.col("is_unmixed")) & ~is_alone
    return pl.col("has_sites") | (pl.col("part") > 0) | is_several


def in_run(is_true: pl.Expr, first: str, last: str) -> pl.Expr:
    """True on all rows of a run in which any row is true; runs begin and end where these are true."""
    count = is_true.cast(pl.Int64).cum_sum()
    before = pl.when(pl.col(first)).then(count - is_true.cast(pl.Int64)).forward_fill()
    return pl.when(pl.col(last)).then(count).backward_fill() > before


def in_group(is_true: pl.Expr) -> pl.Expr:
    """True on all rows of a group in which any row is true."""
    return in_run(is_true, "group_first", "group_last")


def in_bundle(is_true: pl.Expr) -> pl.Expr:
    """True on all rows of what is decided together, if any row is true: a group, or a bundle of them."""
    return in_run(is_true, "bundle_first", "bundle_last")


def tighten(claims: pl.DataFrame, pools: Pools) -> pl.DataFrame:
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
    is_unsure = (pl.col("left") < pl.col("want")) | (pl.col("part") > 0)
    lacks = ~pl.col("may_settle") | (pl.col("leads") & is_unsure)
    return pl.col("is_involved") & ~in_group(lacks)


def _sure() -> pl.Expr:
    """What a claim is certain to take."""
    is_unsure = pl.col("is_involved") & ~pl.col("is_settled")
    lacks = pl.col("sure_before") + pl.col("left") < pl.col("want")
    falls_short = pl.col("line_last") & (is_unsure | lacks)
    is_open = pl.col("is_involved") | (pl.col("all_or_nothing") & in_group(falls_short))
    found = pl.when(is_open).then(0).otherwise(whole_units(pl.min_horizontal("left", "room")))
    settled = pl.when(pl.col("is_settled") & pl.col("leads")).then("want")
    return pl.max_horizontal("lower", settled.otherwise(found))


def _possible() -> pl.Expr:
    """The most that a claim may take."""
    hopeless = pl.col("line_last") & (pl.col("possible_before") + pl.col("left") < pl.col("want"))
    refused = pl.col("all_or_nothing") & ~pl.col("has_sites") & in_group(hopeless)
    room = pl.col("want") - pl.col("sure_before").clip(upper_bound=pl.col("want"))
    any_part = pl.when("is_involved").then(pl.min_horizontal("left", pl.col("want") * pl.col("per")))
    found = any_part.otherwise(whole_units(pl.min_horizontal("left", room)))
    settled = pl.when(pl.col("is_settled")).then(pl.when("leads").then("want").otherwise(0))
    return settled.when(refused).then(0).otherwise(found)


def whole_units(found: pl.Expr) -> pl.Expr:
    """What a line takes of the units it finds: whole multiples, and the loose rest if no multiple is open."""
    is_loose = found >= pl.col("want") - pl.col("want") % pl.col("step")
    return pl.when(is_loose).then(found).otherwise(found - found % pl.col("step"))


def first_of_group(name: str) -> pl.Expr:
    """The value on the first row of the group."""
    return pl.when(begins_run("group")).then(name).forward_fill()
