"""Notices: each message as text, HTML and mail, and all of a client as NDJSON for its own mailer.

Nothing here sends anything. A preview lies in a folder of its own name, so that no mailer takes it
for a message to send. A message that has no address, whose client has no sender, or whose reader asks
for another language gets no `.eml`; it keeps its state, and a live one is a finding
(`flows.outbound.notices.addressing`).
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any

import polars as pl
import polars.selectors as cs

from flows.fence import UNFORESEEN
from flows.outbound.documents import Document, path_label
from flows.outbound.notices.addressing import address_of, is_to_desk, is_understood, sender_of
from flows.outbound.notices.mail import compose_mail
from flows.outbound.notices.words import NoticeText, word_notice
from schemas.results import MessageLine
from schemas.vocabulary.words import NoticeKind, OrderType
from transforms.notices.confirmed import list_substitutes
from transforms.texts import with_single_lines
from transforms.units import written_qty

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from jinja2 import Template
    from pandera.typing.polars import DataFrame

    from schemas.books.journal import Movement
    from schemas.books.orders import Shipment
    from schemas.books.people import ShipTo
    from schemas.night import Books
    from schemas.results import Message
    from schemas.settings.client import Client

LOG = logging.getLogger(__name__)

ORDER = ("client_id", "order_id")
LINE = (*ORDER, "line_no")
CHUNK_MESSAGES = 2_000
"""Messages whose lines are named together."""

SPOOLED = 1 << 20
"""Bytes of what machines read that are kept in memory before they go to the disk."""

ENTRIES = json.JSONEncoder(ensure_ascii=False, default=str)
"""Writes what machines read of a message."""

TOLD = ("waiting", "shipped", "cancelled", "wait")


@dataclass(frozen=True)
class TonightsMessages:
    """What was decided to tell, and what names it: the books after the run, what it posted and shipped."""

    messages: DataFrame[Message]
    message_lines: DataFrame[MessageLine]
    books: Books
    movements: DataFrame[Movement]
    shipments: DataFrame[Shipment]


def render_notices(
    told: TonightsMessages,
    ship_to: DataFrame[ShipTo],
    *,
    client: Client,
    feed: IO[bytes],
    fed: Collection[str] = (),
    missed: Callable[[str], None] | None = None,
) -> Iterator[Document]:
    """`notices/<client>/<state>/<message id>.{txt,html,eml}` of the messages of one client.

    A b2b order is told to the client's desk, any other to the order's mail address. What the desk gets is
    written to it and names the buyer. Messages are worded one by one while they are written: however many
    there are, few are in memory. What machines read of them goes to `feed`, a line each, but for messages
    that they were `fed` before. `missed` hears of one that cannot be worded, by its id; the others are.
    """
    messages = _address_messages(told, ship_to)
    for start in range(0, messages.height, CHUNK_MESSAGES):
        for message, lines in _with_lines(messages.slice(start, CHUNK_MESSAGES), told):
            try:
                entry, documents = _word(message, lines, client)
            except UNFORESEEN as error:
                if missed is None:
                    raise
                LOG.error("a message could not be written: %s", type(error).__name__)  # noqa: TRY400 -- its words are values
                missed(message["message_id"])
                continue
            if message["message_id"] not in fed:
                feed.write(entry + b"\n")
            yield from documents


def open_feed(scratch: Path) -> IO[bytes]:
    """Where what machines read of a client's messages lies until it is written: under no name."""
    return SpooledTemporaryFile(max_size=SPOOLED, dir=str(scratch))


def feed_path(client_id: str) -> str:
    """Where it stands in a version."""
    return f"notices/{path_label(client_id)}/notices.ndjson"


def feed_chunks(feed: IO[bytes]) -> Iterator[bytes]:
    """All that was written to it, in pieces."""
    feed.seek(0)
    while chunk := feed.read(SPOOLED):
        yield chunk


