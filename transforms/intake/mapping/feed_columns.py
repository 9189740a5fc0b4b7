"""What a file may say in each feed: its columns, which are needed when, and what an absent one means."""

from __future__ import annotations

import polars as pl

from schemas.intake.feeds import FEED_TABLES, FeedRow, SkuRow
from schemas.vocabulary.words import DOCK, NO_LOT, Feed

MADE_HERE = frozenset(
    {*FeedRow.names(), "sent_sku", "sent_qty", "sent_uom", "cleared", "disagrees", "match_on"}
)
"""Columns of a contract that no file brings."""

DAY_OR_TIME = frozenset({"received_at", "adjusted_at", "shipped_at"})
"""When a fact of the shelf happened: a day alone is kept as a day, since the warehouse knows its hour."""

CLEAR = "~"
"""A cell that takes a value away, where an empty one leaves it alone."""

NOT_CLEARED = frozenset({"order_id", "line_no", "sku", "qty", "uom", "ordered_at", "action", "changed_at"})

MAIN_QTY = {
    Feed.ORDERS: "qty",
    Feed.CANCELLATIONS: "qty",
    Feed.RECEIPTS: "received_qty",
    Feed.ASNS: "qty",
    Feed.STOCK: "qty",
    Feed.ADJUSTMENTS: "qty",
    Feed.SHIPMENTS: "shipped_qty",
}
"""The quantity that `sent_qty` and the control total mean."""

QUANTITIES = frozenset({"qty", "received_qty", "damaged_qty", "rejected_qty", "shipped_qty", "short_qty"})

CHOICES = frozenset({"action", "order_type", "status", "ship_rule", "on_short", "receipt_type"})
"""Columns of a closed list of words, read in any case."""

ONE_OF: dict[Feed, tuple[tuple[str, ...], ...]] = {
    Feed.RECEIPTS: (("received_on",), ("received_at",)),
    Feed.SHIPMENTS: (("release_id",), ("order_id", "sku")),
}
"""At least one of these sets of columns must be there, in the file and in each row."""

NEW_ONLY = {Feed.ORDERS: ("sku", "qty", "ordered_at"), Feed.ASNS: ("sku", "qty", "expected_on")}
"""Needed columns that a change or cancel may leave empty."""

HAPPENED_AT = {
    Feed.CANCELLATIONS: "cancelled_at",
    Feed.RECEIPTS: "received_at",
    Feed.ADJUSTMENTS: "adjusted_at",
    Feed.SHIPMENTS: "shipped_at",
}
"""Events, which happen once, and the column that says when."""

EFFECTIVE = {
    Feed.CANCELLATIONS: pl.col("cancelled_at"),
    Feed.RECEIPTS: pl.col("received_at"),
    Feed.STOCK: pl.col("counted_at"),
    Feed.ADJUSTMENTS: pl.col("adjusted_at"),
    Feed.SHIPMENTS: pl.col("shipped_at"),
    Feed.ORDERS: pl.when(pl.col("action") == "new")
    .then(pl.col("ordered_at"))
    .otherwise(pl.coalesce("changed_at", "ordered_at")),
}
"""When a row became true; feeds without an entry have no such time."""


def sent_columns(feed: Feed) -> list[str]:
    """The columns that a file of `feed` may have."""
    table = FEED_TABLES[feed]
    own = [name for name in table.names() if name not in MADE_HERE]
    return [*own, "uom"] if issubclass(table, SkuRow) else own


def needed_columns(feed: Feed) -> list[str]:
    """The columns without which a row of `feed` says nothing."""
    columns = FEED_TABLES[feed].declared()
    return [name for name, column in columns.items() if column.metadata.get("needed")]


def column_defaults(feed: Feed, first_warehouse: str) -> dict[str, str | int]:
    """What an absent value means, for the columns of `feed` that have a meaning of their own for it."""
    defaults: dict[str, str | int] = {"damaged_qty": 0, "rejected_qty": 0}
    if feed in (Feed.RECEIPTS, Feed.ASNS, Feed.STOCK, Feed.ADJUSTMENTS):
        defaults["warehouse_id"] = first_warehouse
    if feed in (Feed.RECEIPTS, Feed.STOCK):
        defaults |= {"lot_id": NO_LOT, "bin_id": DOCK, "status": "available"}
    if feed in (Feed.ORDERS, Feed.ASNS):
        defaults["action"] = "new"
    return {name: value for name, value in defaults.items() if name in FEED_TABLES[feed].names()}
