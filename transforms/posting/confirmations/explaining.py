"""Losses that were reported before the short that they explain.

Rule
    A loss of that SKU, lot and bin, dated on or after the shipping day of a release, explains what the
    release lacks, whichever is posted first. Posted after the short it takes the units on hold (`losses`);
    posted before, it took free units of the shelf in their place, so those that the picker missed are free,
    not missing once more. As an adjustment that touches a hold frees its bin, so it does here: somebody has
    looked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from schemas.books.stock import Loss
from schemas.table import conform
from schemas.vocabulary.words import HoldReason, StockAccount
from transforms.keys import CELL, SHELF
from transforms.posting.confirmations.reaching import RELEASE

if TYPE_CHECKING:
    from schemas.night import Books

NAMED = ["lot_id", "bin_id"]


class Explained(NamedTuple):
    """Books after shorts were explained, and the cells of which somebody said so before (`CELL`)."""

    books: Books
    cells: pl.DataFrame


def remember_losses(books: Books, lost: pl.DataFrame, taken: pl.DataFrame) -> Books:
    """Books that know which of tonight's losses may still explain a short of a release that is open.

    Args:
        books: before they are posted.
        lost: `row`, pool, `lot_id` and `bin_id` (null: nobody said), `effective_on` and where they came from.
        taken: as `take_units`; units that were on hold are explained by their hold.
    """
    waiting = books.releases.filter("is_open").group_by(SHELF).agg(pl.col("ships_on").min())
    is_free = (pl.col("account") == StockAccount.FREE) & (pl.col("hold_reason") != HoldReason.SHORT_PICK)
    units = taken.filter(is_free).group_by("row").agg(pl.col("qty").sum())
    known = books.losses.join(waiting, on=SHELF).filter(pl.col("lost_on") >= pl.col("ships_on"))
    new = (
        lost.drop("qty")
        .join(units, on="row", maintain_order="left")
        .join(waiting, on=SHELF, maintain_order="left")
        .with_columns(lost_on="effective_on")
        .filter(pl.col("lost_on") >= pl.col("ships_on"))
    )
    return _with(books, pl.concat([conform(known, Loss), conform(new, Loss)]))


def explain_shorts(books: Books, short: pl.DataFrame) -> Explained:
    """The cells whose shorts a loss explains that was posted before; it explains each unit once.

    Args:
        books: with the losses.
        short: `release_id`, cell and `qty`; one row a release.
    """
    if books.losses.is_empty():
        return Explained(books, short.select(CELL).clear())
    losses = books.losses.with_row_index("loss").with_columns(left="qty")
    picks = books.releases.select(*RELEASE, "ships_on")
    lacking = short.join(picks, on=RELEASE, maintain_order="left").with_row_index("pick")
    agrees = [pl.col(f"{name}_lost").is_null() | (pl.col(f"{name}_lost") == pl.col(name)) for name in NAMED]
    pairs = (
        lacking.join(losses.drop("qty").rename({name: f"{name}_lost" for name in NAMED}), on=SHELF)
        .filter(pl.col("lost_on") >= pl.col("ships_on"), *agrees)
        .sort("pick", *(pl.col(f"{name}_lost").is_null() for name in NAMED), "lost_on", "loss")
        .select("pick", "loss", "qty", "left")
    )
    lacks, left = (
        dict(lacking.select("pick", "qty").iter_rows()),
        dict(losses.select("loss", "left").iter_rows()),
    )
    explained = set()
    for pick, loss in pairs.select("pick", "loss").iter_rows():
        qty = min(lacks[pick], left[loss])
        lacks[pick], left[loss] = lacks[pick] - qty, left[loss] - qty
        explained |= {pick} if qty else set()
    after = losses.with_columns(qty=pl.col("loss").replace_strict(left, return_dtype=pl.Int64))
    seen = lacking.filter(pl.col("pick").is_in(explained)).select(CELL).unique()
    return Explained(_with(books, after), seen)


def _with(books: Books, losses: pl.DataFrame) -> Books:
    kept = conform(losses.filter(pl.col("qty") > 0), Loss)
    return replace(books, losses=kept.sort(Loss.names(), nulls_last=True).pipe(Loss.validate))
