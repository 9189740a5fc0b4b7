"""Segments: orders of one client under different rules.

A merchant sells to retail chains and to people at home, from the same shelf. A chain wants whole orders in
one delivery, a person wants what is there. So a policy may have segments: lines that fit one of them follow
its rules, all others the policy.
"""

from __future__ import annotations

from tests.spec.tables import Example, Expect

CHAIN = {"name": "chain", "order_type": ("b2b",)}
SHOP = {"name": "shop", "channel": ("shop",)}


def test_a_segment_decides_for_its_orders_how_many_warehouses_they_ship_from(expect: Expect) -> None:
    """`split` of a segment holds for its orders alone."""
    expect(
        Example(
            demand="""
                order qty sku order_type
                O1    5   A   b2b
                O2    5   B   dtc
            """,
            supply="""
                warehouse qty sku
                W1        2   A
                W2        3   A
                W1        2   B
                W2        3   B
            """,
            warehouses=("W1", "W2"),
            policy={"segments": (CHAIN | {"split": False},)},
        ),
        allocations="""
            order warehouse qty
            O1    W1        2
            O2    W1        2
            O2    W2        3
        """,
    )


def test_a_segment_limits_the_shipments_of_its_orders(expect: Expect) -> None:
    """`max_shipments` of a segment counts for its orders alone: here they ship once, complete."""
    expect(
        Example(
            demand="""
                order qty sku order_type
                O1    5   A   b2b
                O1    5   B   b2b
                O2    5   C   dtc
                O2    5   D   dtc
            """,
            supply="qty sku\n5 A\n5 C",
            policy={"segments": (CHAIN | {"max_shipments": 1},)},
        ),
        allocations="order qty sku\nO2 5 C",
    )


def test_a_segment_has_a_least_release_of_its_own(expect: Expect) -> None:
    """`min_release_qty` of a segment: its orders wait for more, others leave with what is there."""
    expect(
        Example(
            demand="""
                order qty sku order_type
                O1    9   A   b2b
                O2    9   B   dtc
            """,
            supply="qty sku\n4 A\n4 B",
            policy={"segments": (CHAIN | {"min_release_qty": 6},)},
        ),
        allocations="""
            order qty kind
            O1    4   reserve
            O2    4   release
        """,
        reservations="order qty reason\nO1 4 small_release",
    )


def test_a_segment_may_have_no_least_release_where_the_policy_has_one(expect: Expect) -> None:
    """A segment's `min_release_qty = 1` keeps nothing back, whatever the policy says."""
    expect(
        Example(
            demand="""
                order qty sku order_type
                O1    9   A   b2b
                O2    9   B   dtc
            """,
            supply="qty sku\n4 A\n4 B",
            policy={"min_release_qty": 6, "segments": ({**CHAIN, "min_release_qty": 1},)},
        ),
        allocations="""
            order qty kind
            O1    4   release
            O2    4   reserve
        """,
    )


def test_small_releases_of_a_segment_wait_until_days_of_its_own(expect: Expect) -> None:
    """`min_release_until_days` of a segment: so long before the last ship date none of them waits."""
    expect(
        Example(
            demand="""
                order qty sku order_type cancel_after
                O1    9   A   b2b        03-06
                O2    9   B   dtc        03-06
            """,
            supply="qty sku\n4 A\n4 B",
            policy={
                "min_release_qty": 6,
                "min_release_until_days": 1,
                "segments": (CHAIN | {"min_release_until_days": 9},),
            },
        ),
        allocations="""
            order qty kind
            O1    4   release
            O2    4   reserve
        """,
    )


def test_a_segment_decides_whether_its_orders_reserve_before_they_are_due(expect: Expect) -> None:
    """`not_due` of a segment: its orders take what is left, after all that is due."""
    expect(
        Example(
            demand="""
                order qty promised_on order_type
                O1    3   03-20       b2b
                O2    3   03-20       dtc
            """,
            supply="qty\n6",
            policy={"not_due": "wait", "segments": (CHAIN | {"not_due": "reserve"},)},
        ),
        allocations="order qty kind\nO1 3 reserve",
        decisions="order reason qty\nO2 not_due 3",
    )


def test_the_orders_of_a_segment_are_due_earlier(expect: Expect) -> None:
    """`horizon_days` of a segment: its orders are due so many days early."""
    expect(
        Example(
            demand="""
                order qty promised_on order_type
                O1    3   03-10       b2b
                O2    3   03-10       dtc
            """,
            supply="qty\n6",
            policy={"not_due": "wait", "segments": (CHAIN | {"horizon_days": 8},)},
        ),
        allocations="order qty kind\nO1 3 release",
        standings="order is_due\nO1 yes\nO2 no",
    )


def test_of_each_rule_the_first_segment_counts_that_names_it(expect: Expect) -> None:
    """A line that fits two segments follows both; where both name a rule, the first in the file."""
    first = SHOP | {"min_release_qty": 6}
    second = CHAIN | {"min_release_qty": 1, "horizon_days": 30}
    expect(
        Example(
            demand="""
                order qty sku promised_on order_type channel
                O1    9   A   03-20       b2b        shop
                O2    9   B   03-20       b2b        web
                O3    9   C   03-20       dtc        shop
            """,
            supply="qty sku\n4 A\n4 B\n4 C",
            policy={"not_due": "wait", "segments": (first, second)},
        ),
        allocations="""
            order qty kind
            O1    4   reserve
            O2    4   release
        """,
        reservations="order qty reason\nO1 4 small_release",
    )


def test_an_order_follows_the_segments_of_its_first_line(expect: Expect) -> None:
    """Rules of orders are those of the line with the lowest number, also when that line waits no more."""
    expect(
        Example(
            demand="""
                order qty sku order_type shipped_qty
                O1    0   A   b2b        5
                O1    9   A   dtc        0
                O2    0   B   dtc        5
                O2    9   B   b2b        0
            """,
            supply="qty sku\n4 A\n4 B",
            policy={"segments": (CHAIN | {"min_release_qty": 6},)},
        ),
        allocations="""
            order line qty kind
            O1    2    4   reserve
            O2    2    4   release
        """,
    )


def test_a_line_follows_its_own_segments_where_a_rule_is_of_lines(expect: Expect) -> None:
    """`standing` and `on_short` are those of each line, whatever the order's first line says."""
    expect(
        Example(
            demand="""
                order qty sku order_type
                O1    5   A   dtc
                O1    5   B   b2b
            """,
            supply="qty sku\n4 A\n4 B",
            policy={"segments": (CHAIN | {"on_short": "cancel_rest"},)},
        ),
        allocations="order line qty\nO1 1 4\nO1 2 4",
        cancellations="order line qty\nO1 2 1",
    )


def test_a_segment_may_be_a_single_consignee_or_country(expect: Expect) -> None:
    """A segment names values of any of six columns; a line without a value there does not fit."""
    consignee = {"name": "one", "consignee_id": ("c7",), "min_release_qty": 6}
    country = {"name": "abroad", "ship_to_country": ("NO", "CH"), "min_release_qty": 6}
    expect(
        Example(
            demand="""
                order qty sku consignee_id ship_to_country
                O1    9   A   c7           -
                O2    9   B   c8           CH
                O3    9   C   c8           DE
                O4    9   D   -            -
            """,
            supply="qty sku\n4 A\n4 B\n4 C\n4 D",
            policy={"segments": (consignee, country)},
        ),
        allocations="""
            order qty kind
            O1    4   reserve
            O2    4   reserve
            O3    4   release
            O4    4   release
        """,
    )
