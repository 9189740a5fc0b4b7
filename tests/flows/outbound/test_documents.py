"""Documents and their writing."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import polars as pl
import pytest

from flows.outbound.documents import Document, LongDocument, csv_content, path_label, write_documents
from schemas.errors import InvariantError
from tests.frames import NIGHT

if TYPE_CHECKING:
    from pathlib import Path


def test_documents_stand_below_the_folder(tmp_path: Path) -> None:
    written = write_documents([Document("b/two.txt", b"2"), Document("a.txt", b"1")], tmp_path)
    assert written == {"b/two.txt": sha256(b"2").hexdigest(), "a.txt": sha256(b"1").hexdigest()}
    assert (tmp_path / "b" / "two.txt").read_bytes() == b"2"


def test_one_path_is_never_written_twice(tmp_path: Path) -> None:
    with pytest.raises(InvariantError, match=r"a\.txt is written twice"):
        write_documents([Document("a.txt", b"1"), Document("a.txt", b"2")], tmp_path)
    assert (tmp_path / "a.txt").read_bytes() == b"1"
    written = write_documents([LongDocument("a.txt", lambda: [b"3", b"4"])], tmp_path, over=True)
    assert written == {"a.txt": sha256(b"34").hexdigest()}
    assert (tmp_path / "a.txt").read_bytes() == b"34"


def test_csv_has_line_feeds_iso_dates_and_nothing_for_null() -> None:
    rows = pl.DataFrame({"day": [NIGHT, None], "name": ['a "b", c', "plain"], "done": [True, False]})
    assert csv_content(rows) == b'day,name,done\n2026-03-02,"a ""b"", c",true\n,plain,false\n'


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("orders 1.csv", "orders 1.csv"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("..", "_"),
        (".hidden", "hidden"),
        ("naïve\n.csv", "na_ve_.csv"),
        ("x" * 500, "x" * 120),
    ],
)
def test_a_name_from_outside_never_leaves_its_folder(name: str, label: str) -> None:
    assert path_label(name) == label
