"""Sentences: why a line waits, what happens next, who must act; and how a rejected row is mended."""

from __future__ import annotations

from typing import NamedTuple

from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.explanations import DecisionCode, ReservedReason
from schemas.vocabulary.words import Feed, HoldReason


class Step(NamedTuple):
    """What happens next and who must act."""

    next_step: str
    who_acts: str


NO_DATE_STEPS: dict[str, Step] = {
    DecisionCode.ORDER_HOLD: Step("lift the hold: send a change that clears hold_reason", "client"),
    DecisionCode.NOT_DUE: Step("it takes part when it is due", "nobody"),
    DecisionCode.PARCEL_MAY_FOLLOW: Step(
        "confirm the second parcel; else they ask again tomorrow", "warehouse"
    ),
    DecisionCode.PAST_CANCEL_DATE: Step("send a later last ship date, or cancel the rest", "client"),
    DecisionCode.NOT_ASKING: Step("give its segment another standing than fill to let it ask", "client"),
    DecisionCode.NOT_A_MULTIPLE: Step("raise the rest to a sell multiple, or cancel it", "client"),
    DecisionCode.GROUP_INCOMPLETE: Step(
        "announce the missing goods, or let the order ship in parts", "client"
    ),
    DecisionCode.KEPT_BY_RESERVATION: Step("announce goods for it", "client"),
    DecisionCode.RING_FENCE: Step("announce goods for it, or lift the fence", "client"),
    DecisionCode.SAFETY_STOCK: Step("announce goods for it, or lower the item's safety stock", "client"),
    DecisionCode.SHELF_LIFE: Step("announce fresh goods for it", "client"),
    DecisionCode.LOT_HOLD: Step("count or judge the units on hold", "supervisor"),
    DecisionCode.ITEM_HOLD: Step("make the item active or correct its first date of sale", "client"),
    DecisionCode.OTHER_WAREHOUSE: Step("move the stock, or let the order use the other warehouse", "client"),
    DecisionCode.RANK: Step("announce goods for it", "client"),
    DecisionCode.NOT_COUNTED: Step("drop the first count of its warehouse", "operator"),
    DecisionCode.NO_STOCK: Step("announce goods for it", "client"),
    DecisionCode.ONLY_POSTED: Step("the last of the nights that are caught up decides", "nobody"),
}
"""For open units without an estimated date, by the reason of most of them."""

KEPT_STEPS: dict[str, Step] = {
    ReservedReason.ORDER_HOLD: Step("the hold is lifted", "client"),
    ReservedReason.PAST_CANCEL_DATE: Step(
        "its last ship date is moved; otherwise it must be cancelled", "client"
    ),
    ReservedReason.ITEM_HOLD: Step("its items are active and available", "client"),
    ReservedReason.NOT_DUE: Step("it is due", "nobody"),
    ReservedReason.SHIP_NOT_BEFORE: Step("the day comes before which it may not leave", "nobody"),
    ReservedReason.PARCEL_MAY_FOLLOW: Step("tomorrow's files do not tell it as shipped", "nobody"),
    ReservedReason.GROUP_INCOMPLETE: Step("all that it ships with is there", "nobody"),
    ReservedReason.REST_COMES_SOON: Step("the rest of it comes in", "nobody"),
    ReservedReason.SHIPMENTS_LEFT: Step("all the rest of its order is there, in one warehouse", "nobody"),
    ReservedReason.SMALL_RELEASE: Step(
        "more of its order can leave, or its last ship date is near", "nobody"
    ),
    ReservedReason.RELEASE_LIMIT: Step("a later run of the warehouse has room for it", "nobody"),
    ReservedReason.ONLY_POSTED: Step("the last of the nights that are caught up releases it", "nobody"),
}
"""For units that are there and stay reserved: when they ship, as the end of a sentence, and who must act."""

