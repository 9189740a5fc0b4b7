"""Pegs and dates: what is on its way, and to whom it is promised.

The question that every merchant asks is not whether but when. A date that was computed from what is really
on its way, and from who stands first in line for it, can be told to a buyer. A date that only repeats the
supplier's next delivery is wrong for everybody but the first in the queue, and costs more trust than none.
"""

from __future__ import annotations

from tests.spec.tables import Example, Expect


def test_a_date_knows_quantity_and_queue_place(expect: Expect) -> None:
    """Inbound is promised in rank order: who is served by the small early delivery is told its date."""
    expect(
        Example(
            demand="""
                order qty
                O1    5
                O2    25
                O3    20
            """,
            inbound="""
                asn qty expected_on
                N1  5   03-04
                N2  100 03-20
            """,
        ),
        pegs="""
            order asn qty eta_on
            O1    N1  5   03-05
            O2    N2  25  03-23
            O3    N2  20  03-23
        """,
        standings="""
            order eta_on eta_reason
            O1    03-05  "ASN N1 line 1"
            O2    03-23  "ASN N2 line 1"
            O3    03-23  "ASN N2 line 1"
        """,
    )


def test_a_line_has_the_date_of_its_last_unit_and_none_if_any_has_none(expect: Expect) -> None:
    """A line's date is that of its last unit; if any unit has none, the line has none."""
    expect(
        Example(
            demand="""
                order qty
                O1    6
                O2    6
            """,
            supply="qty\n1",
            inbound="""
                asn qty expected_on
                N1  3   03-04
                N2  4   03-11
            """,
        ),
        pegs="""
            order asn qty
            O1    N1  3
            O1    N2  2
            O2    N2  2
        """,
        standings="""
            order eta_on eta_reason
            O1    03-12  "ASN N2 line 1"
            O2    -      "not enough announced"
        """,
    )


def test_goods_are_usable_some_working_days_after_they_come(expect: Expect) -> None:
    """Goods expected on a day without work come on the next, and are usable a working day later."""
    expect(
        Example(
            demand="order qty\nO1 2",
            inbound="""
                asn qty expected_on
                N1  2   03-07
            """,
        ),
        standings="""
            order eta_on
            O1    03-10
        """,
    )


def test_overdue_goods_are_planned_on_the_next_day_during_the_days_of_grace(expect: Expect) -> None:
    """What should have come is planned on the next day, for three working days; then it has no date."""
    demand = "order qty ordered_at\nO1 2 02-20"
    for expected_on, eta_on in (("02-25", "03-04"), ("02-24", "-")):
        inbound = f"asn qty expected_on status\nN1 2 {expected_on} overdue"
        expect(Example(demand=demand, inbound=inbound), standings=f"order eta_on\nO1 {eta_on}")


def test_late_goods_are_promised_behind_those_on_time(expect: Expect) -> None:
    """Of goods that can ship on the same day, those that are late are promised last."""
    expect(
        Example(
            demand="order qty\nO1 2\nO2 2",
            inbound="""
                asn qty expected_on status
                N1  2   02-27       overdue
                N2  2   03-03       expected
            """,
        ),
        pegs="""
            order asn qty eta_on
            O1    N2  2   03-04
            O2    N1  2   03-04
        """,
    )


def test_the_rest_of_a_delivery_stays_expected_for_some_days(expect: Expect) -> None:
    """The rest of a part-received line stays expected for some working days after the last receipt."""
    demand = "order qty ordered_at\nO1 2 02-10"
    header = "asn qty expected_on status last_received_on\n"
    for last_received_on, pegged_qty in (("02-25", 2), ("02-24", 0)):
        inbound = f"{header}N1 2 02-16 part_received {last_received_on}"
        expect(Example(demand=demand, inbound=inbound), pegs=f"order qty\nO1 {pegged_qty}")


def test_what_leaves_tonight_has_its_shipping_day_and_what_waits_not_one_before_it_is_due(
    expect: Expect,
) -> None:
    """What leaves has its shipping day, early or not; what waits has no date before the day it is due."""
    expect(
        Example(
            demand="""
                order qty promised_on
                O1    2   03-16
            """,
            inbound="""
                asn qty expected_on
                N1  2   03-04
            """,
        ),
        standings="""
            order eta_on eta_reason
            O1    03-16  "not before its due date"
        """,
    )


def test_a_line_pegs_nothing_that_comes_after_its_last_ship_date(expect: Expect) -> None:
    """What comes after a line's last ship date is not promised to it but to the next."""
    expect(
        Example(
            demand="""
                order qty cancel_after
                O1    2   03-06
                O2    2   -
            """,
            inbound="""
                asn qty expected_on
                N1  3   03-06
            """,
        ),
        pegs="""
            order asn qty
            O2    N1  2
        """,
        decisions="""
            order reason           qty
            O1    past_cancel_date 2
            O2    no_stock         2
        """,
    )


def test_the_future_is_promised_over_warehouses_by_date(expect: Expect) -> None:
    """What is announced for several warehouses is promised by date, then in the line's order."""
    expect(
        Example(
            demand="order qty\nO1 7",
            inbound="""
                asn warehouse qty expected_on
                N1  W1        3   03-10
                N2  W2        3   03-10
                N3  W2        3   03-04
            """,
            warehouses=("W1", "W2"),
        ),
        pegs="""
            order asn qty
            O1    N3  3
            O1    N1  3
            O1    N2  1
        """,
    )


def test_a_complete_order_that_cannot_ship_tonight_is_promised_what_it_left(expect: Expect) -> None:
    """The future is taken as if partial: an incomplete order is promised what is left of tonight too."""
    expect(
        Example(
            demand="""
                order qty ship_rule
                O1    5   line_complete
            """,
            supply="qty\n3",
            inbound="""
                asn qty expected_on
                N1  9   03-04
            """,
        ),
        allocations="order qty",
        pegs="""
            order asn qty
            O1    N1  2
        """,
        standings="""
            order eta_on may_be_overtaken
            O1    03-05  yes
        """,
    )
