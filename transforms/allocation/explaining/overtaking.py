"""Who got units against the ranks tonight, and which rule let them: overtakings and lost reservations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.results import LostReservation, Overtaking
from schemas.table import empty
from schemas.vocabulary.explanations import LostReason, OvertakingRule
from transforms.allocation.demand.policies import KEEPS
from transforms.allocation.demand.shipments import from_one_warehouse
from transforms.allocation.solver.bounds import run_before
from transforms.allocation.supply.kits import reached_pools
from transforms.allocation.tonight.serving import is_complete
from transforms.keys import LINE, SHELF

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from transforms.allocation.demand.waiting import Waiting
    from transforms.allocation.tonight.serving import Tonight

_RULES = {
    OvertakingRule.ORDER_HOLD: pl.col("group_held"),
    OvertakingRule.PAST_CANCEL_DATE: pl.col("group_past"),
    OvertakingRule.ITEM_HOLD: pl.col("is_blocked"),
    OvertakingRule.GROUP_INCOMPLETE: is_complete & pl.col("lets_pass") & ~pl.col("is_whole"),
    OvertakingRule.ONE_WAREHOUSE: pl.col("is_bound"),
    OvertakingRule.SHARED: pl.lit(value=True),
}
"""Why a line could not take units that worse ranks newly took after it; the first that holds."""


def find_overtakings(tonight: Tonight, waiting: Waiting) -> DataFrame[Overtaking]:
    """For every line that is short and due: units that worse ranks got where it could have used them.

    Units that worse ranks had reserved are told apart from those that they newly took. Lines that are not
    due, or ask for no more, compete for nothing and are overtaken by nobody.
    """
    got = _units_got(tonight.drawn, tonight.pieces)
    last = got.group_by("pool").agg(last=pl.col("group").max())
    lacks = pl.col("rest_qty") > pl.col("kept_qty") + pl.col("taken_qty")
    open_tonight = tonight.options.filter(pl.col("opens_on").is_null())
    short = tonight.pieces.filter(lacks & pl.col("is_due") & ~pl.col("group_fill"))
    asking = (
        short.with_columns(from_one_warehouse(short, waiting.reaches).alias("is_bound"))
        .select("line", "reach", "group", rule=_rule())
        .join(reached_pools(open_tonight, tonight.recipes), on="reach")
        .join(last, on="pool")
        .filter(pl.col("last") > pl.col("group"))
        .sort("group")
        .unique(["line", "pool"], keep="first", maintain_order=True)
        .select("pool", "group", "line", "rule")
    )
    passed = [
        _behind(asking, got.filter(pl.col("is_kept") == is_kept)).with_columns(rule=rule)
        for is_kept, rule in (
            (True, pl.lit(OvertakingRule.KEPT_BY_RESERVATION.value)),
            (False, pl.col("rule")),
        )
    ]
    told = pl.concat(passed)
    pool = told["pool"] - 1
    by_shelf = (
        told.with_columns(tonight.pools[name].gather(pool) for name in ("warehouse_id", "sku"))
        .sort("line", "warehouse_id", "sku", "rule", "by_group", "by_line")
        .group_by("line", "warehouse_id", "sku", "rule", maintain_order=True)
        .agg(pl.col("qty").sum(), pl.col("by_line").first())
    )
    by = by_shelf["by_line"]
    named = by_shelf.with_columns(
        waiting.lines["order_id"].gather(by).alias("by_order_id"),
        waiting.lines["line_no"].gather(by).alias("by_line_no"),
    )
    return waiting.name_lines(named, Overtaking)


def tell_losses(tonight: Tonight, waiting: Waiting) -> DataFrame[LostReservation]:
    """The reserved units that lines lost, with the best-ranked line that has units there instead, and why."""
    if tonight.lost.is_empty():
        return empty(LostReservation)
    lost = tonight.lost.join(waiting.lines.select(*LINE, "line", "reach"), on=LINE, how="left")
    here = ["reach", "warehouse_id", "sku"]
    listed = tonight.options.select(*here, is_listed=pl.lit(value=True)).unique()
    placed = lost.join(listed, on=here, how="left")
    shelves = tonight.pools.select(*SHELF, "pool").join(placed.select(SHELF).unique(), on=SHELF)
    holders = (
        _units_got(tonight.holdings, tonight.pieces)
        .join(shelves, on="pool")
        .sort("group", "line")
        .select(*SHELF, "group", by_line="line")
    )
    gained = (
        placed.select("line", *SHELF)
        .join(holders, on=SHELF)
        .filter(pl.col("by_line") != pl.col("line"))
        .sort("line", "group", "by_line")
        .unique(["line", *SHELF], keep="first", maintain_order=True)
    )
    told = placed.join(gained, on=["line", *SHELF], how="left", maintain_order="left")
    by = told["by_line"]
    reason = (
        pl.when(pl.col("is_listed").is_null())
        .then(pl.lit(LostReason.NO_LONGER_ALLOWED.value))
        .when("group_far")
        .then(pl.lit(LostReason.TOO_EARLY.value))
        .when(pl.col("is_scattered") & pl.col("standing").is_in(KEEPS))
        .then(pl.lit(LostReason.NOT_TOGETHER.value))
        .when(pl.col("by_line").is_null() | pl.col("standing").is_in(KEEPS))
        .then(pl.lit(LostReason.STOCK_FELL.value))
        .otherwise(pl.lit(LostReason.GIVEN_UP.value))
    )
    named = told.with_columns(
        lost_reason=reason,
        to_order_id=waiting.lines["order_id"].gather(by),
        to_line_no=waiting.lines["line_no"].gather(by),
    )
    return named.select(LostReservation.names()).sort(LostReservation.names()).pipe(LostReservation.validate)


def _units_got(holdings: pl.DataFrame, pieces: pl.DataFrame) -> pl.DataFrame:
    """Units that lines have tonight, by `pool`, `group` and `line`: kept or newly taken (`is_kept`)."""
    owners = pieces.select("group", "line")
    of_piece = holdings["piece"]
    held = holdings.with_columns(owners[name].gather(of_piece) for name in owners.columns)
    return pl.concat(
        held.filter(pl.col(name) > 0).select(
            "pool", "group", "line", qty=name, is_kept=pl.lit(name == "kept_qty")
        )
        for name in ("kept_qty", "taken_qty")
    )


def _rule() -> pl.Expr:
    """The rule by which a short piece is passed."""
    return pl.coalesce(pl.when(condition).then(pl.lit(rule.value)) for rule, condition in _RULES.items())


def _behind(asking: pl.DataFrame, got: pl.DataFrame) -> pl.DataFrame:
    """Units got behind each asking line in its pool, and the first line to get some: `by_line`, `qty`."""
    none = pl.lit(None, pl.Int64)
    asked = asking.with_columns(qty=pl.lit(0, pl.Int64), by_line=none, by_group=none)
    there = got.filter(pl.col("pool").is_in(asking["pool"].implode())).select(
        "pool", "group", pl.lit(None, pl.Int64).alias("line"), pl.lit(None, pl.String).alias("rule"), "qty",
        by_line="line", by_group="group",
    )  # fmt: skip
    return (
        pl.concat([asked.select(there.columns), there])
        .with_columns(is_asking=pl.col("line").is_not_null())
        .sort("pool", "group", "is_asking", "by_line", descending=[False, True, True, True])
        .with_columns(begins=pl.col("pool").ne_missing(pl.col("pool").shift()))
        .with_columns(
            behind=run_before("qty", "begins"),
            **{name: pl.col(name).forward_fill() for name in ("by_line", "by_group")},
        )
        .filter(pl.col("line").is_not_null() & (pl.col("behind") > 0))
        .select("pool", "line", "rule", "by_line", "by_group", qty="behind")
    )
