"""Packed keys sort as the columns they stand for."""

from __future__ import annotations

import random

import polars as pl
import pytest

from transforms.allocation.solver.packing import pack_keys

SPANS = {"small": 9, "days": 400, "microseconds": 2**45, "huge": 2**61}


@pytest.mark.parametrize(
    "names", [["small", "days"], ["days", "microseconds"], ["huge", "small"], ["huge", "huge"]]
)
def test_packed_keys_sort_as_the_columns_do(names: list[str]) -> None:
    chance = random.Random(len(names) + SPANS[names[0]])
    columns = {
        f"{place}": [chance.randrange(-5, SPANS[name]) for _ in range(300)]
        for place, name in enumerate(names)
    }
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.Int64)).with_row_index("row")
    packed = frame.with_columns(pack_keys(frame, list(columns)))
    assert packed.sort("packed", "row")["row"].to_list() == frame.sort(*columns, "row")["row"].to_list()


def test_equal_keys_are_packed_equally_and_others_are_not() -> None:
    frame = pl.DataFrame({"a": [1, 1, 2, 1], "b": [7, 7, 7, 8]})
    assert pack_keys(frame, ["a", "b"]).rank("dense").to_list() == [1, 1, 3, 2]


def test_times_in_whole_seconds_lose_nothing() -> None:
    frame = pl.DataFrame({"at": [3_000_000, 1_000_000, 2_000_000]})
    assert pack_keys(frame, ["at"]).to_list() == [2, 0, 1]


def test_nothing_packs_to_nothing() -> None:
    assert pack_keys(pl.DataFrame(schema={"a": pl.Int64}), ["a"]).to_list() == []
