"""Pass 1: who gets which of tonight's units. Quantities by pool; lots are chosen when units are released."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from transforms.allocation.engine import serve
from transforms.allocation.lines import LINE
from transforms.allocation.options import draw_options
from transforms.allocation.policies import list_options
from transforms.allocation.supplies import POOL
from transforms.matching import match_in_order

EMPTY_POOL = 0
"""Number of the pool that stands for every pool without units."""

is_complete = pl.col("ship_rule") != "partial"


@dataclass(frozen=True)
class Tonight:
    """What pass 1 gave.

    Attributes:
        lines: the key and sku of each line, by its number.
        pieces: with `kept_qty`, `taken_qty` and `is_whole` (its group has all it wants).
        holdings: one row a (piece, warehouse) with units: `pool`, `kept_qty`, `taken_qty`.
        pools: with `kept_qty`, and `left_qty` after both.
        lost: one row a (line, warehouse, sku) that found less than it had reserved: `lost_qty`.
    """

    lines: pl.DataFrame
    pieces: pl.DataFrame
    holdings: pl.DataFrame
    pools: pl.DataFrame
    lost: pl.DataFrame


def serve_tonight(
    lines: pl.DataFrame, pieces: pl.DataFrame, reservations: pl.DataFrame, pools: pl.DataFrame
) -> Tonight:
    """Lines with a reservation take back what they hold; then the groups are served in rank order.

    Args:
        lines: as `waiting_lines`.
        pieces: as `order_serving`.
        reservations: `LineBalance` rows of RESERVED.
        pools: as `usable_pools`.
    """
    held = _keep(pieces, reservations, pools)
    kept = held.filter(pl.col("kept_qty") > 0).select("piece", "warehouse_id", "pool", "kept_qty")
    pieces = _with_sum(pieces, kept, on="piece", name="kept_qty")
    after_keep = _with_sum(pools, kept, on="pool", name="kept_qty")
    taken = _serve(pieces, kept, after_keep)
    pieces = _with_sum(pieces, taken, on="piece", name="taken_qty").with_columns(
        is_whole=(pl.col("kept_qty") + pl.col("taken_qty") == pl.col("rest_qty")).all().over("group")
    )
    left = pl.col("usable_qty") - pl.col("kept_qty") - pl.col("taken_qty")
    return Tonight(
        lines.select(*LINE, "sku"),
        pieces,
        _join_holdings(kept, taken),
        _with_sum(after_keep, taken, on="pool", name="taken_qty").with_columns(left_qty=left),
        held.group_by(*LINE, "warehouse_id", "sku")
        .agg(lost_qty=pl.col("held_qty").sum() - pl.col("kept_qty").sum())
        .filter(pl.col("lost_qty") > 0),
    )


def order_serving(pieces: pl.DataFrame) -> pl.DataFrame:
    """Number the pieces and say which groups take part in pass 1, and in which order.

    Lines that are not due take part where the policy reserves for them, after all that is due. A group
    with a member that is held, past its last ship date, or whose item is held, takes no part.

    Returns:
        `pieces` with `piece`, `is_due` (of the group), `is_blocked`, `may_serve` and `serving` (the
        order in which the groups of pass 1 are served).
    """
    return pieces.with_columns(
        piece=pl.int_range(pl.len()),
        is_due=pl.col("group_due_on") <= pl.col("due_until"),
        is_blocked=pl.col("group_held") | pl.col("group_past") | pl.col("group_item_held"),
    ).with_columns(
        may_serve=~pl.col("is_blocked") & (pl.col("is_due") | (pl.col("not_due") == "reserve")),
        serving=pl.col("group") + pl.when("is_due").then(0).otherwise(pl.len()),
    )


def _keep(pieces: pl.DataFrame, reservations: pl.DataFrame, pools: pl.DataFrame) -> pl.DataFrame:
    """What each piece finds again of what it holds: LINE, piece, warehouse_id, sku, pool, held_qty, kept_qty.

    Reserved units belong to the oldest pieces of their line, in the order of its warehouses.
    """
    if reservations.is_empty():
        pieces, pools = pieces.clear(), pools.clear()
    listed = list_options(pieces)
    reserved = (
        reservations.join(pieces.group_by(*LINE).agg(pl.col("line", "warehouse_ids").first()), on=LINE)
        .join(listed, on=["warehouse_ids", "warehouse_id"], how="left")
        .sort("line", "option", "warehouse_id", nulls_last=True)
        .with_columns(offer_id=pl.int_range(pl.len()))
    )
    matched = match_in_order(
        pieces.sort("line", "portion").select("line", want_id="piece", qty="rest_qty"),
        reserved.select("line", "offer_id", "qty"),
        on=["line"],
    )
    held = (
        matched.rename({"want_id": "piece", "qty": "held_qty"})
        .join(reserved.select(*LINE, "warehouse_id", "sku", "option", "offer_id"), on="offer_id")
        .join(pools.select(*POOL, "pool", "usable_qty"), on=POOL, how="left")
        .with_columns(
            pool=pl.when(pl.col("option").is_null())
            .then(EMPTY_POOL)
            .otherwise(pl.col("pool").fill_null(EMPTY_POOL))
        )
        .with_columns(stock=pl.when(pl.col("pool") == EMPTY_POOL).then(0).otherwise("usable_qty"))
        .sort("piece", "option", "warehouse_id", nulls_last=True)
    )
    claims = held.select(
        "pool",
        "stock",
        group=pl.int_range(pl.len()),
        site=0,
        line=pl.int_range(pl.len()),
        option=0,
        want="held_qty",
        soon=0,
    ).with_columns(all_or_nothing=False, has_sites=False)
    return held.with_columns(serve(claims).alias("kept_qty"))


def _serve(pieces: pl.DataFrame, kept: pl.DataFrame, pools: pl.DataFrame) -> pl.DataFrame:
    """What each piece newly takes: piece, warehouse_id, pool, taken_qty."""
    wanting = pieces.with_columns(want=pl.col("rest_qty") - pl.col("kept_qty")).filter("may_serve")
    options = draw_options(wanting, kept, is_bound=~pl.col("split"))
    wanting = wanting.filter(pl.col("want") > 0).select(
        "piece",
        "serving",
        "client_id",
        "sku",
        "want",
        all_or_nothing=is_complete & (pl.col("holdback") == "none"),
        needs_all=is_complete,
    )
    claims = (
        wanting.join(options.drop("group"), on="piece")
        .join(
            pools.select(*POOL, "pool", stock=pl.col("usable_qty") - pl.col("kept_qty")), on=POOL, how="left"
        )
        .filter(pl.col("pool").is_not_null() | pl.col("needs_all"))
        .with_columns(
            pl.col("pool").fill_null(EMPTY_POOL), pl.col("stock").fill_null(0), soon=pl.lit(0, pl.Int64)
        )
        .select(
            "warehouse_id",
            "option",
            "site",
            "pool",
            "stock",
            "want",
            "soon",
            "all_or_nothing",
            "has_sites",
            "piece",
            group="serving",
            line="piece",
        )
        .sort("group", "site", "line", "option")
    )
    return claims.select("piece", "warehouse_id", "pool", serve(claims).alias("taken_qty")).filter(
        pl.col("taken_qty") > 0
    )


def _join_holdings(kept: pl.DataFrame, taken: pl.DataFrame) -> pl.DataFrame:
    """What each piece has in each warehouse."""
    none = pl.lit(0, pl.Int64)
    key = ["piece", "warehouse_id", "pool"]
    both = pl.concat(
        [
            kept.with_columns(taken_qty=none).select(*key, "kept_qty", "taken_qty"),
            taken.with_columns(kept_qty=none).select(*key, "kept_qty", "taken_qty"),
        ]
    )
    return both.group_by(key).agg(pl.col("kept_qty", "taken_qty").sum()).sort(key)


def _with_sum(frame: pl.DataFrame, parts: pl.DataFrame, *, on: str, name: str) -> pl.DataFrame:
    """`frame` in its order with the sum of `name` over the `parts` of each row; 0 for none."""
    sums = parts.group_by(on).agg(pl.col(name).sum())
    return frame.join(sums, on=on, how="left", maintain_order="left").with_columns(pl.col(name).fill_null(0))
