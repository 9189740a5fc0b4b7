"""What must stay so that an order's last shipment is complete, and what is left for it.

`transforms.allocation.demand.shipments` says how many shipments an order has left, and the whole rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import polars as pl

from transforms.keys import ORDER

if TYPE_CHECKING:
    from schemas.table import Frame
    from transforms.allocation.demand.waiting import Waiting
    from transforms.allocation.frames import Pool, Reach
    from transforms.allocation.outcome_frames import ChosenHolding, RestOfOrder


def beyond_shipments(holdings: pl.DataFrame, pools: Frame[Pool], waiting: Waiting) -> pl.Series:
    """True for holdings that would leave tonight and must not, so that the last shipment is complete.

    The warehouses of an order go in the order of its lines' lists. A group that ships complete lies in one
    of them, so it is never torn.

    Args:
        holdings: `pool`, `line`, `kept_qty`, `taken_qty` and `ships`.
        pools: as `number_pools`.
        waiting: who waits.
    """
    lines = _capped_lines(waiting)
    leaving = _leaving_units(holdings, pools, lines)
    wanted = lines.group_by("order").agg(pl.col("rest_qty").sum())
    beyond = _places_beyond(leaving, waiting.reaches).join(wanted, on="order")
    is_last = (pl.col("leaves_qty") == pl.col("rest_qty")) & (pl.col("places") <= pl.col("shipments_left"))
    stays = leaving.join(beyond.filter(~is_last), on=["order", "warehouse_id"], how="semi")
    return pl.zeros(holdings.height, pl.Int8, eager=True).scatter(stays["row"], 1).cast(pl.Boolean)


def rest_of_orders(chosen: Frame[ChosenHolding], pools: Frame[Pool], waiting: Waiting) -> Frame[RestOfOrder]:
    """Lines with units that stay tonight, of orders whose next shipment is their last."""
    lines = _capped_lines(waiting)
    leaving = _leaving_units(chosen, pools, lines)
    gone = leaving.group_by("line").agg(gone_qty=pl.col("qty").sum())
    made = leaving.group_by("order").agg(made=pl.col("warehouse_id").n_unique())
    after = lines.join(gone, on="line", how="left").join(made, on="order", how="left")
    is_last = pl.col("shipments_left") - pl.col("made").fill_null(0) <= 1
    stays = pl.col("rest_qty") > pl.col("gone_qty").fill_null(0)
    return cast("Frame[RestOfOrder]", after.filter(is_last & stays).select("line", "order"))


def _capped_lines(waiting: Waiting) -> pl.DataFrame:
    """Lines whose order has so many shipments and no more, with the number of their `order`."""
    return waiting.lines.filter(pl.col("shipments_left").is_not_null()).select(
        "line", "reach", "rest_qty", "shipments_left", order=pl.struct(ORDER).rle_id().cast(pl.Int64)
    )


def _leaving_units(holdings: pl.DataFrame, pools: Frame[Pool], lines: pl.DataFrame) -> pl.DataFrame:
    """Holdings of the lines that leave tonight: `row`, `line`, `warehouse_id`, `qty` and what `lines` say."""
    return (
        holdings.with_columns(
            pools["warehouse_id"].gather(holdings["pool"] - 1),
            row=pl.int_range(pl.len()),
            qty=pl.col("kept_qty") + pl.col("taken_qty"),
        )
        .filter("ships")
        .join(lines, on="line")
    )


def _places_beyond(leaving: pl.DataFrame, reaches: Frame[Reach]) -> pl.DataFrame:
    """The warehouses of each order after those that leave one shipment for the rest.

    Returns:
        `order`, `warehouse_id`, and of the whole order `places` (warehouses), `leaves_qty` and
        `shipments_left`.
    """
    turns = (
        reaches.select("reach", warehouse_id=pl.col("warehouse_ids").str.split("|"))
        .explode("warehouse_id")
        .unique(maintain_order=True)
        .with_columns(turn=pl.int_range(pl.len()).over("reach"))
    )
    return (
        leaving.join(turns, on=["reach", "warehouse_id"])
        .group_by("order", "warehouse_id")
        .agg(pl.col("turn").min(), pl.col("qty").sum(), pl.col("shipments_left").first())
        .sort("order", "turn", "warehouse_id")
        .with_columns(
            place=pl.int_range(1, pl.len() + 1).over("order"),
            places=pl.len().over("order"),
            leaves_qty=pl.col("qty").sum().over("order"),
        )
        .filter(pl.col("place") >= pl.col("shipments_left"))
        .drop("turn", "qty", "place")
    )
