"""Fair share: equal orders share what does not reach for all.

By rank alone, the first of ten equal shops gets all and nine get nothing. With `fair_share` the lines of one
priority share it. Water-filling gives each the same level, so small orders are met whole and it does not pay
to order twice what one needs. In proportion does pay for that, and is there for those who must have it.
"""

from __future__ import annotations

from tests.spec.tables import Example, Expect

FIVE_THIRTY_THIRTY = """
    order qty
    O1    5
    O2    30
    O3    30
"""
LEVEL = {"fair_share": "water_filling"}
IN_PROPORTION = {"fair_share": "proportional"}


def test_water_filling_gives_each_the_same_level(expect: Expect) -> None:
    """Each line gets what it wants or the common level, whichever is less; what is over goes by rank."""
    expect(
        Example(demand=FIVE_THIRTY_THIRTY, supply="qty\n20", policy=LEVEL),
        allocations="""
            order qty
            O1    5
            O2    8
            O3    7
        """,
        decisions="""
            order reason   qty
            O2    rank     12
            O2    no_stock 10
            O3    rank     13
            O3    no_stock 10
        """,
    )


def test_in_proportion_the_large_orders_get_more(expect: Expect) -> None:
    """In proportion each line gets its part of what is wanted, rounded down; what is over goes by rank."""
    expect(
        Example(demand=FIVE_THIRTY_THIRTY, supply="qty\n20", policy=IN_PROPORTION),
        allocations="""
            order qty
            O1    2
            O2    9
            O3    9
        """,
    )


def test_only_lines_of_one_priority_share(expect: Expect) -> None:
    """A better priority is served whole before the next priority shares what is left."""
    expect(
        Example(
            demand="""
                order qty priority
                O1    8   5
                O2    8   5
                O3    6   1
            """,
            supply="qty\n10",
            policy=LEVEL,
        ),
        allocations="""
            order qty
            O1    2
            O2    2
            O3    6
        """,
    )


def test_what_is_reserved_already_stays_outside_the_level(expect: Expect) -> None:
    """A line keeps what it holds and shares the rest with what it still wants."""
    expect(
        Example(
            demand="""
                order qty held
                O1    6   W1:4
                O2    6   -
            """,
            supply="qty\n10",
            policy=LEVEL,
        ),
        allocations="""
            order qty
            O1    7
            O2    3
        """,
    )


def test_whole_multiples_are_shared(expect: Expect) -> None:
    """Where an item is sold by a multiple, the level is one of whole multiples."""
    expect(
        Example(
            demand="""
                order qty
                O1    20
                O2    20
                O3    20
            """,
            supply="qty\n45",
            items="sku sell_multiple\nA 10",
            policy=LEVEL,
        ),
        allocations="""
            order qty
            O1    20
            O2    10
            O3    10
        """,
    )


def test_goods_on_their_way_are_shared_too(expect: Expect) -> None:
    """Dates know that the next delivery will be shared: what one line alone could have, three cannot."""
    expect(
        Example(
            demand=FIVE_THIRTY_THIRTY,
            inbound="""
                asn qty expected_on
                N1  20  03-04
                N2  45  03-09
            """,
            policy=LEVEL,
        ),
        pegs="""
            order asn qty eta_on
            O1    N1  5   03-05
            O2    N1  8   03-05
            O2    N2  22  03-10
            O3    N1  7   03-05
            O3    N2  23  03-10
        """,
    )


def test_lines_share_warehouse_by_warehouse(expect: Expect) -> None:
    """All share first what lies in their first warehouse, then what lies in their second."""
    expect(
        Example(
            demand="""
                order qty warehouse_ids
                O1    10  W1|W2
                O2    10  W1|W2
                O3    10  W2
            """,
            supply="""
                warehouse qty
                W1        8
                W2        9
            """,
            warehouses=("W1", "W2"),
            policy=LEVEL,
        ),
        allocations="""
            order warehouse qty
            O1    W1        4
            O2    W1        4
            O3    W2        9
        """,
    )
