"""Each figure of a policy, planted in a night small enough to count by hand."""

from __future__ import annotations

from schemas.night import Books
from tests.frames import NIGHT
from tests.transforms.simulation.nights import (
    books_of,
    course_of,
    figures_of,
    later,
    measured,
    release,
    standing,
)

DUE = {"first_due_on": NIGHT}


def test_first_pass_fill_counts_lines_that_are_due_for_the_first_time() -> None:
    """O1: 6 of 10, and 4 of 4; O2: 5 of 5. So 15 of 19 units, 2 of 3 lines, 1 of 2 orders."""
    after = books_of(
        order_lines=[
            {"line_no": 1, "ordered_qty": 10, "first_pass_qty": 6, **DUE},
            {"line_no": 2, "ordered_qty": 6, "cancelled_qty": 2, "first_pass_qty": 4, **DUE},
            {"order_id": "O2", "ordered_qty": 5, "first_pass_qty": 5, **DUE},
        ]
    )
    figures = figures_of(course_of(after, measured(after)))
    assert [figures[name] for name in ("due_qty", "due_lines", "due_orders")] == [19, 3, 2]
    assert [figures[name] for name in ("filled_qty", "filled_lines", "filled_orders")] == [15, 2, 1]
    assert [figures[name] for name in ("unit_pct", "line_pct", "order_pct")] == [78.95, 66.67, 50.0]


def test_what_was_due_before_or_is_cancelled_or_not_due_is_no_first_pass() -> None:
    after = books_of(
        order_lines=[
            {"line_no": 1, "ordered_qty": 10, "first_pass_qty": 6, **DUE},
            {"line_no": 2, "ordered_qty": 3, "cancelled_qty": 3, "first_pass_qty": 0, **DUE},
            {"line_no": 3, "ordered_qty": 3},
        ]
    )
    before = books_of(order_lines=[{"line_no": 1, "ordered_qty": 10, "first_pass_qty": 6, **DUE}])
    figures = figures_of(course_of(after, measured(after, before=before)))
    assert (figures["due_lines"], figures["unit_pct"], figures["order_pct"]) == (0, None, None)


def test_an_order_counts_once_for_each_night_on_which_lines_of_it_are_first_due() -> None:
    first = books_of(order_lines=[{"ordered_qty": 1, "first_pass_qty": 1, **DUE}])
    second = books_of(
        order_lines=[
            {"ordered_qty": 1, "first_pass_qty": 1, **DUE},
            {"line_no": 2, "ordered_qty": 1, "first_pass_qty": 0, "first_due_on": later(1)},
        ]
    )
    nights = measured(first), measured(second, before=first, night=later(1))
    figures = figures_of(course_of(second, *nights))
    assert (figures["nights"], figures["due_orders"], figures["filled_orders"]) == (2, 2, 1)


def test_goods_that_are_weighed_count_in_true_units() -> None:
    """2.5 of 10 kg, kept with one decimal."""
    after = books_of(items=[{"decimals": 1}], order_lines=[{"ordered_qty": 100, "first_pass_qty": 25, **DUE}])
    figures = figures_of(course_of(after, measured(after)))
    assert (figures["due_qty"], figures["filled_qty"]) == (10.0, 2.5)


def test_an_order_is_complete_when_nothing_waits_and_something_left() -> None:
    """O1 is out, O2 waits with a reservation, O3 was cancelled, O4 took no part."""
    after = books_of(
        order_lines=[
            {"order_id": "O1", "ordered_qty": 2, "released_qty": 1, "shipped_qty": 1},
            {"order_id": "O2", "ordered_qty": 2, "released_qty": 1, "reserved_qty": 1},
            {"order_id": "O3", "ordered_qty": 2, "cancelled_qty": 2},
            {"order_id": "O4", "ordered_qty": 2, "shipped_qty": 2},
        ]
    )
    took_part = [standing(order_id) for order_id in ("O1", "O2", "O3")]
    figures = figures_of(course_of(after, measured(after, standings=took_part)))
    assert (figures["orders"], figures["complete_orders"]) == (3, 1)


