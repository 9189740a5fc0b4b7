"""Orders that ship complete, and what their waiting does to those behind them.

A gift set, a launch kit for a new shop, a marketplace that pays per parcel: these orders go out whole or not
at all. The hard question is what happens to the units they could have had. Let everybody pass, and a large
order may starve behind small ones; hold everything back, and shelves are full while parcels wait. The
merchant chooses: `none`, `strict`, or `bounded`, which lets others pass so often and no more.
"""

from __future__ import annotations

from tests.spec.tables import Example, Expect

TWO_ORDERS = """
    order sku qty ship_rule
    O1    p1  5   partial
    O1    p2  5   partial
    O2    p1  5   order_complete
    O2    p2  5   order_complete
    O3    p2  5   partial
"""
STOCK = """
    sku qty
    p1  5
    p2  10
"""


def test_an_incomplete_order_leaves_everything_to_later_ranks(expect: Expect) -> None:
    """An order that ships complete and cannot takes nothing under holdback `none`."""
    expect(
        Example(demand=TWO_ORDERS, supply=STOCK),
        allocations="""
            order sku qty kind
            O1    p1  5   release
            O1    p2  5   release
            O3    p2  5   release
        """,
        decisions="""
            order line reason           qty
            O2    1    rank             5
            O2    2    group_incomplete 5
        """,
        standings="""
            order line may_be_overtaken
            O1    1    no
            O1    2    no
            O2    1    yes
            O2    2    yes
            O3    1    no
        """,
    )


def test_a_strict_holdback_reserves_what_is_there(expect: Expect) -> None:
    """Under holdback `strict` an incomplete order reserves what it finds, and nobody behind may take it."""
    expect(
        Example(demand=TWO_ORDERS, supply=STOCK, policy={"holdback": "strict"}),
        allocations="""
            order sku qty kind
            O1    p1  5   release
            O1    p2  5   release
            O2    p2  5   reserve
        """,
        decisions="""
            order line reason qty
            O2    1    rank   5
            O3    1    rank   5
        """,
    )


BOUNDED_TWO = {"holdback": "bounded", "holdback_nights": 2}
OVERTAKEN = """
    order sku qty ship_rule      overtaken_nights
    O2    p1  5   order_complete {nights}
    O2    p2  5   order_complete {nights}
    O3    p2  5   partial        0
"""


def test_under_a_bounded_holdback_an_order_lets_others_pass_only_so_often(expect: Expect) -> None:
    """`bounded` with two nights: an incomplete order was overtaken twice; from the third night it blocks."""
    stock = "sku qty\np2 5"
    expect(
        Example(demand=OVERTAKEN.format(nights=1), supply=stock, policy=BOUNDED_TWO),
        allocations="order qty kind\nO3 5 release",
        standings="order line is_overtaken\nO2 1 yes\nO2 2 yes\nO3 1 no",
    )
    expect(
        Example(demand=OVERTAKEN.format(nights=2), supply=stock, policy=BOUNDED_TWO),
        allocations="order qty kind\nO2 5 reserve",
        standings="order line is_overtaken may_be_overtaken\nO2 1 no no\nO2 2 no no\nO3 1 no no",
    )


def test_under_a_bounded_holdback_an_order_that_waits_long_enough_blocks(expect: Expect) -> None:
    """`bounded` with ten days: so long after its first short night it reserves what it finds."""
    policy = {"holdback": "bounded", "holdback_days": 10}
    demand = "order qty ship_rule first_short_on\nO1 5 line_complete {}\nO2 3 partial -"
    expect(
        Example(demand=demand.format("02-21"), supply="qty\n4", policy=policy),
        allocations="order qty kind\nO2 3 release",
    )
    expect(
        Example(demand=demand.format("02-20"), supply="qty\n4", policy=policy),
        allocations="order qty kind\nO1 4 reserve",
    )


def test_two_lines_of_an_order_on_one_sku_count_together(expect: Expect) -> None:
    """Lines of one order on the same SKU must be there together: four units do not make three and two."""
    demand = """
        order qty ship_rule
        O1    3   order_complete
        O1    2   order_complete
    """
    expect(Example(demand=demand, supply="qty\n4"), allocations="order line qty")
    expect(Example(demand=demand, supply="qty\n5"), allocations="order line qty\nO1 1 3\nO1 2 2")


def test_a_complete_order_is_released_when_its_last_units_come(expect: Expect) -> None:
    """What an order holds from earlier nights counts, and ships with the rest."""
    expect(
        Example(
            demand="""
                order qty held ship_rule
                O1    3   W1:2 order_complete
            """,
            supply="""
                qty
                5
            """,
        ),
        allocations="""
            order qty kind    from_reserved_qty
            O1    5   release 2
        """,
    )


def test_a_held_line_holds_its_complete_order(expect: Expect) -> None:
    """One line on hold holds all of an order that ships complete."""
    expect(
        Example(
            demand="""
                order qty ship_rule      hold_reason
                O1    3   order_complete client_hold
                O1    2   order_complete -
            """,
            supply="""
                qty
                9
            """,
        ),
        allocations="order qty",
        decisions="""
            order line reason     qty
            O1    1    order_hold 3
            O1    2    order_hold 2
        """,
    )


def test_a_complete_order_is_due_with_its_latest_line(expect: Expect) -> None:
    """An order that ships complete is due with its latest line and ranks as its first."""
    expect(
        Example(
            policy={"not_due": "wait"},
            demand="""
                order qty ship_rule      promised_on
                O1    3   order_complete 03-01
                O1    2   order_complete 03-04
                O2    1   partial        03-02
            """,
            supply="""
                qty
                9
            """,
        ),
        allocations="""
            order qty
            O2    1
        """,
        standings="""
            order line rank is_due eta_on
            O1    1    1    no     03-04
            O1    2    1    no     03-04
            O2    1    2    yes    03-03
        """,
    )


def test_every_line_of_a_complete_order_is_told_the_latest_date(expect: Expect) -> None:
    """An order that ships complete is told the date of its latest line for all of them."""
    expect(
        Example(
            demand="""
                order sku qty ship_rule
                O1    p1  3   order_complete
                O1    p2  2   order_complete
            """,
            supply="""
                sku qty
                p1  9
            """,
            inbound="""
                asn sku qty expected_on
                N1  p2  5   03-09
            """,
        ),
        standings="""
            order line eta_on eta_reason
            O1    1    03-10  "waits for line 2"
            O1    2    03-10  "ASN N1 line 1"
        """,
    )
