"""Contracts of the analyst database: the tables that others rely on, with no name and no address.

Names and values are a promise (`schemas/README.md`): columns may be added, none is renamed. No lot
and no bin are null here. Quantities of tables are whole numbers, scaled by `items.decimals`; those of the
views are true ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandera.polars as pa
import polars as pl

from schemas.books.catalogue import Item
from schemas.books.inbound import InboundLine, PostedReceipt
from schemas.books.journal import Movement
from schemas.books.orders import Shipment
from schemas.books.stock import FirstCount, PostedUnhold, ShelfGap
from schemas.intake.verdicts import FileOutcome, RejectedRow
from schemas.outputs.analyst_lines import AnalystLine
from schemas.outputs.analyst_nights import DecisionNight, LostReservationNight, OvertakingNight, PegNight
from schemas.results import (
    Allocation,
    Decision,
    Finding,
    LineNight,
    LostReservation,
    MessageLine,
    Overtaking,
    Peg,
    Reservation,
)
from schemas.table import Instant, Table
from schemas.vocabulary.findings import FindingCode
from schemas.vocabulary.words import NoticeKind, NoticeState, ShipmentBasis

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandera.typing.polars import DataFrame

    from schemas.night import Books
    from schemas.results import QueuePosition
    from schemas.settings.warehouse import Warehouse


class StockPosition(Table, key=("client_id", "warehouse_id", "sku", "lot_id", "bin_id")):
    """What is in a bin: on hand = available + hold + released."""

    client_id: str
    warehouse_id: str
    sku: str
    lot_id: str = pa.Field(nullable=True)
    bin_id: str
    expiry_on: pl.Date = pa.Field(nullable=True)
    first_seen_on: pl.Date = pa.Field(nullable=True, description="business date of the lot's first posting")
    on_hand_qty: int = pa.Field(ge=0, description="units physically there")
    hold_qty: int = pa.Field(ge=0, description="units not for sale")
    hold_reasons: str = pa.Field(nullable=True, description="why, joined by |")
    released_qty: int = pa.Field(ge=0)
    available_qty: int = pa.Field(ge=0, description="free units; reserved ones are among them")


class AnalystShipment(Shipment):
    """A confirmed or assumed shipment, or a short pick."""

    lot_id: str = pa.Field(nullable=True)
    basis: str = pa.Field(isin=ShipmentBasis.values())


class AnalystReceipt(PostedReceipt):
    """A receipt row as it was posted; what it corrects is a row of its own, below zero.

    Those of nights before this was kept are missing; `movements` has their units.
    """

    lot_id: str = pa.Field(nullable=True)


class AnalystShelfGap(ShelfGap):
    """Units that a shelf must have had, since more left it than its facts brought."""

    lot_id: str = pa.Field(nullable=True)


class AnalystUnhold(PostedUnhold):
    """Held units of a bin that somebody judged to be good, and the night that had them free."""

    lot_id: str = pa.Field(nullable=True)
    said_at: Instant = pa.Field(description="instant at which it was said, in UTC")


class AnalystMovement(Movement):
    """Units that went from one account to another: the journal of both ledgers."""

    warehouse_id: str = pa.Field(nullable=True, description="stock ledger, and RESERVED of the line ledger")
    lot_id: str = pa.Field(nullable=True, description="stock ledger")
    bin_id: str = pa.Field(nullable=True, description="stock ledger")
    order_id: str = pa.Field(
        nullable=True, description="line ledger, and the releases and shipments of the stock ledger"
    )
    line_no: int = pa.Field(nullable=True, description="as order_id")
    hold_reason: str = pa.Field(nullable=True, description="of the HOLD side")
    effect_id: str = pa.Field(nullable=True, description="id of the release, shipment or unhold of it")
    file_hash: str = pa.Field(nullable=True, description="file that caused it; null for a rule")
    row_no: int = pa.Field(nullable=True, description="row of that file; null for a rule")
    effective_at: Instant = pa.Field(description="instant at which it became true, in UTC")


class Notice(Table, key=("message_id",)):
    """What was told about an order."""

    business_date: pl.Date
    run_no: int
    client_id: str
    order_id: str
    kind: str = pa.Field(isin=NoticeKind.values(), description="the gravest of its facts")
    eta_on: pl.Date = pa.Field(nullable=True, description="the order's date told; null: no date")
    due_on: pl.Date = pa.Field(nullable=True, description="deadline of an answer, where the law sets one")
    state: str = pa.Field(isin=NoticeState.values(), description="where it stands as of publishing")
    message_id: str


class AnalystNoticeLine(MessageLine):
    """A line's part in what was told about its order: each date that was told, and the one before it."""

    business_date: pl.Date = pa.Field(description="that of its notice")
    run_no: int = pa.Field(description="that of its notice")


class AnalystRejectedRow(RejectedRow):
    """A reason for which a row was rejected; a row may have several."""

    file_name: str = pa.Field(nullable=True, description="name under which the file was dropped")
    loaded_on: pl.Date = pa.Field(description="business date of the night that loaded the file")


class Night(Table, key=("business_date", "run_no")):
    """A run that was committed."""

    business_date: pl.Date
    run_no: int
    version: int = pa.Field(ge=1, description="number of the version it made")
    seconds: float = pa.Field(nullable=True, description="how long the run took")
    laws_checked: int = pa.Field(ge=0, description="laws of the ledger that were checked and hold")
    clients_held: int = pa.Field(ge=0, description="clients whose night was undone")
    held_clients: str = pa.Field(description="their ids, joined by |; empty for none")
    only_posts: bool = pa.Field(
        description="it was missed and caught up with a later one: it posted facts, and released, told and "
        "cancelled nothing"
    )


