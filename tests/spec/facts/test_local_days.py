"""Local days: the day and the evening of a fact are those of its warehouse.

Eighteen hours in Tokyo are nine in the morning in London. Where a file says a day, or nothing, it means the
day of the people who wrote it; and a night that closes a date may already know of the next morning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.spec.facts.reading import Agree


def test_a_day_alone_means_the_evening_of_the_warehouse(agree: Agree) -> None:
    """Of a day only, and of nothing, it is 18:00 where the shelf stands."""
    agree("""
        story tokyo-count-before
        warehouses T1
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-02T08:30
        1 receipts    R1/1 sku=A received_qty=5 received_on=03-02 bin_id=A1
        1 adjustments sku=A qty=-1 reason=broken bin_id=A1
        1 ->          shelf A on=14

        story tokyo-count-after
        warehouses T1
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-02T09:30
        1 receipts    R1/1 sku=A received_qty=5 received_on=03-02 bin_id=A1
        1 adjustments sku=A qty=-1 reason=broken bin_id=A1
        1 ->          shelf A on=10

        story tokyo-count-in-the-time-of-the-client
        warehouses T1
        1 stock    sku=A qty=10 bin_id=A1 counted_at=2026-03-02T17:30:00
        1 receipts R1/1 sku=A received_qty=5 received_on=03-02 bin_id=A1
        1 ->       shelf A on=10

        story tokyo-and-london
        warehouses W1 T1
        1 stock    warehouse_id=T1 sku=A qty=10 bin_id=T counted_at=03-02T12:00
        1 stock    warehouse_id=W1 sku=A qty=10 bin_id=W counted_at=03-02T12:00
        1 receipts R1/1 warehouse_id=T1 sku=A received_qty=1 received_on=03-02 bin_id=T
        1 receipts R1/2 warehouse_id=W1 sku=A received_qty=1 received_on=03-02 bin_id=W
        1 ->       bin A@T 10
        1 ->       bin A@W 11
    """)


def test_a_gap_is_told_at_the_end_of_the_local_day(agree: Agree) -> None:
    """What comes in on the local day of a loss explains it, though it is another day elsewhere."""
    agree("""
        story tokyo-same-day
        warehouses T1
        1 adjustments sku=A qty=-4 reason=broken bin_id=A1 adjusted_at=03-01T16:00
        1 receipts    R1/1 sku=A received_qty=9 received_at=03-02T02:00 bin_id=A1
        1 ->          shelf A on=5
        1 ->          no finding negative_stock

        story tokyo-next-day
        warehouses T1
        1 adjustments sku=A qty=-4 reason=broken bin_id=A1 adjusted_at=03-02T14:00
        1 receipts    R1/1 sku=A received_qty=9 received_at=03-02T16:00 bin_id=A1
        1 ->          shelf A on=9
        1 ->          finding negative_stock
    """)


def test_the_morning_after_may_be_known_already(agree: Agree) -> None:
    """A night closes its date early on the next day; what is dated then is compared like all else."""
    agree("""
        story count-of-the-next-morning
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-03T02:00
        1 adjustments sku=A qty=-4 reason=broken
        2 adjustments sku=A qty=-3 reason=lost
        1 ->          shelf A on=10
        2 ->          shelf A on=7

        story loss-of-the-next-morning
        1 receipts    R1/1 sku=A received_qty=10 received_on=03-02 bin_id=A1
        1 adjustments sku=A qty=-4 reason=broken bin_id=A1 adjusted_at=03-03T10:00
        2 stock       sku=A qty=10 bin_id=A1 counted_at=03-03T06:00
        1 ->          shelf A on=6
        2 ->          shelf A on=6
    """)
