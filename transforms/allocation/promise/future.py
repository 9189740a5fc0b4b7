"""Pass 2: which units on their way each waiting line may count on, and so the date it can be told.

Every group takes what it finds, by pure rank, over what pass 1 left and the dated inbound: a promise is a
reservation of the future. Lines that are not due peg like others; held, past and inactive ones do not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import polars as pl

from transforms.allocation.demand.shipments import from_one_warehouse
from transforms.allocation.solver.engine import serve
from transforms.allocation.solver.packing import pack_keys
from transforms.allocation.supply.fences import COMMON
from transforms.allocation.supply.kits import MADE, serve_with_parts
from transforms.allocation.supply.options import NO_POOL, draw_options
from transforms.allocation.tonight.serving import is_complete, sharing_of, warehouses_of
from transforms.matching import match_sorted

if TYPE_CHECKING:
    from schemas.table import Frame
    from transforms.allocation.frames import Option, Reach
    from transforms.allocation.outcome_frames import Cell, PieceWarehouse, PromisedPart, PromisedUnits
    from transforms.allocation.supply.expected import Future
    from transforms.allocation.tonight.serving import Tonight

EMPTY_CELL = 0
"""Number of the cell that stands for a warehouse without units."""


@dataclass(frozen=True)
class Promised:
    """Which units of the future each piece takes, and when it has them.

    Attributes:
        units: by cell; kits by the cell of the kit.
        parts: what kits among them take of parts.
    """

    units: Frame[PromisedUnits]
    parts: Frame[PromisedPart]

    @classmethod
    def of(cls, units: pl.DataFrame, parts: pl.DataFrame) -> Promised:
        """Frames that keep these contracts."""
        return cls(cast("Frame[PromisedUnits]", units), cast("Frame[PromisedPart]", parts))


def promise_units(tonight: Tonight, reaches: Frame[Reach], future: Future) -> Promised:
    """Which units of the future each piece takes: first those open to it, then what fences leave over.

    Args:
        tonight: what pass 1 gave.
        reaches: on which supplies they may draw.
        future: what may be promised, and for when.
    """
    is_out = pl.any_horizontal("group_held", "group_past", "group_inactive", "group_fill")
    wanting = tonight.pieces.filter(~is_out).select(
        "piece", "reach", "group", "last_ship_on", "ship_rule", "tier",
        want=pl.col("rest_qty") - pl.col("kept_qty") - pl.col("taken_qty"),
    )  # fmt: skip
    is_bound = from_one_warehouse(wanting, reaches)
    drawing = wanting.with_columns(
        needs_all=is_bound & is_complete,
        is_unmixed=is_complete & pl.col("tier").is_null(),
        **sharing_of(wanting, reaches, tier=pl.col("tier")),
    ).drop("ship_rule")
    is_open = pl.col("opens_on").is_null()
    begun = warehouses_of(tonight.holdings, tonight.pools)
    promised = _promise(drawing, tonight.options.filter(is_open), begun, reaches, future)
    if tonight.options.select(is_open.all()).item():
        return promised
    emptied = tonight.options.with_columns(pool=pl.when(is_open).then(NO_POOL).otherwise("pool"))
    freed = cast("Frame[Option]", emptied).unique(["reach", "option", "pool"], maintain_order=True)
    units, cells = promised.units, future.cells
    rest = drawing.with_columns(pl.col("want") - _sum_by("piece", units, drawing))
    gone = pl.concat([units.select("cell", "qty"), promised.parts.select("cell", "qty")])
    left_cells = cells.with_columns(pl.col("qty") - _sum_by("cell", gone, cells))
    left = replace(future, cells=cast("Frame[Cell]", left_cells))
    pool = future.all_cells()["pool"].gather(units["cell"] - 1)
    found = warehouses_of(units.select("piece", pool), tonight.pools)
    both = cast("Frame[PieceWarehouse]", pl.concat([begun, found]))
    later = _promise(rest, freed, both, reaches, left)
    return Promised.of(pl.concat([units, later.units]), pl.concat([promised.parts, later.parts]))


def _sum_by(key: str, promised: pl.DataFrame, rows: pl.DataFrame) -> pl.Series:
    """What is promised of each of the rows."""
    sums = promised.group_by(key).agg(pl.col("qty").sum())
    return rows.select(key).join(sums, on=key, how="left", maintain_order="left")["qty"].fill_null(0)


def _promise(
    drawing: pl.DataFrame,
    options: Frame[Option],
    begun: Frame[PieceWarehouse],
    reaches: Frame[Reach],
    future: Future,
) -> Promised:
    """What pieces take of the cells by their options; `begun` says in which warehouses they have units."""
    drawn = draw_options(drawing, options.drop("fence", "sku", "step"), begun, is_bound=pl.col("needs_all"))
    claims = drawn.filter(pl.col("want") > 0)
    filled = future.cells.filter(pl.col("qty") > 0)
    supplying = [filled["pool"], future.kit_cells["pool"]]
    is_supplied = pl.col("pool").is_in(pl.concat(supplying).unique().implode())
    supplied = options.filter(is_supplied).select("reach", "pool", "opens_on")
    parts = supplied.rename({"pool": "kit"}).join(future.pool_recipes.select("kit", "pool"), on="kit")
    coupled = _coupled_reaches(claims, reaches, pl.concat([supplied, parts.select(supplied.columns)]))
    is_coupled = pl.col("reach").is_in(coupled.implode())
    along = _draw_along_pools(claims.filter(~is_coupled & is_supplied), future.cells)
    over = _draw_over_cells(claims.filter(is_coupled), future)
    return Promised.of(pl.concat([along, over.units]), over.parts)


def _coupled_reaches(claims: pl.DataFrame, reaches: Frame[Reach], supplied: pl.DataFrame) -> pl.Series:
    """The reaches that draw on pools which do not serve each line by its rank alone.

    Some line can draw on several of them, or only later, or on parts; a group with sites wants them; or lines
    share them.
    """
    several = supplied.group_by("reach").agg(pools=pl.len(), opens_on=pl.col("opens_on").max())
    is_bent = (pl.col("pools") > 1) | pl.col("opens_on").is_not_null()
    sharing = reaches.filter(pl.col("fair_share") != "none")["reach"]
    coupling = pl.concat([several.filter(is_bent)["reach"], claims.filter("has_sites")["reach"], sharing])
    pools = supplied.filter(pl.col("reach").is_in(coupling.unique().implode()))["pool"].unique()
    return pl.concat([coupling, supplied.filter(pl.col("pool").is_in(pools.implode()))["reach"]]).unique()


def _draw_along_pools(claims: pl.DataFrame, cells: Frame[Cell]) -> pl.DataFrame:
    """Pieces with one pool each take its axis from the start, as far as their last ship date allows."""
    axis = cells.select("pool", "date", "qty", reached=pl.col("qty").cum_sum().over("pool"))
    totals = axis.group_by("pool").agg(total=pl.col("qty").sum())
    limited = (
        claims.filter(pl.col("last_ship_on").is_not_null())
        .join(axis, on="pool")
        .filter(pl.col("date") <= pl.col("last_ship_on"))
        .group_by("piece")
        .agg(pl.col("reached").max())
    )
    stock = pl.when(pl.col("last_ship_on").is_null()).then("total").otherwise(pl.col("reached").fill_null(0))
    ordered = (
        claims.join(totals, on="pool", maintain_order="left")
        .join(limited, on="piece", how="left", maintain_order="left")
        .with_columns(stock=stock, line="piece", is_limited=pl.col("last_ship_on").is_not_null())
        .drop("tier", "way", "is_unmixed")
    )
    taken = ordered.select("pool", "group", want_id="piece", qty=serve(ordered))
    turns = taken.with_columns(pack_keys(taken, ["pool", "group"])).sort("packed", maintain_order=True)
    matched = match_sorted(turns, cells.select("pool", "qty", offer_id="cell"), key="pool")
    cell = matched["offer_id"]
    dates = cells["date"].gather(cell - 1)
    return matched.select(
        piece="want_id", cell="offer_id", date=dates, is_freed=pl.lit(value=False), qty="qty"
    )


def _draw_over_cells(reach: pl.DataFrame, future: Future) -> Promised:
    """Pieces that may draw on several pools take cell by cell, the soonest first.

    What a fence keeps from a piece is there for it when the fence ends.
    """
    since = pl.max_horizontal("available_on", "opens_on")
    date = pl.max_horizontal("date", "opens_on")
    within = (pl.col("date") <= pl.col("last_ship_on")).fill_null(value=True)
    reachable = (
        reach.join(future.all_cells().rename({"qty": "stock"}), on="pool")
        .filter((pl.col("stock") > 0) | (pl.col("fence") == MADE))
        .with_columns(since=since, date=date)
        .filter(within)
    )
    absent = (
        reach.filter("needs_all")
        .join(reachable, on=["piece", "option"], how="anti")
        .with_columns(cell=pl.lit(EMPTY_CELL, pl.Int64), stock=pl.lit(0, pl.Int64))
    )
    is_foreign = pl.col("opens_on").is_not_null()
    is_common = pl.col("fence") == COMMON
    by_way = pl.when("is_unmixed").then("way").otherwise(0)
    claims = (
        pl.concat([reachable, absent], how="diagonal")
        .sort(
            "group", "site", "piece", by_way, "since", "is_late", "option", "asn_id", "asn_line_no",
            is_foreign | is_common, "fence", "life", nulls_last=False,
        )
        .with_columns(pool="cell", line="piece", soon=pl.col("date").cast(pl.Int64).fill_null(0))
    )  # fmt: skip
    stock = pl.concat([pl.Series([0]), future.cells["qty"]])
    units, parts = serve_with_parts(claims, future.recipes, stock)
    taken = claims.select("piece", "cell", "date", is_freed=is_foreign, qty=units)
    claim = parts["claim"]
    of_kits = parts.select(
        claims["piece"].gather(claim), claims["cell"].gather(claim).alias("kit"), cell="pool", qty="qty"
    )
    return Promised.of(taken.filter(pl.col("qty") > 0), of_kits)
