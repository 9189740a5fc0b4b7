"""Units that a picker did not find: their bin's rest waits until somebody has looked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.stock import StockHold
from schemas.table import conform
from schemas.vocabulary.findings import FindingCode
from schemas.vocabulary.words import Cause, HoldReason, StockAccount
from transforms.calendars import add_working_days
from transforms.findings import findings_of
from transforms.keys import CELL
from transforms.posting.confirmations.explaining import explain_shorts
from transforms.posting.confirmations.withholding import see_withheld
from transforms.posting.core.movements import post, stock_movements
from transforms.posting.core.posting import Posting
from transforms.posting.core.rows import in_order_of_facts
from transforms.posting.facts.shelf_facts import facts_of
from transforms.units import in_units, units

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.night import Books
    from transforms.terms import Terms

SHORT_PICK = pl.col("hold_reason") == HoldReason.SHORT_PICK

HOLD = ["client_id", "release_id", "lot_id", "bin_id"]
"""Key of a `StockHold`."""


def hold_the_rest(books: Books, short: pl.DataFrame, terms: Terms) -> Posting:
    """Missing units, and a small free rest of their sku, lot and bin, go on hold until somebody has looked.

    Where a loss that was posted before explains some of them, somebody has looked: they are free.

    Args:
        books: after the shipments of the same rows.
        short: release_id, cell, order and line, `qty` missing, `at`, where it came from; one row a release.
        terms: of the night.
    """
    if short.is_empty():
        return Posting.of(books)
    explained, cells = explain_shorts(books, short)
    found = short.join(cells, on=CELL, how="semi", maintain_order="left")
    held = _with_rest(books, short.join(cells, on=CELL, how="anti", maintain_order="left"))
    rest = held.with_columns(qty=pl.col("rest"), order_id=pl.lit(""), line_no=pl.lit(0, pl.Int64))
    accounts = StockAccount
    return post(
        replace(see_withheld(explained, found), stock_holds=_remembered(books, held, terms)),
        [
            stock_movements(found, out=accounts.RELEASED, into=accounts.FREE, cause=Cause.SHORT),
            stock_movements(held, out=accounts.RELEASED, into=accounts.HOLD, cause=Cause.FOUND_MISSING),
            stock_movements(rest, out=accounts.FREE, into=accounts.HOLD, cause=Cause.FOUND_MISSING),
        ],
        terms,
    )


def _with_rest(books: Books, short: pl.DataFrame) -> pl.DataFrame:
    """Short releases with the free `rest` of their cell; where two meet in one, the first has it.

    A rest of more units than were to be picked there stays free: a slip is likelier than an empty bin.
    """
    free = books.stock_balances.filter(pl.col("account") == StockAccount.FREE).select(*CELL, rest="qty")
    is_first = pl.int_range(pl.len()).over(CELL) == 0
    is_little = pl.col("rest") <= pl.col("released_qty").sum().over(CELL)
    picks = books.releases.select("client_id", "release_id", "released_qty")
    return (
        short.sort("client_id", "release_id")
        .join(free, on=CELL, how="left", maintain_order="left")
        .join(picks, on=["client_id", "release_id"], how="left", maintain_order="left")
        .with_columns(
            rest=pl.when(is_first & is_little).then(pl.col("rest").fill_null(0)).otherwise(0),
            hold_reason=pl.lit(HoldReason.SHORT_PICK.value),
            effect_id=pl.col("release_id"),
        )
    )


def _remembered(books: Books, held: pl.DataFrame, terms: Terms) -> DataFrame[StockHold]:
    """Which release left how much on hold where, and since when."""
    new = held.with_columns(
        missing_qty=pl.col("qty"),
        qty=pl.col("qty") + pl.col("rest"),
        held_on=pl.lit(terms.as_of.business_date),
        held_at=pl.col("at"),
    )
    both = pl.concat([books.stock_holds, conform(new, StockHold)])
    return both.sort("client_id", "release_id").pipe(StockHold.validate)


def free_the_rest(books: Books, cells: pl.DataFrame, terms: Terms, *, cause: Cause) -> Posting:
    """Somebody has looked at `cells`: what is still on hold there for a short pick is free again."""
    if books.stock_holds.is_empty() or cells.is_empty():
        return Posting.of(books)
    return _end_holds(books, books.stock_holds.join(cells.select(CELL), on=CELL, how="semi"), terms, cause)


def free_what_was_seen(books: Books, looks: pl.DataFrame, terms: Terms, *, cause: Cause) -> Posting:
    """As `free_the_rest`, but what was missed after the instant (`at`) of the last look at its cell stays."""
    if books.stock_holds.is_empty() or looks.is_empty():
        return Posting.of(books)
    seen = looks.group_by(CELL).agg(seen_at=pl.col("at").max())
    missed = books.stock_holds.join(seen, on=CELL).filter(pl.col("held_at") <= pl.col("seen_at"))
    return _end_holds(books, missed, terms, cause)


def free_what_left(books: Books, gone: pl.DataFrame, terms: Terms, *, cause: Cause) -> Posting:
    """Units on hold have left cells: of those that were missed before (`at`), or of all where more left.

    The holds that they were of are over.

    Args:
        books: after the units left.
        gone: CELL, `qty` that left, and `at`.
        terms: of the night.
        cause: why.
    """
    if gone.is_empty():
        return Posting.of(books)
    left = gone.group_by(CELL).agg(left_qty=pl.col("qty").sum(), left_at=pl.col("at").max())
    is_before = pl.col("held_at") <= pl.col("left_at")
    holds = books.stock_holds.join(left, on=CELL)
    reach = pl.col("qty").filter(is_before).sum().over(CELL)
    return _end_holds(books, holds.filter(is_before | (pl.col("left_qty") > reach)), terms, cause)


def _end_holds(books: Books, ended: pl.DataFrame, terms: Terms, cause: Cause) -> Posting:
    """What no other hold of their cells holds is free, and nobody looks for it any more."""
    kept = books.stock_holds.join(ended, on=HOLD, how="anti").sort("client_id", "release_id")
    held = (
        books.stock_balances.filter(SHORT_PICK)
        .join(ended, on=CELL, how="semi", maintain_order="left")
        .join(kept.group_by(CELL).agg(kept=pl.col("qty").sum()), on=CELL, how="left", maintain_order="left")
        .with_columns(qty=(pl.col("qty") - pl.col("kept").fill_null(0)).clip(0))
    )
    return post(
        replace(books, stock_holds=kept.pipe(StockHold.validate)),
        [stock_movements(held, out=StockAccount.HOLD, into=StockAccount.FREE, cause=cause)],
        terms,
    )


def write_off_short_picks(books: Books, terms: Terms) -> Posting:
    """Missing units nobody looked for in time are written off, and their bin's rest is free again.

    A count of the bin since then has ended its hold already, so what is left was not counted.
    """
    if books.stock_holds.is_empty():
        return Posting.of(books)
    over = _waited_long_enough(books, terms)
    hold_reason = pl.lit(HoldReason.SHORT_PICK.value)
    missing = (
        over.group_by(CELL)
        .agg(pl.col("missing_qty").sum().alias("qty"))
        .with_columns(hold_reason.alias("hold_reason"))
    )
    rest = over.with_columns(
        hold_reason.alias("hold_reason"), qty=pl.col("qty") - pl.col("missing_qty"), effect_id="release_id"
    )
    kept = books.stock_holds.join(over, on=["client_id", "release_id"], how="anti")
    accounts = StockAccount
    dated = missing.with_columns(effective_on=pl.lit(None, pl.Date))
    facts = in_order_of_facts(
        dated.with_columns(
            effective_at=pl.lit(None, pl.Datetime("us", "UTC")),
            file_feed=pl.lit(""),
            file_hash=pl.lit(""),
            row_no=pl.lit(0, pl.Int64),
        ),
        terms,
    )
    return post(
        replace(books, stock_holds=kept.sort("client_id", "release_id").pipe(StockHold.validate)),
        [
            stock_movements(missing, out=accounts.HOLD, into=accounts.ADJUSTED, cause=Cause.SHORT),
            stock_movements(rest, out=accounts.HOLD, into=accounts.FREE, cause=Cause.SHORT),
        ],
        terms,
        facts=facts_of(facts, -pl.col("qty"), terms),
        findings=findings_of(
            missing,
            FindingCode.SHORT_HOLD_OVER,
            terms,
            subject=pl.col("sku"),
            detail=pl.format("{} of {} at {} written off", in_units(units("qty")), "bin_id", "warehouse_id"),
        ),
    )


def _waited_long_enough(books: Books, terms: Terms) -> pl.DataFrame:
    """Holds older than their client's `short_hold_nights`, in working days of the warehouse."""
    nights = terms.of_clients(nights=lambda client: client.feeds.shipments.short_hold_nights)
    known = books.counts.select(*CELL, "counted_at")
    is_counted = (pl.col("counted_at") >= pl.col("held_at")).fill_null(value=False)
    waiting = books.stock_holds.join(known, on=CELL, how="left").filter(~is_counted)
    dated = add_working_days(
        waiting.join(nights, on="client_id"),
        date_column="held_on",
        days=pl.col("nights"),
        name="until",
        warehouses=terms.warehouses,
    )
    return dated.filter(pl.col("until") <= terms.as_of.business_date)
