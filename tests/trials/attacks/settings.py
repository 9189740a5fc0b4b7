"""Settings of a client: its mapping of columns, its policy, its words."""

from __future__ import annotations

from functools import partial

from tests.trials.attacks.answer import (
    CLIENT,
    KEPT,
    Answer,
    Attack,
    left_out,
    orders,
    refused,
    taken,
)

WELL = orders("A-1,1,A,4,2026-03-02 09:00")
LINES = f"A-1/1 A 4; {KEPT}"
REFUSED = left_out("sku")
NO_COLUMN = Answer("refused", "missing_column", "sku", lines=frozenset())
"""What might be a name of a column is looked for in the file."""


EXPRESSIONS: tuple[tuple[str, str, Answer], ...] = (
    # of column sku
    ("a pattern of a cell", "REGEXP_REPLACE(sku, order_id, 'x')", REFUSED),
    ("a search of a cell", "CASE WHEN REGEXP_LIKE(sku, order_id) THEN 'A' ELSE sku END", REFUSED),
    ("a place that is a cell", "SUBSTR(sku, line_no, 1)", REFUSED),
    ("a length that is a cell", "LEFT(sku, CAST(qty AS INTEGER))", REFUSED),
    ("a length below nought", "SUBSTR(sku, 1, -1)", REFUSED),
    ("a length of a thousand million", "LPAD(sku, 1000000000, 'x')", REFUSED),
    ("text that repeats a million times", "REPEAT(sku, 1000000)", REFUSED),
    ("a pattern that is none", "REGEXP_REPLACE(sku, '(', 'x')", REFUSED),
    ("a pattern that grows", "REGEXP_REPLACE(sku, '((a{1000}){1000}){1000}', 'x')", REFUSED),
    ("a pattern that goes back and forth", "REGEXP_REPLACE(sku, '(x+x+)+y', 'x')", taken(LINES)),
    ("a reference in what is put in", "REGEXP_REPLACE(sku, '(A)', '$1$1')", REFUSED),
    ("a hidden second name", "sku order_id", NO_COLUMN),
    ("a hidden second name in marks", "sku 'x'", REFUSED),
    ("a sum over all rows", "SUM(qty)", REFUSED),
    ("a window", "FIRST(sku) OVER (ORDER BY qty)", REFUSED),
    ("a query", "(SELECT 1)", NO_COLUMN),
    ("a query instead", "SELECT sku FROM self", NO_COLUMN),
    ("a file of the machine", "READ_CSV('/etc/passwd')", REFUSED),
    ("the clock", "CURRENT_TIMESTAMP", NO_COLUMN),
    ("two statements", "sku; DROP TABLE x", NO_COLUMN),
    ("a remark", "sku -- x", NO_COLUMN),
    ("a mark that is not closed", "CONCAT(sku, 'x", REFUSED),
    ("nothing", "", REFUSED),
    ("blanks", "   ", REFUSED),
    ("5,000 brackets", "(" * 5_000 + "sku" + ")" * 5_000, REFUSED),
    ("5,000 signs", "-" * 5_000 + "1", REFUSED),
    ("5,000 joined texts", " || ".join(["sku"] * 5_000), REFUSED),
    ("a number of 500 figures", "CONCAT(sku, " + "9" * 500 + ")", REFUSED),
    ("a function that is none", "FROBNICATE(sku)", REFUSED),
    ("a type that is none", "CAST(sku AS FROB)", REFUSED),
    ("a part of number nought", "SPLIT_PART(sku, '-', 0)", REFUSED),
    ("code of another language", "__import__('os').system('id')", REFUSED),
    ("a star", "*", REFUSED),
    (
        "a column that the file has not",
        "article",
        Answer("refused|held", "missing_column|broken_client_file", "sku"),
    ),
    ("a nought as divisor", "CAST(1 / 0 AS VARCHAR)", Answer("loaded|held|refused")),
)

NO_TIME = Answer("loaded", rejected=frozenset({"1 ordered_at not_a_time", "2 ordered_at not_a_time"}))
"""The rows have another format, which is said to the client with an example of its own."""

LIMITS: tuple[tuple[str, str], ...] = (
    ("policy", "horizon_days"),
    ("policy", "reserve_ahead_days"),
    ("policy", "min_release_until_days"),
    ("policy", "overdue_grace_days"),
    ("policy", "asn_rest_days"),
    ("policy", "wait_for_rest_days"),
    ("policy", "max_shipments"),
    ("policy", "min_release_qty"),
    ("notices", "tell_after_days"),
    ("notices", "eta_churn_days"),
    ("notices", "moved_every_days"),
    ("feeds.shipments", "short_hold_nights"),
)
"""Numbers of days and units: one of twelve figures must be refused by its name."""

