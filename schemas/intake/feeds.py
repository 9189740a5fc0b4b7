"""Contracts of the rows that come in: one class a feed, after mapping, routing and casting.

Quantities are whole each-units scaled by the item's `decimals` (12.5 kg of an item with one decimal
is 125). What was sent stands beside it. `effective_at` orders the posting; null means the business
date of the night. A column without the mark "needed" may be absent from the file.
"""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from schemas.table import Money, Table, Utc
from schemas.vocabulary.words import Feed, OnShort, OrderType

NEEDED = {"needed": True}

EVENT = ("event_id",)
FACT_KEYS: dict[Feed, tuple[str, ...]] = {
    Feed.ORDERS: ("order_id", "line_no"),
    Feed.CANCELLATIONS: EVENT,
    Feed.RECEIPTS: ("receipt_id", "line_no"),
    Feed.ASNS: ("asn_id", "line_no"),
    # one bin may hold good and damaged units of a lot, and two spellings of a SKU: a count states each
    Feed.STOCK: ("warehouse_id", "bin_id", "sent_sku", "lot_id", "status", "counted_at"),
    Feed.ADJUSTMENTS: EVENT,
    Feed.SHIPMENTS: EVENT,
    Feed.ITEMS: ("sku",),
}
"""What the fact that a row states is known by; other rows with it are the same fact, or news of it."""


class FeedRow(Table, key=("client_id", "file_feed", "file_hash", "row_no")):
    """Where a row came from."""

    client_id: str = pa.Field(description="the folder that the file lay in")
    file_feed: str = pa.Field(
        description="feed of the file; another than the row's own where a route moved it"
    )
    file_hash: str = pa.Field(description="SHA-256 of the file's content")
    row_no: int = pa.Field(ge=1, description="1-based data row of the file")
    origin_hash: str = pa.Field(
        nullable=True, description="file of a row's first try, from quarantine's bo_file"
    )
    origin_row: int = pa.Field(nullable=True, description="row of its first try, from quarantine's bo_row")
    effective_at: Utc = pa.Field(nullable=True, description="when it became true")
    effective_on: pl.Date = pa.Field(
        nullable=True, description="the day on which a fact of the shelf happened, where it names no time"
    )
    is_timed: bool = pa.Field(description="the file says at which time of the day; a day alone is no time")


class SkuRow(FeedRow):
    """A row that names a SKU and a quantity."""

    sku: str = pa.Field(
        description="SKU, spelled by the client's sku_rule, aliases resolved", metadata=NEEDED
    )
    sent_sku: str = pa.Field(description="SKU as sent")
    sent_qty: str = pa.Field(nullable=True, description="quantity as sent")
    sent_uom: str = pa.Field(nullable=True, description="unit of measure as sent")


class LineRow(SkuRow):
    """A row of a line, which a change or cancellation identifies by its number alone."""

    sku: str = pa.Field(nullable=True, description="SKU; may be empty on a change", metadata=NEEDED)
    sent_sku: str = pa.Field(nullable=True)


