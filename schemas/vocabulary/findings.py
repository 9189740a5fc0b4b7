"""What a person must look at: stable codes, each with its sentence, who acts and what to type."""

from __future__ import annotations

from typing import Self

from schemas.vocabulary.words import Term


class Owner(Term):
    """Who must act on a finding."""

    ON_CALL = "on_call", "who is woken at night"
    SUPERVISOR = "supervisor", "who answers for the warehouse"
    OPERATOR = "operator", "who drops and corrects files"
    CLIENT = "client", "the merchant"


class Lasting(Term):
    """How long a finding stays open."""

    STANDING = "standing", "as long as its cause: it is read from the books every night"
    ONCE = "once", "`finding_nights` nights, or until somebody says that it is done"
    UNTIL_DONE = "until_done", "as long as its cause, or until somebody says that it is done"


class FindingCode(Term):
    """What a person must look at, the gravest first.

    `owner` acts; `command` shows the trouble: the finding itself names the workspace in it, too.
    """

    owner: Owner
    command: str
    lasting: Lasting

    def __new__(
        cls,
        value: str,
        meaning: str,
        owner: Owner = Owner.ON_CALL,
        command: str = "",
        lasting: Lasting = Lasting.ONCE,
    ) -> Self:
        """Make the code and keep beside it who acts, what to type and how long it stays open."""
        finding = str.__new__(cls, value)
        finding._value_ = value
        finding.meaning = meaning
        finding.owner = owner
        finding.command = command
        finding.lasting = lasting
        return finding

    CLIENT_HELD = (
        "client_held",
        "a law of the ledger is broken for this client; its night is undone",
        Owner.ON_CALL,
        "backorders findings {client_id}",
        Lasting.STANDING,
    )
    PICK_UNSEEN = (
        "pick_unseen",
        "a pick file was gone before its delivery was noted; if the warehouse has none, give it ours",
        Owner.SUPERVISOR,
        "cat {path}",
        Lasting.ONCE,
    )
    CLIENT_LEFT_OUT = (
        "client_left_out",
        "orders wait, and its client has no settings that can be followed; mend them, then run --again",
        Owner.OPERATOR,
        "backorders status",
        Lasting.STANDING,
    )
    FILE_REFUSED = (
        "file_refused",
        "a file could not be read at all",
        Owner.OPERATOR,
        "backorders check {client_id} {feed} {path}",
        Lasting.ONCE,
    )
    FILE_CHANGED = (
        "file_changed",
        "a file was written to after it was taken; drop what is new in it as a file of its own",
        Owner.OPERATOR,
        "backorders check {client_id} {feed} {path}",
        Lasting.ONCE,
    )
    FILE_HELD = (
        "file_held",
        "a file waits for a person",
        Owner.OPERATOR,
        "backorders check {client_id} {feed} {path}",
        Lasting.STANDING,
    )
    FILE_REPEATED = (
        "file_repeated",
        "a file of events without times repeats an earlier one; if it is meant, add times or an event_id",
        Owner.OPERATOR,
        "backorders check {client_id} {feed} {path}",
    )
    FILE_GROWS = (
        "file_grows",
        "a file of events without times has all rows of an earlier one in it; drop those that are new alone",
        Owner.OPERATOR,
        "backorders check {client_id} {feed} {path}",
        Lasting.STANDING,
    )
    ROWS_REJECTED = (
        "rows_rejected",
        "rows of a file were rejected and not corrected; correct a copy of their quarantine file, drop it",
        Owner.OPERATOR,
        "backorders check {client_id} {feed} {path}",
        Lasting.UNTIL_DONE,
    )
    INCOMPLETE_INTAKE = (
        "incomplete_intake",
        "an order is held because a row of it was rejected; correct a copy of its quarantine file, drop it",
        Owner.OPERATOR,
        "backorders why {client_id} {subject}",
        Lasting.STANDING,
    )
    INTAKE_WAIT_OVER = (
        "intake_wait_over",
        "a rejected row was not corrected in two nights; its order goes on without it: ask the client",
        Owner.CLIENT,
        "backorders why {client_id} {subject}",
        Lasting.ONCE,
    )
    NEGATIVE_STOCK = (
        "negative_stock",
        "a fact took the books below zero; count the bin",
        Owner.SUPERVISOR,
        "backorders stock {client_id} {subject}",
        Lasting.STANDING,
    )
    OVER_SHIPPED = (
        "over_shipped",
        "more was shipped than released",
        Owner.SUPERVISOR,
        "backorders why {client_id} {subject}",
        Lasting.ONCE,
    )
    LOOSE_PARTS = (
        "loose_parts",
        "parts of a kit were shipped that make no whole kit; its line waits for whole kits again",
        Owner.SUPERVISOR,
        "backorders why {client_id} {subject}",
        Lasting.ONCE,
    )
    OTHER_LOT = (
        "other_lot",
        "shipped from another lot or bin than released",
        Owner.SUPERVISOR,
        "backorders why {client_id} {subject}",
        Lasting.ONCE,
    )
    SHORT_PICK = (
        "short_pick",
        "a picker did not find released units; what of the bin is on hold waits until it is counted",
        Owner.SUPERVISOR,
        "backorders stock {client_id} {subject}",
        Lasting.STANDING,
    )
    SHORT_HOLD_OVER = (
        "short_hold_over",
        "units that a picker did not find were written off",
        Owner.SUPERVISOR,
        "backorders stock {client_id} {subject}",
        Lasting.ONCE,
    )
    STOCK_HELD = (
        "stock_held",
        "units are on hold, for a reason that somebody must judge; `backorders unhold` releases good ones",
        Owner.SUPERVISOR,
        "backorders stock {client_id} {subject}",
        Lasting.STANDING,
    )
    UNHOLD_SHORT = (
        "unhold_short",
        "fewer units were on hold than `backorders unhold` was to release",
        Owner.SUPERVISOR,
        "backorders stock {client_id} {subject}",
        Lasting.ONCE,
    )
    LOST_RESERVATION = (
        "lost_reservation",
        "reserved units are no longer there",
        Owner.SUPERVISOR,
        "backorders why {client_id} {subject}",
        Lasting.ONCE,
    )
    WIN_UNSERVED = (
        "win_unserved",
        "lines that come before all others got less than they want",
        Owner.SUPERVISOR,
        "backorders why {client_id} {subject}",
        Lasting.STANDING,
    )
    UNKNOWN_SKU = (
        "unknown_sku",
        "orders are held for a sku that the item master does not know; drop an items file that names it",
        Owner.CLIENT,
        "backorders queue {client_id} {subject}",
        Lasting.STANDING,
    )
    UNKNOWN_SKU_STOCK = (
        "unknown_sku_stock",
        "there is stock of a sku that the item master does not know; drop an items file that names it",
        Owner.CLIENT,
        "backorders stock {client_id} {subject}",
        Lasting.STANDING,
    )
    ORDER_ON_HOLD = (
        "order_on_hold",
        "an order is on hold",
        Owner.CLIENT,
        "backorders why {client_id} {subject}",
        Lasting.STANDING,
    )
    KIT_NOT_MADE = (
        "kit_not_made",
        "a kit that due orders lack cannot be made of its parts; mend `kit` of its item, or name its parts",
        Owner.OPERATOR,
        "backorders queue {client_id} {subject}",
        Lasting.STANDING,
    )
    KIT_NOT_SHARED = (
        "kit_not_shared",
        "a kit that due orders lack is not made of parts, since the client shares stock (`fair_share`)",
        Owner.OPERATOR,
        "backorders queue {client_id} {subject}",
        Lasting.STANDING,
    )
    TOO_LATE = (
        "too_late",
        "a cancellation or change came after the units went to the warehouse",
        Owner.CLIENT,
        "backorders why {client_id} {subject}",
        Lasting.ONCE,
    )
    TWIN_ROWS = (
        "twin_rows",
        "an order has two identical rows; both were taken as lines",
        Owner.CLIENT,
        "backorders why {client_id} {subject}",
        Lasting.ONCE,
    )
    ORDER_DIFFERS = (
        "order_differs",
        "two orders have one number; the one that came later is not taken",
        Owner.CLIENT,
        "backorders check {client_id} orders {path}",
    )
    ROWS_DISAGREE = (
        "rows_disagree",
        "rows of one order in one file contradict each other; the order is on hold",
        Owner.CLIENT,
        "backorders why {client_id} {subject}",
        Lasting.STANDING,
    )
    CANCELLED_BEFORE = (
        "cancelled_before",
        "an order came after its cancellation; it is on hold",
        Owner.CLIENT,
        "backorders why {client_id} {subject}",
        Lasting.STANDING,
    )
    OVERDUE_RELEASE = (
        "overdue_release",
        "a release was not confirmed in time; ask the warehouse",
        Owner.SUPERVISOR,
        "backorders why {client_id} {subject}",
        Lasting.STANDING,
    )
    OVERDUE_ASN = (
        "overdue_asn",
        "announced goods did not come in time and are no longer promised; send a new date, or cancel them",
        Owner.OPERATOR,
        "backorders queue {client_id} {sku}",
        Lasting.STANDING,
    )
    LOT_EXPIRY = (
        "lot_expiry",
        "a lot was stated with two expiry dates; the earlier holds until a count says otherwise",
        Owner.SUPERVISOR,
        "backorders stock {client_id} {subject}",
        Lasting.ONCE,
    )
    RECEIPT_CORRECTED = (
        "receipt_corrected",
        "a line of a receipt was said again with other units, and now counts as it was said last",
        Owner.OPERATOR,
        "backorders stock {client_id} {subject}",
    )
    OVER_RECEIPT = (
        "over_receipt",
        "more was received than announced; the excess is on hold (`backorders unhold` releases it)",
        Owner.SUPERVISOR,
        "backorders stock {client_id} {subject}",
        Lasting.STANDING,
    )
    ASN_MISMATCH = (
        "asn_mismatch",
        "a receipt names an announced line that does not announce its goods; they are booked",
        Owner.SUPERVISOR,
        "backorders queue {client_id} {subject}",
    )
    COUNT_HELD = (
        "count_held",
        "a count would make too many units vanish; it waits for a person",
        Owner.SUPERVISOR,
        "backorders check {client_id} stock {path}",
        Lasting.STANDING,
    )
    STOCK_NOT_COUNTED = (
        "stock_not_counted",
        "a warehouse was never counted, so nobody is told of its orders; drop a count, if empty its header",
        Owner.OPERATOR,
        "backorders findings {client_id} stock_not_counted",
        Lasting.STANDING,
    )
    COUNT_DIFFERENCE = (
        "count_difference",
        "a count saw other units than the facts before it left",
        Owner.SUPERVISOR,
        "backorders stock {client_id} {subject}",
    )
    LATE_SHIPMENT = (
        "late_shipment",
        "units shipped of a release that is closed, or of a line that was never released",
        Owner.SUPERVISOR,
        "backorders why {client_id} {subject}",
    )
    SHIPPED_AGAIN = (
        "shipped_again",
        "a shipment was reported of which the line can take no unit; nothing was moved",
        Owner.OPERATOR,
        "backorders why {client_id} {subject}",
    )
    ALREADY_COUNTED = (
        "already_counted",
        "a late file reports what a count has already seen",
        Owner.OPERATOR,
        "backorders stock {client_id} {sku}",
        Lasting.ONCE,
    )
    PAST_CANCEL_DATE = (
        "past_cancel_date",
        "goods for a line would come after its last ship date",
        Owner.CLIENT,
        "backorders why {client_id} {subject}",
        Lasting.STANDING,
    )
    ASSUMED_SHIPMENT = (
        "assumed_shipment",
        "shipments are assumed without a confirmation, by the client's choice",
        Owner.CLIENT,
        "backorders findings {client_id} assumed_shipment",
        Lasting.STANDING,
    )
    NO_ADDRESS = (
        "no_address",
        "a notice has no mail address",
        Owner.CLIENT,
        "backorders why {client_id} {subject}",
        Lasting.ONCE,
    )
    NO_LANGUAGE = (
        "no_language",
        "an order asks for notices in a language that none are written in; tell the buyer yourself",
        Owner.CLIENT,
        "backorders why {client_id} {subject}",
        Lasting.ONCE,
    )
