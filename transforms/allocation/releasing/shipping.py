"""What of tonight's units leaves, and what stays reserved: it is not due or complete, or better waits.

| rule | what it keeps back |
|---|---|
| `wait_for_rest_days` | a line in parts of which all the rest is promised within so many working days |
| `min_release_qty`, `_value` | a smaller release of an order, unless it is its last or must leave soon |
| `max_shipments` | of an order, what lies in more warehouses than it may ship from before its last shipment |
| `max_release_lines` of a warehouse | the client's lines in it after the first so many, in rank order |
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import polars as pl

from schemas.vocabulary.explanations import ReservedReason
from transforms.allocation.releasing.last_shipments import beyond_shipments
from transforms.allocation.releasing.small_releases import limited_lines, lines_of_small
from transforms.calendars import add_working_days
from transforms.keys import ORDER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.night import Books
    from schemas.settings.warehouse import Warehouse
    from schemas.table import Frame
    from transforms.allocation.demand.waiting import Waiting
    from transforms.allocation.frames import Pool
    from transforms.allocation.outcome_frames import ChosenHolding, PromisedRest, PromisedUnits, StayingUnits
    from transforms.allocation.tonight.serving import Tonight

REASONS = pl.Enum(ReservedReason.values())

_RELEASE_DATES = {"starts_on": ReservedReason.SHIP_NOT_BEFORE, "available_from": ReservedReason.ITEM_HOLD}
"""The days before which nothing leaves."""

is_partial = pl.col("ship_rule") == "partial"

_ships = pl.col("reserved_reason").is_null()


def choose_shipments(
    tonight: Tonight,
    waiting: Waiting,
    rests: Frame[PromisedRest],
    books: Books,
    *,
    warehouses: Mapping[str, Warehouse],
) -> Frame[ChosenHolding]:
    """Tonight's holdings, with `ships`: whether the units leave tonight, and why they stay.

    A group ships if it is due, or all that is open of its order leaves with it; and if it is not blocked,
    not withheld and, where it ships complete, whole; and from a warehouse whose shipping day is not before
    each member's ship_not_before, nor before the item is sold. Then what the rules of this module keep back
    stays. The shipments of an order are looked at twice: before what is left is found too small, and after a
    limit broke a last shipment; and each time whether what leaves early leaves with all of its order.

    Args:
        tonight: what pass 1 gave.
        waiting: who waited.
        rests: lines of which all that is short is promised.
        books: prices.
        warehouses: their calendars and limits.
    """
    pieces = tonight.pieces.select(
        "line",
        "group",
        "ship_rule",
        "starts_on",
        "is_due",
        reserved_reason=_stays(_OUT),
        unready=_stays(_UNREADY),
    )
    of_piece = tonight.holdings["piece"]
    holdings = tonight.holdings.with_columns(pieces[name].gather(of_piece) for name in pieces.columns)
    chosen = (
        holdings.pipe(_keep_until_released, tonight.pools)
        .with_columns(reserved_reason=pl.coalesce("reserved_reason", "unready"))
        .drop("starts_on", "unready")
        .pipe(_keep_for_rest, waiting, rests, warehouses=warehouses)
        .pipe(_keep_early, waiting)
        .pipe(_keep_beyond_shipments, tonight.pools, waiting)
        .pipe(_keep_early, waiting)
        .pipe(_keep_small, waiting, books)
        .pipe(_keep_above_limits, tonight.pools, warehouses)
        .pipe(_keep_beyond_shipments, tonight.pools, waiting)
        .pipe(_keep_early, waiting)
        .drop("is_due")
        .with_columns(ships=_ships)
    )
    return cast("Frame[ChosenHolding]", chosen)


def list_reservations(chosen: Frame[ChosenHolding], pools: Frame[Pool]) -> Frame[StayingUnits]:
    """The units that stay reserved tonight, by line, warehouse, SKU and reason."""
    stays = chosen.filter(~pl.col("ships"))
    pool = stays["pool"] - 1
    staying = (
        stays.with_columns(pools[name].gather(pool) for name in ("warehouse_id", "sku"))
        .group_by("line", "warehouse_id", "sku", reason_code=pl.col("reserved_reason").cast(pl.String))
        .agg(qty=(pl.col("kept_qty") + pl.col("taken_qty")).sum())
        .sort("line", "warehouse_id", "sku", "reason_code")
    )
    return cast("Frame[StayingUnits]", staying)


_OUT = {
    ReservedReason.ORDER_HOLD: pl.col("group_held"),
    ReservedReason.PAST_CANCEL_DATE: pl.col("group_past"),
    ReservedReason.ITEM_HOLD: pl.col("is_blocked"),
    ReservedReason.NOT_DUE: ~pl.col("is_due") & ~pl.col("ships_early"),
}
"""Why a group may not leave from anywhere."""

_UNREADY = {
    ReservedReason.PARCEL_MAY_FOLLOW: pl.col("group_withheld"),
    ReservedReason.GROUP_INCOMPLETE: ~pl.col("is_whole"),
}
"""What is said of a group whose release day has come."""


def _stays(reasons: dict[ReservedReason, pl.Expr]) -> pl.Expr:
    """The first of these reasons for which a group may not leave; null: none."""
    return pl.coalesce(
        pl.when(stays).then(pl.lit(reason.value, REASONS)) for reason, stays in reasons.items()
    )


def _keep_until_released(holdings: pl.DataFrame, pools: Frame[Pool]) -> pl.DataFrame:
    """What its warehouse would ship before a member's ship_not_before, or before its item is sold, stays.

    Of a group that ships complete all stays.
    """
    pool = holdings["pool"] - 1
    of_pool = [pools[name].gather(pool) for name in ("ships_on", "available_from", "warehouse_id")]
    marked = holdings.with_columns(of_pool)
    for column, reason in _RELEASE_DATES.items():
        is_early = (pl.col(column) > pl.col("ships_on")).fill_null(value=False)
        if marked.select(is_early.any()).item():
            of_group = ~is_partial & is_early.any().over("group")
            at_place = is_early.any().over("piece", "warehouse_id")
            marked = _keep_back(marked, at_place | of_group, reason)
    return marked.drop("ships_on", "available_from", "warehouse_id")


def _keep_back(holdings: pl.DataFrame, stays: pl.Expr, reason: ReservedReason) -> pl.DataFrame:
    """What would have left stays, for this reason."""
    because = pl.when(stays).then(pl.lit(reason.value, REASONS))
    return holdings.with_columns(reserved_reason=pl.coalesce("reserved_reason", because))


def promised_rests(tonight: Tonight, promised: Frame[PromisedUnits]) -> Frame[PromisedRest]:
    """Lines of which all short units are promised."""
    short_qty = pl.col("rest_qty") - pl.col("kept_qty") - pl.col("taken_qty")
    short = tonight.pieces.select("piece", "line", qty=short_qty).group_by("line").agg(pl.col("qty").sum())
    lines = tonight.pieces["line"].gather(promised["piece"])
    found = (
        promised.with_columns(lines)
        .group_by("line")
        .agg(found_qty=pl.col("qty").sum(), rest_on=pl.col("date").max())
    )
    whole = short.join(found, on="line").filter(pl.col("qty") == pl.col("found_qty"))
    return cast("Frame[PromisedRest]", whole.select("line", "rest_on"))


def _keep_for_rest(
    holdings: pl.DataFrame,
    waiting: Waiting,
    rests: Frame[PromisedRest],
    *,
    warehouses: Mapping[str, Warehouse],
) -> pl.DataFrame:
    """Lines in parts whose rest comes within `wait_for_rest_days` of the shipping day wait for it."""
    days, reaches = pl.col("wait_for_rest_days"), waiting.reaches
    timed = add_working_days(
        reaches, date_column="ships_on", days=days, name="rest_by", warehouses=warehouses
    )
    rest_by = timed["rest_by"].gather(waiting.lines["reach"].gather(rests["line"]))
    near = rests.filter((pl.col("rest_on") <= rest_by).fill_null(value=False))["line"]
    return _keep_back(
        holdings, is_partial & pl.col("line").is_in(near.implode()), ReservedReason.REST_COMES_SOON
    )


def _keep_early(holdings: pl.DataFrame, waiting: Waiting) -> pl.DataFrame:
    """What is not due stays unless all that is open of its order leaves: no parcel of its own for it."""
    early = holdings.filter(_ships & ~pl.col("is_due"))["line"]
    if early.is_empty():
        return holdings
    is_new = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in ORDER)
    order = waiting.lines.select(is_new.cum_sum()).to_series()
    leaving = (
        holdings.filter(_ships).group_by("line").agg(qty=pl.col("kept_qty").sum() + pl.col("taken_qty").sum())
    )
    lines = waiting.lines.select("line", "rest_qty", order=order)
    lines = lines.filter(pl.col("order").is_in(order.gather(early).unique().implode()))
    stays = lines.join(leaving, on="line", how="left").filter(pl.col("rest_qty").ne_missing(pl.col("qty")))
    torn = lines.filter(pl.col("order").is_in(stays["order"].unique().implode()))["line"]
    return _keep_back(
        holdings, ~pl.col("is_due") & pl.col("line").is_in(torn.implode()), ReservedReason.NOT_DUE
    )


def _keep_beyond_shipments(holdings: pl.DataFrame, pools: Frame[Pool], waiting: Waiting) -> pl.DataFrame:
    """What would make more shipments than an order has left before its last stays."""
    if waiting.lines["shipments_left"].null_count() == waiting.lines.height:
        return holdings
    is_beyond = beyond_shipments(holdings.with_columns(ships=_ships), pools, waiting)
    return _keep_back(holdings, pl.lit(is_beyond), ReservedReason.SHIPMENTS_LEFT)


def _keep_small(holdings: pl.DataFrame, waiting: Waiting, books: Books) -> pl.DataFrame:
    """Small releases of an order wait."""
    lines = limited_lines(waiting, books)
    if lines.is_empty():
        return holdings
    leaving = (
        holdings.filter(_ships)
        .group_by("line")
        .agg(leaves_qty=pl.col("kept_qty").sum() + pl.col("taken_qty").sum())
    )
    small = lines_of_small(lines, leaving)
    return _keep_back(holdings, pl.col("line").is_in(small.implode()), ReservedReason.SMALL_RELEASE)


def _keep_above_limits(
    holdings: pl.DataFrame, pools: Frame[Pool], warehouses: Mapping[str, Warehouse]
) -> pl.DataFrame:
    """A client's lines in a warehouse after its first `max_release_lines` stay; a group as a whole."""
    limits = {name: place.max_release_lines for name, place in warehouses.items() if place.max_release_lines}
    if not limits:
        return holdings
    limited = pl.DataFrame({"warehouse_id": list(limits), "limit": list(limits.values())})
    shelf = ["client_id", "warehouse_id"]
    counted = (
        holdings.filter(_ships)
        .join(pools.select(*shelf, "pool"), on="pool")
        .join(limited, on="warehouse_id")
        .sort(*shelf, "group", "line")
        .with_columns(is_new=pl.struct(*shelf, "line").is_first_distinct())
        .with_columns(lines=pl.col("is_new").cast(pl.Int64).cum_sum().over(shelf))
        .with_columns(pl.col("lines").max().over(*shelf, "group"))
    )
    above = counted.filter(pl.col("lines") > pl.col("limit"))
    groups = above.filter(~is_partial)["group"].unique()
    stays = above.select("piece", "pool", stays=pl.lit(value=True))
    marked = holdings.join(stays, on=["piece", "pool"], how="left", maintain_order="left")
    is_above = pl.col("stays").is_not_null() | pl.col("group").is_in(groups.implode())
    return _keep_back(marked, is_above, ReservedReason.RELEASE_LIMIT).drop("stays")
