"""The closed vocabularies: every value that a code column may have, with its meaning.

One word per idea, used by contracts, rules, outputs and the data dictionary alike. Those that explain a plan
stand in `explanations`, those of rejected rows in `codes`, what a person must look at in `findings`; `words`
lists them all.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Term(StrEnum):
    """A value of a closed vocabulary; `meaning` explains it to a person."""

    meaning: str

    def __new__(cls, value: str, meaning: str = "") -> Self:
        """Make the string value and keep its meaning beside it."""
        term = str.__new__(cls, value)
        term._value_ = value
        term.meaning = meaning
        return term

    @classmethod
    def values(cls) -> list[str]:
        """All values, in the order of declaration."""
        return [term.value for term in cls]


class Feed(Term):
    """What a dropped file is about; the name of its folder below the client's."""

    ORDERS = "orders", "order lines: new, changed, cancelled"
    CANCELLATIONS = "cancellations", "cancelled order lines or parts of them"
    RECEIPTS = "receipts", "units received"
    ASNS = "asns", "units announced (advance ship notice)"
    STOCK = "stock", "a count of what is there"
    ADJUSTMENTS = "adjustments", "a correction of the stock"
    SHIPMENTS = "shipments", "what was shipped of a release, and short picks"
    ITEMS = "items", "the item master"


class OrderType(Term):
    """Whom an order goes to."""

    DTC = "dtc", "direct to the consumer; what an order is that says nothing"
    B2B = "b2b", "to a business, which may fine what comes before or after its day"
    MARKETPLACE = "marketplace", "to a consumer, sold by a marketplace that counts late shipments"


class Verdict(Term):
    """What became of a row that was read; every row has exactly one."""

    ACCEPTED = "accepted", "did what it says"
    DUPLICATE = "duplicate", "the same fact was accepted before; does nothing"
    SET_ASIDE = "set_aside", "fine, but not ours; does nothing"
    REJECTED = "rejected", "could not be accepted; stands in quarantine with its reasons"


class FileVerdict(Term):
    """What became of a file that was dropped."""

    LOADED = "loaded", "its rows were read and each has a verdict"
    DUPLICATE = "duplicate", "the same content was loaded before; nothing is done twice"
    REFUSED = "refused", "it cannot be read as a file of its feed; no row was read"
    HELD = "held", "it waits for a person"


class LedgerName(Term):
    """The two ledgers of the one journal."""

    STOCK = "stock", "units on shelves: key client, warehouse, sku, lot, bin"
    LINE = "line", "units of order lines: key client, order, line"


class StockAccount(Term):
    """Accounts of the stock ledger; the last three are boundaries and may be negative."""

    FREE = "FREE", "on the shelf and for sale"
    HOLD = "HOLD", "on the shelf, not for sale, with a reason"
    RELEASED = "RELEASED", "handed to the warehouse for picking, not yet confirmed"
    SUPPLIER = "SUPPLIER", "boundary: where received units come from"
    SHIPPED = "SHIPPED", "boundary: where shipped units go to"
    ADJUSTED = "ADJUSTED", "boundary: where corrections come from and go to"


class LineAccount(Term):
    """Accounts of the line ledger; the last one is the boundary."""

    OPEN = "OPEN", "wanted, and nothing given yet"
    RESERVED = "RESERVED", "units of a warehouse and sku are kept for the line"
    RELEASED = "RELEASED", "handed to the warehouse for picking"
    SHIPPED = "SHIPPED", "confirmed as shipped"
    CANCELLED = "CANCELLED", "will never ship"
    ORDERED = "ORDERED", "boundary: where ordered units come from"


class FactKind(Term):
    """What a fact of a shelf says."""

    MOVED = "moved", "units came or left"
    COUNTED = "counted", "so many units were seen in a bin"
    OPENING = "opening", "what older facts make of a bin"
    LOWEST = "lowest", "the least that older facts, since the last count, ever made of the shelf"


UNHOLD = "`backorders unhold`, where somebody judged them to be good"


