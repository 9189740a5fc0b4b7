"""Where every waiting line stands after tonight: its rank, its place in the queue, and its date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.results import Peg, Standing
from schemas.table import conform
from schemas.vocabulary import DecisionCode
from transforms.allocation.engine import run_before
from transforms.allocation.lines import LINE
from transforms.allocation.packing import pack_keys

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.night import AsOf
    from schemas.results import Decision
    from transforms.allocation.tonight import Tonight

QUEUE = ["client_id", "warehouse_id", "sku"]
"""A queue: lines that wait for one SKU and look to the same warehouse first."""


def peg_lines(tonight: Tonight, promised: pl.DataFrame, cells: pl.DataFrame) -> DataFrame[Peg]:
    """The inbound units that each line counts on, with the day it can have them."""
    lines = tonight.pieces.sort("piece")["line"]
    pegs = (
        promised.with_columns(line=lines.gather(promised["piece"]))
        .join(cells.select("cell", "asn_id", "asn_line_no", "date"), on="cell")
        .filter(pl.col("asn_id").is_not_null())
        .group_by("line", "asn_id", "asn_line_no")
        .agg(pegged_qty=pl.col("qty").sum(), eta_on=pl.col("date").first())
        .sort("line", "eta_on", "asn_id", "asn_line_no")
    )
    return conform(pegs.with_columns(tonight.lines[name].gather(pegs["line"]) for name in LINE), Peg)


def place_lines(
    tonight: Tonight,
    promised: pl.DataFrame,
    pegs: DataFrame[Peg],
    decisions: DataFrame[Decision],
    *,
    as_of: AsOf,
) -> DataFrame[Standing]:
    """One row for every line that waited when the night began, also those that are released in full.

    A line's date is that of its last unit: units in hand have tonight's, pegged ones their peg's; never
    before it is due or its item available. An order that ships complete is told its latest line's date.
    There is no date while any unit has none, or the group is held, past its last ship date or inactive.
    """
    found = promised.group_by("piece").agg(found_qty=pl.col("qty").sum())
    first = ["group", "ship_rule", "holdback", "available_from", "warehouse_ids"]
    lines = (
        tonight.pieces.join(found, on="piece", how="left")
        .with_columns(short_qty=pl.col("rest_qty") - pl.col("kept_qty") - pl.col("taken_qty"))
        .group_by("line")
        .agg(
            pl.col(*first, "group_held", "group_past", "group_inactive").first(),
            pl.col("line_due_on").first().alias("due_on"),
            pl.col("is_due").any(),
            pl.col("rank").min(),
            pl.col("short_qty").sum(),
            backordered_qty=pl.when("is_due").then("short_qty").otherwise(0).sum(),
            unfound_qty=(pl.col("short_qty") - pl.col("found_qty").fill_null(0)).sum(),
        )
        .sort("line")
    )
    may_be_overtaken = (
        (pl.col("ship_rule") != "partial") & (pl.col("holdback") == "none") & (pl.col("short_qty") > 0)
    )
    placed = (
        lines.with_columns(tonight.lines[name].gather(lines["line"]) for name in (*LINE, "sku"))
        .join(_latest_pegs(pegs), on=LINE, how="left", maintain_order="left")
        .join(_too_late(decisions), on=LINE, how="left", maintain_order="left")
        .with_columns(
            warehouse_id=pl.col("warehouse_ids").str.split("|").list.first(),
            may_be_overtaken=may_be_overtaken,
        )
        .pipe(_with_dates, as_of=as_of)
        .pipe(_with_places)
    )
    return conform(placed, Standing)


def _latest_pegs(pegs: DataFrame[Peg]) -> pl.DataFrame:
    """The peg that decides each line's date: the latest, of these the first by ASN."""
    return (
        pegs.sort(
            *LINE, "eta_on", "asn_id", "asn_line_no", descending=[False, False, False, True, False, False]
        )
        .unique(LINE, keep="first", maintain_order=True)
        .select(*LINE, "asn_id", "asn_line_no", pegged_on="eta_on")
    )


