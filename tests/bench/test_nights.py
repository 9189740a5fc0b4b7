"""Tests that a night of the bench is what it says: orders, demand and shelves of a shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.bench.merchants import MERCHANTS
from tests.bench.sharing_loop import deal
from tests.bench.warehouse_full import POOL, make_books, read_books, write_books

if TYPE_CHECKING:
    from pathlib import Path


def test_orders_have_one_to_six_lines() -> None:
    lines = make_books(6_000, shape="harsh").order_lines
    sizes = lines.group_by("client_id", "order_id").agg(size=pl.len(), last=pl.col("line_no").max())
    counts = sizes.group_by("size").agg(orders=pl.len())
    assert lines.height == 6_000
    assert (sizes["size"] == sizes["last"]).all()
    assert sorted(counts["size"]) == [1, 2, 3, 4, 5, 6]
    assert counts["orders"].min() == pytest.approx(sizes.height / 6, rel=0.2)


def test_skus_are_wanted_by_zipfs_law() -> None:
    wanted = make_books(60_000, shape="harsh", skus=1_000).order_lines["sku"].value_counts(sort=True)["count"]
    assert wanted[0] == pytest.approx(10 * wanted[9], rel=0.2)
    assert wanted[0] == pytest.approx(100 * wanted[99], rel=0.4)


def test_realistic_shelves_are_full_empty_or_short() -> None:
    books = make_books(60_000, shape="realistic", skus=3_000)
    wanted = books.order_lines.group_by("client_id", "sku", warehouse_id="warehouse_ids").agg(
        pl.col("open_qty").sum()
    )
    there = books.stock_balances.group_by(POOL).agg(pl.col("qty").sum())
    pools = wanted.join(there, on=POOL, how="left").with_columns(pl.col("qty").fill_null(0))
    shares = pools.select(
        full=(pl.col("qty") >= pl.col("open_qty")).mean(),
        empty=(pl.col("qty") == 0).mean(),
        short=((pl.col("qty") > 0) & (pl.col("qty") < pl.col("open_qty"))).mean(),
    ).row(0)
    assert shares == pytest.approx((0.7, 0.2, 0.1), abs=0.02)


def test_all_harsh_shelves_hold_half_of_what_is_wanted() -> None:
    books = make_books(6_000, shape="harsh", policy="mixed")
    there, wanted = books.stock_balances["qty"].sum(), books.order_lines["open_qty"].sum()
    assert int(there) == pytest.approx(int(wanted) / 2, rel=0.04)


def test_some_merchants_ship_complete_orders_from_several_warehouses() -> None:
    lines = make_books(9_000, shape="harsh", policy="mixed").order_lines
    orders = lines.filter(pl.col("client_id") == "split_1").unique(["order_id"])
    assert (orders["ship_rule"] == "order_complete").mean() == pytest.approx(0.3, abs=0.08)
    assert orders["warehouse_ids"].n_unique() == 12
    assert lines["client_id"].unique().sort().to_list() == [who.client_id for who in MERCHANTS["mixed"]]


def test_some_merchants_keep_a_fifth_of_their_most_wanted_units_for_wholesale() -> None:
    books = make_books(30_000, shape="harsh", policy="mixed")
    kept = books.fence_balances
    shelves = books.stock_balances.join(kept, on=POOL, how="semi").group_by(POOL).agg(pl.col("qty").sum())
    assert sorted(kept["client_id"].unique()) == ["fenced_1", "fenced_2"]
    assert int(kept["left_qty"].sum()) == pytest.approx(int(shelves["qty"].sum()) / 5, rel=0.02)
    fenced = books.order_lines.filter(pl.col("client_id") == "fenced_1")
    assert (fenced["channel"] == "b2b").mean() == pytest.approx(0.2, abs=0.05)


@pytest.mark.parametrize(
    ("wants", "units", "got"),
    [([5, 30, 30], 20, [5, 8, 7]), ([3, 3, 3], 9, [3, 3, 3]), ([9, 9], 0, [0, 0]), ([1, 2, 9], 7, [1, 2, 4])],
)
def test_the_loop_shares_by_an_equal_level(wants: list[int], units: int, got: list[int]) -> None:
    assert deal(wants, units) == got


def test_a_seed_makes_a_night_and_files_keep_it(tmp_path: Path) -> None:
    write_books(make_books(300, shape="realistic", seed=3), tmp_path)
    again = make_books(300, shape="realistic", seed=3).tables()
    other = make_books(300, shape="realistic", seed=4).tables()
    kept = read_books(tmp_path).tables()
    assert all(kept[name].equals(again[name]) for name in kept)
    assert not kept["order_lines"].equals(other["order_lines"])
