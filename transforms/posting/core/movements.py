"""Drafts of movements: units, an account they leave, one they enter, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import polars as pl

from schemas.books.journal import Draft, Movement
from schemas.table import empty
from schemas.vocabulary.words import LedgerName, StockAccount
from transforms.balances import apply_movements
from transforms.calendars import with_instant_of_day
from transforms.posting.core.posting import Posting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.night import Books
    from schemas.table import Frame
    from schemas.vocabulary.words import Cause, LineAccount
    from transforms.terms import Terms

TEXTS = ("warehouse_id", "sku", "lot_id", "bin_id", "order_id", "hold_reason", "effect_id", "file_hash")
NUMBERS = ("line_no", "row_no")
STOCK_ONLY = ("lot_id", "bin_id", "hold_reason")
ORDER = [
    "client_id",
    "effective_on",
    "file_hash",
    "row_no",
    "order_id",
    "line_no",
    "warehouse_id",
    "sku",
    "lot_id",
    "bin_id",
    "hold_reason",
    "effect_id",
    "qty",
]


def stock_movements(
    units: pl.DataFrame, *, out: StockAccount, into: StockAccount, cause: Cause
) -> Frame[Draft]:
    """Drafts of the stock ledger from `units`: a cell, a quantity, and any other column of a movement.

    Rows without a quantity move nothing. A hold reason stays only where HOLD is one side.
    """
    if units.is_empty():
        return cast("Frame[Draft]", empty(Draft))
    on_hold = StockAccount.HOLD in (out, into)
    reasons = units if on_hold else units.with_columns(hold_reason=pl.lit(""))
    return _draft(reasons, LedgerName.STOCK, out, into, cause)


def line_movements(units: pl.DataFrame, *, out: LineAccount, into: LineAccount, cause: Cause) -> Frame[Draft]:
    """Drafts of the line ledger from `units`: a line, its sku, a quantity.

    A warehouse is kept only where the caller leaves it in, which is where RESERVED is one side.
    """
    if units.is_empty():
        return cast("Frame[Draft]", empty(Draft))
    is_reserved = "RESERVED" in (out, into)
    blank = STOCK_ONLY if is_reserved else (*STOCK_ONLY, "warehouse_id")
    return _draft(
        units.with_columns(pl.lit("").alias(name) for name in blank), LedgerName.LINE, out, into, cause
    )


def _draft(units: pl.DataFrame, ledger: LedgerName, out: str, into: str, cause: Cause) -> Frame[Draft]:
    """A movement for each row with a quantity, in a total order."""
    numbers = NUMBERS if "order_id" in units.columns else ("row_no",)  # else line_no is the fact's own
    absent = {
        **{name: pl.lit("") for name in TEXTS if name not in units.columns},
        **{name: pl.lit(0, pl.Int64) for name in NUMBERS if name not in numbers or name not in units.columns},
    }
    if "effective_on" not in units.columns:
        absent["effective_on"] = pl.lit(None, pl.Date)
    instant = pl.col("at") if "at" in units.columns else pl.lit(None, pl.Datetime("us", "UTC"))
    movements = units.filter(pl.col("qty") > 0).with_columns(
        ledger=pl.lit(ledger.value),
        from_account=pl.lit(str(out)),
        to_account=pl.lit(str(into)),
        cause=pl.lit(cause.value),
        effective_at=instant,
        **absent,
    )
    return cast("Frame[Draft]", movements.select(Draft.names()).sort(ORDER))


def post(books: Books, drafts: Sequence[Frame[Draft]], terms: Terms, **tables: pl.DataFrame) -> Posting:
    """The posting of `drafts`, in their order, onto `books`; `tables` are its other parts."""
    night = terms.as_of.business_date
    moved = pl.concat(drafts)
    if moved.is_empty():
        return Posting.of(books, **tables)
    dated = moved.with_columns(
        pl.lit(night).alias("business_date"),
        pl.lit(terms.as_of.run_no, pl.Int64).alias("run_no"),
        pl.lit(1, pl.Int64).alias("seq"),
        pl.col("effective_on").fill_null(night),
    )
    closed = with_instant_of_day(
        dated, date_column="effective_on", name="closed_at", warehouses=terms.warehouses
    )
    movements = closed.with_columns(pl.coalesce("effective_at", "closed_at").alias("effective_at")).select(
        Movement.names()
    )
    after = apply_movements(books, movements, business_date=night)
    return Posting.of(after, movements=movements, **tables)