HOLD_STEPS: dict[str, Step] = {
    HoldReason.INCOMPLETE_INTAKE: Step("correct the rejected row of the order and drop it again", "operator"),
    HoldReason.CANCELLED_BEFORE: Step(
        "drop the cancellation again, or a change of the order if it is to ship", "client"
    ),
    HoldReason.ROWS_DISAGREE: Step("send the order again with rows that agree", "client"),
    HoldReason.UNKNOWN_SKU: Step("send an items file that names the sku, or cancel the line", "client"),
}
"""For lines on hold; any other hold is the client's own."""

CLIENT_HOLD_STEP = NO_DATE_STEPS[DecisionCode.ORDER_HOLD]

REJECTED_STEP = Step("correct the row in a copy of its quarantine file and drop that", "operator")

HINTS: dict[str, str] = {
    ReasonCode.EMPTY_FILE: "export the file again",
    ReasonCode.NOT_A_FILE: "drop the file itself, not a link to it",
    ReasonCode.STILL_WRITTEN: "nothing to do, unless it stays so",
    ReasonCode.TOO_LARGE: "split the file; max_file_bytes in workspace.toml says how many bytes it may have",
    ReasonCode.BROKEN_ROWS: "set `delimiter` in the client's file, or export the file again",
    ReasonCode.UNKNOWN_FEED: "move the file to the folder of its feed",
    ReasonCode.UNKNOWN_CLIENT: "add a client file, or move the file to its client's folder",
    ReasonCode.NOT_MATCHED: "rename the file, or widen `files` in the client's file",
    ReasonCode.BAD_ENCODING: "set `encoding` in the client's file, or save the file as UTF-8",
    ReasonCode.NO_HEADER: "add a first line with column names, or set `header` in the client's file",
    ReasonCode.DUPLICATE_COLUMN: "rename one of the two columns",
    ReasonCode.MISSING_COLUMN: "add the column, or map it in the client's file",
    ReasonCode.FEED_NOT_STATED: "say in the client's file what the figures mean",
    ReasonCode.BROKEN_CLIENT_FILE: "correct the client's file; the next run takes the dropped file",
    ReasonCode.FILE_REPEATED: (
        "nothing to do if it is the same export; if it happened again, release it (`backorders release`), or "
        "better add a time or an event_id to each row"
    ),
    ReasonCode.FILE_GROWS: (
        "leave only the new rows in the quarantine file and drop it, or release all of them (`backorders "
        "release`); better, add a time or an event_id to each row of the export"
    ),
    ReasonCode.WHICH_SHEET: 'write sheet = "..." in the client\'s file, with the name of the sheet meant',
    ReasonCode.UNREADABLE: "do what the answer says; else save the file again, as .xlsx or delimited text",
    ReasonCode.DAMAGED_COPY: "leave the file in inbound for the next run; if it is gone, drop it again",
    ReasonCode.COLUMN_COUNT: (
        "fill the row's empty cells from bo_text, one value a column; in a file of your own put quotation "
        "marks around a value that contains the delimiter"
    ),
    ReasonCode.BAD_QUOTES: (
        "fill the row's empty cells from bo_text, one value a column; in a file of your own write a "
        'quotation mark inside a value twice: "6"" pipe"'
    ),
    ReasonCode.NOT_A_RECORD: "export the record again; each is an object in braces, or one line with one",
    ReasonCode.NAMED_TWICE: "name each value of the record once",
    ReasonCode.LOST_DIGITS: "write the number in full; in the spreadsheet make the column text first",
    ReasonCode.ERROR_CELL: "correct the formula in the workbook, or write the value",
    ReasonCode.NO_RESULT: (
        "open the workbook in a spreadsheet program, save it there and drop it again, or write the value"
    ),
    ReasonCode.DAY_OR_MONTH: (
        "write the day as it was meant; better, export dates as real dates or as text, all of them alike"
    ),
    ReasonCode.ORDER_TOO_LONG: "map `order_id` to the column with the order's number, or split the order",
    ReasonCode.TOO_LONG: (
        "shorten the value; if the row runs into others, export it again: a line end or a quotation mark is "
        "missing in it"
    ),
    ReasonCode.MISSING: "fill in the value",
    ReasonCode.BAD_CHARACTERS: "type the id anew; do not copy it",
    ReasonCode.SPOILED_ID: (
        "write the id in full, from its source; in the spreadsheet make the column text. If it is really "
        "written so, drop the row again as it is"
    ),
    ReasonCode.NOT_A_NUMBER: "write digits, with the stated decimal mark and no unit",
    ReasonCode.AMBIGUOUS_NUMBER: (
        "state `decimal_mark` in the client's file, and `thousands_mark` if numbers have one, or write the "
        "number without a mark that may be either"
    ),
    ReasonCode.NOT_WHOLE: "write a whole number; for goods that are weighed state `decimals` for the item",
    ReasonCode.NOT_A_DATE: "write the date in the stated format, or set `date_format`",
    ReasonCode.NOT_A_TIME: "write date and time in the stated format; mind the night clocks change",
    ReasonCode.NOT_A_CHOICE: "write one of the allowed words",
    ReasonCode.OUT_OF_RANGE: "write a value within the allowed range",
    ReasonCode.CAST_FAILED: "correct the value, or the expression in the client's file",
    ReasonCode.UNKNOWN_UNIT: "send the unit in the items file's `uoms`, or write another unit",
    ReasonCode.KEY_TWICE: "keep the row that is right, or give each a key of its own if both are meant",
    ReasonCode.LINE_NO_NEEDED: "add line_no, or correct the row that quarantine returned",
    ReasonCode.CONFLICTING_CHANGES: "drop the one change that is right",
    ReasonCode.EVENT_CONFLICT: "give it a number of its own if it is another one",
    ReasonCode.ORDER_DIFFERS: (
        "give the order a number of its own, such as one that begins with its shop; to change the known "
        "order send its own ordered_at"
    ),
    ReasonCode.SKU_CHANGED: "write the SKU that the line has, or make a line of its own",
    ReasonCode.LINE_CLOSED: "nothing of the line is left; check its number",
    ReasonCode.TOO_LATE: "nothing can be undone; treat it as a return",
    ReasonCode.UNKNOWN_ORDER: "correct the order id, or send the order first",
    ReasonCode.UNKNOWN_RELEASE: "correct release_id (or pick_no); it stands in the pick file",
    ReasonCode.NOT_A_MULTIPLE: "order whole multiples, or set `loose_rest = true` in the client's file",
    ReasonCode.RULE_NOT_ALLOWED: "write `partial` or leave ship_rule empty, or set `fair_share` to none",
    ReasonCode.UNKNOWN_WAREHOUSE: "correct the warehouse, or add it to the client's file",
    ReasonCode.RELEASE_CLOSED: "nothing of it is left to ship; if goods left, say of which order and line",
    ReasonCode.OTHER_SKU: "name the release, or the order and line, of what was picked",
    ReasonCode.TIME_NEEDED: "send date and time, or state counted_at_time in [feeds.stock]",
    ReasonCode.COUNT_HELD: (
        "count again and drop that count; or, if the units are gone, release this one (`backorders release`)"
    ),
    ReasonCode.ON_SHORT_NOT_ALLOWED: "leave the column empty, or write one that the client's policy allows",
    ReasonCode.REPLACES_ITSELF: "name an item that this one does not follow, or leave the column empty",
    ReasonCode.NOT_SUPPORTED: "leave the column empty",
}
"""What to do about each reason for which a row or file is refused; see `FEED_HINTS`."""

