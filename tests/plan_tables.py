"""Plans in a comparable form: what stands in each table, added up by its key, whatever the order of rows."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

LINE = ("client_id", "order_id", "line_no")
KEYS: dict[str, tuple[str, ...]] = {
    "allocations": (*LINE, "sku", "warehouse_id", "lot_id", "bin_id", "kind", "kit_sku"),
    "lost_reservations": (*LINE, "warehouse_id", "sku", "lost_reason", "to_order_id", "to_line_no"),
    "fence_uses": ("client_id", "fence", "warehouse_id", "sku"),
    "reservations": (*LINE, "warehouse_id", "sku", "reason_code"),
    "overtakings": (*LINE, "warehouse_id", "sku", "rule", "by_order_id", "by_line_no"),
    "pegs": (*LINE, "asn_id", "asn_line_no", "eta_on"),
    "decisions": (*LINE, "reason_code"),
    "standings": LINE,
    "cancellations": (*LINE, "sku", "cause", "is_due"),
}
QTYS: dict[str, tuple[str, ...]] = {
    "allocations": ("allocated_qty", "from_reserved_qty"),
    "lost_reservations": ("lost_qty",),
    "fence_uses": ("taken_qty",),
    "pegs": ("pegged_qty",),
    "decisions": ("qty",),
    "reservations": ("qty",),
    "overtakings": ("qty",),
    "cancellations": ("cancelled_qty", "from_reserved_qty"),
}
FACTS = (
    "warehouse_id",
    "due_on",
    "is_due",
    "rank",
    "queue_place",
    "ahead_qty",
    "short_qty",
    "backordered_qty",
    "eta_on",
    "may_be_overtaken",
    "is_overtaken",
    "standing",
)
"""Columns of a standing; its words (`eta_reason`) have tests of their own."""

Table = dict[tuple[Any, ...], tuple[Any, ...]]
Plan = dict[str, Table]


def add_up(table: str, rows: Iterable[dict[str, Any]]) -> Table:
    """Quantities of the table by key, without zeros; of standings the facts."""
    if table == "standings":
        return {tuple(row[key] for key in LINE): tuple(row[fact] for fact in FACTS) for row in rows}
    sums: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0] * len(QTYS[table]))
    for row in rows:
        key = tuple(row[name] for name in KEYS[table])
        sums[key] = [total + row[name] for total, name in zip(sums[key], QTYS[table], strict=True)]
    return {key: tuple(totals) for key, totals in sums.items() if totals[0]}


def compare(mine: Plan, theirs: Plan) -> list[tuple[str, tuple[Any, ...], Any, Any]]:
    """Where two plans differ: table, key, and what each says."""
    return [
        (table, key, mine[table].get(key), theirs[table].get(key))
        for table in KEYS
        for key in sorted({*mine[table], *theirs[table]}, key=repr)
        if mine[table].get(key) != theirs[table].get(key)
    ]
