"""Tests of the fill rates: filled means released or reserved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.books.journal import Movement
from schemas.books.orders import OrderLine
from schemas.night import AsOf, Books
from schemas.outputs.analyst import Night
from tests.flows.outbound.analysts.asking import ask, day
from tests.frames import NIGHT, frame_of
from tests.transforms.reports.analyst_world import line_row, night_row, version_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    ShowVersion = Callable[..., Path]


def move(
    order_id: str, days: int, from_account: str, to_account: str, qty: int, cause: str = "allocated"
) -> dict[str, Any]:
    """A movement of a line, so many days after the first due night."""
    return {
        "business_date": day(days),
        "ledger": "line",
        "order_id": order_id,
        "from_account": from_account,
        "to_account": to_account,
        "qty": qty,
        "cause": cause,
    }


def due_line(order_id: str, first_pass_qty: int, **columns: object) -> dict[str, Any]:
    """A line of ten units that was due first on the first night."""
    return line_row(order_id=order_id, first_due_on=NIGHT, first_pass_qty=first_pass_qty) | columns


def fill_rates(
    show_version: ShowVersion, lines: list[dict[str, Any]], moves: list[dict[str, Any]], *, until: int = 14
) -> dict[str, Any]:
    """The one row of `fill_rate_daily`, as of so many days after the first due night."""
    version = version_of(
        books=Books.of({"order_lines": frame_of(OrderLine, *lines)}),
        history={"movements": frame_of(Movement, *moves)},
        nights=frame_of(Night, *(night_row(day(days), version=days + 1) for days in range(until + 1))),
    )
    path = show_version(version, as_of=AsOf(day(until)))
    rates = ask(path, "FROM fill_rate_daily")
    assert len(rates) == 1
    return rates[0]


def counts(rates: dict[str, Any]) -> list[int | None]:
    """Lines filled whole on the first pass, then after 3, 7 and 14 days."""
    return [rates[f"{when}_lines"] for when in ("first_pass", "day_3", "day_7", "day_14")]


def percentages(rates: dict[str, Any], what: str) -> list[float | None]:
    """First pass, then after 3, 7 and 14 days."""
    return [rates[f"{when}_{what}_pct"] for when in ("first_pass", "day_3", "day_7", "day_14")]


def test_fill_grows_with_the_days_that_pass(show_version: ShowVersion) -> None:
    lines = [due_line("A", 10, open_qty=0, shipped_qty=10), due_line("B", 4, open_qty=0, released_qty=10)]
    moves = [
        move("A", 0, "OPEN", "RELEASED", 10),
        move("B", 0, "OPEN", "RELEASED", 4),
        move("A", 1, "RELEASED", "SHIPPED", 10),
        move("B", 5, "OPEN", "RELEASED", 3),
        move("B", 14, "OPEN", "RELEASED", 3),
    ]
    rates = fill_rates(show_version, lines, moves)
    assert (rates["due_night_on"], rates["lines"], rates["units"], rates["orders"]) == (NIGHT, 2, 20, 2)
    assert counts(rates) == [1, 1, 1, 2]
    assert percentages(rates, "line") == [50.0, 50.0, 50.0, 100.0]
    assert percentages(rates, "unit") == [70.0, 70.0, 85.0, 100.0]
    assert percentages(rates, "order") == [50.0, 50.0, 50.0, 100.0]


def test_days_that_have_not_passed_are_not_known_yet(show_version: ShowVersion) -> None:
    lines = [due_line("A", 10, open_qty=0, released_qty=10)]
    rates = fill_rates(show_version, lines, [move("A", 0, "OPEN", "RELEASED", 10)], until=6)
    assert percentages(rates, "unit") == [100.0, 100.0, None, None]
    assert percentages(rates, "line") == [100.0, 100.0, None, None]


def test_what_is_cancelled_while_short_counts_as_not_filled(show_version: ShowVersion) -> None:
    lines = [due_line("A", 6, open_qty=0, released_qty=6, cancelled_qty=4)]
    moves = [move("A", 0, "OPEN", "RELEASED", 6), move("A", 2, "OPEN", "CANCELLED", 4)]
    rates = fill_rates(show_version, lines, moves)
    assert percentages(rates, "unit") == [60.0, 60.0, 60.0, 60.0]
    assert percentages(rates, "line") == [0.0, 0.0, 0.0, 0.0]


def test_what_was_cancelled_before_the_line_was_due_was_not_wanted(show_version: ShowVersion) -> None:
    lines = [due_line("A", 6, open_qty=0, released_qty=6, cancelled_qty=4)]
    moves = [move("A", 0, "OPEN", "CANCELLED", 4), move("A", 0, "OPEN", "RELEASED", 6)]
    rates = fill_rates(show_version, lines, moves)
    assert rates["units"] == 6
    assert percentages(rates, "line") == [100.0, 100.0, 100.0, 100.0]


def test_what_a_rule_cancels_while_it_is_short_was_wanted_and_is_not_filled(
    show_version: ShowVersion,
) -> None:
    lines = [
        due_line("A", 6, open_qty=0, released_qty=6, cancelled_qty=4),
        due_line("B", 10, open_qty=0, cancelled_qty=10),
    ]
    moves = [
        move("A", 0, "OPEN", "RELEASED", 6),
        move("A", 0, "OPEN", "CANCELLED", 4, "cancelled_short"),
        move("B", 5, "RESERVED", "CANCELLED", 10, "cancelled_late"),
    ]
    rates = fill_rates(show_version, lines, moves)
    assert rates["units"] == 20
    assert percentages(rates, "unit") == [80.0, 30.0, 30.0, 30.0]
    assert percentages(rates, "line") == [50.0, 0.0, 0.0, 0.0]


def test_a_reservation_fills_and_stays_filled_when_the_consignee_gives_it_up(
    show_version: ShowVersion,
) -> None:
    lines = [due_line("A", 10, open_qty=0, cancelled_qty=10)]
    moves = [move("A", 0, "OPEN", "RESERVED", 10), move("A", 5, "RESERVED", "CANCELLED", 10)]
    rates = fill_rates(show_version, lines, moves)
    assert percentages(rates, "unit") == [100.0, 100.0, 100.0, 100.0]


def test_units_that_a_picker_did_not_find_are_no_longer_filled(show_version: ShowVersion) -> None:
    lines = [due_line("A", 10, open_qty=3, shipped_qty=7)]
    moves = [
        move("A", 0, "OPEN", "RELEASED", 10),
        move("A", 2, "RELEASED", "SHIPPED", 7),
        move("A", 2, "RELEASED", "OPEN", 3),
    ]
    rates = fill_rates(show_version, lines, moves)
    assert percentages(rates, "unit") == [100.0, 70.0, 70.0, 70.0]


def test_a_later_change_of_the_order_moves_no_figure_of_its_night(show_version: ShowVersion) -> None:
    lines = [
        due_line("A", 6, ordered_qty=6, open_qty=0, released_qty=6),
        due_line("B", 10, ordered_qty=15, open_qty=0, released_qty=15),
    ]
    moves = [
        move("A", 0, "OPEN", "RELEASED", 6),
        move("A", 1, "OPEN", "ORDERED", 4),
        move("B", 0, "OPEN", "RELEASED", 10),
        move("B", 1, "ORDERED", "OPEN", 5),
        move("B", 1, "OPEN", "RELEASED", 5),
    ]
    rates = fill_rates(show_version, lines, moves)
    assert rates["units"] == 20
    assert percentages(rates, "unit") == [80.0, 80.0, 80.0, 80.0]


def test_an_order_is_filled_when_all_its_lines_of_the_night_are(show_version: ShowVersion) -> None:
    lines = [
        due_line("A", 10, line_no=1, open_qty=0, released_qty=10),
        due_line("A", 9, line_no=2, open_qty=1, released_qty=9),
        due_line("B", 10, open_qty=0, released_qty=10),
    ]
    rates = fill_rates(show_version, lines, [])
    assert (rates["orders"], rates["first_pass_order_pct"], rates["first_pass_line_pct"]) == (2, 50.0, 66.67)


def test_lines_due_before_the_nights_shown_are_not_counted(show_version: ShowVersion) -> None:
    lines = [
        due_line("A", 10),
        due_line("OLD", 0, first_due_on=day(-1)),
        due_line("NEVER", 0, first_due_on=None),
    ]
    assert fill_rates(show_version, lines, [])["orders"] == 1
