"""Tests of ring-fences from night to night: what they are granted, and what is spent of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from schemas.books.journal import Movement
from schemas.night import Books
from schemas.results import FenceUse
from schemas.settings.policy import Fence, Policy
from tests.frames import NIGHT, frame_of
from tests.transforms.posting.nights import ACME, books_of, shipping_days
from transforms.posting.planned.fences import grant_fences, spend_fences

SHELF = {"warehouse_id": "W1", "sku": "A", "lot_id": "L1", "bin_id": "B1"}


def fence(**keys: Any) -> Fence:  # noqa: ANN401 -- keys of a fence, of any type
    """A fence of A in the first warehouse that keeps units up to the second night after."""
    plain = {"name": "launch", "sku": ("A",), "channel": ("shop",), "warehouse": ("W1",)}
    return Fence.model_validate(plain | {"until": NIGHT + timedelta(days=4)} | keys)


def shelf(units: int, *, safety: int = 0, decimals: int = 0, **tables: list[dict[str, Any]]) -> Books:
    """Books with free units of A."""
    return books_of(
        items=[{"sku": "A", "decimals": decimals, "safety_stock_qty": safety}],
        stock_balances=[SHELF | {"qty": units}],
        stock_lots=[{name: SHELF[name] for name in ("warehouse_id", "sku", "lot_id")}],
        **tables,
    )


def moved(qty: int, *, out: str = "SUPPLIER", into: str = "FREE") -> dict[str, Any]:
    """A movement of units of A."""
    causes = {"SUPPLIER": "received", "FREE": "receipt_corrected", "ADJUSTED": "adjusted", "HOLD": "unheld"}
    accounts = {"from_account": out, "to_account": into, "cause": causes[out]}
    return SHELF | accounts | {"ledger": "stock", "qty": qty}


def grant(books: Books, *fences: Fence, movements: tuple[dict[str, Any], ...] = (), nights: int = 0) -> Books:
    clients = {"acme": ACME.model_copy(update={"policy": Policy(fences=fences)})}
    numbered = [row | {"seq": number} for number, row in enumerate(movements, 1)]
    return grant_fences(books, frame_of(Movement, *numbered), clients=clients, days=shipping_days(nights))


def left(books: Books) -> dict[tuple[str, str, str], int]:
    """What each fence still keeps, by its name, warehouse and SKU."""
    rows = books.fence_balances.select("fence", "warehouse_id", "sku", "left_qty").rows()
    return {(name, place, sku): qty for name, place, sku, qty in rows}


def test_a_fence_of_units_keeps_them_of_each_sku_in_each_warehouse_whatever_is_there() -> None:
    granted = grant(shelf(10), fence(qty=60, sku=("A", "B"), warehouse=()))
    assert left(granted) == {("launch", place, sku): 60 for place in ("W1", "W2") for sku in ("A", "B")}


@pytest.mark.parametrize(("pct", "units", "keeps"), [(50, 9, 4), (100, 9, 9), (1, 99, 0), (33, 100, 33)])
def test_a_fence_by_share_begins_with_its_share_rounded_down(pct: int, units: int, keeps: int) -> None:
    assert left(grant(shelf(units), fence(pct=pct))) == {("launch", "W1", "A"): keeps}


def test_goods_that_are_weighed_are_fenced_in_their_own_fraction() -> None:
    assert left(grant(shelf(125, decimals=2), fence(qty=3))) == {("launch", "W1", "A"): 300}
    assert left(grant(shelf(125, decimals=2), fence(pct=50))) == {("launch", "W1", "A"): 62}


@pytest.mark.parametrize(("safety", "keeps"), [(4, 3), (12, 0)])
def test_safety_stock_is_no_part_of_what_is_shared(safety: int, keeps: int) -> None:
    assert left(grant(shelf(10, safety=safety), fence(pct=50))) == {("launch", "W1", "A"): keeps}


def test_only_free_units_that_have_not_expired_are_shared() -> None:
    old: dict[str, Any] = {"warehouse_id": "W1", "sku": "A", "lot_id": "L0"}
    held: list[dict[str, Any]] = [
        SHELF | {"qty": 10},
        SHELF | {"account": "HOLD", "hold_reason": "qc", "qty": 10},
        old | {"qty": 10},
    ]
    lots: list[dict[str, Any]] = [
        old | {"expiry_on": NIGHT},
        old | {"lot_id": "L1", "expiry_on": NIGHT + timedelta(days=1)},
    ]
    books = books_of(items=[{"sku": "A"}], stock_balances=held, stock_lots=lots)
    assert left(grant(books, fence(pct=50))) == {("launch", "W1", "A"): 5}


def test_a_fence_by_share_may_begin_before_there_is_anything() -> None:
    begun = grant(Books.blank(), fence(pct=50))
    assert left(begun) == {("launch", "W1", "A"): 0}
    assert left(grant(begun, fence(pct=50), movements=(moved(7),), nights=1)) == {("launch", "W1", "A"): 3}


def test_what_comes_on_the_first_night_is_not_shared_twice() -> None:
    assert left(grant(shelf(10), fence(pct=50), movements=(moved(10),))) == {("launch", "W1", "A"): 5}


@pytest.mark.parametrize(
    ("movements", "keeps"),
    [
        ((moved(5),), 7),
        ((moved(5), moved(5)), 10),
        ((moved(11), moved(11, out="FREE", into="SUPPLIER")), 5),
        ((moved(5, out="FREE", into="SUPPLIER"),), 3),
        ((moved(90, out="FREE", into="SUPPLIER"),), 0),
        ((moved(8, out="ADJUSTED"),), 5),
        ((moved(8, into="HOLD"),), 5),
    ],
)
def test_later_receipts_are_shared_and_their_corrections_taken_back(
    movements: tuple[dict[str, Any], ...], keeps: int
) -> None:
    begun = grant(shelf(10), fence(pct=50))
    assert left(grant(begun, fence(pct=50), movements=movements, nights=1)) == {("launch", "W1", "A"): keeps}


def test_later_receipts_do_not_add_to_a_fence_of_units() -> None:
    begun = grant(shelf(10), fence(qty=6))
    assert left(grant(begun, fence(qty=6), movements=(moved(90),), nights=1)) == {("launch", "W1", "A"): 6}


def test_a_new_number_of_units_counts_what_was_given_already() -> None:
    begun = grant(shelf(50), fence(qty=30))
    spent = spend_fences(begun, frame_of(FenceUse, {"fence": "launch", "taken_qty": 20}))
    assert left(grant(spent, fence(qty=45))) == {("launch", "W1", "A"): 25}
    lowered = grant(spent, fence(qty=15))
    assert left(lowered) == {("launch", "W1", "A"): 0}
    assert left(grant(lowered, fence(qty=30))) == {("launch", "W1", "A"): 10}


def test_a_fence_under_a_new_name_begins_anew_and_the_old_one_is_forgotten() -> None:
    begun = grant(shelf(50), fence(qty=30))
    spent = spend_fences(begun, frame_of(FenceUse, {"fence": "launch", "taken_qty": 20}))
    assert left(grant(spent, fence(qty=30, name="spring"))) == {("spring", "W1", "A"): 30}


def test_a_fence_that_ended_is_forgotten_and_others_stay() -> None:
    longer = fence(qty=5, name="longer", until=NIGHT + timedelta(days=9))
    begun = grant(shelf(50), fence(qty=30), longer)
    assert left(grant(begun, fence(qty=30), longer, nights=2)) == left(begun)
    assert left(grant(begun, fence(qty=30), longer, nights=3)) == {("longer", "W1", "A"): 5}
    assert left(grant(begun, fence(qty=30), nights=3)) == {}


def test_a_fence_loses_what_it_gave_and_other_fences_nothing() -> None:
    begun = grant(shelf(50), fence(qty=30), fence(qty=5, name="other"))
    spent = spend_fences(begun, frame_of(FenceUse, {"fence": "launch", "taken_qty": 12}))
    assert left(spent) == {("launch", "W1", "A"): 18, ("other", "W1", "A"): 5}


def test_where_no_fence_stands_the_books_stay_as_they_are() -> None:
    books = shelf(10)
    assert grant_fences(books, frame_of(Movement), clients={"acme": ACME}, days=shipping_days(0)) == books
    assert left(spend_fences(books, frame_of(FenceUse))) == {}


def test_a_fence_by_share_gets_its_share_of_what_comes_off_hold() -> None:
    begun = grant(shelf(10), fence(pct=50))
    more = grant(begun, fence(pct=50), movements=(moved(4, out="HOLD"),), nights=1)
    assert left(more) == {("launch", "W1", "A"): 7}
