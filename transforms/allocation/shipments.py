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

from transforms.allocation.policies import with_policy
from transforms.allocation.segments import KEEPS

if TYPE_CHECKING:
    from schemas.night import Books
    from transforms.allocation.waiting import Waiting

ORDER = ["client_id", "order_id"]

_is_complete = pl.col("ship_rule") != "partial"


def cap_shipments(lines: pl.DataFrame, books: Books, policies: pl.DataFrame) -> pl.DataFrame:
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


def scattered_groups(held: pl.DataFrame, waiting: Waiting, options: pl.DataFrame) -> pl.Series:
    """Groups that must be one shipment and hold units that cannot leave together.

    They lie in several warehouses, or in one that some member may not ship from.

    Args:
        held: one row a piece and warehouse with reserved units: `piece`, `group`, `standing`, `option` (null:
            the line may no longer ship from there) and `warehouse_id`.
        waiting: who waits.
        options: as `list_options`.
    """
    if waiting.reaches["max_shipments"].is_null().all():
        return pl.Series("group", [], pl.Int64)
    is_capped = waiting.reaches["max_shipments"].is_not_null().gather(waiting.pieces["reach"])
    holding = held.filter(pl.col("option").is_not_null() & pl.col("standing").is_in(KEEPS))
    members = waiting.pieces.filter(_is_complete & is_capped).filter(
        pl.col("group").is_in(holding["group"].implode())
    )
    places = (
        holding.join(members.select("group").unique(), on="group", how="semi")
        .group_by("group")
        .agg(pl.col("warehouse_id").first(), places=pl.col("warehouse_id").n_unique())
    )
    listing = (
        members.join(options.select("reach", "warehouse_id").unique(), on="reach")
        .group_by("group", "warehouse_id")
        .agg(listing=pl.len())
        .join(members.group_by("group").agg(members=pl.len()), on="group")
    )
    together = listing.filter(pl.col("listing") == pl.col("members"))
    fit = places.filter(pl.col("places") == 1).join(together, on=["group", "warehouse_id"], how="semi")
    return places.join(fit, on="group", how="anti")["group"]


def beyond_shipments(holdings: pl.DataFrame, pools: pl.DataFrame, waiting: Waiting) -> pl.Series:
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


def rest_of_orders(chosen: pl.DataFrame, pools: pl.DataFrame, waiting: Waiting) -> pl.DataFrame:
    """Lines with units that stay tonight, of orders whose next shipment is their last: `line`, `order`.

    Args:
        chosen: as `choose_shipments`.
        pools: as `number_pools`.
        waiting: who waits.
    """
    lines = _capped_lines(waiting)
    leaving = _leaving_units(chosen, pools, lines)
    gone = leaving.group_by("line").agg(gone_qty=pl.col("qty").sum())
    made = leaving.group_by("order").agg(made=pl.col("warehouse_id").n_unique())
    after = lines.join(gone, on="line", how="left").join(made, on="order", how="left")
    is_last = pl.col("shipments_left") - pl.col("made").fill_null(0) <= 1
    stays = pl.col("rest_qty") > pl.col("gone_qty").fill_null(0)
    return after.filter(is_last & stays).select("line", "order")


def _capped_lines(waiting: Waiting) -> pl.DataFrame:
    """Lines whose order has so many shipments and no more, with the number of their `order`."""
    return waiting.lines.filter(pl.col("shipments_left").is_not_null()).select(
        "line", "reach", "rest_qty", "shipments_left", order=pl.struct(ORDER).rle_id().cast(pl.Int64)
    )


def _leaving_units(holdings: pl.DataFrame, pools: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
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


def _places_beyond(leaving: pl.DataFrame, reaches: pl.DataFrame) -> pl.DataFrame:
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
