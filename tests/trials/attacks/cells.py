"""Cells of every feed: numbers, dates, ids, words and texts, one attacked cell a file."""

from __future__ import annotations

from tests.trials.attacks.answer import HEADER, KEPT, Answer, Attack, orders, rejected, taken

TIME = "2026-03-02 09:00"
QUANTITIES: tuple[tuple[str, str, str], ...] = (
    # cell, code or accepted quantity, name
    ("x", "not_a_number", "a letter"),
    ("", "missing", "nothing"),
    ("-4", "out_of_range", "below nought"),
    ("1.5", "not_whole", "a half"),
    ("4.000", "4", "noughts behind the point"),
    ("4.00000000000000000000000001", "not_whole", "almost whole"),
    ("+4", "4", "a plus"),
    (" 4 ", "4", "blanks around"),
    ("--4", "not_a_number", "two minus signs"),
    ("4-", "not_a_number", "a minus behind"),
    ("0x10", "not_a_number", "hexadecimal"),
    ("1_000", "not_a_number", "an underscore"),
    ('"1,000"', "ambiguous_number", "thousands"),
    ("1e400", "not_a_number|out_of_range", "beyond all numbers"),
    ("NaN", "not_a_number", "no number by its own word"),
    ("inf", "not_a_number", "without end"),
    ("\u0664", "not_a_number", "an Arabic figure"),
    ("\uff14", "not_a_number", "a wide figure"),
    ("\u00bd", "not_a_number", "a half in one character"),
    ("9223372036854775807", "out_of_range", "the largest of 64 bits"),
    ("9223372036854775808", "out_of_range|not_a_number", "one more"),
    ("340282366920938463463374607431768211456", "out_of_range|not_a_number", "129 bits"),
    ("9" * 5_000, "out_of_range|not_a_number", "5,000 figures"),
    ("0." + "0" * 5_000 + "1", "not_whole|not_a_number", "5,000 places"),
    ("=2+2", "not_a_number", "a formula"),
    ("true", "not_a_number", "a truth value"),
    ("4 pcs", "not_a_number", "a unit behind it"),
)

INSTANTS: tuple[tuple[str, str, str], ...] = (
    ("2026-02-30 09:00", "not_a_time", "the 30th of February"),
    ("2026-13-01 09:00", "not_a_time", "the 13th month"),
    ("0000-00-00 00:00", "not_a_time", "noughts"),
    ("2026-03-02 24:01", "not_a_time", "after the day"),
    ("2026-03-02 09:61", "not_a_time", "minute 61"),
    ("2026-03-02T09:00:00+25:00", "not_a_time", "an offset beyond a day"),
    ("2026-03-02T09:00:00+99:99", "not_a_time", "an offset beyond all"),
    ("99999-01-01 09:00", "not_a_time|out_of_range", "five figures of a year"),
    ("+262142-01-01T00:00:00", "not_a_time|out_of_range", "the last year of a library"),
    ("-0044-03-15 09:00", "not_a_time|out_of_range", "before our time"),
    ("0001-01-01 00:00", "out_of_range", "the first day of all"),
    ("9999-12-31 23:59", "out_of_range", "the last day of all"),
    ("9999-12-31T23:59:59-14:00", "not_a_time|out_of_range", "beyond the last day by its offset"),
    ("46083.375", "not_a_time", "the number of a spreadsheet"),
    ("1772442000", "not_a_time", "seconds since 1970"),
    ("\u0662\u0660\u0662\u0666-03-02 09:00", "not_a_time", "Arabic figures"),
    ("yesterday", "not_a_time", "a word"),
    ("2026-03-02 09:00 Mars/Base", "not_a_time", "another planet's zone"),
    ("", "missing", "nothing"),
)