class OrderRow(LineRow):
    """A line of an order: new, changed or cancelled."""

    order_id: str = pa.Field(metadata=NEEDED)
    line_no: int = pa.Field(
        nullable=True, ge=1, description="absent: its position among the order's rows in the file"
    )
    qty: int = pa.Field(
        nullable=True, ge=0, description="ordered quantity; may be empty on a change", metadata=NEEDED
    )
    ordered_at: Utc = pa.Field(nullable=True, metadata=NEEDED)
    action: str = pa.Field(isin=["new", "change", "cancel"])
    changed_at: Utc = pa.Field(nullable=True)
    consignee_id: str = pa.Field(nullable=True)
    po_number: str = pa.Field(nullable=True)
    order_type: str = pa.Field(nullable=True, isin=OrderType.values(), description="default dtc")
    promised_on: pl.Date = pa.Field(nullable=True, description="ship date the shop stated at checkout")
    ship_not_before: pl.Date = pa.Field(nullable=True)
    ship_by: pl.Date = pa.Field(nullable=True)
    cancel_after: pl.Date = pa.Field(nullable=True, description="last ship date")
    deliver_by: pl.Date = pa.Field(nullable=True)
    transit_days: int = pa.Field(nullable=True, ge=0, le=365, description="calendar days; default 0")
    priority: int = pa.Field(nullable=True, ge=1, le=9, description="1 is most urgent; default 5")
    channel: str = pa.Field(nullable=True)
    segment: str = pa.Field(nullable=True)
    warehouse_ids: str = pa.Field(nullable=True, description="W1|W2; default the client's list")
    ship_rule: str = pa.Field(nullable=True, isin=["partial", "line_complete", "order_complete"])
    min_shelf_life_days: int = pa.Field(
        nullable=True,
        ge=0,
        le=36_500,
        description="days a lot must be usable from its shipping on; absent: none",
    )
    on_short: str = pa.Field(
        nullable=True, isin=OnShort.values(), description="absent: as the segment or the policy says"
    )
    rank: int = pa.Field(nullable=True, ge=1, description="the client's own; rank key client_rank")
    hold_reason: str = pa.Field(nullable=True)
    unit_price: Money = pa.Field(nullable=True)
    currency: str = pa.Field(nullable=True)
    ship_to_name: str = pa.Field(nullable=True)
    ship_to_company: str = pa.Field(nullable=True)
    ship_to_address: str = pa.Field(nullable=True)
    ship_to_address_2: str = pa.Field(nullable=True)
    ship_to_city: str = pa.Field(nullable=True)
    ship_to_region: str = pa.Field(nullable=True)
    ship_to_postcode: str = pa.Field(nullable=True)
    ship_to_country: str = pa.Field(nullable=True)
    ship_to_store_no: str = pa.Field(nullable=True)
    phone: str = pa.Field(nullable=True)
    email: str = pa.Field(nullable=True)
    language: str = pa.Field(nullable=True)
    ship_method: str = pa.Field(nullable=True)
    order_note: str = pa.Field(nullable=True)
    cleared: str = pa.Field(
        description="optional columns that a change clears with ~, joined by |; empty for none"
    )
    disagrees: str = pa.Field(
        description="columns on which the rows of its order in its file disagree; empty for none"
    )


class CancellationRow(SkuRow):
    """Cancelled units. Needs an order_id, or a route's `match`."""

    sku: str = pa.Field(nullable=True)
    sent_sku: str = pa.Field(nullable=True)
    order_id: str = pa.Field(nullable=True)
    match_on: str = pa.Field(
        nullable=True, description="attributes that find the lines, joined by |; ignores order_id"
    )
    consignee_id: str = pa.Field(nullable=True)
    line_no: int = pa.Field(nullable=True, ge=1, description="absent: all lines of the order")
    qty: int = pa.Field(nullable=True, ge=1, description="absent: all that is left")
    cancelled_at: Utc = pa.Field(nullable=True)
    reason: str = pa.Field(nullable=True)
    event_id: str = pa.Field(nullable=True)


class ReceiptRow(SkuRow):
    """Units received."""

    receipt_id: str = pa.Field(metadata=NEEDED)
    line_no: int = pa.Field(nullable=True, ge=1)
    warehouse_id: str = pa.Field(description="default the client's first")
    received_on: pl.Date = pa.Field(nullable=True)
    received_at: Utc = pa.Field(nullable=True)
    received_qty: int = pa.Field(description="negative is a correction", metadata=NEEDED)
    damaged_qty: int = pa.Field(ge=0, description="part of received; default 0")
    rejected_qty: int = pa.Field(ge=0, description="part of received; default 0")
    lot_id: str = pa.Field(description="empty: kept without lots")
    bin_id: str = pa.Field(description="default DOCK")
    expiry_on: pl.Date = pa.Field(nullable=True)
    status: str = pa.Field(isin=["available", "hold", "qc"], description="default available")
    asn_id: str = pa.Field(nullable=True)
    asn_line_no: int = pa.Field(nullable=True, ge=1)
    is_final: bool = pa.Field(nullable=True, description="nothing more comes of this announced line")
    receipt_type: str = pa.Field(nullable=True, isin=["asn", "blind", "return", "transfer"])


