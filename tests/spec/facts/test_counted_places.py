"""Counted places: what a count speaks of, and what it does not.

A count names some bins of a warehouse, at an instant that somebody must state, and may be wrong. It
must not empty a shelf by a slip of the pen, nor may units that the books lack hide what was really counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.spec.facts.reading import Agree


def test_a_gap_hides_nothing(agree: Agree) -> None:
    """Units that must have been there are no movement: a later file or count explains them, and they go."""
    agree("""
        story a14
        1 adjustments sku=A qty=-4 reason=x bin_id=A1
        1 ->          finding negative_stock
        2 stock       sku=A qty=10 bin_id=A1 counted_at=03-03T06:00
        2 ->          shelf A on=10

        story a14-forgotten-receipt
        1 adjustments sku=A qty=-4 reason=broken bin_id=A1 adjusted_at=03-02T10:00
        2 receipts    R1/1 sku=A received_qty=10 received_at=03-02T08:00 bin_id=A1
        1 ->          shelf A on=0
        1 ->          finding negative_stock
        2 ->          shelf A on=6
        2 ->          no finding negative_stock

        story a14-receipt-later-that-day
        1 adjustments sku=A qty=-4 reason=broken bin_id=A1 adjusted_at=03-02T10:00
        2 receipts    R1/1 sku=A received_qty=10 received_at=03-02T12:00 bin_id=A1
        2 ->          shelf A on=6
        2 ->          no finding negative_stock

        story a14-receipt-of-the-next-day
        1 adjustments sku=A qty=-4 reason=broken bin_id=A1 adjusted_at=03-02T10:00
        2 receipts    R1/1 sku=A received_qty=10 received_at=03-03T08:00 bin_id=A1
        2 ->          shelf A on=10
        2 ->          finding negative_stock

        story a14-part-of-it
        1 adjustments sku=A qty=-4 reason=broken bin_id=A1 adjusted_at=03-02T10:00
        2 receipts    R1/1 sku=A received_qty=3 received_at=03-02T08:00 bin_id=A1
        3 receipts    R2/1 sku=A received_qty=5 received_at=03-02T09:00 bin_id=A1
        2 ->          shelf A on=0
        2 ->          finding negative_stock
        3 ->          shelf A on=4
        3 ->          no finding negative_stock
    """)


def test_a_count_speaks_of_its_bins_and_lots_only(agree: Agree) -> None:
    """What is not named is not counted; a bin below zero draws on the others of its shelf."""
    agree("""
        story two-warehouses
        warehouses W1 W2
        1 stock       warehouse_id=W1 sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 stock       warehouse_id=W2 sku=A qty=4 bin_id=B1 counted_at=03-02T06:00
        1 adjustments warehouse_id=W2 sku=A qty=-1 reason=broken
        2 stock       warehouse_id=W1 sku=A qty=9 bin_id=A1 counted_at=03-03T06:00
        1 ->          bin A@A1 10
        1 ->          bin A@B1 3
        2 ->          bin A@A1 9
        2 ->          bin A@B1 3

        story two-lots-of-a-bin
        1 stock sku=A qty=5 bin_id=A1 lot_id=L1 counted_at=03-02T06:00
        1 stock sku=A qty=6 bin_id=A1 lot_id=L2 counted_at=03-02T06:00
        2 stock sku=A qty=4 bin_id=A1 lot_id=L1 counted_at=03-03T06:00
        2 ->    bin A@A1/L1 4
        2 ->    bin A@A1/L2 6

        story bin-below-zero
        1 stock       sku=A qty=3 bin_id=A1 counted_at=03-02T06:00
        1 stock       sku=A qty=10 bin_id=A2 counted_at=03-02T06:00
        1 adjustments sku=A qty=-5 reason=broken bin_id=A1 adjusted_at=03-02T09:00
        1 ->          shelf A on=8
        1 ->          no finding negative_stock

        story vague-loss-one-bin-counted
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 stock       sku=A qty=10 bin_id=A2 counted_at=03-02T06:00
        1 adjustments sku=A qty=-4 reason=lost adjusted_at=03-02T09:00
        2 stock       sku=A qty=9 bin_id=A1 counted_at=03-03T06:00
        1 ->          shelf A on=16
        2 ->          bin A@A1 9
        2 ->          bin A@A2 6

        story vague-loss-all-bins-counted
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 stock       sku=A qty=10 bin_id=A2 counted_at=03-02T06:00
        2 stock       sku=A qty=9 bin_id=A1 counted_at=03-03T06:00
        2 stock       sku=A qty=8 bin_id=A2 counted_at=03-03T06:00
        3 adjustments sku=A qty=-4 reason=lost adjusted_at=03-02T09:00
        2 ->          shelf A on=17
        3 ->          shelf A on=17
        3 ->          finding already_counted
    """)


def test_a_count_that_makes_much_vanish_waits_for_another(agree: Agree) -> None:
    """A count of a fifth less is held, and believed when a later one agrees."""
    agree("""
        story b46
        policy not_due = "reserve"
        1 stock  sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders O1/1 sku=A qty=4 promised_on=03-20
        2 stock  sku=A qty=3 bin_id=A1 counted_at=03-03T06:00
        2 ->     shelf A on=10
        2 ->     finding count_held
        3 stock  sku=A qty=3 bin_id=A1 counted_at=03-04T06:00
        3 ->     shelf A on=3
        3 ->     line O1/1 res=3 open=1
        3 ->     finding lost_reservation

        story b46-fifth
        1 stock sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        2 stock sku=A qty=8 bin_id=A1 counted_at=03-03T06:00
        2 ->    shelf A on=8
        2 ->    no finding count_held

        story b46-does-not-agree
        1 stock sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        2 stock sku=A qty=3 bin_id=A1 counted_at=03-03T06:00
        3 stock sku=A qty=9 bin_id=A1 counted_at=03-04T06:00
        2 ->    shelf A on=10
        2 ->    finding count_held
        3 ->    shelf A on=9
        3 ->    no finding count_held

        story b46-explained
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        2 stock       sku=A qty=3 bin_id=A1 counted_at=03-03T06:00
        3 adjustments sku=A qty=-7 reason=stolen bin_id=A1 adjusted_at=03-02T23:00
        2 ->          shelf A on=10
        3 ->          shelf A on=3
        3 ->          no finding count_held
    """)


def test_a_count_says_when_it_was(agree: Agree) -> None:
    """A count with a day only is refused until its time of day is stated; less than nothing is no count."""
    agree("""
        story count-of-a-day
        1 stock sku=A qty=10 bin_id=A1 counted_at=03-02
        1 ->    shelf A on=0
        1 ->    rejected stock/

        story count-of-less-than-nothing
        1 stock sku=A qty=-3 bin_id=A1 counted_at=03-02T06:00
        1 stock sku=B qty=3 bin_id=A1 counted_at=03-02T06:00
        1 ->    shelf A on=0
        1 ->    shelf B on=3
        1 ->    rejected stock//1

        story count-of-nothing
        1 stock sku=A qty=0 bin_id=A1 counted_at=03-02T06:00
        1 ->    shelf A on=0
        1 ->    no finding negative_stock
        1 ->    no rejected stock/
    """)


def test_what_stands_in_one_place_is_added_up(agree: Agree) -> None:
    """Counted rows of one place and lot are one count, whatever unit they are in."""
    agree("""
        story two-pallets
        1 items       sku=A uoms=CA:12
        1 stock       sku=A qty=2 uom=CA bin_id=A1 counted_at=03-02T06:00
        1 stock       sku=A qty=5 bin_id=A1 counted_at=03-02T06:00
        1 adjustments sku=A qty=-1 uom=CA reason=wet
        1 ->          shelf A on=17
    """)
