"""Pools: the units of a shelf that are interchangeable for every line.

A shelf is one pool, unless a fence keeps some of its units or a line asks for lots that last:

| column | what it tells apart |
|---|---|
| `fence` | 0: common stock; else the fence of the policy that keeps the units |
| `life` | how many of the last days that lines ask of the shelf the units reach; all, if they never expire |
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import polars as pl

from schemas.vocabulary.words import StockAccount
from transforms.allocation.supply.fences import COMMON
from transforms.allocation.supply.supplies import LIFE_ASKED
from transforms.calendars import add_working_days
from transforms.keys import ITEM, SHELF
from transforms.shipping_days import lasts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from schemas.night import Books
    from schemas.settings.warehouse import Warehouse
    from schemas.table import Frame
    from transforms.allocation.frames import KeptUnits, Life, LivingExpected, LivingLot, Lot, Pool
    from transforms.shipping_days import ShippingDays

POOL = [*SHELF, "fence", "life"]
"""Key of a pool."""


@dataclass(frozen=True)
class Shelves:
    """How the units of each shelf are told apart.

    Attributes:
        fences: those that have not ended.
        lives: the last days that lines ask for, by shelf, where it has lots that expire.
    """

    fences: Frame[KeptUnits]
    lives: Frame[Life]

    @classmethod
    def of(
        cls,
        asking: Iterable[pl.DataFrame],
        lots: Frame[Lot],
        fences: Frame[KeptUnits],
        *,
        days: ShippingDays,
        warehouses: Mapping[str, Warehouse],
    ) -> Shelves:
        """As the waiting lines and the policies ask.

        Args:
            asking: with the columns of `ITEM` and `LIFE_ASKED`.
            lots: as `cut_lots`.
            fences: as `kept_units`.
            days: the shipping days of the run.
            warehouses: their calendars.
        """
        is_asked = pl.any_horizontal(pl.col(LIFE_ASKED).is_not_null())
        asked = pl.concat([frame.filter(is_asked).select(*ITEM, *LIFE_ASKED) for frame in asking]).unique()
        expiring = lots.filter(pl.col("expiry_on").is_not_null()).select(SHELF).unique()
        lives = (
            asked.join(expiring, on=ITEM)
            .pipe(with_lasts_until, days=days, warehouses=warehouses)
            .with_columns(life=pl.col("lasts_until").rank("dense").over(SHELF).cast(pl.Int64))
        )
        return cls(fences, cast("Frame[Life]", lives.select(*SHELF, *LIFE_ASKED, "lasts_until", "life")))

    def with_least_life(self, asking: pl.DataFrame) -> pl.DataFrame:
        """What is asked of shelves, with `least_life`: the least `life` of a pool that serves it."""
        if self.lives.is_empty():
            return asking.with_columns(least_life=pl.lit(0, pl.Int64))
        least = self.lives.select(*SHELF, *LIFE_ASKED, least_life="life")
        on = [*SHELF, *LIFE_ASKED]
        known = asking.join(least, on=on, how="left", nulls_equal=True, maintain_order="left")
        return known.with_columns(pl.col("least_life").fill_null(0))

    def with_longest_life(self, shelves: pl.DataFrame) -> pl.DataFrame:
        """`shelves` with the `life` of units that never expire."""
        longest = self.lives.group_by(SHELF).agg(pl.col("life").max())
        known = shelves.join(longest, on=SHELF, how="left", maintain_order="left")
        return known.with_columns(pl.col("life").fill_null(0))

    def with_own_life(self, lots: Frame[Lot]) -> Frame[LivingLot]:
        """`lots` with `life`, the number of asked days that each reaches, and sorted by pool."""
        if self.lives.is_empty():
            return cast("Frame[LivingLot]", lots.with_columns(life=pl.lit(0, pl.Int64)))
        numbered = lots.with_columns(row=pl.int_range(pl.len()))
        lives = self.lives.select(*SHELF, "lasts_until", "life").unique()
        lasting = numbered.join(lives, on=SHELF).filter(lasts(pl.col("lasts_until")))
        reached = lasting.group_by("row").agg(pl.col("life").max())
        known = numbered.join(reached, on="row", how="left").with_columns(pl.col("life").fill_null(0))
        return cast("Frame[LivingLot]", known.sort(*POOL, "lot").drop("row"))


def with_lasts_until(
    asked: pl.DataFrame, *, days: ShippingDays, warehouses: Mapping[str, Warehouse]
) -> pl.DataFrame:
    """Add `lasts_until`: the last usable day that a lot of this `warehouse_id` must have.

    It leaves on the first shipping day that is not before the earliest day of the line, and must be usable
    for as many days more as the line asks.

    Args:
        asked: with `warehouse_id` and the columns of `LIFE_ASKED`.
        days: the shipping days of the run.
        warehouses: their calendars.
    """
    leaves_on = pl.max_horizontal("earliest_on", days.ships_on())
    asked_days = pl.duration(days=pl.col("min_shelf_life_days").fill_null(0))
    return (
        asked.with_columns(leaves_on=leaves_on)
        .pipe(
            add_working_days, date_column="leaves_on", days=pl.lit(0), name="leaves_on", warehouses=warehouses
        )
        .with_columns(lasts_until=pl.col("leaves_on") + asked_days)
        .drop("leaves_on")
    )


def cut_lots(
    lots: pl.DataFrame, fences: Frame[KeptUnits], items: pl.DataFrame, reservations: pl.DataFrame
) -> Frame[Lot]:
    """The lots by fence, without safety stock: from the end of each shelf it is cut first, then the fences.

    No fence keeps what lines have reserved.

    Args:
        lots: as `usable_lots`.
        fences: as `kept_units`.
        items: the catalogue.
        reservations: `LineBalance` rows of RESERVED.

    Returns:
        By shelf and fence, then in the order in which they are given out; `lot` is the row in `lots`.
    """
    begins = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in reversed(SHELF))
    marked = lots.with_columns(lot=pl.int_range(pl.len()), shelf=begins.cum_sum().cast(pl.Int64) - 1)
    keys = marked.filter(pl.col("shelf").ne_missing(pl.col("shelf").shift())).select(*SHELF, "shelf")
    safety = keys.join(items.select(*ITEM, "safety_stock_qty"), on=ITEM, how="left", maintain_order="left")
    safety_qty = safety["safety_stock_qty"].fill_null(0)
    bands = _bands(keys.with_columns(low=safety_qty), fences, marked, reservations)
    cut_qty = safety_qty.scatter(bands["shelf"], bands["high"]) if bands.height else safety_qty
    after = pl.col("qty").cum_sum(reverse=True) - pl.col("qty")
    ends = pl.col("shelf").ne_missing(pl.col("shelf").shift(-1))
    behind = after - pl.when(ends).then(after).backward_fill()
    placed = marked.with_columns(behind=behind)
    cut = cut_qty.gather(placed["shelf"])
    common = placed.with_columns(
        fence=pl.lit(COMMON, pl.Int64), qty=(pl.col("behind") + pl.col("qty") - cut).clip(0, pl.col("qty"))
    )
    inside = pl.min_horizontal(pl.col("behind") + pl.col("qty"), "high") - pl.max_horizontal("behind", "low")
    fenced = placed.join(bands, on="shelf").with_columns(qty=inside)
    columns = [*SHELF, "fence", "lot", "lot_id", "bin_id", "expiry_on", "qty"]
    parts = pl.concat([common.select(columns), fenced.select(columns)]).filter(pl.col("qty") > 0)
    return cast("Frame[Lot]", parts if bands.is_empty() else parts.sort(*SHELF, "fence", "lot"))


def _bands(
    shelves: pl.DataFrame, fences: Frame[KeptUnits], lots: pl.DataFrame, reservations: pl.DataFrame
) -> pl.DataFrame:
    """Where each fence lies, in units from the end of its shelf: `shelf`, `fence`, `low`, `high`."""
    standing = lots.group_by("shelf").agg(standing_qty=pl.col("qty").sum())
    reserved = reservations.group_by(SHELF).agg(reserved_qty=pl.col("qty").sum())
    kept = (
        shelves.join(fences.select(*SHELF, "fence", "kept_qty"), on=SHELF)
        .join(standing, on="shelf")
        .join(reserved, on=SHELF, how="left")
        .sort("shelf", "fence")
    )
    most = pl.max_horizontal("low", pl.col("standing_qty") - pl.col("reserved_qty").fill_null(0))
    high = pl.col("low") + pl.col("kept_qty").cum_sum().over("shelf")
    return kept.select(
        "shelf",
        "fence",
        low=pl.min_horizontal(high - pl.col("kept_qty"), most),
        high=pl.min_horizontal(high, most),
    )


def number_pools(
    lots: Frame[LivingLot],
    expected: Frame[LivingExpected],
    kits: pl.DataFrame,
    shelves: Shelves,
    books: Books,
    *,
    days: ShippingDays,
) -> Frame[Pool]:
    """The pools in which anything stands or is announced, or could be made, sorted by their key and numbered.

    Every shelf has its common pool of units that never expire: goods on their way stand there, and what is
    known of the shelf as a whole.

    Args:
        lots: what stands there.
        expected: what is announced.
        kits: as `list_kits`; the units that their pools hold are counted later.
        shelves: how units are told apart.
        books: all that stands, and the catalogue.
        days: the shipping days of the run.
    """
    of_shelf = _shelf_facts(lots, books, days).pipe(shelves.with_longest_life)
    common = of_shelf.with_columns(fence=pl.lit(COMMON, pl.Int64))
    parts = [lots.select(*POOL, usable_qty="qty"), common, expected.select(POOL), kits.select(POOL).unique()]
    quantities = ["usable_qty", "safety_qty", "expired_qty", "hold_qty"]
    untils = shelves.fences.select(*SHELF, "fence", "until")
    pools = (
        pl.concat(parts, how="diagonal")
        .group_by(POOL)
        .agg(pl.col(quantities).sum())
        .join(books.items.select(*ITEM, "available_from"), on=ITEM, how="left")
        .join(untils, on=[*SHELF, "fence"], how="left")
    )
    return cast(
        "Frame[Pool]",
        pools.sort(POOL).with_columns(pool=pl.int_range(1, pl.len() + 1), ships_on=days.ships_on()),
    )


def _shelf_facts(lots: Frame[LivingLot], books: Books, days: ShippingDays) -> pl.DataFrame:
    """What nobody may take of each shelf: `safety_qty`, `expired_qty`, `hold_qty`."""
    is_free = pl.col("account") == StockAccount.FREE
    is_expired = (pl.col("expiry_on") < days.ships_on()).fill_null(value=False)
    is_held = pl.col("account") == StockAccount.HOLD
    standing = books.stock_balances.filter(is_free | is_held).join(
        books.stock_lots.select(*SHELF, "lot_id", "expiry_on"), on=[*SHELF, "lot_id"], how="left"
    )
    usable_qty = pl.when(is_free & ~is_expired).then("qty").otherwise(0)
    parts = [
        standing.select(
            *SHELF,
            safety_qty=usable_qty,
            expired_qty=pl.when(is_free & is_expired).then("qty").otherwise(0),
            hold_qty=pl.when(is_held).then("qty").otherwise(0),
        ),
        lots.select(*SHELF, safety_qty=-pl.col("qty")),
    ]
    return pl.concat(parts, how="diagonal").group_by(SHELF).agg(pl.exclude(SHELF).sum())
