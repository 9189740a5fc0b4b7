"""Ring-fences: units of some SKUs that are kept for some channels until a day.

A fence is numbered by its place in the client's policy, from 1; 0 stands for common stock. What a fence still
keeps stands in `FenceBalance`; it is cut from the end of each shelf's lots, behind the safety stock, and
never of what lines have reserved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import polars as pl

from schemas.results import FenceUse
from schemas.table import conform
from transforms.allocation.frames import StandingFence
from transforms.keys import SHELF

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandera.typing.polars import DataFrame

    from schemas.night import Books
    from schemas.settings.client import Client
    from schemas.settings.policy import Fence
    from schemas.table import Frame
    from transforms.allocation.frames import Expected, KeptUnits, Lot, Pool
    from transforms.allocation.outcome_frames import Drawn
    from transforms.shipping_days import ShippingDays

COMMON = 0
"""The number that stands for no fence."""


def standing_fences(clients: Mapping[str, Client], *, days: ShippingDays) -> Frame[StandingFence]:
    """The fences that have not ended when their warehouse ships: one row a shelf that a fence names."""
    rows = [
        (client_id, warehouse_id, sku, number, fence.name, fence.pct, fence.qty, fence.until)
        for client_id, client in clients.items()
        for number, fence in enumerate(client.policy.fences, COMMON + 1)
        for warehouse_id in _standing(client, fence, days)
        for sku in fence.sku
    ]
    return cast("Frame[StandingFence]", pl.DataFrame(rows, schema=StandingFence.dtypes(), orient="row"))


def open_fences(client: Client, *, days: ShippingDays) -> dict[str, str]:
    """By channel, the fences on which order lines of it may draw, as 1|3."""
    numbers: dict[str, list[str]] = {}
    for number, fence in enumerate(client.policy.fences, COMMON + 1):
        if _standing(client, fence, days):
            for channel in dict.fromkeys(fence.channel):
                numbers.setdefault(channel, []).append(str(number))
    return {channel: "|".join(named) for channel, named in numbers.items()}


def is_open_to(fences: pl.Expr) -> pl.Expr:
    """Whether the units of a pool are common or kept by one of the `fences` (1|3; null: none)."""
    own = fences.str.split("|").list.contains(pl.col("fence").cast(pl.String)).fill_null(value=False)
    return (pl.col("fence").fill_null(COMMON) == COMMON) | own


def kept_units(fences: Frame[StandingFence], books: Books) -> Frame[KeptUnits]:
    """What each standing fence still keeps: `fences` with `kept_qty`."""
    balances = books.fence_balances.select(*SHELF, name="fence", kept_qty="left_qty")
    return cast(
        "Frame[KeptUnits]",
        fences.join(balances, on=[*SHELF, "name"], how="left", maintain_order="left").with_columns(
            pl.col("kept_qty").fill_null(0)
        ),
    )


def list_uses(drawn: Frame[Drawn], pools: Frame[Pool], fences: Frame[StandingFence]) -> DataFrame[FenceUse]:
    """What each fence newly gave tonight; units that a line gave up and took again were given before."""
    new_qty = pl.col("taken_qty") - pl.col("again_qty")
    fenced = pools.filter(pl.col("fence") != COMMON).select("pool", *SHELF, "fence")
    summed = (
        drawn.join(fenced, on="pool")
        .group_by(*SHELF, "fence")
        .agg(taken_qty=new_qty.sum())
        .filter(pl.col("taken_qty") > 0)
    )
    named = summed.join(fences.select(*SHELF, "fence", "name"), on=[*SHELF, "fence"]).with_columns(
        fence="name"
    )
    return conform(named.sort("client_id", "fence", "warehouse_id", "sku"), FenceUse)


def _standing(client: Client, fence: Fence, days: ShippingDays) -> list[str]:
    """The warehouses in which the fence has not ended."""
    return [name for name in fence.warehouse or client.warehouses if days.in_warehouse(name) < fence.until]


def share_expected(expected: pl.DataFrame, fences: Frame[KeptUnits], lots: Frame[Lot]) -> Frame[Expected]:
    """Announced units by pool: what the fences will keep of each line, and the common rest.

    A fence of units takes what it still misses from the goods that come first, a fence by `pct` its share of
    each line, rounded down; both only of goods that come before the fence ends.

    Args:
        expected: as `expected_units`.
        fences: as `kept_units`.
        lots: as `cut_lots`: what the fences keep of tonight's units.

    Returns:
        `expected` with `fence`; a line's common row stands there even with no units.
    """
    rest = expected.with_columns(fence=pl.lit(COMMON, pl.Int64))
    if fences.is_empty() or expected.is_empty():
        return cast("Frame[Expected]", rest)
    filled = lots.group_by(*SHELF, "fence").agg(filled_qty=pl.col("qty").sum())
    lacking = fences.join(filled, on=[*SHELF, "fence"], how="left").with_columns(
        lacks_qty=pl.col("kept_qty") - pl.col("filled_qty").fill_null(0)
    )
    coming = [*SHELF, "available_on", "is_late", "asn_id", "asn_line_no"]
    rest, parts = rest.sort(coming).with_columns(line=pl.int_range(pl.len()), announced_qty="qty"), []
    for number in range(COMMON + 1, 1 + lacking.select(pl.col("fence").max()).item()):
        share = _share_of(rest, lacking.filter(pl.col("fence") == number))
        given = rest["line"].to_frame().join(share, on="line", how="left", maintain_order="left")["qty"]
        rest = rest.with_columns(qty=pl.col("qty") - given.fill_null(0))
        parts.append(share.filter(pl.col("qty") > 0).select(rest.columns))
    return cast("Frame[Expected]", pl.concat([rest, *parts]).drop("line", "announced_qty"))


def _share_of(coming: pl.DataFrame, fences: pl.DataFrame) -> pl.DataFrame:
    """What one fence keeps of the announced lines of each shelf, the first to come first."""
    before = pl.col("qty").cum_sum().over(SHELF) - pl.col("qty")
    by_units = pl.col("lacks_qty") - before
    by_share = pl.col("announced_qty") * pl.col("pct") // 100
    return (
        coming.drop("fence")
        .join(fences, on=SHELF, maintain_order="left")
        .filter(pl.col("available_on") < pl.col("until"))
        .with_columns(qty=pl.coalesce(by_share, by_units).clip(0, pl.col("qty")))
    )
