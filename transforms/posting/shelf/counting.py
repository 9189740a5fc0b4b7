"""Counts before they are believed: which is the last of its place, and which make too many units vanish.

Rule
    A count that would make more than a fifth of a client's units in a warehouse vanish is held, since it is
    likelier a file cut short than an empty warehouse. Units that a picker missed, and units released for a
    shipping day up to the count's, do not count as vanishing: they are expected to be gone. A held count is
    judged again every night. It is believed when a later count agrees with it, or when a person takes its
    rows out of quarantine and drops them again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.books.stock import ShelfFact
from schemas.vocabulary.words import FactKind, HoldReason
from transforms.balances import LOT
from transforms.calendars import with_warehouse_date
from transforms.keys import CELL, SHELF
from transforms.posting.facts.reckoning import reckon
from transforms.units import in_millionths

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.night import Books
    from transforms.terms import Terms

COUNT = ["client_id", "warehouse_id", "file_hash"]
VANISHED_SHARE = 5
"""A count is held when more than one unit in so many would vanish."""


def mark_last(books: Books, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with `is_last`: no count of the cell is later, tonight or in the books."""
    known = books.counts.select(*CELL, known_at="counted_at")
    latest = pl.col("at") == pl.col("at").max()
    last = rows.group_by(CELL).agg(
        last_at=pl.col("at").max(), last_hash=pl.col("file_hash").filter(latest).max()
    )
    is_newest = (pl.col("at") == pl.col("last_at")) & (pl.col("file_hash") == pl.col("last_hash"))
    is_newer = (pl.col("at") >= pl.col("known_at")).fill_null(value=True)
    return (
        rows.join(last, on=CELL, how="left", maintain_order="left")
        .join(known, on=CELL, how="left", maintain_order="left")
        .with_columns(is_last=is_newest & is_newer)
        .drop("last_at", "last_hash", "known_at")
    )


def counts_to_hold(
    books: Books, counted: pl.DataFrame, moved: pl.DataFrame, confirmed: pl.DataFrame, terms: Terms
) -> pl.DataFrame:
    """Counts (client, warehouse, file) that make too many units vanish, with how many.

    Args:
        books: before any of the counts.
        counted: facts of the counts, tonight's and held ones.
        moved: tonight's other facts.
        confirmed: counts that a person dropped again.
        terms: of the night.
    """
    owned = _owned(books)
    asked = counted.join(owned, on=["client_id", "warehouse_id"], how="semi")
    if asked.is_empty():
        return _none()
    decimals = books.items.select("client_id", "sku", "decimals")
    units = in_millionths(pl.col("qty"), pl.col("decimals"))
    return (
        _vanished(books, asked, moved, terms)
        .join(asked.select(*COUNT, *LOT[2:]).unique(), on=LOT)
        .join(decimals, on=["client_id", "sku"], how="left")
        .group_by(COUNT)
        .agg(vanished=units.sum())
        .join(owned, on=["client_id", "warehouse_id"])
        .filter(pl.col("vanished") * VANISHED_SHARE > pl.col("owned_qty"))
        .join(confirmed, on=COUNT, how="anti")
        .join(_agreeing(counted), on=COUNT, how="anti")
        .sort(COUNT)
    )


def _none() -> pl.DataFrame:
    schema = dict.fromkeys(COUNT, pl.String)
    return pl.DataFrame(schema={**schema, "vanished": pl.Int128, "owned_qty": pl.Int128})


def _owned(books: Books) -> pl.DataFrame:
    """Units of each client and warehouse, in millionths."""
    decimals = books.items.select("client_id", "sku", "decimals")
    stock = books.stock_balances.join(decimals, on=["client_id", "sku"], how="left")
    units = in_millionths(pl.col("qty"), pl.col("decimals"))
    return stock.group_by("client_id", "warehouse_id").agg(owned_qty=units.sum())


def _vanished(books: Books, counted: pl.DataFrame, moved: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    """Units of each shelf that the counts take away and that nobody expects to be gone."""
    others = moved.join(counted, on=SHELF, how="semi")
    touched = counted.with_columns(kind=pl.lit(FactKind.MOVED.value), qty=pl.lit(0, pl.Int64))
    before = _totals(books, pl.concat([others, touched]), terms)
    after = _totals(books, pl.concat([others, counted]), terms)
    return (
        before.join(after, on=LOT, how="left", suffix="_after")
        .join(_expected_gone(books, counted, terms), on=LOT, how="left")
        .with_columns(lost=pl.col("qty") - pl.col("qty_after").fill_null(0) - pl.col("gone_qty").fill_null(0))
        .filter(pl.col("lost") > 0)
        .select(*LOT, qty="lost")
    )


def _expected_gone(books: Books, counted: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    """Units of each shelf that a picker missed, or that were to leave up to the day of its last count."""
    days = (
        with_warehouse_date(counted, time_column="at", name="counted_on", warehouses=terms.warehouses)
        .group_by(LOT)
        .agg(pl.col("counted_on").max())
    )
    missed = books.stock_balances.filter(pl.col("hold_reason") == HoldReason.SHORT_PICK)
    released = books.releases.filter("is_open").join(days, on=LOT)
    leaving = released.filter(pl.col("ships_on") <= pl.col("counted_on")).with_columns(
        qty=pl.col("released_qty") - pl.col("shipped_qty") - pl.col("short_qty")
    )
    gone = pl.concat([missed.select(*LOT, "qty"), leaving.select(*LOT, "qty")])
    return gone.group_by(LOT).agg(gone_qty=pl.col("qty").sum())


def _totals(books: Books, facts: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    """Units of each shelf by its facts and its gap."""
    reckoned = reckon(books, facts, terms)
    parts = [table.select(*LOT, "qty") for table in (reckoned.bins, reckoned.gaps)]
    return pl.concat(parts).group_by(LOT).agg(pl.col("qty").sum())


def _agreeing(counted: pl.DataFrame) -> pl.DataFrame:
    """Counts of which another one, taken at another time, saw the same in every place that both saw.

    An export that says the same on another night is another count.
    """
    seen = counted.select(*COUNT, *CELL[2:], "at", "qty", "posted_on")
    is_another = (pl.col("file_hash") != pl.col("file_hash_other")) | (
        pl.col("posted_on") != pl.col("posted_on_other")
    )
    pairs = seen.join(seen, on=CELL, suffix="_other").filter(is_another, pl.col("at") != pl.col("at_other"))
    alike = pairs.group_by(*COUNT, "file_hash_other").agg(
        (pl.col("qty") == pl.col("qty_other")).all().alias("is_alike")
    )
    return alike.filter("is_alike").select(COUNT).unique()


def held_counts(books: Books) -> DataFrame[ShelfFact]:
    """Counts of earlier nights that were not believed yet and that no later count replaced."""
    known = books.counts.select(*CELL, known_at="counted_at")
    held = books.shelf_facts.filter("is_held").join(known, on=CELL, how="left", maintain_order="left")
    is_open = (pl.col("at") > pl.col("known_at")).fill_null(value=True)
    return held.filter(is_open).drop("known_at").pipe(ShelfFact.validate)
