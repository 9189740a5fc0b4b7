"""What identifies a fact: the key of its feed, and a hash of what it says.

Both are the same on every machine and under every version of Polars. The hash leaves out what is null,
so that a column which a contract gains later changes the hash of no earlier row.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import polars as pl

from schemas.intake.feeds import EVENT, FACT_KEYS, FEED_TABLES, FeedRow
from schemas.vocabulary.words import NO_LOT, Feed

FIELD = "\x1f"
NOT_CONTENT = frozenset({*FeedRow.names(), "sent_sku", "sent_qty", "sent_uom", "line_no", "disagrees"})
"""Where a row came from and how it was written says nothing; a line's number is part of its key."""

HASH_LENGTH = 32

FILE = ("client_id", "file_feed", "file_hash")


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

    An event is known by its number, a corrected one by the file and row of its first try, one with a time
    by all that it says, any other by its file and row. Equal events of one file are all meant: `copy_no`
    tells them apart. A cancelling order row has a key of its own: it is a fact beside the line's, not its
    newer content. Counted rows of one place are one figure, so they share the hash of all of them.
    """
    hashed = rows.with_columns(content_hash=content_hashes(rows, feed))
    if FACT_KEYS[feed] == EVENT:
        copies = pl.col("row_no").rank("ordinal").over(*FILE, "content_hash").cast(pl.Int64)
        return hashed.with_columns(copy_no=copies).with_columns(business_key=_event_key())
    keyed = hashed.with_columns(business_key=named_key(feed))
    return _as_one_figure(keyed) if feed == Feed.STOCK else keyed


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
    hashes = [_hash(text) for text in texts]
    return pl.Series("content_hash", hashes, dtype=pl.String)


def line_key(id_column: str, number_column: str) -> pl.Expr:
    """Business key of an order's or announcement's line, in tables that are no feed."""
    return _joined(id_column, number_column)


def lot_line_key() -> pl.Expr:
    """Business key of a receipt's line: rows of one line with different lots are lines of their own."""
    lot = pl.when(pl.col("lot_id") != NO_LOT).then(pl.format("|{}", _escaped("lot_id")))
    return pl.concat_str(_joined("receipt_id", "line_no"), lot.fill_null(""))


def document_of_key(feed: Feed) -> pl.Expr:
    """Order, receipt or announcement that the business key of a line names."""
    return pl.col("business_key").str.extract(_line_pattern(feed), 1).str.replace_all(r"\\(.)", "${1}")


def line_of_key(feed: Feed) -> pl.Expr:
    """Number of the line that the business key of a line names."""
    return pl.col("business_key").str.extract(_line_pattern(feed), 2).cast(pl.Int64)


def is_cancel_key(feed: Feed) -> pl.Expr:
    """Whether the business key is that of an order row that cancels its line."""
    if feed != Feed.ORDERS:
        return pl.lit(value=False)
    return pl.col("business_key").str.contains(r"^cancel\|(?:[^|\\]|\\.)*\|[0-9]+$")


def _line_pattern(feed: Feed) -> str:
    """What the key of a line looks like: document and number, of a receipt perhaps the lot."""
    before, after = (r"(?:cancel\|)?", "") if feed == Feed.ORDERS else ("", r"(?:\|(?s:.*))?")
    return rf"^{before}((?:[^|\\]|\\.)*)\|([0-9]+){after}$"


def named_key(feed: Feed) -> pl.Expr:
    """The key of a row that names what it is about as one text."""
    if feed == Feed.RECEIPTS:
        return lot_line_key()
    key = _joined(*FACT_KEYS[feed])
    if feed == Feed.ORDERS:
        is_cancel = pl.col("action") == "cancel"
        return pl.when(is_cancel).then(pl.concat_str(pl.lit("cancel|"), key)).otherwise(key)
    return key


def _event_key() -> pl.Expr:
    """The key of an event as one text."""
    by_number = pl.concat_str(pl.lit("event"), _escaped("event_id"), separator="|")
    by_first_try = pl.concat_str(pl.lit("row"), "origin_hash", "origin_row", separator="|")
    by_content = pl.concat_str(pl.lit("time"), "content_hash", "copy_no", separator="|")
    by_place = pl.concat_str(pl.lit("row"), "file_hash", "row_no", separator="|")
    return pl.coalesce(by_number, by_first_try, pl.when("is_timed").then(by_content), by_place)


def _as_one_figure(counted: pl.DataFrame) -> pl.DataFrame:
    """Counted rows where those of a file and place have one hash; of a single row it is its own."""
    place = [*FILE, "business_key"]
    shared = counted.filter(counted.select(place).is_duplicated())
    figures = shared.group_by(place).agg(pl.col("content_hash").sort().str.join(FIELD))
    whole = figures.with_columns(
        pl.Series("figure", [_hash(text) for text in figures["content_hash"]], pl.String)
    )
    return (
        counted.join(whole.drop("content_hash"), on=place, how="left", maintain_order="left")
        .with_columns(content_hash=pl.coalesce("figure", "content_hash"))
        .drop("figure")
    )


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:HASH_LENGTH]


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
