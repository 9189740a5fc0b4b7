"""A night of the notices in a few words: order lines with their standing, and what is told of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from schemas.books import OrderLine
from schemas.client import Client, NoticeSettings
from schemas.journal import Movement
from schemas.night import AsOf, Books
from schemas.results import Cancellation, Standing
from tests.frames import NIGHT, frame_of
from transforms.notices.messages import Told, decide_messages

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

STANDING = ("due_on", "is_due", "short_qty", "eta_on", "queue_place", "awaits_count")


def in_days(days: int) -> date:
    """The calendar day so many days after the test's night."""
    return NIGHT + timedelta(days=days)


def line(**values: Any) -> dict[str, Any]:  # noqa: ANN401 -- a test names whatever column is its point
    """A due order line of O1 with 5 units open, all of them short, and no date."""
    usual = {"order_id": "O1", "sku": "A", "ordered_qty": 5, "open_qty": 5, "is_due": True, "due_on": NIGHT}
    chosen = usual | values
    return {"short_qty": chosen["open_qty"]} | chosen


def client(**notices: Any) -> Client:  # noqa: ANN401 -- any notice setting
    """A client whose notices are written for preview unless said otherwise."""
    settings = NoticeSettings(**({"reply_to": "care@acme.example"} | notices))
    return Client(client_id="acme", name="Acme", warehouses=("W1",), notices=settings, status="live")


def night(
    *lines: dict[str, Any],
    merchant: Client | None = None,
    shipped: tuple[dict[str, Any], ...] = (),
    as_of: AsOf | None = None,
) -> Told:
    """What is told on a night with these lines and movements of shipped units."""
    order_lines = frame_of(OrderLine, *({k: v for k, v in row.items() if k not in STANDING} for row in lines))
    waiting = [row for row in lines if row["open_qty"] + row.get("reserved_qty", 0) > 0]
    key = ("client_id", "order_id", "line_no")
    standings = frame_of(
        Standing, *({k: v for k, v in row.items() if k in (*STANDING, *key)} for row in waiting)
    )
    return tell(order_lines, standings, frame_of(Movement, *shipped), merchant=merchant, as_of=as_of)


def tell(
    order_lines: DataFrame[OrderLine],
    standings: DataFrame[Standing],
    movements: DataFrame[Movement],
    *cancelled: dict[str, Any],
    merchant: Client | None = None,
    as_of: AsOf | None = None,
) -> Told:
    """What is told of frames that a test has already, and of units that a rule cancelled tonight."""
    return decide_messages(
        Books.of({"order_lines": order_lines}),
        standings,
        movements,
        frame_of(Cancellation, *cancelled),
        clients={"acme": merchant or client()},
        as_of=as_of or AsOf(NIGHT),
    )


def kinds(told: Told) -> list[str]:
    """The kinds of the messages, by order."""
    return told.messages.sort("order_id")["kind"].to_list()


def remembered(told: Told, *columns: str) -> list[tuple[Any, ...]]:
    """What the order lines remember, by order and line."""
    return told.order_lines.sort("order_id", "line_no").select(columns).rows()


def listed(told: Told, *columns: str) -> list[tuple[Any, ...]]:
    """What the messages list, by order and line."""
    return pl.DataFrame(told.message_lines).sort("order_id", "line_no").select(columns).rows()
