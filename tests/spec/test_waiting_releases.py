"""Releases that wait: units that are there and stay reserved, since the policy would rather ship more.

Each release is a walk, a box and a freight bill. Where the other half of a line comes the day after tomorrow,
or a release is worth less than its postage, it is cheaper to wait; and a warehouse that can work two hundred
lines a shift gains nothing from three hundred. The units stay reserved, so waiting never loses them.
"""

from __future__ import annotations

from tests.spec.tables import Example, Expect

SOON, LATE = "qty expected_on\n9 03-03", "qty expected_on\n9 03-09"
TEN = "qty\n10"


def test_a_line_waits_for_a_rest_that_comes_soon(expect: Expect) -> None:
    """`wait_for_rest_days`: what is there waits if all the rest is promised within so many working days."""
    policy = {"wait_for_rest_days": 2}
    demand, supply = "order qty\nO1 5", "qty\n3"
    expect(
        Example(demand=demand, supply=supply, inbound=SOON, policy=policy),
        allocations="order qty kind\nO1 3 reserve",
        reservations="order reason qty\nO1 rest_comes_soon 3",
    )
    expect(
        Example(demand=demand, supply=supply, inbound=LATE, policy=policy),
        allocations="order qty kind\nO1 3 release",
    )
    expect(
        Example(demand=demand, supply=supply, inbound="qty expected_on\n1 03-03", policy=policy),
        allocations="order qty kind\nO1 3 release",
    )


def test_a_small_release_waits_unless_it_completes_its_order(expect: Expect) -> None:
    """`min_release_qty`: an order's release of fewer units stays reserved, unless it is the order's last."""
    expect(
        Example(
            demand="""
                order qty sku
                O1    3   A
                O1    9   B
                O2    3   A
                O3    4   A
                O3    9   B
            """,
            supply=TEN,
            policy={"min_release_qty": 4},
        ),
        allocations="order qty kind\nO1 3 reserve\nO2 3 release\nO3 4 release",
        reservations="order reason qty\nO1 small_release 3",
    )


def test_a_small_release_has_the_date_on_which_enough_of_its_order_is_there(expect: Expect) -> None:
    """What waits for more of its order has the date of the next release, and none if nobody knows it."""
    expect(
        Example(
            demand="""
                order qty sku cancel_after
                O1    3   A   -
                O1    2   B   -
                O1    4   C   -
                O2    3   A   -
                O2    9   D   -
                O3    3   A   03-12
                O3    9   D   03-12
            """,
            supply="sku qty\nA 9",
            inbound="""
                asn sku qty expected_on
                N1  B   2   03-03
                N2  C   4   03-05
            """,
            policy={"min_release_qty": 5},
        ),
        standings="""
            order short_qty eta_on eta_reason
            O1    0         03-04  "waits for more of its order"
            O1    2         03-04  "ASN N1 line 1"
            O1    4         03-06  "ASN N2 line 1"
            O2    0         -      "waits for more of its order"
            O2    9         -      "not enough announced"
            O3    0         03-09  "waits for more of its order"
            O3    9         -      "not enough announced"
        """,
    )


def test_what_comes_after_a_release_waits_for_the_one_after_it(expect: Expect) -> None:
    """Every later release must be large enough too, or the last; also where nothing is there tonight."""
    expect(
        Example(
            demand="""
                order qty sku cancel_after
                O1    6   A   -
                O1    2   B   -
                O1    5   C   -
                O1    1   D   -
                O2    2   B   -
                O2    3   C   -
                O3    2   B   03-08
                O3    4   D   03-31
            """,
            supply="sku qty\nA 6",
            inbound="""
                asn sku qty expected_on
                N1  B   6   03-03
                N2  C   8   03-09
                N3  D   5   03-16
            """,
            policy={"min_release_qty": 5},
        ),
        allocations="order qty kind\nO1 6 release",
        standings="""
            order short_qty eta_on eta_reason
            O1    0         03-03  "in stock"
            O1    2         03-10  "waits for more of its order"
            O1    5         03-10  "ASN N2 line 1"
            O1    1         03-17  "ASN N3 line 1"
            O2    2         03-10  "waits for more of its order"
            O2    3         03-10  "ASN N2 line 1"
            O3    2         03-05  "waits for more of its order"
            O3    4         03-17  "ASN N3 line 1"
        """,
    )