IDS: tuple[tuple[str, str, str], ...] = (
    ("O\u200b1", "bad_characters", "a blank without width"),
    ("O\u202e1", "bad_characters", "right to left"),
    ("O\u20661\u2069", "bad_characters", "an isolate"),
    ("O\a1", "bad_characters", "a bell"),
    ("\x1b[31mO1", "bad_characters", "codes of a terminal"),
    ("\x9b31mO1", "bad_characters", "codes of a terminal in one byte"),
    ("O\u00ad1", "bad_characters", "a soft hyphen"),
    ("O\U000e00411", "bad_characters", "a hidden letter"),
    ("O\ufeff1", "bad_characters", "a mark within"),
    ("O\u20281", "bad_characters", "an end of line of Unicode"),
    ("\U0001f468\u200d\U0001f469", "bad_characters", "joined pictures"),
    ("4.50013E+11", "spoiled_id", "shortened by a spreadsheet"),
    ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0", "a formula"),
    ("@SUM(A1)", "@SUM(A1)", "a formula of another program"),
    ("../../etc/passwd", "../../etc/passwd", "a path"),
    ("[red]x[/red]", "[red]x[/red]", "markup of Rich"),
    ("[/]", "[/]", "an end of markup that has no start"),
    ("' OR 1=1 --", "' OR 1=1 --", "SQL"),
    ("{{ 7*7 }}", "{{ 7*7 }}", "a template"),
    ("%s%n$(id)`id`", "%s%n$(id)`id`", "a shell"),
    ("NULL", "NULL", "the word of SQL for nothing"),
    ("nan", "nan", "the word for no number"),
    ("-1", "-1", "what looks like an option"),
    ("0001", "0001", "noughts in front"),
    ("\u041e1", "\u041e1", "a Cyrillic letter that looks alike"),
    ("~", "missing", "the mark of a cleared cell"),
    ("\\N", "\\N", "the nothing of a database"),
    ("a|b", "a|b", "the mark between values"),
    ("O" * 5_000, "too_long", "5,000 characters"),
)

MORE: tuple[tuple[str, str, str], ...] = (
    # column, cell, code; a cell that is taken has none
    ("line_no", "0", "out_of_range"),
    ("line_no", "-1", "out_of_range"),
    ("line_no", "1.5", "not_whole|not_a_number"),
    ("line_no", "99999999999999999999", "out_of_range|not_a_number"),
    ("sku", "A\u202e", "bad_characters"),
    ("sku", "1E+05", "spoiled_id"),
    ("sku", "", "missing"),
    ("priority", "0", "out_of_range"),
    ("priority", "10", "out_of_range"),
    ("priority", "high", "not_a_number"),
    ("action", "delete", "not_a_choice"),
    ("ship_rule", "whenever", "not_a_choice"),
    ("on_short", "panic", "not_a_choice"),
    ("order_type", "[b2b]", "not_a_choice"),
    ("transit_days", "366", "out_of_range"),
    ("min_shelf_life_days", "36501", "out_of_range"),
    ("rank", "0", "out_of_range"),
    ("warehouse_ids", "W9", "unknown_warehouse"),
    ("warehouse_ids", "W1|\u202eW1", "unknown_warehouse|bad_characters"),
    ("uom", "XX", "unknown_unit"),
    ("promised_on", "2026-13-01", "not_a_date"),
    ("promised_on", "0001-01-01", "out_of_range"),
    ("ship_by", "10000-01-01", "not_a_date|out_of_range"),
    ("cancel_after", "9999-12-31", "out_of_range"),
    ("deliver_by", "1900-01-01", "out_of_range"),
    ("ship_not_before", "01/02/2026", "not_a_date"),
    ("unit_price", "free", "not_a_number"),
    ("unit_price", "99999999999999999999999999", "out_of_range|not_a_number"),
    ("changed_at", "9999-12-31 23:59", "out_of_range"),
    ("ship_to_name", '"=HYPERLINK(""http://x.example"",""x"")"', ""),
    ("ship_to_name", '"Bob\r\nBcc: all@example.com"', ""),
    ("ship_to_name", "\x1b]0;owned\a\u202e", ""),
    ("ship_to_name", "[bold red]Bob[/nothing]", ""),
    ("ship_to_name", "<script>alert(1)</script>{{7*7}}{% for %}", ""),
    ("ship_to_address", "n" * 100_000, "too_long"),
    ("ship_to_country", "Narnia", ""),
    ("order_note", '"' + "line\n" * 60 + '"', ""),
    ("email", "bob@example.com%0aBcc:x@example.com", ""),
    ("email", '"bob@example.com\r\nBcc: all@example.com"', ""),
    ("email", "@", ""),
    ("email", "-oQ/tmp@example.com", ""),
    ("language", "../../x", ""),
    ("currency", "zzzz", ""),
    ("consignee_id", "c\u200b", "bad_characters"),
    ("po_number", "=1+1", ""),
    ("channel", "'; --", ""),
    ("segment", "[/]", ""),
    ("hold_reason", "[/] {x} %s", ""),
)

