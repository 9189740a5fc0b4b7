"""Tests of the views: the questions that analysts ask every day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb

from schemas.analyst import Night
from schemas.books import InboundLine, OrderLine, StockBalance
from schemas.journal import Movement
from schemas.night import AsOf, Books
from schemas.results import Decision, Standing
from tests.frames import NIGHT, frame_of
from tests.transforms.reports.analyst_world import line_row, night_row, version_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import polars as pl

    MakeDatabase = Callable[..., Path]

LAST = NIGHT + timedelta(days=14)
"""The night of publishing: two weeks after the lines were due."""


def ask(path: Path, question: str) -> list[dict[str, Any]]:
    """The rows that an analyst gets."""
    with duckdb.connect(path, read_only=True) as connection:
        rows: pl.DataFrame = connection.sql(question).pl()
        return rows.to_dicts()


def day(days: int) -> date:
    """So many days after the first due night."""
    return NIGHT + timedelta(days=days)


def move(order_id: str, days: int, from_account: str, to_account: str, qty: int) -> dict[str, Any]:
    """A movement of a line, so many days after the first due night."""
    return {
        "business_date": day(days),
        "ledger": "line",
        "order_id": order_id,
        "from_account": from_account,
        "to_account": to_account,
        "qty": qty,
        "cause": "allocated",
    }


def due_line(order_id: str, first_pass_qty: int, **columns: object) -> dict[str, Any]:
    """A line of ten units that was due first on the first night."""
    return line_row(order_id=order_id, first_due_on=NIGHT, first_pass_qty=first_pass_qty) | columns


def fill_rates(
    make_database: MakeDatabase, lines: list[dict[str, Any]], moves: list[dict[str, Any]], *, until: int = 14
) -> dict[str, Any]:
    """The one row of `fill_rate_daily`, as of so many days after the first due night."""
    version = version_of(
        books=Books.of({"order_lines": frame_of(OrderLine, *lines)}),
        history={"movements": frame_of(Movement, *moves)},
        nights=frame_of(Night, *(night_row(day(days), version=days + 1) for days in range(until + 1))),
    )
    path = make_database(version, as_of=AsOf(day(until)))
    rates = ask(path, "FROM fill_rate_daily")
    assert len(rates) == 1
    return rates[0]


def percentages(rates: dict[str, Any], what: str) -> list[float | None]:
    """First pass, then after 3, 7 and 14 days."""
    return [rates[f"{when}_{what}_pct"] for when in ("first_pass", "day_3", "day_7", "day_14")]


def test_fill_grows_with_the_days_that_pass(make_database: MakeDatabase) -> None:
    lines = [due_line("A", 10, open_qty=0, shipped_qty=10), due_line("B", 4, open_qty=0, released_qty=10)]
    moves = [
        move("A", 0, "OPEN", "RELEASED", 10),
        move("B", 0, "OPEN", "RELEASED", 4),
        move("A", 1, "RELEASED", "SHIPPED", 10),
        move("B", 5, "OPEN", "RELEASED", 3),
        move("B", 14, "OPEN", "RELEASED", 3),
    ]
    rates = fill_rates(make_database, lines, moves)
    assert (rates["due_night_on"], rates["lines"], rates["units"], rates["orders"]) == (NIGHT, 2, 20, 2)
    assert percentages(rates, "line") == [50.0, 50.0, 50.0, 100.0]
    assert percentages(rates, "unit") == [70.0, 70.0, 85.0, 100.0]
    assert percentages(rates, "order") == [50.0, 50.0, 50.0, 100.0]


def test_days_that_have_not_passed_are_not_known_yet(make_database: MakeDatabase) -> None:
    lines = [due_line("A", 10, open_qty=0, released_qty=10)]
    rates = fill_rates(make_database, lines, [move("A", 0, "OPEN", "RELEASED", 10)], until=6)
    assert percentages(rates, "unit") == [100.0, 100.0, None, None]
    assert percentages(rates, "line") == [100.0, 100.0, None, None]


def test_what_is_cancelled_while_short_counts_as_not_filled(make_database: MakeDatabase) -> None:
    lines = [due_line("A", 6, open_qty=0, released_qty=6, cancelled_qty=4)]
    moves = [move("A", 0, "OPEN", "RELEASED", 6), move("A", 2, "OPEN", "CANCELLED", 4)]
    rates = fill_rates(make_database, lines, moves)
    assert percentages(rates, "unit") == [60.0, 60.0, 60.0, 60.0]
    assert percentages(rates, "line") == [0.0, 0.0, 0.0, 0.0]


def test_what_was_cancelled_before_the_line_was_due_was_not_wanted(make_database: MakeDatabase) -> None:
    lines = [due_line("A", 6, open_qty=0, released_qty=6, cancelled_qty=4)]
    moves = [move("A", 0, "OPEN", "CANCELLED", 4), move("A", 0, "OPEN", "RELEASED", 6)]
    rates = fill_rates(make_database, lines, moves)
    assert rates["units"] == 6
    assert percentages(rates, "line") == [100.0, 100.0, 100.0, 100.0]


def test_a_reservation_fills_and_stays_filled_when_the_consignee_gives_it_up(
    make_database: MakeDatabase,
) -> None:
    lines = [due_line("A", 10, open_qty=0, cancelled_qty=10)]
    moves = [move("A", 0, "OPEN", "RESERVED", 10), move("A", 5, "RESERVED", "CANCELLED", 10)]
    rates = fill_rates(make_database, lines, moves)
    assert percentages(rates, "unit") == [100.0, 100.0, 100.0, 100.0]


def test_units_that_a_picker_did_not_find_are_no_longer_filled(make_database: MakeDatabase) -> None:
    lines = [due_line("A", 10, open_qty=3, shipped_qty=7)]
    moves = [
        move("A", 0, "OPEN", "RELEASED", 10),
        move("A", 2, "RELEASED", "SHIPPED", 7),
        move("A", 2, "RELEASED", "OPEN", 3),
    ]
    rates = fill_rates(make_database, lines, moves)
    assert percentages(rates, "unit") == [100.0, 70.0, 70.0, 70.0]


def test_a_later_change_of_the_order_moves_no_figure_of_its_night(make_database: MakeDatabase) -> None:
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
    rates = fill_rates(make_database, lines, moves)
    assert rates["units"] == 20
    assert percentages(rates, "unit") == [80.0, 80.0, 80.0, 80.0]


def test_an_order_is_filled_when_all_its_lines_of_the_night_are(make_database: MakeDatabase) -> None:
    lines = [
        due_line("A", 10, line_no=1, open_qty=0, released_qty=10),
        due_line("A", 9, line_no=2, open_qty=1, released_qty=9),
        due_line("B", 10, open_qty=0, released_qty=10),
    ]
    rates = fill_rates(make_database, lines, [])
    assert (rates["orders"], rates["first_pass_order_pct"], rates["first_pass_line_pct"]) == (2, 50.0, 66.67)


def test_lines_due_before_the_nights_shown_are_not_counted(make_database: MakeDatabase) -> None:
    lines = [
        due_line("A", 10),
        due_line("OLD", 0, first_due_on=day(-1)),
        due_line("NEVER", 0, first_due_on=None),
    ]
    assert fill_rates(make_database, lines, [])["orders"] == 1


def test_the_queue_says_who_waits_in_which_place_and_why(make_database: MakeDatabase) -> None:
    lines = [line_row(order_id=order) for order in ("LAST", "FIRST", "SERVED")]
    standings = frame_of(
        Standing,
        {"order_id": "LAST", "rank": 9, "queue_place": 2, "ahead_qty": 40, "backordered_qty": 10},
        {"order_id": "FIRST", "rank": 2, "queue_place": 1, "eta_on": day(3), "backordered_qty": 10},
    )
    decisions = frame_of(
        Decision,
        {"order_id": "LAST", "reason_code": "no_stock", "qty": 4},
        {"order_id": "LAST", "reason_code": "rank", "qty": 6},
    )
    path = make_database(
        version_of(
            books=Books.of({"order_lines": frame_of(OrderLine, *lines)}),
            standings=standings,
            decisions=decisions,
        )
    )
    queue = ask(path, "FROM queue")
    assert [row["order_id"] for row in queue] == ["FIRST", "LAST"]
    assert queue[0]["eta_on"] == day(3)
    assert (queue[1]["rank"], queue[1]["ahead_qty"], queue[1]["short_reason"]) == (9, 40, "rank")
    assert queue[1]["why"] == "6: better ranks took the units; 4: there are no more units"


def test_back_orders_of_a_sku_stand_beside_what_is_there_and_what_comes(make_database: MakeDatabase) -> None:
    lines = [
        line_row(order_id="A", unit_price=Decimal(2), currency="EUR", first_short_on=day(-5)),
        line_row(order_id="B", unit_price=Decimal(2), currency="EUR", first_short_on=day(-1)),
        line_row(order_id="C", sku="OTHER"),
    ]
    standings = [
        {"order_id": "A", "backordered_qty": 10, "eta_on": day(4)},
        {"order_id": "B", "backordered_qty": 3},
        {"order_id": "C", "backordered_qty": 0},
    ]
    inbound = [
        {"asn_id": "A1", "expected_on": day(9), "remaining_qty": 5, "status": "expected"},
        {"asn_id": "A2", "expected_on": day(3), "remaining_qty": 2, "status": "part_received"},
        {"asn_id": "A3", "expected_on": day(1), "remaining_qty": 9, "status": "cancelled"},
    ]
    balances = [
        {"bin_id": "B1", "qty": 1},
        {"bin_id": "B2", "account": "HOLD", "hold_reason": "qc", "qty": 6},
    ]
    books: dict[str, pl.DataFrame] = {
        "order_lines": frame_of(OrderLine, *lines),
        "inbound_lines": frame_of(InboundLine, *inbound),
        "stock_balances": frame_of(StockBalance, *balances),
    }
    path = make_database(version_of(books=Books.of(books), standings=frame_of(Standing, *standings)))
    assert ask(path, "FROM backorders_by_sku") == [
        {
            "client_id": "acme",
            "sku": "A",
            "lines": 2,
            "orders": 2,
            "backordered_qty": 13,
            "backordered_value": Decimal(40),
            "currency": "EUR",
            "oldest_on": day(-5),
            "undated_qty": 3,
            "last_eta_on": day(4),
            "available_qty": 1,
            "hold_qty": 6,
            "inbound_qty": 7,
            "next_expected_on": day(3),
        }
    ]


def ageing(make_database: MakeDatabase, lines: list[tuple[int, date | None]]) -> list[dict[str, Any]]:
    """The rows of `ageing`, oldest first, for lines that wait so many days and have such a date."""
    orders = [(f"O{place}", days, eta_on) for place, (days, eta_on) in enumerate(lines)]
    waiting = [line_row(order_id=order_id, first_short_on=day(-days)) for order_id, days, _ in orders]
    served = line_row(order_id="SERVED", first_short_on=day(-50))
    standings = [
        {"order_id": order_id, "backordered_qty": 10, "eta_on": eta_on} for order_id, _, eta_on in orders
    ]
    version = version_of(
        books=Books.of({"order_lines": frame_of(OrderLine, *waiting, served)}),
        standings=frame_of(Standing, *standings),
    )
    return ask(make_database(version), "FROM ageing")


def test_back_ordered_lines_have_an_age_class(make_database: MakeDatabase) -> None:
    rows = ageing(make_database, [(days, None) for days in (31, 30, 11, 10, 4, 3, 0)])
    assert [(row["days_waiting"], row["age_class"]) for row in rows] == [
        (31, ">30"),
        (30, "11-30"),
        (11, "11-30"),
        (10, "4-10"),
        (4, "4-10"),
        (3, "0-3"),
        (0, "0-3"),
    ]


def test_lines_that_reach_day_8_without_a_date_are_flagged(make_database: MakeDatabase) -> None:
    rows = ageing(make_database, [(40, None), (9, day(3)), (8, None), (7, None)])
    assert [row["is_undated_at_day_8"] for row in rows] == [True, False, True, False]
