"""Successors: the item that follows another one serves its lines once the other is gone.

The old kettle is not made any more; the maker sends the new one. Whoever waits for the old one should not be
told "no date" for ever, and nobody should have to rewrite his order. As long as old ones stand or are on
their way they are sent first; then the new one goes out in their place, and the consignee reads its name.
"""

from __future__ import annotations

from tests.spec.tables import Example, Expect

KETTLES = """
    sku    replaced_by
    kettle kettle-2
    kettle-2 -
"""


def test_the_successor_serves_once_the_old_item_is_gone(expect: Expect) -> None:
    """Where none of the ordered item is left or announced, its successor goes out for it, one for one."""
    expect(
        Example(
            demand="order sku qty\nO1 kettle 5",
            supply="""
                sku      qty
                kettle   2
                kettle-2 9
            """,
            items=KETTLES,
        ),
        allocations="""
            order sku      qty kind
            O1    kettle   2   release
            O1    kettle-2 3   release
        """,
    )


def test_nothing_follows_an_item_that_is_still_to_come(expect: Expect) -> None:
    """As long as any of the old item is announced for a warehouse of the line, the line waits for it."""
    example = Example(
        demand="order sku qty\nO1 kettle 5",
        supply="sku qty\nkettle-2 9",
        inbound="""
            asn sku    qty expected_on
            N1  kettle 1   03-06
        """,
        items=KETTLES,
    )
    expect(example, allocations="order qty\nO1 0", pegs="order asn qty\nO1 N1 1")


def test_what_another_warehouse_expects_is_not_to_come(expect: Expect) -> None:
    """An announcement for a warehouse that the line may not use keeps no successor away."""
    expect(
        Example(
            demand="order sku qty warehouse_ids\nO1 kettle 5 W1",
            supply="sku qty\nkettle-2 9",
            inbound="""
                asn sku    qty expected_on warehouse
                N1  kettle 1   03-06       W2
            """,
            items=KETTLES,
            warehouses=("W1", "W2"),
        ),
        allocations="order sku qty\nO1 kettle-2 5",
    )


def test_a_date_rests_on_the_successor(expect: Expect) -> None:
    """Announced units of the successor are promised to the lines of the old item, in rank order."""
    expect(
        Example(
            demand="""
                order sku      qty
                O1    kettle   5
                O2    kettle-2 5
            """,
            inbound="""
                asn sku      qty expected_on
                N1  kettle-2 5   03-03
                N2  kettle-2 5   03-09
            """,
            items=KETTLES,
        ),
        pegs="""
            order asn qty eta_on
            O1    N1  5   03-04
            O2    N2  5   03-10
        """,
    )


def test_successors_follow_one_another(expect: Expect) -> None:
    """Once the successor is gone too, the next one serves; a chain goes on as far as all is gone."""
    expect(
        Example(
            demand="order sku qty\nO1 kettle 5",
            supply="""
                sku      qty
                kettle-2 1
                kettle-3 9
            """,
            items="""
                sku      replaced_by
                kettle   kettle-2
                kettle-2 kettle-3
                kettle-3 -
            """,
        ),
        allocations="""
            order sku      qty
            O1    kettle-2 1
            O1    kettle-3 4
        """,
    )


def test_a_successor_comes_before_substitutes(expect: Expect) -> None:
    """What follows the item is sent before what is only approved in its place."""
    expect(
        Example(
            demand="order sku qty\nO1 kettle 5",
            supply="""
                sku      qty
                jug      9
                kettle-2 3
            """,
            items="""
                sku      replaced_by substitutes
                kettle   kettle-2    jug
                kettle-2 -           -
                jug      -           -
            """,
        ),
        allocations="""
            order sku      qty
            O1    kettle-2 3
            O1    jug      2
        """,
    )


def test_an_inactive_item_with_a_successor_is_not_hopeless(expect: Expect) -> None:
    """Lines of an inactive item take none of its units, but those of the active item that follows it."""
    expect(
        Example(
            demand="order sku qty\nO1 kettle 5",
            supply="""
                sku      qty
                kettle   9
                kettle-2 3
            """,
            inbound="""
                asn sku      qty expected_on
                N1  kettle   9   03-03
                N2  kettle-2 9   03-09
            """,
            items="""
                sku      replaced_by is_active
                kettle   kettle-2    no
                kettle-2 -           yes
            """,
        ),
        allocations="order sku qty\nO1 kettle-2 3",
        pegs="order asn qty\nO1 N2 2",
    )


def test_without_one_that_can_leave_an_inactive_item_is_held(expect: Expect) -> None:
    """An inactive item waits where its successor is inactive as well, or is not sold yet."""
    expect(
        Example(
            demand="""
                order sku    qty
                O1    kettle 5
                O2    toast  5
            """,
            supply="""
                sku      qty
                kettle-2 3
                toast-2  3
            """,
            items="""
                sku      replaced_by is_active available_from
                kettle   kettle-2    no        -
                kettle-2 -           no        -
                toast    toast-2     no        -
                toast-2  -           yes       03-05
            """,
        ),
        decisions="""
            order reason    qty
            O1    item_hold 5
            O2    item_hold 5
        """,
    )


def test_what_a_line_holds_of_an_inactive_item_is_given_back(expect: Expect) -> None:
    """Units of an inactive item that a line has reserved are given back, and its successor serves it."""
    example = Example(
        demand="order sku qty held\nO1 kettle 5 W1:3",
        supply="""
            sku      qty
            kettle   3
            kettle-2 5
        """,
        items="""
            sku      replaced_by is_active
            kettle   kettle-2    no
            kettle-2 -           yes
        """,
    )
    expect(
        example,
        allocations="order sku qty\nO1 kettle-2 5",
        lost_reservations="""
            order lost_reason       qty
            O1    no_longer_allowed 3
        """,
    )
