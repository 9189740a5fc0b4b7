"""The tables that the ledger keeps as segments, and in which order their rows stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.books.laws import Violation
from schemas.intake.verdicts import RowOutcome
from schemas.night import HISTORY_TABLES, STATE_TABLES, TONIGHT_TABLES

if TYPE_CHECKING:
    from schemas.table import Table

STATE = STATE_TABLES
TONIGHT: dict[str, type[Table]] = {
    **TONIGHT_TABLES,
    "outcomes": RowOutcome,
}
"""Also what acknowledgements are written from, so that publishing needs nothing but committed state."""

HISTORY: dict[str, type[Table]] = {**HISTORY_TABLES, "violations": Violation}
"""Also the rows for which a client was held."""

CONTRACTS: dict[str, type[Table]] = {**STATE, **TONIGHT, **HISTORY}

ORDERING: dict[str, tuple[str, ...]] = {
    "items": ("sku",),
    "item_units": ("sku", "uom"),
    "item_aliases": ("alias",),
    "order_lines": ("order_id", "line_no"),
    "order_raises": ("order_id", "line_no", "raised_at"),
    "withheld": ("release_id",),
    "promises": ("order_id", "line_no"),
    "line_balances": ("order_id", "line_no", "account", "warehouse_id", "sku"),
    "stock_balances": ("warehouse_id", "sku", "lot_id", "bin_id", "account", "hold_reason"),
    "stock_lots": ("warehouse_id", "sku", "lot_id"),
    "first_counts": ("warehouse_id",),
    "unholds": ("unhold_id",),
    "releases": ("release_id",),
    "inbound_lines": ("asn_id", "asn_line_no"),
    "uncorrected_rows": ("feed", "file_hash", "row_no"),
    "inbound_receipts": ("file_feed", "file_hash", "row_no", "received_qty"),
    "receipt_lines": ("receipt_id", "line_no", "lot_id"),
    "standings": ("order_id", "line_no"),
    "decisions": ("order_id", "line_no", "reason_code"),
    "reservations": ("order_id", "line_no", "warehouse_id", "sku", "reason_code"),
    "overtakings": ("order_id", "line_no", "warehouse_id", "sku", "rule"),
    "lost_reservations": ("order_id", "line_no", "warehouse_id", "sku"),
    "movements": ("business_date", "run_no", "seq"),
    "shipments": ("shipment_id",),
    "line_nights": ("order_id", "line_no"),
    "messages": ("message_id",),
    "message_lines": ("message_id", "line_no"),
    "row_keys": ("feed", "business_key", "fact_no"),
    "outcomes": ("feed", "file_hash", "row_no"),
}
"""Keys within a client."""


def ordering_of(table: str) -> list[str]:
    """Columns that order a client's rows of `table` totally.

    Of a large table of state the key alone (law 1 sees to it that a line stands once); elsewhere the
    other columns follow it.
    """
    names = CONTRACTS[table].names()
    key = ORDERING.get(table, ())
    if table in STATE and key:
        return list(key)
    return [*key, *(name for name in names if name not in key)]
