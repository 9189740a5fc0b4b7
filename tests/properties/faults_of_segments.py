"""Faults of what segments say of lines and of whole orders, one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.settings import policy
from tests.properties.planting import after, before, having
from transforms import segments as fitting
from transforms.allocation import plan
from transforms.allocation.demand import policies

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemas.settings.segment import Segment
    from tests.properties.planting import Fault


def _turned_round(met: Iterable[Segment]) -> list[Segment]:
    return [*met][::-1]


def _as_the_client(rule: str) -> Fault:
    """A rule of orders that no segment changes."""
    return plan, "tabulate_policies", after(having(**{rule: pl.col(rule).first().over("client_id")}))


SEGMENT_FAULTS: dict[str, Fault] = {
    "segments ignored": (policies, "fitting_segments", after(lambda fits: fits.clear())),
    "of a line the last fitting segment counts": (fitting, "first_with", before(_turned_round)),
    "of an order the last fitting segment counts": (policy, "first_with", before(_turned_round)),
    "each line decides for its order": (
        policies,
        "fitting_segments",
        after(having(order_fits=pl.col("fits"))),
    ),
    "the last line decides for its order": (
        policies,
        "fitting_segments",
        after(having(order_fits=pl.col("fits").sort_by("line_no").last().over("client_id", "order_id"))),
    ),
    "the first line decides for all lines": (
        policies,
        "fitting_segments",
        after(having(fits=pl.col("order_fits"))),
    ),
    "segments say nothing of orders": (
        policies,
        "_rules_of",
        after(lambda rules: pl.Series(rules.name, [None] * len(rules), dtype=pl.String)),
    ),
    **{
        f"segments have no {rule}": _as_the_client(rule)
        for rule in (
            "split",
            "max_shipments",
            "min_release_qty",
            "min_release_value",
            "min_release_until_days",
            "not_due",
            "horizon_days",
            "reserve_ahead_days",
        )
    },
}
"""Where, what, and what stands there instead."""
