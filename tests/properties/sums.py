"""Units of a random case and of its plan, added up."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any

from tests.oracle_days import shipping_days

if TYPE_CHECKING:
    from tests.case_orders import Row
    from tests.cases import Case
    from transforms.allocation import AllocationPlan

LINE = ("client_id", "order_id", "line_no")
POOL = ("client_id", "warehouse_id", "sku")


def key_of(row: Row) -> tuple[Any, ...]:
    """The line that a row is about."""
    return tuple(row[name] for name in LINE)


def total(rows: list[Row], key: tuple[str, ...], qty: str) -> Counter[tuple[Any, ...]]:
    """Sum of a quantity by key."""
    totals: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        totals[tuple(row[name] for name in key)] += row[qty]
    return totals


def new_units(plan: AllocationPlan, key: tuple[str, ...]) -> Counter[tuple[Any, ...]]:
    """Units that were open before and are allocated now, by key; parts in place of kits."""
    return less_reserved(plan.allocations.to_dicts(), key)


def less_reserved(rows: list[Row], key: tuple[str, ...]) -> Counter[tuple[Any, ...]]:
    """Of allocated units those that were not reserved before."""
    return total(rows, key, "allocated_qty") - total(rows, key, "from_reserved_qty")


def in_kits(plan: AllocationPlan) -> list[Row]:
    """The allocations as lines count them: of the parts of a kit one row, in kits."""
    rows: list[Row] = []
    kits: dict[tuple[Any, ...], dict[str, list[Row]]] = {}
    for row in plan.allocations.to_dicts():
        if row["kit_sku"] is None:
            rows.append(row)
        else:
            parts = kits.setdefault((*key_of(row), row["warehouse_id"], row["kit_sku"]), defaultdict(list))
            parts[row["sku"]].append(row)
    for parts in kits.values():
        made = {whole_kits(of) for of in parts.values()}
        assert len(made) == 1, parts
        kit_qty, reserved_qty = made.pop()
        one = next(iter(parts.values()))[0]
        rows.append(
            one | {"sku": one["kit_sku"], "allocated_qty": kit_qty, "from_reserved_qty": reserved_qty}
        )
    return rows


def whole_kits(part: list[Row]) -> tuple[int, int]:
    """Kits that the rows of one part make, and how many of them were reserved before."""
    allocated, reserved, kit_qty = (
        sum(row["allocated_qty"] for row in part),
        sum(row["from_reserved_qty"] for row in part),
        part[0]["kit_qty"],
    )
    assert allocated % kit_qty == 0, part
    assert reserved % (allocated // kit_qty) == 0, part
    return kit_qty, reserved // (allocated // kit_qty)


def usable_rows(case: Case) -> list[Row]:
    """Free units that are not expired."""
    lots = {
        tuple(row[name] for name in (*POOL, "lot_id")): row["expiry_on"] for row in case.tables["stock_lots"]
    }
    return [
        row
        for row in case.tables["stock_balances"]
        if row["account"] == "FREE"
        and (lots[tuple(row[name] for name in (*POOL, "lot_id"))] or date.max)
        >= shipping_days(case.warehouses[row["warehouse_id"]], case.as_of)[0]
    ]
