"""Units that stay on the shelf although a line waits for them."""

from __future__ import annotations

import polars as pl
import pytest

from schemas.results import QueuePosition
from tests.frames import NIGHT, frame_of
from tests.transforms.simulation.nights import Row, books_of, later, standing
from transforms.simulation.idle import find_idle_units

MILLION = 10**6


def idle(stock: list[Row], lines: list[Row], **tables: list[Row]) -> dict[str, tuple[int, int]]:
    """Idle units, and of them reserved ones, by warehouse."""
    books = books_of(stock_balances=stock, order_lines=lines, **tables)
    standings = [standing(line_no=line.get("line_no", 1), is_due=line.get("line_no") != 9) for line in lines]
    found = find_idle_units(books, frame_of(QueuePosition, *standings), NIGHT)
    return {
        row["warehouse_id"]: (int(row["idle_qty"]) // MILLION, int(row["idle_reserved_qty"]) // MILLION)
        for row in found.iter_rows(named=True)
    }


@pytest.mark.parametrize(("free", "wanted", "left"), [(5, 3, 3), (3, 5, 3), (4, 4, 4)])
def test_of_a_pool_no_more_is_idle_than_lies_there_and_than_waits(free: int, wanted: int, left: int) -> None:
    assert idle([{"qty": free}], [{"open_qty": wanted}]) == {"W1": (left, 0)}


def test_nothing_is_idle_where_nobody_waits() -> None:
    assert idle([{"qty": 5}], [{"released_qty": 5}]) == {}
    assert idle([{"qty": 5}], [{"sku": "B", "open_qty": 5}]) == {}


def test_a_line_that_is_not_due_waits_for_nothing() -> None:
    assert idle([{"qty": 5}], [{"line_no": 9, "open_qty": 3}]) == {}


def test_units_on_hold_expired_or_kept_back_are_not_idle() -> None:
    """Of 10: 2 on hold, 3 past their last day, 4 safety stock; one is left."""
    stock: list[Row] = [
        {"qty": 2, "account": "HOLD"},
        {"qty": 3, "lot_id": "old"},
        {"qty": 5, "lot_id": "new"},
    ]
    lots = [{"lot_id": "old", "expiry_on": later(-1)}, {"lot_id": "new", "expiry_on": later(0)}]
    items = [{"safety_stock_qty": 4}]
    assert idle(stock, [{"open_qty": 9}], stock_lots=lots, items=items) == {"W1": (1, 0)}


def test_units_kept_for_an_order_until_it_is_complete_are_idle() -> None:
    reserved = [{"account": "RESERVED", "warehouse_id": "W1", "sku": "A", "qty": 2}]
    lines: list[Row] = [{"open_qty": 3, "reserved_qty": 2}]
    assert idle([{"qty": 2}], lines, line_balances=reserved) == {"W1": (2, 2)}


def test_a_line_waits_in_each_warehouse_of_its_list_and_in_no_other() -> None:
    stock: list[Row] = [{"qty": 1}, {"qty": 2, "warehouse_id": "W2"}, {"qty": 9, "warehouse_id": "W3"}]
    assert idle(stock, [{"open_qty": 5, "warehouse_ids": "W2|W1"}]) == {"W1": (1, 0), "W2": (2, 0)}


def test_idle_units_of_weighed_goods_are_told_in_millionths() -> None:
    books = books_of(items=[{"decimals": 1}], stock_balances=[{"qty": 25}], order_lines=[{"open_qty": 100}])
    found = find_idle_units(books, frame_of(QueuePosition, standing()), NIGHT)
    assert found.select(pl.col("idle_qty").cast(pl.Int64)).item() == 2_500_000


def test_parts_that_lie_together_are_idle_as_the_kits_they_would_make() -> None:
    """Of 7 and 5 in W1 three kits of two and one; in W2 a part is missing; one kit stands there itself."""
    items = [{"sku": "box", "kit": "mug:2|card:1"}, {"sku": "mug"}, {"sku": "card"}]
    stock: list[Row] = [
        {"sku": "mug", "qty": 7},
        {"sku": "card", "qty": 5},
        {"sku": "box", "qty": 1},
        {"sku": "mug", "qty": 9, "warehouse_id": "W2"},
    ]
    waiting: Row = {"sku": "box", "warehouse_ids": "W1|W2"}
    assert idle(stock, [waiting | {"open_qty": 9}], items=items) == {"W1": (4, 0)}
    assert idle(stock, [waiting | {"open_qty": 2}], items=items) == {"W1": (2, 0)}
