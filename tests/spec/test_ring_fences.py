"""Ring-fences: units kept for a channel until a day.

A launch in the shop must not run empty because a wholesaler ordered the whole pallet the night before. A
fence keeps units, or a share of what comes, for the channels it names. What its channels take makes it
smaller, and on its last day what is left is everybody's again, so nothing gathers dust for ever.
"""

from __future__ import annotations

from typing import Any

from tests.spec.tables import Example, Expect

SIXTY: dict[str, Any] = {
    "fences": ({"name": "launch", "sku": ("A",), "channel": ("high",), "qty": 60, "until": "2026-03-05"},)
}
HALF: dict[str, Any] = {
    "fences": ({"name": "launch", "sku": ("A",), "channel": ("high",), "pct": 50, "until": "2026-03-05"},)
}


def test_units_behind_a_fence_are_kept_for_its_channel(expect: Expect) -> None:
    """A fence keeps units for its channels; the others share what is common."""
    expect(
        Example(
            demand="""
                order qty channel
                O1    50  low
                O2    30  high
            """,
            supply="qty\n100",
            policy=SIXTY,
        ),
        allocations="""
            order qty
            O1    40
            O2    30
        """,
        decisions="""
            order reason     qty
            O1    ring_fence 10
        """,
        fence_uses="""
            fence  qty
            launch 30
        """,
    )


def test_its_channel_draws_on_the_fence_before_common_stock(expect: Expect) -> None:
    """A line takes from its own fence first, then from what is common."""
    expect(
        Example(
            demand="""
                order qty channel
                O1    70  high
                O2    40  low
            """,
            supply="qty\n100",
            policy=SIXTY,
        ),
        allocations="""
            order qty
            O1    70
            O2    30
        """,
        fence_uses="""
            fence  qty
            launch 60
        """,
    )


def test_what_is_behind_a_fence_is_promised_for_the_day_it_ends(expect: Expect) -> None:
    """On the day the fence ends what is left of it is common again, and may be promised before."""
    expect(
        Example(
            demand="order qty channel\nO1 30 low",
            supply="qty\n60",
            policy=SIXTY,
        ),
        allocations="order qty\nO1 0",
        decisions="""
            order reason     qty
            O1    ring_fence 30
        """,
        standings="""
            order eta_on eta_reason
            O1    03-05  "when a fence ends"
        """,
    )


def test_a_fence_that_ended_keeps_nothing(expect: Expect) -> None:
    """From its last day on a fence keeps nothing."""
    ended = {"fences": ({**SIXTY["fences"][0], "until": "2026-03-02"},)}
    expect(
        Example(demand="order qty channel\nO1 30 low", supply="qty\n60", policy=ended),
        allocations="order qty\nO1 30",
    )


def test_a_fence_by_share_keeps_part_of_what_comes(expect: Expect) -> None:
    """A fence by `pct` keeps its share of the stock and of each delivery, rounded down."""
    expect(
        Example(
            demand="""
                order qty channel
                O1    20  low
                O2    20  high
            """,
            supply="qty\n9",
            inbound="asn qty expected_on\nN1 11 03-03",
            policy=HALF,
        ),
        allocations="""
            order qty
            O1    5
            O2    4
        """,
        pegs="""
            order asn qty eta_on
            O1    N1  6   03-04
            O2    N1  5   03-04
        """,
    )


def test_safety_stock_is_kept_back_before_fences(expect: Expect) -> None:
    """Safety stock lies at the end of the lots, the fence before it, common stock in front."""
    expect(
        Example(
            demand="""
                order qty channel
                O1    9   low
                O2    9   high
            """,
            supply="""
                lot expiry_on qty
                L1  03-20     4
                L2  04-20     4
                L3  05-20     4
            """,
            items="sku safety_stock_qty\nA 3",
            policy={"fences": ({**SIXTY["fences"][0], "qty": 6},)},
        ),
        allocations="""
            order lot qty
            O1    L1  3
            O2    L1  1
            O2    L2  4
            O2    L3  1
        """,
    )
