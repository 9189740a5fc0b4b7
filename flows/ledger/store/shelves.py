"""What the books know of a shelf beside its units: when its bins were last counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from schemas.vocabulary.words import FactKind
from transforms.keys import CELL
from transforms.units import written_qty

if TYPE_CHECKING:
    from flows.ledger.store.ledger import Ledger


def last_counts(ledger: Ledger, client_id: str, sku: str) -> list[dict[str, Any]]:
    """The last count of each bin and lot of a SKU, and what was seen there (`qty`), in words.

    A bin that was counted before the facts that are kept has no `qty`.
    """
    books = ledger.load_books([client_id])
    is_sku = pl.col("sku") == sku
    decimals = books.items.filter(is_sku).select("client_id", "sku", "decimals")
    seen = (
        books.shelf_facts.filter(is_sku, pl.col("kind") == FactKind.COUNTED, ~pl.col("is_held"))
        .group_by(*CELL, counted_at="at")
        .agg(pl.col("qty").last())
    )
    counts = (
        books.counts.filter(is_sku)
        .join(seen, on=[*CELL, "counted_at"], how="left")
        .join(decimals, on=["client_id", "sku"], how="left")
        .with_columns(qty=written_qty(pl.col("qty"), pl.col("decimals").fill_null(0)))
        .sort("warehouse_id", "bin_id", "lot_id")
    )
    return counts.select("warehouse_id", "lot_id", "bin_id", "counted_at", "qty", "counted_on").to_dicts()
