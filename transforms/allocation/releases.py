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

RELEASE_KEY = ["business_date", "run_no", *LINE, "sku", "warehouse_id", "lot_id", "bin_id", "kind"]


def settle_holdings(tonight: Tonight, lots: pl.DataFrame, *, as_of: AsOf) -> DataFrame[Allocation]:
    """Release what is due and may ship; reserve the rest.

    A group ships if it is due, not blocked, past each member's ship_not_before, and, where it ships
    complete, whole. Released units take each pool's lots from the start, by rank; what a line had
    reserved goes before what it newly got. Reservations occupy no lot.

    Args:
        tonight: what pass 1 gave.
        lots: as `usable_lots`.
        as_of: names the night of the release ids.
    """
    ships = (
        pl.col("is_due")
        & ~pl.col("is_blocked")
        & (pl.col("starts_on") <= as_of.business_date).fill_null(value=True)
        & ((pl.col("ship_rule") == "partial") | pl.col("is_whole"))
    )
    pieces = tonight.pieces.select("piece", *LINE, "sku", ships=ships)
    holdings = tonight.holdings.join(pieces, on="piece")
    released = _choose_lots(holdings.filter("ships"), lots)
    reserved = (
        holdings.filter(~pl.col("ships") & (pl.col("taken_qty") > 0))
        .group_by(*LINE, "sku", "warehouse_id")
        .agg(allocated_qty=pl.col("taken_qty").sum())
        .with_columns(kind=pl.lit(AllocationKind.RESERVE.value), from_reserved_qty=pl.lit(0, pl.Int64))
    )
    dated = [
        frame.with_columns(business_date=pl.lit(as_of.business_date), run_no=pl.lit(as_of.run_no, pl.Int64))
        for frame in (released, reserved)
    ]
    named = dated[0].pipe(with_effect_id, "release_id", RELEASE_KEY, kind="release")
    return (
        pl.concat([conform(named, Allocation), conform(dated[1], Allocation)])
        .sort(*LINE, "kind", "warehouse_id", "lot_id", "bin_id")
        .pipe(Allocation.validate)
    )


def _choose_lots(holdings: pl.DataFrame, lots: pl.DataFrame) -> pl.DataFrame:
    """One row a (line, warehouse, lot, bin) with the units released, and how many of them were reserved."""
    wants = (
        holdings.unpivot(
            ["kept_qty", "taken_qty"],
            index=["pool", "piece", *LINE, *POOL[1:]],
            variable_name="part",
            value_name="qty",
        )
        .sort("piece", "warehouse_id", "part")
        .with_columns(want_id=pl.int_range(pl.len()))
    )
    offers = lots.with_columns(offer_id=pl.int_range(pl.len()))
    matched = match_in_order(
        wants.select("want_id", "qty", *POOL), offers.select("offer_id", "qty", *POOL), on=POOL
    )
    return (
        matched.join(wants.drop("qty"), on="want_id")
        .join(offers.select("offer_id", "lot_id", "bin_id"), on="offer_id")
        .group_by(*LINE, "sku", "warehouse_id", "lot_id", "bin_id")
        .agg(
            allocated_qty=pl.col("qty").sum(),
            from_reserved_qty=pl.col("qty").filter(pl.col("part") == "kept_qty").sum(),
        )
        .with_columns(kind=pl.lit(AllocationKind.RELEASE.value))
    )
