"""Bytes that are no text, and text that is no table."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from functools import partial
from random import Random

import polars as pl

from tests.trials.attacks.answer import (
    CLIENT,
    GOOD,
    HEADER,
    Answer,
    Attack,
    orders,
    refused,
    rejected,
    taken,
)

TIME = "2026-03-02 09:00"
ROW = f"O1,1,A,4,{TIME}"
BOTH = "O1/1 A 4; O9/1 A 1"


_RECORD = dict(zip(HEADER.split(","), ROW.split(","), strict=True))


def _parquet() -> bytes:
    made = io.BytesIO()
    pl.DataFrame([_RECORD]).write_parquet(made)
    return made.getvalue()


def _zip(content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", content)
    return made.getvalue()


def _stating(line: str) -> bytes:
    return CLIENT.replace("[feeds.stock]", f"[feeds.orders]\n{line}\n[feeds.stock]").encode()


NO_TEXT = partial(refused, "bad_encoding")

BYTES: tuple[tuple[str, bytes, Answer], ...] = (
    ("Latin-1", orders("Oé,1,A,4," + TIME).decode().encode("latin-1"), NO_TEXT("line 2")),
    ("cp1252 in the header", f"{HEADER}\x80\n".encode("latin-1"), NO_TEXT("line 1")),
    ("UTF-16 with its mark", orders(ROW).decode().encode("utf-16"), NO_TEXT("utf-16")),
    ("UTF-16 without a mark", orders(ROW).decode().encode("utf-16-le"), NO_TEXT("line 1")),
    ("UTF-32 with its mark", orders(ROW).decode().encode("utf-32"), NO_TEXT("utf-32")),
    ("a mark of UTF-8", b"\xef\xbb\xbf" + orders(ROW), taken(BOTH)),
    ("two marks", b"\xef\xbb\xbf" * 2 + orders(ROW), refused("missing_column", "order_id")),
    ("a mark alone", b"\xef\xbb\xbf", refused("empty_file")),
    ("a slash in two bytes", orders("O1,1,@,4," + TIME).replace(b"@", b"\xc0\xaf"), NO_TEXT("line 2")),
    ("half a pair", orders("O1,1,@,4," + TIME).replace(b"@", b"\xed\xa0\x80"), NO_TEXT("line 2")),
    (
        "beyond all characters",
        orders("@,1,A,4," + TIME).replace(b"@", b"\xf4\x90\x80\x80"),
        NO_TEXT("line 2"),
    ),
    ("a cut character", orders(ROW) + b"O2,1,\xe4\xb8", NO_TEXT("line 4")),
    ("a nought byte", orders("O\0,1,A,4," + TIME), NO_TEXT("line 2")),
    ("nought bytes alone", b"\0" * 4096, NO_TEXT("line 1")),
    ("no byte", b"", refused("empty_file")),
    ("line ends alone", b"\n\r\n\n", refused("empty_file")),
    ("blanks alone", b"   \n\t\n", refused("empty_file")),
    ("gzip", gzip.compress(orders(ROW)), taken(BOTH)),
    ("gzip, cut", gzip.compress(orders(ROW))[:-9], refused("unreadable", "too early")),
    ("gzip that explodes", gzip.compress(bytes(70 << 20), 1), refused("too_large", "64 MiB")),
    ("gzip of text that explodes", gzip.compress(orders(*[ROW] * 3_000_000), 1), refused("too_large")),
    ("a zip that explodes", _zip(b"a" * (70 << 20)), refused("too_large", "64 MiB")),
    ("gzip in gzip", gzip.compress(gzip.compress(orders(ROW))), refused("unreadable", "twice")),
    ("records", json.dumps([_RECORD, _RECORD | {"order_id": "O9"}]).encode(), taken("O1/1 A 4; O9/1 A 4")),
    ("records without an end", json.dumps([_RECORD]).encode()[:-1], refused("unreadable", "line 1")),
    ("records within each other", b"[" * 1_000_000, refused("unreadable", "too deep")),
    (
        "objects within each other",
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        refused("unreadable", "too deep"),
    ),
    ("a value named twice", b'[{"order_id":"O1","order_id":"O2"}]', refused("broken_rows", "twice")),
    (
        "records of 3,000 names",
        json.dumps([{f"n{n}": 1 for n in range(3_000)}]).encode(),
        refused("too_large"),
    ),
    ("a number of a million digits", b'[{"order_id": ' + b"9" * 1_000_000 + b"}]", refused("missing_column")),
    ("an exponent without end", b'[{"order_id": 1e999999999999}]', refused("missing_column")),
    ("Parquet that is none", b"PAR1" + bytes(500) + b"PAR1", refused("unreadable")),
    ("Parquet, cut", _parquet()[:-7], refused("unreadable", "end")),
    ("Parquet", _parquet(), taken("O1/1 A 4")),
    ("a part of a workbook in a zip", _zip(b"<x/>"), refused("missing_column")),
    ("a picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), NO_TEXT()),
    ("a database", b"SQLite format 3\x00" + bytes(84), NO_TEXT("line 1")),
    ("noise", Random(10).randbytes(65_536), NO_TEXT()),
    ("lines end with CR", orders(ROW).replace(b"\n", b"\r"), taken(BOTH)),
    ("lines end in three ways", f"{HEADER}\r\n{ROW}\r{GOOD}\n".encode(), taken(BOTH)),
    ("the end of a file of DOS", orders(ROW) + b"\x1a", rejected("3 - column_count", lines=BOTH)),
    ("a document of HTML", b"<!doctype html><p>Error 500</p>", refused("missing_column", "order_id")),
    ("a document of JSON", b'[{"order_id": "O1"}]', Answer("refused", "missing_column|no_header")),
    ("X12", b"ISA*00*          *00*          *ZZ*A~GS*PO*A*B~", refused("missing_column", "order_id")),
)

STATED: tuple[tuple[str, str, bytes, Answer], ...] = (
    ("UTF-16 as stated", 'encoding = "utf-16"', orders(ROW).decode().encode("utf-16"), taken(BOTH)),
    ("UTF-16 as stated, cut", 'encoding = "utf-16"', orders(ROW).decode().encode("utf-16")[:-1], NO_TEXT()),
    (
        "cp1252 with a byte that it has not",
        'encoding = "cp1252"',
        orders("O\x01,1,A,4," + TIME).replace(b"\x01", b"\x81"),
        NO_TEXT("line 2"),
    ),
    ("UTF-8 where cp1252 is stated", 'encoding = "cp1252"', b"\xef\xbb\xbf" + orders(ROW), NO_TEXT("utf-8")),
    (
        "UTF-16 where Latin-1 is stated",
        'encoding = "latin-1"',
        orders(ROW).decode().encode("utf-16-le"),
        NO_TEXT("line 1"),
    ),
    ("another delimiter", 'delimiter = ";"', orders(ROW), refused("missing_column", "order_id")),
)

REJECTED = partial(rejected, lines="O9/1 A 1")

TABLES: tuple[tuple[str, bytes, Answer], ...] = (
    ("a quotation mark that is never closed", orders('"O1,1,A,4,' + TIME), REJECTED("1 - bad_quotes")),
    ("a quotation mark inside a quoted cell", orders('"O"1",1,A,4,' + TIME), REJECTED("1 - bad_quotes")),
    ("marks escaped with a backslash", orders(r'"O\"1",1,A,4,' + TIME), REJECTED("1 - bad_quotes")),
    ("a mark within a bare cell", orders('O1,1,A"7,4,' + TIME), taken('O1/1 A"7 4; O9/1 A 1')),
    (
        "two rows in one pair of marks",
        orders('"O1,1,A,4,' + TIME, 'O2,1,A,4,2026-03-02 09:00"'),
        REJECTED("1 - bad_quotes", "2 ordered_at not_a_time"),
    ),
    ("a cell too many", orders(ROW + ",x"), REJECTED("1 - column_count")),
    ("a cell too few", orders("O1,1,A,4"), REJECTED("1 - column_count")),
    ("10,000 cells in a row", orders("O1" + ",x" * 10_000), REJECTED("1 - column_count")),
    (
        "a row of delimiters",
        orders(",,,,"),
        taken(),
    ),
    ("blank lines between", orders("", ROW, "", "  ", ""), taken(BOTH)),
    ("a row over two lines", orders('"O1",1,"A\nB",4,' + TIME), REJECTED("1 sku bad_characters")),
    ("a cell of 131,073 characters", orders(f"O1,1,{'A' * 131_073},4,{TIME}"), REJECTED("1 - out_of_range")),
    (
        "a cell over 65 lines",
        orders('"O1' + "\n" * 66 + '",1,A,4,' + TIME),
        Answer(
            "loaded",
            lines=frozenset({"O9/1 A 1"}),
            rejected=frozenset({"1 - bad_quotes", "2 - bad_quotes"}),
        ),
    ),
    ("a delimiter behind each line", f"{HEADER},\n{ROW},\n".encode(), taken("O1/1 A 4")),
    ("one name twice", f"{HEADER},sku\n{ROW},B\n".encode(), refused("duplicate_column", "column 6")),
    ("a name of ours", f"{HEADER},bo_reason\n{ROW},x\n{GOOD},\n".encode(), taken(BOTH)),
    ("semicolons", orders(ROW).replace(b",", b";"), refused("missing_column", "order_id")),
    ("tabs", orders(ROW).replace(b",", b"\t"), refused("missing_column", "order_id")),
    ("names in capitals", orders(ROW, header=HEADER.upper()), refused("missing_column", "column 1")),
    ("no header", f"{ROW}\n{GOOD}\n".encode(), refused("missing_column", "order_id")),
    ("a header alone", f"{HEADER}\n".encode(), taken("")),
    ("a header alone, without an end", HEADER.encode(), Answer("loaded|waits")),
    ("a last line without an end", f"{HEADER}\n{GOOD}".encode(), Answer("loaded|waits")),
    ("a remark on top", f"# export\n{HEADER}\n{GOOD}\n".encode(), taken()),
    (
        "the word of a spreadsheet on top",
        f"sep=,\n{HEADER}\n{GOOD}\n".encode(),
        taken(),
    ),
    (
        "a title over several columns",
        f"Orders,,,,\n{HEADER}\n{GOOD}\n".encode(),
        taken(),
    ),
    ("names with blanks around", orders(ROW, header=HEADER.replace(",", " , ")), taken(BOTH)),
    ("names in marks", orders(ROW, header=HEADER.replace("sku", '"sku"')), taken(BOTH)),
    (
        "a name with an invisible character",
        orders(ROW, header=HEADER.replace("sku", "s\u200bku")),
        refused("missing_column", "sku"),
    ),
    (
        "a header that repeats",
        orders(ROW, HEADER),
        rejected("2 line_no not_a_number", "2 qty not_a_number", "2 ordered_at not_a_time", lines=BOTH),
    ),
    ("a column of SQL", orders(ROW + ",1", header=HEADER + ',"\'); DROP TABLE x;--"'), taken(BOTH)),
    (
        "a total below",
        orders(ROW) + b"Total,,,5,\n",
        rejected("3 sku missing", "3 ordered_at missing", lines=BOTH),
    ),
)

ATTACKS = (
    *(Attack("bytes", name, content, answer) for name, content, answer in BYTES),
    *(
        Attack("bytes", name, content, answer, settings=_stating(line))
        for name, line, content, answer in STATED
    ),
    *(Attack("table", name, content, answer) for name, content, answer in TABLES),
)
