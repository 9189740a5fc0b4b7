"""Where every waiting line stands after tonight: its rank, its place in the queue, and its date."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import polars as pl

from schemas.vocabulary.explanations import DecisionCode
from transforms.allocation.outcome_frames import DatedLine
from transforms.allocation.promise.dating import is_counted
from transforms.allocation.promise.pegs import latest_pegs
from transforms.allocation.releasing.next_releases import wait_for_more
from transforms.allocation.solver.bounds import run_before
from transforms.allocation.solver.numbering import number_keys
from transforms.allocation.solver.packing import pack_keys
from transforms.allocation.supply.kits import reached_pools
from transforms.allocation.tonight.serving import is_complete
from transforms.calendars import with_working_days
from transforms.keys import SHELF

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.settings.warehouse import Warehouse
    from schemas.table import Frame
    from transforms.allocation.demand.waiting import Waiting
    from transforms.allocation.frames import ServedPiece
    from transforms.allocation.outcome_frames import (
        Cell,
        ChosenHolding,
        LatestPeg,
        LineToRelease,
        PeggedUnits,
        PlacedLine,
        PromisedUnits,
        RestOfOrder,
        Shortage,
    )
    from transforms.allocation.tonight.serving import Tonight


def place_lines(
    tonight: Tonight,
    waiting: Waiting,
    chosen: Frame[ChosenHolding],
    promised: Frame[PromisedUnits],
    cells: Frame[Cell],
) -> Frame[PlacedLine]:
    """One row for every line that waited when the night began, also those that are released in full.

    Args:
        tonight: what pass 1 gave.
        waiting: who waited.
        chosen: what pieces have, and whether it leaves.
        promised: what they count on.
        cells: as `Future.all_cells`.
    """
    reaches = waiting.reaches
    queues, _ = number_keys(reaches, SHELF)
    lines = _sum_pieces(tonight.pieces, promised, count=waiting.lines.height)
    reach = lines["reach"]
    is_short = pl.col("short_qty") > 0
    stay = chosen.filter(~pl.col("ships"))["line"].unique()
    placed = (
        lines.with_columns(
            *(reaches[name].gather(reach) for name in ("warehouse_id", "available_from", "horizon_days")),
            pl.col("standing").cast(pl.String),
            leaves=~is_short & ~pl.col("line").is_in(stay.implode()),
            line_no=waiting.lines["line_no"],
            queue=queues.gather(reach),
            may_be_overtaken=is_complete & pl.col("lets_pass") & is_short,
            is_overtaken=pl.col("group").is_in(_overtaken_groups(tonight).implode()),
        )
        .pipe(_with_places)
        .pipe(_with_stands_on, tonight, waiting, promised, cells)
        .pipe(_with_awaited_counts, tonight, waiting)
    )
    return cast("Frame[PlacedLine]", placed)


def date_lines(
    placed: Frame[PlacedLine],
    pegs: Frame[PeggedUnits],
    shortages: Frame[Shortage],
    rests_of_orders: Frame[RestOfOrder],
    to_release: Frame[LineToRelease],
    *,
    warehouses: Mapping[str, Warehouse],
) -> Frame[DatedLine]:
    """The date of every line, and what it rests on.

    A line's date is that of its last unit: units in hand have the shipping day of their warehouse, pegged
    ones their peg's. What stays tonight has none before the day on which its warehouse would release it:
    the first working day that `ship_not_before` and its item allow, and the last one that lets it ship
    `horizon_days` before it is due. An order that ships complete is told its latest line's date, and
    so is the rest of one whose next shipment is its last. Where small releases wait for more, it is that of
    the release with the line's last unit. Units that may still be told as shipped move no date of the others
    of their line. There is no date while any unit has none, or the group is held,
    past its last ship date or inactive.

    Args:
        placed: where every line stands.
        pegs: what dates them.
        shortages: why units are short.
        rests_of_orders: lines that leave with the last shipment of their order.
        to_release: lines of clients that keep small releases back.
        warehouses: their calendars.
    """
    dated = (
        placed.pipe(_with_leaving_days, warehouses=warehouses)
        .join(_with_announcement(latest_pegs(pegs)), on="line", how="left", maintain_order="left")
        .join(_too_late(shortages), on="line", how="left", maintain_order="left")
        .join(rests_of_orders, on="line", how="left", maintain_order="left")
        .with_columns(together=_together())
        .pipe(_with_dates)
        .pipe(_with_eta_reason)
        .pipe(wait_for_more, to_release)
        .select(DatedLine.names())
    )
    return cast("Frame[DatedLine]", dated)


def _overtaken_groups(tonight: Tonight) -> pl.Series:
    """Groups that ship complete, took part, lack units, and saw one served later take what they wanted."""
    lacks = pl.col("rest_qty") > pl.col("kept_qty") + pl.col("taken_qty")
    lacking = tonight.pieces.filter(is_complete & lacks & pl.col("may_serve"))
    turns = tonight.pieces["turn"]
    taken = tonight.drawn.filter(pl.col("taken_qty") > 0)
    open_tonight = tonight.options.filter(pl.col("opens_on").is_null())
    last = taken.select("pool", turns.gather(taken["piece"])).group_by("pool").agg(last=pl.col("turn").max())
    return (
        lacking.select("group", "reach", "turn")
        .join(reached_pools(open_tonight, tonight.recipes), on="reach")
        .join(last, on="pool")
        .filter(pl.col("last") > pl.col("turn"))["group"]
        .unique()
    )


def _with_stands_on(
    lines: pl.DataFrame,
    tonight: Tonight,
    waiting: Waiting,
    promised: Frame[PromisedUnits],
    cells: Frame[Cell],
) -> pl.DataFrame:
    """Add `stands_on`: the last shipping day of the warehouses in which the line has or is promised units.

    Of a line without any, that of its first warehouse.
    """
    reaches = waiting.reaches
    first_on = reaches["ships_on"].gather(lines["reach"]).alias("stands_on")
    lines = lines.with_columns(first_on)
    if reaches.select(pl.col("soonest_on").min() == pl.col("latest_on").max()).item():
        return lines
    pools = pl.concat([tonight.holdings["pool"], cells["pool"].gather(promised["cell"] - 1)])
    pieces = pl.concat([tonight.holdings["piece"], promised["piece"]])
    units = tonight.pieces.select("line", is_sure=is_counted(tonight.pieces))
    last = (
        pl.DataFrame([pieces, tonight.pools["ships_on"].gather(pools - 1)])
        .with_columns(units[name].gather(pieces) for name in units.columns)
        .filter("is_sure")
        .group_by("line")
        .agg(last_on=pl.col("ships_on").max())
    )
    known = lines.join(last, on="line", how="left", maintain_order="left")
    return known.with_columns(stands_on=pl.coalesce("last_on", "stands_on")).drop("last_on")


def _with_leaving_days(lines: pl.DataFrame, *, warehouses: Mapping[str, Warehouse]) -> pl.DataFrame:
    """Add `leaves_since` and `leaves_by`: days before which what stays tonight is not released.

    Null for lines that leave tonight, and where both have come by the shipping day.
    """
    by = pl.col("due_on") - pl.duration(days="horizon_days")
    dated = lines.select("line", "warehouse_id", "stands_on", "leaves", by=by,
                         since=pl.max_horizontal("available_from", "starts_on"))  # fmt: skip
    later = dated.filter(~pl.col("leaves") & (pl.max_horizontal("since", "by") > pl.col("stands_on")))
    days = with_working_days(later, since="since", by="by", warehouses=warehouses)
    released = days.select("line", leaves_since="since", leaves_by="by")
    return lines.join(released, on="line", how="left", maintain_order="left")


def _with_awaited_counts(lines: pl.DataFrame, tonight: Tonight, waiting: Waiting) -> pl.DataFrame:
    """Add `awaits_count`: warehouses whose first count the line's group waits for, joined by |."""
    uncounted = tonight.pieces.filter("group_uncounted").select("group", "reach")
    if uncounted.is_empty():
        return lines.with_columns(awaits_count=pl.lit(None, pl.String))
    own = waiting.reaches["awaits_count"].gather(uncounted["reach"]).str.split("|")
    awaited = uncounted.with_columns(own).explode("awaits_count").drop_nulls()
    of_group = awaited.group_by("group").agg(pl.col("awaits_count").unique().sort().str.join("|"))
    return lines.join(of_group, on="group", how="left", maintain_order="left")


