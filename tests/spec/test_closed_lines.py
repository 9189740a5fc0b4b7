"""Lines that are closed take no part.

A cancelled order that still holds stock is a shelf full of goods that nobody wants and somebody else waits
for. So a cancellation frees its units in the very night that it is read, and the next in the queue has them.
"""

from __future__ import annotations

from tests.spec.tables import Example, Expect


def test_a_cancelled_line_takes_nothing(expect: Expect) -> None:
    """A cancelled line leaves its units to the others the same night."""
    expect(
        Example(
            demand="""
                order sku qty cancelled_qty
                O1    p1  3   0
                O1    p2  0   5
                O2    p1  5   0
                O2    p2  10  0
            """,
            supply="""
                sku qty
                p1  8
                p2  15
            """,
        ),
        allocations="""
            order sku qty
            O1    p1  3
            O2    p1  5
            O2    p2  10
        """,
        standings="""
            order line
            O1    1
            O2    1
            O2    2
        """,
    )


def test_an_order_cancelled_the_same_night_moves_no_stock(expect: Expect) -> None:
    """An order and its cancellation in one night move no stock."""
    expect(
        Example(
            demand="""
                order qty cancelled_qty
                O1    0   10
            """,
            supply="""
                qty
                10
            """,
        ),
        allocations="order qty",
        decisions="order qty",
        standings="order rank",
    )