FEED_HINTS: dict[tuple[str, str], str] = {
    (ReasonCode.KEY_TWICE, Feed.ORDERS): (
        "keep the row that is right, or give each its own line_no if both are meant; a history needs "
        "changed_at in each row"
    ),
    (ReasonCode.KEY_TWICE, Feed.ASNS): (
        "keep the row that is right, or give each its own line_no if both are meant"
    ),
    (ReasonCode.KEY_TWICE, Feed.RECEIPTS): (
        "give each row its own line_no if both are meant, or its own lot_id; else keep the one that is right"
    ),
    (ReasonCode.KEY_TWICE, Feed.ITEMS): "keep one row of the item, with all that is true of it",
    **{
        (ReasonCode.KEY_TWICE, feed): "give each row its own event_id, or keep the one that is right"
        for feed in (Feed.CANCELLATIONS, Feed.ADJUSTMENTS, Feed.SHIPMENTS)
    },
    (ReasonCode.CONFLICTING_CHANGES, Feed.ORDERS): (
        "drop the one version that is right, or both with their changed_at: the later one holds"
    ),
    (ReasonCode.CONFLICTING_CHANGES, Feed.STOCK): (
        "two files count this place at one instant; drop the figures that are right with the time at which "
        "they were counted"
    ),
    (ReasonCode.EVENT_CONFLICT, Feed.RECEIPTS): (
        "if more goods came, give them a line_no of their own; if the line was wrong, say it again with its "
        "own day"
    ),
    (ReasonCode.EVENT_CONFLICT, Feed.CANCELLATIONS): (
        "give it an event_id of its own if it is another cancellation; if it is the same, drop it no more"
    ),
    (ReasonCode.EVENT_CONFLICT, Feed.ADJUSTMENTS): (
        "give it an event_id of its own if it is another one; to correct an adjustment send the difference "
        "as a new one"
    ),
    (ReasonCode.EVENT_CONFLICT, Feed.SHIPMENTS): (
        "give it an event_id of its own if it is another parcel; to correct one send the difference, below "
        "nought if too much was said"
    ),
    (ReasonCode.LINE_NO_NEEDED, Feed.ASNS): "add line_no: several lines of this SKU are announced",
    (ReasonCode.LINE_CLOSED, Feed.ORDERS): (
        "the line is shipped or cancelled; what is wanted beyond it is a line with a number of its own"
    ),
    (ReasonCode.LINE_CLOSED, Feed.CANCELLATIONS): (
        "nothing to do: nothing of it is left to cancel; what has shipped comes back as a return"
    ),
    (ReasonCode.TOO_LATE, Feed.CANCELLATIONS): (
        "ask the warehouse to stop the pick; what has left the house comes back as a return"
    ),
    (ReasonCode.UNKNOWN_ORDER, Feed.ORDERS): (
        "correct order_id and line_no; of a line that is not known send all that a new one needs"
    ),
    (ReasonCode.UNKNOWN_ORDER, Feed.CANCELLATIONS): (
        "correct order_id and line_no; an order that comes within 7 nights is held, so drop the cancellation "
        "again then"
    ),
    (
        ReasonCode.UNKNOWN_ORDER,
        Feed.SHIPMENTS,
    ): "correct order_id, line_no and sku; they stand in the pick file",
    (ReasonCode.SKU_CHANGED, Feed.ORDERS): ("cancel the line and send the new SKU with a line_no of its own"),
    (ReasonCode.OUT_OF_RANGE, Feed.STOCK): "write a quantity of nought or more, and a time that has passed",
    (ReasonCode.OUT_OF_RANGE, Feed.ADJUSTMENTS): (
        "write a quantity other than nought, and a time that has passed"
    ),
    (ReasonCode.OUT_OF_RANGE, Feed.RECEIPTS): (
        "damaged and rejected units are part of received_qty and may not be more; the day may not lie ahead"
    ),
}
"""What to do where it is another thing in this feed; in others the same advice would do harm."""


def hint_of(code: str | None, feed: str) -> str:
    """What to do about a reason in a feed; nothing without one."""
    return FEED_HINTS.get((code or "", feed), HINTS.get(code or "", ""))
