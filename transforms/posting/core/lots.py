"""What the warehouse says of a lot: a batch of one SKU with one expiry date."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from schemas.books.stock import StockLot
from schemas.vocabulary.findings import FindingCode
from schemas.vocabulary.words import NO_LOT
from transforms.balances import LOT
from transforms.findings import findings_of

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.night import Books
    from schemas.results import Finding
    from transforms.terms import Terms


class Lots(NamedTuple):
    """Books that know the lots, and the lots whose dates contradict each other."""

    books: Books
    findings: pl.DataFrame


def state_lots(books: Books, rows: pl.DataFrame, terms: Terms, *, is_count: bool) -> Lots:
    """The lots of `rows` and their expiry, of contradicting dates the earlier: rather unsold than spoilt.

    A count has looked at the label, so its date replaces the known one. Either way a person is told.
    """
    stated = rows.group_by(LOT).agg(
        stated_on=pl.col("expiry_on").min(), last_on=pl.col("expiry_on").max(), is_stated=pl.lit(value=True)
    )
    joined = books.stock_lots.join(stated, on=LOT, how="full", coalesce=True).join(
        _standing(books), on=LOT, how="left"
    )
    # units without a lot are no batch: what is gone says nothing of what comes
    is_known = (pl.col("lot_id") != NO_LOT) | pl.col("is_there") | pl.col("stated_on").is_null()
    dated = joined.with_columns(known_on=pl.when(is_known).then("expiry_on")).with_columns(
        expiry_on=pl.coalesce("stated_on", "known_on")
        if is_count
        else pl.min_horizontal("stated_on", "known_on"),
        first_seen_on=pl.col("first_seen_on").fill_null(terms.as_of.business_date),
    )
    lots = dated.select(StockLot.names()).sort(LOT).pipe(StockLot.validate)
    return Lots(replace(books, stock_lots=lots), _contradictions(dated, terms))


def _standing(books: Books) -> pl.DataFrame:
    """Lots of which units are there."""
    return books.stock_balances.select(LOT).unique().with_columns(is_there=pl.lit(value=True))


def _contradictions(dated: pl.DataFrame, terms: Terms) -> DataFrame[Finding]:
    """Stated lots with more than one date."""
    earliest = pl.min_horizontal("stated_on", "known_on")
    latest = pl.max_horizontal("last_on", "known_on")
    return findings_of(
        dated.filter("is_stated", pl.col("stated_on").is_not_null(), earliest < latest),
        FindingCode.LOT_EXPIRY,
        terms,
        subject=pl.col("sku"),
        detail=pl.format(
            "lot '{}' at {}: {} or {}; {} holds", "lot_id", "warehouse_id", earliest, latest, "expiry_on"
        ),
    )