def _sum_pieces(pieces: Frame[ServedPiece], promised: Frame[PromisedUnits], *, count: int) -> pl.DataFrame:
    """What the pieces of each line say together: `count` rows, one a line, in the order of lines."""
    found = promised.group_by("piece").agg(
        found_qty=pl.col("qty").sum(), freed_on=pl.col("date").filter("is_freed").max()
    )
    short_qty = pl.col("rest_qty") - pl.col("kept_qty") - pl.col("taken_qty")
    is_sure = is_counted(pieces)
    of_group = [
        "reach",
        "group",
        "ship_rule",
        "group_held",
        "group_past",
        "group_inactive",
        "group_fill",
        "lets_pass",
        "standing",
        "starts_on",
    ]
    told = pieces.join(found, on="piece", how="left", maintain_order="left").select(
        "line", *of_group, "is_due", "rank", due_on="line_due_on", short_qty=short_qty,
        backordered_qty=pl.when(
            pl.col("is_due") & ~pl.col("group_withheld") & ~pl.col("group_uncounted")
        ).then(short_qty).otherwise(0),
        unfound_qty=pl.when(is_sure).then(short_qty - pl.col("found_qty").fill_null(0)).otherwise(0),
        freed_on=pl.when(is_sure).then("freed_on"),
    )  # fmt: skip
    if told.height == count:
        return told if told["line"].is_sorted() else told.sort("line")
    return (
        told.group_by("line")
        .agg(
            pl.col(*of_group, "due_on").first(),
            pl.col("is_due").any(),
            pl.col("rank").min(),
            pl.col("freed_on").max(),
            pl.col("short_qty", "backordered_qty", "unfound_qty").sum(),
        )
        .sort("line")
    )