class AsnRow(LineRow):
    """Units announced."""

    asn_id: str = pa.Field(metadata=NEEDED)
    line_no: int = pa.Field(nullable=True, ge=1)
    warehouse_id: str = pa.Field(description="default the client's first")
    expected_on: pl.Date = pa.Field(nullable=True, metadata=NEEDED)
    qty: int = pa.Field(nullable=True, ge=0, metadata=NEEDED)
    action: str = pa.Field(isin=["new", "change", "cancel"])
    supplier_id: str = pa.Field(nullable=True)
    delay_reason: str = pa.Field(nullable=True)


class StockRow(SkuRow):
    """A counted quantity."""

    warehouse_id: str = pa.Field(description="default the client's first")
    qty: int = pa.Field(ge=0, metadata=NEEDED)
    bin_id: str = pa.Field(description="default DOCK")
    lot_id: str = pa.Field(description="empty: kept without lots")
    expiry_on: pl.Date = pa.Field(nullable=True)
    status: str = pa.Field(isin=["available", "hold", "damaged"], description="default available")
    counted_at: Utc = pa.Field(description="the instant of the count")


class AdjustmentRow(SkuRow):
    """A correction of the stock."""

    warehouse_id: str = pa.Field(description="default the client's first")
    qty: int = pa.Field(ne=0, description="signed", metadata=NEEDED)
    bin_id: str = pa.Field(nullable=True, description="absent: any")
    lot_id: str = pa.Field(nullable=True, description="absent: any")
    reason: str = pa.Field(metadata=NEEDED)
    adjusted_at: Utc = pa.Field(nullable=True)
    event_id: str = pa.Field(nullable=True)


class ShipmentRow(SkuRow):
    """What the warehouse shipped.

    Needs a release, or an order, line and SKU. Where the line is of kits, the SKU of a part means that part,
    any other whole kits.
    """

    sku: str = pa.Field(nullable=True)
    sent_sku: str = pa.Field(nullable=True)
    release_id: str = pa.Field(nullable=True)
    order_id: str = pa.Field(nullable=True)
    line_no: int = pa.Field(nullable=True, ge=1)
    shipped_qty: int = pa.Field(description="negative takes a slip back", metadata=NEEDED)
    short_qty: int = pa.Field(nullable=True, ge=0)
    short_reason: str = pa.Field(nullable=True)
    is_final: bool = pa.Field(nullable=True, description="false keeps the release open")
    warehouse_id: str = pa.Field(nullable=True)
    lot_id: str = pa.Field(nullable=True)
    bin_id: str = pa.Field(nullable=True)
    shipped_at: Utc = pa.Field(nullable=True)
    tracking_no: str = pa.Field(nullable=True)
    event_id: str = pa.Field(nullable=True)


class ItemRow(FeedRow):
    """An item of the client's catalogue."""

    sku: str = pa.Field(metadata=NEEDED)
    description: str = pa.Field(nullable=True)
    uoms: str = pa.Field(nullable=True, description="units of measure: CA:24|PL:960")
    sell_multiple: int = pa.Field(nullable=True, ge=1, le=1_000_000_000, description="default 1")
    decimals: int = pa.Field(nullable=True, ge=0, le=6, description="places of a fraction; default 0")
    shelf_life_days: int = pa.Field(nullable=True, ge=0, le=36_500)
    safety_stock_qty: int = pa.Field(
        nullable=True, ge=0, description="kept back in each warehouse; default 0"
    )
    aliases: str = pa.Field(nullable=True, description="other spellings: A|B")
    upc: str = pa.Field(nullable=True)
    gtin_case: str = pa.Field(nullable=True)
    substitutes: str = pa.Field(nullable=True, description="approved, one for one: A|B")
    kit: str = pa.Field(nullable=True, description="parts of one kit: SKU:2|SKU2:1")
    active: bool = pa.Field(nullable=True, description="default true")
    replaced_by: str = pa.Field(
        nullable=True, description="SKU that serves its lines once it is gone, one for one"
    )
    available_from: pl.Date = pa.Field(nullable=True)


FEED_TABLES: dict[Feed, type[FeedRow]] = {
    Feed.ORDERS: OrderRow,
    Feed.CANCELLATIONS: CancellationRow,
    Feed.RECEIPTS: ReceiptRow,
    Feed.ASNS: AsnRow,
    Feed.STOCK: StockRow,
    Feed.ADJUSTMENTS: AdjustmentRow,
    Feed.SHIPMENTS: ShipmentRow,
    Feed.ITEMS: ItemRow,
}
