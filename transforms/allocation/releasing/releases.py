"""What of tonight's units is handed to the warehouses, from which lots, and what stays reserved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.results import Allocation
from schemas.table import conform
from schemas.vocabulary.words import AllocationKind
from transforms.allocation.solver.packing import pack_keys
from transforms.allocation.supply.pools import POOL
from transforms.effects import with_effect_id
from transforms.keys import LINE, SHELF
from transforms.matching import match_sorted

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.night import AsOf
    from schemas.table import Frame
    from transforms.allocation.demand.waiting import Waiting
    from transforms.allocation.frames import LivingLot, Pool
    from transforms.allocation.outcome_frames import ChosenHolding
    from transforms.allocation.tonight.serving import Tonight

RELEASE_KEY = ["business_date", "run_no", *LINE, "sku", "warehouse_id", "lot_id", "bin_id", "kind"]
KIT_KEY = ["business_date", "run_no", *LINE, "warehouse_id", "kit_sku"]


def settle_holdings(
    chosen: Frame[ChosenHolding],
    tonight: Tonight,
    waiting: Waiting,
    lots: Frame[LivingLot],
    *,
    as_of: AsOf,
) -> DataFrame[Allocation]:
    """Release what ships, kits as their parts; reserve the rest.

    Released units take each pool's lots from the start, by rank; what a line had reserved goes before
    what it newly got. Reservations occupy no lot.

    Args:
        chosen: what pieces have, and whether it leaves.
        tonight: what pass 1 gave.
        waiting: who waited.
        lots: what stands there.
        as_of: the night.

    Returns:
        Allocations without effect ids (`name_releases`).
    """
    had_qty, new_qty = pl.col("kept_qty") + pl.col("again_qty"), pl.col("taken_qty") - pl.col("again_qty")
    holdings = chosen.with_columns(had_qty=had_qty, new_qty=new_qty)
    leaving = holdings.filter("ships")
    numbered = tonight.pools.select(*POOL, "pool")
    pooled = lots.join(numbered, on=POOL, maintain_order="left").sort("pool", maintain_order=True)
    shelves = tonight.pools.select(pl.struct(SHELF).rle_id()).to_series()
    if tonight.recipes.is_empty():
        released = _choose_lots(leaving, pooled)
    else:
        drawn = _drawn_by(leaving, tonight).with_columns(had_qty=had_qty, new_qty=new_qty)
        released = _choose_lots(drawn, pooled).pipe(_count_kits, leaving, tonight.pools)
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
    is_part, is_release = pl.col("kit_sku").is_not_null(), pl.col("kind") == AllocationKind.RELEASE
    named = (
        allocations.pipe(with_effect_id, "release_id", RELEASE_KEY, kind="release")
        .pipe(with_effect_id, "part_id", [*RELEASE_KEY, "kit_sku"], kind="part")
        .pipe(with_effect_id, "kit_id", KIT_KEY, kind="kit")
    )
    identified = named.with_columns(
        release_id=pl.when(is_release).then(pl.when(is_part).then("part_id").otherwise("release_id")),
        kit_id=pl.when(is_part).then("kit_id"),
    )
    return identified.select(Allocation.names()).pipe(Allocation.validate)


def _drawn_by(leaving: pl.DataFrame, tonight: Tonight) -> pl.DataFrame:
    """What leaves by the pools in which it stands: `kit` is 0, or the pool of the kits it is a part of."""
    owners = leaving.select("piece", "line", "group", holding="pool")
    drawn = tonight.drawn.with_columns(holding=pl.coalesce("kit", "pool"))
    mine = drawn.join(owners, on=["piece", "holding"], maintain_order="left")
    return mine.with_columns(pl.col("kit").fill_null(0))


def _count_kits(released: pl.DataFrame, leaving: pl.DataFrame, pools: Frame[Pool]) -> pl.DataFrame:
    """`released` with `kit_sku` and `kit_qty`: what its parts make; null where they are no parts."""
    kits = (
        leaving.select("line", kit="pool", kit_qty=pl.col("had_qty") + pl.col("new_qty"))
        .group_by("line", "kit")
        .agg(pl.col("kit_qty").sum())
        .join(pools.select(kit="pool", kit_sku="sku"), on="kit")
    )
    return released.join(kits, on=["line", "kit"], how="left", maintain_order="left")


def _choose_lots(holdings: pl.DataFrame, lots: pl.DataFrame) -> pl.DataFrame:
    """One row a (line, kit, lot and bin) with the units released, and how many of them were reserved.

    Args:
        holdings: units by piece and pool, `had_qty` reserved before, and `new_qty`; `kit` as `_drawn_by`,
            where there are kits.
        lots: by pool, in the order in which they are given out.
    """
    of_kit = ["kit"] * ("kit" in holdings.columns)
    parts = [
        holdings.filter(pl.col(qty) > 0).select(
            "pool", "group", "piece", "line", *of_kit, part=pl.lit(part), qty=qty
        )
        for part, qty in enumerate(("had_qty", "new_qty"))
    ]
    wants = pl.concat(parts) if parts[0].is_empty() else pl.concat(parts).sort("piece", "part", *of_kit)
    turns = wants.with_columns(pack_keys(wants, ["pool", "group"])).sort("packed", maintain_order=True)
    offers = lots.select("pool", "qty", offer_id=pl.int_range(pl.len()))
    matched = match_sorted(turns.with_columns(want_id=pl.int_range(pl.len())), offers, key="pool")
    of_want = matched["want_id"]
    given = matched.select(
        *(turns[name].gather(of_want) for name in ("line", *of_kit)),
        lot="offer_id",
        allocated_qty="qty",
        from_reserved_qty=pl.col("qty") * (turns["part"].gather(of_want) == 0),
    )
    rows = given.select("line", *of_kit, lots["lot"].gather(given["lot"]).alias("row"))
    by_lot = given.with_columns(pack_keys(rows, rows.columns)).sort("packed").pipe(_add_up)
    kind = pl.lit(AllocationKind.RELEASE.value)
    return by_lot.with_columns(lots["pool"].gather(by_lot["lot"]), kind=kind)


def _add_up(given: pl.DataFrame) -> pl.DataFrame:
    """One row a `packed` key, by which the rows are sorted: a line gets one lot for several of its pieces."""
    if not given.select((pl.col("packed") == pl.col("packed").shift()).any()).item():
        return given.drop("packed")
    quantities = ["allocated_qty", "from_reserved_qty"]
    summed = given.group_by("packed", maintain_order=True).agg(
        pl.exclude("packed", *quantities).first(), pl.col(quantities).sum()
    )
    return summed.drop("packed")


def _name_keys(given: pl.DataFrame, tonight: Tonight, waiting: Waiting, lots: pl.DataFrame) -> pl.DataFrame:
    """Numbers of lines, pools and lots as the names they stand for."""
    return given.with_columns(
        *(waiting.lines[name].gather(given["line"]) for name in LINE),
        *(tonight.pools[name].gather(given["pool"] - 1) for name in ("warehouse_id", "sku")),
        *(lots[name].gather(given["lot"]) for name in ("lot_id", "bin_id")),
        waiting.line_ranks().gather(given["line"]),
    )


def _dated(given: pl.DataFrame, as_of: AsOf) -> DataFrame[Allocation]:
    night = given.with_columns(
        business_date=pl.lit(as_of.business_date), run_no=pl.lit(as_of.run_no, pl.Int64)
    )
    absent = {name: dtype for name, dtype in Allocation.dtypes().items() if name not in night.columns}
    return conform(
        night.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in absent.items()), Allocation
    )