def _too_late(shortages: Frame[Shortage]) -> pl.DataFrame:
    """Lines of which units would come after the last ship date."""
    late = shortages.filter(pl.col("reason_code") == DecisionCode.PAST_CANCEL_DATE)
    return late.select("line", is_too_late=pl.lit(value=True))


def _together() -> pl.Expr:
    """A number for the lines that wait to leave together; null: each by itself."""
    of_group = pl.when(pl.col("ship_rule") == "order_complete").then(pl.col("group") + 1)
    return pl.coalesce(-1 - pl.col("order"), of_group)


def _with_announcement(pegs: Frame[LatestPeg]) -> pl.DataFrame:
    """`pegs` with `announcement`, as a reader is told it."""
    return pegs.with_columns(
        announcement=pl.concat_str(pl.lit("ASN "), "asn_id", pl.lit(" line "), "asn_line_no")
    )


def _with_dates(lines: pl.DataFrame) -> pl.DataFrame:
    """Add `eta_on`, and what its reason is told by."""
    is_out = pl.col("group_held") | pl.col("group_past") | pl.col("group_inactive")
    base_on = pl.max_horizontal("pegged_on", "freed_on", "stands_on")
    latest = pl.max_horizontal(base_on, "leaves_by", "leaves_since")
    dated = lines.with_columns(base_on=base_on).with_columns(
        own_eta_on=pl.when(~is_out & (pl.col("unfound_qty") == 0)).then(latest)
    )
    is_order = pl.col("together").is_not_null()
    slowest = (
        dated.filter(is_order)
        .sort(
            "together",
            pl.col("own_eta_on").is_not_null(),
            "own_eta_on",
            "line_no",
            descending=[False, False, True, False],
        )
        .group_by("together", maintain_order=True)
        .agg(slowest_line_no=pl.col("line_no").first(), order_eta_on=pl.col("own_eta_on").first())
        .with_columns(waits_for=pl.concat_str(pl.lit("waits for line "), "slowest_line_no"))
    )
    return dated.join(slowest, on="together", how="left", maintain_order="left").with_columns(
        eta_on=pl.when(is_order).then("order_eta_on").otherwise("own_eta_on")
    )


def _with_eta_reason(lines: pl.DataFrame) -> pl.DataFrame:
    """Add `eta_reason`: what a line's date rests on, or why there is none.

    The first case that holds tells it; `waits_for` and `announcement` are told by the columns of that name.
    """
    is_order = pl.col("together").is_not_null()
    is_dated = pl.col("own_eta_on").is_not_null()
    is_too_late = pl.col("group_past") | pl.col("is_too_late").fill_null(value=False)
    waits_for_item = pl.col("available_from") > pl.max_horizontal("base_on", "leaves_by")
    cases = {
        "order on hold": ~is_dated & pl.col("group_held"),
        "past its last ship date": ~is_dated & is_too_late,
        "item on hold": ~is_dated & pl.col("group_inactive"),
        "asks for no more than it has reserved": ~is_dated & pl.col("group_fill"),
        "not enough announced": ~is_dated,
        "waits_for": is_order & pl.col("own_eta_on").ne_missing(pl.col("order_eta_on")),
        "not before its item is available": waits_for_item.fill_null(value=False),
        "not before its due date": pl.col("own_eta_on") > pl.col("base_on"),
        "when a fence ends": (pl.col("freed_on") == pl.col("base_on")).fill_null(value=False),
        "announcement": (pl.col("pegged_on") == pl.col("base_on")).fill_null(value=False),
        "in stock": pl.lit(value=True),
    }
    # One byte a line while the cases are tried; a text takes sixteen.
    number = pl.coalesce(pl.when(case).then(pl.lit(n, pl.UInt8)) for n, case in enumerate(cases.values()))
    numbers = lines.select(number).to_series()
    of_line = [numbers == list(cases).index(name) for name in ("waits_for", "announcement")]
    texts = pl.Series("eta_reason", list(cases)).gather(numbers)
    waits_for, announced = (pl.lit(is_case) for is_case in of_line)
    return lines.with_columns(
        eta_reason=pl.when(waits_for).then("waits_for").when(announced).then("announcement").otherwise(texts)
    )


def _with_places(lines: pl.DataFrame) -> pl.DataFrame:
    """Add `queue_place` and `ahead_qty`: short lines and their units before this one in its queue."""
    in_queue = pack_keys(lines, ["queue", "rank", "line"]).arg_sort()
    queued = lines.select("queue", "short_qty", waits=(pl.col("short_qty") > 0).cast(pl.Int64))
    placed = (
        queued[in_queue]
        .with_columns(begins=pl.col("queue").ne_missing(pl.col("queue").shift()))
        .select(queue_place=run_before("waits", "begins") + 1, ahead_qty=run_before("short_qty", "begins"))
    )
    return lines.with_columns(
        pl.zeros(lines.height, pl.Int64, eager=True).scatter(in_queue, place).alias(place.name)
        for place in placed
    )
