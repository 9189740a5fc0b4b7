"""The journal: one table of movements for both ledgers. Everything else in the books is a cache of it."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from schemas.table import Table, Utc
from schemas.vocabulary.words import Cause, LedgerName, LineAccount, StockAccount


class Posted(Table):
    """Where a row of the journal stands in it; parent of `Movement`."""

    business_date: pl.Date = pa.Field(description="night that posted it")
    run_no: int
    seq: int = pa.Field(ge=1, description="posting order within the run and client")


class Draft(Table):
    """A movement that is not posted yet: a fact or a rule asks for it."""

    ledger: str = pa.Field(isin=LedgerName.values())
    client_id: str
    warehouse_id: str = pa.Field(description="stock ledger, and RESERVED of the line ledger; empty elsewhere")
    sku: str = pa.Field(description="stock ledger, and the line's SKU in the line ledger")
    lot_id: str = pa.Field(description="stock ledger; empty elsewhere")
    bin_id: str = pa.Field(description="stock ledger; empty elsewhere")
    order_id: str = pa.Field(description="line ledger, and the releases and shipments of the stock ledger")
    line_no: int = pa.Field(description="as order_id; 0 elsewhere")
    from_account: str = pa.Field(isin=[*StockAccount.values(), *LineAccount.values()])
    to_account: str = pa.Field(isin=[*StockAccount.values(), *LineAccount.values()])
    hold_reason: str = pa.Field(description="of the HOLD side; empty elsewhere")
    qty: int = pa.Field(ge=1)
    cause: str = pa.Field(isin=Cause.values())
    effective_on: pl.Date = pa.Field(nullable=True, description="as of the movement; null: the business date")
    effective_at: Utc = pa.Field(nullable=True, description="as of the movement; null: when that day ends")
    effect_id: str = pa.Field(
        description="id of the release, shipment or unhold it belongs to; empty for none"
    )
    file_hash: str = pa.Field(description="file that caused it; empty for a rule")
    row_no: int = pa.Field(description="row of that file; 0 for a rule")


class Movement(Draft, Posted, key=("business_date", "run_no", "client_id", "seq")):
    """Units that went from one account to another of one key. Nothing is ever posted into the past.

    A release is a movement in each ledger with one effect id; a part taken from OPEN and a part taken
    from RESERVED are two movements of the line ledger.
    """

    effective_on: pl.Date = pa.Field(
        description="local day on which it became true: the warehouse's, of an order's wishes the client's"
    )
    effective_at: Utc = pa.Field(description="instant at which it became true")
