"""Cases of cells that are no text, of packed files, and of records within others."""

from __future__ import annotations

import gzip
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from tests.trials.defects.judging import Case
from tests.trials.defects.tables import D1, HEADER, ROWS, TABLE
from tests.trials.defects.writing import NAMED, write, write_csv, zipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.trials.defects.judging import Row
    from tests.trials.defects.writing import Grid


def _typed(cells: Sequence[Sequence[Any]]) -> Grid:
    """The table with typed cells."""
    return [HEADER, *cells]


def typed_days() -> Iterator[Case]:
    """Days and times that are no text."""
    days = _typed([[order, sku, qty, day] for order, sku, qty, day in ROWS])
    moments = _typed([[o, s, q, datetime(d.year, d.month, d.day, 14, 30)] for o, s, q, d in ROWS])  # noqa: DTZ001
    for name in ("xlsx", "xlsx.zip", "parquet", "parquet.zip"):
        for pattern in ("%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y"):
            yield Case(
                name, "typed days", f"days, {pattern}", write(days, name), {"date_format": pattern}, ROWS
            )
            yield Case(
                name, "typed days", f"times, {pattern}", write(moments, name), {"date_format": pattern}, ROWS
            )
    yield Case("xlsx", "typed days", "days since 1904", write(days, "xlsx", is_1904=True), {}, ROWS)
    mixed = _typed(
        [["O1", "A", 1, date(2026, 4, 3)], ["O2", "B", 1, "25/04/2026"], ["O3", "C", 1, date(2026, 12, 1)]]
    )
    swapped = [("day_or_month", "ordered_at")] * 2
    rows: list[Row] = [("O2", "B", 1, date(2026, 4, 25))]
    settings = {"date_format": "%d/%m/%Y"}
    yield Case(
        "xlsx", "typed days", "days that a spreadsheet swapped", write(mixed, "xlsx"), settings, rows, swapped
    )


def typed_ids() -> Iterator[Case]:
    """Ids and quantities that are numbers."""
    plain: list[Row] = [("4711", "17", 3, D1), ("4712", "18", 1200, D1)]
    numbers = _typed([[int(order), int(sku), qty, D1] for order, sku, qty, _ in plain])
    halves = _typed([[float(order), float(sku), float(qty), D1] for order, sku, qty, _ in plain])
    for name in ("xlsx", "xlsx.zip", *NAMED):
        yield Case(name, "typed ids", "whole numbers", write(numbers, name), {}, plain)
        yield Case(name, "typed ids", "ids with a fraction of nought", write(halves, name), {}, plain)
    noughts = write(_typed([[123, 17, 3, D1], [4711, 18, 1, D1]]), "xlsx", formats={0: "000000", 1: "00000"})
    shown: list[Row] = [("000123", "00017", 3, D1), ("004711", "00018", 1, D1)]
    yield Case("xlsx", "typed ids", "noughts that a format shows", noughts, {}, shown)
    far = _typed([[1234567890123456789, "A", 3, D1], ["O2", "B", 1, D1]])
    kept: list[Row] = [("O2", "B", 1, D1)]
    yield Case(
        "xlsx",
        "typed ids",
        "more digits than are kept",
        write(far, "xlsx"),
        {},
        kept,
        [("lost_digits", "order_id")],
    )
    exact: list[Row] = [("1234567890123456789", "A", 3, D1)]
    for name in NAMED:
        yield Case(name, "typed ids", "nineteen digits", write(far[:2], name), {}, exact)


def typed_numbers() -> Iterator[Case]:
    """Numbers with a fraction: none of them can be a thousand, and a text beside them can."""
    weighed: list[Row] = [("4711", "17", 3, D1), ("4712", "18", 24, D1)]
    halves = _typed([["4711", "17", 3, D1], ["4712", "18", 24.0, D1], ["4713", "19", 1.125, D1]])
    beside = _typed([*halves[1:], ["4714", "20", "1.000", D1]])
    part = [("not_whole", "qty")]
    for name in ("xlsx", "xlsx.zip", *NAMED):
        yield Case(
            name, "typed numbers", "a fraction of three digits", write(halves, name), {}, weighed, part
        )
    for name in ("xlsx", "xlsx.zip", "json", "ndjson", "ndjson.gz"):
        yield Case(
            name, "typed numbers", "a text beside numbers", write(beside, name), {}, weighed,
            [("ambiguous_number", "qty"), *part],
        )  # fmt: skip
    noughts = write(halves[:3], "xlsx", formats={2: "0.000"})
    yield Case("xlsx", "typed numbers", "noughts that a format shows", noughts, {}, weighed)


