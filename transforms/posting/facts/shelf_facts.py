"""Facts of a shelf as the rows of tonight's files tell them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.stock import ShelfFact
from schemas.table import conform
from schemas.vocabulary.words import FactKind
from transforms.keys import CELL, SHELF

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.night import Books
    from transforms.terms import Terms

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""Before every fact."""


def with_openings(books: Books, terms: Terms) -> Books:
    """Books in which every shelf with units has facts: what stands on one without is its opening.

    So begin the shelves of a workspace whose program did not keep facts yet. A bin that was counted opens
    with that count, since facts up to it are inside.
    """
    known = books.shelf_facts.select(SHELF).unique()
    stock = books.stock_balances.join(known, on=SHELF, how="anti").group_by(CELL).agg(pl.col("qty").sum())
    counted = books.counts.join(known, on=SHELF, how="anti").select(*CELL, "counted_at")
    cells = stock.join(counted, on=CELL, how="full", coalesce=True)
    if cells.is_empty():
        return books
    is_counted = pl.col("counted_at").is_not_null()
    opened = cells.with_columns(
        pl.col("qty").fill_null(0),
        at=pl.col("counted_at").fill_null(pl.lit(BEGINNING, pl.Datetime("us", "UTC"))),
        kind=pl.when(is_counted)
        .then(pl.lit(FactKind.COUNTED.value))
        .otherwise(pl.lit(FactKind.OPENING.value)),
        posted_on=pl.lit(terms.as_of.business_date),
        file_hash=pl.lit(""),
        row_no=pl.lit(0, pl.Int64),
        is_held=pl.lit(value=False),
    )
    facts = pl.concat([books.shelf_facts, conform(opened, ShelfFact)]).sort(ShelfFact.names())
    return replace(books, shelf_facts=facts.pipe(ShelfFact.validate))


def facts_of(
    rows: pl.DataFrame, qty: pl.Expr, terms: Terms, *, kind: FactKind = FactKind.MOVED
) -> DataFrame[ShelfFact]:
    """Facts of a shelf that `rows` tell: a place, `at`, and where they came from.

    Rows without file are of a rule. Movements without units are kept: their shelf is reckoned anew.
    """
    of_rule = [
        pl.lit(value).alias(name)
        for name, value in (("file_hash", ""), ("row_no", 0))
        if name not in rows.columns
    ]
    return conform(
        rows.with_columns(
            *of_rule,
            qty=qty,
            kind=pl.lit(kind.value),
            posted_on=pl.lit(terms.as_of.business_date),
            is_held=pl.lit(value=False),
        ).cast({"row_no": pl.Int64}),
        ShelfFact,
    )
