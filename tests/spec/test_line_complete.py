"""Lines that ship complete.

Some goods are useless in part: twelve of the fourteen tiles of a bathroom, or a pallet that the consignee
books in only when it is full. Two shipments also cost two parcels. The price of waiting for all of a line
is paid by that line alone: units that it cannot use go to the next who can.
"""

from __future__ import annotations

from tests.spec.tables import Example, Expect


def test_a_line_that_cannot_ship_complete_is_passed_over(expect: Expect) -> None:
    """A line that ships complete takes all or nothing; the next that fits is served."""
    expect(
        Example(
            demand="""
                order qty ship_rule
                O1    12  line_complete
                O2    6   line_complete
                O3    5   line_complete
            """,
            supply="""
                qty
                10
            """,
        ),
        allocations="""
            order qty
            O1    0
            O2    6
            O3    0
        """,
        decisions="""
            order reason           qty
            O1    group_incomplete 10
            O1    no_stock         2
            O3    group_incomplete 4
            O3    rank             1
        """,
    )


def test_other_lines_of_the_order_do_not_wait_for_it(expect: Expect) -> None:
    """Under `line_complete` each line of an order stands for itself."""
    expect(
        Example(
            demand="""
                order sku qty ship_rule
                O1    A   5   line_complete
                O1    B   5   line_complete
            """,
            supply="""
                sku qty
                A   5
                B   4
            """,
        ),
        allocations="""
            order sku qty
            O1    A   5
        """,
    )
