"""Reason codes of rows and files, and findings: each with its sentence, its owner and what to do."""

from __future__ import annotations

from typing import Self

from schemas.vocabulary import Owner, Term


class ReasonCode(Term):
    """Why a row was rejected or a file refused. Codes are stable: operators filter on them."""

    # a file
    EMPTY_FILE = "empty_file", "the file is empty; export it again"
    NOT_A_FILE = "not_a_file", "a link, pipe or device was dropped; drop the file itself"
    STILL_WRITTEN = "still_written", "the file was still growing; it is taken the next time"
    TOO_LARGE = "too_large", "the file is larger than the workspace allows"
    UNKNOWN_FEED = (
        "unknown_feed",
        "no feed has the name of this folder; move the file to the folder of its feed",
    )
    UNKNOWN_CLIENT = "unknown_client", "no client file has the name of this folder; add clients/<name>.toml"
    BROKEN_CLIENT_FILE = (
        "broken_client_file",
        "the client's own settings file is broken; correct it, the file is taken in the next run",
    )
    NOT_MATCHED = "not_matched", "the file name does not match the feed's pattern"
    BAD_ENCODING = (
        "bad_encoding",
        "the bytes are not text in the stated encoding; set `encoding` or save again",
    )
    NO_HEADER = "no_header", "the first line does not name columns"
    DUPLICATE_COLUMN = "duplicate_column", "two columns of the file have the same name"
    MISSING_COLUMN = (
        "missing_column",
        "a needed column is not in the file; add it or map it in the client's file",
    )
    FEED_NOT_STATED = "feed_not_stated", "the client's file does not say what this feed's figures mean"
    UNREADABLE = "unreadable", "the file cannot be read"
    # a row's form
    COLUMN_COUNT = "column_count", "the row has more or fewer fields than the header"
    BAD_QUOTES = "bad_quotes", "a quotation mark is opened and not closed, or stands inside a quoted field"
    MISSING = "missing", "the value is needed and empty"
    NOT_A_NUMBER = "not_a_number", "the value is not a number"
    NOT_WHOLE = "not_whole", "the quantity is not a whole number of units"
    NOT_A_DATE = "not_a_date", "the value is not a date in the stated format"
    NOT_A_TIME = "not_a_time", "the local time does not exist, or the value is not a date and time"
    NOT_A_CHOICE = "not_a_choice", "the value is not one of the allowed words"
    OUT_OF_RANGE = "out_of_range", "the value is outside what is possible"
    CAST_FAILED = "cast_failed", "the mapping's expression cannot convert this row"
    UNKNOWN_UNIT = "unknown_unit", "the item does not know this unit of measure"
    # a row against its file and the books
    KEY_TWICE = "key_twice", "two rows of the file have the same key and different content"
    LINE_NO_NEEDED = "line_no_needed", "the order is known from another file; say which line this is"
    CONFLICTING_CHANGES = (
        "conflicting_changes",
        "two changes of one line at the same time contradict each other",
    )
    EVENT_CONFLICT = "event_conflict", "the event number was used before with other content"
    SKU_CHANGED = "sku_changed", "a line cannot change its sku; cancel it and order anew"
    LINE_CLOSED = "line_closed", "the line is shipped or cancelled and does not open again"
    TOO_LATE = "too_late", "the units are already with the warehouse or shipped"
    UNKNOWN_ORDER = "unknown_order", "no such order line"
    UNKNOWN_RELEASE = "unknown_release", "no such release"
    UNKNOWN_WAREHOUSE = "unknown_warehouse", "the client does not use this warehouse"
    RELEASE_CLOSED = "release_closed", "the release is already confirmed"
    COUNT_HELD = (
        "count_held",
        "the count would make too many units vanish; drop these rows again to confirm it",
    )
    NOT_A_MULTIPLE = (
        "not_a_multiple",
        "the client ships no loose units, and the quantity is no multiple of what the item is sold by",
    )
    RULE_NOT_ALLOWED = (
        "rule_not_allowed",
        "the client shares stock among its orders, so none of them can wait to ship complete",
    )
    ON_SHORT_NOT_ALLOWED = (
        "on_short_not_allowed",
        "the client shares stock among its orders, so none of them can be cancelled in that way",
    )
    NOT_SUPPORTED = "not_supported", "this version does not do that yet"


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
    OVER_RECEIPT = (
        "over_receipt",
        "more was received than announced; the excess is on hold",
        Owner.SUPERVISOR,
        "backorders stock {client_id} {subject}",
    )
    COUNT_HELD = (
        "count_held",
        "a count would make too many units vanish; it waits for a person",
        Owner.SUPERVISOR,
        "backorders stock {client_id} {subject}",
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
