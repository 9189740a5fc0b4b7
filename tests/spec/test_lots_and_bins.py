"""Lots and bins: which units a release takes.

The same number of units can be picked in many ways. The right one sells what expires first, keeps to the
walk that your pickers know, and leaves alone what is on hold or kept back for safety. Lots are chosen last,
when units really leave, so that the oldest stock never waits on the shelf for an order that may not ship.
"""

from __future__ import annotations

from tests.spec.tables import Example, Expect

LOTS = """
    lot bin expiry_on first_seen_on qty
    L1  B1  -         01-05         2
    L2  B1  03-20     01-20         2
    L3  B1  03-10     01-10         2
"""


def test_the_lot_that_expires_first_goes_first(expect: Expect) -> None:
    """FEFO: the earliest expiry goes first, lots without expiry last."""
    expect(
        Example(demand="order qty\nO1 3\nO2 2", supply=LOTS),
        allocations="""
            order lot qty
            O1    L3  2
            O1    L2  1
            O2    L2  1
            O2    L1  1
        """,
    )


def test_the_lot_seen_first_goes_first(expect: Expect) -> None:
    """FIFO: the lot that was seen first goes first, whatever its expiry."""
    expect(
        Example(demand="order qty\nO1 3\nO2 2", supply=LOTS, policy={"lot_order": "fifo"}),
        allocations="""
            order lot qty
            O1    L1  2
            O1    L3  1
            O2    L3  1
            O2    L2  1
        """,
    )


def test_the_lot_seen_last_goes_first(expect: Expect) -> None:
    """LIFO: the lot that was seen last goes first, whatever its expiry; one past its last day still stays."""
    expect(
        Example(demand="order qty\nO1 3\nO2 2", supply=LOTS, policy={"lot_order": "lifo"}),
        allocations="""
            order lot qty
            O1    L2  2
            O1    L3  1
            O2    L3  1
            O2    L1  1
        """,
    )


def test_bins_are_emptied_in_the_walking_order_of_the_warehouse(expect: Expect) -> None:
    """Within a lot the bins follow the warehouse's own order."""
    bins = "bin qty\nb1 100\nb2 100\nb3 100"
    order = ("b2", "b3", "b1")
    expect(
        Example(demand="order qty\nO1 150", supply=bins, bin_order=order),
        allocations="""
            order bin qty
            O1    b2  100
            O1    b3  50
        """,
    )
    expect(
        Example(demand="order qty\nO1 400", supply=bins, bin_order=order),
        allocations="order qty\nO1 300",
        decisions="order reason qty\nO1 no_stock 100",
    )


def test_bins_without_a_place_follow_in_natural_order(expect: Expect) -> None:
    """Bins that the warehouse does not name follow in natural order: b2 before b10."""
    expect(
        Example(demand="order qty\nO1 5", supply="bin qty\nb10 2\nb2 2\nb1 2", bin_order=("b1",)),
        allocations="""
            order bin qty
            O1    b1  2
            O1    b2  2
            O1    b10 1
        """,
    )


def test_a_lot_is_usable_through_its_expiry_date(expect: Expect) -> None:
    """A lot may still ship on its expiry date, and not the day after."""
    expect(
        Example(
            demand="order qty\nO1 5",
            supply="""
                lot expiry_on qty
                L1  03-02     2
                L2  03-03     2
            """,
        ),
        allocations="""
            order lot qty
            O1    L2  2
        """,
        decisions="""
            order reason     qty
            O1    shelf_life 2
            O1    no_stock   1
        """,
    )


def test_reservations_occupy_no_lot(expect: Expect) -> None:
    """Lot and bin are chosen at release: a reservation of a better rank does not keep the oldest lot."""
    expect(
        Example(
            demand="""
                order qty held ship_not_before priority
                O1    0   W1:2 03-09           1
                O2    2   -    -               5
            """,
            supply="""
                lot expiry_on qty
                L1  03-05     2
                L2  03-20     2
            """,
        ),
        allocations="""
            order lot qty
            O2    L1  2
        """,
    )


def test_safety_stock_is_cut_from_the_end_of_the_lot_order(expect: Expect) -> None:
    """Safety stock is kept back in each warehouse, from the lots that would go last."""
    expect(
        Example(
            demand="order qty\nO1 9",
            supply=LOTS,
            items="""
                sku safety_stock_qty is_active
                A   3                yes
            """,
        ),
        allocations="""
            order lot qty
            O1    L3  2
            O1    L2  1
        """,
        decisions="""
            order reason       qty
            O1    safety_stock 3
            O1    no_stock     3
        """,
    )


def test_units_on_hold_are_not_for_sale(expect: Expect) -> None:
    """Units on hold take no part, and explain a shortage."""
    expect(
        Example(
            demand="order qty\nO1 9",
            supply="""
                bin account  hold_reason qty
                B1  FREE     ""          2
                B1  HOLD     damaged     3
                B2  RELEASED ""          4
            """,
        ),
        allocations="""
            order qty
            O1    2
        """,
        decisions="""
            order reason   qty
            O1    lot_hold 3
            O1    no_stock 4
        """,
    )
