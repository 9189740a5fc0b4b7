"""When a line is due, and what it may do before.

A night closes its day early on the next one, and what it releases leaves on the warehouse's shipping day, the
first working day after the day that is closed: here Monday 2 March is closed, and Tuesday is the shipping
day. What is promised for a day must leave by then: it is due when it cannot wait for the shipping day after.

An order for next month should not take the last unit from one that is late today. And a wholesale order
with a fixed delivery day may need its units set aside early, although they must not leave early. So a line
has a day on which it is due, and the merchant says what it may do before.
"""

from __future__ import annotations

from tests.spec.tables import Example, Expect

SOON = """
    order qty promised_on
    O1    4   03-04
    O2    4   03-03
"""


def test_a_line_that_is_not_due_waits(expect: Expect) -> None:
    """A line that is not due takes no part in tonight's stock (`wait`)."""
    expect(
        Example(demand=SOON, supply="qty\n6", policy={"rank": ("ordered_at",), "not_due": "wait"}),
        allocations="""
            order qty kind
            O2    4   release
        """,
        decisions="""
            order reason  qty
            O1    not_due 4
        """,
        standings="""
            order is_due short_qty backordered_qty eta_on
            O1    no     4         0               -
            O2    yes    0         0               03-03
        """,
    )


def test_a_line_that_is_not_due_may_reserve_after_all_that_is_due(expect: Expect) -> None:
    """Under `reserve` a line that is not due yet reserves what all that is due has left."""
    expect(
        Example(demand=SOON, supply="qty\n6", policy={"rank": ("ordered_at",), "not_due": "reserve"}),
        allocations="""
            order qty kind
            O2    4   release
            O1    2   reserve
        """,
        decisions="""
            order reason  qty
            O1    not_due 2
        """,
    )


def test_the_horizon_makes_lines_due_early(expect: Expect) -> None:
    """A line is due so many calendar days before its day as the horizon says."""
    expect(
        Example(demand=SOON, supply="qty\n8", policy={"horizon_days": 1}),
        allocations="""
            order qty kind
            O1    4   release
            O2    4   release
        """,
    )


def test_nothing_is_released_before_it_may_ship(expect: Expect) -> None:
    """What would leave before `ship_not_before` is reserved, even where the horizon makes it due."""
    expect(
        Example(
            demand="""
                order qty ship_not_before
                O1    4   03-04
            """,
            supply="qty\n4",
            policy={"horizon_days": 1},
        ),
        allocations="""
            order qty kind
            O1    4   reserve
        """,
    )


def test_the_due_day_is_promised_or_by_when_it_must_ship_or_leave(expect: Expect) -> None:
    """The due day is the promised day, else ship-by, else deliver-by less transit, else the order's date."""
    expect(
        Example(
            demand="""
                order qty promised_on ship_by deliver_by transit_days ship_not_before ordered_at
                O1    1   03-05       03-04   03-09      2            -               02-20
                O2    1   -           03-04   03-09      2            -               02-20
                O3    1   -           -       03-09      2            -               02-20
                O4    1   -           -       -          0            -               02-20
                O5    1   03-05       -       -          0            03-12           02-20
            """,
        ),
        standings="""
            order due_on
            O1    03-05
            O2    03-04
            O3    03-07
            O4    02-20
            O5    03-12
        """,
    )


def test_after_its_last_ship_date_a_line_takes_nothing_and_keeps_what_it_holds(expect: Expect) -> None:
    """What would leave after cancel-after, or after deliver-by less transit, is not released nor taken."""
    expect(
        Example(
            demand="""
                order qty held cancel_after deliver_by transit_days
                O1    2   W1:1 03-02        -          0
                O2    2   -    -            03-04      2
                O3    2   -    03-03        -          0
            """,
            supply="qty\n9",
        ),
        allocations="""
            order qty
            O3    2
        """,
        decisions="""
            order reason           qty
            O1    past_cancel_date 2
            O2    past_cancel_date 2
        """,
        lost_reservations="order qty",
    )