def _too_late(decisions: DataFrame[Decision]) -> pl.DataFrame:
    """Lines of which units would come after the last ship date."""
    late = decisions.filter(pl.col("reason_code") == DecisionCode.PAST_CANCEL_DATE)
    return late.select(*LINE, is_too_late=pl.lit(value=True))


def _with_dates(lines: pl.DataFrame, *, as_of: AsOf) -> pl.DataFrame:
    """Add `eta_on` and `eta_reason`."""
    is_out = pl.col("group_held") | pl.col("group_past") | pl.col("group_inactive")
    base_on = pl.coalesce("pegged_on", pl.lit(as_of.business_date))
    latest = pl.max_horizontal(base_on, "due_on", "available_from")
    dated = lines.with_columns(base_on=base_on).with_columns(
        own_eta_on=pl.when(~is_out & (pl.col("unfound_qty") == 0)).then(latest)
    )
    is_order = pl.col("ship_rule") == "order_complete"
    slowest = (
        dated.filter(is_order)
        .sort(
            "group",
            pl.col("own_eta_on").is_not_null(),
            "own_eta_on",
            "line_no",
            descending=[False, False, True, False],
        )
        .group_by("group", maintain_order=True)
        .agg(slowest_line_no=pl.col("line_no").first(), order_eta_on=pl.col("own_eta_on").first())
    )
    return dated.join(slowest, on="group", how="left").with_columns(
        eta_on=pl.when(is_order).then("order_eta_on").otherwise("own_eta_on"), eta_reason=_eta_reason()
    )


def _eta_reason() -> pl.Expr:
    """What a line's date rests on, or why there is none."""
    waits_for_another = (pl.col("ship_rule") == "order_complete") & pl.col("own_eta_on").ne_missing(
        pl.col("order_eta_on")
    )
    is_too_late = pl.col("group_past") | pl.col("is_too_late").fill_null(value=False)
    announced = pl.concat_str(pl.lit("ASN "), "asn_id", pl.lit(" line "), "asn_line_no")
    undated = (
        pl.when("group_held")
        .then(pl.lit("order on hold"))
        .when(is_too_late)
        .then(pl.lit("past its last ship date"))
        .when("group_inactive")
        .then(pl.lit("item on hold"))
        .otherwise(pl.lit("not enough announced"))
    )
    return (
        pl.when(pl.col("own_eta_on").is_null())
        .then(undated)
        .when(waits_for_another)
        .then(pl.concat_str(pl.lit("waits for line "), "slowest_line_no"))
        .when((pl.col("available_from") > pl.max_horizontal("base_on", "due_on")).fill_null(value=False))
        .then(pl.lit("not before its item is available"))
        .when(pl.col("own_eta_on") > pl.col("base_on"))
        .then(pl.lit("not before its due date"))
        .when(pl.col("asn_id").is_not_null())
        .then(announced)
        .otherwise(pl.lit("in stock"))
    )


def _with_places(lines: pl.DataFrame) -> pl.DataFrame:
    """Add `queue_place` and `ahead_qty`: short lines and their units before this one in its queue."""
    queues = lines.select(QUEUE).unique().with_row_index("queue")
    queued = lines.join(queues, on=QUEUE, maintain_order="left").with_columns(pl.col("queue").cast(pl.Int64))
    waits = (pl.col("short_qty") > 0).cast(pl.Int64)
    return (
        queued.with_columns(pack_keys(queued, ["queue", "rank"]))
        .sort("packed", maintain_order=True)
        .with_columns(begins=pl.col("queue").ne_missing(pl.col("queue").shift()), waits=waits)
        .with_columns(
            queue_place=run_before("waits", "begins") + 1, ahead_qty=run_before("short_qty", "begins")
        )
        .sort("line")
    )