def packing() -> Iterator[Case]:
    """Packed files that are none, or hold others."""
    content = write_csv(TABLE)
    for name, defect, packed, code in (
        ("csv.gz", "cut off", gzip.compress(content)[:-10], "unreadable"),
        ("csv.gz", "changed", gzip.compress(content)[:-6] + b"abcdef", "unreadable"),
        ("csv.gz", "packed twice", gzip.compress(gzip.compress(content)), "unreadable"),
        ("csv.gz", "it explodes", gzip.compress(b"a" * (65 << 20)), "too_large"),
        ("csv.zip", "cut off", zipped({"a": content})[:-20], "unreadable"),
        ("csv.zip", "two files", zipped({"a": content, "b": content}), "unreadable"),
        ("csv.zip", "no file", zipped({}), "empty_file"),
        ("csv.zip", "it explodes", zipped({"a": b"a" * (65 << 20)}), "too_large"),
        ("xlsx", "cut off", write(TABLE, "xlsx")[:-100], "unreadable"),
        ("xlsx", "old Excel, or locked", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000), "unreadable"),
        ("parquet", "cut off", write(TABLE, "parquet")[:-10], "unreadable"),
        (
            "parquet",
            "changed",
            write(TABLE, "parquet")[:-60] + bytes(52) + b"\x00\x00\x00\x08PAR1",
            "unreadable",
        ),
    ):
        yield Case(name, "packing", defect, packed, {}, refusal=code)
    beside = zipped({"__MACOSX/._a.csv": b"x", "in/a.csv": content, "in/": b""})
    yield Case("csv.zip", "packing", "what a Mac packs along", beside, {}, ROWS)
    parts = gzip.compress(content[:30]) + gzip.compress(content[30:])
    yield Case("csv.gz", "packing", "in two parts", parts, {}, ROWS)


def records() -> Iterator[Case]:
    """Records within others."""
    lines = {"lines": "items", "columns": {"sku": "items.sku", "qty": "items.qty"}}
    first = '{"order_id": "000123", "ordered_at": "2026-02-03", "items": [{"sku": "A-1", "qty": 3}, '
    first += '{"sku": "K\\u00e4se-1", "qty": 12.0}]}'
    second = '{"order_id": 4711, "ordered_at": "2026-02-13", "items": [{"sku": "00017", "qty": 1.2e3}]}'
    for defect, text, settings in (
        ("an array", f"[{first}, {second}]", {}),
        ("one array in an object", f'{{"page": 1, "orders": [{first}, {second}]}}', {}),
        ("at a path", f'{{"a": [{{}}], "data": {{"rows": [{first}, {second}]}}}}', {"records": "data.rows"}),
        ("one a line", f"{first}\n\n{second}\n", {}),
    ):
        yield Case("json", "records", defect, text.encode(), lines | settings, ROWS)
        yield Case("json", "records", f"{defect}, UTF-16", text.encode("utf-16"), lines | settings, ROWS)
    for defect, text, code in (
        ("cut off", f"[{first}, {second[:-5]}", "unreadable"),
        ("several arrays", f'{{"a": [{first}], "b": [{second}]}}', "missing_column"),
        ("deeper than can be read", "[" * 100_000, "unreadable"),
    ):
        yield Case("json", "records", defect, text.encode(), lines, refusal=code)
    twice = f'{first}\n{{"order_id": "O9", "order_id": "O8", "items": []}}\n{second}\n'
    yield Case("json", "records", "a value named twice", twice.encode(), lines, ROWS, [("named_twice", "")])
    broken = f'{first}\n{{"order_id": "O9"\n{second}\n'
    yield Case("json", "records", "a line that is none", broken.encode(), lines, ROWS, [("not_a_record", "")])
