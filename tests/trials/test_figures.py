"""Tests of the trial's figures on a small database made by hand."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from tests.flows.cli.published import publish
from tests.trials import figures

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MON, TUE, WED, THU, FRI = (date(2026, 3, day) for day in range(2, 7))
SPAN = {"first": MON, "last": FRI}


@contextmanager
def opened(root: Path, **story: list[dict[str, Any]]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database with the given tables."""
    publish(root, story)
    with duckdb.connect(root / "published/current/analytics.duckdb", read_only=True) as connection:
        yield connection


def line(order_id: str, first_pass_qty: int, **quantities: Any) -> dict[str, Any]:  # noqa: ANN401 -- columns of any type
    """An order line that was first due on Monday."""
    return {
        "order_id": order_id,
        "first_due_on": MON,
        "first_pass_qty": first_pass_qty,
        "status": "open",
        **quantities,
    }


def move(order_id: str, from_account: str, to_account: str, qty: int, on: date = MON) -> dict[str, Any]:
    """A movement of the line ledger."""
    return {
        "ledger": "line",
        "cause": "ordered",
        "order_id": order_id,
        "line_no": 1,
        "from_account": from_account,
        "to_account": to_account,
        "qty": qty,
        "business_date": on,
    }


def told(order_id: str, eta_on: date | None, kind: str = "on_back_order") -> dict[str, Any]:
    """A message about an order, written on Monday."""
    return {"order_id": order_id, "kind": kind, "eta_on": eta_on, "message_id": f"{order_id}{kind}"}


def shipped(order_id: str, on: date, qty: int = 1) -> dict[str, Any]:
    """A shipment of an order."""
    return {"order_id": order_id, "shipment_id": f"{order_id}{on}", "shipped_on": on, "shipped_qty": qty}


def test_rows_are_added_up_and_a_file_that_does_not_add_up_is_counted(tmp_path: Path) -> None:
    files = [
        {
            "file_name": name,
            "verdict": "loaded",
            "rows_read": 10,
            "rows_accepted": accepted,
            "rows_duplicate": 1,
            "rows_set_aside": 1,
            "rows_rejected": 1,
        }
        for name, accepted in [("good.csv", 7), ("bad.csv", 6)]
    ]
    with opened(tmp_path, files=files) as connection:
        rows = figures.one_of(connection, figures.ROWS, **SPAN)
    assert (rows["read"], rows["accepted"], rows["files_that_do_not_add_up"]) == (20, 13, 1)


def test_first_pass_counts_lines_units_and_whole_orders(tmp_path: Path) -> None:
    lines = [
        line("O1", 4, line_no=1),
        line("O1", 2, line_no=2),
        line("O2", 5, line_no=1),
    ]
    movements = [
        {**move("O1", "ORDERED", "OPEN", 4), "line_no": 1},
        {**move("O1", "ORDERED", "OPEN", 6), "line_no": 2},
        move("O2", "ORDERED", "OPEN", 5),
    ]
    with opened(tmp_path, order_lines=lines, movements=movements) as connection:
        assert figures.one_of(connection, figures.FILL, **SPAN) == {
            "lines": 3,
            "filled_lines": 2,
            "units": 15,
            "filled_units": 11,
            "orders": 2,
            "filled_orders": 1,
        }


@pytest.mark.parametrize(
    ("cancelled_on", "units", "filled_lines"), [(MON, 4, 1), (TUE, 10, 0)], ids=["before", "while short"]
)
def test_what_is_cancelled_by_its_first_night_is_not_wanted_and_later_is_not_filled(
    tmp_path: Path, cancelled_on: date, units: int, filled_lines: int
) -> None:
    movements = [move("O1", "ORDERED", "OPEN", 10), move("O1", "OPEN", "CANCELLED", 6, cancelled_on)]
    with opened(tmp_path, order_lines=[line("O1", 4)], movements=movements) as connection:
        fill = figures.one_of(connection, figures.FILL, **SPAN)
    assert (fill["units"], fill["filled_lines"]) == (units, filled_lines)


def test_a_line_cancelled_whole_on_its_first_night_is_in_no_rate(tmp_path: Path) -> None:
    movements = [move("O1", "ORDERED", "OPEN", 10), move("O1", "OPEN", "CANCELLED", 10)]
    with opened(tmp_path, order_lines=[line("O1", 0)], movements=movements) as connection:
        assert figures.one_of(connection, figures.FILL, **SPAN)["lines"] == 0


def test_a_date_is_judged_by_the_last_shipment_of_its_order(tmp_path: Path) -> None:
    lines = [line(order, 0, shipped_qty=1) for order in ("day", "early", "late", "later")]
    notices = [told("day", WED), told("early", THU), told("late", TUE), told("later", MON)]
    shipments = [
        shipped("day", TUE),
        shipped("day", WED),
        shipped("early", TUE),
        shipped("late", THU),
        shipped("later", FRI),
    ]
    with opened(tmp_path, order_lines=lines, notices=notices, shipments=shipments) as connection:
        kept = figures.one_of(connection, figures.PROMISES, **SPAN)
    assert kept == {
        "told": 4,
        "of_cancelled_orders": 0,
        "not_due_yet": 0,
        "on_the_day": 1,
        "within_three": 3,
        "earlier": 1,
        "up_to_three_late": 1,
        "more_than_three_late": 1,
        "waits_past_its_date": 0,
    }


