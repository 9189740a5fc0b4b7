"""Records, Parquet and packed files: the same rows as from delimited text, or a reason with its place."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from flows.inbound.formats.files import FileReader
from flows.inbound.formats.unpacking import FREE_UNPACKED
from schemas.intake.refusal import Refusal
from schemas.settings.client import FeedSettings
from schemas.vocabulary.codes import ReasonCode
from transforms.intake.rows.raw_rows import FAULT, SHEET_ROW, TYPED_NUMBER, RawRows, lost_cell, own_headers

CSV = b"order_id,sku,qty\nO1,A,1\n"


def rows_of(content: bytes, **settings: object) -> list[dict[str, str | None]]:
    """The client's cells of every row; whether a number was typed is left out."""
    raw = raw_of(content, **settings)
    return raw.frame.select(pl.col(own_headers(raw.frame)).str.strip_prefix(TYPED_NUMBER)).to_dicts()


def raw_of(content: bytes, **settings: object) -> RawRows:
    """The rows of a file that is not refused."""
    raw = FileReader().read(content, FeedSettings.model_validate(settings))
    assert isinstance(raw, RawRows), raw
    return raw


def refusal_of(content: bytes, **settings: object) -> Refusal:
    """The refusal of a file that has one."""
    refusal = FileReader().read(content, FeedSettings.model_validate(settings))
    assert isinstance(refusal, Refusal), refusal
    return refusal


