"""Workbooks that ask for more than they are, and parts that say what no spreadsheet program says."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from functools import partial
from typing import TYPE_CHECKING

from tests.flows.inbound.formats.workbooks.books import MAIN, header, pack, parts, sheet
from tests.trials.attacks.answer import GOOD, HEADER, Answer, Attack, refused, rejected, taken

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = header(*HEADER.split(","))
ROW = header(*GOOD.split(","))
ORDERS = sheet(NAMES, ROW)
GOOD_PARTS = parts({"Orders": ORDERS})
DAMAGED = partial(refused, "unreadable")
LARGE = refused("too_large")
ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {after} "{f"&{name};" * 10}">' for name, after in zip("abcdefgh", "bcdefghi", strict=True)
) + "]>"  # fmt: skip
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def _with(part: str, content: str | bytes) -> bytes:
    """A workbook with another content of one part."""
    return pack({**GOOD_PARTS, part: content})


def _renamed(old: str, new: str) -> bytes:
    """A workbook with another name of one part."""
    return pack({new if name == old else name: content for name, content in GOOD_PARTS.items()})


def _encrypted() -> bytes:
    """A flag of the first part says that it is locked."""
    content = bytearray(pack(GOOD_PARTS))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def _overlapping() -> bytes:
    """All parts of a list have the bytes of the first one."""
    content = pack(GOOD_PARTS)
    out, place = bytearray(content), content.index(b"PK\x01\x02")
    first = content[place + 42 : place + 46]
    while (place := content.find(b"PK\x01\x02", place + 1)) >= 0:
        out[place + 42 : place + 46] = first
    return bytes(out)


def _unpacking_to(mebibytes: int, part: str, before: str, behind: str) -> bytes:
    """A part that unpacks to so much of one letter."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts({"Orders": ORDERS}, texts="<x/>").items():
            if name != part:
                archive.writestr(name, content)
        with archive.open(part, "w") as packed:
            packed.write(before.encode())
            for _ in range(mebibytes):
                packed.write(b"a" * (1 << 20))
            packed.write(behind.encode())
    return made.getvalue()


def _lying() -> bytes:
    """A part that says it unpacks to 100 bytes, and unpacks to more."""
    content = pack(GOOD_PARTS)
    size = struct.pack("<I", len(ORDERS))
    crc = struct.pack("<I", zlib.crc32(ORDERS.encode()))
    place = content.index(b"PK\x01\x02")
    place = content.index(crc, place)
    return content[: place + 8] + content[place + 8 :].replace(size, struct.pack("<I", 100), 1)


