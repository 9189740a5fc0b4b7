"""Pass 1: who gets which of tonight's units. Quantities by pool; lots are chosen when units are released."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import polars as pl

from transforms.allocation.demand.policies import KEEPS
from transforms.allocation.demand.shipments import from_one_warehouse
from transforms.allocation.supply.kits import draw_parts, serve_with_parts
from transforms.allocation.supply.options import draw_options
from transforms.allocation.tonight.holdings import draw_down, join_holdings, regain, scattered_groups, sum_at
from transforms.allocation.tonight.homes import bundle_orders
from transforms.keys import LINE
from transforms.matching import match_in_order

if TYPE_CHECKING:
    from schemas.table import Frame
    from transforms.allocation.demand.waiting import Waiting
    from transforms.allocation.frames import Option, Reach, Recipe, ServedPiece, ServedPool
    from transforms.allocation.outcome_frames import Drawn, Holding, Lost, PieceWarehouse
    from transforms.allocation.supply.stock import Stock

AFTER_DUE = 50
"""Tiers of lines that are not due come after all tiers of those that are (which are below 30)."""

is_complete = pl.col("ship_rule") != "partial"


@dataclass(frozen=True)
class Tonight:
    """What pass 1 gave.

    Attributes:
        options: those of later days, too.
        pieces: with what each got.
        holdings: what each has in which pool; kits in the pool of the kit.
        drawn: the same by the pools in which the units stand.
        recipes: of kits of which at least one could be made tonight.
        pools: with what was drawn from each.
        lost: lines that have less than they had reserved.
    """

    options: Frame[Option]
    pieces: Frame[ServedPiece]
    holdings: Frame[Holding]
    drawn: Frame[Drawn]
    recipes: Frame[Recipe]
    pools: Frame[ServedPool]
    lost: Frame[Lost]


def serve_tonight(waiting: Waiting, stock: Stock) -> Tonight:
    """Lines with a reservation take back what they hold; then the groups are served in rank order."""
    options, pools = stock.options, stock.pools
    makeable = pools.filter(pl.col("usable_qty") > 0)["pool"]
    recipes = stock.recipes.filter(pl.col("kit").is_in(makeable.implode()))
    tonight = options.filter(pl.col("opens_on").is_null())
    held, kept, kept_parts = _keep(waiting, tonight, recipes, stock)
    pieces = waiting.pieces.with_columns(sum_at(kept, "piece", "kept_qty", rows=waiting.pieces.height))
    began = pools.with_columns(left_qty="usable_qty")
    after_keep = draw_down(began, recipes, kept, kept_parts, qty="kept_qty")
    taken, taken_parts = _serve(pieces, waiting, tonight, kept, after_keep, recipes)
    pieces = pieces.with_columns(sum_at(taken, "piece", "taken_qty", rows=pieces.height))
    again = regain(held, taken, pools)
    holdings = join_holdings(kept, taken, again)
    both = pl.concat([kept_parts, taken_parts], how="diagonal")
    parts = both.group_by("piece", "kit", "pool").agg(pl.col("kept_qty", "taken_qty").sum())
    regained = again.group_by("row").agg(pl.col("again_qty").sum())
    held = held.join(regained, on="row", how="left").with_columns(pl.col("again_qty").fill_null(0))
    is_short = is_complete & (pl.col("kept_qty") + pl.col("taken_qty") < pl.col("rest_qty"))
    short_groups = pieces.filter(is_short)["group"].unique()
    lost = held.group_by(
        *LINE, "warehouse_id", "sku", "is_scattered", "group_far", pl.col("standing").cast(pl.String)
    ).agg(lost_qty=(pl.col("held_qty") - pl.col("kept_qty") - pl.col("again_qty")).sum())
    left = draw_down(after_keep, recipes, taken, taken_parts, qty="taken_qty")
    served = pieces.with_columns(is_whole=~pl.col("group").is_in(short_groups.implode()))
    return Tonight(
        options,
        cast("Frame[ServedPiece]", served),
        holdings,
        draw_parts(holdings, parts, recipes),
        recipes,
        cast("Frame[ServedPool]", left),
        cast("Frame[Lost]", lost.filter(pl.col("lost_qty") > 0)),
    )


def _keep(
    waiting: Waiting, options: Frame[Option], recipes: Frame[Recipe], stock: Stock
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """What each piece finds again of what it holds, common stock before fenced.

    Reserved units belong to the oldest pieces of their line, in the order of its warehouses. What stands in
    a warehouse that the line may no longer draw on is lost; lines that keep nothing find nothing here, nor
    do groups that must be one shipment and hold units in several warehouses, or whose release date is too far
    away.

    Returns:
        One row a (piece, warehouse, sku): LINE, piece, group, standing, warehouse_id, sku, held_qty,
        kept_qty; what was found where: piece, pool, kept_qty; and of kits which parts: kit, too.
    """
    lines = waiting.lines if stock.reservations.height else waiting.lines.clear()
    places = options.group_by("reach", "warehouse_id", "sku").agg(pl.col("option").min())
    reserved = (
        stock.reservations.join(lines.select(*LINE, "line", "reach"), on=LINE)
        .join(places, on=["reach", "warehouse_id", "sku"], how="left")
        .sort("line", "option", "warehouse_id", "sku", nulls_last=True)
        .with_columns(offer_id=pl.int_range(pl.len()))
    )
    holders = waiting.pieces.filter(pl.col("line").is_in(reserved["line"].implode()))
    matched = match_in_order(
        holders.select("line", want_id="piece", qty="rest_qty"),
        reserved.select("line", "offer_id", "qty"),
        on=["line"],
    )
    held = (
        matched.rename({"want_id": "piece", "qty": "held_qty"})
        .join(reserved.drop("line", "qty"), on="offer_id")
        .join(holders.select("piece", "group", "standing", "group_far"), on="piece")
        .sort("group", "piece", "option", "warehouse_id", "sku", nulls_last=True)
        .with_columns(row=pl.int_range(pl.len()))
    )
    scattered = scattered_groups(held, waiting, options)
    held = held.with_columns(is_scattered=pl.col("group").is_in(scattered.implode()))
    usable_qty = pl.concat([pl.Series([0]), stock.pools["usable_qty"]])
    claims = (
        held.filter(pl.col("standing").is_in(KEEPS) & ~pl.col("is_scattered") & ~pl.col("group_far"))
        .join(options.drop("option"), on=["reach", "warehouse_id", "sku"], maintain_order="left_right")
        .sort("row", "fence", maintain_order=True)
        .select("piece", "pool", group="row", line="row", want="held_qty")
    )
    claims = claims.with_columns(usable_qty.gather(claims["pool"]).alias("stock"))
    common_first = recipes.sort("kit", "part", "pool")
    units, parts = serve_with_parts(claims, common_first, usable_qty)
    found = claims.with_columns(units.alias("kept_qty")).filter(pl.col("kept_qty") > 0)
    by_row = sum_at(found, "group", "kept_qty", rows=held.height)
    kept = found.group_by("piece", "pool", maintain_order=True).agg(pl.col("kept_qty").sum())
    return held.with_columns(by_row), kept.sort("piece", "pool"), _name_parts(parts, claims, "kept_qty")


def _name_parts(parts: pl.DataFrame, claims: pl.DataFrame, qty: str) -> pl.DataFrame:
    """What pieces took as parts: `piece`, `kit` (the kit's pool), `pool` and `qty`."""
    claim = parts["claim"]
    return parts.select(
        claims["piece"].gather(claim),
        claims["pool"].gather(claim).alias("kit"),
        "pool",
        pl.col("qty").alias(qty),
    )


def _serve(
    pieces: pl.DataFrame,
    waiting: Waiting,
    options: Frame[Option],
    kept: pl.DataFrame,
    pools: pl.DataFrame,
    recipes: Frame[Recipe],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What each piece newly takes: piece, pool, taken_qty; and of kits which parts: kit, too."""
    reaches = waiting.reaches
    serving = pieces.filter("may_serve").select(
        "piece",
        "reach",
        "group",
        "serving",
        "ship_rule",
        "lets_pass",
        "is_due",
        "tier",
        want=pl.col("rest_qty") - pl.col("kept_qty"),
    )
    drawing = serving.with_columns(
        from_one_warehouse(serving, reaches).alias("is_bound"),
        needs_all=is_complete,
        all_or_nothing=is_complete & pl.col("lets_pass"),
        **({"is_unmixed": is_complete} if (options["way"] > 0).any() else {}),
        **sharing_of(serving, reaches, tier=pl.col("tier") + pl.when("is_due").then(0).otherwise(AFTER_DUE)),
    ).drop("ship_rule", "lets_pass", "is_due")
    stock = pl.concat([pl.Series([0]), pools["left_qty"]])
    drawn = options.select("reach", "option", "warehouse_id", "pool", *_bends(options))
    listed = draw_options(drawing, drawn, warehouses_of(kept, pools), is_bound=pl.col("is_bound"))
    claims = (
        listed.with_columns(stock.gather(listed["pool"]).alias("stock"))
        .filter((pl.col("want") > 0) & ((pl.col("stock") > 0) | pl.col("needs_all")))
        .drop("group")
        .rename({"serving": "group"})
        .with_columns(line="piece")
        .pipe(bundle_orders, pieces, options, kept, pools, waiting)
    )
    units, parts = serve_with_parts(claims, recipes, stock)
    taken = claims.select("piece", "pool", units.alias("taken_qty")).filter(pl.col("taken_qty") > 0)
    return taken, _name_parts(parts, claims, "taken_qty")


def _bends(options: Frame[Option]) -> list[str]:
    """What of the options bends how a line draws, where any bends it."""
    return ["step"] * bool((options["step"] > 1).any()) + ["way"] * bool((options["way"] > 0).any())


def warehouses_of(holdings: pl.DataFrame, pools: pl.DataFrame) -> Frame[PieceWarehouse]:
    """The warehouses in which pieces have units, by their `piece` and `pool`."""
    placed = holdings.select("piece", pools["warehouse_id"].gather(holdings["pool"] - 1))
    return cast("Frame[PieceWarehouse]", placed)


def sharing_of(
    pieces: pl.DataFrame, reaches: Frame[Reach], *, tier: pl.Expr
) -> dict[str, pl.Expr | pl.Series]:
    """Columns that say which claims are shared, and how; none where no client shares."""
    if (reaches["fair_share"] == "none").all():
        return {}
    is_proportional = (reaches["fair_share"] == "proportional").gather(pieces["reach"])
    return {"tier": tier, "is_proportional": is_proportional}