class Word(Table, key=("vocabulary", "word")):
    """A value of a closed vocabulary and its meaning."""

    vocabulary: str = pa.Field(description="which vocabulary")
    word: str = pa.Field(description="the value as it stands in a column")
    meaning: str = pa.Field(description="what it says to a person")


NAMING_FILES = (
    FindingCode.FILE_REFUSED,
    FindingCode.FILE_CHANGED,
    FindingCode.FILE_HELD,
    FindingCode.FILE_GROWS,
    FindingCode.FILE_REPEATED,
    FindingCode.ROWS_REJECTED,
    FindingCode.COUNT_HELD,
    FindingCode.ALREADY_COUNTED,
    FindingCode.ORDER_DIFFERS,
    FindingCode.TOO_LATE,
    FindingCode.SHIPPED_AGAIN,
    FindingCode.INCOMPLETE_INTAKE,
    FindingCode.INTAKE_WAIT_OVER,
)
"""Findings that say in which file something stands."""


@dataclass(frozen=True)
class AnalystTable:
    """A table of the analyst database: its contract, and what puts its rows in a total order."""

    contract: type[Table]
    unstable: tuple[str, ...] = ()
    """Columns that may differ between two runs of the same night: names of files and times."""
    unstable_codes: tuple[str, ...] = ()
    """Those columns differ only in rows with one of these codes; empty: in every row."""
    sorted_by: tuple[str, ...] = ()
    """Where rows read better in another order than that of the key."""
    night: str = ""
    """The column that says to which night a row belongs, if no later night changes it."""

    @property
    def order(self) -> list[str]:
        """The columns by which its rows are sorted; those of a history by night first, as they come."""
        order = list(self.sorted_by) or self.contract.key()
        return list(dict.fromkeys([self.night, *order])) if self.night else order


@dataclass(frozen=True)
class VersionTables:
    """All that the analyst tables of a version are made of."""

    books: Books
    standings: DataFrame[QueuePosition]
    pegs: DataFrame[Peg]
    decisions: DataFrame[Decision]
    reservations: DataFrame[Reservation]
    overtakings: DataFrame[Overtaking]
    lost_reservations: DataFrame[LostReservation]
    history: Mapping[str, pl.DataFrame]
    """Tables of `night.HISTORY_TABLES`, at least the last `analyst_days`; one that is not given is empty."""
    nights: DataFrame[Night]
    warehouses: Mapping[str, Warehouse] = field(default_factory=dict)
    """Whose working days count; one that is not given works every day."""
    decided: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    """Rows of `night.DECIDED_TABLES` with the `version` that decided them; one not given is empty."""


LINE = ("client_id", "order_id", "line_no")
RUN = ("business_date", "run_no", "client_id")

ANALYST_TABLES: dict[str, AnalystTable] = {
    "order_lines": AnalystTable(AnalystLine),
    "allocations": AnalystTable(
        Allocation,
        sorted_by=(*RUN, *LINE[1:], "warehouse_id", "kind", "lot_id", "bin_id", "release_id", "sku"),
        night="business_date",
    ),
    "pegs": AnalystTable(Peg, sorted_by=(*LINE, "eta_on", "asn_id", "asn_line_no")),
    "decisions": AnalystTable(Decision),
    "reservations": AnalystTable(Reservation),
    "overtakings": AnalystTable(Overtaking),
    "lost_reservations": AnalystTable(LostReservation),
    "peg_nights": AnalystTable(
        PegNight, sorted_by=(*RUN, *LINE[1:], "eta_on", "asn_id", "asn_line_no"), night="business_date"
    ),
    "decision_nights": AnalystTable(DecisionNight, night="business_date"),
    "overtaking_nights": AnalystTable(OvertakingNight, night="business_date"),
    "lost_reservation_nights": AnalystTable(LostReservationNight, night="business_date"),
    "stock": AnalystTable(StockPosition),
    "shelf_gaps": AnalystTable(AnalystShelfGap),
    "unholds": AnalystTable(AnalystUnhold),
    "first_counts": AnalystTable(FirstCount),
    "inbound": AnalystTable(InboundLine),
    "shipments": AnalystTable(
        AnalystShipment, sorted_by=("business_date", "client_id", "shipment_id"), night="business_date"
    ),
    "receipts": AnalystTable(
        AnalystReceipt,
        sorted_by=(
            *(*RUN, "receipt_id", "line_no", "lot_id"),
            *("file_feed", "file_hash", "row_no", "received_qty"),
        ),
        night="business_date",
    ),
    "items": AnalystTable(Item),
    "movements": AnalystTable(AnalystMovement, night="business_date"),
    "line_nights": AnalystTable(LineNight, night="business_date"),
    "notices": AnalystTable(Notice, sorted_by=(*RUN, "order_id", "message_id"), night="business_date"),
    "notice_lines": AnalystTable(
        AnalystNoticeLine, sorted_by=(*RUN, "order_id", "message_id", "line_no"), night="business_date"
    ),
    "files": AnalystTable(
        FileOutcome,
        ("file_name", "detail"),
        sorted_by=(*RUN, "feed", "file_hash", "verdict", "file_name"),
        night="business_date",
    ),
    "rejected_rows": AnalystTable(
        AnalystRejectedRow,
        ("file_name",),
        sorted_by=("client_id", "feed", "file_hash", "row_no", "reason_code", "column"),
        night="loaded_on",
    ),
    "findings": AnalystTable(Finding, ("subject", "detail", "command"), NAMING_FILES, night="business_date"),
    "nights": AnalystTable(Night, ("seconds",)),
    "words": AnalystTable(Word),
}
"""Every table of `analytics.duckdb`, by its name there."""
