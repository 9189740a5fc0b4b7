"""Standing reservations: what a line holds when the night begins."""

from __future__ import annotations

from tests.spec.tables import Example, Expect


def test_a_reservation_is_kept_before_better_ranks_are_served(expect: Expect) -> None:
    """A line takes back what it holds before any rank is served (`gain`)."""
    expect(
        Example(
            demand="""
                order qty held
                O1    10  -
                O2    0   W1:10
            """,
            supply="""
                qty
                10
            """,
        ),
        allocations="""
            order qty kind    from_reserved_qty
            O2    10  release 10
        """,
        decisions="""
            order reason              qty
            O1    kept_by_reservation 10
        """,
    )


def test_who_finds_less_than_it_holds_loses_the_rest(expect: Expect) -> None:
    """Stock below what is reserved takes reservations back from the lowest rank first."""
    expect(
        Example(
            demand="""
                order qty held ship_not_before
                O1    0   W1:4 03-09
                O2    0   W1:4 03-09
                O3    1   W1:4 03-09
            """,
            supply="""
                qty
                6
            """,
        ),
        lost_reservations="""
            order qty
            O2    2
            O3    4
        """,
        allocations="order qty",
        standings="""
            order short_qty
            O1    0
            O2    2
            O3    5
        """,
    )


def test_a_line_that_keeps_a_part_competes_for_the_rest(expect: Expect) -> None:
    """A line with a reservation competes by its rank for what it still wants."""
    expect(
        Example(
            demand="""
                order qty held
                O1    2   -
                O2    3   W1:4
            """,
            supply="""
                qty
                8
            """,
        ),
        allocations="""
            order qty from_reserved_qty
            O1    2   0
            O2    6   4
        """,
    )


def test_a_reservation_in_a_warehouse_that_the_line_may_not_use_is_lost(expect: Expect) -> None:
    """A line keeps only what lies where it may be served from."""
    expect(
        Example(
            demand="""
                order qty held warehouse_ids
                O1    0   W2:3 W1
            """,
            supply="""
                warehouse qty
                W1        1
                W2        9
            """,
            warehouses=("W1", "W2"),
        ),
        lost_reservations="""
            order warehouse qty
            O1    W2        3
        """,
        allocations="""
            order warehouse qty from_reserved_qty
            O1    W1        1   0
        """,
    )
