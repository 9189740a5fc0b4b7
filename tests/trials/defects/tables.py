"""The table that every whole file says."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.trials.defects.judging import Row
    from tests.trials.defects.writing import Grid

HEADER = ["order_id", "sku", "qty", "ordered_at"]
D1, D2 = date(2026, 2, 3), date(2026, 2, 13)
ROWS: list[Row] = [("000123", "A-1", 3, D1), ("000123", "Käse-1", 12, D1), ("4711", "00017", 1200, D2)]
"""What whole files say: ids with noughts before them, an accent, a day that may be a month, a thousand."""

FILL = {"fill_down": ["order_id", "ordered_at"]}
TEXTS = [[order, sku, str(qty), day.isoformat()] for order, sku, qty, day in ROWS]
TABLE: Grid = [HEADER, *TEXTS]
