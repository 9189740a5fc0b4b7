"""One parcel where one warehouse has all: `split = "if_needed"`, the default.

A second parcel costs more than a longer walk. So an order leaves from the first warehouse that alone has as
much of it as all together have, and from several only where none has.
"""

from __future__ import annotations

from tests.spec.tables import Example, Expect

A_AND_B = """
    warehouse sku qty
    W1        A   3
    W2        A   9
    W2        B   9
"""


def test_an_order_ships_from_the_first_warehouse_that_has_all_of_it(expect: Expect) -> None:
    """The first warehouse that alone has as much of the whole order as all together ships it."""
    expect(
        Example(
            demand="""
                order sku qty
                O1    A   1
                O1    B   1
                O2    A   5
                O3    A   2
            """,
            supply=A_AND_B,
            warehouses=("W1", "W2"),
        ),
        allocations="""
            order warehouse sku qty
            O1    W2        A   1
            O1    W2        B   1
            O2    W2        A   5
            O3    W1        A   2
        """,
    )


def test_what_is_nowhere_does_not_split_an_order(expect: Expect) -> None:
    """What counts is what can ship tonight: a line without stock, or the rest of one, calls for no parcel."""
    expect(
        Example(
            demand="""
                order sku qty
                O1    A   9
                O1    B   1
                O1    C   4
            """,
            supply="warehouse sku qty\nW1 C 4\nW2 A 5\nW2 C 4",
            warehouses=("W1", "W2"),
        ),
        allocations="""
            order warehouse sku qty
            O1    W2        A   5
            O1    W2        C   4
        """,
    )


def test_where_no_warehouse_has_all_an_order_is_split(expect: Expect) -> None:
    """Where no warehouse alone has all, each line takes from its warehouses in the order of its list."""
    demand = """
        order sku qty
        O1    A   5
        O1    B   1
    """
    expect(
        Example(demand=demand, supply="warehouse sku qty\nW1 A 3\nW1 B 1\nW2 A 4", warehouses=("W1", "W2")),
        allocations="""
            order warehouse sku qty
            O1    W1        A   3
            O1    W1        B   1
            O1    W2        A   2
        """,
    )
    expect(
        Example(demand=demand, supply=A_AND_B, warehouses=("W1", "W2"), policy={"split": True}),
        allocations="""
            order warehouse sku qty
            O1    W1        A   3
            O1    W2        A   2
            O1    W2        B   1
        """,
    )


def test_a_warehouse_is_chosen_by_what_better_ranks_left(expect: Expect) -> None:
    """The warehouse is chosen at the turn of the order's first line, from what better ranks have left."""
    expect(
        Example(
            demand="""
                order sku qty
                O1    B   8
                O2    A   1
                O2    B   2
            """,
            supply=A_AND_B + "    W3 A 1\n    W3 B 2\n",
            warehouses=("W1", "W2", "W3"),
        ),
        allocations="""
            order warehouse sku qty
            O1    W2        B   8
            O2    W3        A   1
            O2    W3        B   2
        """,
    )


def test_a_rival_in_between_costs_an_order_no_unit(expect: Expect) -> None:
    """A later line keeps to the warehouse if that has as much at its own turn; else it is split."""
    demand = """
        order sku qty promised_on
        O1    A   1   02-26
        O2    B   {qty} 02-27
        O1    B   2   02-28
    """
    supply = "warehouse sku qty\nW1 A 1\nW2 A 1\nW2 B 4\nW3 B 2"
    for qty, given in ((2, "O1 W2 B 2"), (3, "O1 W2 B 1\nO1 W3 B 1")):
        expect(
            Example(demand=demand.format(qty=qty), supply=supply, warehouses=("W1", "W2", "W3")),
            allocations=f"order warehouse sku qty\nO1 W2 A 1\nO2 W2 B {qty}\n{given}",
        )


def test_what_an_order_keeps_says_from_where_it_may_ship_alone(expect: Expect) -> None:
    """What an order keeps names the only warehouse that may ship it alone; if it has not all, it is split."""
    for qty, places in ((3, "O1 W2 3"), (2, "O1 W1 2\nO1 W2 1")):
        expect(
            Example(
                demand="order qty held\nO1 2 W2:1",
                supply=f"warehouse qty\nW1 9\nW2 {qty}",
                warehouses=("W1", "W2"),
            ),
            allocations=f"order warehouse qty\n{places}",
        )


def test_units_that_make_no_whole_multiple_draw_no_order_to_their_warehouse(expect: Expect) -> None:
    """Units that no line may take, since they make no whole multiple, count in no choice of a warehouse."""
    expect(
        Example(
            demand="order sku qty\nO1 B 2\nO1 A 3",
            supply="warehouse sku qty\nW1 B 2\nW2 B 3\nW2 A 2",
            items="sku sell_multiple\nA 3\nB 1",
            warehouses=("W1", "W2"),
        ),
        allocations="order sku warehouse qty\nO1 B W1 2",
    )


def test_lines_of_a_choice_are_tried_in_their_own_order(expect: Expect) -> None:
    """A later line counts in the choice after the lines before it, also if a rival comes between them."""
    expect(
        Example(
            demand="""
                order sku qty promised_on min_shelf_life_days
                O1    B   1   03-01       -
                O1    B   3   03-01       -
                O1    B   8   03-03       1
                O2    B   3   03-02       -
            """,
            supply="""
                warehouse sku lot expiry_on qty
                W1        B   L2  -         4
                W2        B   L1  03-03     22
                W2        A   L3  -         22
            """,
            items="sku sell_multiple substitutes\nA 1 -\nB 3 A",
            warehouses=("W1", "W2"),
            policy={"rank": ("due_on",)},
        ),
        allocations="""
            order line sku warehouse qty
            O1    1    B   W2        1
            O1    2    B   W2        3
            O1    3    A   W2        8
            O2    1    B   W1        3
        """,
    )


def test_lines_that_are_not_due_choose_no_warehouse(expect: Expect) -> None:
    """Lines that are not due do not count in the choice, but keep to it; if none is due they choose."""
    supply = "warehouse sku qty\nW1 A 1\nW2 A 1\nW2 B 1"
    for due, place in (("03-02", "W1"), ("03-09", "W2")):
        expect(
            Example(
                demand=f"""
                    order sku qty promised_on
                    O1    A   1   {due}
                    O1    B   1   03-09
                """,
                supply=supply,
                warehouses=("W1", "W2"),
                policy={"not_due": "reserve"},
            ),
            allocations=f"""
                order warehouse sku qty
                O1    {place}   A   1
                O1    W2        B   1
            """,
        )
