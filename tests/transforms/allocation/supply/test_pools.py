"""Tests of pools: how a shelf is cut for safety stock, fences and the last days that lines ask for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from schemas.books.catalogue import Item
from schemas.books.orders import LineBalance
from tests.frames import NIGHT, frame_of
from tests.transforms.posting.nights import DAYS, books_of
from transforms.allocation.supply.pools import POOL, Shelves, cut_lots, number_pools

SHELF: dict[str, Any] = {"client_id": "acme", "warehouse_id": "W1", "sku": "A"}
KINDS = {name: pl.String() for name in SHELF}
NO_KITS = pl.DataFrame(schema=dict.fromkeys(POOL[:3], pl.String()) | dict.fromkeys(POOL[3:], pl.Int64()))
NO_EXPECTED: Any = pl.DataFrame(schema=KINDS | {"fence": pl.Int64(), "life": pl.Int64()})


def lots_of(*lots: tuple[str, int, date | None]) -> pl.DataFrame:
    """Usable lots of A, the first to be given out first."""
    rows = [SHELF | {"lot_id": lot, "bin_id": "B1", "expiry_on": day, "qty": qty} for lot, qty, day in lots]
    schema = KINDS | {"lot_id": pl.String(), "bin_id": pl.String(), "expiry_on": pl.Date(), "qty": pl.Int64()}
    return pl.DataFrame(rows, schema=schema)


def shelves(*kept: int, asked: tuple[date, ...] = ()) -> Shelves:
    """Fences that keep so many units of A, and the last days that lines ask for."""
    rows = [
        SHELF | {"fence": n, "kept_qty": qty, "until": NIGHT + timedelta(days=9)}
        for n, qty in enumerate(kept, 1)
    ]
    schema = KINDS | {"fence": pl.Int64(), "kept_qty": pl.Int64(), "until": pl.Date()}
    ways = pl.DataFrame(
        [("acme", "A", day, None) for day in (*asked, *asked, None)],
        schema={
            "client_id": pl.String,
            "sku": pl.String,
            "earliest_on": pl.Date,
            "min_shelf_life_days": pl.Int64,
        },
        orient="row",
    )
    expiring: Any = lots_of(("L1", 1, NIGHT))
    fences: Any = pl.DataFrame(rows, schema=schema)
    return Shelves.of([ways], expiring, fences, days=DAYS, warehouses={})


def held(*qtys: int) -> pl.DataFrame:
    """Reservations of A, a line each."""
    rows = [SHELF | {"order_id": f"o{n}", "account": "RESERVED", "qty": qty} for n, qty in enumerate(qtys)]
    return frame_of(LineBalance, *rows)


def cut(
    lots: pl.DataFrame, told: Shelves, *, safety: int = 0, reserved: int = 0
) -> list[tuple[int, int, str, int]]:
    """The pools' lots as (fence, life, lot, qty)."""
    items = frame_of(Item, {"sku": "A", "safety_stock_qty": safety})
    lots = told.with_own_life(cut_lots(lots, told.fences, items, held(reserved)))
    return lots.select("fence", "life", "lot_id", "qty").rows()


TWO = lots_of(("L1", 6, NIGHT), ("L2", 4, None))


@pytest.mark.parametrize(
    ("kept", "safety", "found"),
    [
        ((), 0, [(0, 0, "L1", 6), (0, 0, "L2", 4)]),
        ((), 5, [(0, 0, "L1", 5)]),
        ((), 50, []),
        ((3,), 0, [(0, 0, "L1", 6), (0, 0, "L2", 1), (1, 0, "L2", 3)]),
        ((3,), 2, [(0, 0, "L1", 5), (1, 0, "L1", 1), (1, 0, "L2", 2)]),
        ((99,), 0, [(1, 0, "L1", 6), (1, 0, "L2", 4)]),
        ((99,), 99, []),
        ((0,), 0, [(0, 0, "L1", 6), (0, 0, "L2", 4)]),
        ((2, 3), 0, [(0, 0, "L1", 5), (1, 0, "L2", 2), (2, 0, "L1", 1), (2, 0, "L2", 2)]),
        ((10, 10), 0, [(1, 0, "L1", 6), (1, 0, "L2", 4)]),
        ((8, 8), 0, [(1, 0, "L1", 4), (1, 0, "L2", 4), (2, 0, "L1", 2)]),
    ],
)
def test_a_shelf_is_cut_from_its_end_safety_stock_first_then_fence_by_fence(
    kept: tuple[int, ...], safety: int, found: list[tuple[int, int, str, int]]
) -> None:
    assert cut(TWO, shelves(*kept), safety=safety) == found


@pytest.mark.parametrize(
    ("reserved", "safety", "found"),
    [
        (5, 0, [(0, 0, "L1", 5), (1, 0, "L1", 1), (1, 0, "L2", 4)]),
        (5, 3, [(0, 0, "L1", 5), (1, 0, "L1", 1), (1, 0, "L2", 1)]),
        (10, 0, [(0, 0, "L1", 6), (0, 0, "L2", 4)]),
        (99, 2, [(0, 0, "L1", 6), (0, 0, "L2", 2)]),
    ],
)
def test_no_fence_keeps_what_lines_have_reserved(
    reserved: int, safety: int, found: list[tuple[int, int, str, int]]
) -> None:
    assert cut(TWO, shelves(8, 8), safety=safety, reserved=reserved) == [
        (fence, *rest) for fence, *rest in found
    ]


def test_lots_are_told_apart_by_the_last_days_that_lines_ask_for() -> None:
    days = (NIGHT + timedelta(days=2), NIGHT + timedelta(days=5))
    lots = lots_of(
        ("L1", 1, NIGHT + timedelta(days=1)), ("L2", 2, days[0]), ("L3", 3, days[1]), ("", 4, None)
    )
    assert cut(lots, shelves(asked=days)) == [
        (0, 0, "L1", 1),
        (0, 1, "L2", 2),
        (0, 2, "L3", 3),
        (0, 2, "", 4),
    ]


def test_lots_without_an_expiry_date_reach_every_day() -> None:
    assert cut(lots_of(("", 4, None)), shelves(asked=(date(2199, 1, 1),))) == [(0, 1, "", 4)]


def test_a_shelf_of_which_nothing_is_usable_has_a_pool_without_units() -> None:
    on_hold = SHELF | {"lot_id": "", "account": "HOLD", "hold_reason": "qc", "qty": 7}
    books = books_of(items=[{"sku": "A"}], stock_balances=[on_hold], stock_lots=[SHELF | {"lot_id": ""}])
    told = shelves(5)
    lots = told.with_own_life(cut_lots(lots_of(), told.fences, books.items, held()))
    pools = number_pools(lots, NO_EXPECTED, NO_KITS, told, books, days=DAYS)
    assert pools.select(*POOL, "pool", "usable_qty", "hold_qty").rows() == [
        ("acme", "W1", "A", 0, 0, 1, 0, 7)
    ]
