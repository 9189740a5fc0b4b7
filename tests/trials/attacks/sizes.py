"""Files that are large in one way: each is read by itself as well, within 10 seconds and 1 GiB."""

from __future__ import annotations

import gzip
import io
import zipfile
from functools import partial
from typing import TYPE_CHECKING

from tests.trials.attacks.answer import GOOD, HEADER, Answer, Attack, orders, refused, taken

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TIME = "2026-03-02 09:00"
BOUNDED = partial(refused, "")
"""Refused under whatever code, with what is too large."""


def _columns(number: int) -> bytes:
    more = number - HEADER.count(",") - 1
    return orders(
        "O1,1,A,4," + TIME + ",x" * more, header=HEADER + "".join(f",c{column}" for column in range(more))
    )


def _wide(number: int) -> bytes:
    more = number - HEADER.count(",") - 1
    header = HEADER + "".join(f",c{column}" for column in range(more))
    return f"{header}\n{GOOD}{',' * more}\n".encode()


def _rows(number: int, row: str) -> bytes:
    return (HEADER + "\n" + "".join(row.format(n=n) + "\n" for n in range(1, number + 1))).encode()


def _bomb() -> bytes:
    return gzip.compress(gzip.compress(bytes(300_000_000), 9), 9)


def _workbook() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(50_000_000))
    return made.getvalue()


SIZES: tuple[tuple[str, Callable[[], bytes], Answer], ...] = (
    ("2,000 columns", lambda: _wide(2_000), taken()),
    ("2,001 columns", lambda: _wide(2_001), BOUNDED("column")),
    ("20,000 columns", lambda: _columns(20_000), BOUNDED("column")),
    ("a million columns", lambda: b"," * 1_000_000 + b"\n", BOUNDED("column")),
    ("one line of 200 MB", lambda: b"a" * 200_000_000, BOUNDED()),
    (
        "one line of 200 MB below a header",
        lambda: HEADER.encode() + b"\n" + b"a" * 200_000_000,
        Answer("loaded|refused"),
    ),
    (
        "one line of 200 MB in marks",
        lambda: HEADER.encode() + b'\n"' + b"a," * 100_000_000,
        Answer("loaded|refused"),
    ),
    ("a name of 50 MB", lambda: b"a" * 50_000_000 + b"," + HEADER.encode() + b"\n", BOUNDED()),
    (
        "50 MB of line ends",
        lambda: HEADER.encode() + b"\n" * 50_000_000,
        Answer("loaded|refused", lines=frozenset()),
    ),
    (
        "50 MB of marks",
        lambda: HEADER.encode() + b"\n" + b'"' * 50_000_000,
        Answer("loaded|refused", lines=frozenset()),
    ),
    (
        "200,000 marks that are never closed",
        lambda: _rows(200_000, '"O{n},1,A,4,' + TIME),
        Answer("loaded|refused", lines=frozenset()),
    ),
    (
        "200,000 rows that are rejected",
        lambda: _rows(200_000, "O{n},1,A,x," + TIME),
        Answer("loaded|refused", lines=frozenset()),
    ),
    ("200,000 rows of one order", lambda: _rows(200_000, "O1,{n},A,1," + TIME), Answer("loaded|refused")),
    (
        "100,000 rows of one key",
        lambda: _rows(100_000, "O1,1,A,{n}," + TIME),
        Answer("loaded|refused", lines=frozenset()),
    ),
    (
        "20,000 rows over 60 lines",
        lambda: _rows(20_000, '"O{n}' + "\n" * 60 + '",1,A,4,' + TIME),
        Answer("loaded"),  # what stands around a text is no part of it, line ends either
    ),
    (
        "2,000 quantities at the upper end",
        lambda: _rows(2_000, "O{n},1,A,999999999999," + TIME),
        Answer("loaded"),
    ),
    ("a bomb of gzip", _bomb, refused("unreadable")),
    ("a bomb of zip", _workbook, refused("bad_encoding")),
)


def _many_files(folder: Path) -> None:
    for number in range(300):
        (folder / f"{number}.csv").write_bytes(b"")
    (folder / "a.csv").write_bytes(orders())


ATTACKS = (
    *(Attack("size", name, content, answer) for name, content, answer in SIZES),
    Attack("size", "300 files without a byte", b"", taken(), drop=_many_files),
)
