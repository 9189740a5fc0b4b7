"""What the door is given about a file, and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemas.books.catalogue import Item, ItemAlias, ItemUnit
from schemas.books.inbound import InboundLine
from schemas.books.orders import OrderLine
from schemas.intake.dropped_file import DroppedFile
from schemas.table import empty

if TYPE_CHECKING:
    from datetime import date

    from pandera.typing.polars import DataFrame

    from schemas.books.orders import PendingRow
    from schemas.intake.refusal import Refusal
    from schemas.intake.verdicts import RejectedRow, RowHash, RowOutcome, RowPlace
    from schemas.night import FeedRows
    from schemas.vocabulary.words import Feed


@dataclass(frozen=True)
class SourceFile(DroppedFile):
    """A dropped file and the night that reads it; only a count may read its day from the name."""

    feed: Feed
    business_date: date


@dataclass(frozen=True, eq=False)
class Catalogue:
    """What quantities and SKUs are read with: items, and lines that rows may mean without naming a SKU.

    Rows of other clients do no harm. Two are the same where they are one object.
    """

    items: DataFrame[Item]
    item_units: DataFrame[ItemUnit]
    item_aliases: DataFrame[ItemAlias]
    order_lines: DataFrame[OrderLine] = field(default_factory=lambda: empty(OrderLine))
    inbound_lines: DataFrame[InboundLine] = field(default_factory=lambda: empty(InboundLine))

    @classmethod
    def blank(cls) -> Catalogue:
        """The catalogue before any item is known."""
        return cls(empty(Item), empty(ItemUnit), empty(ItemAlias))


@dataclass(frozen=True)
class FileForm:
    """A file read as rows of feeds.

    Every row read stands in exactly one of: `rows`, `outcomes` (set aside), `rejected` (one row a
    reason). A refused file has no rows at all.
    """

    refusal: Refusal | None
    rows: FeedRows
    outcomes: DataFrame[RowOutcome]
    rejected: DataFrame[RejectedRow]
    pending: DataFrame[PendingRow]
    """Rejected rows of lines whose order (receipt, announcement) is known; an order's hold it."""
    row_hashes: DataFrame[RowHash]
    """What its rejected rows say, to know them again."""
    row_places: DataFrame[RowPlace]
    """Where its rows stand."""
    cells_hash: str | None
    """What the cells say; null where no row was read. Two files with one hash are one file."""
    rows_read: int
    qty_read: int
    """Control total: units of the rows whose form is valid, scaled by `qty_decimals`."""
    qty_decimals: int
    unknown_orders: frozenset[str] = frozenset()
    """Orders that rows without a SKU name and the catalogue does not have."""
