"""Shelf life: lots that last long enough for who gets them.

A supermarket refuses yoghurt with nine days left, a canteen eats it tomorrow. An order says by
`min_shelf_life_days` how many days must be left when it ships. Nobody who may take the short-dated lots has
to leave them: they go first, so that what is left for the demanding ones lasts.
"""

from __future__ import annotations

from tests.spec.tables import Example, Expect

TWO_LOTS = """
    lot expiry_on qty
    L1  03-06     5
    L2  03-20     5
"""


def test_a_line_gets_only_lots_that_last_long_enough(expect: Expect) -> None:
    """A lot must be usable so many days after the day on which it ships; its expiry date is its last."""
    expect(
        Example(
            demand="""
                order qty min_shelf_life_days
                O1    8   4
            """,
            supply=TWO_LOTS,
        ),
        allocations="""
            order lot qty
            O1    L2  5
        """,
        decisions="""
            order reason     qty
            O1    shelf_life 3
        """,
    )
    expect(
        Example(demand="order qty min_shelf_life_days\nO1 8 3", supply=TWO_LOTS),
        allocations="""
            order lot qty
            O1    L1  5
            O1    L2  3
        """,
    )


def test_who_asks_for_nothing_takes_the_lots_that_others_may_not(expect: Expect) -> None:
    """Who asks for less takes first what lasts least, and the demanding ones find what is left."""
    expect(
        Example(
            demand="""
                order qty min_shelf_life_days
                O1    4   -
                O2    5   10
                O3    3   -
            """,
            supply=TWO_LOTS,
        ),
        allocations="""
            order lot qty
            O1    L1  4
            O2    L2  5
            O3    L1  1
        """,
    )


def test_the_days_count_from_the_day_it_may_ship(expect: Expect) -> None:
    """An order that must not ship before a day needs its days from that day on."""
    expect(
        Example(
            demand="""
                order qty min_shelf_life_days ship_not_before
                O1    8   3                   03-04
            """,
            supply=TWO_LOTS,
            policy={"horizon_days": 2},
        ),
        allocations="order qty kind\nO1 5 reserve",
        decisions="order reason qty\nO1 shelf_life 3",
    )


def test_goods_without_an_expiry_date_last(expect: Expect) -> None:
    """Lots without an expiry date, and goods on their way, are taken to last."""
    expect(
        Example(
            demand="order qty min_shelf_life_days\nO1 8 90",
            supply="qty\n5",
            inbound="asn qty expected_on\nN1 3 03-03",
        ),
        allocations="order qty\nO1 5",
        pegs="""
            order asn qty eta_on
            O1    N1  3   03-04
        """,
    )