def test_lines_wait_by_the_days_since_they_were_first_short() -> None:
    """3, 4, 11 and 31 days, and one that was never short; a line that got all does not wait."""
    days = [3, 4, 11, 31, None]
    waiting = [
        {"line_no": number, "open_qty": 1, "first_short_on": None if age is None else later(-age)}
        for number, age in enumerate(days, 1)
    ]
    after = books_of(order_lines=[*waiting, {"line_no": 9, "first_short_on": later(-90), "shipped_qty": 1}])
    figures = figures_of(course_of(after, measured(after)))
    counted = ("waiting_lines", "over_3_lines", "over_10_lines", "over_30_lines", "oldest_days")
    assert [figures[name] for name in counted] == [5, 3, 2, 1, 31]


def test_dates_that_move_are_counted_each_night_and_a_lost_date_moves_later() -> None:
    before = books_of(
        order_lines=[{"line_no": number, "open_qty": 1, "eta_on": later(5)} for number in range(1, 6)]
    )
    after = books_of(
        order_lines=[
            {"line_no": 1, "open_qty": 1, "eta_on": later(9)},
            {"line_no": 2, "open_qty": 1, "eta_on": None},
            {"line_no": 3, "reserved_qty": 1, "eta_on": later(4)},
            {"line_no": 4, "open_qty": 1, "eta_on": later(5)},
            {"line_no": 5, "released_qty": 1, "eta_on": later(0)},
            {"line_no": 6, "open_qty": 1, "eta_on": later(7)},
        ]
    )
    night = measured(after, before=before)
    assert figures_of(course_of(after, night))["later_dates"] == 2
    twice = figures_of(course_of(after, night, night))
    assert (twice["later_dates"], twice["earlier_dates"]) == (4, 2)


def test_releases_of_one_order_that_leave_one_warehouse_together_are_one_shipment() -> None:
    """Friday and Saturday leave W1 on Monday; W2 on Monday is another, O2 a third: 3 of 2 orders."""
    friday, saturday = later(4), later(5)
    blank = Books.blank()
    nights = [
        measured(blank, night=friday, allocations=[release("O1"), release("O1", line_no=2), release("O2")]),
        measured(blank, night=saturday, allocations=[release("O1"), release("O1", warehouse_id="W2")]),
        measured(blank, allocations=[release("O3", kind="reserve", lot_id=None, release_id=None)]),
    ]
    figures = figures_of(course_of(blank, *nights))
    assert (figures["shipments"], figures["shipped_orders"], figures["order_shipments"]) == (3, 2, 1.5)


def test_idle_units_are_a_nights_average() -> None:
    """Five units lie beside a line that waits for three on one of two nights."""
    idle = books_of(
        stock_balances=[{"qty": 5}],
        order_lines=[{"open_qty": 2, "reserved_qty": 1}],
        line_balances=[{"account": "RESERVED", "warehouse_id": "W1", "sku": "A", "qty": 1}],
    )
    nights = measured(idle, standings=[standing()]), measured(Books.blank())
    figures = figures_of(course_of(idle, *nights))
    assert (figures["idle_qty"], figures["idle_reserved_qty"]) == (1.5, 0.5)


def test_a_rejected_row_counts_once_for_all_its_reasons() -> None:
    reasons = [{"row_no": row_no, "reason_code": code} for row_no, code in ((1, "a"), (1, "b"), (2, "a"))]
    blank = Books.blank()
    figures = figures_of(
        course_of(blank, measured(blank, rejected=reasons), measured(blank, rejected=reasons))
    )
    assert figures["rejected_rows"] == 4


def test_a_client_to_whom_nothing_happened_has_a_row_of_zeros() -> None:
    figures = figures_of(course_of(Books.blank(), measured(Books.blank())), clients=("bolt",))
    assert figures["client_id"] == "bolt"
    assert {figures[name] for name in figures if name.endswith(("_lines", "_orders", "_qty"))} == {0}
    assert (figures["oldest_days"], figures["order_shipments"]) == (None, None)
