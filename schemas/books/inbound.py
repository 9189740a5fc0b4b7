"""Contracts of state: what is true of announced and received goods as of a version.

All of it can be recomputed from the journal and the files.
"""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from schemas.table import Table, Utc
from schemas.vocabulary.words import InboundStatus


class InboundLine(Table, key=("client_id", "asn_id", "asn_line_no")):
    """An announced line."""

    client_id: str
    warehouse_id: str
    asn_id: str
    asn_line_no: int
    supplier_id: str = pa.Field(nullable=True)
    sku: str
    first_expected_on: pl.Date
    expected_on: pl.Date
    announced_qty: int = pa.Field(ge=0)
    received_qty: int = pa.Field(ge=0)
    remaining_qty: int = pa.Field(ge=0)
    status: str = pa.Field(isin=InboundStatus.values())
    last_received_on: pl.Date = pa.Field(nullable=True)
    delay_reason: str = pa.Field(nullable=True)
    announced_on: pl.Date = pa.Field(
        nullable=True, description="business date that first announced it; null: before this was noted"
    )
    changed_on: pl.Date = pa.Field(
        nullable=True, description="business date on which its date or quantity last changed; null: never"
    )
    ended_on: pl.Date = pa.Field(
        nullable=True, description="day of the receipt that said that nothing more comes; null: none"
    )
    settled_qty: int = pa.Field(
        ge=0, description="of received_qty: from receipts that are too old to be judged again"
    )


class InboundReceipt(Table, key=("client_id", "file_feed", "file_hash", "row_no", "received_qty")):
    """A receipt row of the last weeks that announcements may still meet; returns are none.

    Where a row takes back what it corrects, both have its place in the file, and only the quantity differs.
    """

    client_id: str
    warehouse_id: str
    sku: str
    receipt_id: str
    line_no: int = pa.Field(description="0: none")
    lot_id: str
    bin_id: str
    asn_id: str = pa.Field(description="announcement that it names; empty: none")
    asn_line_no: int = pa.Field(description="line of it; 0: none")
    is_transfer: bool = pa.Field(description="it counts only for a line that it names")
    is_final: bool = pa.Field(
        description="nothing more comes of what it names, and no announcement changed that since"
    )
    received_qty: int = pa.Field(description="negative: a correction")
    sellable_qty: int = pa.Field(ge=0, description="of received_qty: neither damaged nor held for itself")
    over_qty: int = pa.Field(ge=0, description="of received_qty: beyond the announced and its allowance")
    held_qty: int = pa.Field(ge=0, description="of over_qty: units that went on hold for it")
    received_on: pl.Date
    received_at: Utc = pa.Field(description="the instant that puts the receipts of a line in order")
    posted_on: pl.Date = pa.Field(description="business date of the night that posted it")
    file_feed: str = pa.Field(description="feed in whose folder its file lay")
    file_hash: str
    row_no: int


class PostedReceipt(
    Table, key=("business_date", "run_no", "client_id", "file_feed", "file_hash", "row_no", "received_qty")
):
    """A receipt row as it was posted, kept as history; what it corrects is a row of its own, below zero."""

    business_date: pl.Date = pa.Field(description="night that posted it")
    run_no: int
    client_id: str
    warehouse_id: str
    receipt_id: str
    line_no: int = pa.Field(nullable=True)
    sku: str
    lot_id: str
    bin_id: str
    asn_id: str = pa.Field(nullable=True, description="announcement that it names; null: none")
    asn_line_no: int = pa.Field(nullable=True, description="line of it; null: none")
    receipt_type: str = pa.Field(nullable=True)
    status: str
    received_qty: int = pa.Field(description="negative: a correction, or what a corrected line said before")
    damaged_qty: int = pa.Field(description="part of received")
    rejected_qty: int = pa.Field(description="part of received")
    received_on: pl.Date = pa.Field(description="local day of the warehouse on which they came")
    file_feed: str = pa.Field(description="feed in whose folder its file lay")
    file_hash: str
    row_no: int


class ReceiptLine(Table, key=("client_id", "receipt_id", "line_no", "lot_id")):
    """What a line of a receipt says now, so that a correction can be told from a further delivery.

    Kept as long as it can be corrected.
    """

    client_id: str
    receipt_id: str
    line_no: int = pa.Field(ge=1)
    lot_id: str
    warehouse_id: str
    sku: str
    bin_id: str
    received_on: pl.Date = pa.Field(description="day it was received, for the client")
    received_at: Utc = pa.Field(description="the instant at which it counts")
    asn_id: str = pa.Field(nullable=True, description="announcement that it names")
    asn_line_no: int = pa.Field(nullable=True, description="line of it")
    received_qty: int
    damaged_qty: int = pa.Field(ge=0, description="part of received")
    rejected_qty: int = pa.Field(ge=0, description="part of received")
    status: str
    receipt_type: str = pa.Field(nullable=True)
    noted_on: pl.Date = pa.Field(description="business date of the night that took it or its correction")
