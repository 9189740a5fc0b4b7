"""What a night takes and gives: the books, the rows of tonight's files, and the plan.

Field names are table names: of segments on disk, of `STATE_TABLES`, `TONIGHT_TABLES` and
`HISTORY_TABLES`, and where the analysts see the table, of theirs.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from schemas import results
from schemas.books import catalogue, inbound, journal, orders, people, stock
from schemas.intake import feeds, verdicts
from schemas.table import Table, conform, empty

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    import polars as pl
    from pandera.typing.polars import DataFrame

    from schemas.settings.client import Client
    from schemas.settings.warehouse import Warehouse

STATE_TABLES: dict[str, type[Table]] = {
    "items": catalogue.Item,
    "used_items": catalogue.UsedItem,
    "item_units": catalogue.ItemUnit,
    "item_aliases": catalogue.ItemAlias,
    "closed_orders": orders.ClosedOrder,
    "order_lines": orders.OrderLine,
    "order_raises": orders.OrderRaise,
    "wishes": orders.Wish,
    "excesses": orders.Excess,
    "withheld": orders.Withheld,
    "promises": orders.Promise,
    "line_balances": orders.LineBalance,
    "stock_balances": stock.StockBalance,
    "stock_lots": stock.StockLot,
    "stock_holds": stock.StockHold,
    "losses": stock.Loss,
    "unholds": stock.PostedUnhold,
    "shelf_facts": stock.ShelfFact,
    "shelf_gaps": stock.ShelfGap,
    "fence_balances": stock.FenceBalance,
    "releases": orders.Release,
    "inbound_lines": inbound.InboundLine,
    "inbound_receipts": inbound.InboundReceipt,
    "receipt_lines": inbound.ReceiptLine,
    "counts": stock.Count,
    "first_counts": stock.FirstCount,
    "pending_rows": orders.PendingRow,
    "uncorrected_rows": orders.UncorrectedRow,
    "rejected_before": orders.RejectedBefore,
}
"""Carried from version to version; one segment per client."""

ORDER_TABLES = (
    "closed_orders",
    "order_lines",
    "order_raises",
    "excesses",
    "promises",
    "line_balances",
    "releases",
)
"""Tables of state whose rows leave the books with their order."""

RETIRED_TABLES = {f"retired_{name}": STATE_TABLES[name] for name in ORDER_TABLES}
"""Orders that have left the books, as they were then; only appended to, one segment per client and run. An
order that a later row names comes back, and the last of its departures counts."""

TONIGHT_TABLES: dict[str, type[Table]] = {
    "standings": results.QueuePosition,
    "pegs": results.Peg,
    "decisions": results.Decision,
    "reservations": results.Reservation,
    "overtakings": results.Overtaking,
    "lost_reservations": results.LostReservation,
}
"""Made anew by every night; one segment per client."""

DECIDED_TABLES = ("pegs", "decisions", "overtakings", "lost_reservations")
"""Those of them of which analysts see the nights before: what a night decided is never dropped."""

HISTORY_TABLES: dict[str, type[Table]] = {
    "movements": journal.Movement,
    "allocations": results.Allocation,
    "shipments": orders.Shipment,
    "receipts": inbound.PostedReceipt,
    "line_nights": results.LineNight,
    "messages": results.Message,
    "message_lines": results.MessageLine,
    "row_keys": verdicts.RowKey,
    "files": verdicts.FileOutcome,
    "rejected_rows": verdicts.RejectedRow,
    "findings": results.Finding,
}
"""Only appended to; one segment per client and run."""


def _frames(contracts: Mapping[str, type[Table]], tables: Mapping[str, pl.DataFrame]) -> dict[str, Any]:
    """Each contract's frame: the given one in the contract's columns, or an empty one."""
    return {
        name: conform(tables[name], contract) if name in tables else empty(contract)
        for name, contract in contracts.items()
    }


@dataclass(frozen=True)
class Books:
    """What is true as of a version, for all clients of a plan."""

    items: DataFrame[catalogue.Item]
    used_items: DataFrame[catalogue.UsedItem]
    item_units: DataFrame[catalogue.ItemUnit]
    item_aliases: DataFrame[catalogue.ItemAlias]
    closed_orders: DataFrame[orders.ClosedOrder]
    order_lines: DataFrame[orders.OrderLine]
    order_raises: DataFrame[orders.OrderRaise]
    wishes: DataFrame[orders.Wish]
    excesses: DataFrame[orders.Excess]
    withheld: DataFrame[orders.Withheld]
    promises: DataFrame[orders.Promise]
    line_balances: DataFrame[orders.LineBalance]
    stock_balances: DataFrame[stock.StockBalance]
    stock_lots: DataFrame[stock.StockLot]
    stock_holds: DataFrame[stock.StockHold]
    losses: DataFrame[stock.Loss]
    unholds: DataFrame[stock.PostedUnhold]
    shelf_facts: DataFrame[stock.ShelfFact]
    shelf_gaps: DataFrame[stock.ShelfGap]
    fence_balances: DataFrame[stock.FenceBalance]
    releases: DataFrame[orders.Release]
    inbound_lines: DataFrame[inbound.InboundLine]
    inbound_receipts: DataFrame[inbound.InboundReceipt]
    receipt_lines: DataFrame[inbound.ReceiptLine]
    counts: DataFrame[stock.Count]
    first_counts: DataFrame[stock.FirstCount]
    pending_rows: DataFrame[orders.PendingRow]
    uncorrected_rows: DataFrame[orders.UncorrectedRow]
    rejected_before: DataFrame[orders.RejectedBefore]

    @classmethod
    def blank(cls) -> Books:
        """The books of a workspace before its first night."""
        return cls.of({})

    @classmethod
    def of(cls, tables: Mapping[str, pl.DataFrame]) -> Books:
        """Books of the given tables; those that are not given are empty."""
        return cls(**_frames(STATE_TABLES, tables))

    def tables(self) -> dict[str, pl.DataFrame]:
        """Every table by its name."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


