"""The words of a message: what its reader is told, made of what was decided, before any layout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.outbound.notices.phrases import (
    BUYER,
    CANCEL_REMARKS,
    CANCELLED_BY_RULE,
    DATE_IS_GONE,
    DESK,
    FIRST_DATE,
    HAS_TO_WAIT,
    HEADINGS,
    NO_DATE_LEFT,
    NOTHING_YET,
    OPENINGS,
    OUT_OF_STOCK,
    Voice,
    why_it_waits,
    write_day,
)
from schemas.vocabulary.explanations import WaitReason
from schemas.vocabulary.words import NoticeKind, NoticeState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from schemas.settings.client import Client

LACKS_STOCK = (WaitReason.OUT_OF_STOCK, WaitReason.KEPT_FOR_EARLIER, WaitReason.LATE)
IS_THERE = (WaitReason.SHIPS_TOGETHER, WaitReason.READY)


@dataclass(frozen=True)
class NoticeLine:
    """A line as its reader sees it; `wait_reason` and `eta_on` for mailers with words of their own."""

    qty: str
    name: str
    sku: str
    remarks: tuple[str, ...]
    wait_reason: str | None
    eta_on: date | None


@dataclass(frozen=True)
class Section:
    """Lines of which the same is told."""

    title: str
    lines: tuple[NoticeLine, ...]


@dataclass(frozen=True)
class NoticeText:
    """All that a template may say."""

    brand: str
    reply_to: str
    order_id: str
    po_number: str | None
    buyer: str
    subject: str
    heading: str
    opening: str
    sections: tuple[Section, ...]
    can_cancel: bool
    has_dates: bool
    is_to_desk: bool
    is_preview: bool


def word_notice(message: dict[str, Any], lines: Sequence[dict[str, Any]], client: Client) -> NoticeText:
    """The words of one message.

    Args:
        message: its columns, `is_to_desk`, `po_number` and names of its order, and `is_whole`: what names the
            message is true of all of its order.
        lines: its lines, with quantities as text and names of the goods.
        client: who tells it.
    """
    voice = DESK if message["is_to_desk"] else BUYER
    waiting = [line for line in lines if line["waiting_qty"]]
    heading = _heading(message, waiting)
    names = filter(None, (message["ship_to_name"], message["ship_to_company"]))
    buyer = ", ".join(names) or message["consignee_id"] or ""
    of_buyer = f" of {buyer}" if buyer and message["is_to_desk"] else ""
    said = voice.say(heading)
    return NoticeText(
        brand=client.notices.brand or client.name,
        reply_to=client.notices.reply_to,
        order_id=message["order_id"],
        po_number=message["po_number"],
        buyer=buyer,
        subject=f"Order {message['order_id']}{of_buyer}: {said[0].lower()}{said[1:]}",
        heading=said,
        opening=voice.say(_opening(message, lines, waiting)),
        sections=_sections(lines, waiting, message["business_date"], voice),
        can_cancel=bool(waiting),
        has_dates=any(line["eta_on"] for line in waiting),
        is_to_desk=message["is_to_desk"],
        is_preview=message["state"] == NoticeState.PREVIEW,
    )


def _heading(message: dict[str, Any], waiting: Sequence[dict[str, Any]]) -> str:
    """What the message is about, in a few words."""
    if message["kind"] == NoticeKind.ETA_CHANGED:
        if not any(line["eta_on"] for line in waiting):
            return DATE_IS_GONE
        if not any(line["previous_eta_on"] for line in waiting):
            return FIRST_DATE
    is_other = message["kind"] == NoticeKind.ON_BACK_ORDER and not _lacks_stock(waiting)
    whole, part = HAS_TO_WAIT if is_other else HEADINGS[message["kind"]]
    return whole if message["is_whole"] else part


def _opening(
    message: dict[str, Any], lines: Sequence[dict[str, Any]], waiting: Sequence[dict[str, Any]]
) -> str:
    """The first sentences."""
    kind = message["kind"]
    if kind == NoticeKind.CANCELLED and any(line["cancel_cause"] for line in lines):
        return CANCELLED_BY_RULE
    if kind == NoticeKind.ETA_CHANGED and not any(line["eta_on"] for line in waiting):
        return NO_DATE_LEFT
    if kind == NoticeKind.ON_BACK_ORDER and _lacks_stock(waiting):
        lacks_all = all(
            line["wait_qty"] == line["waiting_qty"] and line["wait_reason"] in LACKS_STOCK for line in waiting
        )
        return OUT_OF_STOCK[message["is_whole"] and lacks_all]
    return NOTHING_YET if kind == NoticeKind.ON_BACK_ORDER and message["is_whole"] else OPENINGS[kind]


def _lacks_stock(waiting: Sequence[dict[str, Any]]) -> bool:
    """Whether all that is missing are goods."""
    return all(line["wait_reason"] in {*LACKS_STOCK, *IS_THERE, None} for line in waiting)


def _sections(
    lines: Sequence[dict[str, Any]], waiting: Sequence[dict[str, Any]], today: date, voice: Voice
) -> tuple[Section, ...]:
    """What was cancelled, what ships and what waits; a section without a line is left out.

    Where a rule cancelled anything it is said of each cancelled line why.
    """
    says_why = any(line["cancel_cause"] for line in lines)
    told = {
        "Cancelled": [
            _line(
                line,
                "cancelled_text",
                (voice.say(CANCEL_REMARKS[line["cancel_cause"]]),) if says_why else (),
            )
            for line in lines
            if line["cancelled_qty"]
        ],
        "On their way": [
            _line(line, "shipped_text", _substitutes(line) + _tracking(line) + _earlier(line, today))
            for line in lines
            if line["shipped_qty"]
        ],
        "Waiting": [
            _line(
                line,
                "waiting_text",
                _outlook(line, today, voice),
                wait_reason=line["wait_reason"],
                eta_on=line["eta_on"],
            )
            for line in waiting
        ],
    }
    return tuple(Section(title, tuple(of_title)) for title, of_title in told.items() if of_title)


def _line(
    line: dict[str, Any],
    qty: str,
    remarks: tuple[str, ...],
    wait_reason: str | None = None,
    eta_on: date | None = None,
) -> NoticeLine:
    name = line["description"] or line["sent_sku"]
    return NoticeLine(line[qty], name, line["sent_sku"], remarks, wait_reason, eta_on)


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


def _earlier(line: dict[str, Any], today: date) -> tuple[str, ...]:
    """That the units left before the day that was told."""
    told_on = line["previous_eta_on"]
    is_early = told_on is not None and told_on > today
    return (f"Earlier than we told you: {write_day(told_on, today)}",) if is_early else ()


def _outlook(line: dict[str, Any], today: date, voice: Voice) -> tuple[str, ...]:
    """Why the units wait, when they are expected, what was told before, and the place in the queue."""
    reason, now, before = line["wait_reason"], line["eta_on"], line["previous_eta_on"]
    is_all = line["wait_qty"] == line["waiting_qty"]
    why = voice.say(why_it_waits(reason, line["wait_text"], is_all=is_all)) if reason else ""
    no_date = "No new date yet" if before else "No date yet"
    date_or_none = f"Expected to ship by {write_day(now, today)}" if now else no_date
    was = f"We had told you {write_day(before, today)}" if before and before != now else ""
    place = f"Place {line['queue_place']} in the queue" if line["queue_place"] else ""
    return tuple(remark for remark in (why, date_or_none, was, place) if remark)
