"""The bins that somebody should count."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from schemas.books.catalogue import Item
from schemas.books.stock import ShelfFact, ShelfGap, StockBalance, StockHold
from schemas.night import Books
from schemas.settings.warehouse import Warehouse
from schemas.vocabulary.words import CountReason
from tests.frames import NIGHT, frame_of
from tests.transforms.posting.nights import at
from transforms.reports.bins_to_count import list_bins_to_count

MONDAY = NIGHT - timedelta(days=1)


def bins(
    *,
    units: list[dict[str, Any]] | None = None,
    holds: list[dict[str, Any]] | None = None,
    gaps: list[dict[str, Any]] | None = None,
    facts: list[dict[str, Any]] | None = None,
    item: dict[str, Any] | None = None,
) -> list[tuple[Any, ...]]:
    """Bin, lot, units, reason and since of each row for the books of SKU A."""
    place = {"sku": "A", "lot_id": ""}
    free = {**place, "account": "FREE", "hold_reason": ""}
    fact = {"at": at(9), "kind": "moved", "qty": 1, "file_hash": "f", "row_no": 1, "posted_on": NIGHT}
    books = Books.of(
        {
            "items": frame_of(Item, {"sku": "A"} | (item or {})),
            "stock_balances": frame_of(StockBalance, *(free | row for row in units or [])),
            "stock_holds": frame_of(StockHold, *(place | row for row in holds or [])),
            "shelf_gaps": frame_of(ShelfGap, *({**place, "since_on": MONDAY} | row for row in gaps or [])),
            "shelf_facts": frame_of(ShelfFact, *(place | fact | row for row in facts or [])),
        }
    )
    house = Warehouse(warehouse_id="W1", allocator="us", bin_order=("Z9",))
    listed = list_bins_to_count(books, warehouses={"W1": house})
    assert set(listed["next_step"]) <= {reason.next_step for reason in CountReason}
    return listed.select("bin_id", "lot_id", "expected_qty", "reason", "since_on").rows()


def test_a_bin_with_units_that_were_not_found_is_listed_in_walking_order_until_somebody_looked() -> None:
    held = {"account": "HOLD", "hold_reason": "short_pick", "qty": 3}
    units = [
        {"bin_id": "B10", **held},
        {"bin_id": "B10", "account": "RELEASED", "qty": 4},
        {"bin_id": "B2", "lot_id": "L1", **held},
        {"bin_id": "Z9", **held},
        {"bin_id": "B1", "qty": 9},
    ]
    holds = [
        {"release_id": "r1", "bin_id": "B10", "held_on": NIGHT},
        {"release_id": "r2", "bin_id": "B10", "held_on": MONDAY},
        {"release_id": "r3", "bin_id": "B2", "lot_id": "L1", "held_on": NIGHT},
        {"release_id": "r4", "bin_id": "Z9", "held_on": NIGHT},
        {"release_id": "r5", "bin_id": "B1", "held_on": NIGHT},
    ]
    assert bins(units=units, holds=holds) == [
        ("Z9", None, "3", "not_found", NIGHT),
        ("B2", "L1", "3", "not_found", NIGHT),
        ("B10", None, "7", "not_found", MONDAY),
    ]


def test_a_shelf_with_a_gap_is_looked_for_where_its_units_stand_else_where_its_facts_were() -> None:
    there = [{"bin_id": "B1", "qty": 25}, {"bin_id": "B2", "lot_id": "L1", "qty": 5}]
    facts: list[dict[str, Any]] = [
        {"bin_id": "B5"},
        {"bin_id": "B3", "lot_id": "L2"},
        {"bin_id": None, "lot_id": "L2"},
    ]
    gaps: list[dict[str, Any]] = [{"qty": 2}, {"qty": 1, "lot_id": "L2"}, {"qty": 1, "lot_id": "L3"}]
    assert bins(units=there, gaps=gaps, facts=facts, item={"decimals": 1}) == [
        (None, "L3", "0.0", "gap", MONDAY),
        ("B1", None, "2.5", "gap", MONDAY),
        ("B3", "L2", "0.0", "gap", MONDAY),
    ]


def test_a_count_that_is_not_believed_asks_for_a_second_one() -> None:
    held: dict[str, Any] = {"kind": "counted", "is_held": True, "bin_id": "B1", "qty": 1}
    facts = [held, held | {"posted_on": MONDAY, "file_hash": "g"}, {"bin_id": "B2"}]
    assert bins(units=[{"bin_id": "B1", "qty": 60}], facts=facts) == [
        ("B1", None, "60", "count_held", MONDAY)
    ]
