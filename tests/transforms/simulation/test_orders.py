"""Who gains and who loses: units, the nights they go sooner, and the day of the last one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.frames import NIGHT
from tests.transforms.simulation.nights import (
    books_of,
    course_of,
    figures_of,
    gains_of,
    later,
    measured,
    release,
    standing,
)
from transforms.simulation.orders import compare_orders, list_differences

if TYPE_CHECKING:
    from datetime import date

    from transforms.simulation.courses import Course


def sent(*nights: dict[str, int], wanted: int = 10, etas: dict[str, date] | None = None) -> Course:
    """A course in which each order has been released so many of ten units by each night."""
    measures = []
    so_far: dict[str, int] = {}
    for number, night in enumerate(nights):
        books = books_of(
            order_lines=[
                {
                    "order_id": order_id,
                    "ordered_qty": wanted,
                    "released_qty": qty,
                    "open_qty": wanted - qty,
                    "eta_on": (etas or {}).get(order_id),
                }
                for order_id, qty in night.items()
            ]
        )
        grown = [order_id for order_id, qty in night.items() if qty > so_far.get(order_id, 0)]
        measures.append(
            measured(
                books,
                night=later(number),
                standings=[standing(order_id) for order_id in night],
                allocations=[release(order_id) for order_id in grown],
            )
        )
        so_far = night
    return course_of(books, *measures)


def test_a_unit_that_leaves_sooner_counts_each_night_that_it_does() -> None:
    """Six units two nights sooner; at the end both have all."""
    own = sent({"O1": 0}, {"O1": 4}, {"O1": 10})
    other = sent({"O1": 6}, {"O1": 10}, {"O1": 10})
    assert gains_of(other, own).rows() == [("O1", 0.0, 12.0, 1, True)]
    assert gains_of(own, other).rows() == [("O1", 0.0, -12.0, -1, False)]


def test_who_gains_most_stands_first_and_who_loses_most_last() -> None:
    own = sent({"A": 5, "B": 5, "C": 5, "D": 5})
    other = sent({"A": 4, "B": 9, "C": 5, "D": 6})
    assert gains_of(other, own)["order_id"].to_list() == ["B", "D", "A"]
    figures = figures_of(other, own)
    assert (figures["gaining_orders"], figures["losing_orders"]) == (2, 1)


def test_of_equal_units_the_day_of_the_last_one_decides_and_no_date_is_worst() -> None:
    own = sent({"A": 5, "B": 5, "C": 5}, etas={"A": later(5), "B": later(5)})
    other = sent({"A": 5, "B": 5, "C": 5}, etas={"A": later(3), "C": later(9)})
    assert gains_of(other, own).rows() == [
        ("C", 0.0, 0.0, None, True),
        ("A", 0.0, 0.0, 2, True),
        ("B", 0.0, 0.0, None, False),
    ]


def test_an_order_is_ready_on_the_night_of_its_last_release_or_on_its_latest_date() -> None:
    own = sent({"O1": 4}, {"O1": 4}, etas={"O1": later(8)})
    other = sent({"O1": 4}, {"O1": 10}, etas={"O1": later(8)})
    (row,) = list_differences(compare_orders(other, own)).to_dicts()
    assert (row["own_ready_on"], row["ready_on"], row["gained_days"]) == (later(8), later(1), 7)


def test_a_line_without_a_date_leaves_its_order_without_one() -> None:
    books = books_of(
        order_lines=[
            {"line_no": 1, "open_qty": 1, "eta_on": later(3)},
            {"line_no": 2, "open_qty": 1, "eta_on": None},
        ]
    )
    dated = books_of(
        order_lines=[{"line_no": number, "open_qty": 1, "eta_on": later(3)} for number in (1, 2)]
    )
    own = course_of(books, measured(books, standings=[standing()]))
    other = course_of(dated, measured(dated, standings=[standing()]))
    (row,) = compare_orders(other, own).to_dicts()
    assert (row["own_ready_on"], row["ready_on"], row["is_gain"]) == (None, later(3), True)


def test_an_order_that_took_no_part_neither_gains_nor_loses() -> None:
    own, other = (
        books_of(order_lines=[{"ordered_qty": 2, "shipped_qty": qty, "open_qty": 0}]) for qty in (1, 2)
    )
    assert gains_of(course_of(other, measured(other)), course_of(own, measured(own))).is_empty()


def test_an_order_that_one_policy_let_be_cancelled_loses_what_the_other_sent() -> None:
    own = sent({"O1": 10})
    gone = books_of(order_lines=[{"ordered_qty": 10, "cancelled_qty": 10}])
    other = course_of(gone, measured(gone, night=NIGHT, standings=[standing()]))
    assert gains_of(other, own).rows() == [("O1", -10.0, -10.0, None, False)]
