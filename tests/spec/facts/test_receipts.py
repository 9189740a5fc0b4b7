"""Receipts and announcements: they meet in one place, whichever came first.

Goods come before their announcement, in two deliveries, under the wrong line, as something else, or twice in
the books. What is on the shelf is what came; what is still promised is what is still to come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.spec.facts.reading import Agree


def test_the_latest_word_of_an_announcement_holds(agree: Agree) -> None:
    """Announcements say what is so now: the same said again later holds again."""
    agree(
        """
        story b06
        1 orders O1/1 sku=A qty=15
        1 asns   S1/1 sku=A qty=20 expected_on=03-10
        1 ->     line O1/1 eta=03-11
        2 asns   S1/1 sku=A qty=8 expected_on=03-10
        2 ->     announced S1/1 ann=8 rem=8
        2 ->     line O1/1 eta=-

        story b40
        1 orders O1/1 sku=A qty=5
        1 asns   S1/1 sku=A qty=20 expected_on=03-10
        1 ->     line O1/1 eta=03-11
        2 asns   S1/1 sku=A qty=20 expected_on=03-10 action=cancel
        2 ->     line O1/1 eta=-
        2 ->     announced S1/1 st=cancelled rem=0

        story b41
        1 orders O1/1 sku=A qty=5
        1 asns   S1/1 sku=A qty=20 expected_on=03-10
        2 asns   S1/1 sku=A qty=20 expected_on=03-20
        2 ->     line O1/1 eta=03-21
        3 asns   S1/1 sku=A qty=20 expected_on=03-10
        3 ->     line O1/1 eta=03-11

        story c07
        1 asns   S1/1 sku=A qty=20 expected_on=03-10
        1 orders O1/1 sku=A qty=5
        2 asns   S1/1 sku=A qty=20 expected_on=03-20
        3 asns   S1/1 sku=A qty=20 expected_on=03-10
        3 asns   S2/1 sku=Z qty=1 expected_on=03-30
        3 ->     line O1/1 eta=03-11

        story b41-other-line-ends
        1 orders O1/1 sku=A qty=5
        2 ->     line O1/1 eta=03-21
        3 ->     line O1/1 eta=03-11
        3 ->     no finding file_repeated

        story b06-less-than-came
        1 asns     S1/1 sku=A qty=20 expected_on=03-10
        2 receipts R1/1 sku=A received_qty=12 asn_id=S1 asn_line_no=1 received_on=03-03
        3 asns     S1/1 sku=A qty=12 expected_on=03-10
        2 ->       announced S1/1 ann=20 rec=12 rem=8
        3 ->       announced S1/1 ann=12 rec=12 rem=0
        """,
        files={
            "b41-other-line-ends 1 asns": "asn_id,line_no,sku,qty,expected_on\nS1,1,A,20,2026-03-10\n",
            "b41-other-line-ends 2 asns": "asn_id,line_no,sku,qty,expected_on\nS1,1,A,20,2026-03-20\n",
            "b41-other-line-ends 3 asns": (
                "\ufeffsku,qty,expected_on,asn_id,line_no\r\nA,20,2026-03-10,S1,1\r\n"
            ),
        },
    )


def test_goods_count_for_the_oldest_announcement_of_their_sku(agree: Agree) -> None:
    """A receipt that names no announcement is taken off the one that was expected first."""
    agree("""
        story c16
        1 asns     S1/1 sku=A qty=10 expected_on=03-04
        1 asns     S2/1 sku=A qty=10 expected_on=03-06
        1 orders   O1/1 sku=A qty=15
        1 ->       line O1/1 eta=03-07
        2 receipts R1/1 sku=A received_qty=10 received_on=03-03
        2 ->       announced S1/1 rec=10 rem=0
        2 ->       announced S2/1 rem=10
        2 ->       line O1/1 rel=10 eta=03-07

        story c16-one-file-two-rows
        1 asns     S1/1 sku=A qty=10 expected_on=03-04
        1 asns     S2/1 sku=A qty=10 expected_on=03-06
        2 receipts R1/1 sku=A received_qty=7 received_on=03-03
        2 receipts R2/1 sku=A received_qty=5 received_on=03-03
        2 ->       announced S1/1 rec=10 rem=0
        2 ->       announced S2/1 rec=2 rem=8
        2 ->       shelf A on=12

        story c16-announced-after-they-came
        1 receipts R1/1 sku=A received_qty=10 received_on=03-02
        1 orders   O1/1 sku=A qty=15
        2 asns     S1/1 sku=A qty=10 expected_on=03-03
        2 ->       announced S1/1 rec=10 rem=0
        2 ->       line O1/1 rel=10 eta=-

        story c16-in-cartons
        1 items    sku=A uoms=CA:12
        1 asns     S1/1 sku=A qty=24 expected_on=03-04
        2 receipts R1/1 sku=A received_qty=2 uom=CA received_on=03-03
        2 ->       announced S1/1 ann=24 rec=24 rem=0
        2 ->       shelf A on=24
    """)


def test_what_is_received_beyond_a_tenth_more_is_held(agree: Agree) -> None:
    """Over-receipt is judged by all that was announced, in whatever order it was said."""
    agree("""
        story b19
        1 asns     S1/1 sku=A qty=10 expected_on=03-03
        2 receipts R1/1 sku=A received_qty=11 asn_id=S1 asn_line_no=1 received_on=03-03
        2 ->       shelf A on=11 hold=0
        2 ->       announced S1/1 rec=11 rem=0
        3 receipts R2/1 sku=A received_qty=5 asn_id=S1 asn_line_no=1 received_on=03-04
        3 ->       shelf A on=16
        3 ->       finding over_receipt

        story b19-one-night
        1 asns     S1/1 sku=A qty=10 expected_on=03-03
        1 receipts R1/1 sku=A received_qty=20 asn_id=S1 asn_line_no=1 received_on=03-02
        1 ->       shelf A on=20 hold=9 free=11
        1 ->       announced S1/1 rec=20 rem=0
        1 ->       finding over_receipt

        story b19-announced-later
        1 receipts R1/1 sku=A received_qty=20 asn_id=S1 asn_line_no=1 received_on=03-02
        2 asns     S1/1 sku=A qty=10 expected_on=03-03
        2 ->       shelf A on=20 hold=9 free=11
        2 ->       announced S1/1 rec=20 rem=0
        2 ->       finding over_receipt

        story b19-meant
        1 asns     S1/1 sku=A qty=10 expected_on=03-03
        2 receipts R1/1 sku=A received_qty=20 asn_id=S1 asn_line_no=1 received_on=03-03
        3 asns     S1/1 sku=A qty=20 expected_on=03-03
        2 ->       shelf A on=20 hold=9
        3 ->       shelf A on=20 hold=0
        3 ->       no finding over_receipt
    """)


def test_goods_that_name_the_wrong_announcement_are_booked(agree: Agree) -> None:
    """They count for an open line of their own SKU, and somebody is told."""
    agree("""
        story b07
        1 orders   O1/1 sku=A qty=5
        1 asns     S1/1 sku=A qty=10 expected_on=03-04
        2 receipts R1/1 sku=B received_qty=10 asn_id=S1 asn_line_no=1 received_on=03-03
        2 ->       shelf B on=10
        2 ->       shelf A on=0
        2 ->       announced S1/1 rec=0 rem=10

        story c19
        1 asns     S1/1 sku=A qty=10 expected_on=03-04
        2 receipts R1/1 sku=A received_qty=10 asn_id=S9 asn_line_no=1 received_on=03-03
        2 ->       shelf A on=10

        story e18
        1 asns     S1/1 sku=A qty=10 expected_on=03-04
        1 asns     S1/2 sku=B qty=10 expected_on=03-04
        1 orders   O1/1 sku=A qty=10
        2 receipts R1/1 sku=A received_qty=10 asn_id=S1 asn_line_no=2 received_on=03-03
        2 ->       shelf A on=10
        2 ->       line O1/1 rel=10

        story b07-announced-elsewhere
        1 asns     S1/1 sku=A qty=10 expected_on=03-04
        1 asns     S2/1 sku=B qty=10 expected_on=03-05
        2 receipts R1/1 sku=B received_qty=10 asn_id=S1 asn_line_no=1 received_on=03-03
        2 ->       announced S1/1 rec=0 rem=10
        2 ->       announced S2/1 rec=10 rem=0
        2 ->       finding asn_mismatch

        story c19-said
        1 asns     S1/1 sku=A qty=10 expected_on=03-04
        2 receipts R1/1 sku=A received_qty=10 asn_id=S9 asn_line_no=1 received_on=03-03
        2 ->       shelf A on=10
        2 ->       announced S1/1 rec=10 rem=0
        2 ->       finding asn_mismatch

        story e18-swapped
        1 asns     S1/1 sku=A qty=10 expected_on=03-04
        1 asns     S1/2 sku=B qty=10 expected_on=03-04
        2 receipts R1/1 sku=A received_qty=10 asn_id=S1 asn_line_no=2 received_on=03-03
        2 receipts R1/2 sku=B received_qty=10 asn_id=S1 asn_line_no=1 received_on=03-03
        2 ->       announced S1/1 rec=10 rem=0
        2 ->       announced S1/2 rec=10 rem=0
        2 ->       shelf A on=10
        2 ->       shelf B on=10
        2 ->       finding asn_mismatch
    """)


def test_a_line_that_is_said_again_is_its_correction(agree: Agree) -> None:
    """The same line of a receipt on its day with another quantity, SKU or bin replaces what was said."""
    agree("""
        story b21
        1 receipts R1/1 sku=A received_qty=10 received_on=03-02
        1 ->       shelf A on=10
        2 receipts R1/1 sku=A received_qty=8 received_on=03-02
        2 ->       shelf A on=8

        story b21b
        1 receipts R1/1 sku=A received_qty=10 received_on=03-02
        2 receipts R1/1 sku=A received_qty=10 received_on=03-02 bin_id=B7
        2 ->       shelf A on=10

        story b21-other-sku
        1 receipts R1/1 sku=A received_qty=10 received_on=03-02
        2 receipts R1/1 sku=B received_qty=10 received_on=03-02
        2 ->       shelf A on=0
        2 ->       shelf B on=10
        2 ->       finding receipt_corrected

        story b21-other-day
        1 receipts R1 sku=A received_qty=10 received_on=03-02
        2 receipts R1 sku=A received_qty=10 received_on=03-03
        2 ->       shelf A on=20
        2 ->       no finding receipt_corrected

        story b21-other-day-under-its-number
        1 receipts R1/1 sku=A received_qty=10 received_on=03-02
        2 receipts R1/1 sku=A received_qty=10 received_on=03-03
        2 ->       shelf A on=10
        2 ->       rejected receipts/event_conflict/1

        story b21-more
        1 receipts R1/1 sku=A received_qty=10 received_on=03-02 bin_id=A1
        2 receipts R1/1 sku=A received_qty=14 received_on=03-02 bin_id=A1
        2 ->       bin A@A1 14
        2 ->       finding receipt_corrected

        story b21-counted-between
        1 receipts R1/1 sku=A received_qty=10 received_on=03-02 bin_id=A1
        2 stock    sku=A qty=8 bin_id=A1 counted_at=03-03T06:00
        3 receipts R1/1 sku=A received_qty=8 received_on=03-02 bin_id=A1
        2 ->       shelf A on=8
        3 ->       shelf A on=8
    """)


def test_negative_units_take_off_what_their_announcement_was_credited(agree: Agree) -> None:
    """A correction in a document of its own, in a later night or in the same."""
    agree("""
        story c18
        1 asns     S1/1 sku=A qty=10 expected_on=03-04
        2 receipts R1/1 sku=A received_qty=10 asn_id=S1 asn_line_no=1 received_on=03-03
        3 receipts R1C/1 sku=A received_qty=-4 asn_id=S1 asn_line_no=1 received_on=03-03
        3 ->       shelf A on=6
        3 ->       announced S1/1 rec=6

        story c18-one-night
        1 asns     S1/1 sku=A qty=10 expected_on=03-04
        2 receipts R1/1 sku=A received_qty=10 asn_id=S1 asn_line_no=1 received_on=03-03
        2 receipts R1C/1 sku=A received_qty=-4 asn_id=S1 asn_line_no=1 received_on=03-03
        2 ->       shelf A on=6
        2 ->       announced S1/1 rec=6 rem=4
    """)


def test_lines_without_numbers_are_added_up_and_meet_again_by_their_content(agree: Agree) -> None:
    """A longer export of the same document brings what is new in it."""
    agree(
        """
        story e07b
        2 -> shelf A on=8
        """,
        files={
            "e07b 1 receipts": "receipt_id,sku,received_qty,received_on\nR1,A,5,2026-03-02\n",
            "e07b 2 receipts": (
                "receipt_id,sku,received_qty,received_on\nR1,A,3,2026-03-02\nR1,A,5,2026-03-02\n"
            ),
        },
    )
