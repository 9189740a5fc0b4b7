"""A night of the notices in a few words: order lines with their standing, and what is told of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import polars as pl

from schemas.books.catalogue import Item
from schemas.books.inbound import InboundLine
from schemas.books.journal import Movement
from schemas.books.orders import OrderLine
from schemas.night import AsOf, Books
from schemas.results import (
    Allocation,
    Cancellation,
    Decision,
    FenceUse,
    LostReservation,
    Overtaking,
    Peg,
    QueuePosition,
    Reservation,
)
from schemas.settings.client import Client, NoticeSettings
from schemas.settings.warehouse import Warehouse
from schemas.table import Table
from tests.frames import NIGHT, frame_of
from transforms.allocation import AllocationPlan
from transforms.notices.messages import Told, decide_messages

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

T = TypeVar("T", bound=Table)

WEEKDAYS = Warehouse(warehouse_id="W1", allocator="us")
KEY = ("client_id", "order_id", "line_no")
STANDING = (
    *("due_on", "is_due", "short_qty", "eta_on", "queue_place", "awaits_count", "asn_id"),
    "asn_line_no",
)
REASONS = ("open_reason", "kept_reason")
"""What a line may be given beside its columns: why all of its short or reserved units wait."""


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
    items: tuple[dict[str, Any], ...] = (),
    inbound: tuple[dict[str, Any], ...] = (),
    as_of: AsOf | None = None,
) -> Told:
    """What is told on a night with these lines, items, announced lines and movements of shipped units."""
    beside = (*STANDING, *REASONS)
    order_lines = frame_of(OrderLine, *({k: v for k, v in row.items() if k not in beside} for row in lines))
    waiting = [row for row in lines if row["open_qty"] + row.get("reserved_qty", 0) > 0]
    standings = frame_of(
        QueuePosition, *({k: v for k, v in row.items() if k in (*STANDING, *KEY)} for row in waiting)
    )
    return decide_messages(
        Books.of(
            {
                "order_lines": order_lines,
                "items": frame_of(Item, *items),
                "inbound_lines": frame_of(InboundLine, *inbound),
            }
        ),
        plan_of(
            standings=standings,
            decisions=_explained(Decision, waiting, "open_reason", "short_qty"),
            reservations=_explained(Reservation, waiting, "kept_reason", "reserved_qty"),
        ),
        frame_of(Movement, *shipped),
        clients={"acme": merchant or client()},
        warehouses={"W1": WEEKDAYS},
        as_of=as_of or AsOf(NIGHT),
    )


def tell(
    order_lines: DataFrame[OrderLine],
    standings: DataFrame[QueuePosition],
    movements: DataFrame[Movement],
    *cancelled: dict[str, Any],
    merchant: Client | None = None,
    as_of: AsOf | None = None,
) -> Told:
    """What is told of frames that a test has already, and of units that a rule cancelled tonight."""
    return decide_messages(
        Books.of({"order_lines": order_lines}),
        plan_of(standings=standings, cancellations=frame_of(Cancellation, *cancelled)),
        movements,
        clients={"acme": merchant or client()},
        warehouses={},
        as_of=as_of or AsOf(NIGHT),
    )


def plan_of(**tables: Any) -> AllocationPlan:  # noqa: ANN401 -- frames of any contract
    """An allocation of these tables, and nothing else in it."""
    contracts = {
        "allocations": Allocation,
        "lost_reservations": LostReservation,
        "fence_uses": FenceUse,
        "pegs": Peg,
        "decisions": Decision,
        "reservations": Reservation,
        "overtakings": Overtaking,
        "standings": QueuePosition,
        "cancellations": Cancellation,
    }
    return AllocationPlan(**({name: frame_of(contract) for name, contract in contracts.items()} | tables))


def _explained(contract: type[T], lines: list[dict[str, Any]], reason: str, qty: str) -> DataFrame[T]:
    """Why units of lines wait, where a test says it."""
    return frame_of(
        contract,
        *(
            {**{k: line[k] for k in KEY if k in line}, "reason_code": line[reason], "qty": line[qty]}
            for line in lines
            if reason in line
        ),
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
