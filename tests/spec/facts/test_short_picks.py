"""Short picks: what a picker did not find is held until somebody knows.

A bin that was empty once must not be sent to again, and a slip must not freeze a full shelf. So what was not
found is held, with a door out: a count, an adjustment, the second truck, or some nights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.spec.facts.reading import Agree


def test_a_short_holds_the_bin_until_it_is_counted(agree: Agree) -> None:
    """The count says what is there, and it goes to who still waits."""
    agree("""
        story b34
        1 stock     sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=6
        2 shipments O1/1 sku=A shipped_qty=4
        2 ->        line O1/1 ship=4 open=2 rel=0
        2 ->        shelf A on=6 hold=6 free=0
        2 ->        finding short_pick
        3 stock     sku=A qty=6 bin_id=A1 counted_at=03-04T06:00
        3 ->        shelf A on=6 hold=0 rel=2 free=4
        3 ->        line O1/1 ship=4 rel=2

        story b34b
        1 stock     sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=6
        2 shipments O1/1 sku=A shipped_qty=4
        3 stock     sku=A qty=4 bin_id=A1 counted_at=03-04T06:00
        3 ->        shelf A on=4 hold=0 rel=2 free=2
        3 ->        line O1/1 ship=4 rel=2

        story b34-nothing-found
        1 stock     sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=6
        2 shipments O1/1 sku=A shipped_qty=0
        3 stock     sku=A qty=10 bin_id=A1 counted_at=03-04T06:00
        2 ->        line O1/1 ship=0 open=6 rel=0
        2 ->        shelf A on=10 hold=10
        3 ->        line O1/1 rel=6
        3 ->        shelf A on=10 hold=0 free=4

        story b34-same-night
        1 stock     sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=6
        2 shipments O1/1 sku=A shipped_qty=4
        2 stock     sku=A qty=6 bin_id=A1 counted_at=03-03T20:00
        2 ->        line O1/1 ship=4 rel=2
        2 ->        shelf A on=6 hold=0 rel=2 free=4
        2 ->        no finding short_pick
    """)


def test_who_finds_units_in_the_bin_has_looked_there(agree: Agree) -> None:
    """After the short, that is; and who names no bin has not said where he looked."""
    agree("""
        story found-after-the-short
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders      O1/1 sku=A qty=6
        2 shipments   O1/1 sku=A shipped_qty=4 shipped_at=03-03T12:00
        2 adjustments sku=A qty=1 bin_id=A1 reason=found adjusted_at=03-03T15:00
        2 ->          shelf A on=7 hold=0 rel=2 free=5
        2 ->          line O1/1 ship=4 rel=2

        story found-before-the-short
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders      O1/1 sku=A qty=6
        2 shipments   O1/1 sku=A shipped_qty=4 shipped_at=03-03T12:00
        2 adjustments sku=A qty=1 bin_id=A1 reason=found adjusted_at=03-03T09:00
        2 ->          shelf A on=7 hold=6 free=1
        2 ->          finding short_pick

        story found-before-and-told-later
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders      O1/1 sku=A qty=6
        2 shipments   O1/1 sku=A shipped_qty=4 shipped_at=03-03T12:00
        3 adjustments sku=A qty=1 bin_id=A1 reason=found adjusted_at=03-03T09:00
        3 ->          shelf A on=7 hold=6 rel=1 free=0

        story found-somewhere
        1 stock       sku=A qty=10 bin_id=DOCK counted_at=03-02T06:00
        1 orders      O1/1 sku=A qty=6
        2 shipments   O1/1 sku=A shipped_qty=4 shipped_at=03-03T12:00
        2 adjustments sku=A qty=1 reason=found adjusted_at=03-03T15:00
        2 ->          shelf A on=7 hold=6 free=1
    """)


def test_beside_many_units_one_that_is_missing_holds_itself_alone(agree: Agree) -> None:
    """The free rest of a bin is held only where it is no more than was to be picked there."""
    agree("""
        story one-of-500
        1 stock     sku=A qty=500 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=10
        2 shipments O1/1 sku=A shipped_qty=9
        2 ->        shelf A on=491 hold=1 rel=0 free=490
        2 ->        line O1/1 ship=9 rel=0
        2 ->        finding short_pick
        3 ->        line O1/1 rel=1 open=0
        3 ->        shelf A on=491 hold=1 rel=1

        story rest-as-large-as-the-pick
        1 stock     sku=A qty=20 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=10
        2 shipments O1/1 sku=A shipped_qty=9
        2 ->        shelf A on=11 hold=11 free=0

        story rest-larger-by-one
        1 stock     sku=A qty=21 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=10
        2 shipments O1/1 sku=A shipped_qty=9
        2 ->        shelf A on=12 hold=1 free=11
    """)


def test_a_short_that_is_stated_is_released_again_at_once(agree: Agree) -> None:
    """An implied short waits a night for the second truck, a stated one does not."""
    agree("""
        story short-stated
        1 stock     sku=A qty=6 bin_id=A1 counted_at=03-02T06:00
        1 stock     sku=A qty=20 bin_id=A2 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=6
        2 shipments O1/1 sku=A shipped_qty=4 short_qty=2
        2 ->        line O1/1 ship=4 rel=2 open=0

        story short-final
        1 stock     sku=A qty=6 bin_id=A1 counted_at=03-02T06:00
        1 stock     sku=A qty=20 bin_id=A2 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=6
        2 shipments O1/1 sku=A shipped_qty=4 is_final=yes
        2 ->        line O1/1 ship=4 rel=2 open=0

        story short-implied
        1 stock     sku=A qty=6 bin_id=A1 counted_at=03-02T06:00
        1 stock     sku=A qty=20 bin_id=A2 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=6
        2 shipments O1/1 sku=A shipped_qty=4
        2 ->        line O1/1 ship=4 rel=0
        3 ->        line O1/1 ship=4 rel=2 open=0
    """)


def test_an_adjustment_of_the_bin_ends_the_hold(agree: Agree) -> None:
    """What is said to be missing is missing, and the rest is free."""
    agree("""
        story b35
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders      O1/1 sku=A qty=6
        2 shipments   O1/1 sku=A shipped_qty=4
        3 adjustments sku=A qty=-2 reason=x bin_id=A1
        3 ->          shelf A on=4 hold=0 rel=2 free=2
        3 ->          line O1/1 ship=4 rel=2

        story b35-two-nights
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders      O1/1 sku=A qty=6
        2 shipments   O1/1 sku=A shipped_qty=4
        3 stock       sku=B qty=10 bin_id=B1 counted_at=03-04T06:00
        4 adjustments sku=A qty=-2 reason=lost bin_id=A1
        3 ->          shelf A on=6 hold=6
        4 ->          shelf A on=4 hold=0 rel=2 free=2
    """)


def test_without_a_count_the_missing_units_are_written_off_after_three_nights(agree: Agree) -> None:
    """The rest is free again; a line that nobody finds is not served from that bin before."""
    agree("""
        story b36
        1 receipts  R1/1 sku=A received_qty=10 received_on=03-02 bin_id=A1
        1 orders    O1/1 sku=A qty=6
        2 shipments O1/1 sku=A shipped_qty=4
        2 ->        shelf A on=6 hold=6
        5 ->        shelf A on=4 hold=0

        story b36-over-a-weekend
        warehouses Z1
        4  receipts  R1/1 sku=A received_qty=10 received_on=03-05 bin_id=A1
        4  orders    O1/1 sku=A qty=6
        5  shipments O1/1 sku=A shipped_qty=4
        5  ->        shelf A on=6 hold=6
        8  ->        shelf A on=6 hold=6
        9  ->        shelf A on=6 hold=6
        10 ->        shelf A on=4 hold=0
    """)


def test_a_loss_of_the_bin_explains_a_short(agree: Agree) -> None:
    """Of a short and the loss or correction that explains it either may come first."""
    agree("""
        story d22
        1 receipts  R1/1 sku=A received_qty=10 received_on=03-02 bin_id=A1
        1 orders    O1/1 sku=A qty=10
        2 shipments O1/1 sku=A shipped_qty=6
        2 receipts  R1C/1 sku=A received_qty=-4 received_on=03-03 bin_id=A1
        2 ->        shelf A on=0 hold=0
        2 ->        line O1/1 ship=6 open=4

        story d22-correction-a-night-later
        1 receipts  R1/1 sku=A received_qty=10 received_on=03-02 bin_id=A1
        1 orders    O1/1 sku=A qty=10
        2 shipments O1/1 sku=A shipped_qty=6
        3 receipts  R1C/1 sku=A received_qty=-4 received_on=03-03 bin_id=A1
        2 ->        shelf A on=4 hold=4
        3 ->        shelf A on=0 hold=0
        3 ->        line O1/1 ship=6 open=4 rel=0
        3 ->        no finding short_pick

        story d22-loss-comes-first
        1 receipts    R1/1 sku=A received_qty=10 received_on=03-02 bin_id=A1
        1 orders      O1/1 sku=A qty=10
        2 adjustments sku=A qty=-4 reason=broken bin_id=A1 adjusted_at=03-03T09:00
        3 shipments   O1/1 sku=A shipped_qty=6
        3 ->          shelf A on=0 hold=0
        3 ->          line O1/1 ship=6 open=4 rel=0
        3 ->          no finding negative_stock
    """)


def test_on_short_decides_of_what_was_not_found(agree: Agree) -> None:
    """Who wants no back order gets none of what the picker missed."""
    agree("""
        story c26
        1 stock     sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=12 on_short=cancel_rest
        1 ->        line O1/1 rel=10 canc=2 open=0
        2 shipments O1/1 sku=A shipped_qty=8
        4 receipts  R1/1 sku=A received_qty=20 received_on=03-05 bin_id=A1
        4 ->        line O1/1 ship=8 rel=0 open=0
    """)


def test_held_units_of_a_bin_go_first(agree: Agree) -> None:
    """An adjustment that names a bin takes its held units first, one that names none the free ones."""
    agree("""
        story a33
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-01T08:00
        1 receipts    R1/1 sku=A received_qty=5 received_on=03-02 bin_id=A1 damaged_qty=2
        1 adjustments sku=A qty=-4 reason=x
        1 orders      O1/1 sku=A qty=20
        1 ->          shelf A on=11 hold=2 rel=9
        1 ->          line O1/1 rel=9

        story scrapped-in-its-bin
        1 receipts    R1/1 sku=A received_qty=5 damaged_qty=2 received_on=03-02 bin_id=A1
        2 adjustments sku=A qty=-2 reason=scrap bin_id=A1
        1 ->          shelf A on=5 hold=2 free=3
        2 ->          shelf A on=3 hold=0 free=3

        story lost-somewhere
        1 receipts    R1/1 sku=A received_qty=5 damaged_qty=2 received_on=03-02 bin_id=A1
        2 adjustments sku=A qty=-2 reason=lost
        2 ->          shelf A on=3 hold=2 free=1

        story damaged-in-another-bin
        1 receipts    R1/1 sku=A received_qty=2 damaged_qty=2 received_on=03-02 bin_id=A1
        1 receipts    R2/1 sku=A received_qty=5 received_on=03-02 bin_id=A2
        2 adjustments sku=A qty=-2 reason=scrap bin_id=A1
        2 ->          bin A@A1 0
        2 ->          bin A@A2 5
        2 ->          shelf A hold=0
    """)


def test_a_count_ends_the_holds_that_were_there_before_it(agree: Agree) -> None:
    """What a picker missed after the count waits on, though the count took units of an older hold."""
    agree("""
        story missed-before-and-after-a-count
        1 stock     sku=A qty=20 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=4
        1 orders    O2/1 sku=A qty=2
        3 shipments O1/1 sku=A shipped_qty=3 shipped_at=03-03T10:00
        3 shipments O2/1 sku=A shipped_qty=1 shipped_at=03-04T10:00
        3 stock     sku=A qty=16 bin_id=A1 counted_at=03-04T06:00
        3 ->        shelf A on=15 hold=1 rel=1 free=13
        3 ->        line O1/1 ship=3 rel=1
        3 ->        line O2/1 ship=1 rel=0

        story more-is-gone-than-was-missed-before
        1 stock     sku=A qty=20 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=18
        1 orders    O2/1 sku=A qty=2
        2 shipments O1/1 sku=A shipped_qty=17 shipped_at=03-03T08:00
        3 shipments O2/1 sku=A shipped_qty=1 shipped_at=03-04T10:00
        3 stock     sku=A qty=1 bin_id=A1 counted_at=03-04T06:00
        3 ->        shelf A on=0 hold=0
        3 ->        no finding short_pick
    """)
