"""Shipments from several warehouses: each of them is a parcel of its own.

An order of two shipments whose goods lie in two warehouses has used up both when each has sent its part. So
the program looks ahead: a warehouse releases only if a shipment is left for what then waits, and the last one
brings all of it from one place.
"""

from __future__ import annotations

from tests.spec.tables import Example, Expect
from tests.spec.test_max_shipments import ONCE, THREE_LINES, TWO

BOTH = ("W1", "W2")


def test_the_last_shipment_comes_from_one_warehouse(expect: Expect) -> None:
    """Two warehouses were two shipments, so the last comes from the first that has all of it."""
    demand = "order sku qty\nO1 A 2\nO1 B 2"
    expect(
        Example(
            demand=demand,
            supply="""
                warehouse sku qty
                W1        A   2
                W2        A   2
                W2        B   2
            """,
            releases=ONCE,
            warehouses=BOTH,
            policy=TWO,
        ),
        allocations="order sku warehouse qty kind\nO1 A W2 2 release\nO1 B W2 2 release",
    )
    expect(
        Example(
            demand=demand,
            supply="warehouse sku qty\nW1 A 2\nW2 B 2",
            releases=ONCE,
            warehouses=BOTH,
            policy=TWO,
        ),
        allocations="order sku warehouse qty kind",
    )


def test_one_shipment_is_left_for_the_rest(expect: Expect) -> None:
    """Tonight only so many warehouses release that the rest has a shipment left, in the order of the list."""
    expect(
        Example(
            demand=THREE_LINES,
            supply="warehouse sku qty\nW1 B 2\nW2 A 2",
            inbound="sku qty expected_on\nC 9 03-04",
            warehouses=BOTH,
            policy=TWO,
        ),
        allocations="""
            order sku warehouse qty kind
            O1    A   W2        2   reserve
            O1    B   W1        2   release
        """,
        reservations="order sku warehouse reason qty\nO1 A W2 shipments_left 2",
    )


def test_all_leave_if_that_completes_the_order(expect: Expect) -> None:
    """From as many warehouses as it has shipments left, if nothing of the order then waits."""
    expect(
        Example(
            demand=THREE_LINES,
            supply="warehouse sku qty\nW1 B 2\nW2 A 2\nW2 C 2",
            warehouses=BOTH,
            policy=TWO,
        ),
        allocations="""
            order sku warehouse qty kind
            O1    A   W2        2   release
            O1    B   W1        2   release
            O1    C   W2        2   release
        """,
    )


def test_a_last_shipment_that_a_limit_breaks_leaves_one_for_the_rest(expect: Expect) -> None:
    """Where a warehouse releases no more lines, what would have been complete leaves as a part."""
    expect(
        Example(
            demand="""
                order sku qty warehouse_ids
                O1    A   1   W1
                O2    B   2   W2|W1
                O2    A   2   W2|W1
                O2    C   2   W2|W1
            """,
            supply="warehouse sku qty\nW1 A 3\nW1 B 2\nW2 C 2",
            warehouses=BOTH,
            max_release_lines=2,
            policy=TWO,
        ),
        allocations="""
            order sku warehouse qty kind
            O1    A   W1        1   release
            O2    A   W1        2   reserve
            O2    B   W1        2   reserve
            O2    C   W2        2   release
        """,
    )


def test_reservations_that_cannot_leave_together_are_given_up(expect: Expect) -> None:
    """Before its last shipment an order keeps what it has reserved in one warehouse, not in two."""
    expect(
        Example(
            demand="""
                order sku qty held
                O1    A   0   W1:2
                O1    B   0   W2:2
                O2    A   1   -
            """,
            supply="warehouse sku qty\nW1 A 2\nW2 B 2",
            releases=ONCE,
            warehouses=BOTH,
            policy=TWO,
        ),
        allocations="order sku warehouse qty kind\nO2 A W1 1 release",
        lost_reservations="""
            order line warehouse lost_qty lost_reason
            O1    1    W1        2        not_together
            O1    2    W2        2        not_together
        """,
    )
    expect(
        Example(
            demand="""
                order sku qty held
                O1    A   0   W1:2
                O1    B   2   -
                O2    A   1   -
            """,
            supply="warehouse sku qty\nW1 A 2\nW2 B 2",
            releases=ONCE,
            warehouses=BOTH,
            policy=TWO,
        ),
        allocations="order sku warehouse qty kind",
        lost_reservations="order line warehouse lost_qty",
    )


def test_a_complete_line_is_one_shipment(expect: Expect) -> None:
    """A line or order that ships complete by its own rule comes from one warehouse too."""
    expect(
        Example(
            demand="order qty ship_rule\nO1 4 line_complete\nO2 5 partial",
            supply="warehouse qty\nW1 3\nW2 3",
            warehouses=BOTH,
            policy={"max_shipments": 3},
        ),
        allocations="order warehouse qty kind\nO2 W1 3 release\nO2 W2 2 release",
    )
