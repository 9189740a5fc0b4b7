"""Early, due, and not yet.

A promise is a latest day: nobody complains of goods that come early, and a shelf that holds them is full. A
release date is an earliest day: before it nothing may leave. So a warehouse ships early what costs no parcel
more, keeps what is promised for later, and keeps nothing for a date that is far away. This night ships on
Tuesday, 3 March, the next on Wednesday.
"""

from __future__ import annotations

from tests.spec.tables import Example, Expect

SHIP = {"not_due": "ship"}
RESERVE = {"not_due": "reserve"}
WAIT = {"not_due": "wait"}


def test_a_promise_is_a_latest_day_so_its_order_ships_early(expect: Expect) -> None:
    """`not_due = "ship"`: what is there leaves tonight, whichever of the three promises it has."""
    expect(
        Example(
            demand="""
                order qty promised_on ship_by deliver_by transit_days
                O1    2   03-20       -       -          0
                O2    2   -           03-19   -          0
                O3    2   -           -       03-25      3
            """,
            supply="qty\n9",
            policy=SHIP,
        ),
        allocations="order qty kind\nO1 2 release\nO2 2 release\nO3 2 release",
    )


def test_all_that_is_due_is_served_before_anything_that_is_not(expect: Expect) -> None:
    """What is not due takes what all due lines leave, whatever its rank; then by rank."""
    expect(
        Example(
            demand="""
                order qty promised_on priority
                O1    4   03-20       1
                O2    4   03-03       9
                O3    4   03-21       2
            """,
            supply="qty\n9",
            policy=SHIP,
        ),
        allocations="order qty kind\nO2 4 release\nO1 4 release\nO3 1 reserve",
        reservations="order qty reason\nO3 1 not_due",
    )


def test_who_shares_shares_first_what_is_due(expect: Expect) -> None:
    """Under fair share due lines are levelled first, then those that are not due, tier by tier."""
    expect(
        Example(
            demand="""
                order qty promised_on priority
                O1    4   03-20       1
                O2    4   03-03       5
                O3    4   03-02       5
            """,
            supply="qty\n6",
            policy=SHIP | {"fair_share": "water_filling"},
        ),
        allocations="order qty\nO2 3\nO3 3",
    )


def test_an_order_leaves_early_with_all_of_it_or_is_reserved(expect: Expect) -> None:
    """Before it is due a line leaves only if all that is open of its order leaves: no extra parcel."""
    expect(
        Example(
            demand="""
                order qty sku promised_on
                O1    2   A   03-20
                O1    2   B   03-20
                O2    2   C   03-20
                O2    2   D   03-20
            """,
            supply="qty sku\n2 A\n1 B\n2 C\n2 D",
            policy=SHIP,
        ),
        allocations="""
            order line qty kind
            O1    1    2   reserve
            O1    2    1   reserve
            O2    1    2   release
            O2    2    2   release
        """,
        reservations="order line qty reason\nO1 1 2 not_due\nO1 2 1 not_due",
    )


def test_what_is_due_of_an_order_does_not_wait_for_what_is_not(expect: Expect) -> None:
    """A due line leaves tonight; the rest of its order goes with it if all of it is there, else later."""
    expect(
        Example(
            demand="""
                order qty sku promised_on
                O1    2   A   03-03
                O1    2   B   03-20
                O2    2   A   03-03
                O2    2   C   03-20
            """,
            supply="qty sku\n4 A\n2 B\n1 C",
            policy=SHIP,
        ),
        allocations="""
            order line qty kind
            O1    1    2   release
            O1    2    2   release
            O2    1    2   release
            O2    2    1   reserve
        """,
    )


def test_a_line_that_must_not_leave_keeps_its_order_from_leaving_early(expect: Expect) -> None:
    """A line before its ship_not_before stays, so what is not due of its order stays, too."""
    expect(
        Example(
            demand="""
                order qty sku promised_on ship_not_before
                O1    2   A   03-20       -
                O1    2   B   -           03-04
            """,
            supply="qty sku\n2 A\n2 B",
            policy=SHIP,
        ),
        allocations="order line qty kind\nO1 1 2 reserve\nO1 2 2 reserve",
        reservations="order line reason qty\nO1 1 not_due 2\nO1 2 ship_not_before 2",
    )


def test_a_release_limit_keeps_an_early_order_whole(expect: Expect) -> None:
    """Where a warehouse can release no more lines, what would leave early stays as a whole."""
    expect(
        Example(
            demand="""
                order qty sku promised_on
                O1    2   A   03-20
                O1    2   B   03-20
            """,
            supply="qty sku\n2 A\n2 B",
            policy=SHIP,
            max_release_lines=1,
        ),
        allocations="order line qty kind\nO1 1 2 reserve\nO1 2 2 reserve",
        reservations="order line reason qty\nO1 1 not_due 2\nO1 2 release_limit 2",
    )


def test_a_retailer_with_a_delivery_day_gets_nothing_early(expect: Expect) -> None:
    """An order of type b2b with deliver_by is reserved until it is due: retailers fine early arrivals."""
    expect(
        Example(
            demand="""
                order qty order_type deliver_by promised_on
                O1    2   b2b        03-20      -
                O2    2   dtc        03-20      -
                O3    2   b2b        -          03-20
                O4    2   b2b        03-03      -
            """,
            supply="qty\n9",
            policy=SHIP,
        ),
        allocations="""
            order qty kind
            O1    2   reserve
            O2    2   release
            O3    2   release
            O4    2   release
        """,
    )


