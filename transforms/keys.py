"""Keys that tables of the books share: the columns that tell their rows apart."""

from __future__ import annotations

ORDER = ["client_id", "order_id"]
LINE = [*ORDER, "line_no"]
ITEM = ["client_id", "sku"]

SHELF = ["client_id", "warehouse_id", "sku"]
"""A SKU of a client in a warehouse."""

CELL = [*SHELF, "lot_id", "bin_id"]
"""Units of a lot in a bin of a shelf."""
