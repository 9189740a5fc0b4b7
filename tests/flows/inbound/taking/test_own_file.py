"""A quarantine file that comes back is known by its own columns, whatever it is called and packed in."""

from __future__ import annotations

import gzip
import io
from typing import TYPE_CHECKING

import polars as pl
import pytest

from flows.inbound.taking import own_file
from flows.inbound.taking.own_file import is_own_file
from tests.flows.inbound.dropping import drop, seen_in, workspace_in
from tests.trials.defects.writing import write_xlsx, zipped

if TYPE_CHECKING:
    from pathlib import Path

TEXT = b"x;y\norder_id;bo_file;bo_row\nO1;f;1\n"
OTHER = b"order_id;qty\nO1;1\n"
BOOK = write_xlsx([["a title"], ["order_id", "bo_file", "bo_row"], ["O1", "f", "1"]])


def parquet_of(*columns: str) -> bytes:
    """A file with these columns, whose names stand behind many rows."""
    written = io.BytesIO()
    pl.DataFrame({name: range(100_000) for name in columns}).write_parquet(
        written, compression="uncompressed"
    )
    return written.getvalue()


def is_own(content: bytes) -> bool:
    """What the content says of itself."""
    return is_own_file(lambda size, place: content[place : place + size], len(content))


@pytest.mark.parametrize(
    "content",
    [
        TEXT,
        TEXT.decode().encode("utf-16"),
        gzip.compress(TEXT),
        zipped({"a/": b"", "a/b.csv": TEXT}),
        BOOK,
        zipped({"b.xlsx": BOOK}),
        gzip.compress(BOOK),
        b'[{"bo_file": "f", "bo_row": "1"}]',
        parquet_of("order_id", "bo_file", "bo_row"),
    ],
)
def test_the_columns_of_quarantine_tell_it_in_any_format(content: bytes) -> None:
    assert is_own(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        OTHER,
        b"bo_file only\n",
        gzip.compress(OTHER),
        gzip.compress(TEXT)[:15],
        zipped({"b.csv": OTHER}),
        zipped({f"{number}.csv": TEXT for number in range(own_file.MAX_PARTS + 1)}),
        zipped({"b.csv": TEXT})[:-30],
        write_xlsx([["order_id"], ["O1"]]),
        parquet_of("order_id"),
        b"PK\x03\x04" + bytes(100),
    ],
)
def test_nothing_else_is_one(content: bytes) -> None:
    assert not is_own(content)


def test_a_packed_file_that_is_too_large_is_not_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_file, "MOST_PACKED", 10)
    assert not is_own(gzip.compress(TEXT))


def test_it_is_taken_under_a_name_that_no_pattern_has(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    drop(workspace, "bolt/receipts/Kopie von rec (2).txt", TEXT)
    drop(workspace, "bolt/receipts/other.csv", OTHER)
    (workspace.inbound / "bolt" / "receipts" / "linked.txt").symlink_to(tmp_path / "nowhere")
    told = {seen.file_name: seen.problem for seen in seen_in(workspace)}
    assert told["Kopie von rec (2).txt"] is None
    problem = told["other.csv"]
    assert problem is not None
    assert problem.code == "not_matched"
    assert "bo_file and bo_row" in problem.detail
    assert told["linked.txt"] is not None
