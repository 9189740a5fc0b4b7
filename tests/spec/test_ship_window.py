"""Ship windows: nothing leaves before a line's first day or after its last, and what cannot make it.

A department store refuses a delivery that leaves too late, and a birthday cake is of no use the day after.
So a line is promised nothing that could ship only after its last ship date. Its client is asked what
becomes of it, every night until it says so, or has it cancelled at once, so that the stock it held goes to
those who can still use it.
"""

from __future__ import annotations

from tests.spec.tables import Example, Expect

LATE = "qty expected_on\n40 03-05"
SIXTY = "qty\n60"
CANCEL = {"past_cancel": "cancel"}
NONE = "order qty"
COMPLETE = "order_complete"


def test_a_window_that_closes_before_the_goods_come(expect: Expect) -> None:
    """What is there ships; the rest is promised nothing after its last ship date, and the client is asked."""
    expect(
        Example(demand="order qty cancel_after\nO1 100 03-05", supply=SIXTY, inbound=LATE),
        allocations="order qty kind\nO1 60 release",
        decisions="order reason qty\nO1 past_cancel_date 40",
        pegs=NONE,
        cancellations=NONE,
        standings="order short_qty eta_on\nO1 40 -",
    )


def test_units_that_cannot_ship_in_time_are_cancelled(expect: Expect) -> None:
    """`past_cancel = "cancel"`: what is there ships, what would come too late is cancelled."""
    expect(
        Example(demand="order qty cancel_after\nO1 100 03-05", supply=SIXTY, inbound=LATE, policy=CANCEL),
        allocations="order qty kind\nO1 60 release",
        cancellations="order qty cause\nO1 40 cancelled_late",
        decisions=NONE,
    )


def test_goods_that_come_in_time_are_waited_for(expect: Expect) -> None:
    """An announcement that can ship on the last day is in time; a day from dock to shelf counts."""
    expect(
        Example(demand="order qty cancel_after\nO1 100 03-06", supply=SIXTY, inbound=LATE, policy=CANCEL),
        pegs="order qty eta_on\nO1 40 03-06",
        cancellations=NONE,
    )
    expect(
        Example(demand="order qty cancel_after\nO1 100 03-06", supply=SIXTY, policy=CANCEL),
        cancellations=NONE,
        decisions="order reason qty\nO1 no_stock 40",
    )


def test_the_day_of_delivery_sets_a_last_ship_date_too(expect: Expect) -> None:
    """The last ship date is the earlier of `cancel_after` and `deliver_by` less transit days."""
    expect(
        Example(
            demand="order qty cancel_after deliver_by transit_days promised_on\nO1 5 03-09 03-07 2 03-02",
            inbound=LATE,
            policy=CANCEL,
        ),
        cancellations="order qty\nO1 5",
    )


def test_a_line_past_its_last_ship_date_is_cancelled_whole(expect: Expect) -> None:
    """Of a line past its last ship date nothing may leave: also what was kept for it is free for others."""
    demand = "order qty held cancel_after\nO1 2 W1:3 03-01\nO2 4 - -"
    expect(
        Example(demand=demand, supply="qty\n4", policy=CANCEL),
        allocations="order qty\nO2 4",
        cancellations="order qty from_reserved_qty cause\nO1 5 3 cancelled_late",
    )
    expect(
        Example(demand=demand, supply="qty\n4"),
        allocations="order qty\nO2 1",
        cancellations=NONE,
        decisions="order reason qty\nO1 past_cancel_date 2\nO2 kept_by_reservation 3",
    )


def test_an_order_that_ships_complete_goes_on_without_a_line_past_its_date(expect: Expect) -> None:
    """Once a line is cancelled its order is complete without it."""
    expect(
        Example(
            demand=f"order qty sku cancel_after ship_rule\nO1 5 A 03-01 {COMPLETE}\nO1 5 B - {COMPLETE}",
            supply="qty sku\n5 B",
            policy=CANCEL,
        ),
        allocations="order line qty kind\nO1 2 5 release",
        cancellations="order line qty\nO1 1 5",
    )


def test_an_order_that_cannot_be_complete_in_time_is_cancelled_whole(expect: Expect) -> None:
    """What ships together and would be complete too late is cancelled, and frees what it held back."""
    expect(
        Example(
            demand=f"""
                order qty sku cancel_after ship_rule
                O1    9   A   03-05        {COMPLETE}
                O1    1   B   03-05        {COMPLETE}
                O2    1   B   -            {COMPLETE}
                O3    7   A   -            {COMPLETE}
            """,
            supply="qty sku\n5 A\n1 B",
            inbound="qty sku expected_on\n40 A 03-05",
            policy=CANCEL | {"holdback": "strict"},
        ),
        cancellations="order line qty\nO1 1 9\nO1 2 1",
        allocations="order qty kind\nO2 1 release\nO3 5 reserve",
        pegs="order qty\nO3 2",
    )


def test_goods_in_time_that_a_cancelled_order_had_been_promised_go_to_the_next(expect: Expect) -> None:
    """A line whose goods come in time once another is cancelled is not cancelled itself."""
    expect(
        Example(
            demand="order qty cancel_after ship_rule\nO1 9 03-05 line_complete\nO2 4 03-05 partial",
            inbound="qty expected_on asn_line_no\n4 03-03 1\n9 03-05 2",
            policy=CANCEL,
        ),
        cancellations="order qty\nO1 9",
        pegs="order qty\nO2 4",
    )


def test_a_line_that_is_not_due_or_on_hold_is_not_cancelled_before_its_date(expect: Expect) -> None:
    """Units that would come too late are cancelled once they are due; a hold comes before any date."""
    expect(
        Example(
            demand="""
                order qty cancel_after promised_on hold_reason
                O1    5   03-05        03-04       -
                O2    5   03-05        -           client_hold
                O3    5   03-01        -           client_hold
            """,
            inbound=LATE,
            policy=CANCEL,
        ),
        cancellations=NONE,
        decisions="order reason qty\nO1 not_due 5\nO2 order_hold 5\nO3 order_hold 5",
    )


def test_a_line_past_its_date_is_cancelled_whether_due_or_not(expect: Expect) -> None:
    """A last ship date before the day on which a line is due can never be kept."""
    expect(
        Example(demand="order qty cancel_after promised_on\nO1 5 03-01 03-09", policy=CANCEL),
        cancellations="order qty is_due\nO1 5 no",
    )


def test_an_order_that_ships_complete_leaves_on_the_latest_first_day_of_its_lines(expect: Expect) -> None:
    """No line of it leaves before its own ship_not_before, so none does before the latest of them."""
    expect(
        Example(
            demand=f"""
                order qty sku ship_not_before ship_rule
                O1    2   A   03-03           {COMPLETE}
                O1    2   B   03-05           {COMPLETE}
            """,
            supply="qty sku\n2 A\n2 B",
        ),
        allocations="order line qty kind\nO1 1 2 reserve\nO1 2 2 reserve",
        reservations="order line reason qty\nO1 1 ship_not_before 2\nO1 2 ship_not_before 2",
    )
