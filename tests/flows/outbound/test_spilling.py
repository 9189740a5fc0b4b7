"""Rows that are too many for memory come back in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from flows.outbound import spilling
from flows.outbound.spilling import Spill

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("few", [0, 5, 100])
def test_rows_of_all_parts_come_in_pieces_by_bytes_and_null_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """Whether each part was written, all of them at once, or none."""
    monkeypatch.setattr(spilling, "FEW", few)
    parts = [
        pl.DataFrame({"key": ["b", None, "a"], "then": [1, 2, 3], "value": ["x", "y", None]}),
        pl.DataFrame(
            {"key": ["Z", "\u00e4", "a", "a "], "then": [4, 5, None, 0], "value": ["", "v", "w", "u"]}
        ),
    ]
    spill = Spill(tmp_path / "spilled")
    for part in parts:
        spill.add(part)
    assert len(spill.written) == {0: 2, 5: 1, 100: 0}[few]
    monkeypatch.setattr(spilling, "PIECE", 2)
    pieces = list(spill.in_order(["value", "then"], ["key", "then"]))
    assert max(piece.height for piece in pieces) <= 2
    expected = pl.concat(parts).sort("key", "then").select("value", "then")
    assert_frame_equal(pl.concat(pieces), expected)


@pytest.mark.parametrize("few", [0, 100])
def test_rows_that_others_gathered_are_taken_over_and_removed_with_their_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(spilling, "FEW", few)
    together = Spill(tmp_path / "together")
    for number in (2, 1):
        other = Spill(tmp_path / f"other {number}")
        other.add(pl.DataFrame({"key": [number, number + 2]}))
        together.join(other)
    assert pl.concat(together.in_order(["key"], ["key"]))["key"].to_list() == [1, 2, 3, 4]
    assert len(together.files()) == {0: 2, 100: 1}[few]
    together.remove()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert together.files() == []
