"""What of tonight's units is handed to the warehouses, from which lots, and what stays reserved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.results import Allocation
from schemas.table import conform
from schemas.vocabulary import AllocationKind
from transforms.allocation.lines import LINE
from transforms.allocation.supplies import POOL
from transforms.effects import with_effect_id
from transforms.matching import match_in_order

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.night import AsOf
    from transforms.allocation.tonight import Tonight
    from transforms.allocation.waiting import Waiting

RELEASE_KEY = ["business_date", "run_no", *LINE, "sku", "warehouse_id", "lot_id", "bin_id", "kind"]


def settle_holdings(
    tonight: Tonight, waiting: Waiting, lots: pl.DataFrame, *, as_of: AsOf
) -> DataFrame[Allocation]:
    """Release what is due and may ship; reserve the rest.

    A group ships if it is due, not blocked, past each member's ship_not_before, and, where it ships
    complete, whole. Released units take each pool's lots from the start, by rank; what a line had
    reserved goes before what it newly got. Reservations occupy no lot.

    Args:
        tonight: what pass 1 gave.
        waiting: who waited.
        lots: as `usable_lots`.
        as_of: the night.

    Returns:
        Allocations without release ids (`name_releases`).
    """
    ships = (
        pl.col("is_due")
        & ~pl.col("is_blocked")
        & (pl.col("starts_on") <= as_of.business_date).fill_null(value=True)
        & pl.col("is_whole")
    )
    pieces = tonight.pieces.select("line", "group", ships=ships)
    of_piece = tonight.holdings["piece"]
    holdings = tonight.holdings.with_columns(pieces[name].gather(of_piece) for name in pieces.columns)
    pooled = lots.join(tonight.pools.select(*POOL, "pool"), on=POOL, maintain_order="left")
    released = _choose_lots(holdings.filter("ships"), pooled)
    reserved = (
        holdings.filter(~pl.col("ships") & (pl.col("taken_qty") > 0))
        .group_by("line", "pool")
        .agg(allocated_qty=pl.col("taken_qty").sum())
        .with_columns(kind=pl.lit(AllocationKind.RESERVE.value), from_reserved_qty=pl.lit(0, pl.Int64))
    )
    given = pl.concat([released, reserved], how="diagonal").sort("line", "kind", "pool", "lot")
    return _name_keys(given, tonight, waiting, pooled).pipe(_dated, as_of=as_of)


def name_releases(allocations: DataFrame[Allocation]) -> DataFrame[Allocation]:
    """The allocations with an effect id for each release; the same night always gives the same ids."""
    is_release = pl.col("kind") == AllocationKind.RELEASE
    named = allocations.pipe(with_effect_id, "release_id", RELEASE_KEY, kind="release")
    return named.with_columns(release_id=pl.when(is_release).then("release_id")).pipe(Allocation.validate)


def _choose_lots(holdings: pl.DataFrame, lots: pl.DataFrame) -> pl.DataFrame:
    """One row a (line, pool, lot and bin) with the units released, and how many of them were reserved."""
    parts = [
        holdings.select("pool", "group", "piece", "line", part=pl.lit(part), qty=qty)
        for part, qty in enumerate(("kept_qty", "taken_qty"))
    ]
    wants = (
        pl.concat(parts)
        .filter(pl.col("qty") > 0)
        .sort("group", "piece", "part")
        .with_columns(want_id=pl.int_range(pl.len()))
    )
    offers = lots.select("pool", "qty", offer_id=pl.int_range(pl.len()))
    matched = match_in_order(wants.select("want_id", "qty", "pool"), offers, on=["pool"])
    of_want = matched["want_id"]
    return (
        matched.with_columns(wants[name].gather(of_want) for name in ("line", "pool", "part"))
        .group_by("line", "pool", lot="offer_id")
        .agg(
            allocated_qty=pl.col("qty").sum(),
            from_reserved_qty=pl.when(pl.col("part") == 0).then("qty").otherwise(0).sum(),
        )
        .with_columns(kind=pl.lit(AllocationKind.RELEASE.value))
    )


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
    )
    return conform(night, Allocation)