def test_units_that_are_there_and_stay_say_why(expect: Expect) -> None:
    """Every unit that stays reserved has one reason, the first of: hold, dates, completeness, these rules."""
    expect(
        Example(
            demand="""
                order qty held sku ship_rule      hold_reason ship_not_before cancel_after
                O1    0   W1:1 A   partial        "a check"   -               -
                O2    0   W1:1 A   partial        -           -               03-02
                O3    0   W1:1 A   partial        -           03-04           -
                O4    0   W1:1 A   line_complete  -           03-04           -
                O5    0   W1:1 A   order_complete -           -               -
                O5    4   -    B   order_complete -           -               -
            """,
            supply="qty\n5",
            policy={"horizon_days": 1},
        ),
        reservations="""
            order reason           qty
            O1    order_hold       1
            O2    past_cancel_date 1
            O3    ship_not_before  1
            O4    ship_not_before  1
            O5    group_incomplete 1
        """,
    )


def test_the_lines_of_an_order_that_leave_together_count_together(expect: Expect) -> None:
    """A release is small or not by all units of its order that would leave tonight."""
    expect(
        Example(
            demand="order qty sku\nO1 2 A\nO1 2 B\nO1 9 C",
            supply="qty sku\n2 A\n2 B",
            policy={"min_release_qty": 4},
        ),
        allocations="order line qty kind\nO1 1 2 release\nO1 2 2 release",
    )


def test_a_release_of_little_worth_waits(expect: Expect) -> None:
    """`min_release_value`: as with units, by price; an order with a line without a price does not wait."""
    expect(
        Example(
            demand="order qty unit_price\nO1 9 2\nO2 9 3\nO3 9 -",
            supply="qty warehouse\n4 W1\n4 W2\n4 W3",
            warehouses=("W1", "W2", "W3"),
            policy={"min_release_value": 20, "split": False},
        ),
        allocations="order warehouse qty kind\nO1 W1 4 reserve\nO2 W2 4 reserve\nO3 W3 4 release",
    )


def test_a_small_release_leaves_when_its_last_ship_date_is_near(expect: Expect) -> None:
    """`min_release_until_days`: what would next leave later than that before its last date does not wait."""
    expect(
        Example(
            demand="order qty cancel_after\nO1 9 03-07\nO2 9 03-06",
            supply="qty warehouse\n2 W1\n2 W2",
            warehouses=("W1", "W2"),
            policy={"min_release_qty": 4, "min_release_until_days": 3, "split": False},
        ),
        allocations="order qty kind\nO1 2 reserve\nO2 2 release",
    )


def test_a_warehouse_releases_no_more_lines_than_it_can_work(expect: Expect) -> None:
    """`max_release_lines` of a warehouse: a client's lines after the first so many stay reserved, by rank."""
    expect(
        Example(
            demand="order qty priority\nO1 1 5\nO2 1 5\nO3 1 1\nO4 1 5",
            supply=TEN,
            max_release_lines=2,
        ),
        allocations="order qty kind\nO3 1 release\nO1 1 release\nO2 1 reserve\nO4 1 reserve",
        reservations="order reason qty\nO2 release_limit 1\nO4 release_limit 1",
    )


def test_an_order_that_ships_complete_stays_whole_above_the_limit(expect: Expect) -> None:
    """A complete order of which a line lies above the limit stays reserved as a whole."""
    expect(
        Example(
            demand="""
                order qty sku ship_rule
                O1    1   A   partial
                O2    1   A   order_complete
                O2    1   B   order_complete
            """,
            supply="qty sku\n5 A\n5 B",
            max_release_lines=2,
        ),
        allocations="order line qty kind\nO1 1 1 release\nO2 1 1 reserve\nO2 2 1 reserve",
    )