class HoldReason(Term):
    """Why units stand on hold, or an order line takes no part; `way_out` says what ends the hold."""

    way_out: str

    def __new__(cls, value: str, meaning: str, way_out: str = UNHOLD) -> Self:
        """Make the reason and keep beside it what ends such a hold."""
        reason = str.__new__(cls, value)
        reason._value_ = value
        reason.meaning = meaning
        reason.way_out = way_out
        return reason

    COUNTED_HOLD = "counted_hold", "the stock file says hold"
    DAMAGED = "damaged", "damaged goods"
    REJECTED_GOODS = "rejected_goods", "rejected at receiving"
    QC = "qc", "waits for quality control"
    RECEIVED_HOLD = "received_hold", "the receipt says hold"
    RETURN = "return", "returned goods, not yet judged"
    OVER_RECEIPT = "over_receipt", "received beyond what was announced"
    SHORT_PICK = (
        "short_pick",
        "a picker did not find it; waits for a count",
        "a count of the bin (a row of stock), or an adjustment that names it",
    )
    INCOMPLETE_INTAKE = (
        "incomplete_intake",
        "a row of the order was rejected and is not yet corrected",
        "the rejected row is corrected and dropped again, or two nights pass",
    )
    CANCELLED_BEFORE = (
        "cancelled_before",
        "the order came after a cancellation of it",
        "the cancellation is dropped again, or a change of the order",
    )
    ROWS_DISAGREE = (
        "rows_disagree",
        "rows of the order in one file contradict each other",
        "the order is sent again with rows that agree",
    )
    UNKNOWN_SKU = "unknown_sku", "the item master does not know the sku", "an items file names {sku}"
    CLIENT_HOLD = (
        "client_hold",
        "the client put the order on hold",
        "the client takes its hold off with a change of the order",
    )

    @classmethod
    def judged(cls) -> list[HoldReason]:
        """Reasons of held units that a person's judgement ends."""
        return [reason for reason in cls if reason.way_out == UNHOLD]


class CountReason(Term):
    """Why somebody should count a bin; `next_step` says what that brings."""

    next_step: str

    def __new__(cls, value: str, meaning: str, next_step: str) -> Self:
        """Make the reason and keep beside it what to do."""
        reason = str.__new__(cls, value)
        reason._value_ = value
        reason.meaning = meaning
        reason.next_step = next_step
        return reason

    NOT_FOUND = (
        "not_found",
        "a picker did not find units there",
        "count the bin and send a stock row; what is not missing is free again",
    )
    GAP = (
        "gap",
        "more units left than came, by the books",
        "count the bin and send a stock row, or send the receipt that is missing",
    )
    COUNT_HELD = (
        "count_held",
        "a count there made too many units vanish and is not believed yet",
        "count the bin again and send a stock row: a second count that agrees is believed",
    )


class Cause(Term):
    """Why a movement was posted."""

    ORDERED = "ordered", "an order line was accepted"
    CHANGED = "changed", "the ordered quantity was changed"
    CANCELLED = "cancelled", "a cancellation was accepted"
    RECEIVED = "received", "units were received"
    RECEIPT_CORRECTED = "receipt_corrected", "a receipt was corrected downwards"
    OVER_RECEIPT = (
        "over_receipt",
        "more was received than announced: the excess goes on hold, and comes free once it is announced",
    )
    COUNTED = "counted", "a count differs from the books"
    ALREADY_COUNTED = (
        "already_counted",
        "a late fact for a time that was counted since: posted with its reversal",
    )
    ADJUSTED = "adjusted", "a correction was reported"
    UNHELD = "unheld", "somebody judged held units to be good (`backorders unhold`)"
    BOOK_GAP = "book_gap", "a fact would have taken the books below zero; the gap came from ADJUSTED"
    ALLOCATED = "allocated", "tonight's plan"
    LOST_RESERVATION = "lost_reservation", "the reserved units are no longer there"
    CANCELLED_SHORT = "cancelled_short", "they were short, and the client allows no back order"
    CANCELLED_LATE = "cancelled_late", "they could not ship by their last ship date"
    SHIPPED = "shipped", "the warehouse confirmed"
    ASSUMED = "assumed", "shipment assumed without a confirmation"
    SHORT = "short", "released but not shipped; back to the queue"
    OTHER_LOT = "other_lot", "shipped from another lot or bin than released"
    OVER_SHIPPED = "over_shipped", "shipped more than was released"
    LATE_SHIPMENT = "late_shipment", "shipped without an open release"
    SLIP_TAKEN_BACK = "slip_taken_back", "a shipment was reported and did not happen"
    FOUND_MISSING = "found_missing", "units that a picker did not find go on hold"


