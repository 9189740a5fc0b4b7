"""How a broken law is told: the rows at fault, and what they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import polars as pl

from schemas.books.laws import Violation
from schemas.table import empty
from schemas.vocabulary.words import AllocationKind
from transforms.keys import LINE

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.results import Allocation
    from schemas.table import Frame

FILE = ["client_id", "feed", "file_hash"]
PICK = ["effect_id", *LINE, "warehouse_id", "sku", "lot_id", "bin_id"]


def picks_of(allocations: DataFrame[Allocation]) -> pl.DataFrame:
    """Tonight's release rows, keyed as their movements of stock are."""
    return allocations.filter(pl.col("kind") == AllocationKind.RELEASE).select(
        pl.col("release_id").fill_null("").alias("effect_id"),
        *LINE,
        "warehouse_id",
        "sku",
        pl.col("lot_id").fill_null(""),
        pl.col("bin_id").fill_null(""),
        pl.col("allocated_qty").alias("qty"),
        "from_reserved_qty",
        "kit_id",
        "kit_qty",
        "kit_sku",
    )


def broken_rows(law: int, rows: pl.DataFrame, subject: pl.Expr, detail: pl.Expr) -> Frame[Violation]:
    """The rows as violations of a law."""
    if rows.is_empty():
        return cast("Frame[Violation]", empty(Violation))
    # Polars 2.1 panics in pl.format where the first of several chunks is empty, hence rechunk.
    told = rows.rechunk().select(
        pl.lit(law, pl.Int64).alias("law"), "client_id", subject.alias("subject"), detail.alias("detail")
    )
    return cast("Frame[Violation]", told)


def line_subject() -> pl.Expr:
    """An order line, for people."""
    return pl.format("line {}/{}", *LINE[1:])
