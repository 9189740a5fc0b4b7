"""Rank: who is served first.

When there is not enough for all, somebody comes first, and it is better to have said who before the phone
rings. Orders are served one after the other and each takes what its rule lets it take from what is left.
So there is always a short answer: you are seventh, and the forty units went to the six before you. It never
depends on which file was read first, or on which other merchants run in the same night.
"""

from __future__ import annotations

from tests.spec.tables import Example, Expect


def test_orders_take_in_rank_order_what_is_left(expect: Expect) -> None:
    """Orders are served one after the other in rank order, each takes what is left."""
    expect(
        Example(
            demand="""
                order qty
                O1    5
                O2    3
                O3    20
                O4    20
                O5    15
            """,
            supply="""
                qty
                20
            """,
        ),
        allocations="""
            order qty
            O1    5
            O2    3
            O3    12
            O4    0
            O5    0
        """,
    )


def test_an_urgent_order_is_served_before_older_ones(expect: Expect) -> None:
    """The priority comes before the age of an order: 1 is the most urgent."""
    expect(
        Example(
            demand="""
                order qty priority
                O1    5   5
                O2    3   5
                O3    20  5
                O4    20  1
                O5    15  5
            """,
            supply="""
                qty
                20
            """,
        ),
        allocations="""
            order qty
            O4    20
        """,
    )


def test_what_an_urgent_order_leaves_goes_on_in_rank_order(expect: Expect) -> None:
    """What an urgent order leaves goes to the others in their order."""
    expect(
        Example(
            demand="""
                order qty priority
                O1    5   5
                O2    3   5
                O3    20  5
                O4    20  5
                O5    15  1
            """,
            supply="""
                qty
                20
            """,
        ),
        allocations="""
            order qty
            O1    5
            O5    15
        """,
    )


def test_the_first_orders_get_all_they_want_and_the_next_the_rest(expect: Expect) -> None:
    """A partial line takes the rest, however little it is."""
    example = "order qty\nO1 10\nO2 10"
    expect(Example(demand=example, supply="qty\n5"), allocations="order qty\nO1 5\nO2 0")
    expect(Example(demand=example, supply="qty\n16"), allocations="order qty\nO1 10\nO2 6")
    expect(Example(demand=example, supply="qty\n11"), allocations="order qty\nO1 10\nO2 1")


def test_a_missing_rank_value_comes_last(expect: Expect) -> None:
    """Rank keys ascend, and an order without the value comes after all that have it."""
    expect(
        Example(
            demand="""
                order qty promised_on
                O1    4   -
                O2    4   03-02
                O3    4   03-01
            """,
            supply="""
                qty
                10
            """,
            policy={"rank": ("promised_on",)},
        ),
        allocations="""
            order qty
            O3    4
            O2    4
            O1    2
        """,
        standings="""
            order rank
            O3    1
            O2    2
            O1    3
        """,
    )


def test_ties_are_broken_by_order_and_line(expect: Expect) -> None:
    """Orders alike in every rank key are served by order id, then line number."""
    expect(
        Example(
            demand="""
                order line qty
                O2    1    4
                O1    2    4
                O1    1    4
            """,
            supply="""
                qty
                6
            """,
            policy={"rank": ("priority",)},
        ),
        allocations="""
            order line qty
            O1    1    4
            O1    2    2
        """,
    )


def test_the_queue_place_counts_only_those_still_short(expect: Expect) -> None:
    """A line's queue place and the units ahead of it count the lines of its warehouse and SKU that wait."""
    expect(
        Example(
            demand="""
                order qty sku
                O1    4   A
                O2    5   A
                O3    2   A
                O4    7   B
            """,
            supply="""
                qty
                6
            """,
        ),
        standings="""
            order rank queue_place ahead_qty short_qty backordered_qty
            O1    1    1           0         0         0
            O2    2    1           0         3         3
            O3    3    2           3         2         2
            O4    4    1           0         7         7
        """,
    )
