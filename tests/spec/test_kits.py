"""Kits: goods that are made of parts when they ship.

A gift box of two mugs and a card need not be packed before somebody orders it. What stands there as boxes
goes first; then boxes are made of mugs and cards, whole ones only and of one warehouse's parts. Parts can be
ordered by themselves, too: whoever ranks first has them.
"""

from __future__ import annotations

from tests.spec.tables import Example, Expect

BOXES = """
    sku  kit
    box  mug:2|card:1
    mug  -
    card -
"""
PARTS = """
    sku  qty
    mug  13
    card 9
"""


def test_as_many_whole_kits_are_made_as_the_parts_allow(expect: Expect) -> None:
    """A line in parts takes whole kits; what of a part makes no whole kit stays."""
    expect(
        Example(demand="order sku qty\nO1 box 10", supply=PARTS, items=BOXES),
        allocations="""
            order sku  kit_sku qty
            O1    mug  box     12
            O1    card box     6
        """,
        decisions="""
            order reason   qty
            O1    no_stock 4
        """,
    )


def test_a_complete_line_takes_all_its_kits_or_none(expect: Expect) -> None:
    """Of a line that ships complete nothing is made while the parts are not enough."""
    expect(
        Example(demand="order sku qty ship_rule\nO1 box 10 line_complete", supply=PARTS, items=BOXES),
        allocations="order qty\nO1 0",
    )


def test_kits_that_stand_there_go_first(expect: Expect) -> None:
    """Units of the kit's own SKU are taken before any is made, from every warehouse."""
    expect(
        Example(
            demand="order sku qty\nO1 box 5",
            supply="""
                warehouse sku  qty
                W1        box  1
                W1        mug  20
                W1        card 20
                W2        box  2
            """,
            items=BOXES,
            warehouses=("W1", "W2"),
            policy={"split": True},
        ),
        allocations="""
            order warehouse sku  kit_sku qty
            O1    W1        box  -       1
            O1    W2        box  -       2
            O1    W1        mug  box     4
            O1    W1        card box     2
        """,
    )


def test_the_parts_of_a_kit_come_from_one_warehouse(expect: Expect) -> None:
    """No kit is made of a mug here and a card there."""
    expect(
        Example(
            demand="order sku qty\nO1 box 5",
            supply="""
                warehouse sku  qty
                W1        mug  5
                W1        card 1
                W2        mug  2
                W2        card 9
            """,
            items=BOXES,
            warehouses=("W1", "W2"),
        ),
        allocations="""
            order warehouse sku  qty
            O1    W1        mug  2
            O1    W1        card 1
            O1    W2        mug  2
            O1    W2        card 1
        """,
    )


def test_a_part_goes_to_who_ranks_first(expect: Expect) -> None:
    """Lines that order a part and kits that need it draw on the same units, by rank."""
    expect(
        Example(
            demand="""
                order sku qty
                O1    mug 3
                O2    box 9
                O3    mug 9
            """,
            supply=PARTS,
            items=BOXES,
        ),
        allocations="""
            order sku  kit_sku qty
            O1    mug  -       3
            O2    mug  box     10
            O2    card box     5
        """,
        decisions="""
            order reason   qty
            O2    rank     1
            O2    no_stock 3
            O3    rank     9
        """,
    )


def test_reserved_kits_are_kept_as_kits(expect: Expect) -> None:
    """A line that waits holds kits, whatever they will be made of: here one stands there, three are made."""
    expect(
        Example(
            demand="""
                order sku qty held ship_rule
                O1    box 2   W1:4 line_complete
                O2    mug 9   -    partial
            """,
            supply="""
                sku  qty
                box  1
                mug  9
                card 5
            """,
            items=BOXES,
        ),
        allocations="""
            order sku qty
            O1    box 0
            O2    mug 3
        """,
        reservations="""
            order sku reason           qty
            O1    box group_incomplete 4
        """,
    )


def test_a_kit_of_kits_is_not_made(expect: Expect) -> None:
    """Kits are one step: one with a kit among its parts is served from its own SKU alone."""
    expect(
        Example(
            demand="order sku qty\nO1 crate 1",
            supply="sku qty\nbox 9\nmug 9",
            items="""
                sku   kit
                crate box:4
                box   mug:2
                mug   -
            """,
        ),
        allocations="order qty\nO1 0",
    )


def test_a_kit_that_cannot_be_made_wants_none_of_its_parts(expect: Expect) -> None:
    """While one part is missing altogether, nobody overtakes the kit by taking another."""
    expect(
        Example(
            demand="""
                order sku qty ship_rule
                O1    box 2   line_complete
                O2    mug 3   partial
            """,
            supply="""
                sku  qty account
                mug  9   FREE
                card 9   HOLD
            """,
            items=BOXES,
        ),
        allocations="order sku qty\nO2 mug 3",
        overtakings="order sku qty\nO1 mug 0",
        standings="order short_qty is_overtaken\nO1 2 no\nO2 0 no",
    )


def test_goods_take_the_first_lots_and_parts_the_next(expect: Expect) -> None:
    """A line that gets an SKU in place of the kit and as a part of it picks it as goods first."""
    expect(
        Example(
            demand="""
                order sku  qty held
                O1    box  5   -
                O2    card 0   W1:1
            """,
            supply="""
                sku  lot qty
                mug  L1  3
                mug  L2  4
                card L3  3
            """,
            items="""
                sku  kit          substitutes
                box  mug:1|card:1 mug
                mug  -            -
                card -            -
            """,
        ),
        allocations="""
            order sku  lot kit_sku qty
            O1    mug  L1  -       3
            O1    mug  L2  box     2
            O1    card L3  box     2
            O2    card L3  -       1
        """,
    )
