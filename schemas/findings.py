"""What a person must look at: stable codes, each with its sentence, who acts and what to do."""

from __future__ import annotations

from typing import Self

from schemas.vocabulary import Term


class Owner(Term):
    """Who must act on a finding."""

    OPERATOR = "operator", "who drops and corrects files"
    SUPERVISOR = "supervisor", "who answers for the warehouse"
    CLIENT = "client", "the merchant"
    ON_CALL = "on_call", "who is woken at night"


class FindingCode(Term):
    """What a person must look at. `owner` acts, `command` is what to type or do first."""

    owner: Owner
    command: str

    def __new__(cls, value: str, meaning: str, owner: Owner = Owner.ON_CALL, command: str = "") -> Self:
        """Make the code and keep who acts and how beside it."""
        finding = str.__new__(cls, value)
        finding._value_ = value
        finding.meaning = meaning
        finding.owner = owner
        finding.command = command
        return finding

    CLIENT_HELD = (
        "client_held",
        "a law of the ledger is broken for this client; its night is undone",
        Owner.ON_CALL,
        "backorders status",
    )
    PICK_UNSEEN = (
        "pick_unseen",
        "a pick file was gone before its delivery was noted; it is taken as fetched, not put there again",
        Owner.SUPERVISOR,
        "ask the warehouse whether it has {subject}; if not, give it the file from published/",
    )
    CLIENT_LEFT_OUT = (
        "client_left_out",
        "orders wait, and the client has no settings that can be followed: nothing is decided for it",
        Owner.OPERATOR,
        "mend clients/{client_id}.toml, then backorders run --again",
    )
    FILE_REFUSED = (
        "file_refused",
        "a file could not be read at all",
        Owner.OPERATOR,
        "backorders check {client_id} {feed} FILE",
    )
    FILE_HELD = (
        "file_held",
        "a file waits for a person",
        Owner.OPERATOR,
        "backorders check {client_id} {feed} FILE",
    )
    FILE_REPEATED = (
        "file_repeated",
        "a file of events without times says the same as an earlier one; nothing of it was done again",
        Owner.OPERATOR,
        "if it is meant, add a time or an event_id to each row of {subject} and drop it again",
    )
    FILE_GROWS = (
        "file_grows",
        "a file of events without times has all rows of an earlier one in it; none of it is booked",
        Owner.OPERATOR,
        "take the rows that are new out of published/{version}/quarantine/{client_id}/{feed}/ and drop them",
    )
    ROWS_REJECTED = (
        "rows_rejected",
        "rows of a file were rejected",
        Owner.OPERATOR,
        "correct published/{version}/quarantine/{client_id}/{feed}/ and drop it again",
    )
    INCOMPLETE_INTAKE = (
        "incomplete_intake",
        "an order is held because a row of it was rejected",
        Owner.OPERATOR,
        "correct the row in quarantine and drop it again",
    )
    INTAKE_WAIT_OVER = (
        "intake_wait_over",
        "a rejected row was not corrected in two nights; its order goes on without it",
        Owner.CLIENT,
        "ask {client_id} whether order {subject} may ship without the row",
    )
    NEGATIVE_STOCK = (
        "negative_stock",
        "a fact took the books below zero; count the bin",
        Owner.SUPERVISOR,
        "backorders stock {client_id} {subject}",
    )
    OVER_SHIPPED = (
        "over_shipped",
        "more was shipped than released",
        Owner.SUPERVISOR,
        "backorders why {client_id} {subject}",
    )
    LOOSE_PARTS = (
        "loose_parts",
        "parts of a kit were shipped that make no whole kit; its line waits for whole kits again",
        Owner.SUPERVISOR,
        "backorders why {client_id} {subject}",
    )
    OTHER_LOT = (
        "other_lot",
        "shipped from another lot or bin than released",
        Owner.SUPERVISOR,
        "backorders why {client_id} {subject}",
    )
    SHORT_PICK = (
        "short_pick",
        "a picker did not find released units; the rest of the bin is on hold until counted",
        Owner.SUPERVISOR,
        "backorders stock {client_id} {subject}",
    )
    SHORT_HOLD_OVER = (
        "short_hold_over",
        "units that a picker did not find were written off",
        Owner.SUPERVISOR,
        "backorders stock {client_id} {subject}",
    )
    LOST_RESERVATION = (
        "lost_reservation",
        "reserved units are no longer there",
        Owner.SUPERVISOR,
        "backorders why {client_id} {subject}",
    )
    WIN_UNSERVED = (
        "win_unserved",
        "lines that come before all others got less than they want",
        Owner.SUPERVISOR,
        "backorders why {client_id} {subject}",
    )
    UNKNOWN_SKU = (
        "unknown_sku",
        "an order names a sku that the item master does not know; it is held",
        Owner.CLIENT,
        "drop an items file for {client_id} with {subject}",
    )
    UNKNOWN_SKU_STOCK = (
        "unknown_sku_stock",
        "stock of a sku that the item master does not know was accepted",
        Owner.CLIENT,
        "drop an items file for {client_id} with {subject}",
    )
    KIT_NOT_MADE = (
        "kit_not_made",
        "a kit that due orders lack cannot be made of its parts; only units of its own SKU serve them",
        Owner.OPERATOR,
        "drop an items file for {client_id} that mends `kit` of {subject}, or names its parts",
    )
    KIT_NOT_SHARED = (
        "kit_not_shared",
        "a kit that due orders lack is not made of parts, since the client shares stock among its orders",
        Owner.OPERATOR,
        'set fair_share = "none" in clients/{client_id}.toml, or let units of {subject} itself come in',
    )
    TOO_LATE = (
        "too_late",
        "a cancellation or change came after the units went to the warehouse",
        Owner.CLIENT,
        "backorders why {client_id} {subject}",
    )
    TWIN_ROWS = (
        "twin_rows",
        "an order has two identical rows; both were taken as lines",
        Owner.CLIENT,
        "backorders why {client_id} {subject}",
    )
    ORDER_DIFFERS = (
        "order_differs",
        "two orders have one number; the one that came later is not taken",
        Owner.CLIENT,
        "backorders why {client_id} {subject}",
    )
    ROWS_DISAGREE = (
        "rows_disagree",
        "rows of one order in one file contradict each other; the order is on hold",
        Owner.CLIENT,
        "backorders why {client_id} {subject}",
    )
    CANCELLED_BEFORE = (
        "cancelled_before",
        "an order came after its cancellation; it is on hold",
        Owner.CLIENT,
        "backorders why {client_id} {subject}",
    )
    OVERDUE_RELEASE = (
        "overdue_release",
        "a release was not confirmed in time",
        Owner.SUPERVISOR,
        "backorders why {client_id} {subject}",
    )
    OVERDUE_ASN = (
        "overdue_asn",
        "announced goods did not come in time and are no longer promised",
        Owner.OPERATOR,
        "drop an asns row with a new date, or cancel it",
    )
    LOT_EXPIRY = (
        "lot_expiry",
        "a lot was stated with two expiry dates; the earlier holds until a count says otherwise",
        Owner.SUPERVISOR,
        "backorders stock {client_id} {subject}",
    )
    RECEIPT_CORRECTED = (
        "receipt_corrected",
        "a line of a receipt was said again with other units, and now counts as it was said last",
        Owner.OPERATOR,
        "backorders stock {client_id} {subject}",
    )
    OVER_RECEIPT = (
        "over_receipt",
        "more was received than announced; the excess is on hold",
        Owner.SUPERVISOR,
        "backorders stock {client_id} {subject}",
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
        "backorders stock {client_id} {subject}",
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
        "backorders stock {client_id} {subject}",
    )
    PAST_CANCEL_DATE = (
        "past_cancel_date",
        "goods for a line would come after its last ship date",
        Owner.CLIENT,
        "backorders why {client_id} {subject}",
    )
    ASSUMED_SHIPMENT = (
        "assumed_shipment",
        "shipments are assumed without a confirmation, by the client's choice",
        Owner.CLIENT,
        "backorders status",
    )
    NO_ADDRESS = (
        "no_address",
        "a notice has no mail address",
        Owner.CLIENT,
        "backorders why {client_id} {subject}",
    )
