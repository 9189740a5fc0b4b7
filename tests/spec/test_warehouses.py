"""Several warehouses: from one if it has all, from several, or never from several.

Stock in the north does not help a parcel from the south unless somebody says that it may. The order of the
list is the cheapest way to the consignee, and splitting buys speed for a second parcel.
"""

from __future__ import annotations

from tests.spec.tables import Example, Expect

FOUR_AND_THREE = """
    warehouse qty
    W1        4
    W2        3
"""


def test_what_comes_is_promised_from_any_warehouse(expect: Expect) -> None:
    """Announced goods are promised as under `true`: what decides is the day."""
    expect(
        Example(
            demand="order qty\nO1 4",
            inbound="asn warehouse qty expected_on\nN1 W1 2 03-04\nN2 W2 9 03-05",
            warehouses=("W1", "W2"),
        ),
        pegs="""
            order asn qty
            O1    N1  2
            O1    N2  2
        """,
    )


def test_a_line_takes_from_its_warehouses_in_order(expect: Expect) -> None:
    """Under `true` a line takes from its warehouses in the order of its list."""
    expect(
        Example(
            demand="order qty\nO1 5",
            supply=FOUR_AND_THREE,
            warehouses=("W1", "W2"),
            policy={"split": True},
        ),
        allocations="""
            order warehouse qty
            O1    W1        4
            O1    W2        1
        """,
    )
    expect(
        Example(
            demand="order qty\nO1 5",
            supply=FOUR_AND_THREE,
            warehouses=("W2", "W1"),
            policy={"split": True},
        ),
        allocations="""
            order warehouse qty
            O1    W2        3
            O1    W1        2
        """,
    )


def test_nothing_leaks_from_one_warehouse_to_another(expect: Expect) -> None:
    """A line is never served from a warehouse that is not in its list."""
    expect(
        Example(
            demand="""
                order qty warehouse_ids
                O1    4   W1
                O2    4   W2
            """,
            supply="""
                warehouse qty
                W1        2
                W2        2
            """,
            warehouses=("W1", "W2"),
        ),
        allocations="""
            order warehouse qty
            O1    W1        2
            O2    W2        2
        """,
    )


def test_units_in_another_warehouse_are_named_as_the_reason(expect: Expect) -> None:
    """Units that are left where the line may not be served explain its shortage."""
    expect(
        Example(
            demand="""
                order qty warehouse_ids
                O1    4   W1
            """,
            supply="""
                warehouse qty
                W1        1
                W2        2
            """,
            warehouses=("W1", "W2"),
        ),
        decisions="""
            order reason          qty
            O1    other_warehouse 2
            O1    no_stock        1
        """,
    )


def test_without_splitting_the_first_warehouse_that_has_all_serves(expect: Expect) -> None:
    """Without splitting, the first warehouse that can serve the whole line does."""
    expect(
        Example(
            demand="order qty\nO1 5",
            supply="""
                warehouse qty
                W1        4
                W2        6
            """,
            warehouses=("W1", "W2"),
            policy={"split": False},
        ),
        allocations="""
            order warehouse qty
            O1    W2        5
        """,
    )


def test_without_splitting_a_partial_line_takes_from_the_first_with_a_unit(expect: Expect) -> None:
    """Without splitting, if no warehouse has all, a partial line takes from the first that has any."""
    expect(
        Example(
            demand="order qty\nO1 9",
            supply="""
                warehouse qty
                W2        3
                W3        6
            """,
            warehouses=("W1", "W2", "W3"),
            policy={"split": False},
        ),
        allocations="""
            order warehouse qty
            O1    W2        3
        """,
        decisions="""
            order reason          qty
            O1    other_warehouse 6
        """,
    )


def test_without_splitting_a_complete_order_ships_from_one_warehouse(expect: Expect) -> None:
    """Without splitting, an order that ships complete needs one warehouse with all of it."""
    demand = """
        order sku qty ship_rule
        O1    A   2   order_complete
        O1    B   2   order_complete
    """
    expect(
        Example(
            demand=demand,
            supply="warehouse sku qty\nW1 A 2\nW2 B 2",
            warehouses=("W1", "W2"),
            policy={"split": False},
        ),
        allocations="order qty",
        decisions="""
            order line reason           qty
            O1    1    group_incomplete 2
            O1    2    group_incomplete 2
        """,
    )
    expect(
        Example(
            demand=demand,
            supply="""
                warehouse sku qty
                W1        A   2
                W2        A   2
                W2        B   2
            """,
            warehouses=("W1", "W2"),
            policy={"split": False},
        ),
        allocations="""
            order sku warehouse qty
            O1    A   W2        2
            O1    B   W2        2
        """,
    )


def test_without_splitting_new_units_join_those_already_reserved(expect: Expect) -> None:
    """Without splitting, what is reserved somewhere fixes the warehouse for the rest."""
    expect(
        Example(
            demand="""
                order qty held
                O1    3   W2:1
            """,
            supply="""
                warehouse qty
                W1        9
                W2        3
            """,
            warehouses=("W1", "W2"),
            policy={"split": False},
        ),
        allocations="""
            order warehouse qty from_reserved_qty
            O1    W2        3   1
        """,
    )