KEYS: tuple[tuple[str, str, Answer], ...] = (
    ("no TOML", "name = [", left_out("line")),
    ("a key twice", 'name = "x"\nname = "y"', left_out("line")),
    ("a section twice", "[policy]\n[policy]", left_out("line")),
    ("a key that nobody knows", "hack = 1", left_out("hack")),
    ("a zone of another planet", 'time_zone = "Mars/Base"', left_out("time_zone")),
    ("a zone that is a path", 'time_zone = "../../etc/passwd"', left_out("time_zone")),
    ("a zone with a nought byte", 'time_zone = "UTC\\u0000"', left_out("time_zone")),
    ("a status of its own", 'status = "immortal"', left_out("status")),
    ("another's folder", 'client_id = "acme"', left_out("client_id")),
    ("a text for a list", 'pick_contacts = "phone"', left_out("pick_contacts")),
    ("a contact that is none", 'pick_contacts = ["fax"]', left_out("pick_contacts")),
    ("a rank by nothing", '[policy]\nrank = ["mood"]', left_out("rank")),
    (
        "a rank by one key twice",
        '[policy]\nrank = ["due_on", "due_on"]',
        Answer("held|loaded", "broken_client_file"),
    ),
    ("a percentage without end", "[policy]\nover_receipt_pct = inf", left_out("over_receipt_pct")),
    ("no number as a percentage", "[policy]\nover_receipt_pct = nan", left_out("over_receipt_pct")),
    ("days below nought", "[policy]\nhorizon_days = -1", left_out("horizon_days")),
    ("days with a fraction", "[policy]\nhorizon_days = 1.5", left_out("horizon_days")),
    ("a truth value as days", "[policy]\nhorizon_days = true", left_out("horizon_days")),
    (
        "a number beyond 64 bits",
        "[policy]\nmax_shipments = 99999999999999999999999",
        left_out("max_shipments"),
    ),
    ("a bound that is missing", '[policy]\nholdback = "bounded"', left_out("holdback")),
    (
        "a fence of the year 1",
        '[[policy.fences]]\nname = "f"\nsku = ["A"]\nchannel = ["c"]\nqty = 1\nuntil = 0001-01-01',
        Answer("loaded|held", "broken_client_file", "until"),
    ),
    (
        "a fence until the last day of all",
        '[[policy.fences]]\nname = "f"\nsku = ["A"]\nchannel = ["c"]\nqty = 1\nuntil = 9999-12-31',
        Answer("loaded|held", "broken_client_file", "until"),
    ),
    (
        "a fence of more than all",
        '[[policy.fences]]\nname = "f"\nsku = ["A"]\nchannel = ["c"]\npct = 101\nuntil = 2026-12-31',
        left_out("pct"),
    ),
    (
        "a sender with a second line",
        '[notices]\nmode = "live"\nreply_to = "a@example.com\\r\\nBcc: b@example.com"',
        left_out("reply_to"),
    ),
    ("a sender that is none", '[notices]\nmode = "live"\nreply_to = "x"', left_out("reply_to")),
    ("live without a sender", '[notices]\nmode = "live"', left_out("notices")),
    ("a law that is none", '[notices]\nregime = "jungle"', left_out("regime")),
    (
        "a brand over two lines",
        '[notices]\nbrand = "a\\r\\nBcc: b@example.com"',
        Answer("loaded|held", "broken_client_file", "brand"),
    ),
    ("a feed that is none", "[feeds.rumours]\nfiles = '*'", left_out("rumours")),
    ("an encoding that is none", '[feeds.orders]\nencoding = "klingon"', left_out("encoding")),
    ("an encoding that turns letters", '[feeds.orders]\nencoding = "rot13"', left_out("encoding")),
    ("an encoding that unpacks", '[feeds.orders]\nencoding = "zlib"', left_out("encoding")),
    ("an encoding with a nought byte", '[feeds.orders]\nencoding = "utf\\u0000"', left_out("encoding")),
    ("a delimiter of two", '[feeds.orders]\ndelimiter = "||"', left_out("delimiter")),
    ("a mark as delimiter", "[feeds.orders]\ndelimiter = '\"'", left_out("delimiter")),
    ("a line end as delimiter", '[feeds.orders]\ndelimiter = "\\n"', left_out("delimiter")),
    (
        "a picture as delimiter",
        '[feeds.orders]\ndelimiter = "\U0001f4a3"',
        refused("missing_column", "order_id"),
    ),
    (
        "a header with a name twice",
        '[feeds.orders]\nheader = ["a", "a"]',
        Answer("refused|held", "broken_client_file|duplicate_column"),
    ),
    (
        "a header without names",
        '[feeds.orders]\nheader = ["", ""]',
        Answer("refused|held", "broken_client_file|no_header"),
    ),
    ("a date in no form", '[feeds.orders]\ndate_format = "%Q%J"', left_out("date_format")),
    ("a date without a day", '[feeds.orders]\ndate_format = "%Y"', left_out("date_format")),
    ("a date in nothing", '[feeds.orders]\ndate_format = ""', left_out("date_format")),
    ("a time with its offset", '[feeds.orders]\ntime_format = "%Y-%m-%dT%H:%M:%S%z"', NO_TIME),
    ("a time in half a form", '[feeds.orders]\ntime_format = "%"', left_out("time_format")),
    ("a point of another kind", '[feeds.orders]\ndecimal_mark = ";"', left_out("decimal_mark")),
    ("a pattern of files that is none", '[feeds.orders]\nfiles = "["', refused("not_matched")),
    (
        "a pattern of files that is slow",
        '[feeds.orders]\nfiles = "' + "*a" * 30 + '*b"',
        refused("not_matched"),
    ),
    ("a column of ours that is none", '[feeds.orders.columns]\nordre = "sku"', left_out("ordre")),
    ("a route to nowhere", '[[feeds.orders.routes]]\nto = "moon"\nwhere = "TRUE"', left_out("to")),
    ("a route on no condition", '[[feeds.orders.routes]]\nto = "set_aside"\nwhere = "1"', left_out("where")),
    ("a route that takes all", '[[feeds.orders.routes]]\nto = "set_aside"\nwhere = "TRUE"', taken("")),
    (
        "a route on a wild pattern",
        '[[feeds.orders.routes]]\nto = "set_aside"\nwhere = "sku LIKE \'%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%x\'"',
        taken(LINES),
    ),
    (
        "1,000 routes",
        '[[feeds.orders.routes]]\nto = "set_aside"\nwhere = "sku = \'x\'"\n' * 1_000,
        Answer("loaded|held", "broken_client_file", "routes"),
    ),
)

