"""Overtaking: who got units before a better rank, and which rule let them.

A rank that is broken without a word is the surest way to lose a merchant's trust. Some rules break it on
purpose: an order that ships complete lets others pass, a reservation counts before a rank, a hold stops one
order and not the next. Each time the program says who got the units and by which rule, so that the answer
to "why did they get mine?" is a sentence and not a search.
"""

from __future__ import annotations

from tests.spec.tables import Example, Expect

FIVE = "qty\n5"


def test_an_incomplete_order_is_overtaken_by_whoever_gets_its_units(expect: Expect) -> None:
    """An order that ships complete and cannot is overtaken in each SKU that worse ranks then get."""
    expect(
        Example(
            demand="""
                order qty sku ship_rule
                O1    5   A   order_complete
                O1    5   B   order_complete
                O2    3   B   partial
                O3    2   B   partial
            """,
            supply="qty sku\n5 B",
        ),
        allocations="order qty\nO2 3\nO3 2",
        overtakings="order line rule qty by\nO1 2 group_incomplete 5 O2",
    )


def test_a_held_order_is_overtaken_while_it_is_on_hold(expect: Expect) -> None:
    """An order on hold keeps its place, and worse ranks get the units meanwhile."""
    expect(
        Example(demand='order qty hold_reason\nO1 5 "fraud check"\nO2 4 -', supply=FIVE),
        overtakings="order rule qty by\nO1 order_hold 4 O2",
    )


def test_a_reservation_counts_before_a_better_rank(expect: Expect) -> None:
    """Units that a worse rank had reserved are told apart from those that it newly took."""
    expect(
        Example(demand="order qty held\nO1 5 -\nO2 2 W1:3", supply="qty\n3"),
        overtakings="order rule qty by\nO1 kept_by_reservation 3 O2",
    )


def test_who_ships_from_one_warehouse_is_overtaken_in_the_others(expect: Expect) -> None:
    """Without splitting a line takes from one warehouse, and worse ranks get what lies in its others."""
    expect(
        Example(
            demand="order qty\nO1 5\nO2 4",
            supply="qty warehouse\n3 W1\n4 W2",
            warehouses=("W1", "W2"),
            policy={"split": False},
        ),
        allocations="order warehouse qty\nO1 W1 3\nO2 W2 4",
        overtakings="order warehouse rule qty by\nO1 W2 one_warehouse 4 O2",
    )


def test_who_shares_is_overtaken_by_its_own_tier(expect: Expect) -> None:
    """Where lines of equal priority share, a worse rank gets units that a better one still wants."""
    expect(
        Example(
            demand="order qty\nO1 30\nO2 5",
            supply="qty\n20",
            policy={"fair_share": "water_filling"},
        ),
        allocations="order qty\nO1 15\nO2 5",
        overtakings="order rule qty by\nO1 shared 5 O2",
    )


def test_who_is_not_due_is_overtaken_by_nobody(expect: Expect) -> None:
    """A line that is not due competes for nothing yet, so nobody overtakes it."""
    expect(
        Example(
            demand="order qty priority promised_on\nO1 5 1 03-09\nO2 5 5 03-02",
            supply=FIVE,
        ),
        allocations="order qty\nO2 5",
        overtakings="order rule qty",
    )


def test_plain_rank_overtakes_nobody(expect: Expect) -> None:
    """Where every line takes what is left in its turn, no worse rank gets what a better one wants."""
    expect(
        Example(demand="order qty\nO1 4\nO2 4\nO3 1", supply=FIVE),
        allocations="order qty\nO1 4\nO2 1",
        overtakings="order rule qty",
    )