def zipped(members: dict[str, bytes]) -> bytes:
    """An archive of files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def parquet_of(frame: pl.DataFrame) -> bytes:
    """A frame as a file."""
    written = io.BytesIO()
    frame.write_parquet(written)
    return written.getvalue()


ORDERS: list[dict[str, object]] = [
    {
        "id": 1234567890123456789,
        "buyer": {"name": "Zoë"},
        "tags": ["a", "b"],
        "items": [{"sku": "A", "qty": 2.0}],
    },
    {"id": 2, "buyer": None, "items": [{"sku": "007", "qty": 1.5}, {"sku": "B", "qty": 3}]},
    {"id": 3, "items": []},
]
LINES: list[dict[str, str | None]] = [
    {"id": "1234567890123456789", "tags": "a|b", "buyer.name": "Zoë", "items.sku": "A", "items.qty": "2"},
    {"id": "2", "tags": None, "buyer.name": None, "items.sku": "007", "items.qty": "1.5"},
    {"id": "2", "tags": None, "buyer.name": None, "items.sku": "B", "items.qty": "3"},
    {"id": "3", "tags": None, "buyer.name": None, "items.sku": None, "items.qty": None},
]


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(ORDERS).encode(),
        json.dumps({"page": 1, "orders": ORDERS}, indent=1).encode(),
        "\n".join(json.dumps(order) for order in ORDERS).encode(),
        json.dumps(ORDERS, ensure_ascii=False).encode("utf-8-sig"),
        json.dumps(ORDERS).encode("utf-16"),
    ],
)
def test_a_line_is_a_row_with_the_values_of_its_record(content: bytes) -> None:
    read = rows_of(content, lines="items")
    told = [{name: row.get(name) for name in LINES[0]} for row in read]
    assert told == LINES


def test_records_may_stand_at_a_path_and_lines_within_arrays() -> None:
    deep = {
        "data": {"rows": [{"n": 1, "parts": [{"of": [{"sku": "A"}]}, {"of": [{"sku": "B"}]}]}], "other": [{}]}
    }
    told = rows_of(json.dumps(deep).encode(), records="data.rows", lines="parts.of")
    assert [row["parts.of.sku"] for row in told] == ["A", "B"]
    refusal = refusal_of(json.dumps({"a": [{}], "b": [{}]}).encode())
    assert (refusal.code, "2 arrays" in refusal.detail) == (ReasonCode.MISSING_COLUMN, True)
    assert refusal_of(b'{"a": 1}', records="b").code is ReasonCode.MISSING_COLUMN


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("12.50", "12.50"), ("12.0", "12"), ("1e3", "1000"), ("1E-3", "0.001"), ("1e99", "1e99"),
        ("-0.0", "-0"),
        ("123456789012345678901", "123456789012345678901"), ("true", "true"), ("null", None), ("NaN", None),
        ('"1e3"', "1e3"), ('"007"', "007"), ('" x "', " x "), ("[1, 2]", "1|2"),
    ],
)  # fmt: skip
def test_numbers_keep_their_digits(written: str, read: str | None) -> None:
    assert rows_of(f'[{{"a": {written}, "b": 1}}]'.encode())[0]["a"] == read


def test_numbers_are_written_with_the_mark_of_the_feed() -> None:
    assert rows_of(b'[{"a": 12.5}]', decimal_mark=",") == [{"a": "12,5"}]


@pytest.mark.parametrize(
    "content",
    [
        b'[{"qty": 1.125, "text": "1.125", "whole": 2.0, "sizes": [1.5]}]',
        parquet_of(pl.DataFrame({"qty": [1.125], "text": ["1.125"], "whole": [2.0], "sizes": [[1.5]]})),
        parquet_of(
            pl.DataFrame({"qty": [Decimal("1.125")], "text": ["1.125"], "whole": [2], "sizes": "1.5"})
        ),
    ],
)
def test_of_a_number_that_is_no_text_its_mark_is_sure(content: bytes) -> None:
    (row,) = raw_of(content).frame.select("qty", "text", "whole", "sizes").rows()
    assert row == (f"{TYPED_NUMBER}1.125", "1.125", "2", "1.5")


def test_broken_records_cost_their_own_row() -> None:
    content = b'{"a": 1}\n{"a": 2, "a": 3}\n{"a": 4\n\n[5]\n{"a": 6, "b": "\\u0000"}\n'
    raw = raw_of(content)
    assert raw.frame.select(SHEET_ROW, FAULT, "a").rows() == [
        (1, None, "1"), (2, "named_twice", None), (3, "not_a_record", None), (5, "not_a_record", None),
        (6, None, "6"),
    ]  # fmt: skip
    assert raw.frame["b"][4] == lost_cell(ReasonCode.BAD_CHARACTERS)
    assert raw.faults["text"].to_list() == ["", '{"a": 4', "[5]"]


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b'[{"a": 1}, {"a": 2]', ReasonCode.UNREADABLE, "line 1, character 19"),
        (b"[" * 200_000, ReasonCode.UNREADABLE, "too deep"),
        (b'[{"a": "\xff"}]', ReasonCode.BAD_ENCODING, "byte 8"),
        (b"[{}]", ReasonCode.EMPTY_FILE, "no record"),
        (json.dumps([{f"c{n}": 1 for n in range(3_000)}]).encode(), ReasonCode.TOO_LARGE, "2,000"),
        (b"PAR1xxxx", ReasonCode.UNREADABLE, "end"),
        (b"PAR1" + b"x" * 100 + b"PAR1", ReasonCode.UNREADABLE, "Parquet"),
        (gzip.compress(CSV)[:-9], ReasonCode.UNREADABLE, "too early"),
        (gzip.compress(CSV)[:-6] + b"123456", ReasonCode.UNREADABLE, "damaged"),
        (gzip.compress(CSV) + b"tail", ReasonCode.UNREADABLE, "behind"),
        (gzip.compress(gzip.compress(CSV)), ReasonCode.UNREADABLE, "twice"),
        (zipped({"a.csv": CSV, "b.csv": CSV}), ReasonCode.UNREADABLE, "2 files"),
        (zipped({}), ReasonCode.EMPTY_FILE, "no file"),
        (zipped({"a": CSV})[:-30], ReasonCode.UNREADABLE, "damaged"),
        (zipped({"a": zipped({"a": CSV})}), ReasonCode.UNREADABLE, "twice"),
        (zipped({f"f{n}": b"" for n in range(1_001)}), ReasonCode.UNREADABLE, "1,001 files"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_where_and_why(content: bytes, code: ReasonCode, words: str) -> None:
    refusal = refusal_of(content)
    assert refusal.code is code
    assert words in refusal.detail


@pytest.mark.parametrize("is_zip", [False, True])
def test_what_explodes_is_given_up_at_its_bound(is_zip: bool) -> None:  # noqa: FBT001 -- one of the cases
    bomb = b"a" * (FREE_UNPACKED + 1)
    refusal = refusal_of(zipped({"a": bomb}) if is_zip else gzip.compress(bomb))
    assert (refusal.code, "MiB" in refusal.detail) == (ReasonCode.TOO_LARGE, True)


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(CSV), gzip.compress(CSV[:20]) + gzip.compress(CSV[20:]), zipped({"orders.csv": CSV}),
        zipped({"__MACOSX/._x": b"y", "in/orders.csv": CSV, "in/": b""}),
        gzip.compress(b'[{"order_id": "O1", "sku": "A", "qty": 1}]'),
        zipped({"x": parquet_of(pl.DataFrame({"order_id": ["O1"], "sku": ["A"], "qty": [1]}))}),
    ],
)  # fmt: skip
def test_a_packed_file_is_the_file_within(content: bytes) -> None:
    assert rows_of(content) == [{"order_id": "O1", "sku": "A", "qty": "1"}]


def test_typed_columns_become_the_texts_of_cells() -> None:
    moment = datetime(2026, 3, 2, 9, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    frame = pl.DataFrame(
        {
            "id": [10045.0, None, 2.0**60], "price": [12.5, float("nan"), 0.1],
            "cost": [Decimal("1.50"), None, None],
            "day": [date(2026, 3, 2)] * 3, "midnight": [datetime(2026, 3, 2)] * 3,  # noqa: DTZ001
            "at": [datetime(2026, 3, 2, 9, 30)] * 3, "zoned": [moment] * 3,  # noqa: DTZ001
            "flag": [True, False, None], "tags": [["a", "b"], [], None], "who": [{"name": "Zoë"}, None, None],
            "raw": [b"x", b"\xff", None],
        }
    )  # fmt: skip
    first, second, third = rows_of(parquet_of(frame), date_format="%d.%m.%Y", decimal_mark=",")
    assert first == {
        "id": "10045", "price": "12,5", "cost": "1,5", "day": "02.03.2026", "midnight": "02.03.2026",
        "at": "02.03.2026 09:30:00.000000", "zoned": "2026-03-02T08:30:00.000000Z",
        "flag": "true", "tags": "a|b",
        "who.name": "Zoë", "raw": "x",
    }  # fmt: skip
    assert (second["id"], second["price"], second["tags"]) == (None, None, None)
    assert second["raw"] == lost_cell(ReasonCode.BAD_CHARACTERS)
    assert (third["id"], third["price"]) == (lost_cell(ReasonCode.LOST_DIGITS), "0,1")


def test_lines_of_parquet_become_rows() -> None:
    frame = pl.DataFrame({"no": ["O1", "O2"], "items": [[{"sku": "A"}, {"sku": "B"}], [{"sku": "C"}]]})
    raw = raw_of(parquet_of(frame), lines="items")
    assert raw.frame.select("no", "items.sku", SHEET_ROW).rows() == [
        ("O1", "A", 1),
        ("O1", "B", 1),
        ("O2", "C", 2),
    ]
