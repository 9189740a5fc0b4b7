"""The earliest day on which each line can leave, where some lot that it could have will not last until then.

What is reserved or promised must still be usable on the day when it leaves. A line in parts leaves once it
may: on its release date (the later of `ship_not_before` and its item's `available_from`) or, where its rules
let nothing leave before it is due, on the last working day that is in time for that; else tonight. A line
that leaves only whole leaves on the first such day on which its own supply, whoever else wants it,
covers what it asks: units that stand there, as long as their lots last, announced ones from the day on which
they can leave, and those that a fence keeps from it once the fence has ended. If what lasts covers it on no
day, it is the first on which it would be covered if nothing expired; if there is no such day either, nothing
says that it is later than tonight or its release date. Lines that leave together leave with the last of them.

Most nights no lot is so near to its last day that it matters, and nothing of this is computed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from transforms.allocation.demand.lines import number_reaches
from transforms.allocation.demand.policies import may_ship_early, with_policy
from transforms.allocation.demand.shipments import from_one_warehouse
from transforms.allocation.supply.fences import is_open_to
from transforms.allocation.supply.kits import list_part_ways
from transforms.allocation.supply.options import list_places
from transforms.allocation.supply.pools import with_lasts_until
from transforms.allocation.supply.supplies import LIFE_ASKED
from transforms.allocation.supply.ways import list_ways
from transforms.calendars import with_working_day_before
from transforms.keys import ITEM, SHELF
from transforms.shipping_days import lasts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandera.typing.polars import DataFrame

    from schemas.books.catalogue import Item
    from schemas.settings.warehouse import Warehouse
    from schemas.table import Frame
    from transforms.allocation.frames import ClientRules, NumberedReach, ReachPlace
    from transforms.allocation.supply.goods import Goods
    from transforms.shipping_days import ShippingDays

_is_whole = pl.col("ship_rule") != "partial"

_TOGETHER = ["client_id", "order_id", "apart"]
"""Key of lines that leave together; `apart` is the number of a line that does not wait for others."""


def with_earliest_day(
    lines: pl.DataFrame,
    goods: Goods,
    policies: Frame[ClientRules],
    items: DataFrame[Item],
    *,
    days: ShippingDays,
    warehouses: Mapping[str, Warehouse],
) -> pl.DataFrame:
    """`lines` with `earliest_on`; null: it can leave tonight, or every lot it could have lasts until then.

    Args:
        lines: as `waiting_lines`.
        goods: what stands there and what comes.
        policies: as `tabulate_policies`.
        items: the catalogue.
        days: the shipping days of the run.
        warehouses: their calendars.
    """
    unstated = lines.with_columns(earliest_on=pl.lit(None, pl.Date))
    later = _lines_of_later_days(unstated, goods, policies, items, days=days, warehouses=warehouses)
    near = _lots_near_their_end(later, goods, days, warehouses)
    if near.is_empty():
        return unstated
    numbered, reaches = number_reaches(later, policies, items, days=days)
    sources = _list_sources(reaches, goods, items)
    touched = sources.join(near, on=ITEM, how="semi")["reach"].unique()
    is_touched = pl.col("reach").is_in(touched.implode()).any().over(_TOGETHER)
    concerned = numbered.filter(is_touched)
    is_bound = from_one_warehouse(concerned, reaches)
    whole = concerned.with_columns(is_bound=is_bound).filter(_is_whole)
    covered = _first_covered(whole, sources, reaches, goods, days=days, warehouses=warehouses)
    told = (
        concerned.join(covered, on="line", how="left", maintain_order="left")
        .with_columns(earliest_on=pl.coalesce("covered_on", "starts_on").max().over(_TOGETHER))
        .filter(pl.col("earliest_on") > days.as_of.business_date)
    )
    mattering = _where_it_matters(told, sources, goods, days=days, warehouses=warehouses)
    earliest_on = unstated["earliest_on"].scatter(mattering["line"], mattering["earliest_on"])
    return unstated.with_columns(earliest_on)


def _lines_of_later_days(
    lines: pl.DataFrame,
    goods: Goods,
    policies: Frame[ClientRules],
    items: DataFrame[Item],
    *,
    days: ShippingDays,
    warehouses: Mapping[str, Warehouse],
) -> pl.DataFrame:
    """The lines that may leave later than tonight, with `starts_on` (the business date: nothing forbids it).

    Those that leave together are all among them.
    """
    night = days.as_of.business_date
    if goods.lots["expiry_on"].null_count() == goods.lots.height:
        return lines.clear().with_columns(starts_on=pl.lit(None, pl.Date), apart=pl.lit(None, pl.Int64))
    yet_to_be_sold = items.filter(pl.col("available_from") > night).select(*ITEM, "available_from")
    sold_later = (
        lines.filter(pl.col("sku").is_in(yet_to_be_sold["sku"].implode()))
        .select("line", *ITEM)
        .join(yet_to_be_sold, on=ITEM)
        .select("line", "available_from")
    )
    dated = lines.join(sold_later, on="line", how="left", maintain_order="left")
    starts_on = pl.max_horizontal("ship_not_before", "available_from", "waits_until", pl.lit(night, pl.Date))
    apart = pl.when(pl.col("ship_rule") != "order_complete").then("line")
    return (
        dated.with_columns(apart=apart)
        .pipe(_with_waits_until, policies, warehouses=warehouses)
        .with_columns(starts_on=starts_on)
        .filter(_is_whole | (pl.col("starts_on") > night))
        .drop("available_from", "waits_until")
    )


def _with_waits_until(
    lines: pl.DataFrame, policies: Frame[ClientRules], *, warehouses: Mapping[str, Warehouse]
) -> pl.DataFrame:
    """`lines` with `waits_until`, the day on which what does not leave early leaves; null: it may at once.

    That is the last working day of its first warehouse that is in time for its due day and horizon.
    """
    if (policies["not_due"] == "ship").all() and not lines["is_b2b"].any():
        return lines.with_columns(waits_until=pl.lit(None, pl.Date))
    ruled = with_policy(lines, policies)
    is_punctual = ~may_ship_early("is_b2b")
    late = lines.filter(ruled.select(is_punctual.any().over(_TOGETHER)).to_series())
    by = pl.col("due_on") - pl.duration(days="horizon_days")
    waits = (
        late.pipe(with_policy, policies)
        .select("line", by=by, warehouse_id=pl.col("warehouse_ids").str.split("|").list.first())
        .pipe(with_working_day_before, date_column="by", name="waits_until", warehouses=warehouses)
    )
    limited = waits.select("line", "waits_until")
    return lines.join(limited, on="line", how="left", maintain_order="left")


def _lots_near_their_end(
    later: pl.DataFrame, goods: Goods, days: ShippingDays, warehouses: Mapping[str, Warehouse]
) -> pl.DataFrame:
    """The items that have lots which do not last until the latest day that could be some line's earliest."""
    moments = [
        later.select("client_id", day="starts_on"),
        goods.inbound.select("client_id", day="available_on"),
        goods.fences.select("client_id", day="until"),
    ]
    latest = pl.concat(moments).group_by("client_id").agg(earliest_on=pl.col("day").max())
    asking = later.group_by("client_id").agg(pl.col("min_shelf_life_days").max())
    lots = goods.lots.filter(pl.col("expiry_on").is_not_null()).join(asking, on="client_id")
    dated = lots.join(latest, on="client_id").pipe(with_lasts_until, days=days, warehouses=warehouses)
    return dated.filter(pl.col("expiry_on") < pl.col("lasts_until")).select(ITEM).unique()


