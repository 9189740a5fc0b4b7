"""From night to night: what files change, and what a queue remembers.

Most questions on the phone are about two nights, not one: I had twelve yesterday, where are they? These rules
are shown by whole nights, from the rows of the files to the messages, so their tables would be long; the
stories stand in `tests/spec/test_nights.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tests.nights import order, receipt, run_night
from tests.transforms.posting.nights import line, stock

if TYPE_CHECKING:
    from schemas.night import NightPlan


def given(plan: NightPlan) -> list[tuple[str, int]]:
    """Units newly given by order."""
    return plan.allocations.select("order_id", "allocated_qty").rows()


def test_what_is_missing_waits_and_is_served_when_stock_comes() -> None:
    """A short line waits; a night without news changes nothing, and new stock serves it."""
    first = run_night(None, 0, orders=[order("o1", 20)], receipts=[receipt("g1", 7)])
    assert given(first) == [("o1", 7)]
    assert line(first.books) == {"ordered": 20, "open": 13, "released": 7}
    second = run_night(first, 1)
    assert given(second) == []
    assert second.movements.is_empty()
    third = run_night(second, 2, receipts=[receipt("g2", 30)])
    assert given(third) == [("o1", 13)]


def test_an_order_cancelled_the_same_night_moves_nothing_and_tells_only_that() -> None:
    """An order and its cancellation in one night: no stock moves, and only the cancellation is told."""
    plan = run_night(
        None,
        0,
        orders=[order("o1", 10)],
        receipts=[receipt("g1", 10)],
        cancellations=[{"order_id": "o1", "line_no": 1, "reason": "changed mind"}],
    )
    assert given(plan) == []
    assert line(plan.books) == {"ordered": 10, "cancelled": 10}
    assert plan.movements.filter(pl.col("ledger") == "stock")["cause"].to_list() == ["received"]
    assert set(plan.messages["kind"]) <= {"cancelled"}


def test_a_short_pick_returns_to_its_old_rank_and_the_bins_rest_is_held() -> None:
    """Released 10, shipped 7: three are open again at the old rank, the bin's rest of that lot is on hold."""
    first = run_night(None, 0, orders=[order("o1", 10)], receipts=[receipt("g1", 12)])
    (release_id,) = first.allocations["release_id"]
    second = run_night(
        first,
        1,
        orders=[order("o2", 4)],
        shipments=[{"release_id": release_id, "shipped_qty": 7}],
    )
    assert line(second.books) == {"ordered": 10, "open": 3, "shipped": 7}
    assert stock(second.books) == {("A", "", "DOCK", "short_pick"): 5}
    assert given(second) == []
    assert second.standings.select("order_id", "rank").rows() == [("o1", 1), ("o2", 2)]
