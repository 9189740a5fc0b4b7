"""Orders that may not wait: what becomes of a due line that is short, on its first short night.

A shop that sells what is in season would rather give the money back today than ship in three weeks, and a
buyer who waits for goods that the shop will never order again is owed the truth at once. Such a client says
what is cancelled with the missing units: these alone, their line, or the whole order. What was kept for
them is there for others in the same night, and the buyer is told.
"""

from __future__ import annotations

import pytest

from tests.spec.tables import Example, Expect

SIXTY = "qty\n60"
TWO_LINES = "order qty sku\nO1 100 A\nO1 10 B\nO2 5 B"
SIXTY_AND_TEN = "qty sku\n60 A\n10 B"
NONE = "order qty"


def test_what_is_short_waits_unless_the_client_says_otherwise(expect: Expect) -> None:
    """`backorder`: what is there ships, what is short waits."""
    expect(
        Example(demand="order qty\nO1 100", supply=SIXTY),
        allocations="order qty kind\nO1 60 release",
        decisions="order reason qty\nO1 no_stock 40",
        cancellations=NONE,
    )


def test_the_rest_of_a_short_line_is_cancelled(expect: Expect) -> None:
    """`cancel_rest`: what is there ships, what is short is cancelled the same night."""
    expect(
        Example(
            demand="order qty\nO1 100",
            supply=SIXTY,
            inbound="qty expected_on\n99 03-03",
            policy={"on_short": "cancel_rest"},
        ),
        allocations="order qty kind\nO1 60 release",
        cancellations="order qty cause is_due\nO1 40 cancelled_short yes",
        decisions=NONE,
        pegs=NONE,
        standings="order short_qty backordered_qty\nO1 0 0",
    )


def test_a_short_line_is_cancelled_whole(expect: Expect) -> None:
    """`cancel_line`: a line ships whole or is cancelled; its stock is there for those behind it."""
    expect(
        Example(demand="order qty\nO1 100\nO2 60", supply=SIXTY, policy={"on_short": "cancel_line"}),
        allocations="order qty kind\nO2 60 release",
        cancellations="order qty cause\nO1 100 cancelled_short",
        standings="order rank\nO2 1",
    )


def test_an_order_with_a_short_line_is_cancelled_whole(expect: Expect) -> None:
    """`cancel_order`: all lines of an order ship together or are cancelled; other orders take its stock."""
    expect(
        Example(demand=TWO_LINES, supply=SIXTY_AND_TEN, policy={"on_short": "cancel_order"}),
        allocations="order qty kind\nO2 5 release",
        cancellations="order line qty cause\nO1 1 100 cancelled_short\nO1 2 10 cancelled_short",
    )
    expect(
        Example(demand=TWO_LINES, supply=SIXTY_AND_TEN, policy={"on_short": "cancel_line"}),
        allocations="order line qty kind\nO1 2 10 release",
        cancellations="order line qty\nO1 1 100\nO2 1 5",
    )


def test_the_order_says_more_than_its_segment_and_that_more_than_the_policy(expect: Expect) -> None:
    """An order's own `on_short` counts first, then the first segment that names one, then the policy."""
    expect(
        Example(
            demand="""
                order qty sku channel on_short
                O1    9   A   -       -
                O2    9   B   web     -
                O3    9   C   web     backorder
            """,
            supply="qty sku\n5 A\n5 B\n5 C",
            policy={
                "on_short": "cancel_rest",
                "segments": (
                    {"name": "kept", "channel": ("web",), "standing": "win"},
                    {"name": "web", "channel": ("web",), "on_short": "cancel_line"},
                ),
            },
        ),
        allocations="order qty\nO1 5\nO3 5",
        cancellations="order qty\nO1 4\nO2 9",
        standings="order short_qty\nO1 0\nO3 4",
    )


def test_a_line_is_not_short_before_it_is_due(expect: Expect) -> None:
    """A line that is not due is not decided, also where units are reserved for it already."""
    expect(
        Example(
            demand="order qty promised_on\nO1 100 03-05",
            supply=SIXTY,
            policy={"on_short": "cancel_rest", "not_due": "reserve"},
        ),
        allocations="order qty kind\nO1 60 reserve",
        cancellations=NONE,
        decisions="order reason qty\nO1 not_due 40",
    )


