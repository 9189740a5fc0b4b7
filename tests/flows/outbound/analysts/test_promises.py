"""Tests of the view of promises: what was told and believed of a line, and whether it held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from schemas.books.journal import Movement
from schemas.books.orders import OrderLine, Shipment
from schemas.night import AsOf, Books
from schemas.outputs.analyst import Night
from schemas.results import LineNight, Message, MessageLine
from tests.flows.outbound.analysts.asking import ask, day
from tests.frames import frame_of
from tests.transforms.reports.analyst_world import line_row, night_row, version_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from pathlib import Path

    ShowVersion = Callable[..., Path]

LAST = 6
TOLD = {"order_id": "O1", "kind": "on_back_order"}
CLOSED = {"open_qty": 0, "shipped_qty": 10}


def stood(days: int, eta_on: date | None, **columns: object) -> dict[str, Any]:
    """The line on a night."""
    return {"order_id": "O1", "business_date": day(days), "eta_on": eta_on} | columns


@pytest.fixture
def asked(show_version: ShowVersion) -> Callable[..., list[dict[str, Any]]]:
    """What the view says of one line, given how it stands now and its history."""

    def ask_of(line: Mapping[str, object], **history: Any) -> list[dict[str, Any]]:  # noqa: ANN401 -- frames
        books = Books.of({"order_lines": frame_of(OrderLine, line_row(**line))})
        nights = frame_of(Night, *(night_row(day(days), version=days + 1) for days in range(LAST + 1)))
        version = version_of(books=books, history=history, nights=nights)
        return ask(show_version(version, as_of=AsOf(day(LAST))), "FROM promise_history")

    return ask_of


def left(days: int) -> dict[str, Any]:
    """All units of the line left on a day."""
    shipment = {"order_id": "O1", "shipped_qty": 10, "shipped_on": day(days), "basis": "confirmed"}
    return {"shipments": frame_of(Shipment, shipment)}


def test_a_date_that_moves_is_believed_anew_and_one_that_stays_is_not(
    asked: Callable[..., list[dict[str, Any]]],
) -> None:
    nights = frame_of(
        LineNight,
        stood(0, None),
        stood(1, day(4), asn_id="A1", asn_line_no=1),
        stood(2, day(4), asn_id="A1", asn_line_no=1),
        stood(3, day(9), asn_id="A2", asn_line_no=3),
        stood(4, None),
    )
    rows = asked({}, line_nights=nights)
    shown = ("source", "business_date", "eta_on", "previous_eta_on", "moved_days", "asn_id", "is_kept")
    assert [tuple(row[name] for name in shown) for row in rows] == [
        ("believed", day(1), day(4), None, None, "A1", False),
        ("believed", day(3), day(9), day(4), 5, "A2", None),
        ("believed", day(4), None, day(9), None, None, None),
    ]


def test_what_a_message_told_stands_beside_it_with_its_announcement(
    asked: Callable[..., list[dict[str, Any]]],
) -> None:
    messages = frame_of(
        Message,
        {**TOLD, "message_id": "M1", "business_date": day(1)},
        {**TOLD, "message_id": "M2", "business_date": day(2)},
        {**TOLD, "message_id": "M3", "business_date": day(5)},
    )
    lines = frame_of(
        MessageLine,
        {**TOLD, "message_id": "M1", "waiting_qty": 10, "eta_on": day(3)},
        {**TOLD, "message_id": "M2", "waiting_qty": 10, "eta_on": day(5), "previous_eta_on": day(3)},
        {**TOLD, "message_id": "M3", "waiting_qty": 0, "shipped_qty": 10},
    )
    nights = frame_of(LineNight, stood(2, day(5), asn_id="A1", asn_line_no=1))
    history = {"messages": messages, "message_lines": lines, "line_nights": nights, **left(4)}
    told = [row for row in asked(CLOSED, **history) if row["source"] == "told"]
    shown = ("message_id", "eta_on", "previous_eta_on", "moved_days", "asn_id", "is_kept")
    assert [tuple(row[name] for name in shown) for row in told] == [
        ("M1", day(3), None, None, None, False),
        ("M2", day(5), day(3), 2, "A1", True),
    ]
    assert {row["last_shipped_on"] for row in told} == {day(4)}


@pytest.mark.parametrize(
    ("line", "history", "is_kept"),
    [
        (CLOSED, left(4), True),
        (CLOSED, left(5), False),
        (CLOSED, left(0), None),
        ({"open_qty": 0, "released_qty": 10}, {}, None),
        ({"open_qty": 10}, {}, False),
        ({"open_qty": 0, "cancelled_qty": 10}, {}, None),
    ],
)
def test_a_date_is_kept_if_the_last_unit_left_by_it(
    asked: Callable[..., list[dict[str, Any]]],
    line: dict[str, object],
    history: dict[str, Any],
    is_kept: bool | None,  # noqa: FBT001 -- what the view says
) -> None:
    nights = frame_of(LineNight, stood(1, day(4)))
    assert [row["is_kept"] for row in asked(line, line_nights=nights, **history)] == [is_kept]


@pytest.mark.parametrize(("days", "is_kept"), [(4, None), (5, False)])
def test_units_that_were_cancelled_after_the_date_had_missed_it(
    asked: Callable[..., list[dict[str, Any]]],
    days: int,
    is_kept: bool | None,  # noqa: FBT001 -- what the view says
) -> None:
    cancelled = frame_of(
        Movement,
        {"order_id": "O1", "line_no": 1, "ledger": "line", "from_account": "OPEN", "to_account": "CANCELLED",
         "qty": 10, "cause": "cancelled", "business_date": day(days)},
    )  # fmt: skip
    history = {"line_nights": frame_of(LineNight, stood(1, day(4))), "movements": cancelled}
    rows = asked({"open_qty": 0, "cancelled_qty": 10}, **history)
    assert [row["is_kept"] for row in rows] == [is_kept]
