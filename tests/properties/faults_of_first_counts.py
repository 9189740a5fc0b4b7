"""Faults of lines that wait for the first count of a warehouse: where, and what stands there instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tests.properties.planting import after, before, having, with_pieces
from transforms.allocation import plan
from transforms.allocation.demand import waiting

if TYPE_CHECKING:
    from tests.properties.planting import Fault

counted = before(with_pieces(group_uncounted=pl.lit(value=False)))
one_is_enough = pl.when(pl.col("awaits_count") == pl.col("warehouse_ids")).then("awaits_count")

FIRST_COUNT_FAULTS: dict[str, Fault] = {
    "cancelled before the first count": (plan, "find_cancellations", counted),
    "back-ordered before the first count": (plan, "place_lines", counted),
    "no stock before the first count": (plan, "explain_shortages", counted),
    "never counted": (waiting, "with_awaited", after(having(awaits_count=pl.col("warehouse_ids")))),
    "one counted warehouse is enough": (waiting, "with_awaited", after(having(awaits_count=one_is_enough))),
    "what ships together waits by itself": (
        waiting,
        "rank_groups",
        after(having(group_uncounted=pl.col("group_uncounted") & (pl.col("ship_rule") != "order_complete"))),
    ),
}
"""Where, what, and what stands there instead."""
