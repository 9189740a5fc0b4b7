"""Sentences: why a line waits, what happens next, who must act; and how a rejected row is mended."""

from __future__ import annotations

from typing import NamedTuple

from schemas.codes import ReasonCode
from schemas.explanations import DecisionCode, ReservedReason
from schemas.vocabulary import HoldReason


class Step(NamedTuple):
    """What happens next and who must act."""

    next_step: str
    who_acts: str


NO_DATE_STEPS: dict[str, Step] = {
    DecisionCode.ORDER_HOLD: Step("lift the hold: send a change that clears hold_reason", "client"),
    DecisionCode.NOT_DUE: Step("it takes part when it is due", "nobody"),
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
    DecisionCode.NO_STOCK: Step("announce goods for it", "client"),
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
    ReservedReason.GROUP_INCOMPLETE: Step("all that it ships with is there", "nobody"),
    ReservedReason.REST_COMES_SOON: Step("the rest of it comes in", "nobody"),
    ReservedReason.SHIPMENTS_LEFT: Step("all the rest of its order is there, in one warehouse", "nobody"),
    ReservedReason.SMALL_RELEASE: Step(
        "more of its order can leave, or its last ship date is near", "nobody"
    ),
    ReservedReason.RELEASE_LIMIT: Step("a later run of the warehouse has room for it", "nobody"),
}
"""For units that are there and stay reserved: when they ship, as the end of a sentence, and who must act."""

HOLD_STEPS: dict[str, Step] = {
    HoldReason.INCOMPLETE_INTAKE: Step("correct the rejected row of the order and drop it again", "operator"),
    HoldReason.UNKNOWN_SKU: Step("send an items file that names the sku, or cancel the line", "client"),
}
"""For lines on hold; any other hold is the client's own."""

CLIENT_HOLD_STEP = NO_DATE_STEPS[DecisionCode.ORDER_HOLD]

REJECTED_STEP = Step("correct the row in quarantine and drop it again", "operator")

HINTS: dict[str, str] = {
    ReasonCode.EMPTY_FILE: "export the file again",
    ReasonCode.NOT_A_FILE: "drop the file itself, not a link to it",
    ReasonCode.STILL_WRITTEN: "nothing to do, unless it stays so",
    ReasonCode.TOO_LARGE: "split the file, or raise max_file_bytes in workspace.toml",
    ReasonCode.UNKNOWN_FEED: "move the file to the folder of its feed",
    ReasonCode.UNKNOWN_CLIENT: "add a client file, or move the file to its client's folder",
    ReasonCode.NOT_MATCHED: "rename the file, or widen `files` in the client's file",
    ReasonCode.BAD_ENCODING: "set `encoding` in the client's file, or save the file as UTF-8",
    ReasonCode.NO_HEADER: "add a first line with column names, or set `header` in the client's file",
    ReasonCode.DUPLICATE_COLUMN: "rename one of the two columns",
    ReasonCode.MISSING_COLUMN: "add the column, or map it in the client's file",
    ReasonCode.FEED_NOT_STATED: "say in the client's file what the figures mean",
    ReasonCode.BROKEN_CLIENT_FILE: "correct the client's file; the next run takes the dropped file",
    ReasonCode.UNREADABLE: "open the file and save it again as delimited text",
    ReasonCode.COLUMN_COUNT: (
        "fill the row's empty cells from bo_text, one value a column; in a file of your own put quotation "
        "marks around a value that contains the delimiter"
    ),
    ReasonCode.BAD_QUOTES: (
        "fill the row's empty cells from bo_text, one value a column; in a file of your own write a "
        'quotation mark inside a value twice: "6"" pipe"'
    ),
    ReasonCode.MISSING: "fill in the value",
    ReasonCode.NOT_A_NUMBER: "write digits, with the stated decimal mark and no unit",
    ReasonCode.NOT_WHOLE: "write whole units, or state `decimals` for the item",
    ReasonCode.NOT_A_DATE: "write the date in the stated format, or set `date_format`",
    ReasonCode.NOT_A_TIME: "write date and time in the stated format; mind the night clocks change",
    ReasonCode.NOT_A_CHOICE: "write one of the allowed words",
    ReasonCode.OUT_OF_RANGE: "write a value within the allowed range",
    ReasonCode.CAST_FAILED: "correct the value, or the expression in the client's file",
    ReasonCode.UNKNOWN_UNIT: "send the unit in the items file's `uoms`, or write another unit",
    ReasonCode.KEY_TWICE: "keep one of the rows",
    ReasonCode.LINE_NO_NEEDED: "add line_no, or correct the row that quarantine returned",
    ReasonCode.CONFLICTING_CHANGES: "drop the one change that is right",
    ReasonCode.EVENT_CONFLICT: "give the new event a number of its own",
    ReasonCode.SKU_CHANGED: "cancel the line and send a new one",
    ReasonCode.LINE_CLOSED: "send a new line",
    ReasonCode.TOO_LATE: "nothing can be undone; treat it as a return",
    ReasonCode.UNKNOWN_ORDER: "correct the order id, or send the order first",
    ReasonCode.UNKNOWN_RELEASE: "correct release_id; it stands in the pick file",
    ReasonCode.NOT_A_MULTIPLE: "order whole multiples, or set `loose_rest = true` in the client's file",
    ReasonCode.RULE_NOT_ALLOWED: "write `partial` or leave ship_rule empty, or set `fair_share` to none",
    ReasonCode.UNKNOWN_WAREHOUSE: "correct the warehouse, or add it to the client's file",
    ReasonCode.RELEASE_CLOSED: "it is confirmed already; if more left, say of which order and line",
    ReasonCode.OTHER_SKU: "name the release, or the order and line, of what was picked",
    ReasonCode.TIME_NEEDED: "send date and time, or state counted_at_time in [feeds.stock]",
    ReasonCode.COUNT_HELD: "count again, or drop a complete count",
    ReasonCode.ON_SHORT_NOT_ALLOWED: "leave the column empty, or write one that the client's policy allows",
    ReasonCode.NOT_SUPPORTED: "leave the column empty",
}
"""What to do about each reason for which a row or file is refused."""
