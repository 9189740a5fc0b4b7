"""A kit of two A and one B, ordered ten times and released as parts, shared by the tests of kits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.night import Books
from schemas.results import LostReservation
from tests.frames import frame_of
from tests.transforms.posting.nights import AS_OF, allocated, night, rows_of
from transforms.posting.planned.plan import post_plan

if TYPE_CHECKING:
    from schemas.night import AsOf
    from transforms.posting.core.posting import Posting

ITEMS = [{"sku": "K", "kit": "A:2|B:1"}, {"sku": "A"}, {"sku": "B"}]
SIX_KITS = {"kit_id": "k1", "kit_qty": 6, "kit_sku": "K"}
A_OF_L1 = {"sku": "A", "lot_id": "L1", "bin_id": "A1", "allocated_qty": 8, "release_id": "a1"}
A_OF_L2 = {"sku": "A", "lot_id": "L2", "bin_id": "A2", "allocated_qty": 4, "release_id": "a2"}
ALL_B = {"sku": "B", "lot_id": "", "bin_id": "B1", "allocated_qty": 6, "release_id": "b"}
PARTS = tuple(part | SIX_KITS for part in (A_OF_L1, A_OF_L2, ALL_B))
"""Six kits: twelve A of two lots, and six B."""

OF_LINE = {"order_id": "o1", "line_no": 1}


def kits_ordered(qty: int = 10, *more: dict[str, Any], own: int = 0) -> Books:
    """Books with an order of kits; 13 A of two lots, 9 B, and kits that are in stock as such."""
    received = [
        {"sku": "A", "lot_id": "L1", "bin_id": "A1", "received_qty": 9},
        {"sku": "A", "lot_id": "L2", "bin_id": "A2", "received_qty": 4},
        {"sku": "B", "bin_id": "B1", "received_qty": 9},
        {"sku": "K", "bin_id": "K1", "received_qty": own},
    ]
    rows = rows_of(
        items=ITEMS,
        orders=[{"sku": "K", "qty": qty}, *more],
        receipts=[{"receipt_id": f"g{n}", **row} for n, row in enumerate(received) if row["received_qty"]],
    )
    return night(Books.blank(), rows).books


def plan_posted(books: Books, *allocations: dict[str, Any], as_of: AsOf = AS_OF) -> Posting:
    """What posting makes of a plan that gives these units to the order's line."""
    plain = [{"order_id": "o1"} | allocation for allocation in allocations]
    return post_plan(
        books,
        allocations=allocated(*plain, as_of=as_of),
        lost_reservations=frame_of(LostReservation),
        as_of=as_of,
    )


def six_released(*more: dict[str, Any]) -> Books:
    """Six of the ten kits with the warehouse, as parts."""
    return plan_posted(kits_ordered(10, *more), *PARTS).books


def answers(posting: Posting) -> dict[str, tuple[int, int, bool]]:
    """What was shipped and short of each release, and whether it is open."""
    names = ("release_id", "shipped_qty", "short_qty", "is_open")
    return {key: tuple(rest) for key, *rest in posting.books.releases.select(names).rows()}


def of_the_line(posting: Posting) -> list[tuple[str, str, str, int]]:
    """Movements of the line ledger: from, to, sku and quantity."""
    rows = posting.movements.rows(named=True)
    names = ("from_account", "to_account", "sku", "qty")
    return [tuple(row[name] for name in names) for row in rows if row["ledger"] == "line"]