def _list_sources(reaches: Frame[NumberedReach], goods: Goods, items: DataFrame[Item]) -> pl.DataFrame:
    """The items whose units can serve each reach: by way, as they are or as parts of kits that are made.

    Returns:
        `reach`, `way`, `is_made`, `part` (1 where nothing is made), `per` (units of it in one of what the
        line asks for), `parts` (how many of them it takes), the key of the item, `fences` and `LIFE_ASKED`.
    """
    ways = list_ways(reaches, items, goods.inbound)
    made = list_part_ways(ways, goods.kit_items)
    columns = ["reach", "way", "is_made", "part", "per", "parts", *ITEM, "fences", *LIFE_ASKED]
    one = pl.lit(1, pl.Int64)
    own = ways.with_columns(is_made=pl.lit(value=False), part=one, per=one, parts=one)
    parts = made.with_columns(is_made=pl.lit(value=True), parts=pl.len().over("reach", "way").cast(pl.Int64))
    return pl.concat([own.select(columns), parts.select(columns)])


def _first_covered(
    whole: pl.DataFrame,
    sources: pl.DataFrame,
    reaches: Frame[NumberedReach],
    goods: Goods,
    *,
    days: ShippingDays,
    warehouses: Mapping[str, Warehouse],
) -> pl.DataFrame:
    """The first day, not before its `starts_on`, on which its own supply covers each line.

    Where what lasts covers it on no day, the first on which it would be covered if nothing expired: sooner it
    cannot leave.

    Args:
        whole: lines that leave only whole, with `is_bound`: from one warehouse.
        sources: as `_list_sources`.
        reaches: as `number_reaches`.
        goods: what stands there and what comes.
        days: the shipping days of the run.
        warehouses: their calendars.

    Returns:
        `line` and `covered_on`; lines that are covered on no known day are left out.
    """
    asking = sources.join(whole.select("reach").unique(), on="reach", how="semi")
    supply = _list_supply(asking, list_places(reaches), goods, days)
    moments = [whole.select("reach", day="starts_on"), supply.select("reach", day="since")]
    known = pl.concat(moments).unique().rename({"day": "earliest_on"})
    there = (
        known.join(supply.drop("earliest_on"), on="reach")
        .filter(pl.col("since") <= pl.col("earliest_on"))
        .pipe(with_lasts_until, days=days, warehouses=warehouses)
    )
    covered, hopeful = (
        _covered_by(whole, units) for units in (there.filter(lasts(pl.col("lasts_until"))), there)
    )
    return pl.concat([covered, hopeful.join(covered, on="line", how="anti")])


