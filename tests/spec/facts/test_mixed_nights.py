"""Mixed nights: several rules at once, as they come.

One night has a count, a shipment of the day before, a correction and a cancellation, each plain alone.
Together they are what a night is like, and what the books say must still follow from the facts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.spec.facts.reading import Agree


def test_a_count_of_the_evening_before_the_confirmation(agree: Agree) -> None:
    """Released units that a count lacks are a gap until their shipment is told."""
    agree("""
        story left-but-not-told
        1 stock     sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=8
        2 stock     sku=A qty=2 bin_id=A1 counted_at=03-03T20:00
        3 shipments O1/1 sku=A shipped_qty=8 shipped_at=03-03T10:00
        2 ->        no finding count_held
        2 ->        shelf A on=8 rel=8 free=0
        3 ->        shelf A on=2 rel=0 free=2 hold=0
        3 ->        line O1/1 ship=8
        3 ->        no finding negative_stock

        story left-in-part
        1 stock     sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=8
        2 stock     sku=A qty=4 bin_id=A1 counted_at=03-03T20:00
        2 shipments O1/1 sku=A shipped_qty=6 shipped_at=03-03T10:00
        2 ->        line O1/1 ship=6 rel=2
        2 ->        shelf A on=4 rel=2 free=2 hold=0
    """)


def test_a_receipt_is_corrected_after_its_units_were_given_out(agree: Agree) -> None:
    """What was released of it stays released, and the lack is a gap until somebody looks."""
    agree("""
        story corrected-when-reserved
        policy not_due = "reserve"
        1 receipts R1/1 sku=A received_qty=10 received_on=03-02 bin_id=A1
        1 orders   O1/1 sku=A qty=10 promised_on=03-20
        2 receipts R1/1 sku=A received_qty=6 received_on=03-02 bin_id=A1
        1 ->       line O1/1 res=10
        2 ->       shelf A on=6
        2 ->       line O1/1 res=6 open=4
        2 ->       finding lost_reservation

        story corrected-damage
        1 receipts R1/1 sku=A received_qty=5 damaged_qty=2 received_on=03-02 bin_id=A1
        2 receipts R1/1 sku=A received_qty=5 damaged_qty=0 received_on=03-02 bin_id=A1
        1 ->       shelf A on=5 hold=2
        2 ->       shelf A on=5 hold=0

        story refused-at-the-dock
        1 receipts R1/1 sku=A received_qty=5 rejected_qty=1 received_on=03-02 bin_id=A1
        1 ->       shelf A on=5 hold=1 free=4
        1 ->       finding stock_held
    """)


def test_announcements_meet_their_goods_in_every_order(agree: Agree) -> None:
    """Whatever was said first, what is over, still to come and under another name is the same."""
    agree("""
        story named-before-it-is-announced
        1 asns     S1/1 sku=A qty=10 expected_on=03-04
        2 receipts R1/1 sku=A received_qty=10 asn_id=S9 asn_line_no=1 received_on=03-03
        3 asns     S9/1 sku=A qty=10 expected_on=03-04
        2 ->       announced S1/1 rec=10 rem=0
        2 ->       finding asn_mismatch
        3 ->       announced S1/1 rec=0 rem=10
        3 ->       announced S9/1 rec=10 rem=0

        story said-to-be-all
        1 asns     S1/1 sku=A qty=10 expected_on=03-04
        2 receipts R1/1 sku=A received_qty=6 asn_id=S1 asn_line_no=1 is_final=yes received_on=03-03
        3 receipts R2/1 sku=A received_qty=4 asn_id=S1 asn_line_no=1 received_on=03-04
        2 ->       announced S1/1 rec=6 rem=0
        3 ->       announced S1/1 rec=10 rem=0
        3 ->       shelf A on=10 hold=0

        story called-off-after-a-part
        1 asns     S1/1 sku=A qty=10 expected_on=03-04
        1 orders   O1/1 sku=A qty=10
        2 receipts R1/1 sku=A received_qty=6 asn_id=S1 asn_line_no=1 received_on=03-03
        3 asns     S1/1 sku=A qty=10 expected_on=03-04 action=cancel
        2 ->       line O1/1 rel=6 eta=03-05
        3 ->       announced S1/1 rec=6 rem=0 st=cancelled
        3 ->       line O1/1 rel=6 eta=-

        story returns-are-not-announced-goods
        1 asns     S1/1 sku=A qty=10 expected_on=03-04
        2 receipts R1/1 sku=A received_qty=3 receipt_type=return received_on=03-03
        2 ->       announced S1/1 rec=0 rem=10
        2 ->       shelf A on=3 hold=3
    """)


def test_an_alias_is_its_sku(agree: Agree) -> None:
    """What is sent under another name of a SKU is counted, received, ordered and shipped as that SKU."""
    agree("""
        story alias
        1 items       sku=A aliases=OLD|A-1
        1 stock       sku=OLD qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders      O1/1 sku=A-1 qty=4
        1 adjustments sku=OLD qty=-1 reason=broken bin_id=A1
        2 shipments   O1/1 sku=OLD shipped_qty=4
        1 ->          shelf A on=9 rel=4
        1 ->          line O1/1 sku=A rel=4
        2 ->          line O1/1 ship=4
        2 ->          shelf A on=5
    """)


def test_a_later_quantity_replaces_a_wish(agree: Agree) -> None:
    """Who wanted three and then ten again gets ten."""
    agree("""
        story wanted-again
        1 stock     sku=A qty=100 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=10
        2 orders    O1/1 sku=A qty=3 changed_at=03-03T09:00
        3 orders    O1/1 sku=A qty=10 changed_at=03-04T09:00
        4 shipments O1/1 sku=A shipped_qty=8 short_qty=2
        2 ->        line O1/1 ordered=10 rel=10
        4 ->        line O1/1 ordered=10 ship=8 rel=2 open=0

        story raised-after-a-late-cancellation
        1 stock         sku=A qty=4 bin_id=A1 counted_at=03-02T06:00
        1 orders        O1/1 sku=A qty=4
        2 cancellations O1
        3 shipments     O1/1 sku=A shipped_qty=4
        2 ->            line O1/1 rel=4 canc=0
        3 ->            line O1/1 ship=4 canc=0 status=shipped
        3 ->            finding too_late
    """)


def test_held_goods_are_counted_but_not_sold(agree: Agree) -> None:
    """A count may say that units are damaged; who orders gets the others."""
    agree("""
        story count-of-damaged
        1 stock  sku=A qty=3 bin_id=A1 status=available counted_at=03-02T06:00
        1 stock  sku=A qty=2 bin_id=A1 status=damaged counted_at=03-02T06:00
        1 orders O1/1 sku=A qty=5
        1 ->     shelf A on=5 hold=2 rel=3
        1 ->     line O1/1 rel=3 open=2
        1 ->     finding stock_held
    """)


def test_a_slip_takes_back_no_more_than_left(agree: Agree) -> None:
    """More than was shipped cannot come back: the row is rejected and nothing moves."""
    agree("""
        story slip-too-large
        1 stock     sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=4
        2 shipments O1/1 sku=A shipped_qty=4
        3 shipments O1/1 sku=A shipped_qty=-5
        3 ->        line O1/1 ship=4
        3 ->        shelf A on=6
        3 ->        rejected shipments//1

        story slip-of-an-open-release
        1 stock     sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=10
        2 shipments O1/1 sku=A shipped_qty=6 is_final=no
        3 shipments O1/1 sku=A shipped_qty=-2 is_final=no
        2 ->        line O1/1 ship=6 rel=4
        3 ->        line O1/1 ship=4 rel=6 open=0
        3 ->        shelf A on=6 rel=6 hold=0
    """)


def test_one_place_at_one_instant_has_one_count(agree: Agree) -> None:
    """Two files that count it differently at one instant are a contradiction for a person."""
    agree("""
        story counted-twice-at-once
        1 stock#a sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 stock#b sku=A qty=9 bin_id=A1 counted_at=03-02T06:00
        1 ->      shelf A on=0
        1 ->      rejected stock/conflicting_changes
    """)


def test_what_a_person_has_to_judge_is_never_taken_for_others(agree: Agree) -> None:
    """Where a shelf lacks units, those on hold stay: the lack is a gap, and goes when it is explained."""
    agree("""
        story left-before-its-receipt-beside-a-return
        1 receipts  R1/1 sku=A received_qty=3 receipt_type=return received_on=03-02 bin_id=A1
        1 orders    O1/1 sku=A qty=2
        2 shipments O1/1 sku=A shipped_qty=2 bin_id=DOCK shipped_at=03-03T10:00
        3 receipts  R2/1 sku=A received_qty=8 received_on=03-02 bin_id=DOCK
        2 ->        shelf A on=3 hold=3 free=0
        2 ->        finding negative_stock
        3 ->        shelf A on=9 hold=3 free=6
        3 ->        no finding negative_stock

        story returned-while-a-pick-is-not-told
        1 stock     sku=A qty=5 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=5
        2 stock     sku=A qty=0 bin_id=A1 counted_at=03-03T20:00
        3 receipts  R1/1 sku=A received_qty=2 receipt_type=return received_on=03-04 bin_id=B1
        4 shipments O1/1 sku=A shipped_qty=5 shipped_at=03-03T10:00
        2 ->        shelf A on=5 rel=5
        3 ->        shelf A on=7 rel=5 hold=2
        4 ->        shelf A on=2 rel=0 hold=2 free=0

        story damaged-beside-a-pick-that-is-not-told
        1 stock     sku=A qty=5 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=4
        2 stock     sku=A qty=1 bin_id=A1 status=damaged counted_at=03-03T20:00
        3 shipments O1/1 sku=A shipped_qty=4 shipped_at=03-03T10:00
        2 ->        shelf A on=5 rel=4 hold=1 free=0
        3 ->        shelf A on=1 rel=0 hold=1 free=0
    """)


def test_rows_of_a_line_that_is_served(agree: Agree) -> None:
    """What the line cannot take moves nothing, and a slip takes that back first."""
    agree("""
        story slip-after-a-row-that-moved-nothing
        1 stock     sku=A qty=20 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=10
        2 shipments O1/1 sku=A shipped_qty=11
        3 shipments O1/1 sku=A shipped_qty=2 tracking_no=T2
        4 shipments O1/1 sku=A shipped_qty=-3
        3 ->        shelf A on=9
        3 ->        finding shipped_again
        4 ->        shelf A on=10
        4 ->        line O1/1 ship=10 open=0 rel=0

        story cancelled-before-it-was-missed
        1 stock         sku=A qty=6 bin_id=A1 counted_at=03-02T06:00
        1 stock         sku=A qty=5 bin_id=B1 counted_at=03-02T06:00
        1 orders        O1/1 sku=A qty=8
        1 cancellations O1/1 qty=2
        2 shipments     O1/1 sku=A shipped_qty=5 shipped_at=03-03T10:00
        4 shipments     O1/1 sku=A shipped_qty=1 shipped_at=03-05T10:00
        5 shipments     O1/1 sku=A shipped_qty=1 shipped_at=03-03T15:00
        1 ->            line O1/1 rel=6 canc=2
        3 ->            line O1/1 ship=5 rel=1 canc=2
        4 ->            line O1/1 ship=6 canc=2
        5 ->            line O1/1 ship=6 canc=2 open=0 rel=0
        5 ->            finding shipped_again
    """)
