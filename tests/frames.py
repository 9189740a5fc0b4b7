"""Small frames for tests: what a test does not say gets a plain default, so that it shows only its point."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import polars as pl

from schemas.intake.feeds import LineRow
from schemas.table import Table

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

T = TypeVar("T", bound=Table)

NIGHT = date(2026, 3, 2)
"""The night of a test that does not name another: a Monday."""

MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""An instant of that day."""

DEFAULTS: dict[str, Any] = {
    "client_id": "acme",
    "file_feed": "orders",
    "feed": "orders",
    "file_hash": "f0",
    "row_no": 1,
    "line_no": 1,
    "asn_line_no": 1,
    "sku": "A",
    "sent_sku": "A",
    "warehouse_id": "W1",
    "warehouse_ids": "W1",
    "bin_id": "B1",
    "order_type": "dtc",
    "priority": 5,
    "ship_rule": "partial",
    "action": "new",
    "run_no": 1,
    "sell_multiple": 1,
    "is_active": True,
    "is_listed": True,
    "is_open": True,
    "basis": "confirmed",
    "kind": "release",
    "state": "preview",
    "owner": "operator",
    "account": "FREE",
    "verdict": "accepted",
    "seq": 1,
    "rank": 1,
    "standing": "gain",
    "lost_reason": "stock_fell",
    "queue_place": 1,
    "each_qty": 1,
    "fact_no": 1,
}
"""Values of columns that may not be null and have no natural zero."""


def frame_of(contract: type[T], *rows: dict[str, Any]) -> DataFrame[T]:
    """A frame of `contract` with one row for each dict; unnamed columns get null, a default or zero.

    Raises:
        KeyError: a dict names a column that the contract does not have.
    """
    columns = contract.to_schema().columns
    for row in rows:
        if unknown := set(row) - set(columns):
            raise KeyError(contract.__name__, unknown)
    dtypes = contract.dtypes()
    # a row of a line nearly always names its sku, though it may leave it to the line
    named = {"sku", "sent_sku"} if issubclass(contract, LineRow) else set()
    plain = {
        name: None if columns[name].nullable and name not in named else _plain(name, dtype)
        for name, dtype in dtypes.items()
    }
    complete = [{**plain, **row} for row in rows]
    return pl.DataFrame(complete, schema=dtypes, orient="row").pipe(contract.validate)


def _plain(name: str, dtype: pl.DataType) -> object:
    """The default of a column that may not be null."""
    if name in DEFAULTS:
        return DEFAULTS[name]
    zeros: dict[type[pl.DataType], object] = {
        pl.String: "",
        pl.Int64: 0,
        pl.Float64: 0.0,
        pl.Boolean: False,
        pl.Date: NIGHT,
        pl.Datetime: MORNING,
    }
    return zeros[type(dtype)]