FILES: tuple[tuple[str, bytes, Answer], ...] = (
    ("no byte", b"", left_out("name")),
    ("nought bytes", bytes(100), left_out("")),
    ("Latin-1", 'name = "é"'.encode("latin-1"), left_out("")),
    ("UTF-16", CLIENT.encode("utf-16"), left_out("")),
    ("lists in lists", b"x = " + b"[" * 20_000 + b"]" * 20_000, left_out("")),
    ("a key of 20,000 parts", b".".join([b"a"] * 20_000) + b" = 1", left_out("")),
    ("20 MB of remarks", b"# x\n" * 5_000_000, left_out("")),
    ("no warehouse", b'name = "x"\nwarehouses = []', left_out("warehouses")),
    ("a warehouse that is none", b'name = "x"\nwarehouses = ["W9"]', left_out("W9")),
    (
        "a warehouse in another folder",
        b'name = "x"\nwarehouses = ["../clients/acme"]',
        left_out("warehouses"),
    ),
    ("a warehouse twice", b'name = "x"\nwarehouses = ["W1", "W1"]', left_out("warehouses")),
    (
        "a name of codes",
        b'name = "\\u001b[2J\\u202e[red]"\nwarehouses = ["W1"]',
        Answer("loaded|held", "broken_client_file", "name"),
    ),
    ("a number as name", b'name = 5\nwarehouses = ["W1"]', left_out("name")),
)


def _with(text: str) -> bytes:
    """The client's settings with keys on top, or with sections below."""
    if text.startswith("["):
        return (CLIENT + text).encode()
    name = "" if text.startswith("name") else 'name = "x"\n'
    nameless = CLIENT.replace('name = "x"', "")
    return f"{name}{text}\n{nameless}".encode()


def _mapped(expression: str) -> bytes:
    """The client whose SKU is an expression."""
    text = expression.replace("\\", "\\\\").replace('"', '\\"')
    return f'{CLIENT}\n[feeds.orders.columns]\nsku = "{text}"\n'.encode()


_Mapping = partial(Attack, "mapping")
_Key = partial(Attack, "client's settings")

ATTACKS = (
    *(_Mapping(name, WELL, answer, settings=_mapped(text)) for name, text, answer in EXPRESSIONS),
    *(_Key(name, WELL, answer, settings=_with(text)) for name, text, answer in KEYS),
    *(
        _Key(
            f"{key} of twelve figures", WELL, left_out(key), settings=_with(f"[{section}]\n{key} = {10**11}")
        )
        for section, key in LIMITS
    ),
    *(_Key(name, WELL, answer, settings=content) for name, content, answer in FILES),
)
