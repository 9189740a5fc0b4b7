"""Holds: orders and items that take no part and keep their place.

Payment is not clear, an address is being checked, an item was recalled: work stops, but nobody should lose
their place in the queue for it. When the hold is lifted, the line stands where it always stood.
"""

from __future__ import annotations

from tests.spec.tables import Example, Expect


def test_a_held_order_keeps_its_place_and_what_it_holds(expect: Expect) -> None:
    """An order on hold takes nothing, keeps its rank and its reservation, and has no date."""
    expect(
        Example(
            demand="""
                order qty held hold_reason
                O1    4   W1:2 client_hold
                O2    4   -    -
            """,
            supply="qty\n6",
        ),
        allocations="""
            order qty
            O2    4
        """,
        decisions="""
            order reason     qty
            O1    order_hold 4
        """,
        standings="""
            order rank eta_on eta_reason
            O1    1    -      "order on hold"
            O2    2    03-03  "in stock"
        """,
    )


def test_an_inactive_item_goes_to_nobody(expect: Expect) -> None:
    """An inactive item is released to nobody, and no date can be told."""
    expect(
        Example(
            demand="order qty\nO1 4",
            supply="qty\n6",
            items="""
                sku is_active
                A   no
            """,
        ),
        allocations="order qty",
        decisions="""
            order reason    qty
            O1    item_hold 4
        """,
        standings="""
            order eta_on eta_reason
            O1    -      "item on hold"
        """,
    )


def test_an_item_sold_from_a_later_day_waits_for_it(expect: Expect) -> None:
    """Before `available_from` nothing leaves, but what is due is kept; the day itself is the date told."""
    expect(
        Example(
            demand="order qty\nO1 4",
            supply="qty\n6",
            items="""
                sku is_active available_from
                A   yes       03-06
            """,
        ),
        allocations="order qty kind\nO1 4 reserve",
        reservations="order reason qty\nO1 item_hold 4",
        standings="""
            order eta_on
            O1    03-06
        """,
    )
