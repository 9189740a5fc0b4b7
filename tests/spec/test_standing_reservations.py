"""Standing reservations: what a line holds when the night begins.

What was set aside for somebody yesterday is half a promise. If every night dealt all cards anew, an order
that had eight of its ten units on Monday could have none on Tuesday, and no date would hold. So
reservations are kept, unless the merchant says otherwise: for all lines, or for a segment such as a key
account.
"""

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
            order qty lost_reason to
            O2    2   stock_fell  O1
            O3    4   stock_fell  O1
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
            order warehouse qty lost_reason       to
            O1    W2        3   no_longer_allowed -
        """,
        allocations="""
            order warehouse qty from_reserved_qty
            O1    W1        1   0
        """,
    )


TWO_WANT_TEN = "order qty held\nO1 10 -\nO2 0 W1:10"


def test_under_redistribute_a_reservation_competes_again(expect: Expect) -> None:
    """`redistribute`: every night reservations are given up and all that wait compete by rank."""
    expect(
        Example(
            demand=TWO_WANT_TEN,
            supply="qty\n10",
            policy={"standing": "redistribute"},
        ),
        allocations="order qty kind from_reserved_qty\nO1 10 release 0",
        lost_reservations="order qty lost_reason to\nO2 10 given_up O1",
        decisions="order reason qty\nO2 rank 10",
    )


def test_what_a_line_gives_up_and_gets_again_was_never_lost(expect: Expect) -> None:
    """Under `redistribute` only the difference is moved: units that come back to their line stay reserved."""
    expect(
        Example(
            demand="order qty held ship_not_before\nO1 2 - 03-09\nO2 1 W1:6 03-09",
            supply="qty\n7",
            policy={"standing": "redistribute", "not_due": "reserve"},
        ),
        allocations="order qty kind from_reserved_qty\nO1 2 reserve 0",
        lost_reservations="order qty\nO2 1",
    )


def test_under_fill_a_line_keeps_what_it_has_and_asks_for_no_more(expect: Expect) -> None:
    """`fill`: the reservation is kept; the line competes for nothing more and is promised nothing more."""
    expect(
        Example(
            demand="order qty held\nO1 3 W1:2\nO2 3 -",
            supply="qty\n9",
            inbound="qty expected_on\n9 03-05",
            policy={"standing": "fill"},
        ),
        allocations="order qty kind from_reserved_qty\nO1 2 release 2",
        decisions="order reason qty\nO1 not_asking 3\nO2 not_asking 3",
        pegs="order asn qty",
    )


VIP = {"name": "vip", "channel": ("shop",), "standing": "win"}
LAST = {"name": "last", "order_type": ("marketplace",), "standing": "lose"}


def test_a_segment_that_wins_comes_before_all_ranks(expect: Expect) -> None:
    """`win`: lines of the segment come before all others, whatever their rank keys say."""
    expect(
        Example(
            demand="order qty priority channel\nO1 5 1 web\nO2 5 9 shop",
            supply="qty\n7",
            policy={"segments": (VIP,)},
        ),
        allocations="order qty\nO2 5\nO1 2",
        standings="order rank\nO2 1\nO1 2",
    )


def test_a_segment_that_loses_keeps_nothing_and_comes_last(expect: Expect) -> None:
    """`lose`: the reservation is given up, and the line takes what all others leave."""
    expect(
        Example(
            demand="""
                order qty held order_type  priority
                O1    0   W1:5 marketplace 1
                O2    4   -    dtc         9
            """,
            supply="qty\n5",
            policy={"segments": (LAST,)},
        ),
        allocations="order qty from_reserved_qty\nO2 4 0\nO1 1 1",
        lost_reservations="order qty\nO1 4",
    )


def test_of_segments_that_a_line_fits_the_first_counts(expect: Expect) -> None:
    """A line belongs to the first segment of which it has one value in each named attribute."""
    expect(
        Example(
            demand="""
                order qty channel order_type
                O1    3   web     dtc
                O2    3   shop    marketplace
                O3    3   web     marketplace
            """,
            supply="qty\n7",
            policy={"segments": (VIP, LAST)},
        ),
        standings="order rank\nO2 1\nO1 2\nO3 3",
    )