FEEDS: dict[str, tuple[str, tuple[tuple[str, str, str], ...]]] = {
    "receipts": (
        "receipt_id,line_no,warehouse_id,sku,received_on,received_qty,damaged_qty,lot_id,bin_id,expiry_on,status",
        (
            ("R1,1,W1,A,2027-01-01,4,,,,,", "received_on out_of_range", "of next year"),
            ("R1,1,W1,A,2026-02-31,4,,,,,", "received_on not_a_date", "a day that is none"),
            ("R1,1,W1,A,0001-01-01,4,,,,,", "received_on out_of_range", "of the year 1"),
            (
                "R1,1,W1,A,2026-03-02,9999999999999999999,,,,,",
                "received_qty out_of_range|not_a_number",
                "64 bits and more",
            ),
            ("R1,1,W1,A,2026-03-02,4,5,,,,", "damaged_qty out_of_range", "more damaged than received"),
            ("R1,1,W1,A,2026-03-02,4,-1,,,,", "damaged_qty out_of_range", "less than nothing damaged"),
            ("R1,1,W9,A,2026-03-02,4,,,,,", "warehouse_id unknown_warehouse", "a warehouse that is none"),
            ("R1,1,W1,A,2026-03-02,4,,L\u200b1,,,", "lot_id bad_characters", "a lot that looks like another"),
            ("R1,1,W1,A,2026-03-02,4,,,B\x1b[2J,,", "bin_id bad_characters", "a bin that clears the screen"),
            ("R1,1,W1,A,2026-03-02,4,,,,2026-00-10,", "expiry_on not_a_date", "month nought"),
            ("R1,1,W1,A,2026-03-02,4,,,,,stolen", "status not_a_choice", "a word of its own"),
            ("R\u202e1,1,W1,A,2026-03-02,4,,,,,", "receipt_id bad_characters", "a number from right to left"),
        ),
    ),
    "stock": (
        "warehouse_id,sku,qty,bin_id,lot_id,status,counted_at",
        (
            ("W1,A,-1,,,,2026-03-02 08:00", "qty out_of_range", "below nought"),
            (
                "W1,A,9999999999999999999,,,,2026-03-02 08:00",
                "qty out_of_range|not_a_number",
                "64 bits and more",
            ),
            ("W1,A,5,,,,2030-01-01 08:00", "counted_at out_of_range", "of the year 2030"),
            ("W1,A,5,,,,1970-01-01 00:00", "", "of 1970, which is only old"),
            ("W1,A,5,,,maybe,2026-03-02 08:00", "status not_a_choice", "a word of its own"),
            (
                "W\u202e1,A,5,,,,2026-03-02 08:00",
                "warehouse_id unknown_warehouse|bad_characters",
                "a warehouse from right to left",
            ),
            ("W1,\x1b[31mA,5,,,,2026-03-02 08:00", "sku bad_characters", "a SKU in red"),
            ("W1,A,5,B\t1,,,2026-03-02 08:00", "bin_id bad_characters", "a tab in a bin"),
        ),
    ),
    "adjustments": (
        "warehouse_id,sku,qty,reason,adjusted_at,event_id",
        (
            ("W1,A,0,broken,2026-03-02 09:00,E1", "qty out_of_range", "nothing"),
            (
                "W1,A,-9999999999999999999,broken,2026-03-02 09:00,E1",
                "qty out_of_range|not_a_number",
                "less than 64 bits",
            ),
            ("W1,A,-1,,2026-03-02 09:00,E1", "reason missing", "no reason"),
            ("W1,A,-1,broken,2031-03-02 09:00,E1", "adjusted_at out_of_range", "of 2031"),
            ("W1,A,-1,broken,2026-03-02 09:00,E\u200b", "event_id bad_characters", "an invisible character"),
        ),
    ),
    "shipments": (
        "release_id,order_id,line_no,sku,shipped_qty,short_qty,warehouse_id,shipped_at",
        (
            ("nope,,,,1,,,2026-03-02 09:00", "release_id unknown_release", "of no release"),
            (",O404,1,A,1,,,2026-03-02 09:00", "order_id unknown_order", "of no order"),
            (",,,,1,,,2026-03-02 09:00", "order_id missing|release_id missing", "of nothing"),
            (
                ",O404,1,A,99999999999999999999,,,2026-03-02 09:00",
                "shipped_qty out_of_range|not_a_number",
                "64 bits and more",
            ),
            (",O404,1,A,1,-1,,2026-03-02 09:00", "short_qty out_of_range", "less than nothing short"),
        ),
    ),
    "cancellations": (
        "order_id,line_no,sku,qty,cancelled_at",
        (
            ("O404,,,,2026-03-02 09:00", "order_id unknown_order", "of no order"),
            ("O404,,,0,2026-03-02 09:00", "qty out_of_range", "of nothing"),
            ("O404,0,,1,2026-03-02 09:00", "line_no out_of_range", "of line nought"),
            ("%,,,,2026-03-02 09:00", "order_id unknown_order", "of whatever fits"),
        ),
    ),
    "asns": (
        "asn_id,line_no,warehouse_id,sku,expected_on,qty",
        (
            ("N1,1,W1,A,9999-12-31,4", "expected_on out_of_range", "of the last day of all"),
            ("N1,1,W1,A,0001-01-01,4", "expected_on out_of_range", "of the first day of all"),
            (
                "N1,1,W1,A,2026-03-09,99999999999999999999",
                "qty out_of_range|not_a_number",
                "64 bits and more",
            ),
            ("N1,1,W1,A,soon,4", "expected_on not_a_date", "a word"),
            (
                "N\x001,1,W1,A,2026-03-09,4".replace("\0", "\x7f"),
                "asn_id bad_characters",
                "a deleted character",
            ),
        ),
    ),
    "items": (
        "sku,description,uoms,sell_multiple,decimals,shelf_life_days,safety_stock_qty,aliases,substitutes,kit,replaced_by",
        (
            ("A,x,CA:0,,,,,,,,", "uoms out_of_range|not_a_number", "a carton of nothing"),
            ("A,x,CA:many,,,,,,,,", "uoms not_a_number", "a carton of many"),
            ("A,x,CA:99999999999999999999,,,,,,,,", "uoms out_of_range|not_a_number", "a carton of 64 bits"),
            ("A,x,,0,,,,,,,", "sell_multiple out_of_range", "sold by nothing"),
            (
                "A,x,,99999999999999999999,,,,,,,",
                "sell_multiple out_of_range|not_a_number",
                "sold by 64 bits",
            ),
            ("A,x,,,99,,,,,,", "decimals out_of_range", "99 places"),
            ("A,x,,,,99999999999,,,,,", "shelf_life_days out_of_range|not_a_number", "for ever"),
            ("A,x,,,,,-1,,,,", "safety_stock_qty out_of_range", "less than nothing kept back"),
            ("A,x,,,,,,,,A:1,", "", "a kit of itself, which cannot be made"),
            ("A,x,,,,,,,,B:0,", "kit out_of_range|not_a_number", "a kit of nothing"),
            ("A,x,,,,,,,,B:x,", "kit not_a_number", "a kit of many"),
            ("A,x,,,,,,,,,A", "replaced_by replaces_itself", "followed by itself"),
            ("A\u202e,x,,,,,,,,,", "sku bad_characters", "from right to left"),
            ("A,x,,,,,,B\u200b,,,", "aliases bad_characters", "an alias that looks like another"),
        ),
    ),
}
"""Of other feeds: the header, and what a file of one row is rejected for."""


