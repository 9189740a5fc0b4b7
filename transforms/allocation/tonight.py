"""Pass 1: who gets which of tonight's units. Quantities by pool; lots are chosen when units are released."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from transforms.allocation.engine import serve
from transforms.allocation.lines import LINE
from transforms.allocation.options import NO_POOL, draw_options
from transforms.allocation.segments import KEEPS
from transforms.allocation.supplies import POOL
from transforms.matching import match_in_order

if TYPE_CHECKING:
    from transforms.allocation.waiting import Waiting

PLAIN = [pl.lit(value=False).alias(name) for name in ("all_or_nothing", "has_sites", "is_limited")]
"""Marks of claims on which no rule weighs."""

is_complete = pl.col("ship_rule") != "partial"


@dataclass(frozen=True)
class Tonight:
    """What pass 1 gave.

    Attributes:
        options: as `list_options`.
        pieces: with `kept_qty`, `taken_qty` and `is_whole` (ships in parts, or its group has all it wants).
        holdings: one row a (piece, pool) with units: `kept_qty`, `taken_qty`, and `again_qty`, the part of
            what it took that it had reserved there and had to give up.
        pools: with `kept_qty`, and `left_qty` after both.
        lost: one row a (line, warehouse, sku) that has less than it had reserved: `lost_qty`, `standing`.
    """

    options: pl.DataFrame
    pieces: pl.DataFrame
    holdings: pl.DataFrame
    pools: pl.DataFrame
    lost: pl.DataFrame


def serve_tonight(
    waiting: Waiting, options: pl.DataFrame, reservations: pl.DataFrame, pools: pl.DataFrame
) -> Tonight:
    """Lines with a reservation take back what they hold; then the groups are served in rank order.

    Args:
        waiting: who waits.
        options: as `list_options`.
        reservations: `LineBalance` rows of RESERVED.
        pools: as `number_pools`.
    """
    held = _keep(waiting, options, reservations, pools)
    kept = held.filter(pl.col("kept_qty") > 0).select("piece", "pool", "kept_qty")
    pieces = waiting.pieces.with_columns(_sum_at(kept, "piece", "kept_qty", rows=waiting.pieces.height))
    after_keep = pools.with_columns(_sum_at(kept, "pool", "kept_qty", rows=pools.height + 1)[1:])
    taken = _serve(pieces, waiting.reaches, options, kept, after_keep)
    pieces = pieces.with_columns(_sum_at(taken, "piece", "taken_qty", rows=pieces.height))
    held = held.pipe(_regain, taken)
    holdings = _join_holdings(kept, taken, held)
    is_short = is_complete & (pl.col("kept_qty") + pl.col("taken_qty") < pl.col("rest_qty"))
    short_groups = pieces.filter(is_short)["group"].unique()
    left = pl.col("usable_qty") - pl.col("kept_qty") - pl.col("taken_qty")
    return Tonight(
        options,
        pieces.with_columns(is_whole=~pl.col("group").is_in(short_groups.implode())),
        holdings,
        after_keep.with_columns(_sum_at(taken, "pool", "taken_qty", rows=pools.height + 1)[1:]).with_columns(
            left_qty=left
        ),
        held.group_by(*LINE, "warehouse_id", "sku", pl.col("standing").cast(pl.String))
        .agg(lost_qty=(pl.col("held_qty") - pl.col("kept_qty") - pl.col("again_qty")).sum())
        .filter(pl.col("lost_qty") > 0),
    )


def _keep(
    waiting: Waiting, options: pl.DataFrame, reservations: pl.DataFrame, pools: pl.DataFrame
) -> pl.DataFrame:
    """What each piece finds again of what it holds: LINE, piece, warehouse_id, sku, pool, held_qty, kept_qty.

    Reserved units belong to the oldest pieces of their line, in the order of its warehouses. What stands in
    a warehouse that the line may no longer draw on is lost; lines that keep nothing find nothing here.
    """
    lines = waiting.lines if reservations.height else waiting.lines.clear()
    reserved = (
        reservations.join(lines.select(*LINE, "line", "reach"), on=LINE)
        .join(options.drop("pool"), on=["reach", "warehouse_id"], how="left")
        .join(pools.select(*POOL, "pool", "usable_qty"), on=POOL, how="left")
        .sort("line", "option", "warehouse_id", nulls_last=True)
        .with_columns(offer_id=pl.int_range(pl.len()))
    )
    holders = waiting.pieces.filter(pl.col("line").is_in(reserved["line"].implode()))
    matched = match_in_order(
        holders.select("line", want_id="piece", qty="rest_qty"),
        reserved.select("line", "offer_id", "qty"),
        on=["line"],
    )
    is_open = pl.col("option").is_not_null() & pl.col("pool").is_not_null()
    may_keep = is_open & pl.col("standing").is_in(KEEPS)
    held = (
        matched.rename({"want_id": "piece", "qty": "held_qty"})
        .join(reserved.drop("line", "reach", "qty"), on="offer_id")
        .join(holders.select("piece", "group", "standing"), on="piece")
        .with_columns(
            kept_from=pl.when(may_keep).then("pool").otherwise(NO_POOL),
            stock=pl.when(may_keep).then("usable_qty").otherwise(0),
        )
        .sort("group", "piece", "option", "warehouse_id", nulls_last=True)
        .with_columns(row=pl.int_range(pl.len()))
    )
    claims = held.select("stock", pool="kept_from", group="row", site=0, line="row", want="held_qty", soon=0)
    return held.with_columns(serve(claims.with_columns(PLAIN)).alias("kept_qty"))


def _serve(
    pieces: pl.DataFrame,
    reaches: pl.DataFrame,
    options: pl.DataFrame,
    kept: pl.DataFrame,
    pools: pl.DataFrame,
) -> pl.DataFrame:
    """What each piece newly takes: piece, pool, taken_qty."""
    serving = pieces.filter("may_serve").select(
        "piece",
        "reach",
        "group",
        "serving",
        "ship_rule",
        "lets_pass",
        want=pl.col("rest_qty") - pl.col("kept_qty"),
    )
    is_bound = ~reaches["split"].gather(serving["reach"])
    drawing = serving.with_columns(
        is_bound.alias("is_bound"), needs_all=is_complete, all_or_nothing=is_complete & pl.col("lets_pass")
    ).drop("ship_rule", "lets_pass")
    stock = pl.concat([pl.Series([0]), pools.select(pl.col("usable_qty") - pl.col("kept_qty")).to_series()])
    listed = draw_options(drawing, options, kept, is_bound=pl.col("is_bound"))
    claims = (
        listed.with_columns(
            stock.gather(listed["pool"]).alias("stock"),
            soon=pl.lit(0, pl.Int64),
            is_limited=pl.lit(value=False),
        )
        .filter((pl.col("want") > 0) & ((pl.col("stock") > 0) | pl.col("needs_all")))
        .drop("group")
        .rename({"serving": "group"})
        .with_columns(line="piece")
    )
    return claims.select("piece", "pool", serve(claims).alias("taken_qty")).filter(pl.col("taken_qty") > 0)


def _regain(held: pl.DataFrame, taken: pl.DataFrame) -> pl.DataFrame:
    """`held` with `again_qty`: units that a piece gave up and took again where it had them."""
    given_up = pl.col("held_qty") - pl.col("kept_qty")
    return held.join(taken, on=["piece", "pool"], how="left", maintain_order="left").with_columns(
        again_qty=pl.min_horizontal(given_up, pl.col("taken_qty").fill_null(0))
    )


def _join_holdings(kept: pl.DataFrame, taken: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """What each piece has in each pool."""
    none = pl.lit(0, pl.Int64)
    if held.is_empty():
        return taken.select("piece", "pool", kept_qty=none, taken_qty="taken_qty", again_qty=none)
    again = held.filter(pl.col("again_qty") > 0).select("piece", "pool", "again_qty")
    both = pl.concat(
        [
            kept.with_columns(taken_qty=none),
            taken.select("piece", "pool", kept_qty=none, taken_qty="taken_qty"),
        ]
    )
    return (
        both.group_by("piece", "pool")
        .agg(pl.col("kept_qty", "taken_qty").sum())
        .join(again, on=["piece", "pool"], how="left")
        .with_columns(pl.col("again_qty").fill_null(0))
        .sort("piece", "pool")
    )


def _sum_at(parts: pl.DataFrame, place: str, qty: str, *, rows: int) -> pl.Series:
    """The sum of `qty` over the `parts` of each row, by the number of the row in `place`; 0 for none."""
    sums = parts.group_by(place).agg(pl.col(qty).sum())
    return pl.zeros(rows, pl.Int64, eager=True).scatter(sums[place], sums[qty]).alias(qty)
