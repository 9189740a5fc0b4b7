"""Wishes: what cannot be undone yet stays wished for.

A buyer cancels what the warehouse has in its hands, or wants three instead of ten. What left has left; what
comes back must never be picked for him again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.spec.facts.reading import Agree


def test_a_cancellation_that_is_too_late_stays_a_wish(agree: Agree) -> None:
    """What is not with the warehouse is cancelled at once, the rest if it comes back."""
    agree("""
        story b02
        1 stock         sku=A qty=6 bin_id=A1 counted_at=03-02T06:00
        1 orders        O1/1 sku=A qty=10
        1 ->            line O1/1 rel=6 open=4
        2 cancellations O1
        2 ->            line O1/1 rel=6 canc=4 open=0
        2 ->            finding too_late
        3 shipments     O1/1 sku=A shipped_qty=6
        3 ->            line O1/1 ship=6 canc=4 status=shipped

        story b03
        1 stock         sku=A qty=6 bin_id=A1 counted_at=03-02T06:00
        1 orders        O1/1 sku=A qty=10
        2 cancellations O1
        3 shipments     O1/1 sku=A shipped_qty=4
        3 ->            line O1/1 ship=4 rel=0
        4 stock         sku=A qty=2 bin_id=A1 counted_at=03-05T06:00
        4 ->            line O1/1 ship=4 rel=0 open=0 canc=6

        story c13
        1 stock         sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders        O1/1 sku=A qty=4
        2 cancellations O1/1 qty=2
        2 shipments     O1/1 sku=A shipped_qty=4
        2 ->            line O1/1 ship=4 canc=0
        2 ->            finding too_late

        story c13-whole-order
        1 stock         sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders        O1/1 sku=A qty=4
        2 cancellations O1
        2 shipments     O1/1 sku=A shipped_qty=4
        2 ->            line O1/1 ship=4 canc=0 open=0
        2 ->            finding too_late

        story c13-part-of-it-left
        1 stock         sku=A qty=100 bin_id=A1 counted_at=03-02T06:00
        1 orders        O1/1 sku=A qty=10
        2 cancellations O1/1 qty=6
        3 shipments     O1/1 sku=A shipped_qty=7 short_qty=3
        2 ->            line O1/1 rel=10 canc=0
        3 ->            line O1/1 ship=7 canc=3 open=0 rel=0

        story slip-of-a-cancelled-line
        1 stock         sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders        O1/1 sku=A qty=4
        2 cancellations O1
        3 shipments     O1/1 sku=A shipped_qty=4
        4 shipments     O1/1 sku=A shipped_qty=-1
        3 ->            line O1/1 ship=4
        4 ->            line O1/1 ship=3 canc=1 open=0 rel=0
        4 ->            shelf A on=7
    """)


def test_a_reduction_that_is_too_late_stays_a_wish(agree: Agree) -> None:
    """The quantity goes down to what is with the warehouse, and further when units come back."""
    agree("""
        story b04
        1 stock     sku=A qty=6 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=10
        2 orders    O1/1 sku=A qty=3 changed_at=03-03T09:00
        2 ->        line O1/1 ordered=6 rel=6 open=0
        2 ->        finding too_late
        3 shipments O1/1 sku=A shipped_qty=6
        3 ->        line O1/1 ordered=6 ship=6 status=shipped

        story c09
        policy not_due = "reserve"
        1 stock  sku=A qty=20 bin_id=A1 counted_at=03-02T06:00
        1 orders O1/1 sku=A qty=5 promised_on=03-20
        2 orders O1/1 sku=A qty=2 promised_on=03-20 changed_at=03-03T09:00
        2 ->     line O1/1 ordered=2 res=2 open=0 canc=0
        2 ->     shelf A free=20

        story b04-came-back
        1 stock     sku=A qty=100 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=10
        2 orders    O1/1 sku=A qty=3 changed_at=03-03T09:00
        3 shipments O1/1 sku=A shipped_qty=8
        2 ->        line O1/1 ordered=10 rel=10
        2 ->        finding too_late
        3 ->        line O1/1 ordered=8 ship=8 open=0 rel=0
    """)


def test_all_that_is_left_can_be_cancelled(agree: Agree) -> None:
    """More than there is cancels what there is, and is not too late."""
    agree("""
        story b29
        1 orders        O1/1 sku=A qty=10
        2 cancellations O1/1 qty=20
        2 ->            line O1/1 canc=10 open=0 status=cancelled
        2 ->            no finding too_late

        story b29-two-files
        1 orders          O1/1 sku=A qty=10
        2 cancellations   O1/1 qty=4
        2 cancellations#b O1/1 qty=20
        2 ->              line O1/1 canc=10 open=0 status=cancelled
        2 ->              no finding too_late

        story b29-in-cartons
        1 items         sku=A uoms=CA:4
        1 orders        O1/1 sku=A qty=3 uom=CA
        2 cancellations O1/1 sku=A qty=1 uom=CA
        2 ->            line O1/1 ordered=12 canc=4 open=8
    """)


def test_a_cancellation_that_comes_before_its_order_is_remembered(agree: Agree) -> None:
    """Its order is held when it comes."""
    agree("""
        story b30
        1 stock         sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 cancellations O1
        1 ->            rejected cancellations/unknown_order
        2 orders        O1/1 sku=A qty=5
        2 ->            line O1/1 rel=0

        story b30-five-nights
        1 stock         sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 cancellations O1
        6 orders        O1/1 sku=A qty=5
        6 ->            line O1/1 rel=0 open=5
        6 ->            finding cancelled_before
    """)


def test_what_is_said_in_one_night_is_taken_in_its_order(agree: Agree) -> None:
    """New, change and cancellation of one evening: the latest word holds, whatever file it stands in."""
    agree("""
        story b27
        1 stock         sku=A qty=20 bin_id=A1 counted_at=03-02T06:00
        1 orders        O1/1 sku=A qty=10
        1 orders#b      O1/1 sku=A qty=12 changed_at=03-02T09:00
        1 cancellations O1/1 qty=3 cancelled_at=03-02T10:00
        1 ->            line O1/1 ordered=12 canc=3 rel=9

        story b48
        1 stock    sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders   O1/1 sku=A qty=5
        1 orders#b O1/1 sku=A qty=5 action=cancel
        1 ->       line O1/1 rel=0 canc=5

        story c01
        1 stock    sku=A qty=20 bin_id=A1 counted_at=03-02T06:00
        1 orders#a O1/1 sku=A qty=5
        1 orders#b O1/1 sku=A qty=8 action=change changed_at=03-02T09:00
        1 ->       line O1/1 ordered=8 rel=8

        story c02
        1 stock    sku=A qty=20 bin_id=A1 counted_at=03-02T06:00
        1 orders#a O1/1 sku=A qty=5 ordered_at=03-02T08:00 changed_at=03-02T08:00
        1 orders#b O1/1 sku=A qty=8 ordered_at=03-02T08:00 changed_at=03-02T09:00
        1 ->       line O1/1 ordered=8 rel=8

        story b48-cancel-first
        1 stock    sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders#a O1/1 sku=A qty=5 action=cancel
        1 orders#b O1/1 sku=A qty=5
        1 ->       line O1/1 rel=0 canc=5

        story c02-later-one-first
        1 stock    sku=A qty=20 bin_id=A1 counted_at=03-02T06:00
        1 orders#a O1/1 sku=A qty=8 changed_at=03-02T09:00
        1 orders#b O1/1 sku=A qty=5 changed_at=03-02T08:00
        1 ->       line O1/1 ordered=8 rel=8

        story c02-one-file
        1 stock  sku=A qty=20 bin_id=A1 counted_at=03-02T06:00
        1 orders O1/1 sku=A qty=8 changed_at=03-02T09:00
        1 orders O1/1 sku=A qty=5 changed_at=03-02T08:00
        1 ->     line O1/1 ordered=8 rel=8
    """)


def test_a_line_keeps_its_sku(agree: Agree) -> None:
    """Another SKU is another line: the row is rejected and the line goes on."""
    agree("""
        story b33
        1 orders O1/1 sku=A qty=5
        2 orders O1/1 sku=B qty=5 changed_at=03-03T09:00
        2 ->     rejected orders/sku_changed
        2 ->     line O1/1 open=5
    """)
