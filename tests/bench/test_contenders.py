"""Tests that what the bench compares can be compared: same books, same units from the same places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from tests.bench.__main__ import table_of
from tests.bench.contenders import CONTENDERS, is_equal, leave_units, run_floor
from tests.bench.merchants import MERCHANTS
from tests.bench.warehouse_full import SHAPES, make_books, write_books

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("policy", MERCHANTS)
@pytest.mark.parametrize("shape", SHAPES)
def test_the_plan_gives_and_promises_what_the_loop_does(shape: str, policy: str, tmp_path: Path) -> None:
    write_books(make_books(1_800, shape=shape, policy=policy, skus=30), tmp_path)
    _run(tmp_path, policy, "loop", "plan")
    assert is_equal(tmp_path, "plan", "loop")
    assert pl.read_parquet(tmp_path / "loop.given")["qty"].sum() > 0
    assert pl.read_parquet(tmp_path / "loop.promised")["qty"].sum() > 0


def test_duckdb_gives_and_promises_what_the_loop_does(tmp_path: Path) -> None:
    write_books(make_books(900, shape="harsh", skus=20), tmp_path)
    _run(tmp_path, "plain", "loop", "duckdb")
    assert is_equal(tmp_path, "duckdb", "loop")


def test_one_unit_less_is_not_equal(tmp_path: Path) -> None:
    write_books(make_books(60, shape="harsh"), tmp_path)
    _run(tmp_path, "plain", "loop", "plan")
    given = pl.read_parquet(tmp_path / "plan.given")
    given.with_columns(pl.col("qty") - (pl.int_range(pl.len()) == 0)).write_parquet(tmp_path / "plan.given")
    assert not is_equal(tmp_path, "plan", "loop")


def test_the_floor_reads_sorts_and_writes_all_lines(tmp_path: Path) -> None:
    write_books(make_books(60, shape="harsh"), tmp_path)
    run_floor(tmp_path, "plain")
    assert pl.read_parquet(tmp_path / "floor.sorted").height == 60


ROW: dict[str, Any] = {
    "policy": "mixed",
    "shape": "harsh",
    "lines": 1_000,
    "plan_s": 2.0,
    "floor_s": 1.0,
    "loop_s": 5.0,
    "duckdb_s": None,
    "lines_per_s": 500,
    "peak_gib": 0.5,
    "equal_to_loop": True,
}


def test_a_table_shows_how_the_plan_compares() -> None:
    _, line = table_of([ROW]).splitlines()
    assert " ".join(line.split()) == "mixed harsh 1,000 2.00 1.00 5.00 - 2.00 2.50 - 500 0.50 True"


def test_a_table_of_several_sizes_shows_how_seconds_grow() -> None:
    more, most = ({"lines": 10**size, "plan_s": 2.1**size, "loop_s": 5.0 * size} for size in (4, 5))
    *_, before_last, last = table_of([ROW | most, ROW, ROW | {"shape": "realistic"}, ROW | more]).splitlines()
    assert before_last == "mixed harsh, 1,000 to 10,000 lines: plan 9.7x, floor 1.0x, loop 4.0x"
    assert last == "mixed harsh, 10,000 to 100,000 lines: plan 2.1x, floor 1.0x, loop 1.2x"


def _run(folder: Path, policy: str, *names: str) -> None:
    """Let the contenders run and leave what they gave."""
    for name in names:
        leave_units(folder, name, CONTENDERS[name](folder, policy))
