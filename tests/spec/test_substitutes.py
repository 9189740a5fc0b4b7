"""Substitutes: an approved SKU ships in place of the one that is missing.

The blue mug is gone, the merchant has approved the green one. Whoever waits gets it at once, rather than a
message. The ordered SKU always comes first, from every warehouse; a line that ships complete is never half
blue and half green.
"""

from __future__ import annotations

from tests.spec.tables import Example, Expect

MUGS = """
    sku   substitutes
    blue  green|grey
    green -
    grey  -
"""


def test_a_substitute_serves_what_the_ordered_sku_cannot(expect: Expect) -> None:
    """A line takes the SKU that it orders, then approved ones in their order, one for one."""
    expect(
        Example(
            demand="order sku qty\nO1 blue 10",
            supply="""
                sku   qty
                blue  4
                green 3
                grey  9
            """,
            items=MUGS,
        ),
        allocations="""
            order sku   qty
            O1    blue  4
            O1    green 3
            O1    grey  3
        """,
    )


def test_the_ordered_sku_of_any_warehouse_comes_before_a_substitute(expect: Expect) -> None:
    """A substitute of the first warehouse waits for the ordered SKU of the last."""
    expect(
        Example(
            demand="order sku qty\nO1 blue 5",
            supply="""
                warehouse sku   qty
                W1        green 9
                W2        blue  5
            """,
            items=MUGS,
            warehouses=("W1", "W2"),
        ),
        allocations="""
            order warehouse sku  qty
            O1    W2        blue 5
        """,
    )


def test_who_orders_the_substitute_itself_ranks_like_all_others(expect: Expect) -> None:
    """Units go by rank, whether they are ordered or stand in for others."""
    expect(
        Example(
            demand="""
                order sku   qty
                O1    blue  4
                O2    green 4
            """,
            supply="sku qty\ngreen 6",
            items=MUGS,
        ),
        allocations="""
            order sku   qty
            O1    green 4
            O2    green 2
        """,
    )


def test_a_complete_line_is_of_one_sku(expect: Expect) -> None:
    """A line that ships complete takes the first SKU of which there is enough, and mixes none."""
    expect(
        Example(
            demand="order sku qty ship_rule\nO1 blue 5 line_complete",
            supply="""
                sku   qty
                blue  4
                green 3
                grey  9
            """,
            items=MUGS,
        ),
        allocations="""
            order sku  qty
            O1    grey 5
        """,
    )


def test_a_substitute_goes_one_step(expect: Expect) -> None:
    """What stands in for a substitute does not stand in for what was ordered."""
    expect(
        Example(
            demand="order sku qty\nO1 blue 2",
            supply="sku qty\ngrey 9",
            items="""
                sku   substitutes
                blue  green
                green grey
                grey  -
            """,
        ),
        allocations="order qty\nO1 0",
    )


def test_a_substitute_that_cannot_be_sold_stands_in_for_nothing(expect: Expect) -> None:
    """An inactive item, or one that is not yet sold, is no substitute."""
    expect(
        Example(
            demand="order sku qty\nO1 blue 2",
            supply="""
                sku   qty
                green 9
                grey  9
            """,
            items="""
                sku   substitutes is_active available_from
                blue  green|grey  yes       -
                green -           no        -
                grey  -           yes       03-05
            """,
        ),
        allocations="order qty\nO1 0",
    )


def test_a_date_counts_on_substitutes_too(expect: Expect) -> None:
    """Substitutes on their way are promised like the ordered SKU, the soonest first."""
    expect(
        Example(
            demand="order sku qty\nO1 blue 5",
            inbound="""
                asn sku   qty expected_on
                N1  green 3   03-03
                N2  blue  9   03-09
            """,
            items=MUGS,
        ),
        pegs="""
            order asn qty eta_on
            O1    N1  3   03-04
            O1    N2  2   03-10
        """,
    )
