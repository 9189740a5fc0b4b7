"""Identity: what is the same fact, and what only looks like it.

An export comes twice, in another order of rows, with other line ends, or grows by the day. Of things that
happened each happened once; of things that are so the last word holds; two orders may have one number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.spec.facts.reading import Agree


def test_a_closed_line_is_not_opened_again(agree: Agree) -> None:
    """A number that comes again after its line was closed is refused."""
    agree("""
        story b09
        1 stock     sku=A qty=20 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=5
        2 shipments O1/1 sku=A shipped_qty=5
        3 orders    O1/1 sku=A qty=7 ordered_at=03-04T08:00
        3 ->        line O1/1 ordered=5 ship=5
        3 ->        rejected orders/line_closed

        story b09b
        1 stock     sku=A qty=20 bin_id=A1 counted_at=03-02T06:00
        1 orders    O1/1 sku=A qty=5
        2 shipments O1/1 sku=A shipped_qty=5
        3 orders    O1 sku=A qty=7 ordered_at=03-04T08:00
        3 ->        line O1/1 ordered=5 ship=5
        3 ->        rejected orders/
    """)


def test_rows_without_numbers_are_paired_by_content(agree: Agree) -> None:
    """The same order with its rows in another order is the same order."""
    agree(
        """
        story d31
        2 -> line O1/1 ordered=2
        2 -> line O1/2 ordered=3
        2 -> no line O1/3

        story d31-changed-quantity
        2 -> line O1/1 sku=A ordered=5
        2 -> line O1/2 sku=B ordered=3
        2 -> no line O1/3

        story d31-one-sku-twice
        2 -> line O1/1 ordered=2
        2 -> line O1/2 ordered=3
        2 -> no line O1/3

        story d31-part-of-the-order
        2 -> line O1/1 sku=A ordered=2
        2 -> line O1/2 sku=B ordered=3
        2 -> no line O1/3
        2 -> no finding incomplete_intake
        """,
        files={
            "d31 1 orders": (
                "order_id,sku,qty,ordered_at\nO1,A,2,2026-03-01T08:00:00Z\nO1,B,3,2026-03-01T08:00:00Z\n"
            ),
            "d31 2 orders": (
                "order_id,sku,qty,ordered_at\n"
                "O1,B,3,2026-03-01T08:00:00Z\n"
                "O1,A,2,2026-03-01T08:00:00Z\n"
                "O2,A,1,2026-03-01T08:00:00Z\n"
            ),
            "d31-changed-quantity 1 orders": (
                "order_id,sku,qty,ordered_at\nO1,A,2,2026-03-01T08:00:00Z\nO1,B,3,2026-03-01T08:00:00Z\n"
            ),
            "d31-changed-quantity 2 orders": (
                "order_id,sku,qty,ordered_at\nO1,B,3,2026-03-01T08:00:00Z\nO1,A,5,2026-03-01T08:00:00Z\n"
            ),
            "d31-one-sku-twice 1 orders": (
                "order_id,sku,qty,ordered_at\nO1,A,2,2026-03-01T08:00:00Z\nO1,A,3,2026-03-01T08:00:00Z\n"
            ),
            "d31-one-sku-twice 2 orders": (
                "order_id,sku,qty,ordered_at\n"
                "O1,A,3,2026-03-01T08:00:00Z\n"
                "O1,A,2,2026-03-01T08:00:00Z\n"
                "O2,A,1,2026-03-01T08:00:00Z\n"
            ),
            "d31-part-of-the-order 1 orders": (
                "order_id,sku,qty,ordered_at\nO1,A,2,2026-03-01T08:00:00Z\nO1,B,3,2026-03-01T08:00:00Z\n"
            ),
            "d31-part-of-the-order 2 orders": (
                "order_id,sku,qty,ordered_at\nO1,B,3,2026-03-01T08:00:00Z\nO2,A,1,2026-03-01T08:00:00Z\n"
            ),
        },
    )


def test_a_file_is_its_cells(agree: Agree) -> None:
    """Line ends, quotes, encoding and column order do not make a file another one."""
    agree(
        """
        story e10
        1 stock sku=A qty=20 bin_id=A1 counted_at=03-02T06:00
        3 ->    shelf A on=16

        story e10-quotes-and-mark
        1 stock sku=A qty=20 bin_id=A1 counted_at=03-02T06:00
        3 ->    shelf A on=16
        3 ->    finding file_repeated

        story e10-cancellations
        1 orders O1/1 sku=A qty=10
        3 ->     line O1/1 canc=3 open=7
        3 ->     finding file_repeated

        story e10-count-said-again
        3 -> shelf A on=10
        3 -> no finding file_repeated
        """,
        files={
            "e10 2 adjustments": "sku,qty,reason,bin_id\nA,-4,broken,A1\n",
            "e10 3 adjustments": "sku,qty,reason,bin_id\r\nA,-4,broken,A1\r\n",
            "e10-quotes-and-mark 2 adjustments": "sku,qty,reason,bin_id\nA,-4,broken,A1\n",
            "e10-quotes-and-mark 3 adjustments": (
                '\ufeff"bin_id","reason","qty","sku"\r\n"A1","broken","-4","A"\r\n'
            ),
            "e10-cancellations 2 cancellations": "order_id,line_no,qty\nO1,1,3\n",
            "e10-cancellations 3 cancellations": "qty,order_id,line_no\r\n3,O1,1\r\n",
            "e10-count-said-again 1 stock": "sku,qty,bin_id,counted_at\nA,10,A1,2026-03-02T06:00:00Z\n",
            "e10-count-said-again 2 adjustments": (
                "sku,qty,reason,bin_id,adjusted_at\nA,-1,broken,A1,2026-03-02T05:00:00Z\n"
            ),
            "e10-count-said-again 3 stock": "sku,qty,bin_id,counted_at\r\nA,10,A1,2026-03-02T06:00:00Z\r\n",
        },
    )


def test_a_row_with_its_time_happened_once(agree: Agree) -> None:
    """An event with a clock time that came in another file is that event; in one file all rows are meant."""
    agree("""
        story e09
        1 stock       sku=A qty=20 bin_id=A1 counted_at=03-02T06:00
        2 adjustments sku=A qty=-1 reason=x bin_id=A1 adjusted_at=03-03T09:12:33
        3 adjustments sku=A qty=-1 reason=x bin_id=A1 adjusted_at=03-03T09:12:33
        3 adjustments sku=A qty=-2 reason=x bin_id=A1 adjusted_at=03-04T10:00:01
        3 ->          shelf A on=17

        story e09-rows-turned-round
        1 stock       sku=A qty=20 bin_id=A1 counted_at=03-02T06:00
        2 adjustments sku=A qty=-1 reason=broken bin_id=A1 adjusted_at=03-03T09:12:33
        3 adjustments sku=A qty=-2 reason=broken bin_id=A1 adjusted_at=03-04T10:00:01
        3 adjustments sku=A qty=-1 reason=broken bin_id=A1 adjusted_at=03-03T09:12:33
        3 ->          shelf A on=17
        3 ->          no finding file_repeated

        story e09-two-honest-ones
        1 stock       sku=A qty=20 bin_id=A1 counted_at=03-02T06:00
        2 adjustments sku=A qty=-1 reason=broken bin_id=A1 adjusted_at=03-03T09:12:33
        2 adjustments sku=A qty=-1 reason=broken bin_id=A1 adjusted_at=03-03T09:12:33
        2 ->          shelf A on=18

        story e09-one-event-id
        1 stock       sku=A qty=20 bin_id=A1 counted_at=03-02T06:00
        2 adjustments sku=A qty=-1 reason=broken bin_id=A1 event_id=E1
        2 adjustments sku=A qty=-1 reason=broken bin_id=A1 event_id=E1
        3 adjustments sku=A qty=-1 reason=broken bin_id=A1 event_id=E1
        3 adjustments sku=A qty=-1 reason=broken bin_id=A1 event_id=E2
        2 ->          shelf A on=19
        3 ->          shelf A on=18

        story e09-one-event-id-other-content
        1 stock       sku=A qty=20 bin_id=A1 counted_at=03-02T06:00
        2 adjustments sku=A qty=-1 reason=broken bin_id=A1 event_id=E1
        3 adjustments sku=A qty=-5 reason=broken bin_id=A1 event_id=E1
        3 ->          shelf A on=19
        3 ->          rejected adjustments//1

        story e09-receipts
        2 receipts R1 sku=A received_qty=4 received_at=03-03T09:00 bin_id=A1
        3 receipts R1 sku=A received_qty=4 received_at=03-03T09:00 bin_id=A1
        3 receipts R2 sku=A received_qty=4 received_at=03-04T09:00 bin_id=A1
        3 ->       shelf A on=8
    """)


def test_an_untimed_file_that_grows_is_held(agree: Agree) -> None:
    """It is held if it has all rows of one of two rows or more in it; one row may be there by chance."""
    agree("""
        story grows-from-one-row
        1 stock       sku=A qty=20 bin_id=A1 counted_at=03-02T06:00
        2 adjustments sku=A qty=-1 reason=broken bin_id=A1
        3 adjustments sku=A qty=-1 reason=broken bin_id=A1
        3 adjustments sku=A qty=-2 reason=lost bin_id=A1
        3 ->          shelf A on=16
        3 ->          no finding file_grows

        story grows-from-two-rows
        1 stock       sku=A qty=20 bin_id=A1 counted_at=03-02T06:00
        2 adjustments sku=A qty=-1 reason=broken bin_id=A1
        2 adjustments sku=A qty=-2 reason=lost bin_id=A1
        3 adjustments sku=A qty=-2 reason=lost bin_id=A1
        3 adjustments sku=A qty=-3 reason=lost bin_id=A1
        3 adjustments sku=A qty=-1 reason=broken bin_id=A1
        3 ->          shelf A on=17
        3 ->          finding file_grows

        story grows-with-times
        1 stock       sku=A qty=20 bin_id=A1 counted_at=03-02T06:00
        2 adjustments sku=A qty=-1 reason=broken bin_id=A1 adjusted_at=03-03T08:00
        2 adjustments sku=A qty=-2 reason=lost bin_id=A1 adjusted_at=03-03T09:00
        3 adjustments sku=A qty=-1 reason=broken bin_id=A1 adjusted_at=03-03T08:00
        3 adjustments sku=A qty=-2 reason=lost bin_id=A1 adjusted_at=03-03T09:00
        3 adjustments sku=A qty=-3 reason=lost bin_id=A1 adjusted_at=03-04T09:00
        3 ->          shelf A on=14
        3 ->          no finding file_grows
    """)


def test_two_orders_may_have_one_number(agree: Agree) -> None:
    """An order that differs in time and in who gets it is not taken over; one difference is a change."""
    agree("""
        story order-of-another-shop
        1 orders O1/1 sku=A qty=5 ship_to_name=Ann ship_to_postcode=AB1
        2 orders O1/1 sku=A qty=9 ordered_at=03-02T10:00 ship_to_name=Bob ship_to_postcode=CD2
        2 ->     line O1/1 ordered=5
        2 ->     rejected orders/order_differs
        2 ->     finding order_differs

        story order-with-a-new-time
        1 orders O1/1 sku=A qty=5 ship_to_name=Ann
        2 orders O1/1 sku=A qty=9 ordered_at=03-02T10:00 ship_to_name=Ann changed_at=03-03T10:00
        2 ->     line O1/1 ordered=9
        2 ->     no finding order_differs

        story order-without-a-name
        1 orders O1/1 sku=A qty=5 ship_to_name=Ann
        2 orders O1/1 sku=A qty=9 ordered_at=03-02T10:00 ship_to_name= changed_at=03-03T10:00
        2 ->     line O1/1 ordered=9
        2 ->     no finding order_differs
    """)