def _texts(count: int) -> bytes:
    """A workbook that names one long text again and again."""
    long = f'<sst xmlns="{MAIN}"><si><t>{"x" * 32_000}</t></si></sst>'
    row = '<c t="s"><v>0</v></c>' * 5
    return pack(parts({"Orders": sheet(NAMES, *[row] * (count // 5))}, texts=long))


def _many_parts() -> bytes:
    return pack(GOOD_PARTS, more=[(f"xl/media/{n}", b"") for n in range(10_001)])


def _far() -> bytes:
    far = f'<row r="1048576">{ROW}<c r="XFD1048576"/></row>'
    return _with("xl/worksheets/sheet1.xml", sheet(NAMES).replace("</sheetData>", f"{far}</sheetData>"))


def _far_filled() -> bytes:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return _with("xl/worksheets/sheet1.xml", sheet(NAMES, ROW).replace("</sheetData>", f"{far}</sheetData>"))


def _styled(rows: int) -> bytes:
    """Rows of cells that hold nothing, as a sheet has whose columns somebody coloured."""
    empty = "".join(f'<c r="{letter}{{n}}" s="0"/>' for letter in "ABCDEFGHIJ")
    inside = "".join(f'<row r="{n}">{empty.format(n=n)}</row>' for n in range(3, rows))
    return _with("xl/worksheets/sheet1.xml", ORDERS.replace("</sheetData>", f"{inside}</sheetData>"))


def _deep(count: int) -> str:
    return "<c>" * count + "</c>" * count


def _rows_of(xml: str) -> bytes:
    """A sheet whose second row has this XML."""
    return _with("xl/worksheets/sheet1.xml", sheet(NAMES, xml))


PARTS = ("_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml")


def _typed(part: str, said: str) -> bytes:
    return _with(part, said + GOOD_PARTS[part])


SMALL: tuple[tuple[str, bytes, Answer], ...] = (
    ("one that is well", pack(GOOD_PARTS), taken()),
    *((f"entities in {part}", _typed(part, ENTITIES), DAMAGED("document type")) for part in PARTS),
    *(
        (f"a file of the machine in {part}", _typed(part, OUTSIDE), DAMAGED("document type"))
        for part in PARTS
    ),
    (
        "entities in another encoding",
        _with("xl/workbook.xml", f'<?xml version="1.0" encoding="utf-16"?>{ENTITIES}<x/>'.encode("utf-16")),
        DAMAGED("document type"),
    ),
    ("an encoding that is none", _typed(PARTS[1], '<?xml version="1.0" encoding="no"?>'), DAMAGED()),
    ("no XML", _with("xl/worksheets/sheet1.xml", b"\xff\xfe\x00"), DAMAGED("not XML")),
    ("elements too deep", _rows_of(_deep(1_000)), DAMAGED("too deep")),
    ("two parts of one name", pack(GOOD_PARTS, more=[("XL/Workbook.xml", b"<x/>")]), DAMAGED("same name")),
    ("a part outside", _renamed("xl/workbook.xml", "/etc/workbook"), DAMAGED("leads out")),
    ("a part above", _renamed("xl/workbook.xml", "../workbook.xml"), DAMAGED("leads out")),
    ("a part of Windows", _renamed("xl/workbook.xml", "c:\\workbook.xml"), DAMAGED("leads out")),
    ("parts that share bytes", _overlapping(), DAMAGED("share")),
    ("a part that is locked", _encrypted(), DAMAGED("encrypted")),
    ("a part that lies of its size", _lying(), DAMAGED("unpacked")),
    ("a sheet that is not there", _renamed("xl/worksheets/sheet1.xml", "xl/s.xml"), DAMAGED("not in it")),
    ("a text that is not there", _rows_of('<c t="s"><v>-1</v></c>'), DAMAGED("names a text")),
    ("a format that is not there", _rows_of('<c s="9"><v>1</v></c>'), DAMAGED("names a format")),
    ("a number that is none", _rows_of("<c><v>1_0</v></c>"), DAMAGED("holds none")),
    ("a kind that is none", _rows_of('<c t="x"><v>1</v></c>'), DAMAGED("kind")),
    ("a cell twice", _rows_of('<c r="A2"><v>1</v></c><c r="A2"><v>2</v></c>'), DAMAGED("not in order")),
    ("a cell of another row", _rows_of('<c r="A3"><v>1</v></c>'), DAMAGED("row of another")),
    ("a column that is none", _rows_of('<c r="XFE2"><v>1</v></c>'), DAMAGED("not in order")),
    ("a column without end", _rows_of(f'<c r="{"Z" * 10_000}2"><v>1</v></c>'), DAMAGED("no column")),
    (
        "a row twice",
        _with(PARTS[3], ORDERS.replace('<row r="2">', '<row r="1">')),
        DAMAGED("rows are not in order"),
    ),
    ("a row beyond all", _with(PARTS[3], ORDERS.replace('r="2"', 'r="1048577"')), DAMAGED("not in order")),
    (
        "an old workbook",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"),
        DAMAGED(".xls"),
    ),
    (
        "an encrypted workbook",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        DAMAGED("without a password"),
    ),
    ("an old letter", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), DAMAGED("no workbook")),
    ("a binary workbook", pack({"xl/workbook.bin": b"x", "[Content_Types].xml": b""}), DAMAGED(".xlsb")),
    ("an OpenDocument file", pack({"mimetype": b"x", "content.xml": b"<x/>"}), DAMAGED(".ods")),
    ("a letter", pack({"[Content_Types].xml": b"", "word/document.xml": b""}), DAMAGED("no workbook")),
    ("a workbook that is cut", pack(GOOD_PARTS)[:-30], DAMAGED()),
    ("an empty sheet", _with(PARTS[3], sheet()), refused("empty_file")),
    ("the last cell of all, without a value", _far(), taken()),
    ("the last cell of all", _far_filled(), rejected("2 - column_count")),
)

SIZES: tuple[tuple[str, Callable[[], bytes], Answer], ...] = (
    (
        "600 MB of shared texts",
        lambda: _unpacking_to(600, "xl/sharedStrings.xml", f'<sst xmlns="{MAIN}"><si><t>', "</t></si></sst>"),
        LARGE,
    ),
    (
        "a sheet of 600 MB",
        lambda: _unpacking_to(600, PARTS[3], ORDERS.removesuffix("</worksheet>") + "<x>", "</x></worksheet>"),
        LARGE,
    ),
    (
        "a tag of 60 MB",
        lambda: _unpacking_to(60, PARTS[3], f'<worksheet xmlns="{MAIN}" x="', '"/>'),
        DAMAGED("no end"),
    ),
    ("a text of 32,000 characters in 200,000 cells", lambda: _texts(200_000), LARGE),
    ("10,001 parts", _many_parts, Answer("refused", lines=frozenset())),
    ("400,000 rows of empty cells", lambda: _styled(400_000), taken()),
)

ATTACKS = (
    *(Attack("workbook", name, content, answer, file_name=b"a.xlsx") for name, content, answer in SMALL),
    *(Attack("size", name, content, answer, file_name=b"a.xlsx") for name, content, answer in SIZES),
)
