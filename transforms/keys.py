"""Keys that tables of the books share: the columns that tell their rows apart."""

from __future__ import annotations

from schemas.books.catalogue import Item
from schemas.books.orders import OrderLine
from schemas.books.people import ShipTo
from schemas.books.stock import Count

ORDER = ShipTo.key()
LINE = OrderLine.key()
ITEM = Item.key()

SHELF = ["client_id", "warehouse_id", "sku"]
"""A SKU of a client in a warehouse."""

CELL = Count.key()
"""Units of a lot in a bin of a shelf."""
