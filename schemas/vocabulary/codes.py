"""Why a row or a file was rejected: stable codes, each with its sentence."""

from __future__ import annotations

from schemas.vocabulary.words import Term


class ReasonCode(Term):
    """Why a row was rejected or a file refused. Codes are stable: operators filter on them."""

    # a file
    EMPTY_FILE = "empty_file", "the file is empty; export it again"
    NOT_A_FILE = "not_a_file", "a link, pipe or device was dropped; drop the file itself"
    STILL_WRITTEN = "still_written", "the file was still growing; it is taken the next time"
    TOO_LARGE = "too_large", "the file has more bytes, lines or columns than one may have"
    BROKEN_ROWS = "broken_rows", "so many lines are no rows that the file is not of the stated form"
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
    FEED_NOT_STATED = (
        "feed_not_stated",
        "the client's file does not say what these figures mean; write the keys named, or take their # off",
    )
    FILE_GROWS = (
        "file_grows",
        "the file has all rows of an earlier one in it, and nothing tells which of them are new",
    )
    WHICH_SHEET = "which_sheet", "nothing tells which sheet of the workbook is meant, or it has none"
    UNREADABLE = "unreadable", "the file cannot be read"
    DAMAGED_COPY = (
        "damaged_copy",
        "our own copy of the file is damaged; it is copied again from inbound in the next run",
    )
    FILE_REPEATED = (
        "file_repeated",
        "the file says the same as one that was taken before, and nothing tells whether it is meant again",
    )
    # a row's form
    COLUMN_COUNT = "column_count", "the row has more or fewer fields than the header"
    BAD_QUOTES = "bad_quotes", "a quotation mark is opened and not closed, or stands inside a quoted field"
    NOT_A_RECORD = "not_a_record", "it is no whole record; export it again"
    NAMED_TWICE = "named_twice", "the record names a value twice, so that nobody can tell which one is meant"
    LOST_DIGITS = "lost_digits", "the number has more digits than a spreadsheet keeps; the last ones are lost"
    ERROR_CELL = "error_cell", "the cell shows an error of its formula (#N/A, #DIV/0! and the like), no value"
    NO_RESULT = (
        "no_result",
        "the cell has a formula whose result is not in the file, or was not calculated since it changed",
    )
    DAY_OR_MONTH = (
        "day_or_month",
        "day and month may be swapped: of this column the spreadsheet took only some texts for dates",
    )
    TOO_LONG = "too_long", "the line is too long to be a row, or the value for its column"
    MISSING = "missing", "the value is needed and empty"
    BAD_CHARACTERS = (
        "bad_characters",
        "the id has characters that cannot be seen, so that two ids may look like one",
    )
    SPOILED_ID = (
        "spoiled_id",
        "a spreadsheet has changed the id: it looks like a shortened number, or has become a date",
    )
    NOT_A_NUMBER = "not_a_number", "the value is not a number"
    AMBIGUOUS_NUMBER = (
        "ambiguous_number",
        "the number is a thousand or a thousandth of it: nothing says what its point or comma means",
    )
    NOT_WHOLE = "not_whole", "the value is not a whole number"
    NOT_A_DATE = "not_a_date", "the value is not a date in the stated format"
    NOT_A_TIME = "not_a_time", "the local time does not exist, or the value is not a date and time"
    TIME_NEEDED = (
        "time_needed",
        "a count holds what happened before it: its day alone does not say what that was",
    )
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
    ORDER_DIFFERS = (
        "order_differs",
        "another order has this number: it was ordered at another time, for somebody else",
    )
    ORDER_TOO_LONG = (
        "order_too_long",
        "the order has more than 10,000 rows in this file, so this column cannot be its number",
    )
    SKU_CHANGED = "sku_changed", "a line cannot change its sku; cancel it and order anew"
    LINE_CLOSED = "line_closed", "the line is shipped or cancelled and does not open again"
    TOO_LATE = "too_late", "the units are already with the warehouse or shipped"
    UNKNOWN_ORDER = "unknown_order", "no such order line"
    UNKNOWN_RELEASE = "unknown_release", "no such release"
    UNKNOWN_WAREHOUSE = "unknown_warehouse", "the client does not use this warehouse"
    OTHER_SKU = "other_sku", "the release is of another sku; name the release that was picked"
    RELEASE_CLOSED = (
        "release_closed",
        "nothing of it is left to ship: it was confirmed, cancelled or never released",
    )
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
    REPLACES_ITSELF = "replaces_itself", "the items that follow this one lead back to it"
    NOT_SUPPORTED = "not_supported", "this version does not do that yet"


FOUND_BY_READING = frozenset(
    {
        ReasonCode.COLUMN_COUNT,
        ReasonCode.BAD_QUOTES,
        ReasonCode.LOST_DIGITS,
        ReasonCode.ERROR_CELL,
        ReasonCode.NO_RESULT,
        ReasonCode.DAY_OR_MONTH,
        ReasonCode.TOO_LONG,
        ReasonCode.BAD_CHARACTERS,
        ReasonCode.SPOILED_ID,
        ReasonCode.NOT_A_NUMBER,
        ReasonCode.AMBIGUOUS_NUMBER,
        ReasonCode.NOT_WHOLE,
        ReasonCode.NOT_A_DATE,
        ReasonCode.NOT_A_TIME,
        ReasonCode.TIME_NEEDED,
        ReasonCode.NOT_A_CHOICE,
        ReasonCode.CAST_FAILED,
        ReasonCode.UNKNOWN_UNIT,
    }
)
"""Codes that only the reading of a row gives: of a row that is read without them they are gone."""
