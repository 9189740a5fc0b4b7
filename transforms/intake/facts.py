"""What identifies a fact: the key of its feed, and a hash of what it says.

Both are the same on every machine and under every version of Polars. The hash leaves out what is null,
so that a column which a contract gains later changes the hash of no earlier row.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import polars as pl

from schemas.feeds import FEED_TABLES, FeedRow
from schemas.vocabulary import Feed

FIELD = "\x1f"
NOT_CONTENT = frozenset({*FeedRow.names(), "sent_sku", "sent_qty", "sent_uom", "line_no"})
"""Where a row came from and how it was written says nothing; a line's number is part of its key."""

HASH_LENGTH = 32

EVENT = ("event_id",)
KEYS: dict[Feed, tuple[str, ...]] = {
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


@dataclass(frozen=True)
class Rule:
    """What other content under a known key means."""

    may_change: bool
    """True: it is a newer fact. False: it contradicts the accepted one and waits for a person."""
    has_actions: bool = False


RULES: dict[Feed, Rule] = {
    Feed.ORDERS: Rule(may_change=True, has_actions=True),
    Feed.CANCELLATIONS: Rule(may_change=False),
    Feed.RECEIPTS: Rule(may_change=False),
    Feed.ASNS: Rule(may_change=True, has_actions=True),
    Feed.STOCK: Rule(may_change=False),
    Feed.ADJUSTMENTS: Rule(may_change=False),
    Feed.SHIPMENTS: Rule(may_change=False),
    Feed.ITEMS: Rule(may_change=True),
}


def with_identity(rows: pl.DataFrame, feed: Feed) -> pl.DataFrame:
    """`rows` with `business_key` and `content_hash`.

    Rows without an event number are identified by the file and row of their first try. A cancelling order
    row has a key of its own: it is a fact beside the line's, not its newer content.
    """
    return rows.with_columns(business_key=_business_key(feed), content_hash=content_hashes(rows, feed))


def content_hashes(rows: pl.DataFrame, feed: Feed) -> pl.Series:
    """Hash of what each row says: name and value of each business column that is not null."""
    names = [name for name in FEED_TABLES[feed].names() if name not in NOT_CONTENT]
    said = [name for name in names if rows[name].null_count() < rows.height]
    texts = rows.with_columns(
        said=pl.concat_str(
            pl.lit(""),
            *[pl.concat_str(pl.lit(f"{name}="), _plain_text(name, rows.schema[name])) for name in said],
            separator=FIELD,
            ignore_nulls=True,
        )
    )["said"]
    hashes = [sha256(text.encode()).hexdigest()[:HASH_LENGTH] for text in texts]
    return pl.Series("content_hash", hashes, dtype=pl.String)


def line_key(id_column: str, number_column: str) -> pl.Expr:
    """Business key of an order's or announcement's line, in tables that are no feed."""
    return _joined(id_column, number_column)


def line_of_key() -> pl.Expr:
    """Number of the line that the business key of an order row names."""
    return pl.col("business_key").str.extract(r"\|([0-9]+)$").cast(pl.Int64)


def _business_key(feed: Feed) -> pl.Expr:
    """The key of a row as one text."""
    if KEYS[feed] == EVENT:
        file_and_row = pl.concat_str(
            pl.lit("row"),
            pl.coalesce("origin_hash", "file_hash"),
            pl.coalesce("origin_row", "row_no"),
            separator="|",
        )
        event = pl.concat_str(pl.lit("event"), _escaped("event_id"), separator="|")
        return pl.coalesce(event, file_and_row)
    key = _joined(*KEYS[feed])
    if feed == Feed.ORDERS:
        is_cancel = pl.col("action") == "cancel"
        return pl.when(is_cancel).then(pl.concat_str(pl.lit("cancel|"), key)).otherwise(key)
    return key


def _joined(*names: str) -> pl.Expr:
    """Values of a key with | between them; a | of a value stands behind a backslash."""
    return pl.concat_str([_escaped(name) for name in names], separator="|")


def _escaped(name: str) -> pl.Expr:
    """A value of a key from which it can be read back."""
    text = pl.col(name).to_physical() if name == "counted_at" else pl.col(name)
    return text.cast(pl.String).str.replace_all(r"([\\|])", r"\${1}")


def _plain_text(name: str, dtype: pl.DataType) -> pl.Expr:
    """A value as text; dates and times as their number, a separator inside a text doubled."""
    if dtype.is_temporal():
        return pl.col(name).to_physical().cast(pl.String)
    text = pl.col(name).cast(pl.String)
    return text.str.replace_all(FIELD, FIELD * 2, literal=True) if dtype == pl.String else text
