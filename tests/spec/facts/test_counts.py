"""Counts: a shelf is its last count and every fact after it.

A count in the morning and a loss of the same day come in one night, in the wrong order, a day late or not at
all. Whoever posts them by the order of files gets a stock that nobody can explain. So each fact has one
instant, and what a shelf holds follows from instants alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.spec.facts.reading import Agree


def test_a_loss_without_a_time_is_after_the_count_of_that_morning(agree: Agree) -> None:
    """A fact with neither day nor time happened at 18:00 of the business date that took it."""
    agree("""
        story a01
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-01T08:00
        1 adjustments sku=A qty=-4 reason=x
        1 ->          shelf A on=6

        story a13
        1 receipts    R1/1 sku=A received_qty=10 received_on=03-02 bin_id=A1
        1 adjustments sku=A qty=-4 reason=x
        1 ->          shelf A on=6

        story a21
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-01T08:00
        1 adjustments sku=A qty=4 reason=x
        1 ->          shelf A on=14

        story a32
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-01T08:00
        2 adjustments sku=A qty=-4 reason=x
        2 ->          shelf A on=6

        story a01-two-files
        1 stock         sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 adjustments   sku=A qty=-4 reason=broken
        1 adjustments#b sku=A qty=-1 reason=lost
        1 ->            shelf A on=5

        story a01-count-at-night
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-02T20:00
        1 adjustments sku=A qty=-4 reason=broken
        1 ->          shelf A on=10
        1 ->          no finding already_counted

        story a32-count-at-night
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-02T20:00
        2 adjustments sku=A qty=-4 reason=broken
        2 ->          shelf A on=6

        story a01-second-run
        1  stock       sku=A qty=10 bin_id=A1 counted_at=03-02T20:00
        1+ adjustments sku=A qty=-4 reason=broken
        1+ ->          shelf A on=6

        story a01-second-run-with-a-time
        1  stock       sku=A qty=10 bin_id=A1 counted_at=03-02T20:00
        1+ adjustments sku=A qty=-4 reason=broken adjusted_at=03-02T10:00
        1+ ->          shelf A on=10
    """)


def test_a_fact_with_a_day_only_happened_at_six_in_the_evening_of_it(agree: Agree) -> None:
    """A count of the morning has nothing of its day inside, one of the night all of it."""
    agree("""
        story a02
        1 stock    sku=A qty=10 bin_id=A1 counted_at=03-01T08:00
        1 receipts R1/1 sku=A received_qty=5 received_on=03-02 bin_id=A1
        1 ->       shelf A on=15

        story a12
        1 stock    sku=A qty=10 bin_id=A1 counted_at=03-01T08:00
        1 receipts R1/1 sku=A received_qty=-3 received_on=03-02 bin_id=A1
        1 ->       shelf A on=7

        story a17
        1 stock    sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        2 receipts R1/1 sku=A received_qty=5 received_on=03-02 bin_id=A1
        2 ->       shelf A on=15
        2 ->       no finding already_counted

        story f03
        1 stock    sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 receipts R1/1 sku=A received_qty=5 received_on=03-02 bin_id=A1
        1 ->       shelf A on=15

        story f03b
        1 stock    sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 receipts R1/1 sku=A received_qty=5 received_on=03-02
        1 ->       shelf A on=15

        story a17-count-at-night
        1 receipts R1/1 sku=A received_qty=5 received_on=03-02 bin_id=A1
        2 stock    sku=A qty=5 bin_id=A1 counted_at=03-02T20:00
        2 ->       shelf A on=5
        2 ->       no finding count_difference

        story a17-count-in-the-afternoon
        1 receipts R1/1 sku=A received_qty=5 received_on=03-02 bin_id=A1
        2 stock    sku=A qty=0 bin_id=A1 counted_at=03-02T17:00
        2 ->       shelf A on=5
        2 ->       no finding count_held

        story a17-adjusted-on-a-day
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        2 adjustments sku=A qty=-4 reason=broken bin_id=A1 adjusted_at=03-02
        2 ->          shelf A on=6
        2 ->          no finding already_counted

        story a17-adjusted-on-the-day-of-a-count-at-night
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-02T20:00
        2 adjustments sku=A qty=-4 reason=broken bin_id=A1 adjusted_at=03-02
        2 ->          shelf A on=10
        2 ->          finding already_counted
    """)


def test_a_fact_with_a_time_is_compared_with_the_count(agree: Agree) -> None:
    """What happened before the count is inside it, what happened after comes on top, in one night."""
    agree("""
        story a04
        1 stock    sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 receipts R1/1 sku=A received_qty=5 received_at=03-02T09:00 bin_id=A1
        1 ->       shelf A on=15

        story a06b
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-01T08:00
        1 adjustments sku=A qty=-4 reason=x adjusted_at=03-02T09:00 bin_id=A1
        1 ->          shelf A on=6

        story a07
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 adjustments sku=A qty=-4 reason=x adjusted_at=03-01T09:00 bin_id=A1
        1 ->          shelf A on=10

        story a22
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-01T08:00
        1 stock       sku=A qty=7 bin_id=A1 counted_at=03-02T08:00
        1 adjustments sku=A qty=-2 reason=x adjusted_at=03-01T12:00 bin_id=A1
        1 ->          shelf A on=7

        story a23
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-01T08:00
        1 stock       sku=A qty=7 bin_id=A1 counted_at=03-02T08:00
        1 adjustments sku=A qty=-2 reason=x adjusted_at=03-02T12:00 bin_id=A1
        1 ->          shelf A on=5

        story a07-same-instant
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-02T10:00
        1 adjustments sku=A qty=-4 reason=broken bin_id=A1 adjusted_at=03-02T10:00
        1 ->          shelf A on=10

        story a07-a-second-later
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-02T10:00
        1 adjustments sku=A qty=-4 reason=broken bin_id=A1 adjusted_at=03-02T10:00:01
        1 ->          shelf A on=6

        story a23-one-file
        1 stock       sku=A qty=7 bin_id=A1 counted_at=03-02T12:00
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-02T08:00
        1 adjustments sku=A qty=-1 reason=broken bin_id=A1 adjusted_at=03-02T13:00
        1 adjustments sku=A qty=-2 reason=broken bin_id=A1 adjusted_at=03-02T10:00
        1 ->          shelf A on=6

        story a04-other-zone
        1 stock    sku=A qty=10 bin_id=A1 counted_at=2026-03-02T07:00:00+01:00
        1 receipts R1/1 sku=A received_qty=5 received_at=2026-03-02T06:30:00+00:00 bin_id=A1
        1 receipts R2/1 sku=A received_qty=1 received_at=2026-03-02T06:30:00+01:00 bin_id=A1
        1 ->       shelf A on=15
    """)


def test_a_file_that_comes_nights_later_is_told_by_its_time(agree: Agree) -> None:
    """The night on which a fact or a count comes in makes no difference to the stock."""
    agree("""
        story a15
        1 adjustments sku=A qty=-4 reason=x bin_id=A1 adjusted_at=03-02T10:00
        2 stock       sku=A qty=10 bin_id=A1 counted_at=03-01T08:00
        2 ->          shelf A on=6

        story a16
        1 receipts R1/1 sku=A received_qty=10 received_on=03-02 bin_id=A1
        2 stock    sku=A qty=10 bin_id=A1 counted_at=03-03T06:00
        2 ->       shelf A on=10
        3 receipts R2/1 sku=A received_qty=5 received_at=03-02T10:00 bin_id=A1
        3 ->       shelf A on=10
        3 ->       finding already_counted

        story c03
        1 receipts R1/1 sku=A received_qty=10 received_at=03-02T08:00 bin_id=A1
        2 stock    sku=A qty=9 bin_id=A1 counted_at=03-02T07:00
        2 ->       shelf A on=19

        story c04b
        1 stock     sku=A qty=100 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=5
        2 shipments O1/1 sku=A shipped_qty=5 shipped_at=03-03T15:00
        3 stock     sku=A qty=101 bin_id=A1 counted_at=03-03T12:00
        3 ->        shelf A on=96

        story b53
        1 stock     sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=5
        2 stock     sku=A qty=5 bin_id=A1 counted_at=03-03T20:00
        3 shipments O1/1 sku=A shipped_qty=5 shipped_at=03-03T10:00
        3 ->        shelf A on=5
        3 ->        line O1/1 ship=5

        story f01
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-02T12:00
        2 adjustments sku=A qty=-4 reason=x bin_id=A1 adjusted_at=03-02T15:00
        2 ->          shelf A on=6
    """)


def test_what_a_count_saw_is_inside_it_whichever_comes_last(agree: Agree) -> None:
    """Facts at or before the instant of a count are inside it, also where the older of two comes last."""
    agree("""
        story a16-same-instant
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-02T10:00
        2 adjustments sku=A qty=-4 reason=broken bin_id=A1 adjusted_at=03-02T10:00
        2 ->          shelf A on=10
        2 ->          finding already_counted

        story a16-older-count-comes-last
        1 stock    sku=A qty=7 bin_id=A1 counted_at=03-02T12:00
        2 stock    sku=A qty=10 bin_id=A1 counted_at=03-02T08:00
        3 receipts R1/1 sku=A received_qty=5 received_at=03-02T09:00 bin_id=A1
        2 ->       shelf A on=7
        3 ->       shelf A on=7
        3 ->       finding already_counted

        story f01-count-comes-last
        1 adjustments sku=A qty=-4 reason=broken bin_id=A1 adjusted_at=03-02T15:00
        2 stock       sku=A qty=10 bin_id=A1 counted_at=03-02T12:00
        1 ->          finding negative_stock
        2 ->          shelf A on=6
        2 ->          no finding negative_stock

        story c03-three-nights
        1 receipts    R1/1 sku=A received_qty=10 received_at=03-02T08:00 bin_id=A1
        2 adjustments sku=A qty=-2 reason=lost bin_id=A1 adjusted_at=03-02T09:00
        3 stock       sku=A qty=9 bin_id=A1 counted_at=03-02T07:00
        2 ->          shelf A on=8
        3 ->          shelf A on=17

        story already-counted-once-a-file
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-02T12:00
        1 stock       sku=B qty=10 bin_id=B1 counted_at=03-02T12:00
        2 adjustments sku=A qty=-4 reason=broken bin_id=A1 adjusted_at=03-02T10:00
        2 adjustments sku=B qty=-4 reason=broken bin_id=B1 adjusted_at=03-02T13:00
        2 ->          shelf A on=10
        2 ->          shelf B on=6
        2 ->          finding already_counted
    """)


def test_released_units_are_in_a_physical_count(agree: Agree) -> None:
    """A count of the morning still sees what leaves later that day, with a time, without one, or assumed."""
    agree("""
        story d08
        settings feeds.shipments confirm = "assume"
        1 stock  sku=A qty=100 bin_id=A1 counted_at=03-02T06:00
        1 orders O1/1 sku=A qty=5
        2 stock  sku=A qty=100 bin_id=A1 counted_at=03-03T06:00
        2 ->     shelf A on=95
        2 ->     line O1/1 ship=5

        story d09
        1 stock     sku=A qty=100 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=5
        2 stock     sku=A qty=100 bin_id=A1 counted_at=03-03T06:00
        2 shipments O1/1 sku=A shipped_qty=5
        2 ->        shelf A on=95

        story f04
        1 stock     sku=A qty=100 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=5
        2 stock     sku=A qty=100 bin_id=A1 counted_at=03-03T06:00
        2 shipments O1/1 sku=A shipped_qty=5 shipped_at=03-03T10:00
        2 ->        shelf A on=95

        story d08-count-at-night
        settings feeds.shipments confirm = "assume"
        1 stock  sku=A qty=100 bin_id=A1 counted_at=03-02T06:00
        1 orders O1/1 sku=A qty=5
        2 stock  sku=A qty=95 bin_id=A1 counted_at=03-03T20:00
        2 ->     shelf A on=95
        2 ->     line O1/1 ship=5
        2 ->     no finding count_difference
    """)
