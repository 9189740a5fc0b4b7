"""Facts of a shelf as the rows of tonight's files tell them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.stock import ShelfFact
from schemas.table import conform
from schemas.vocabulary import FactKind

if TYPE_CHECKING:
    from transforms.posting.posting import Terms


def facts_of(
    rows: pl.DataFrame, qty: pl.Expr, terms: Terms, *, kind: FactKind = FactKind.MOVED
) -> pl.DataFrame:
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
