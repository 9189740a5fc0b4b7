"""Faults of what may leave or be reserved before it is due, one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tests.properties.planting import after, having
from transforms.allocation import plan
from transforms.allocation.demand import waiting
from transforms.allocation.releasing import shipping

if TYPE_CHECKING:
    from tests.properties.planting import Fault

NO, YES = pl.lit(value=False), pl.lit(value=True)

NOT_YET_FAULTS: dict[str, Fault] = {
    "ship as reserve": (
        plan,
        "tabulate_policies",
        after(having(not_due=pl.col("not_due").replace("ship", "reserve"))),
    ),
    "reserve as ship": (
        plan,
        "tabulate_policies",
        after(having(not_due=pl.col("not_due").replace("reserve", "ship"))),
    ),
    "retailers get goods early": (plan, "tabulate_policies", after(having(spares_b2b=NO))),
    "no retailer gets goods early": (plan, "tabulate_policies", after(having(spares_b2b=YES))),
    "an early parcel of its own": (shipping, "_keep_early", lambda _: lambda holdings, _: holdings),
    "reserved a day longer": (
        plan,
        "tabulate_policies",
        after(having(reserve_ahead_days=pl.col("reserve_ahead_days") + 1)),
    ),
    "nothing is too far away": (waiting, "rank_groups", after(having(group_far=NO))),
    "who waits never reserves": (waiting, "rank_groups", after(having(group_idle=pl.col("group_undue")))),
    "who waits reserves for any date": (waiting, "rank_groups", after(having(group_idle=NO))),
}
"""Where, what, and what stands there instead."""
