"""Sell multiples: goods that leave in whole cartons.

Nobody wants to open a carton of twelve to send eight, and the consignee does not want eight either. An item's
`sell_multiple` says how many go together. Only when an order itself asks for less than a carton at its end
is one opened for it.
"""

from __future__ import annotations

from tests.spec.tables import Example, Expect

BY_TWELVE = """
    sku sell_multiple
    A   12
"""


def test_a_line_takes_whole_multiples(expect: Expect) -> None:
    """A line takes as many whole multiples of the item's `sell_multiple` as are there."""
    expect(
        Example(demand="order qty\nO1 12", supply="qty\n8", items=BY_TWELVE),
        allocations="order qty\nO1 0",
        decisions="""
            order reason         qty
            O1    not_a_multiple 8
            O1    no_stock       4
        """,
    )
    expect(
        Example(demand="order qty\nO1 36", supply="qty\n29", items=BY_TWELVE), allocations="order qty\nO1 24"
    )


def test_units_of_a_multiple_may_lie_in_different_bins(expect: Expect) -> None:
    """It does not matter in how many bins of the warehouse the units of a multiple lie."""
    expect(
        Example(
            demand="order qty\nO1 12",
            supply="""
                bin qty
                B1  5
                B2  4
                B3  3
            """,
            items=BY_TWELVE,
        ),
        allocations="""
            order bin qty
            O1    B1  5
            O1    B2  4
            O1    B3  3
        """,
    )


def test_what_fills_no_multiple_ships_loose_once_no_multiple_is_open(expect: Expect) -> None:
    """Whole multiples first; the loose rest of the line leaves once no multiple is left open."""
    for stock, given in ((20, 14), (13, 13), (8, 0)):
        expect(
            Example(demand="order qty\nO1 14", supply=f"qty\n{stock}", items=BY_TWELVE),
            allocations=f"order qty\nO1 {given}",
        )


def test_what_one_line_cannot_use_goes_to_the_next(expect: Expect) -> None:
    """Units that fill no multiple of one line go to the next that can use them."""
    expect(
        Example(
            demand="""
                order qty
                O1    24
                O2    5
            """,
            supply="qty\n20",
            items=BY_TWELVE,
        ),
        allocations="""
            order qty
            O1    12
            O2    5
        """,
    )


def test_each_warehouse_gives_whole_multiples(expect: Expect) -> None:
    """A line that may split takes whole multiples from each warehouse."""
    expect(
        Example(
            demand="order qty\nO1 24",
            supply="""
                warehouse qty
                W1        20
                W2        15
            """,
            items=BY_TWELVE,
            warehouses=("W1", "W2"),
        ),
        allocations="""
            order warehouse qty
            O1    W1        12
            O1    W2        12
        """,
    )
    expect(
        Example(
            demand="order qty\nO1 12",
            supply="""
                warehouse qty
                W1        8
                W2        8
            """,
            items=BY_TWELVE,
            warehouses=("W1", "W2"),
        ),
        allocations="order qty\nO1 0",
    )


def test_a_promised_date_counts_units_not_multiples(expect: Expect) -> None:
    """Goods on their way are promised unit by unit, since the next delivery may complete a multiple."""
    expect(
        Example(
            demand="order qty\nO1 12",
            inbound="""
                asn qty expected_on
                N1  8   03-04
                N2  8   03-09
            """,
            items=BY_TWELVE,
        ),
        pegs="""
            order asn qty eta_on
            O1    N1  8   03-05
            O1    N2  4   03-10
        """,
    )