def _of_order(column: str, cell: str, code: str, name: str) -> Attack:
    """An order with one attacked cell; what is no code is the value that is taken."""
    known = HEADER.split(",")
    header = HEADER if column in known else f"{HEADER},{column}"
    well = dict(zip(known, ("O1", "1", "A", "4", TIME), strict=True))
    row = ",".join((well | {column: cell}).values())
    answer = rejected(f"1 {column} {code}") if code else taken(f"O1/1 A 4; {KEPT}")
    return Attack(
        f"cell: {column if column in known else 'of an order'}", name, orders(row, header=header), answer
    )


def _quantity(cell: str, code: str, name: str) -> Attack:
    if code.isdigit():
        content = orders(f"O1,1,A,{cell},{TIME}")
        return Attack("cell: qty", name, content, taken(f"O1/1 A {code}; {KEPT}"))
    return _of_order("qty", cell, code, name)


def _id(cell: str, code: str, name: str) -> Attack:
    if code in ("bad_characters", "spoiled_id", "too_long", "missing"):
        return _of_order("order_id", cell, code, name)
    return Attack("cell: order_id", name, orders(f"{cell},1,A,4,{TIME}"), taken(f"{code}/1 A 4; {KEPT}"))


def _of_feed(feed: str, header: str, row: str, told: str, name: str) -> Attack:
    """A file of one row of another feed."""
    answer = Answer("loaded", rejected=frozenset({f"1 {told}"} if told else ()))
    return Attack(f"cell: {feed}", name, f"{header}\n{row}\n".encode(), answer, feed=feed)


ATTACKS = (
    *(_quantity(*attack) for attack in QUANTITIES),
    *(_of_order("ordered_at", *attack) for attack in INSTANTS),
    *(_id(*attack) for attack in IDS),
    *(_of_order(column, cell, code, f"{column}: {cell[:24]!r}") for column, cell, code in MORE),
    *(
        _of_feed(feed, header, row, told, name)
        for feed, (header, rows) in FEEDS.items()
        for row, told, name in rows
    ),
)
