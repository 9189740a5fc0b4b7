"""How many shipments an order has left, and what must wait so that its last one is complete.

Assumptions
    A shipment is a business date and a warehouse that released units of the order, of which one was
    confirmed or assumed to have left, or is still awaited; so the number is in the releases. A confirmation
    in two parts, or one for two nights, changes nothing.

Rule (`max_shipments = k`)
    1. With k - 1 shipments behind it, the rest of an order is one group that ships complete, lines on hold
       too. So is an order with more behind it, of which units came back or were added.
    2. What ships complete comes from one warehouse, else it were no shipment. Reservations that lie
       in several are given up, since they can never leave together.
    3. Until then it ships in parts, tonight from so many warehouses that one shipment is left for the rest;
       or from one more, if that completes it.

Limits
    An order whose units lie in more warehouses than it has shipments waits until they are in fewer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from transforms.allocation.demand.policies import with_policy
from transforms.keys import ORDER

if TYPE_CHECKING:
    from schemas.night import Books
    from schemas.table import Frame
    from transforms.allocation.frames import ClientRules


def cap_shipments(lines: pl.DataFrame, books: Books, policies: Frame[ClientRules]) -> pl.DataFrame:
    """`lines` with `shipments_left` (at least 1; null: any number); with 1 left the rest ships complete."""
    limits = policies.select("client_id", "rules", "max_shipments")
    if limits["max_shipments"].null_count() == limits.height:
        return lines.with_columns(shipments_left=pl.lit(None, pl.Int64))
    left = pl.col("max_shipments") - pl.col("shipments").fill_null(0)
    return (
        with_policy(lines, limits)
        .join(count_shipments(books), on=ORDER, how="left", maintain_order="left")
        .with_columns(shipments_left=left.clip(lower_bound=1))
        .with_columns(
            ship_rule=pl.when(pl.col("shipments_left") == 1)
            .then(pl.lit("order_complete"))
            .otherwise("ship_rule")
        )
        .drop("max_shipments", "shipments")
    )


def count_shipments(books: Books) -> pl.DataFrame:
    """The shipments of each order so far: `client_id`, `order_id`, `shipments`."""
    is_awaited = pl.col("is_open") & (pl.col("shipped_qty") + pl.col("short_qty") < pl.col("released_qty"))
    gone = books.releases.filter((pl.col("shipped_qty") > 0) | is_awaited)
    return gone.group_by(ORDER).agg(shipments=pl.struct("released_on", "warehouse_id").n_unique())


def from_one_warehouse(pieces: pl.DataFrame, reaches: pl.DataFrame) -> pl.Series:
    """True for pieces whose group draws on one warehouse: it may not split, or must be one shipment."""
    is_capped = reaches["max_shipments"].is_not_null().gather(pieces["reach"])
    return (reaches["split"] == "false").gather(pieces["reach"]) | (
        is_capped & (pieces["ship_rule"] != "partial")
    )
