"""The sentences of messages, each written once for the buyer and for the client's desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.vocabulary.explanations import WaitReason
from schemas.vocabulary.words import Cause, NoticeKind

if TYPE_CHECKING:
    from datetime import date

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True)
class Voice:
    """What is said in another way to another reader; the fields are the placeholders of the sentences."""

    order: str
    keep: str
    on_request: str
    rest_of_order: str
    for_reader: str

    def say(self, sentence: str) -> str:
        """The sentence as its reader sees it; it begins with a capital letter."""
        said = sentence.format(**vars(self))
        return said[0].upper() + said[1:]


BUYER = Voice(
    order="your order",
    keep="You keep your place in the queue",
    on_request="on request",
    rest_of_order="the rest of your order",
    for_reader="for you",
)

DESK = Voice(
    order="the order",
    keep="It keeps its place in the queue",
    on_request="on your instruction",
    rest_of_order="the rest of the order",
    for_reader="for it",
)

HEADINGS: dict[str, tuple[str, str]] = {
    NoticeKind.CANCELLED: ("{order} was cancelled", "part of {order} was cancelled"),
    NoticeKind.ON_BACK_ORDER: ("{order} is on back order", "part of {order} is on back order"),
    NoticeKind.PRE_ORDER: ("{order} is a pre-order", "part of {order} is a pre-order"),
    NoticeKind.ETA_CHANGED: ("the expected date has changed", "the expected date has changed"),
    NoticeKind.SHIPPING_PART: ("part of {order} has shipped", "part of {order} has shipped"),
    NoticeKind.SHIPPING_NOW: ("{order} has shipped", "{rest_of_order} has shipped"),
}
"""Of the whole order, and of a part of it."""

HAS_TO_WAIT = ("{order} has to wait", "part of {order} has to wait")
"""The same of a back order where something else than stock is lacking."""

DATE_IS_GONE = "the expected date can not be kept"
FIRST_DATE = "there is a date for {order}"

OPENINGS: dict[str, str] = {
    NoticeKind.CANCELLED: "what is listed below was cancelled {on_request}. It will not ship.",
    NoticeKind.ON_BACK_ORDER: "not all of {order} can ship at once; you see below why. {keep}, and we ship "
    "the rest as soon as we can.",
    NoticeKind.PRE_ORDER: "some of {order} can only ship from a later day on. {keep}.",
    NoticeKind.ETA_CHANGED: "there is news about when {order} is expected to ship. {keep}.",
    NoticeKind.SHIPPING_PART: "what is listed below is on its way. The rest follows.",
    NoticeKind.SHIPPING_NOW: "what is listed below is on its way.",
}

OUT_OF_STOCK = {
    True: "we do not have {order} in stock at the moment. {keep}, and we ship it as soon as it is here.",
    False: "we do not have all of {order} in stock at the moment. {keep}, and we ship the rest as soon as it "
    "is here.",
}
"""How a back order opens that only lacks stock: of all units of the order, and of some."""

NO_DATE_LEFT = (
    "we can not keep the date that we told you, and do not have a new one yet. {keep}, and we ship as soon "
    "as we can."
)

NOTHING_YET = "{order} can not ship yet; you see below why. {keep}, and we ship it as soon as we can."
"""How a back order opens where something else than stock is lacking, of all units of the order."""

CANCELLED_BY_RULE = "what is listed below was cancelled. It will not ship."
"""How a message of cancelled units opens if nobody asked for all of it."""

CANCEL_REMARKS: dict[str | None, str] = {
    Cause.CANCELLED_SHORT: "not in stock",
    Cause.CANCELLED_LATE: "would come too late",
    None: "{on_request}",
}
"""Why units of a line were cancelled, where it is not the same for all of the message."""

WAITS: dict[str, str] = {
    WaitReason.BEING_CHECKED: "being checked before shipping",
    WaitReason.ON_HOLD: "on hold",
    WaitReason.PRE_ORDER: "pre-order",
    WaitReason.LATE: "out of stock, and the delivery is late",
    WaitReason.OUT_OF_STOCK: "out of stock",
    WaitReason.KEPT_FOR_EARLIER: "what is in stock is kept for earlier orders",
    WaitReason.SHIPS_TOGETHER: "in stock; ships together with {rest_of_order}",
    WaitReason.READY: "in stock and kept {for_reader}",
}
"""Why all of a line waits."""

WAITS_PARTLY: dict[str, str] = {
    WaitReason.KEPT_FOR_EARLIER: "{these} out of stock: what is there is kept for earlier orders",
    WaitReason.SHIPS_TOGETHER: "{these} in stock",
}
"""Why some units of a line wait, where it is not said as of all of them: the rest is kept for it."""


def why_it_waits(reason: str, qty: str, *, is_all: bool) -> str:
    """The sentence of a reason, for all of a line's units or so many of them."""
    if is_all:
        return WAITS[reason]
    these = f"{qty} of these {'is' if qty == '1' else 'are'}"
    return WAITS_PARTLY.get(reason, f"{{these}} {WAITS[reason]}").replace("{these}", these)


def write_day(day: date, today: date) -> str:
    """A day that nobody misreads, whatever the locale of the machine: Monday 9 March.

    The year is said where it is not that of today.
    """
    year = "" if day.year == today.year else f" {day.year}"
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}{year}"
