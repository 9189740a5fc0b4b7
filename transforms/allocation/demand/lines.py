"""Which order lines wait, when they are due, and which of their units queue by which time."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import polars as pl

from schemas.vocabulary.words import OrderType
from transforms.allocation.demand.policies import (
    tabulate_channels,
    unite_lines,
    with_channels,
    with_policy,
    with_rules,
)
from transforms.allocation.solver.numbering import is_sorted, number_keys
from transforms.allocation.supply.successors import find_heirs
from transforms.calendars import with_local_date
from transforms.keys import LINE
from transforms.units import sell_step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandera.typing.polars import DataFrame

    from schemas.books.catalogue import Item
    from schemas.night import AsOf, Books
    from schemas.settings.client import Client
    from schemas.table import Frame
    from transforms.allocation.frames import ClientRules, NumberedReach, Reach
    from transforms.shipping_days import ShippingDays


_latest_shipping_day = pl.col("deliver_by") - pl.duration(days=pl.col("transit_days"))


def last_ship_day() -> pl.Expr:
    """The last day on which units of a line may ship: the earlier of two; null: no limit."""
    return pl.min_horizontal("cancel_after", _latest_shipping_day)


REACH = ["client_id", "sku", "warehouse_ids", "fences", "earliest_on", "min_shelf_life_days", "rules"]
"""What decides on which supplies a line may draw and how. Lines that share it share a reach."""

_COLUMNS = [
    *LINE, *REACH[1:3], "ordered_qty", "open_qty", "reserved_qty", "released_qty", "shipped_qty",
    "cancelled_qty", "ordered_at", "promised_on", "ship_not_before", "ship_by", "cancel_after", "deliver_by",
    "transit_days", "priority", "channel", "client_rank", "first_short_on", "next_deadline_on",
    "overtaken_nights", "ship_rule", "on_short", "hold_reason", "min_shelf_life_days",
]  # fmt: skip


def waiting_lines(books: Books, *, clients: Mapping[str, Client], days: ShippingDays) -> pl.DataFrame:
    """Lines with open or reserved units, in the order of their key: what a plan reads of `OrderLine`.

    Returns:
        With `line` (0, 1, ... in that order), `rest_qty` (open and reserved units), `due_on` (the day on
        which it should ship), `standing` (what its reservation may do), `rules` (as `with_rules`), `fences`
        and `channel_place` (as `tabulate_channels`), `min_shelf_life_days` (null: none is asked for),
        `is_cancelling` (no back order is allowed), `last_ship_on` (null: no limit), the warehouses that can
        ship by then (all, if none can), the `ship_rule` by which it is served, and `is_b2b`: retailers that
        state when goods are due fine those that come earlier.
    """
    told = books.order_lines.select(
        *_COLUMNS,
        last_ship_on=last_ship_day(),
        is_b2b=(pl.col("order_type") == OrderType.B2B).fill_null(value=False)
        & pl.col("deliver_by").is_not_null(),
    )
    waiting = told.filter(pl.col("open_qty") + pl.col("reserved_qty") > 0)
    ordered = waiting if is_sorted(waiting, LINE) else waiting.sort(LINE)
    rest_qty = pl.col("open_qty") + pl.col("reserved_qty")
    numbered = ordered.with_columns(rest_qty=rest_qty, line=pl.int_range(pl.len()))
    asked_days = pl.when(pl.col("min_shelf_life_days") > 0).then("min_shelf_life_days")
    timed = (
        numbered.drop("open_qty", "reserved_qty")
        .with_columns(min_shelf_life_days=asked_days)
        .pipe(with_channels, tabulate_channels(clients, days=days))
        .pipe(with_due_on, clients=clients)
        .pipe(_of_warehouses_in_time, days)
    )
    return unite_lines(with_rules(timed, books.order_lines, clients))


def _of_warehouses_in_time(lines: pl.DataFrame, days: ShippingDays) -> pl.DataFrame:
    """`lines` without the warehouses that ship after their last ship day, where others ship by then."""
    some_late = lines.filter(pl.col("last_ship_on") < days.last()).select(
        "line", "warehouse_ids", "last_ship_on"
    )
    asked = some_late.select("warehouse_ids", "last_ship_on").unique()
    able = pl.Series([days.in_time(*row) for row in asked.iter_rows()], dtype=pl.String)
    kept = asked.with_columns(able=able).drop_nulls("able")
    if kept.is_empty():
        return lines
    fewer = some_late.join(kept, on=["warehouse_ids", "last_ship_on"])
    return lines.with_columns(lines["warehouse_ids"].scatter(fewer["line"], fewer["able"]))


def number_reaches(
    lines: pl.DataFrame, policies: Frame[ClientRules], items: DataFrame[Item], *, days: ShippingDays
) -> tuple[pl.DataFrame, Frame[NumberedReach]]:
    """The lines with the number of their `reach`, and what holds for all lines of a reach.

    Args:
        lines: as `waiting_lines`, with `earliest_on`.
        policies: as `tabulate_policies`.
        items: the catalogue.
        days: the shipping days of the run.

    Returns:
        `lines` with `reach`; and one row a reach, in the order of its number.
    """
    stated = [name for name in REACH if name in REACH[:3] or lines[name].null_count() < lines.height]
    numbers, reaches = number_keys(lines, stated)
    reaches = reaches.with_columns(
        pl.lit(None, lines.schema[name]).alias(name) for name in REACH if name not in reaches.columns
    )
    due_until = pl.col("next_ships_on") + pl.duration(days=pl.col("horizon_days") - 1)
    reserves_for = pl.col("latest_on") + pl.duration(days=pl.col("reserve_ahead_days"))
    is_inactive = ~pl.col("is_active").fill_null(value=True)
    is_heir_sold = (pl.col("heir_from") <= pl.col("latest_on")).fill_null(value=True)
    described = (
        with_policy(reaches, policies)
        .join(
            items.select(
                "client_id",
                "sku",
                "is_active",
                "available_from",
                "decimals",
                "substitutes",
                "replaced_by",
                step=sell_step(),
            ),
            on=["client_id", "sku"],
            how="left",
            maintain_order="left",
        )
        .join(find_heirs(items), on=["client_id", "sku"], how="left", maintain_order="left")
        .join(days.of_lists(reaches["warehouse_ids"]), on="warehouse_ids", how="left", maintain_order="left")
        .with_columns(is_replaced=pl.col("has_heir").fill_null(value=False) & is_heir_sold)
        .with_columns(is_inactive=is_inactive & ~pl.col("is_replaced"))
        .with_columns(
            pl.col("decimals").fill_null(0),
            pl.col("step").fill_null(1),
            reach=pl.int_range(pl.len()),
            due_until=due_until,
            reserves_for=reserves_for,
            is_item_held=pl.col("is_inactive")
            | (pl.col("available_from") > reserves_for).fill_null(value=False),
        )
        .drop("is_active", "has_heir", "heir_from")
    )
    return lines.with_columns(numbers.alias("reach")), cast("Frame[NumberedReach]", described)


def time_lines(lines: pl.DataFrame, reaches: Frame[Reach], *, as_of: AsOf) -> pl.DataFrame:
    """`lines` with `is_held` (the order is) and `is_past` (none of its warehouses ships in time).

    And with `days_waiting` since the first short night, by which a rank key sorts.
    """
    soonest_on = reaches["soonest_on"].gather(lines["reach"])
    return (
        lines.with_columns(
            days_waiting=(pl.lit(as_of.business_date) - pl.col("first_short_on")).dt.total_days(),
        )
        .with_columns(
            line_due_on="due_on",
            is_held=pl.col("hold_reason").is_not_null(),
            is_past=(pl.col("last_ship_on") < soonest_on).fill_null(value=False),
        )
        .drop("hold_reason", "first_short_on")
    )


def with_due_on(frame: pl.DataFrame, *, clients: Mapping[str, Client]) -> pl.DataFrame:
    """`frame` with the day on which its units should ship.

    That is the promised day, else ship_by, else the latest day that still delivers in time, else the day
    of the order in the client's time zone; never before ship_not_before.
    """
    due = pl.coalesce("promised_on", "ship_by", _latest_shipping_day, "ordered_on")
    return (
        frame.pipe(with_local_date, time_column="ordered_at", name="ordered_on", clients=clients)
        .with_columns(due_on=pl.max_horizontal(due, "ship_not_before"))
        .drop("ordered_on")
    )


def split_raises(
    lines: pl.DataFrame, reaches: Frame[Reach], books: Books, *, clients: Mapping[str, Client]
) -> pl.DataFrame:
    """Lines as pieces: under `partial`, units that were added later queue by the time they were added.

    Lines of an item that is sold by multiples stay one piece, since added units may fill one of them.
    The units of a line lie on an axis, the latest added at its end. What was released and shipped counts
    from its start, what was cancelled from its end.

    Returns:
        `lines` with `portion` (0 is the first order) and, by portion, `rest_qty`, `ordered_at` and
        `due_on`; sorted by line and portion. Portions without units are left out.
    """
    if books.order_raises.is_empty():
        return lines.with_columns(portion=pl.lit(0, pl.Int64))
    is_single = (reaches["step"] == 1).gather(lines["reach"])
    is_partial = lines.filter((pl.col("ship_rule") == "partial") & is_single).select(
        *LINE, "line", "ordered_qty"
    )
    raises = (
        books.order_raises.join(is_partial, on=LINE)
        .sort("line", "raised_at")
        .with_columns(
            portion=pl.int_range(1, pl.len() + 1).over("line"),
            end=pl.col("ordered_qty") - pl.col("qty").cum_sum(reverse=True).over("line") + pl.col("qty"),
        )
        .select("line", "portion", "raised_at", "end", start=pl.col("end") - pl.col("qty"))
    )
    first_end = raises.group_by("line").agg(end=pl.col("start").min())
    first = lines.join(first_end, on="line", how="left").with_columns(
        pl.col("end").fill_null(pl.col("ordered_qty")), portion=pl.lit(0, pl.Int64), start=pl.lit(0, pl.Int64)
    )
    later = lines.join(raises, on="line").with_columns(ordered_at="raised_at").select(first.columns)
    used, kept = (
        pl.col("released_qty") + pl.col("shipped_qty"),
        pl.col("ordered_qty") - pl.col("cancelled_qty"),
    )
    return (
        pl.concat([first, later.pipe(with_due_on, clients=clients).select(first.columns)])
        .with_columns(rest_qty=pl.min_horizontal("end", kept) - pl.max_horizontal("start", used))
        .filter(pl.col("rest_qty") > 0)
        .drop("start", "end")
        .sort("line", "portion")
    )
