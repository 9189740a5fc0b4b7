"""A file that is still being written lacks the end of its format."""

from __future__ import annotations

import gzip
import io

import polars as pl
import pytest

from flows.inbound.taking import file_end
from flows.inbound.taking.file_end import is_whole
from tests.flows.inbound.formats.workbooks.books import header, pack, parts, sheet


def whole(content: bytes) -> bool:
    return is_whole(lambda count, place: content[place : place + count], len(content), "utf-8")


def parquet() -> bytes:
    made = io.BytesIO()
    pl.DataFrame({"sku": ["A"]}).write_parquet(made)
    return made.getvalue()


TEXT = b"sku,qty\nA,1\nB,2\n"
WHOLE = {
    "text": TEXT,
    "workbook": pack(parts({"Orders": sheet(header("sku", "qty"))})),
    "gzip": gzip.compress(TEXT),
    "two parts of gzip": gzip.compress(TEXT) + gzip.compress(TEXT),
    "parquet": parquet(),
    "records": b'\xef\xbb\xbf [{"sku": "A"},\n {"sku": "B"}] \n',
    "records without a line end": b'[{"sku": "A"}]',
    "lines of records": b'{"sku": "A"}\n{"sku": "B"}',
}  # fmt: skip


@pytest.mark.parametrize("content", WHOLE.values(), ids=WHOLE)
def test_a_file_that_has_its_end_is_whole(content: bytes) -> None:
    assert whole(content)


@pytest.mark.parametrize("content", WHOLE.values(), ids=WHOLE)
def test_a_file_that_is_cut_is_not(content: bytes) -> None:
    half = len(content) * 3 // 5
    assert not whole(content[:half])
    assert not whole(content.rstrip()[:-1])


def test_a_remark_behind_an_archive_belongs_to_it() -> None:
    archive = WHOLE["workbook"][:-2] + (5).to_bytes(2, "little")
    assert whole(archive + b"hello")
    assert not whole(archive + b"hell")


def test_old_workbooks_and_damaged_ones_wait_for_nothing() -> None:
    assert whole(bytes.fromhex("d0cf11e0") + b"x")
    assert whole(b"\x1f\x8b" + b"x" * 30)


def test_of_a_large_packed_file_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    content = gzip.compress(bytes(3 << 20))
    assert whole(content)
    monkeypatch.setattr(file_end, "MOST_UNPACKED", 1 << 20)
    assert not whole(content)
    monkeypatch.setattr(file_end, "MOST_PACKED", 10)
    assert not whole(content)
