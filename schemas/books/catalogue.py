"""Contracts of the item master: what a client's SKUs are."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from schemas.table import Table


class Item(Table, key=("client_id", "sku")):
    """An item of a client's catalogue."""

    client_id: str
    sku: str
    description: str = pa.Field(nullable=True)
    sell_multiple: int = pa.Field(ge=1)
    decimals: int = pa.Field(ge=0, le=6)
    shelf_life_days: int = pa.Field(nullable=True)
    safety_stock_qty: int = pa.Field(ge=0)
    upc: str = pa.Field(nullable=True)
    gtin_case: str = pa.Field(nullable=True)
    substitutes: str = pa.Field(nullable=True)
    kit: str = pa.Field(nullable=True)
    is_active: bool
    replaced_by: str = pa.Field(nullable=True)
    available_from: pl.Date = pa.Field(nullable=True)
    is_listed: bool = pa.Field(
        description="named by an items file; false: made by the first row that named it"
    )


class UsedItem(Table, key=("client_id", "sku")):
    """An item of an order that has left the books: its decimals cannot change any more."""

    client_id: str
    sku: str


class ItemUnit(Table, key=("client_id", "sku", "uom")):
    """A unit of measure of an item."""

    client_id: str
    sku: str
    uom: str
    each_qty: int = pa.Field(ge=1, description="eaches in one")


class ItemAlias(Table, key=("client_id", "alias")):
    """Another spelling of a SKU."""

    client_id: str
    alias: str
    sku: str
