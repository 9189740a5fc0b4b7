"""A merchant's messages of a night for the tests of notices: three orders, goods with names, addresses."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from flows.outbound.documents import Document
from flows.outbound.notices.notices import TonightsMessages, feed_chunks, feed_path, render_notices
from schemas.books.catalogue import Item
from schemas.books.journal import Movement
from schemas.books.orders import OrderLine, Shipment
from schemas.books.people import ShipTo
from schemas.night import Books
from schemas.results import Message, MessageLine
from schemas.settings.client import Client, NoticeSettings
from tests.frames import frame_of

if TYPE_CHECKING:
    from collections.abc import Sequence


def merchant(**notices: Any) -> Client:  # noqa: ANN401 -- any notice setting
    """A client with a brand, a desk and a reply address."""
    usual = {
        "brand": "Larkmoor & Daughters",
        "reply_to": "hello@larkmoor.example",
        "desk_address": "desk@larkmoor.example",
    }
    return Client(
        client_id="acme",
        name="Larkmoor",
        warehouses=("W1",),
        notices=NoticeSettings(**(usual | notices)),
    )


def message(**values: Any) -> dict[str, Any]:  # noqa: ANN401 -- any column of a message
    """A live message of order O1."""
    usual = {"order_id": "O1", "message_id": "a" * 32, "kind": "on_back_order", "state": "to_send"}
    return usual | values


def message_line(**values: Any) -> dict[str, Any]:  # noqa: ANN401 -- any column of a message line
    """Its line: 2 units wait without a date."""
    usual = {"order_id": "O1", "message_id": "a" * 32, "kind": "on_back_order", "waiting_qty": 2}
    return usual | values


def render(
    *lines: dict[str, Any],
    head: dict[str, Any] | None = None,
    order: dict[str, Any] | None = None,
    items: Sequence[dict[str, Any]] = ({},),
    person: dict[str, Any] | None = None,
    shipped: Sequence[dict[str, Any]] = (),
    client: Client | None = None,
) -> list[Document]:
    """The notices of one message to order O1. The first of the items is the ordered one."""
    rows = lines or (message_line(),)
    keys = [{"order_id": "O1", "line_no": row.get("line_no", 1), **(order or {})} for row in rows]
    books = Books.of(
        {
            "order_lines": frame_of(OrderLine, *keys),
            "items": frame_of(Item, {"description": "Wool cardigan, navy, M"} | items[0], *items[1:]),
        }
    )
    told = TonightsMessages(
        frame_of(Message, message(**(head or {}))),
        frame_of(MessageLine, *rows),
        books,
        frame_of(Movement, *map(movement_of, shipped)),
        frame_of(Shipment, *shipped),
    )
    people = frame_of(ShipTo, {"order_id": "O1", "email": "ann@consignee.example"} | (person or {}))
    with BytesIO() as feed:
        rendered = list(render_notices(told, people, client=client or merchant(), feed=feed))
        return [*rendered, Document(feed_path("acme"), b"".join(feed_chunks(feed)))]


def movement_of(shipped: dict[str, Any]) -> dict[str, Any]:
    """A shipment as the journal has it for its line."""
    key: dict[str, Any] = {name: shipped[name] for name in ("order_id", "sku") if name in shipped}
    accounts = {"ledger": "line", "from_account": "RELEASED", "to_account": "SHIPPED", "cause": "shipped"}
    return {**key, **accounts, "qty": shipped["shipped_qty"]}


def files(rendered: list[Document]) -> dict[str, str]:
    """Each document by its last name, as text."""
    return {
        document.path.rsplit("/", 1)[-1].replace("a" * 32, "message"): document.content.decode()
        for document in rendered
    }
