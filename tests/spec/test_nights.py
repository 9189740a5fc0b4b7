"""From night to night: what files change, and what a queue remembers.

Most questions on the phone are about two nights, not one: I had twelve yesterday, where are they? These rules
are shown by whole nights, from the rows of the files to the messages, so their tables would be long; the
stories stand in `tests/spec/test_nights.py`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from schemas.intake import FileOutcome
from schemas.night import AsOf
from schemas.table import empty
from tests.frames import NIGHT
from tests.nights import order, receipt, run_night
from tests.transforms.posting.nights import line, stock
from transforms.laws import check_laws

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


def test_a_substitute_is_picked_and_confirmed_under_its_own_sku() -> None:
    """What ships in place of the ordered SKU is picked, confirmed and taken from stock under its own name."""
    mugs = [{"sku": "A", "substitutes": "B"}, {"sku": "B"}]
    first = run_night(
        None,
        0,
        items=mugs,
        orders=[order("o1", 10)],
        receipts=[receipt("g1", 4), receipt("g2", 9) | {"sku": "B"}],
    )
    assert first.allocations.select("sku", "allocated_qty").rows() == [("A", 4), ("B", 6)]
    assert line(first.books) == {"ordered": 10, "released": 10}
    releases = dict(first.allocations.select("sku", "release_id").iter_rows())
    second = run_night(
        first,
        1,
        shipments=[
            {"release_id": releases["A"], "shipped_qty": 4},
            {"release_id": releases["B"], "shipped_qty": 5},
        ],
    )
    assert line(second.books) == {"ordered": 10, "open": 1, "shipped": 9}
    assert stock(second.books) == {("B", "", "DOCK", "short_pick"): 4}
    laws = check_laws(first.books, second, empty(FileOutcome), AsOf(NIGHT + timedelta(days=1)))
    assert set(laws["law"]) <= {5}, "only the files, of which this night has no list"


def test_what_is_cancelled_for_being_short_is_told_and_counted_as_short() -> None:
    """An order that may not wait: what is there ships, the rest is cancelled, told, remembered as short."""
    allowed = order("o1", 100) | {"on_short": "cancel_rest"}
    first = run_night(None, 0, orders=[allowed], receipts=[receipt("g1", 60)])
    assert given(first) == [("o1", 60)]
    assert line(first.books) == {"ordered": 100, "released": 60, "cancelled": 40}
    assert first.messages["kind"].to_list() == ["cancelled"]
    told = first.message_lines.select("waiting_qty", "cancelled_qty", "cancel_cause")
    assert told.rows() == [(0, 40, "cancelled_short")]
    assert first.books.order_lines.select("first_due_on", "first_pass_qty", "first_short_on").rows() == [
        (NIGHT, 60, NIGHT)
    ]
    again = run_night(first, 0)
    assert again.movements.is_empty()
    assert again.messages.is_empty()


def test_a_change_that_clears_on_short_lets_the_line_wait() -> None:
    """A line's own `on_short` can be changed and cleared like its other attributes."""
    held = order("o1", 10) | {"on_short": "cancel_line", "hold_reason": "credit check"}
    first = run_night(None, 0, orders=[held])
    assert line(first.books) == {"ordered": 10, "open": 10}
    cleared = {"order_id": "o1", "line_no": 1, "action": "change", "cleared": "on_short|hold_reason"}
    second = run_night(first, 1, orders=[cleared])
    assert line(second.books) == {"ordered": 10, "open": 10}
    stated = {"order_id": "o1", "line_no": 1, "action": "change", "on_short": "cancel_line"}
    third = run_night(second, 2, orders=[stated])
    assert line(third.books) == {"ordered": 10, "cancelled": 10}


def test_a_line_whose_goods_come_too_late_is_listed_every_night_until_the_client_says_what_to_do() -> None:
    """`past_cancel = "ask"`: units that cannot ship in time wait, and the client is asked night by night."""
    late = order("o1", 10) | {"cancel_after": NIGHT + timedelta(days=1)}
    coming = {
        "asn_id": "n1",
        "line_no": 1,
        "sku": "A",
        "qty": 10,
        "expected_on": NIGHT + timedelta(days=3),
    }
    first = run_night(None, 0, orders=[late], asns=[coming])
    assert asked(first) == ["line 1: 10 of A cannot ship by 2026-03-03"]
    assert asked(run_night(first, 1)) == ["line 1: 10 of A cannot ship by 2026-03-03"]
    past = run_night(first, 2)
    assert asked(past) == ["line 1: 10 of A cannot ship by 2026-03-03"]
    longer = {"order_id": "o1", "line_no": 1, "action": "change", "cancel_after": NIGHT + timedelta(days=9)}
    assert asked(run_night(past, 3, orders=[longer])) == []


def asked(plan: NightPlan) -> list[str]:
    """What the client is asked of lines that cannot ship in time."""
    return plan.findings.filter(code="past_cancel_date")["detail"].to_list()
