"""Contracts of state: what is true of the shelves as of a version.

All of it can be recomputed from the journal and the files.
"""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from schemas.table import Table, Utc
from schemas.vocabulary.words import FactKind, HoldReason, StockAccount

LATE_DAYS = 35
"""Days for which what was told can still be put in order, judged anew or corrected: facts of shelves, what
receipts count for, lines of receipts. What is older is folded or settled, or said again a new thing."""


class StockBalance(
    Table, key=("client_id", "warehouse_id", "sku", "lot_id", "bin_id", "account", "hold_reason")
):
    """Balance of the stock ledger. Rows with quantity 0 are left out."""

    client_id: str
    warehouse_id: str
    sku: str
    lot_id: str = pa.Field(description="empty: kept without lots")
    bin_id: str
    account: str = pa.Field(isin=[StockAccount.FREE, StockAccount.HOLD, StockAccount.RELEASED])
    hold_reason: str = pa.Field(description="of HOLD; empty elsewhere")
    qty: int = pa.Field(ge=0)


class StockLot(Table, key=("client_id", "warehouse_id", "sku", "lot_id")):
    """A lot that was seen in a warehouse."""

    client_id: str
    warehouse_id: str
    sku: str
    lot_id: str
    expiry_on: pl.Date = pa.Field(nullable=True, description="last usable day")
    first_seen_on: pl.Date = pa.Field(description="business date of the first posting")


class FenceBalance(Table, key=("client_id", "fence", "warehouse_id", "sku")):
    """What a fence still keeps. Its first row begins the fence."""

    client_id: str
    fence: str = pa.Field(description="its name in the policy")
    warehouse_id: str
    sku: str
    granted_qty: int = pa.Field(ge=0, description="units that it was given so far")
    left_qty: int = pa.Field(ge=0, description="kept units that its channels have not taken yet")


class StockHold(Table, key=("client_id", "release_id", "lot_id", "bin_id")):
    """Units that a picker did not find and their bin's rest."""

    client_id: str
    release_id: str
    warehouse_id: str
    sku: str
    lot_id: str
    bin_id: str
    qty: int = pa.Field(ge=0)
    missing_qty: int = pa.Field(ge=0, description="of qty: the units not found; the rest is the bin's rest")
    held_on: pl.Date
    held_at: Utc = pa.Field(description="instant of the confirmation that missed them")


class Loss(
    Table, key=("client_id", "warehouse_id", "sku", "lot_id", "bin_id", "lost_on", "file_hash", "row_no")
):
    """Units that were said to be gone while a release was open: if it comes up short, they are why.

    Forgotten once they explained a short, or no release is open that they could explain.
    """

    client_id: str
    warehouse_id: str
    sku: str
    lot_id: str = pa.Field(nullable=True, description="empty: kept without lots; null: nobody said")
    bin_id: str = pa.Field(nullable=True, description="null: nobody said")
    lost_on: pl.Date = pa.Field(description="local day of the warehouse on which they were gone")
    file_hash: str = pa.Field(description="file that told it")
    row_no: int = pa.Field(description="row of that file")
    qty: int = pa.Field(ge=1, description="units that explain no short yet")


class Unhold(Table, key=("client_id", "unhold_id")):
    """Held units of a bin that somebody judged to be good.

    Who said it and why stands in `control.sqlite` alone, since both may name people.
    """

    client_id: str
    unhold_id: str = pa.Field(description="effect id")
    warehouse_id: str
    sku: str
    lot_id: str = pa.Field(description="empty: kept without lots")
    bin_id: str
    hold_reason: str = pa.Field(isin=HoldReason.values())
    qty: int = pa.Field(ge=1, description="units that were to come off hold")
    said_at: Utc = pa.Field(description="instant at which it was said")


class PostedUnhold(Unhold):
    """An unhold that a night has followed, so that no later night does again."""

    released_qty: int = pa.Field(ge=0, description="units that came off hold; fewer where fewer were held")
    business_date: pl.Date = pa.Field(description="night that followed it")


class ShelfFact(Table):
    """Something that happened to the units of a shelf, or that a person saw there.

    The units on a shelf follow from its facts alone: see `transforms.posting.facts.shelf_law`. Kept for
    `LATE_DAYS`; what is older is folded into facts of the kinds `opening` and `lowest`.
    """

    client_id: str
    warehouse_id: str
    sku: str
    lot_id: str = pa.Field(nullable=True, description="empty: kept without lots; null: nobody said")
    bin_id: str = pa.Field(nullable=True, description="null: nobody said")
    at: Utc = pa.Field(description="instant at which it was true")
    kind: str = pa.Field(isin=FactKind.values())
    qty: int = pa.Field(description="units that came (negative: left), or that were seen")
    posted_on: pl.Date = pa.Field(description="business date of the night that took it")
    file_hash: str = pa.Field(description="file that told it; empty for a rule")
    row_no: int = pa.Field(description="row of that file; 0 for a rule")
    is_held: bool = pa.Field(description="a count that is not believed yet")


class ShelfGap(Table, key=("client_id", "warehouse_id", "sku", "lot_id")):
    """Units that a shelf must have had, since more left it than its facts brought.

    No movement of goods: a later file that explains it, or a
    count, takes it away.
    """

    client_id: str
    warehouse_id: str
    sku: str
    lot_id: str
    qty: int = pa.Field(ge=1)
    since_on: pl.Date = pa.Field(description="business date of the first night that had it")


class FirstCount(Table, key=("client_id", "warehouse_id")):
    """A warehouse in which a client's goods were counted at least once."""

    client_id: str
    warehouse_id: str
    counted_on: pl.Date = pa.Field(
        nullable=True, description="business date of the night that took the count; null: before it was noted"
    )


class Count(Table, key=("client_id", "warehouse_id", "sku", "lot_id", "bin_id")):
    """Up to when a stock position was counted, so that late facts are recognised."""

    client_id: str
    warehouse_id: str
    sku: str
    lot_id: str
    bin_id: str
    counted_at: Utc
    counted_on: pl.Date = pa.Field(description="business date of the night that posted it")