def _covered_by(whole: pl.DataFrame, there: pl.DataFrame) -> pl.DataFrame:
    """`line` and `covered_on`, the first day on which the units that are `there` cover each line."""
    made = ["reach", "way", "is_made", "warehouse_id", "earliest_on"]
    by_warehouse = (
        there.group_by(*made, "part")
        .agg(pl.col("qty").sum() // pl.col("per").first(), pl.col("parts").first())
        .group_by(made)
        .agg(pl.col("qty").min(), is_makeable=pl.len() == pl.col("parts").first())
        .filter("is_makeable")
    )
    key = ["reach", "way", "earliest_on"]
    in_one, in_all = (
        by_warehouse.group_by(*key, *place).agg(pl.col("qty").sum()).group_by("reach", "earliest_on")
        for place in (["warehouse_id"], [])
    )
    most = in_one.agg(bound_qty=pl.col("qty").max()).join(
        in_all.agg(free_qty=pl.col("qty").max()), on=["reach", "earliest_on"]
    )
    most_qty = pl.when("is_bound").then("bound_qty").otherwise("free_qty")
    return (
        whole.select("line", "reach", "is_bound", "starts_on", "rest_qty")
        .join(most, on="reach")
        .filter((pl.col("earliest_on") >= pl.col("starts_on")) & (most_qty >= pl.col("rest_qty")))
        .group_by("line")
        .agg(covered_on=pl.col("earliest_on").min())
    )


def _list_supply(
    sources: pl.DataFrame, places: Frame[ReachPlace], goods: Goods, days: ShippingDays
) -> pl.DataFrame:
    """The units that could serve each reach, in its warehouses, and `since` when it could have them."""
    night = pl.lit(days.as_of.business_date, pl.Date)
    units = pl.concat(
        [
            goods.lots.select(*SHELF, "fence", "expiry_on", "qty", since=night),
            goods.inbound.select(
                *SHELF, "fence", expiry_on=pl.lit(None, pl.Date), qty="qty", since="available_on"
            ),
        ]
    )
    untils = goods.fences.select(*SHELF, "fence", "until")
    is_foreign = ~is_open_to(pl.col("fences"))
    since = pl.when(is_foreign).then(pl.max_horizontal("since", "until")).otherwise("since")
    return (
        sources.join(places, on="reach")
        .join(units, on=SHELF)
        .join(untils, on=[*SHELF, "fence"], how="left")
        .with_columns(since=since)
    )


def _where_it_matters(
    told: pl.DataFrame,
    sources: pl.DataFrame,
    goods: Goods,
    *,
    days: ShippingDays,
    warehouses: Mapping[str, Warehouse],
) -> pl.DataFrame:
    """The lines of `told` that lose a lot by their earliest day which they could have tonight."""
    dated = told.select("reach", "earliest_on").unique()
    lots = goods.lots.filter(pl.col("expiry_on").is_not_null()).select(*SHELF, "expiry_on").unique()
    near = sources.drop("earliest_on").join(lots, on=ITEM).join(dated, on="reach")
    tonight = near.with_columns(earliest_on=pl.lit(None, pl.Date))
    asked, asked_tonight = (
        with_lasts_until(frame, days=days, warehouses=warehouses)["lasts_until"] for frame in (near, tonight)
    )
    is_lost = (near["expiry_on"] < asked) & (near["expiry_on"] >= asked_tonight)
    return told.join(near.filter(is_lost), on=["reach", "earliest_on"], how="semi")