def test_an_order_that_still_waits_broke_its_date_only_when_that_has_passed(tmp_path: Path) -> None:
    lines = [line("past", 0, open_qty=1), line("future", 0, open_qty=1)]
    notices = [told("past", THU), told("future", FRI)]
    with opened(tmp_path, order_lines=lines, notices=notices) as connection:
        kept = figures.one_of(connection, figures.PROMISES, **SPAN)
    assert (kept["waits_past_its_date"], kept["not_due_yet"], kept["on_the_day"]) == (1, 1, 0)


def test_messages_without_a_date_and_orders_with_cancelled_units_are_not_judged(tmp_path: Path) -> None:
    lines = [line("none", 0, shipped_qty=1), line("gone", 0, shipped_qty=1, cancelled_qty=1)]
    notices = [told("none", None), told("gone", TUE), told("gone", None, "cancelled")]
    with opened(tmp_path, order_lines=lines, notices=notices, shipments=[shipped("gone", TUE)]) as connection:
        kept = figures.one_of(connection, figures.PROMISES, **SPAN)
    assert (kept["told"], kept["of_cancelled_orders"], kept["on_the_day"]) == (1, 1, 0)


def test_the_oldest_line_is_the_one_that_waits_longest(tmp_path: Path) -> None:
    lines = [
        line("O1", 0, backordered_qty=1, days_waiting=3),
        line("O2", 0, backordered_qty=1, days_waiting=40),
        line("O3", 0, backordered_qty=0, days_waiting=99),
    ]
    with opened(tmp_path, order_lines=lines) as connection:
        (oldest,) = figures.rows_of(connection, figures.OLDEST)
        ages = figures.rows_of(connection, figures.AGES)
    assert oldest["order_id"] == "O2"
    assert [(age["days"], age["lines"]) for age in ages] == [("0-3", 1), ("over 30", 1)]


def test_a_shipment_on_a_day_without_work_is_counted(tmp_path: Path) -> None:
    shipments = [
        shipped("O1", MON),
        shipped("O2", date(2026, 3, 7)),
        shipped("O3", TUE),
        shipped("O4", TUE, 0),
    ]
    with opened(tmp_path, shipments=shipments) as connection:
        closed = figures.one_of(connection, figures.SHIPPED_ON_CLOSED_DAYS, holidays=[str(TUE)])
    assert closed["shipments"] == 2


def test_lines_are_shipped_by_due_and_orders_perfect_by_the_trials_own_calendar(tmp_path: Path) -> None:
    sat = date(2026, 3, 7)
    lines = [
        {"order_id": name, "ordered_qty": 1, "open_qty": 1 - qty, "status": "shipped"} | due
        for name, qty, due in [
            ("O1", 1, {"promised_on": sat, "due_on": sat}),
            ("O2", 1, {"promised_on": THU, "due_on": THU}),
            ("O3", 0, {"promised_on": THU, "due_on": THU}),
            ("O4", 1, {"ordered_at": datetime(2026, 3, 2, 9), "due_on": MON}),  # noqa: DTZ001 -- as published
        ]
    ]
    shipments = [shipped("O1", FRI), {**shipped("O2", THU), "short_qty": 1}, shipped("O4", WED)]
    with opened(tmp_path, order_lines=lines, shipments=shipments) as connection:
        due = figures.one_of(connection, figures.BY_DUE, **SPAN, holidays=[str(TUE)])
    assert list(due.values()) == [4, 3, 4, 3, 2, 3, 3]


def test_a_date_that_was_over_when_it_was_told_is_counted(tmp_path: Path) -> None:
    notices = [told("O1", MON), told("O2", TUE), told("O3", None)]
    with opened(tmp_path, notices=[row | {"business_date": MON} for row in notices]) as connection:
        past = figures.one_of(connection, figures.PAST_DATES)
    assert past == {"dates": 2, "over_when_told": 1}


def test_messages_are_counted_by_order_told(tmp_path: Path) -> None:
    notices = [told("O1", MON), told("O1", TUE, "eta_changed"), told("O2", MON)]
    with opened(tmp_path, notices=notices) as connection:
        messages = figures.one_of(connection, figures.MESSAGES, **SPAN)
    assert messages == {"messages": 3, "orders": 2, "most_to_one_order": 2}


def test_a_night_shows_only_what_happened_in_it_and_what_waits_after_it(tmp_path: Path) -> None:
    with opened(
        tmp_path,
        order_lines=[line("O1", 0, open_qty=5, backordered_qty=5, days_waiting=1)],
        movements=[move("O1", "ORDERED", "OPEN", 5), move("O1", "ORDERED", "OPEN", 7, TUE)],
        shipments=[{**shipped("O1", TUE, 2), "business_date": TUE}],
        nights=[{"business_date": MON, "version": 1, "laws_checked": 6, "held_clients": ""}],
        findings=[{"code": "short_pick", "business_date": TUE}],
    ) as connection:
        monday, tuesday = (figures.night_figures(connection, night) for night in (MON, TUE))
    assert (monday["ordered"], tuesday["ordered"]) == (5, 7)
    assert (monday["shipped"], tuesday["shipped"]) == (0, 2)
    assert (monday["laws_checked"], tuesday["findings"]) == (6, 1)
    assert monday["first_units"] == monday["backordered"] == 5
    assert monday["oldest_days"] == 1


def test_totals_of_a_database_without_rows_are_zeros(tmp_path: Path) -> None:
    with opened(tmp_path) as connection:
        totals = figures.total_figures(connection, MON, FRI, holidays=[])
    assert totals["units"]["ordered"] == 0
    assert totals["oldest line"] == []
    assert totals["promises"]["told"] == 0


def test_a_share_of_nothing_is_a_dash() -> None:
    assert [figures.pct(1, 4), figures.pct(0, 0)] == ["25.0", "-"]
