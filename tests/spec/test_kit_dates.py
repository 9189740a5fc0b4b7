"""Dates of kits: when all of their parts are there.

The cards are on the shelf, the mugs come on Thursday. Telling the buyer of a gift box tomorrow because half
of it is there is how promises are broken. A kit counts on announced parts as others count on announced units,
in its place of the queue, and its date is that of the part that comes last.
"""

from __future__ import annotations

from tests.spec.tables import Example, Expect
from tests.spec.test_kits import BOXES


def test_a_kit_is_dated_by_the_last_of_its_parts(expect: Expect) -> None:
    """A kit can ship on the day on which all its parts are there; what there is earlier is kept for it."""
    expect(
        Example(
            demand="order sku qty\nO1 box 6",
            supply="sku qty\nmug 9",
            inbound="""
                asn sku  qty expected_on
                N1  card 2   03-03
                N2  card 9   03-05
                N3  mug  9   03-09
            """,
            items=BOXES,
        ),
        pegs="""
            order asn qty eta_on
            O1    N1  2   03-04
            O1    N2  2   03-06
            O1    N2  2   03-10
            O1    N3  3   03-10
        """,
        standings='order eta_on eta_reason\nO1 03-10 "ASN N3 line 1"',
    )


def test_a_kit_of_which_a_part_is_not_announced_has_no_date(expect: Expect) -> None:
    """What there is of one part promises nothing while another is neither there nor announced."""
    expect(
        Example(
            demand="""
                order sku  qty
                O1    mug  1
                O2    box  1
            """,
            supply="sku qty\nmug 1\ncard 9",
            inbound="asn sku qty expected_on\nN1 card 9 03-05",
            items=BOXES,
        ),
        pegs="order asn qty\nO2 N1 0",
        standings="order short_qty eta_on\nO1 0 03-03\nO2 1 -",
    )
