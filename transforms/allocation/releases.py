"""What of tonight's units is handed to the warehouses, from which lots, and what stays reserved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.results import Allocation
from schemas.table import conform
from schemas.vocabulary import AllocationKind
from transforms.allocation.lines import LINE
from transforms.allocation.packing import pack_keys
from transforms.allocation.pools import POOL
from transforms.allocation.supplies import SHELF
from transforms.effects import with_effect_id
from transforms.matching import match_sorted

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.night import AsOf
    from transforms.allocation.tonight import Tonight
    from transforms.allocation.waiting import Waiting

RELEASE_KEY = ["business_date", "run_no", *LINE, "sku", "warehouse_id", "lot_id", "bin_id", "kind"]


def settle_holdings(
    chosen: pl.DataFrame, tonight: Tonight, waiting: Waiting, lots: pl.DataFrame, *, as_of: AsOf
) -> DataFrame[Allocation]:
    """Release what ships; reserve the rest.

    Released units take each pool's lots from the start, by rank; what a line had reserved goes before
    what it newly got. Reservations occupy no lot.

    Args:
        chosen: as `choose_shipments`.
        tonight: what pass 1 gave.
        waiting: who waited.
        lots: as `cut_lots`.
        as_of: the night.

    Returns:
        Allocations without release ids (`name_releases`).
    """
    holdings = chosen.with_columns(
        had_qty=pl.col("kept_qty") + pl.col("again_qty"), new_qty=pl.col("taken_qty") - pl.col("again_qty")
    )
    numbered = tonight.pools.select(*POOL, "pool")
    pooled = lots.join(numbered, on=POOL, maintain_order="left").sort("pool", maintain_order=True)
    shelves = tonight.pools.select(pl.struct(SHELF).rle_id()).to_series()
    released = _choose_lots(holdings.filter("ships"), pooled)
    staying = holdings.filter(~pl.col("ships") & (pl.col("new_qty") > 0))
    reserved = (
        staying.group_by("line", shelves.gather(staying["pool"] - 1).alias("shelf"))
        .agg(pl.col("pool").min(), allocated_qty=pl.col("new_qty").sum())
        .with_columns(kind=pl.lit(AllocationKind.RESERVE.value), from_reserved_qty=pl.lit(0, pl.Int64))
        .sort("line", "pool")
    )
    given = pl.concat([released, reserved], how="diagonal")
    return _name_keys(given, tonight, waiting, pooled).pipe(_dated, as_of=as_of)


def name_releases(allocations: DataFrame[Allocation]) -> DataFrame[Allocation]:
    """The allocations with an effect id for each release; the same night always gives the same ids."""
    is_release = pl.col("kind") == AllocationKind.RELEASE
    named = allocations.pipe(with_effect_id, "release_id", RELEASE_KEY, kind="release")
    return named.with_columns(release_id=pl.when(is_release).then("release_id")).pipe(Allocation.validate)


def _choose_lots(holdings: pl.DataFrame, lots: pl.DataFrame) -> pl.DataFrame:
    """One row a (line, pool, lot and bin) with the units released, and how many of them were reserved.

    Args:
        holdings: units by piece and pool, pieces in their order: `had_qty` reserved before, and `new_qty`.
        lots: by pool, in the order in which they are given out.
    """
    parts = [
        holdings.filter(pl.col(qty) > 0).select("pool", "group", "piece", "line", part=pl.lit(part), qty=qty)
        for part, qty in enumerate(("had_qty", "new_qty"))
    ]
    wants = pl.concat(parts) if parts[0].is_empty() else pl.concat(parts).sort("piece", "part")
    turns = wants.with_columns(pack_keys(wants, ["pool", "group"])).sort("packed", maintain_order=True)
    offers = lots.select("pool", "qty", offer_id=pl.int_range(pl.len()))
    matched = match_sorted(turns.with_columns(want_id=pl.int_range(pl.len())), offers, key="pool")
    of_want = matched["want_id"]
    given = matched.select(
        turns["line"].gather(of_want),
        lot="offer_id",
        allocated_qty="qty",
        from_reserved_qty=pl.col("qty") * (turns["part"].gather(of_want) == 0),
    )
    rows = given.select("line", lots["lot"].gather(given["lot"]).alias("row"))
    by_lot = given.with_columns(pack_keys(rows, ["line", "row"])).sort("packed").pipe(_add_up)
    kind = pl.lit(AllocationKind.RELEASE.value)
    return by_lot.with_columns(lots["pool"].gather(by_lot["lot"]), kind=kind)


def _add_up(given: pl.DataFrame) -> pl.DataFrame:
    """One row a `packed` key, by which the rows are sorted: a line gets one lot for several of its pieces."""
    if not given.select((pl.col("packed") == pl.col("packed").shift()).any()).item():
        return given.drop("packed")
    quantities = ["allocated_qty", "from_reserved_qty"]
    summed = given.group_by("packed", maintain_order=True).agg(
        pl.col("line", "lot").first(), pl.col(quantities).sum()
    )
    return summed.drop("packed")


def _name_keys(given: pl.DataFrame, tonight: Tonight, waiting: Waiting, lots: pl.DataFrame) -> pl.DataFrame:
    """Numbers of lines, pools and lots as the names they stand for."""
    return given.with_columns(
        *(waiting.lines[name].gather(given["line"]) for name in LINE),
        *(tonight.pools[name].gather(given["pool"] - 1) for name in ("warehouse_id", "sku")),
        *(lots[name].gather(given["lot"]) for name in ("lot_id", "bin_id")),
    )


def _dated(given: pl.DataFrame, as_of: AsOf) -> DataFrame[Allocation]:
    night = given.with_columns(
        business_date=pl.lit(as_of.business_date),
        run_no=pl.lit(as_of.run_no, pl.Int64),
        release_id=pl.lit(None, pl.String),
        kit_id=pl.lit(None, pl.String),
        kit_qty=pl.lit(None, pl.Int64),
    )
    return conform(night, Allocation)
