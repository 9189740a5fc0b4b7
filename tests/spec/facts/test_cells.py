"""Cells: what a value may look like, and what is refused with its place.

A comma, a unit or an exponent must never become another quantity in silence. What cannot be read
for certain is rejected, row by row; the others go on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.spec.facts.reading import Agree


def test_quantities_are_whole_units(agree: Agree) -> None:
    """Twelve with three zeros behind the point is twelve; what is no plain number is rejected."""
    agree("""
        story b11
        1 stock  sku=A qty=12.000 bin_id=A1 counted_at=03-02T06:00
        1 orders O1/1 sku=A qty=2.5
        1 orders O2/1 sku=A qty=3.00
        1 orders O3/1 sku=A qty=1e1
        1 orders O4/1 sku=A qty=0x5
        1 orders O5/1 sku=A qty=" 4 "
        1 orders O6/1 sku=A qty=1,000
        1 orders O7/1 sku=A qty=+2
        1 orders O8/1 sku=A qty=-2
        1 orders O9/1 sku=A qty=0
        1 ->     shelf A on=12
        1 ->     no line O1/1
        1 ->     line O2/1 ordered=3
        1 ->     no line O4/1
        1 ->     no line O6/1
        1 ->     no line O8/1

        story d28
        1 stock  sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders O1/1 sku=A qty=99999999999999999999
        1 orders O2/1 sku=A qty=1000000000000
        1 orders O3/1 sku=A qty=5 ordered_at=02-30T08:00
        1 orders O4/1 sku=A qty=5 promised_on=03/04/2026
        1 orders O5/1 sku=A qty=5 ordered_at=2062-03-01T08:00:00Z
        1 ->     no line O1/1
        1 ->     no line O3/1
        1 ->     no line O4/1
        1 ->     rejected orders/out_of_range/1

        story b11-adjustments
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 adjustments sku=A qty=\u22124 reason=typographic
        1 adjustments sku=A qty=1,000 reason=comma
        1 adjustments sku=A qty=-2.0 reason=broken
        1 adjustments sku=A qty=2- reason=trailing
        1 ->          shelf A on=8
        1 ->          rejected adjustments//1
        1 ->          rejected adjustments//2
        1 ->          no rejected adjustments//3
        1 ->          rejected adjustments//4
    """)


def test_weighed_goods_add_up_exactly(agree: Agree) -> None:
    """An item may say how many decimals its quantities have; then they are whole numbers of the last one."""
    agree("""
        story b10
        1 items  sku=A decimals=1
        1 stock  sku=A qty=6.8 bin_id=A1 counted_at=03-02T06:00
        1 orders O1/1 sku=A qty=2.1
        1 orders O2/1 sku=A qty=1.7 ordered_at=03-01T09:00
        1 orders O3/1 sku=A qty=1.2 ordered_at=03-01T10:00
        1 orders O4/1 sku=A qty=1.8 ordered_at=03-01T11:00
        1 ->     line O1/1 rel=21
        1 ->     line O2/1 rel=17
        1 ->     line O3/1 rel=12
        1 ->     line O4/1 rel=18
        1 ->     shelf A on=68 free=0

        story c24
        1 items  sku=A decimals=1
        1 stock  sku=A qty=6.8 bin_id=A1 counted_at=03-02T06:00
        1 orders O1/1 sku=A qty=2.1
        2 items  sku=A decimals=0
        2 ->     line O1/1 rel=21

        story b10-too-many-decimals
        1 items       sku=A decimals=1
        1 stock       sku=A qty=6.8 bin_id=A1 counted_at=03-02T06:00
        1 adjustments sku=A qty=-0.5 reason=spilt
        1 adjustments sku=A qty=-0.25 reason=spilt
        1 ->          shelf A on=63
        1 ->          rejected adjustments//2
    """)


def test_a_unit_is_converted_or_refused(agree: Agree) -> None:
    """Cartons become eaches by the item; a unit that it does not know rejects the row."""
    agree("""
        story c23
        1 items  sku=A uoms=CA:12
        1 stock  sku=A qty=5 bin_id=A1 counted_at=03-02T06:00 uom=CA
        1 orders O1/1 sku=A qty=2 uom=CA
        1 orders O2/1 sku=A qty=1 uom=XX
        1 ->     line O1/1 ordered=24 rel=24
        1 ->     shelf A on=60
        1 ->     rejected orders/unknown_unit

        story c23-every-feed
        1 items       sku=A uoms=CA:12
        1 stock       sku=A qty=1 uom=CA bin_id=A1 counted_at=03-02T06:00
        1 receipts    R1/1 sku=A received_qty=2 uom=CA received_on=03-02 bin_id=A1
        1 receipts    R2/1 sku=A received_qty=2 uom=XX received_on=03-02 bin_id=A1
        1 adjustments sku=A qty=-1 uom=XX reason=broken
        1 asns        S1/1 sku=A qty=3 uom=CA expected_on=03-10
        1 asns        S2/1 sku=A qty=3 uom=XX expected_on=03-10
        1 ->          shelf A on=36
        1 ->          announced S1/1 ann=36
        1 ->          no announced S2/1
        1 ->          rejected receipts/unknown_unit/2
        1 ->          rejected adjustments/unknown_unit/1
        1 ->          rejected asns/unknown_unit/2
    """)


def test_blanks_around_an_id_are_none_of_it(agree: Agree) -> None:
    """A SKU with a blank behind it is the SKU."""
    agree("""
        story b50
        1 stock  sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 orders O1/1 sku=A qty=5
        1 orders O2/1 sku="A " qty=5
        1 ->     line O1/1 rel=5
        1 ->     line O2/1 rel=5 sku=A
    """)


def test_ids_with_hidden_characters_are_refused(agree: Agree) -> None:
    """Control, format and bidirectional characters stop a row at the door, in every feed."""
    agree("""
        story hidden-characters
        1 stock       sku=A qty=10 bin_id=A1 counted_at=03-02T06:00
        1 stock       sku=A\u200b qty=3 bin_id=A1 counted_at=03-02T06:00
        1 orders      O1/1 sku=A qty=1
        1 orders      O\u202e2/1 sku=A qty=1
        1 receipts    R\u00ad1/1 sku=A received_qty=5 received_on=03-02
        1 adjustments sku=A qty=-1 reason=broken bin_id=A\u20661
        1 ->          shelf A on=10
        1 ->          line O1/1 rel=1
        1 ->          rejected stock//2
        1 ->          rejected orders//2
        1 ->          rejected receipts//1
        1 ->          rejected adjustments//1
    """)
