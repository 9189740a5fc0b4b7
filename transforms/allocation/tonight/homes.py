"""Orders that leave from one warehouse where it alone has as much for them as all together.

Rule (`split = "if_needed"`)
    1. The turn of an order is that of its first group for which units stand anywhere when serving begins.
       Then the first warehouse is chosen, in the order of its lines' lists, that alone could give each of its
       due lines what all of them together could give, if these were served one after the other at that
       moment. Of an order of which nothing is due those lines count that are not.
    2. Where the order keeps reserved units, only the warehouse in which they lie can be chosen.
    3. Each group draws on the chosen warehouse alone, if that gives each of its lines as much as all together
       at its own turn: what a rival took in between costs it no unit. Otherwise, and where none was chosen,
       it draws as under `split = true`.

Limits
    Orders whose lines find units in one warehouse each are served as under `split = true`: the choice changes
    nothing for them, and costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from transforms.allocation.solver.choices import CHOICE, NOWHERE
from transforms.allocation.supply.options import list_places

if TYPE_CHECKING:
    from schemas.table import Frame
    from transforms.allocation.demand.waiting import Waiting
    from transforms.allocation.frames import Option, Reach

IF_NEEDED = "if_needed"


def bundle_orders(
    claims: pl.DataFrame,
    pieces: pl.DataFrame,
    options: Frame[Option],
    kept: pl.DataFrame,
    pools: pl.DataFrame,
    waiting: Waiting,
) -> pl.DataFrame:
    """The claims, with what the engine must know of orders that look for one warehouse.

    Args:
        claims: as for `serve`, with `piece` and `reach`; the rows of an order stand together.
        pieces: as `order_serving`; row n is piece n.
        options: as `list_options`, those of tonight.
        kept: `piece` and `pool` of units that pieces keep.
        pools: as `number_pools`, with `left_qty`.
        waiting: who waits.

    Returns:
        `claims`, where no order has a choice. Else with the columns of the engine's `CHOICE`, and with copies
        of claims that count in the choice of their order but are served later than it, behind rivals: they
        say what is there at the turn of the order.
    """
    has_choice = _reaches_with_choice(options, pools, waiting.reaches)
    if not has_choice.any():
        return claims
    orders = waiting.lines.select(pl.struct("client_id", "order_id").rle_id().cast(pl.Int64) + 1).to_series()
    orders = orders.gather(pieces["line"])
    order = orders.gather(claims["piece"])
    choosing = order.filter(has_choice.gather(claims["reach"])).unique()
    warehouse_ids = pl.concat([pl.Series([None], dtype=pl.String), pools["warehouse_id"]])
    known = claims.with_columns(
        warehouse_ids.gather(claims["pool"]).alias("warehouse_id"),
        pieces["is_due"].gather(claims["piece"]),
        order=order,
        bundle=pl.when(order.is_in(choosing.implode())).then(order).otherwise(0),
        row=pl.int_range(pl.len()),
    )
    seeking = _with_turns(known.filter(pl.col("bundle") > 0), claims["group"])
    members = _members(pieces.with_columns(bundle=orders), seeking)
    placed = seeking.pipe(_with_places, members, waiting.reaches).pipe(
        _without_torn, members, kept, warehouse_ids
    )
    bundled = known.with_columns(
        pl.repeat(unless, known.height, dtype=kind, eager=True)
        .scatter(placed["row"], placed[name])
        .alias(name)
        for name, unless, kind in (("place", NOWHERE, pl.Int64), ("weighs", False, pl.Boolean))
    )
    return _with_copies(bundled, placed).select(*claims.columns, *CHOICE)


def _reaches_with_choice(options: Frame[Option], pools: pl.DataFrame, reaches: Frame[Reach]) -> pl.Series:
    """By reach: whether its lines look for one warehouse and find units in several."""
    looks = reaches.select((pl.col("split") == IF_NEEDED) & (pl.col("fair_share") == "none")).to_series()
    if not looks.any() or options.height == reaches.height:
        return pl.zeros(reaches.height, pl.Int8, eager=True).cast(pl.Boolean)
    filled = pools.filter(pl.col("left_qty") > 0)["pool"]
    found = options.filter(pl.col("pool").is_in(filled.implode())).group_by("reach")
    several = found.agg(places=pl.col("warehouse_id").n_unique()).filter(pl.col("places") > 1)["reach"]
    return looks & pl.zeros(reaches.height, pl.Int8, eager=True).scatter(several, 1).cast(pl.Boolean)


def _with_turns(seeking: pl.DataFrame, groups: pl.Series) -> pl.DataFrame:
    """Claims with the `order_turn`, `leads_due` (its due lines choose), and whether they count in the choice.

    `is_lead`: its line chooses; `weighs`: no rival comes between it and the turn of the order.

    Args:
        seeking: claims of orders that have a choice.
        groups: the groups of all claims.
    """
    rows = groups.to_frame("group").select(pl.col("group").max().fill_null(-1) + 1).item()
    places = pl.zeros(rows, pl.Int64, eager=True).scatter(groups, 1).cum_sum()
    first = (
        seeking.filter(pl.col("stock") > 0)
        .group_by("bundle")
        .agg(order_turn=pl.col("group").min(), leads_due=pl.col("is_due").any())
    )
    timed = seeking.join(first, on="bundle", maintain_order="left").with_columns(
        is_lead=(pl.col("is_due") == pl.col("leads_due")) & (pl.col("group") >= pl.col("order_turn"))
    )
    leading = timed.filter("is_lead").select("bundle", "group", "order_turn").unique()
    behind = places.gather(leading["group"]) - places.gather(leading["order_turn"])
    nth = pl.col("group").rank("ordinal").over("bundle").cast(pl.Int64) - 1
    weighing = leading.select("group", weighs=behind == nth)
    return timed.join(weighing, on="group", how="left", maintain_order="left").with_columns(
        pl.col("weighs").fill_null(value=False)
    )


def _members(pieces: pl.DataFrame, seeking: pl.DataFrame) -> pl.DataFrame:
    """The pieces of orders that have a choice, with `is_lead`, in the order of serving."""
    leads = seeking.select("bundle", "leads_due").unique()
    asking = pieces.filter("may_serve").select("piece", "reach", "is_due", "bundle", group="serving")
    return (
        asking.join(leads, on="bundle")
        .with_columns(is_lead=pl.col("is_due") == pl.col("leads_due"))
        .sort("group", "piece")
    )


def _with_places(seeking: pl.DataFrame, members: pl.DataFrame, reaches: Frame[Reach]) -> pl.DataFrame:
    """Claims with the `place` of their warehouse in the lists of the lines that choose, else `NOWHERE`."""
    lists = reaches.select("warehouse_ids", list=pl.col("warehouse_ids").rank("dense").cast(pl.Int64))
    places = list_places(lists.unique().rename({"list": "reach"})).rename({"reach": "list"})
    ranked = (
        members.with_columns(lists["list"].gather(members["reach"]))
        .filter("is_lead")
        .unique(["bundle", "list"], keep="first", maintain_order=True)
        .join(places, on="list", maintain_order="left_right")
        .unique(["bundle", "warehouse_id"], keep="first", maintain_order=True)
        .select("bundle", "warehouse_id", place=pl.int_range(pl.len()))
    )
    return seeking.join(
        ranked, on=["bundle", "warehouse_id"], how="left", maintain_order="left"
    ).with_columns(pl.col("place").fill_null(NOWHERE))


def _without_torn(
    placed: pl.DataFrame, members: pl.DataFrame, kept: pl.DataFrame, warehouse_ids: pl.Series
) -> pl.DataFrame:
    """Claims without place where the lines that choose, or its own group, keep units in another warehouse."""
    keeper = pl.when("is_lead").then("bundle").otherwise(-pl.col("group"))
    held = (
        members.join(kept.select("piece", warehouse_ids.gather(kept["pool"]).alias("home")), on="piece")
        .group_by(keeper=keeper)
        .agg(pl.col("home").first(), homes=pl.col("home").n_unique())
    )
    joined = placed.with_columns(keeper=keeper).join(held, on="keeper", how="left", maintain_order="left")
    is_torn = (pl.col("homes") > 1) | (pl.col("home") != pl.col("warehouse_id"))
    return joined.with_columns(place=pl.when(is_torn.fill_null(value=False)).then(NOWHERE).otherwise("place"))


def _with_copies(bundled: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    """The claims with their `turn`; what weighs in a choice that comes before it stands there as a copy."""
    timed = bundled.with_columns(turn="group")
    copies = placed.filter(pl.col("is_lead") & ~pl.col("weighs")).with_columns(
        turn="order_turn", group=-1 - pl.col("group"), line=-1 - pl.col("line"), weighs=pl.lit(value=True)
    )
    if copies.is_empty():
        return timed
    return pl.concat([timed, copies.select(timed.columns)]).sort("order", maintain_order=True)
