"""Reservations in changing stock: who loses units that are gone, and who may take kept ones.

What is kept for an order is promised. If a loss takes units of the shelf, the one who was to be served last
gives up first, and somebody hears of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.spec.facts.reading import Agree


def test_a_loss_takes_from_who_would_be_served_last(agree: Agree) -> None:
    """Units that are gone are given up by the last in the queue, and it is said."""
    agree("""
        story b17
        policy not_due = "reserve"
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders      O1/1 sku=A qty=5 promised_on=03-20
        1 orders      O2/1 sku=A qty=5 promised_on=03-21
        1 ->          line O1/1 res=5
        1 ->          line O2/1 res=5
        2 adjustments sku=A qty=-1 reason=x
        2 ->          line O1/1 res=5
        2 ->          line O2/1 res=4 open=1
        2 ->          shelf A on=9
        2 ->          finding lost_reservation

        story b43
        policy not_due = "reserve"
        1 receipts R1/1 sku=A received_qty=10 received_on=03-02 bin_id=A1
        1 orders   O1/1 sku=A qty=8 promised_on=03-20
        1 ->       line O1/1 res=8
        2 receipts R1C/1 sku=A received_qty=-5 received_on=03-03 bin_id=A1
        2 ->       shelf A on=5
        2 ->       line O1/1 res=5 open=3
        2 ->       finding lost_reservation

        story b17-found-again
        policy not_due = "reserve"
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders      O1/1 sku=A qty=5 promised_on=03-20
        1 orders      O2/1 sku=A qty=5 promised_on=03-21
        2 adjustments sku=A qty=-1 reason=lost
        3 adjustments sku=A qty=1 reason=found
        2 ->          line O2/1 res=4 open=1
        3 ->          line O1/1 res=5
        3 ->          line O2/1 res=5 open=0
    """)


def test_a_reservation_is_kept_unless_the_policy_deals_anew(agree: Agree) -> None:
    """Under gain what is kept stays kept, under redistribute who is due goes first."""
    agree("""
        story c11
        policy not_due = "reserve"
        1 stock  sku=A qty=5 bin_id=A1 counted_at=03-02T06:00
        1 orders O1/1 sku=A qty=5 promised_on=03-04
        1 orders O2/1 sku=A qty=5 promised_on=03-20 priority=1
        1 ->     line O1/1 res=0
        1 ->     line O2/1 res=5
        3 ->     line O1/1 rel=0 open=5
        3 ->     line O2/1 res=5

        story c11b
        policy not_due = "reserve"
        policy standing = "redistribute"
        1 stock  sku=A qty=5 bin_id=A1 counted_at=03-02T06:00
        1 orders O1/1 sku=A qty=5 promised_on=03-20
        2 orders O2/1 sku=A qty=5 promised_on=03-03 priority=9
        2 ->     line O2/1 rel=5
        2 ->     line O1/1 res=0 open=5
    """)