@pytest.mark.parametrize(
    ("demand", "items", "reason"),
    [
        ("order qty hold_reason\nO1 100 client_hold", "", "order_hold"),
        ("order qty\nO1 100", "sku is_active\nA no", "item_hold"),
        ("order qty cancel_after\nO1 100 03-01", "", "past_cancel_date"),
    ],
)
def test_what_takes_no_part_is_not_decided(expect: Expect, demand: str, items: str, reason: str) -> None:
    """A line on hold, of an item on hold, or past its last ship date is not cancelled for being short."""
    expect(
        Example(demand=demand, items=items, policy={"on_short": "cancel_line"}),
        cancellations=NONE,
        decisions=f"order reason qty\nO1 {reason} 100",
    )


def test_what_ships_together_falls_together(expect: Expect) -> None:
    """The stricter of `ship_rule` and `on_short` says what is served and cancelled together."""
    expect(
        Example(
            demand="""
                order qty sku ship_rule      on_short
                O1    9   A   line_complete  cancel_rest
                O2    9   A   order_complete cancel_line
                O2    1   B   order_complete cancel_line
                O3    1   B   partial        backorder
            """,
            supply="qty sku\n5 A\n1 B",
        ),
        allocations="order qty\nO3 1",
        cancellations="order line qty\nO1 1 9\nO2 1 9\nO2 2 1",
    )


def test_a_client_without_back_orders_holds_nothing_back(expect: Expect) -> None:
    """What is cancelled takes nothing, whatever `holdback` says of groups that wait."""
    demand = "order qty ship_rule on_short\nO1 100 line_complete cancel_line\nO2 60 partial -"
    expect(
        Example(demand=demand, supply=SIXTY, policy={"holdback": "strict"}),
        allocations="order qty kind\nO2 60 release",
        cancellations="order qty\nO1 100",
    )
    undue = """
        order qty ship_rule     on_short    promised_on
        O1    100 line_complete cancel_line 03-20
        O2    60  partial       -           03-20
    """
    expect(
        Example(demand=undue, supply=SIXTY, policy={"holdback": "strict", "not_due": "reserve"}),
        allocations="order qty kind\nO2 60 reserve",
        cancellations=NONE,
    )


def test_units_kept_for_a_cancelled_line_go_to_others_the_same_night(expect: Expect) -> None:
    """What was reserved for a line that is cancelled is there for everybody, also for better ranks."""
    expect(
        Example(
            demand="""
                order qty held priority on_short
                O1    8   -    1        -
                O2    2   W1:5 5        cancel_line
                O3    3   -    9        -
            """,
            supply="qty\n6",
        ),
        allocations="order qty kind\nO1 6 release",
        cancellations="order qty from_reserved_qty\nO2 7 5",
        lost_reservations=NONE,
    )


def test_shipped_and_released_units_stay_as_they_are(expect: Expect) -> None:
    """Of a line that went in part before, what is left is cancelled."""
    expect(
        Example(
            demand="order qty shipped_qty released_qty\nO1 4 3 2\nO2 1 0 0",
            supply="qty\n3",
            policy={"on_short": "cancel_order"},
        ),
        allocations="order qty\nO2 1",
        cancellations="order qty\nO1 4",
    )


def test_added_units_are_decided_on_their_own_night(expect: Expect) -> None:
    """Units that were added later are short on the first night on which they are missing."""
    expect(
        Example(
            demand="order qty released_qty cancelled_qty first_short_on\nO1 5 60 40 02-27",
            raises="order qty raised_at\nO1 5 03-02",
            supply="qty\n2",
            policy={"on_short": "cancel_rest"},
        ),
        allocations="order qty\nO1 2",
        cancellations="order qty\nO1 3",
    )


def test_what_is_cancelled_completes_a_small_release(expect: Expect) -> None:
    """A release waits for more under `min_release_qty`; where the rest is cancelled nothing more comes."""
    expect(
        Example(
            demand="order qty\nO1 100",
            supply="qty\n3",
            policy={"on_short": "cancel_rest", "min_release_qty": 10},
        ),
        allocations="order qty kind\nO1 3 release",
        cancellations="order qty\nO1 97",
    )


def test_a_line_that_asks_for_no_more_is_not_short(expect: Expect) -> None:
    """Under `fill` a line keeps what it has and asks for nothing, so nothing of it is cancelled."""
    expect(
        Example(
            demand="order qty held on_short\nO1 5 W1:3 cancel_line",
            supply=SIXTY,
            policy={"standing": "fill"},
        ),
        cancellations=NONE,
        decisions="order reason qty\nO1 not_asking 5",
    )
