"""Contracts of state: what is true of the shelves as of a version.

All of it can be recomputed from the journal and the files.
"""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from schemas.table import Table, Utc
from schemas.vocabulary import StockAccount


class StockBalance(Table):
    """Balance of the stock ledger. Key: all but qty. Rows with quantity 0 are left out."""

    client_id: str
    warehouse_id: str
    sku: str
    lot_id: str = pa.Field(description="empty: kept without lots")
    bin_id: str
    account: str = pa.Field(isin=[StockAccount.FREE, StockAccount.HOLD, StockAccount.RELEASED])
    hold_reason: str = pa.Field(description="of HOLD; empty elsewhere")
    qty: int = pa.Field(ge=0)


class StockLot(Table):
    """A lot that was seen in a warehouse. Key: client_id, warehouse_id, sku, lot_id."""

    client_id: str
    warehouse_id: str
    sku: str
    lot_id: str
    expiry_on: pl.Date = pa.Field(nullable=True, description="last usable day")
    first_seen_on: pl.Date = pa.Field(description="business date of the first posting")


class FenceBalance(Table):
    """What a fence still keeps. Key: client_id, fence, warehouse_id, sku; its first row begins the fence."""

    client_id: str
    fence: str = pa.Field(description="its name in the policy")
    warehouse_id: str
    sku: str
    granted_qty: int = pa.Field(ge=0, description="units that it was given so far")
    left_qty: int = pa.Field(ge=0, description="kept units that its channels have not taken yet")


class StockHold(Table):
    """Units that a picker did not find and their bin's rest. Key: client_id, release_id, lot_id, bin_id."""

    client_id: str
    release_id: str
    warehouse_id: str
    sku: str
    lot_id: str
    bin_id: str
    qty: int = pa.Field(ge=0)
    missing_qty: int = pa.Field(ge=0, description="of qty: the units not found; the rest is the bin's rest")
    held_on: pl.Date


class Count(Table):
    """Up to when a stock position was counted, so that late facts are recognised. Key: all but counted_at."""

    client_id: str
    warehouse_id: str
    sku: str
    lot_id: str
    bin_id: str
    counted_at: Utc
    counted_on: pl.Date = pa.Field(description="business date of the night that posted it")
