"""Tests of the views: the questions that analysts ask every day."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from schemas.books.inbound import InboundLine
from schemas.books.orders import OrderLine
from schemas.books.stock import StockBalance
from schemas.night import Books
from schemas.results import Decision, QueuePosition
from tests.flows.outbound.analysts.asking import ask, day
from tests.frames import frame_of
from tests.transforms.reports.analyst_world import line_row, version_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    import polars as pl

    ShowVersion = Callable[..., Path]


def test_the_queue_says_who_waits_in_which_place_and_why(show_version: ShowVersion) -> None:
    lines = [line_row(order_id=order) for order in ("LAST", "FIRST", "SERVED")]
    standings = frame_of(
        QueuePosition,
        {"order_id": "LAST", "rank": 9, "queue_place": 2, "ahead_qty": 40, "backordered_qty": 10},
        {"order_id": "FIRST", "rank": 2, "queue_place": 1, "eta_on": day(3), "backordered_qty": 10},
    )
    decisions = frame_of(
        Decision,
        {"order_id": "LAST", "reason_code": "no_stock", "qty": 4},
        {"order_id": "LAST", "reason_code": "rank", "qty": 6},
    )
    path = show_version(
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
    assert queue[1]["why"] == "6: orders ahead of it took the units; 4: there are no more units"


def books_of_a_sku(lines: list[dict[str, Any]]) -> Books:
    """Order lines beside goods that come, are gone, and lie there."""
    inbound = [
        {"asn_id": "A1", "expected_on": day(9), "remaining_qty": 5, "status": "expected"},
        {"asn_id": "A2", "expected_on": day(3), "remaining_qty": 2, "status": "part_received"},
        {"asn_id": "A3", "expected_on": day(1), "remaining_qty": 9, "status": "cancelled"},
    ]
    balances = [
        {"bin_id": "B1", "qty": 1},
        {"bin_id": "B2", "account": "HOLD", "hold_reason": "qc", "qty": 6},
    ]
    tables: dict[str, pl.DataFrame] = {
        "order_lines": frame_of(OrderLine, *lines),
        "inbound_lines": frame_of(InboundLine, *inbound),
        "stock_balances": frame_of(StockBalance, *balances),
    }
    return Books.of(tables)


def test_back_orders_of_a_sku_stand_beside_what_is_there_and_what_comes(show_version: ShowVersion) -> None:
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
    path = show_version(
        version_of(books=books_of_a_sku(lines), standings=frame_of(QueuePosition, *standings))
    )
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


def ageing(show_version: ShowVersion, lines: list[tuple[int, date | None]]) -> list[dict[str, Any]]:
    """The rows of `ageing`, oldest first, for lines that wait so many days and have such a date."""
    orders = [(f"O{place}", days, eta_on) for place, (days, eta_on) in enumerate(lines)]
    waiting = [line_row(order_id=order_id, first_short_on=day(-days)) for order_id, days, _ in orders]
    served = line_row(order_id="SERVED", first_short_on=day(-50))
    standings = [
        {"order_id": order_id, "backordered_qty": 10, "eta_on": eta_on} for order_id, _, eta_on in orders
    ]
    version = version_of(
        books=Books.of({"order_lines": frame_of(OrderLine, *waiting, served)}),
        standings=frame_of(QueuePosition, *standings),
    )
    return ask(show_version(version), "FROM ageing")


def test_back_ordered_lines_have_an_age_class(show_version: ShowVersion) -> None:
    rows = ageing(show_version, [(days, None) for days in (31, 30, 11, 10, 4, 3, 0)])
    assert [(row["days_waiting"], row["age_class"]) for row in rows] == [
        (31, ">30"),
        (30, "11-30"),
        (11, "11-30"),
        (10, "4-10"),
        (4, "4-10"),
        (3, "0-3"),
        (0, "0-3"),
    ]


def test_lines_that_reach_day_8_without_a_date_are_flagged(show_version: ShowVersion) -> None:
    rows = ageing(show_version, [(40, None), (9, day(3)), (8, None), (7, None)])
    assert [row["is_undated_at_day_8"] for row in rows] == [True, False, True, False]