class LineStatus(Term):
    """Where an order line stands; a pure function of its six quantities."""

    RELEASED = "released", "units are handed to the warehouse"
    RESERVED = "reserved", "units are kept for it"
    OPEN = "open", "it waits"
    SHIPPED = "shipped", "closed, and something shipped"
    CANCELLED = "cancelled", "closed, and nothing shipped"


class AllocationKind(Term):
    """What a line got tonight."""

    RELEASE = "release", "units to pick, with lot and bin"
    RESERVE = "reserve", "units kept for it in a warehouse; lot and bin are chosen at release"


class Standing(Term):
    """What a reservation may do on a later night, by the line's segment."""

    GAIN = "gain", "it is kept, and its line competes for more"
    WIN = "win", "it is kept, and its line comes before all others"
    REDISTRIBUTE = "redistribute", "it is given up, and its line competes for all it wants"
    FILL = "fill", "it is kept, and its line asks for no more"
    LOSE = "lose", "it is given up, and its line comes after all others"


class OnShort(Term):
    """What becomes of a due line that is short, on its first short night."""

    BACKORDER = "backorder", "what is short waits"
    CANCEL_REST = "cancel_rest", "what is there ships, what is short is cancelled"
    CANCEL_LINE = "cancel_line", "the line ships whole or is cancelled"
    CANCEL_ORDER = "cancel_order", "the lines of its order ship whole or are cancelled"


class InboundStatus(Term):
    """Where an announced line stands."""

    EXPECTED = "expected", "on its way"
    OVERDUE = "overdue", "its date has passed and nothing came"
    PART_RECEIVED = "part_received", "some came, the rest is still expected"
    RECEIVED = "received", "all came"
    CLOSED = "closed", "the rest is no longer expected"
    CANCELLED = "cancelled", "the announcement was withdrawn"


class NoticeKind(Term):
    """What a message is about, gravest first."""

    CANCELLED = "cancelled", "units will not ship"
    ON_BACK_ORDER = "on_back_order", "units wait; the estimated date, or that there is none yet"
    ETA_CHANGED = "eta_changed", "the estimated date moved"
    PRE_ORDER = "pre_order", "units wait for the day from which they may leave; no back order"
    SHIPPING_PART = "shipping_part", "part of the order has shipped"
    SHIPPING_NOW = "shipping_now", "what was owed has shipped"


class NoticeState(Term):
    """Where a message stands as of publishing."""

    PREVIEW = "preview", "written for the client to look at; never delivered"
    TO_SEND = "to_send", "to be delivered"
    SENT = "sent", "proven sent"
    BOUNCED = "bounced", "could not be delivered"
    REFUSED = "refused", "the receiver refused it"


class ShipmentBasis(Term):
    """How we know of a shipment."""

    CONFIRMED = "confirmed", "the warehouse said so"
    ASSUMED = "assumed", "taken for granted the night after its release, by the client's choice"


class RunState(Term):
    """How far a run has come; each edge is one transaction of the control database."""

    FROZEN = "frozen", "the set of input files and the policies are fixed"
    COMMITTED = "committed", "the plan is true; what follows can be repeated"
    PUBLISHED = "published", "the outputs stand below published/"


NO_LOT = ""
"""The lot of goods that are kept without lots; analysts and warehouses see it as empty."""

DOCK = "DOCK"
"""The bin of stock that was reported without one."""
