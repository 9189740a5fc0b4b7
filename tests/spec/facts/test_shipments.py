"""Shipments: all that left the house is a fact, whatever was asked for.

A confirmation comes in two files, a day late, for a line that nobody released, twice, or with a minus. The
goods are gone all the same. Who refuses such a row picks the goods a second time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.spec.facts.reading import Agree


def test_counts_and_confirmed_picks_meet_in_one_night(agree: Agree) -> None:
    """A count says what is left after a shipment before it, and what was there before one after it."""
    agree("""
        story a09
        1 orders    O1/1 sku=A qty=10
        1 receipts  R1/1 sku=A received_qty=10 received_on=03-02 bin_id=A1
        1 ->        line O1/1 rel=10
        2 stock     sku=A qty=0 bin_id=A1 counted_at=03-03T20:00
        2 shipments O1/1 sku=A shipped_qty=10 shipped_at=03-03T10:00
        2 ->        shelf A on=0
        2 ->        line O1/1 ship=10 open=0
        2 ->        no finding negative_stock

        story a09b
        1 orders    O1/1 sku=A qty=10
        1 receipts  R1/1 sku=A received_qty=10 received_on=03-02 bin_id=A1
        2 stock     sku=A qty=10 bin_id=A1 counted_at=03-02T23:00
        2 shipments O1/1 sku=A shipped_qty=10 shipped_at=03-03T10:00
        2 ->        shelf A on=0
        2 ->        line O1/1 ship=10 open=0
        2 ->        no finding negative_stock

        story d13
        1 stock     sku=A qty=5 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=10
        1 ->        line O1/1 rel=5
        2 stock     sku=A qty=12 bin_id=A1 counted_at=03-02T20:00
        2 shipments O1/1 sku=A shipped_qty=8 shipped_at=03-03T10:00
        2 ->        shelf A on=4
        2 ->        line O1/1 ship=8 open=0
    """)


def test_what_left_without_a_release_is_posted(agree: Agree) -> None:
    """Units of a line that was never released ship all the same, and somebody is told."""
    agree("""
        story a10
        1 orders    O1/1 sku=A qty=10
        2 stock     sku=A qty=10 bin_id=A1 counted_at=03-02T18:00
        2 shipments O1/1 sku=A shipped_qty=4 shipped_at=03-03T10:00
        2 ->        shelf A on=6 free=0 rel=6
        2 ->        line O1/1 ship=4 rel=6 open=0
        2 ->        finding late_shipment

        story a10b
        1 orders    O1/1 sku=A qty=10
        2 stock     sku=A qty=6 bin_id=A1 counted_at=03-03T18:00
        2 shipments O1/1 sku=A shipped_qty=4 shipped_at=03-03T10:00
        2 ->        shelf A on=6
        2 ->        line O1/1 ship=4 rel=6

        story a10c
        1 orders    O1/1 sku=A qty=10
        2 stock     sku=A qty=10 bin_id=A1 counted_at=03-02T18:00
        2 shipments O1/1 sku=A shipped_qty=4
        2 ->        shelf A on=6
        2 ->        line O1/1 ship=4 rel=6

        story a34
        1 orders      O1/1 sku=A qty=10
        2 orders      O2/1 sku=A qty=3
        2 stock       sku=A qty=10 bin_id=A1 counted_at=03-02T18:00
        2 adjustments sku=A qty=-8 reason=x adjusted_at=03-03T09:00
        2 ->          shelf A on=2 rel=2
        2 ->          line O1/1 rel=2 open=8

        story a10-cancelled-before
        1 stock         sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders        O1/1 sku=A qty=4 hold_reason=fraud
        2 cancellations O1
        3 shipments     O1/1 sku=A shipped_qty=4 shipped_at=03-04T10:00
        2 ->            line O1/1 canc=4
        3 ->            line O1/1 canc=4 ship=0
        3 ->            finding shipped_again
    """)


def test_what_ships_before_its_receipt_is_reported_is_no_stock_later(agree: Agree) -> None:
    """The late receipt of goods that have left puts nothing on the shelf."""
    agree("""
        story a29
        1 orders    O1/1 sku=A qty=10
        2 shipments O1/1 sku=A shipped_qty=10 shipped_at=03-03T08:00
        2 ->        line O1/1 ship=10
        2 ->        finding negative_stock
        3 receipts  R1/1 sku=A received_qty=10 received_on=03-02 bin_id=A1
        3 ->        shelf A on=0
    """)


def test_a_shipment_from_another_lot_is_that_lots(agree: Agree) -> None:
    """What left is taken from the lot and bin that it names."""
    agree("""
        story a25
        1 stock     sku=A qty=10 bin_id=A1 counted_at=03-01T08:00 lot_id=L1
        1 orders    O1/1 sku=A qty=5
        2 stock     sku=A qty=8 bin_id=A2 counted_at=03-03T06:00 lot_id=L2
        2 shipments O1/1 sku=A shipped_qty=5 lot_id=L2 bin_id=A2 shipped_at=03-03T10:00
        2 ->        bin A@A2/L2 3
        2 ->        bin A@A1/L1 10
        2 ->        finding other_lot

        story a25b
        1 stock     sku=A qty=10 bin_id=A1 counted_at=03-01T08:00 lot_id=L1
        1 orders    O1/1 sku=A qty=5
        2 stock     sku=A qty=8 bin_id=A2 counted_at=03-03T12:00 lot_id=L2
        2 shipments O1/1 sku=A shipped_qty=5 lot_id=L2 bin_id=A2 shipped_at=03-03T10:00
        2 ->        bin A@A2/L2 8
        2 ->        bin A@A1/L1 10

        story a25-other-bin
        1 stock     sku=A qty=5 bin_id=A1 counted_at=03-02T06:00
        1 stock     sku=A qty=5 bin_id=A2 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=5
        2 shipments O1/1 sku=A shipped_qty=5 bin_id=A2
        1 ->        line O1/1 rel=5
        2 ->        line O1/1 ship=5
        2 ->        bin A@A1 5
        2 ->        bin A@A2 0
    """)


def test_all_rows_of_a_night_for_a_release_are_one_confirmation(agree: Agree) -> None:
    """Two trucks of one evening are no short, whatever files they stand in."""
    agree("""
        story c22
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders      O1/1 sku=A qty=10
        2 shipments   O1/1 sku=A shipped_qty=6
        2 shipments#b O1/1 sku=A shipped_qty=4
        2 ->          line O1/1 ship=10 open=0
        2 ->          shelf A on=0

        story c22-three-files
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders      O1/1 sku=A qty=10
        2 shipments   O1/1 sku=A shipped_qty=2
        2 shipments#b O1/1 sku=A shipped_qty=5
        2 shipments#c O1/1 sku=A shipped_qty=3
        2 ->          line O1/1 ship=10 open=0
        2 ->          shelf A on=0
        2 ->          no finding short_pick
    """)


def test_rows_that_are_alike_are_parcels_unless_a_file_is_said_twice(agree: Agree) -> None:
    """Rows of one file are all meant, and so are rows with times of their own; an untimed file is not."""
    agree("""
        story c22-alike-with-times
        1 stock       sku=A qty=12 bin_id=A1 counted_at=03-02T06:00
        1 orders      O1/1 sku=A qty=12
        2 shipments   O1/1 sku=A shipped_qty=6 shipped_at=03-03T10:00
        2 shipments#b O1/1 sku=A shipped_qty=6 shipped_at=03-03T15:00
        2 ->          line O1/1 ship=12 open=0
        2 ->          shelf A on=0

        story c22-alike-in-one-file
        1 stock     sku=A qty=12 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=12
        2 shipments O1/1 sku=A shipped_qty=6
        2 shipments O1/1 sku=A shipped_qty=6
        2 ->        line O1/1 ship=12 open=0
        2 ->        shelf A on=0

        story c22-alike-in-two-files
        1 stock       sku=A qty=12 bin_id=A1 counted_at=03-02T06:00
        1 orders      O1/1 sku=A qty=12
        2 shipments   O1/1 sku=A shipped_qty=6
        2 shipments#b O1/1 sku=A shipped_qty=6
        2 ->          line O1/1 ship=6 rel=0
        2 ->          finding file_repeated
    """)


def test_one_confirmation_may_exceed_its_line_or_come_from_two_warehouses(agree: Agree) -> None:
    """What left is posted as what it is: beyond the line, or from the warehouse that picked it."""
    agree("""
        story c22-more-than-the-line
        1 stock       sku=A qty=20 bin_id=A1 counted_at=03-02T06:00
        1 orders      O1/1 sku=A qty=10
        2 shipments   O1/1 sku=A shipped_qty=7
        2 shipments#b O1/1 sku=A shipped_qty=5
        2 ->          shelf A on=8
        2 ->          line O1/1 rel=0 open=0
        2 ->          finding over_shipped

        story c22-two-warehouses
        warehouses W1 W2
        1 stock       warehouse_id=W1 sku=A qty=6 bin_id=A1 counted_at=03-02T06:00
        1 stock       warehouse_id=W2 sku=A qty=4 bin_id=B1 counted_at=03-02T06:00
        1 orders      O1/1 sku=A qty=10
        2 shipments   O1/1 sku=A shipped_qty=6 warehouse_id=W1
        2 shipments#b O1/1 sku=A shipped_qty=4 warehouse_id=W2
        1 ->          released O1@W1 6
        1 ->          released O1@W2 4
        2 ->          line O1/1 ship=10 open=0
        2 ->          shelf A on=0
    """)


def test_the_second_truck_may_come_a_day_later(agree: Agree) -> None:
    """What was not found yesterday and is reported shipped today is no longer missing."""
    agree("""
        story c21
        1 stock     sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=10
        2 shipments O1/1 sku=A shipped_qty=6 is_final=no
        2 ->        line O1/1 ship=6 rel=4 open=0
        3 shipments O1/1 sku=A shipped_qty=4
        3 ->        line O1/1 ship=10 status=shipped
        3 ->        shelf A on=0

        story c22c
        1 stock     sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=10
        2 shipments O1/1 sku=A shipped_qty=6
        3 shipments O1/1 sku=A shipped_qty=4
        3 ->        line O1/1 ship=10 rel=0 open=0
        3 ->        shelf A on=0

        story c22c-counted-between
        1 stock     sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=10
        2 shipments O1/1 sku=A shipped_qty=6
        2 stock     sku=A qty=4 bin_id=A1 counted_at=03-03T20:00
        3 shipments O1/1 sku=A shipped_qty=4
        2 ->        line O1/1 ship=6 rel=4
        2 ->        shelf A on=4 hold=0
        3 ->        line O1/1 ship=10 rel=0 open=0
        3 ->        shelf A on=0

        story c22c-two-of-three
        1 stock     sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=10
        2 shipments O1/1 sku=A shipped_qty=6
        3 shipments O1/1 sku=A shipped_qty=3
        3 ->        line O1/1 ship=9 open=1
        3 ->        shelf A on=1 hold=1
    """)


def test_the_same_row_in_another_file_happened_once(agree: Agree) -> None:
    """Shipments happen once; without a time the same file is the same, with one the same row."""
    agree("""
        story b08a
        1 stock     sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=5
        2 shipments O1/1 sku=A shipped_qty=5
        2 ->        shelf A on=5
        2 ->        line O1/1 ship=5
        3 shipments O1/1 sku=A shipped_qty=5
        3 ->        shelf A on=5
        3 ->        line O1/1 ship=5

        story e13
        1 stock     sku=A qty=20 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=10
        2 shipments O1/1 sku=A shipped_qty=6 is_final=no shipped_at=03-03T09:12:33 tracking_no=T1
        3 shipments O1/1 sku=A shipped_qty=6 is_final=no shipped_at=03-03T09:12:33 tracking_no=T1
        3 shipments O1/1 sku=A shipped_qty=1 is_final=no shipped_at=03-04T09:12:33 tracking_no=T2
        3 ->        line O1/1 ship=7 rel=3

        story e13-more-than-there-is
        1 stock     sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=5
        2 shipments O1/1 sku=A shipped_qty=5 shipped_at=03-03T10:00
        3 shipments O1/1 sku=A shipped_qty=5 shipped_at=03-04T10:00
        3 ->        line O1/1 ship=5
        3 ->        shelf A on=5
        3 ->        finding shipped_again
    """)


def test_a_slip_that_is_taken_back_frees_its_units(agree: Agree) -> None:
    """A negative shipment gives units back to the line, and holds nothing."""
    agree("""
        story slip-a-night-later
        1 stock     sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=10
        2 shipments O1/1 sku=A shipped_qty=10
        3 shipments O1/1 sku=A shipped_qty=-4
        2 ->        line O1/1 ship=10
        3 ->        line O1/1 ship=6 rel=4 open=0
        3 ->        shelf A on=4 hold=0

        story slip-of-the-excess
        1 stock     sku=A qty=20 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=10
        2 shipments O1/1 sku=A shipped_qty=12
        3 shipments O1/1 sku=A shipped_qty=-2
        2 ->        shelf A on=8
        3 ->        shelf A on=10
        3 ->        line O1/1 ship=10 open=0 rel=0
    """)


def test_a_row_without_a_line_fills_the_lines_of_its_sku(agree: Agree) -> None:
    """By order and SKU a shipment goes to the lines one after the other."""
    agree("""
        story b44
        1 stock     sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=5
        1 orders    O1/2 sku=A qty=3
        2 shipments O1 sku=A shipped_qty=8
        2 ->        line O1/1 ship=5
        2 ->        line O1/2 ship=3
        2 ->        shelf A on=2

        story b44-two-files
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders      O1/1 sku=A qty=5
        1 orders      O1/2 sku=A qty=3
        2 shipments   O1 sku=A shipped_qty=3
        2 shipments#b O1 sku=A shipped_qty=5
        2 ->          line O1/1 ship=5
        2 ->          line O1/2 ship=3
        2 ->          shelf A on=2
    """)


def test_a_row_of_another_sku_is_rejected(agree: Agree) -> None:
    """A shipment that names neither what was ordered nor what was released moves nothing."""
    agree("""
        story other-sku
        1 stock     sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 stock     sku=B qty=10 bin_id=B1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=5
        2 shipments O1/1 sku=B shipped_qty=5
        2 ->        line O1/1 rel=5 ship=0
        2 ->        shelf B on=10
        2 ->        rejected shipments//1
    """)


def test_units_and_kits_ship_as_they_are_named(agree: Agree) -> None:
    """A carton is its eaches and a kit its parts, in one night or in two."""
    agree("""
        story shipped-in-cartons
        1 items     sku=A uoms=CA:5
        1 stock     sku=A qty=12 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=10
        2 shipments O1/1 sku=A shipped_qty=2 uom=CA
        2 ->        line O1/1 ship=10 open=0
        2 ->        shelf A on=2

        story kit-in-two-nights
        1 items     sku=K kit=P:2|Q:1
        1 items     sku=P
        1 items     sku=Q
        1 stock     sku=P qty=4 bin_id=P1 counted_at=03-02T06:00
        1 stock     sku=Q qty=2 bin_id=Q1 counted_at=03-02T06:00
        1 orders    O1/1 sku=K qty=2
        2 shipments O1/1 sku=K shipped_qty=1 is_final=no
        3 shipments O1/1 sku=K shipped_qty=1
        1 ->        line O1/1 rel=2
        2 ->        line O1/1 ship=1 rel=1
        2 ->        shelf P on=2
        2 ->        shelf Q on=1
        3 ->        line O1/1 ship=2 rel=0 open=0
        3 ->        shelf P on=0
        3 ->        shelf Q on=0
    """)


def test_a_count_that_moves_released_units_loses_none(agree: Agree) -> None:
    """Bins are counted anew while units of one of them are with the picker."""
    agree("""
        story b51
        1 stock     sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 stock     sku=A qty=10 bin_id=A2 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=15
        2 stock     sku=A qty=0 bin_id=A2 counted_at=03-03T06:00
        2 stock     sku=A qty=20 bin_id=A1 counted_at=03-03T06:00
        2 ->        shelf A on=20
        3 shipments O1/1 sku=A shipped_qty=15
        3 ->        shelf A on=5
        3 ->        line O1/1 ship=15
        3 ->        no finding negative_stock
    """)
