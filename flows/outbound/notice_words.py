"""The words of a message: what a consignee reads, made of what was decided, before any layout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schemas.vocabulary import Cause, NoticeKind, NoticeState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from schemas.client import Client

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

HEADINGS: dict[str, str] = {
    NoticeKind.CANCELLED: "Units of your order were cancelled",
    NoticeKind.ON_BACK_ORDER: "Units of your order are on back order",
    NoticeKind.ETA_CHANGED: "The expected date has changed",
    NoticeKind.SHIPPING_PART: "Part of your order has shipped",
    NoticeKind.SHIPPING_NOW: "Your order has shipped",
}

OPENINGS: dict[str, str] = {
    NoticeKind.CANCELLED: "The units below were cancelled on the instruction of {brand}. They will not ship.",
    NoticeKind.ON_BACK_ORDER: "We do not have all units of your order in stock. You keep your place in the "
    "queue, and we ship them as soon as they are here.",
    NoticeKind.ETA_CHANGED: "There is news about when your order is expected to ship. You keep your place "
    "in the queue.",
    NoticeKind.SHIPPING_PART: "The units below are on their way. The rest follows.",
    NoticeKind.SHIPPING_NOW: "The units below are on their way.",
}

CANCELLED_BY_RULE = "The units below were cancelled. They will not ship."
"""How a message of cancelled units opens if the client did not cancel all of them with a word of its own."""

CANCEL_REMARKS: dict[str | None, str] = {
    Cause.CANCELLED_SHORT: "Not in stock",
    Cause.CANCELLED_LATE: "Would come too late",
    None: "On the instruction of {brand}",
}
"""Why units of a line were cancelled, where it is not the same for all of the message."""


@dataclass(frozen=True)
class NoticeLine:
    """A line as a consignee reads it."""

    qty: str
    name: str
    sku: str
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """Lines of which the same is told."""

    title: str
    lines: tuple[NoticeLine, ...]


@dataclass(frozen=True)
class Notice:
    """All that a template may say."""

    brand: str
    reply_to: str
    order_id: str
    po_number: str | None
    subject: str
    heading: str
    opening: str
    sections: tuple[Section, ...]
    can_cancel: bool
    is_preview: bool


def word_notice(message: dict[str, Any], lines: Sequence[dict[str, Any]], client: Client) -> Notice:
    """The words of one message; `lines` are its lines, with quantities as text and names of the goods."""
    waiting = [line for line in lines if line["waiting_qty"]]
    by_rule = any(line["cancel_cause"] for line in lines)
    is_ours = by_rule and message["kind"] == NoticeKind.CANCELLED
    opening = CANCELLED_BY_RULE if is_ours else OPENINGS[message["kind"]]
    heading = HEADINGS[message["kind"]]
    brand = client.notices.brand or client.name
    return Notice(
        brand=brand,
        reply_to=client.notices.reply_to,
        order_id=message["order_id"],
        po_number=message["po_number"],
        subject=f"Order {message['order_id']}: {heading[0].lower()}{heading[1:]}",
        heading=heading,
        opening=opening.replace("{brand}", brand),
        sections=_sections(lines, waiting, message["business_date"], brand if by_rule else None),
        can_cancel=bool(waiting),
        is_preview=message["state"] == NoticeState.PREVIEW,
    )


def write_date(day: date) -> str:
    """A date that nobody misreads, whatever the locale of the machine: 9 March 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _sections(
    lines: Sequence[dict[str, Any]],
    waiting: Sequence[dict[str, Any]],
    business_date: date,
    brand: str | None,
) -> tuple[Section, ...]:
    """What was cancelled, what ships and what waits; a section without a line is left out.

    With a brand it is said of each cancelled line why.
    """
    told = {
        "Cancelled": [
            _line(line, "cancelled_text", _why_cancelled(line, brand))
            for line in lines
            if line["cancelled_qty"]
        ],
        "On their way": [
            _line(line, "shipped_text", _substitutes(line) + _tracking(line))
            for line in lines
            if line["shipped_qty"]
        ],
        "Waiting": [_line(line, "waiting_text", _outlook(line, business_date)) for line in waiting],
    }
    return tuple(Section(title, tuple(of_title)) for title, of_title in told.items() if of_title)


def _line(line: dict[str, Any], qty: str, remarks: tuple[str, ...]) -> NoticeLine:
    return NoticeLine(line[qty], line["description"] or line["sent_sku"], line["sent_sku"], remarks)


def _why_cancelled(line: dict[str, Any], brand: str | None) -> tuple[str, ...]:
    return (CANCEL_REMARKS[line["cancel_cause"]].replace("{brand}", brand),) if brand else ()


def _substitutes(line: dict[str, Any]) -> tuple[str, ...]:
    """How many of the units on their way are other goods than the ordered ones, and which."""
    ordered = line["description"] or line["sent_sku"]
    return tuple(
        f"{sent['qty']} of these: {_name_with_sku(sent)}, in place of {ordered}"
        for sent in line["substitutes"] or ()
    )


def _name_with_sku(goods: dict[str, Any]) -> str:
    return f"{goods['description']} ({goods['sku']})" if goods["description"] else str(goods["sku"])


def _tracking(line: dict[str, Any]) -> tuple[str, ...]:
    numbers = line["tracking_no"] or ""
    name = "Tracking numbers" if "," in numbers else "Tracking number"
    return (f"{name} {numbers}",) if numbers else ()


def _outlook(line: dict[str, Any], business_date: date) -> tuple[str, ...]:
    """When the units are expected, what was told before where that differs, and the place in the queue.

    A date that has come is not told as one: the goods are due, and their carrier is late.
    """
    now, before = line["eta_on"], line["previous_eta_on"]
    if now is None:
        expected = "No date yet"
    elif now <= business_date:
        expected = "Expected to ship any day now"
    else:
        expected = f"Expected to ship on {write_date(now)}"
    was = f"Before, we told you {write_date(before)}" if before and before != now else ""
    place = f"Place {line['queue_place']} in the queue" if line["queue_place"] else ""
    return tuple(remark for remark in (expected, was, place) if remark)
