"""Fair share: lines of one tier share what does not reach for all, pool by pool.

A tier is served as one: of the first pools of its lines, then of their second, and so on. On a pool each line
gets an equal level of what it wants (`water_filling`: it gets min(want, level), so small wants are met whole)
or units in proportion to its want (`proportional`), in whole multiples; what is left over goes by rank.
"""

from __future__ import annotations

import polars as pl


def share_units(claims: pl.DataFrame) -> pl.Series:
    """Units that each claim takes.

    Args:
        claims: as the engine's, with `tier` (not null; lower ones are served first) and `is_proportional`
            (how its client shares); the rows of a line stand together in the order in which it
            draws. A pool's claims are of one step. Empty pools are no turn of a line.
    """
    begins = pl.col("line").ne_missing(pl.col("line").shift())
    row = pl.int_range(pl.len())
    filled = claims.with_columns(row=row).filter(pl.col("stock") > 0)
    placed = filled.with_columns(
        turn=row - pl.when(begins).then(row).forward_fill(), line=begins.cum_sum().cast(pl.Int64) - 1,
        pool=pl.col("pool").rank("dense").cast(pl.Int64) - 1,
    )  # fmt: skip
    rest = placed.filter(pl.col("turn") == 0)["want"]
    left = placed.group_by("pool").agg(pl.col("stock").first()).sort("pool")["stock"]
    taken = pl.zeros(claims.height, pl.Int64, eager=True)
    for asking in placed.sort("tier", "turn", "row").partition_by("tier", "turn", maintain_order=True):
        now = asking.with_columns(
            rest.gather(asking["line"]).alias("want"), left.gather(asking["pool"]).alias("stock")
        )
        takes = _share_pools(now.filter((pl.col("want") > 0) & (pl.col("stock") > 0)))
        taken.scatter(takes["row"], takes["take"])
        rest.scatter(takes["line"], takes["want"] - takes["take"])
        by_pool = takes.group_by("pool").agg(pl.col("stock").first() - pl.col("take").sum())
        left.scatter(by_pool["pool"], by_pool["stock"])
    return taken.alias("taken")


def _share_pools(asking: pl.DataFrame) -> pl.DataFrame:
    """What each line takes of one pool: `row`, `line`, `pool`, `want`, `stock` and `take`."""
    steps = asking.with_columns(
        wants=pl.col("want") // pl.col("step"), holds=pl.col("stock") // pl.col("step")
    )
    given = steps.sort("pool", "wants", "group").with_columns(
        is_reached=pl.col("wants").sum().over("pool") <= pl.col("holds"), is_met=_is_below_level()
    )
    is_in_part = pl.col("is_proportional") & ~pl.col("is_reached")
    part = pl.col("holds") * pl.col("wants") // pl.col("wants").sum().over("pool").clip(1)
    base = pl.when(is_in_part).then(part).when("is_met").then("wants").otherwise(_level())
    shared = given.with_columns(base=base).sort("pool", "group")
    over = pl.col("holds") - pl.col("base").sum().over("pool")
    is_open = pl.col("base") < pl.col("wants")
    place = is_open.cast(pl.Int64).cum_sum().over("pool")
    gets_one = is_open & (place <= over)
    whole = shared.with_columns(take=(pl.col("base") + gets_one.cast(pl.Int64)) * pl.col("step"))
    return whole.with_columns(take=pl.col("take") + _loose()).select(
        "row", "line", "pool", "want", "stock", "take"
    )


def _is_below_level() -> pl.Expr:
    """Whether a want is met whole when all get an equal level; rows ascend by want in their pool."""
    before = pl.col("wants").cum_sum().over("pool") - pl.col("wants")
    lines_from = pl.len().over("pool") - pl.int_range(pl.len()).over("pool")
    return before + pl.col("wants") * lines_from <= pl.col("holds")


def _level() -> pl.Expr:
    """The multiples that each line gets that is not met whole."""
    met = pl.when("is_met").then("wants").otherwise(0).sum().over("pool")
    return (pl.col("holds") - met) // (~pl.col("is_met")).sum().over("pool").cast(pl.Int64).clip(1)


def _loose() -> pl.Expr:
    """What fills no multiple, by rank, where no multiple is open."""
    missing = pl.col("want") - pl.col("take")
    asked = pl.when(missing < pl.col("step")).then(missing).otherwise(0)
    left = pl.col("stock") - pl.col("take").sum().over("pool")
    before = asked.cum_sum().over("pool") - asked
    return (left - before).clip(0, asked)