def test_a_segment_may_ship_early_to_retailers_too(expect: Expect) -> None:
    """Where a segment names `not_due`, it says so of b2b orders with deliver_by as well."""
    early = {"name": "early", "channel": ("shop",), "not_due": "ship"}
    expect(
        Example(
            demand="""
                order qty order_type deliver_by channel
                O1    2   b2b        03-20      shop
                O2    2   b2b        03-20      web
            """,
            supply="qty\n9",
            policy=SHIP | {"segments": (early,)},
        ),
        allocations="order qty kind\nO1 2 release\nO2 2 reserve",
    )


def test_under_reserve_a_promise_keeps_its_units_until_it_is_due(expect: Expect) -> None:
    """`not_due = "reserve"`: the day before the last shipping day it stays, on that day it leaves."""
    expect(
        Example(
            demand="order qty promised_on\nO1 2 03-04\nO2 2 03-03",
            supply="qty\n9",
            policy=RESERVE,
        ),
        allocations="order qty kind\nO1 2 reserve\nO2 2 release",
    )


def test_a_release_date_reserves_so_many_days_before_it(expect: Expect) -> None:
    """`reserve_ahead_days` (7 calendar days): 10 March is reserved for on the night that ships on the 3rd."""
    expect(
        Example(
            demand="order qty ship_not_before\nO1 2 03-10\nO2 2 03-11",
            supply="qty\n9",
            policy=SHIP,
        ),
        allocations="order qty kind\nO1 2 reserve",
        reservations="order qty reason\nO1 2 ship_not_before",
        decisions="order qty reason\nO2 2 not_due",
    )


def test_outside_of_these_days_a_reservation_is_given_back(expect: Expect) -> None:
    """What is held for a release date that is further away goes back to the shelf."""
    expect(
        Example(
            demand="""
                order qty held ship_not_before
                O1    0   W1:4 03-05
                O2    0   W1:4 03-06
                O3    3   -    -
            """,
            supply="qty\n8",
            policy=SHIP | {"reserve_ahead_days": 2},
        ),
        allocations="order qty kind\nO3 3 release",
        lost_reservations="order qty lost_reason to\nO2 4 too_early O3",
        reservations="order qty reason\nO1 4 ship_not_before",
    )


def test_without_days_ahead_a_release_date_holds_nothing_before_it(expect: Expect) -> None:
    """`reserve_ahead_days = 0`: nothing is reserved before the shipping day is the release date."""
    expect(
        Example(
            demand="order qty ship_not_before\nO1 2 03-04\nO2 2 03-03",
            supply="qty\n9",
            policy=SHIP | {"reserve_ahead_days": 0},
        ),
        allocations="order qty kind\nO2 2 release",
    )


def test_an_item_that_is_not_sold_yet_is_reserved_for_its_first_day(expect: Expect) -> None:
    """`available_from` of an item is a release date, too; a line due before it is reserved, and stays."""
    expect(
        Example(
            demand="order qty sku\nO1 2 A\nO2 2 B\nO3 2 C",
            supply="qty sku\n2 A\n2 B\n2 C",
            items="sku available_from\nA 03-10\nB 03-11\nC 03-03",
            policy=SHIP,
        ),
        allocations="order qty kind\nO1 2 reserve\nO3 2 release",
        reservations="order qty reason\nO1 2 item_hold",
        decisions="order qty reason\nO2 2 item_hold",
    )


def test_under_wait_a_release_date_reserves_only_what_is_due_then(expect: Expect) -> None:
    """`not_due = "wait"`: a pre-order is kept for its release date; a later promise waits beyond it."""
    expect(
        Example(
            demand="""
                order qty ship_not_before promised_on
                O1    2   03-06           -
                O2    2   03-06           03-06
                O3    2   03-06           03-07
                O4    2   -               03-20
            """,
            supply="qty\n9",
            policy=WAIT,
        ),
        allocations="order qty kind\nO1 2 reserve\nO2 2 reserve",
        decisions="order qty reason\nO3 2 not_due\nO4 2 not_due",
    )


def test_a_horizon_makes_more_due_on_the_release_date(expect: Expect) -> None:
    """`horizon_days` shifts what is due, on the release date as well."""
    expect(
        Example(
            demand="order qty ship_not_before promised_on\nO1 2 03-09 03-10\nO2 2 03-09 03-11",
            supply="qty\n9",
            policy=WAIT | {"horizon_days": 1},
        ),
        allocations="order qty kind\nO1 2 reserve",
    )


def test_who_is_not_due_is_not_short(expect: Expect) -> None:
    """Back orders and `on_short` stay tied to being due: an early line that lacks units just waits."""
    expect(
        Example(
            demand="order qty promised_on\nO1 5 03-20\nO2 5 03-03",
            supply="qty\n7",
            policy=SHIP | {"on_short": "cancel_rest"},
        ),
        allocations="order qty kind\nO1 2 reserve\nO2 5 release",
        cancellations="order qty",
        standings="order short_qty backordered_qty is_due\nO1 3 0 no\nO2 0 0 yes",
    )