@dataclass(frozen=True)
class FeedRows:
    """The rows of tonight's files that have a valid form, by their own feed."""

    orders: DataFrame[feeds.OrderRow]
    cancellations: DataFrame[feeds.CancellationRow]
    receipts: DataFrame[feeds.ReceiptRow]
    asns: DataFrame[feeds.AsnRow]
    stock: DataFrame[feeds.StockRow]
    adjustments: DataFrame[feeds.AdjustmentRow]
    shipments: DataFrame[feeds.ShipmentRow]
    items: DataFrame[feeds.ItemRow]

    @classmethod
    def blank(cls) -> FeedRows:
        """A night to which nobody dropped a file."""
        return cls.of({})

    @classmethod
    def of(cls, tables: Mapping[str, pl.DataFrame]) -> FeedRows:
        """Rows of the given feeds; those that are not given are empty."""
        return cls(**_frames({feed.value: table for feed, table in feeds.FEED_TABLES.items()}, tables))

    def tables(self) -> dict[str, pl.DataFrame]:
        """Every feed's rows by its name."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


@dataclass(frozen=True)
class AsOf:
    """Which night it is; the only clock that a rule may read."""

    business_date: date
    run_no: int = 1
    frozen_at: datetime | None = field(default=None, compare=False)
    """When the run's files were fixed, in UTC; facts that a later run of a date brings without day and
    time happened then."""
    is_asked: bool = field(default=True, compare=False)
    """Somebody asked for this date: what the run releases leaves on the shipping day that follows the date.
    Else it leaves on the first one that can still be met when the run is frozen."""
    only_posts: bool = field(default=False, compare=False)
    """The night was missed and a later one is caught up with it: it posts its facts. That one releases,
    tells and cancels."""

    @property
    def run_id(self) -> str:
        """The run as text, such as `2026-03-02-1`: what steps hand each other, and its folder in staging."""
        return f"{self.business_date.isoformat()}-{self.run_no}"

    @classmethod
    def of_run(cls, run_id: str) -> AsOf:
        """The night and number of a run's id."""
        day, _, number = run_id.rpartition("-")
        return cls(date.fromisoformat(day), int(number))


@dataclass(frozen=True)
class NightInputs:
    """All that a night depends on."""

    as_of: AsOf
    clients: dict[str, Client]
    warehouses: dict[str, Warehouse]
    books: Books
    rows: FeedRows
    row_keys: DataFrame[verdicts.RowKey]
    """Facts accepted in earlier nights."""
    pending_rows: DataFrame[orders.PendingRow]
    """Rows of lines that tonight's reading rejected for their form."""
    files: DataFrame[verdicts.FileOutcome]
    """Tonight's files; only `rows_read` is counted yet."""
    outcomes: DataFrame[verdicts.RowOutcome]
    """Rows that reading set aside or rejected."""
    rejected_rows: DataFrame[verdicts.RejectedRow]
    """Why reading rejected them."""
    unholds: DataFrame[stock.Unhold] = field(default_factory=partial(empty, stock.Unhold))
    """What was said up to the freeze to come off hold, also what earlier nights have followed."""
    ship_to: DataFrame[people.ShipTo] = field(default_factory=partial(empty, people.ShipTo))
    """Who the orders that tonight's rows name go to, as far as it is known and may be looked at."""
    row_places: DataFrame[verdicts.RowPlace] = field(default_factory=partial(empty, verdicts.RowPlace))
    """In which lines of tonight's files their rows stand, for sentences about them."""
    row_hashes: DataFrame[verdicts.RowHash] = field(default_factory=partial(empty, verdicts.RowHash))
    """What the rows say that reading rejected."""


@dataclass(frozen=True)
class NightPlan:
    """All that a night decides. What stands here is committed as it is, or not at all."""

    books: Books
    ship_to: DataFrame[people.ShipTo]
    """Addresses of orders that are new or changed; the rest stays as it is."""
    outcomes: DataFrame[verdicts.RowOutcome]
    """One verdict for each row of tonight's loaded files."""
    rejected_rows: DataFrame[verdicts.RejectedRow]
    row_keys: DataFrame[verdicts.RowKey]
    movements: DataFrame[journal.Movement]
    allocations: DataFrame[results.Allocation]
    lost_reservations: DataFrame[results.LostReservation]
    pegs: DataFrame[results.Peg]
    decisions: DataFrame[results.Decision]
    reservations: DataFrame[results.Reservation]
    overtakings: DataFrame[results.Overtaking]
    standings: DataFrame[results.QueuePosition]
    line_nights: DataFrame[results.LineNight]
    shipments: DataFrame[orders.Shipment]
    receipts: DataFrame[inbound.PostedReceipt]
    messages: DataFrame[results.Message]
    message_lines: DataFrame[results.MessageLine]
    findings: DataFrame[results.Finding]
    retired: Books = field(default_factory=Books.blank)
    """Closed orders that leave the books with this night: rows of `ORDER_TABLES`."""

    @classmethod
    def blank(cls) -> NightPlan:
        """A night that decides nothing about anybody."""
        own: dict[str, type[Table]] = {"outcomes": verdicts.RowOutcome, "ship_to": people.ShipTo}
        contracts = {**TONIGHT_TABLES, **HISTORY_TABLES, **own}
        names = [one.name for one in fields(cls) if one.name not in ("books", "retired")]
        return cls(books=Books.blank(), **_frames({name: contracts[name] for name in names}, {}))
