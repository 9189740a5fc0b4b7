"""Shipments: an order ships in parts so often, and then all that is left of it together.

Every parcel has its price, and a buyer who opens the fifth box of one order is no longer pleased with the
first. But to wait for the last screw before anything leaves is worse. `max_shipments` is the middle: what is
there goes out, and the last shipment brings all the rest. A shipment is a night and a warehouse that released
units of the order; one whose units were not found is none.
"""

from __future__ import annotations

from tests.spec.tables import Example, Expect

TWO = {"max_shipments": 2}
ONCE = """
    order qty warehouse released_on shipped_qty
    O1    3   W1        02-27       3
"""
THREE_LINES = """
    order sku qty
    O1    A   2
    O1    B   2
    O1    C   2
"""


def test_an_order_ships_in_parts_until_its_last_shipment_which_is_complete(expect: Expect) -> None:
    """`max_shipments = k`: with k - 1 shipments behind it, the rest of an order ships complete."""
    demand = "order qty\nO1 6"
    expect(Example(demand=demand, supply="qty\n4", policy=TWO), allocations="order qty kind\nO1 4 release")
    expect(
        Example(demand=demand, supply="qty\n4", releases=ONCE, policy=TWO),
        allocations="order qty kind",
        decisions="order reason qty\nO1 group_incomplete 4\nO1 no_stock 2",
    )
    expect(
        Example(demand=demand, supply="qty\n6", releases=ONCE, policy=TWO),
        allocations="order qty kind\nO1 6 release",
    )


def test_a_shipment_is_a_night_and_a_warehouse(expect: Expect) -> None:
    """What a warehouse released on a night is one shipment, also while awaited; not if nothing was found."""
    expect(
        Example(
            demand="""
                order sku qty
                O1    A   9
                O2    B   9
                O3    C   9
                O4    D   9
            """,
            supply="sku qty\nA 8\nB 8\nC 8\nD 8",
            releases="""
                order line qty warehouse released_on shipped_qty is_open
                O1    1    3   W1        02-27       3           no
                O1    2    3   W1        02-27       3           no
                O2    1    3   W1        02-27       3           no
                O2    2    3   W2        02-27       3           no
                O3    1    3   W1        02-26       3           no
                O3    1    3   W1        02-27       0           yes
                O4    1    3   W1        02-26       3           no
                O4    1    3   W1        02-27       0           no
            """,
            policy={"max_shipments": 3},
        ),
        allocations="order qty kind\nO1 8 release\nO4 8 release",
        decisions="""
            order reason           qty
            O1    no_stock         1
            O2    group_incomplete 8
            O2    no_stock         1
            O3    group_incomplete 8
            O3    no_stock         1
            O4    no_stock         1
        """,
    )


def test_units_that_come_back_after_the_last_shipment_need_one_more(expect: Expect) -> None:
    """What is open again after the last shipment, or added to it, ships complete too, a shipment too many."""
    twice = ONCE + "    O1    3   W1        02-28       3"
    expect(
        Example(demand="order qty\nO1 2\nO2 1", supply="qty\n1", releases=twice, policy=TWO),
        allocations="order qty kind\nO2 1 release",
    )


def test_a_line_on_hold_is_part_of_the_last_shipment(expect: Expect) -> None:
    """What must be complete is all that waits of the order, its lines on hold too."""
    expect(
        Example(
            demand="""
                order sku qty hold_reason
                O1    A   2   -
                O1    B   2   client_hold
            """,
            supply="sku qty\nA 2\nB 2",
            releases=ONCE,
            policy=TWO,
        ),
        allocations="order qty kind",
        decisions="order line reason qty\nO1 1 order_hold 2\nO1 2 order_hold 2",
    )


def test_the_rest_is_told_the_day_of_its_last_line(expect: Expect) -> None:
    """After tonight one shipment is left: all that then waits of the order is told its latest line's date."""
    expect(
        Example(
            demand=THREE_LINES,
            supply="sku qty\nA 2",
            inbound="""
                asn sku qty expected_on
                N1  B   2   03-03
                N2  C   2   03-10
            """,
            policy=TWO,
        ),
        allocations="order sku qty kind\nO1 A 2 release",
        standings="""
            order line eta_on eta_reason
            O1    1    03-03  "in stock"
            O1    2    03-11  "waits for line 3"
            O1    3    03-11  "ASN N2 line 1"
        """,
    )
