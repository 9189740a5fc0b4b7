"""Units added to a line later.

A buyer who adds forty units to an order of January asks for them today. If they stood at January's place,
anybody could jump the queue by ordering one unit early and raising it later. So what was added waits from
the day on which it was added, and what was ordered first keeps its place.
"""

from __future__ import annotations

from tests.spec.tables import Example, Expect

RAISED = """
    order raised_at qty
    O1    03-02     3
"""


def test_added_units_queue_by_their_own_time(expect: Expect) -> None:
    """Under `partial` added units are a group of their own and queue by when they were asked for."""
    expect(
        Example(
            demand="""
                order qty ordered_at
                O1    8   02-27
                O2    4   02-28
            """,
            raises=RAISED,
            supply="qty\n10",
        ),
        allocations="""
            order qty
            O1    6
            O2    4
        """,
        standings="""
            order rank short_qty
            O1    1    2
            O2    2    0
        """,
    )


def test_what_was_shipped_was_asked_for_first(expect: Expect) -> None:
    """Shipped and released units are the oldest of a line, cancelled ones the newest."""
    expect(
        Example(
            demand="""
                order qty shipped_qty cancelled_qty ordered_at
                O1    3   5           0             02-27
                O2    4   0           0             02-28
            """,
            raises=RAISED,
            supply="qty\n5",
        ),
        allocations="""
            order qty
            O2    4
            O1    1
        """,
    )
    expect(
        Example(
            demand="""
                order qty shipped_qty cancelled_qty ordered_at
                O1    5   0           3             02-27
                O2    4   0           0             02-28
            """,
            raises=RAISED,
            supply="qty\n5",
        ),
        allocations="""
            order qty
            O1    5
        """,
    )


def test_added_units_of_a_complete_line_take_its_rank(expect: Expect) -> None:
    """In a group that must be complete the added units take the group's rank."""
    expect(
        Example(
            demand="""
                order qty ordered_at ship_rule
                O1    8   02-27      line_complete
                O2    4   02-28      partial
            """,
            raises=RAISED,
            supply="qty\n10",
        ),
        allocations="""
            order qty
            O1    8
            O2    2
        """,
    )


def test_added_units_may_fill_a_multiple_with_those_that_were_there(expect: Expect) -> None:
    """A line of an item that is sold by multiples stays one: added units do not queue by themselves."""
    expect(
        Example(
            demand="order qty\nO1 12",
            raises="order raised_at qty\nO1 03-01 4",
            supply="qty\n8",
            items="sku sell_multiple\nA 12",
        ),
        allocations="order qty\nO1 0",
    )
