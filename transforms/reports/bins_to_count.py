"""Bins that somebody should look into, in walking order: units wait there, or the books cannot be right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.outputs.reports import BinToCount
from schemas.table import conform
from schemas.vocabulary.words import CountReason, HoldReason
from transforms.allocation.supply.supplies import walking_order
from transforms.balances import LOT
from transforms.keys import CELL, ITEM
from transforms.posting.shelf.counting import held_counts
from transforms.units import written_qty

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandera.typing.polars import DataFrame

    from schemas.night import Books
    from schemas.settings.warehouse import Warehouse


def list_bins_to_count(books: Books, *, warehouses: Mapping[str, Warehouse]) -> DataFrame[BinToCount]:
    """One row for each bin, lot and reason, in walking order: see `find_bins_to_count`."""
    return in_walking_order(find_bins_to_count(books), warehouses)


def find_bins_to_count(books: Books) -> pl.DataFrame:
    """One row for each bin, lot and reason: units not found, shelves with a gap, counts not believed yet.

    A gap is of a whole shelf, so each bin of it is listed: those with units, else those that its facts name.
    """
    expected = books.stock_balances.group_by(CELL).agg(expected_qty=pl.col("qty").sum())
    found = pl.concat(
        _because(rows, reason)
        for reason, rows in (
            (CountReason.NOT_FOUND, _not_found(books)),
            (CountReason.GAP, _lacking(books, expected)),
            (CountReason.COUNT_HELD, _not_believed(books)),
        )
    )
    decimals = books.items.select(*ITEM, "decimals")
    return found.join(expected, on=CELL, how="left").join(decimals, on=ITEM, how="left", validate="m:1")


def in_walking_order(found: pl.DataFrame, warehouses: Mapping[str, Warehouse]) -> DataFrame[BinToCount]:
    """What was found with some clients or all, as people walk through their warehouse."""
    walk = walking_order(found, warehouses)
    listed = (
        found.join(walk, on=["warehouse_id", "bin_id"], how="left", validate="m:1")
        .sort("warehouse_id", "bin_place", *CELL[2:], "client_id", "reason")
        .with_columns(
            pl.col("bin_id", "lot_id").replace("", None),
            expected_qty=written_qty(pl.col("expected_qty").fill_null(0), pl.col("decimals")),
        )
    )
    return conform(listed, BinToCount)


def _because(rows: pl.DataFrame, reason: CountReason) -> pl.DataFrame:
    """Bins (CELL, `since_on`) with why and what to do."""
    return rows.select(*CELL, "since_on", reason=pl.lit(reason.value), next_step=pl.lit(reason.next_step))


def _not_found(books: Books) -> pl.DataFrame:
    """Bins with units on hold because a picker did not find them."""
    held = books.stock_balances.filter(pl.col("hold_reason") == HoldReason.SHORT_PICK, pl.col("qty") > 0)
    since = books.stock_holds.group_by(CELL).agg(since_on=pl.col("held_on").min())
    return since.join(held, on=CELL, how="semi")


def _lacking(books: Books, expected: pl.DataFrame) -> pl.DataFrame:
    """Bins of shelves of which more left than came."""
    standing = expected.filter(pl.col("expected_qty") > 0).select(CELL)
    named = books.shelf_facts.select(CELL).drop_nulls().join(standing, on=LOT, how="anti")
    bins = pl.concat([standing, named]).unique()
    gaps = books.shelf_gaps.join(bins, on=LOT, how="left")
    return gaps.with_columns(pl.col("bin_id").fill_null(""))


def _not_believed(books: Books) -> pl.DataFrame:
    """Bins of counts that are held until another one agrees."""
    return held_counts(books).group_by(CELL).agg(since_on=pl.col("posted_on").min())
