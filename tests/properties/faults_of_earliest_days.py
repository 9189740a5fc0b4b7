"""Faults of the earliest day on which a line can leave, until when its lots must last."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tests.properties.planting import after, having, instead
from transforms.allocation.demand import earliest_days, waiting
from transforms.allocation.supply import pools

if TYPE_CHECKING:
    from tests.properties.planting import Fault

_NO_DAY = pl.lit(None, pl.Date)

EARLIEST_DAY_FAULTS: dict[str, Fault] = {
    "lots need not last until their line leaves": (
        waiting,
        "with_earliest_day",
        lambda _: lambda lines, *_, **__: lines.with_columns(earliest_on=_NO_DAY),
    ),
    "a line leaves without those of its order": (earliest_days, "_TOGETHER", instead(["line"])),
    "whole lines leave on their release date": (
        earliest_days,
        "_first_covered",
        after(pl.DataFrame.clear),
    ),
    "release dates on closed days": (pools, "add_working_days", lambda _: lambda frame, **_: frame),
    "one warehouse has what all have": (
        earliest_days,
        "from_one_warehouse",
        instead(lambda lines, _: pl.repeat(value=False, n=lines.height, eager=True)),
    ),
    "fenced units are there at once": (
        earliest_days,
        "is_open_to",
        instead(lambda _: pl.lit(value=True)),
    ),
    "what never leaves early leaves at once": (
        earliest_days,
        "may_ship_early",
        instead(lambda _: pl.lit(value=True)),
    ),
    "what never leaves early leaves on a closed day": (
        earliest_days,
        "with_working_day_before",
        lambda _: lambda frame, **_: frame.with_columns(waits_until="by"),
    ),
    "kits are never there": (earliest_days, "list_part_ways", after(pl.DataFrame.clear)),
    "asked days do not count from the earliest day": (
        waiting,
        "with_earliest_day",
        after(having(earliest_on=pl.when(pl.col("min_shelf_life_days").is_null()).then("earliest_on"))),
    ),
}
"""Where, what, and what stands there instead."""
