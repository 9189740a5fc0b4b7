"""Tests that what the bench compares can be compared: same books, same units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bench.contenders import run_floor, run_loop, run_plan
from tests.bench.warehouse_full import make_books, read_books, write_books

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("shape", ["realistic", "harsh"])
def test_the_plan_gives_the_units_that_the_loop_gives(shape: str, tmp_path: Path) -> None:
    write_books(make_books(600, shape=shape, skus=7), tmp_path)
    units = run_loop(tmp_path)[1]
    assert run_plan(tmp_path)[1] == units
    assert sum(units.values()) > 0
    run_floor(tmp_path)
    assert (tmp_path / "floor.sorted").is_file()


def test_a_number_of_skus_is_kept(tmp_path: Path) -> None:
    write_books(make_books(3_000, shape="harsh", skus=5), tmp_path)
    lines = read_books(tmp_path).order_lines
    assert (lines.height, lines["sku"].n_unique(), lines["warehouse_ids"].n_unique()) == (3_000, 5, 3)