def _with_lines(
    messages: pl.DataFrame, told: TonightsMessages
) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Some messages, each with its lines."""
    ids = messages.select("message_id")
    lines_of_some = told.message_lines.join(ids, on="message_id", how="semi").pipe(MessageLine.validate)
    own = replace(told, message_lines=lines_of_some)
    lines: dict[str, list[dict[str, Any]]] = {}
    for line in _name_lines(own).iter_rows(named=True):
        lines.setdefault(line["message_id"], []).append(line)
    for message in messages.iter_rows(named=True):
        yield message, lines[message["message_id"]]


def _word(
    message: dict[str, Any], lines: list[dict[str, Any]], client: Client
) -> tuple[bytes, list[Document]]:
    """A message as machines read it, and its files."""
    to_desk = is_to_desk(client, message["email"], is_b2b=message["is_b2b"])
    notice = word_notice(message | {"is_to_desk": to_desk}, lines, client)
    to = address_of(client, message["email"], is_b2b=message["is_b2b"])
    entry = _ndjson_entry(message, notice, to=to)
    can_read = is_understood(message["language"], to_desk=to_desk)
    documents = _render_message(message, notice, entry, sender=sender_of(client) if can_read else None)
    return ENTRIES.encode(entry).encode(), documents


def _name_lines(told: TonightsMessages) -> pl.DataFrame:
    """Message lines with the goods' names, quantities as text and tracking numbers, in the order's order."""
    items = told.books.items.select("client_id", "sku", "description", "decimals")
    sent = told.books.order_lines.select(*LINE, "sent_sku")
    numbers = pl.col("tracking_no").drop_nulls().unique().sort().str.join(", ")
    tracking = told.shipments.filter(pl.col("tracking_no").is_not_null()).group_by(LINE).agg(numbers)
    return (
        told.message_lines.join(items, on=["client_id", "sku"], how="left", validate="m:1")
        .join(sent, on=LINE, how="left", validate="m:1")
        .join(tracking, on=LINE, how="left", validate="m:1")
        .join(_name_substitutes(told, items), on=["message_id", "line_no"], how="left", validate="1:1")
        .with_columns(
            written_qty(pl.col(f"{part}_qty"), pl.col("decimals")).alias(f"{part}_text") for part in TOLD
        )
        .pipe(with_single_lines, cs.string())
        .sort("message_id", "line_no")
    )


def _name_substitutes(told: TonightsMessages, items: pl.DataFrame) -> pl.DataFrame:
    """By message line the goods that were sent in place of the ordered ones, as `substitutes`."""
    sent = list_substitutes(told.message_lines, told.movements)
    named = (
        sent.join(items, on=["client_id", "sku"], how="left", maintain_order="left", validate="m:1")
        .with_columns(qty=written_qty(pl.col("shipped_qty"), pl.col("decimals")))
        .pipe(with_single_lines, cs.string())
    )
    return named.group_by("message_id", "line_no", maintain_order=True).agg(
        substitutes=pl.struct("qty", "sku", "description")
    )


def _address_messages(told: TonightsMessages, ship_to: DataFrame[ShipTo]) -> pl.DataFrame:
    """Messages with what their heads need, by client and order."""
    people = ship_to.select(*ORDER, "email", "language", "ship_to_name", "ship_to_company")
    return (
        told.messages.join(_describe_orders(told), on=ORDER, how="left", validate="m:1")
        .join(people, on=ORDER, how="left", validate="m:1")
        .with_columns(is_whole=_whole())
        .pipe(with_single_lines, cs.string())
        .sort(*ORDER, "message_id")
    )


def _describe_orders(told: TonightsMessages) -> pl.DataFrame:
    """Of each order whether it is b2b, how its buyer calls it, and what is true of all of it.

    All of it is cancelled, waits and is told to wait, or ships with this message.
    """
    newly = told.message_lines.group_by(ORDER).agg(
        pl.col("shipped_qty", "waiting_qty").sum().name.prefix("told_")
    )
    waiting = pl.col("open_qty") + pl.col("reserved_qty")
    gone, released = pl.col("shipped_qty").sum(), pl.col("released_qty").sum()
    orders = (
        told.books.order_lines.join(newly, on=ORDER, how="semi")
        .sort(LINE)
        .group_by(ORDER, maintain_order=True)
        .agg(
            (pl.col("order_type") == OrderType.B2B).any().alias("is_b2b"),
            pl.col("po_number", "consignee_id").drop_nulls().first(),
            gone.alias("gone_qty"),
            waiting.sum().alias("left_qty"),
            is_stirred=(gone + released) > 0,
            is_closed=(waiting.sum() + gone + released) == 0,
        )
    )
    return orders.join(newly, on=ORDER).select(
        *(*ORDER, "is_b2b", "po_number", "consignee_id"),
        is_all_cancelled="is_closed",
        is_all_waiting=~pl.col("is_stirred") & (pl.col("left_qty") == pl.col("told_waiting_qty")),
        is_all_shipping=pl.col("gone_qty") == pl.col("told_shipped_qty"),
    )


def _whole() -> pl.Expr:
    """Whether what names the message is true of all of its order."""
    return (
        pl.when(pl.col("kind") == NoticeKind.CANCELLED)
        .then("is_all_cancelled")
        .when(pl.col("kind").is_in([NoticeKind.SHIPPING_NOW, NoticeKind.SHIPPING_PART]))
        .then("is_all_shipping")
        .otherwise("is_all_waiting")
    )


def _ndjson_entry(message: dict[str, Any], notice: NoticeText, *, to: str | None) -> dict[str, Any]:
    """A message as the client's own mailer reads it."""
    names = ("message_id", "previous_id", "state", "business_date", "run_no", *ORDER, "kind", "eta_on")
    return {
        **{name: message[name] for name in names},
        "to": to,
        "reply_to": notice.reply_to or None,
        "language": message["language"],
        "subject": notice.subject,
        "sections": [
            {"title": section.title, "lines": [vars(line) for line in section.lines]}
            for section in notice.sections
        ],
        "text": _template("notice.txt.j2").render(notice=notice),
        "html": _template("notice.html.j2").render(notice=notice),
    }


@cache
def _template(name: str) -> Template:
    """A template of messages; it says nothing but what it is given."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 -- few nights tell anybody

    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=False,
        keep_trailing_newline=True,
    )
    templates.globals.clear()  # they would be copied for each message
    return templates.get_template(name)


def _render_message(
    message: dict[str, Any], notice: NoticeText, entry: dict[str, Any], *, sender: str | None
) -> list[Document]:
    """The files of one message."""
    place = f"notices/{path_label(message['client_id'])}/{message['state']}/{message['message_id']}"
    documents = [
        Document(f"{place}.txt", entry["text"].encode()),
        Document(f"{place}.html", entry["html"].encode()),
    ]
    if entry["to"] is not None and sender is not None:
        documents.append(Document(f"{place}.eml", compose_mail(entry, brand=notice.brand, sender=sender)))
    return documents
