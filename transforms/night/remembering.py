"""What an order line remembers of a night: when it was first due, first short, and the date we believe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.books.orders import OrderLine
from schemas.results import LineNight
from schemas.table import conform
from transforms.keys import LINE
from transforms.reports.analyst_lines import kept_reasons, main_reasons

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.night import AsOf
    from schemas.results import Cancellation, QueuePosition
    from transforms.allocation import AllocationPlan


def remember_standings(
    order_lines: DataFrame[OrderLine],
    standings: DataFrame[QueuePosition],
    cancellations: DataFrame[Cancellation],
    *,
    as_of: AsOf,
) -> DataFrame[OrderLine]:
    """The order lines after tonight's plan, in the order they had.

    On the first night a line is due, the units it has then (reserved, released or shipped) are its first
    pass; the first night it is back-ordered starts its waiting. What a rule cancels tonight was short, too,
    and got nothing. Neither is ever moved. Nights on which its
    group was overtaken are counted, a date once. A line without a standing waits for nothing and believes
    in no date. None of this begins while a line waits for the first count of a warehouse.
    """
    tonight = pl.lit(as_of.business_date)
    is_counted = pl.col("awaits_count").is_null()
    is_due = is_counted & (pl.col("is_due").fill_null(value=False) | pl.col("was_due").fill_null(value=False))
    is_short = (pl.col("backordered_qty").fill_null(0) > 0) | pl.col("was_due").is_not_null()
    filled_qty = pl.col("reserved_qty") + pl.col("released_qty") + pl.col("shipped_qty")
    is_overtaken = is_counted & pl.col("is_overtaken").fill_null(value=False)
    is_known = (pl.col("overtaken_on") == tonight).fill_null(value=False)
    is_first_due = is_due & pl.col("first_due_on").is_null()
    remembered = (
        order_lines.drop("eta_on")
        .join(
            standings.select(*LINE, "is_due", "backordered_qty", "eta_on", "is_overtaken", "awaits_count"),
            on=LINE,
            how="left",
            maintain_order="left",
        )
        .join(
            cancellations.group_by(LINE).agg(was_due=pl.col("is_due").any()),
            on=LINE,
            how="left",
            maintain_order="left",
        )
        .with_columns(
            first_due_on=pl.when(is_first_due).then(tonight).otherwise("first_due_on"),
            first_pass_qty=pl.when(is_first_due).then(filled_qty).otherwise("first_pass_qty"),
            first_short_on=pl.coalesce("first_short_on", pl.when(is_due & is_short).then(tonight)),
            overtaken_nights=pl.col("overtaken_nights") + (is_overtaken & ~is_known).cast(pl.Int64),
            overtaken_on=pl.when(is_overtaken).then(tonight).otherwise("overtaken_on"),
        )
    )
    return conform(remembered, OrderLine)


def note_line_nights(
    order_lines: DataFrame[OrderLine], plan: AllocationPlan, *, as_of: AsOf
) -> DataFrame[LineNight]:
    """One row for each line that still has open or reserved units after tonight."""
    waiting = (
        order_lines.filter(pl.col("open_qty") + pl.col("reserved_qty") > 0)
        .select(*LINE, "open_qty", "reserved_qty", "overtaken_nights")
        .join(plan.standings.select(*LINE, "rank", "eta_on", "asn_id", "asn_line_no"), on=LINE)
        .join(main_reasons(plan.decisions).rename({"short_reason": "reason_code"}), on=LINE, how="left")
        .join(kept_reasons(plan.reservations), on=LINE, how="left")
        .with_columns(business_date=pl.lit(as_of.business_date), run_no=pl.lit(as_of.run_no, pl.Int64))
        .sort(LINE)
    )
    return conform(waiting, LineNight)
