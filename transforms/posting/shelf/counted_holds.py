"""Step 5, after the shelves are reckoned: what tonight's counts say of units on hold.

Rule
    A count ends the holds of units that pickers missed before it. A status says where units lie: what a file
    names as held or damaged goes on hold, as far as less is. It takes units off hold only where the client
    states `status_means = "judged"`; then what it names as held is all that is, of units that came before it.

Limits
    A status is a word for several reasons: `hold` for all but damaged and rejected goods. Units of a reason
    stay under it, as far as the count names so many; what is new goes on hold as counted or damaged.
    What was judged after the count (`backorders unhold`) it does not put back.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.stock import StockHold
from schemas.vocabulary.words import Cause, HoldReason, StockAccount
from transforms.keys import CELL
from transforms.posting.core.movements import post, stock_movements
from transforms.posting.core.posting import Posting
from transforms.posting.core.rows import in_order_of_facts
from transforms.posting.inbound.receipts import held_units
from transforms.posting.shelf.counting import mark_last

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.intake.feeds import StockRow
    from schemas.night import Books
    from transforms.terms import Terms

NEW_HOLDS = {"hold": HoldReason.COUNTED_HOLD, "damaged": HoldReason.DAMAGED}
"""Each status of held units with the reason under which a count puts units on hold."""

DAMAGED = [HoldReason.DAMAGED.value, HoldReason.REJECTED_GOODS.value]
"""Reasons of units that a file calls damaged; units on hold for any other it calls held."""


def post_counted_holds(books: Books, rows: DataFrame[StockRow], terms: Terms) -> Posting:
    """What tonight's accepted counts say of holds, once their shelves are reckoned.

    Args:
        books: as the law of facts has them.
        rows: counts that were accepted.
        terms: of the night.
    """
    seen = _last_seen(books, rows, terms)
    if seen.is_empty():
        return Posting.of(books)
    looked_for = books.stock_holds.join(seen.select(*CELL, counted_at="at"), on=CELL)
    found = looked_for.filter(pl.col("held_at") <= pl.col("counted_at"))
    kept = books.stock_holds.join(found, on=["client_id", "release_id"], how="anti")
    still = kept.join(seen, on=CELL, how="semi").group_by(CELL).agg(still_qty=pl.col("qty").sum())
    holds = _holds(
        books, seen.join(still, on=CELL, how="left").with_columns(pl.col("still_qty").fill_null(0))
    )
    ended = holds.with_columns(qty=(pl.col("now") - pl.col("new")).clip(0))
    begun = holds.with_columns(qty=(pl.col("new") - pl.col("now")).clip(0))
    accounts, cause = StockAccount, Cause.COUNTED
    return post(
        replace(books, stock_holds=kept.sort("client_id", "release_id").pipe(StockHold.validate)),
        [
            stock_movements(ended, out=accounts.HOLD, into=accounts.FREE, cause=cause),
            stock_movements(begun, out=accounts.FREE, into=accounts.HOLD, cause=cause),
        ],
        terms,
    )


def keep_counted_holds(books: Books, rows: DataFrame[StockRow], terms: Terms) -> pl.DataFrame:
    """Units that stay on hold for a person to judge in cells that tonight's counts saw: CELL, `kept_qty`.

    Args:
        books: before their shelves are reckoned.
        rows: counts that were accepted.
        terms: of the night.
    """
    seen = _last_seen(books, rows, terms).with_columns(still_qty=pl.lit(0, pl.Int64))
    most = pl.col("seen_qty").first() + pl.col("later").sum()
    return _wanted(books, seen).group_by(CELL).agg(kept_qty=pl.min_horizontal(pl.col("wanted").sum(), most))


def _last_seen(books: Books, rows: DataFrame[StockRow], terms: Terms) -> pl.DataFrame:
    """What the last count of each cell saw, if it is of tonight."""
    ordered = mark_last(books, in_order_of_facts(rows.with_columns(effective_at="counted_at"), terms))
    return _by_status(ordered.filter("is_last"), terms)


def _by_status(rows: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    """One row a counted cell: units seen by status, and whether the client's statuses are judgements."""
    rules = terms.of_clients(is_judged=lambda client: client.feeds.stock.status_means == "judged")
    per_status = [
        pl.col("qty").filter(pl.col("status") == status).sum().alias(f"{status}_told") for status in NEW_HOLDS
    ]
    return (
        rows.join(rules, on="client_id", how="left", maintain_order="left")
        .group_by(CELL)
        .agg(
            *per_status,
            pl.col("qty").sum().alias("seen_qty"),
            pl.col("at", "effective_on", "file_hash").first(),
            pl.col("is_judged").cast(pl.Boolean).first(),
            pl.col("row_no").min(),
        )
        .sort(CELL)
    )


def _holds(books: Books, seen: pl.DataFrame) -> pl.DataFrame:
    """Each hold of the counted cells: units now and after, as far as units that are not released reach."""
    stock = books.stock_balances.join(seen.select(CELL), on=CELL, how="semi")
    is_released = pl.col("account") == StockAccount.RELEASED
    room = stock.filter(~is_released).group_by(CELL).agg(room=pl.col("qty").sum())
    # what pickers missed is known by release, so it stays whole
    is_missed = pl.col("hold_reason") == HoldReason.SHORT_PICK
    placed = (
        _wanted(books, seen)
        .join(room, on=CELL, how="left")
        .with_columns(pl.col("room").fill_null(0))
        .sort(*CELL, ~is_missed, "hold_reason")
    )
    before = (pl.col("wanted").cum_sum() - pl.col("wanted")).over(CELL)
    return placed.with_columns(new=pl.min_horizontal("wanted", (pl.col("room") - before).clip(0)))


def _wanted(books: Books, seen: pl.DataFrame) -> pl.DataFrame:
    """Each hold of the counted cells: units `now`, and those that the counts want on hold."""
    stock = books.stock_balances.join(seen.select(CELL), on=CELL, how="semi")
    holds = (
        _hold_reasons(stock, seen)
        .join(seen, on=CELL)
        .join(_came_later(books, seen), on=[*CELL, "hold_reason"], how="left")
        .join(_judged_later(books, seen), on=[*CELL, "status"], how="left")
        .with_columns(pl.col("later", "judged_later").fill_null(0))
        .sort(*CELL, "status", "is_new", "hold_reason")
    )
    said = pl.when(pl.col("status") == "damaged").then("damaged_told").otherwise("hold_told")
    told = (said - pl.col("judged_later")).clip(0)
    others = pl.when(~pl.col("is_new")).then("now").otherwise(0)
    of_status = [*CELL, "status"]
    ahead = (others.cum_sum() - others).over(of_status)
    missing = (told - others.sum().over(of_status)).clip(0)
    wanted = (
        pl.when(pl.col("hold_reason") == HoldReason.SHORT_PICK)
        .then("still_qty")
        .when("is_new")
        .then(
            pl.when("is_judged").then(missing + pl.col("later")).otherwise(pl.max_horizontal("now", missing))
        )
        .when("is_judged")
        .then(pl.min_horizontal("now", (told - ahead).clip(0) + pl.col("later")))
        .otherwise("now")
    )
    return holds.with_columns(wanted=wanted)


def _hold_reasons(stock: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
    """Each reason that units of a counted cell have or may get, its status, and the units `now`.

    `is_new`: it is the reason under which a count puts units on hold.
    """
    now = stock.filter(pl.col("account") == StockAccount.HOLD).select(*CELL, "hold_reason", now="qty")
    new = pl.concat(
        seen.select(*CELL, hold_reason=pl.lit(reason.value), now=pl.lit(0, pl.Int64))
        for reason in NEW_HOLDS.values()
    )
    status = (
        pl.when(pl.col("hold_reason") == HoldReason.SHORT_PICK)
        .then(pl.lit(""))
        .when(pl.col("hold_reason").is_in(DAMAGED))
        .then(pl.lit("damaged"))
        .otherwise(pl.lit("hold"))
    )
    return (
        pl.concat([now, new])
        .group_by(*CELL, "hold_reason")
        .agg(pl.col("now").sum())
        .with_columns(
            status=status, is_new=pl.col("hold_reason").is_in([new.value for new in NEW_HOLDS.values()])
        )
    )


def _came_later(books: Books, seen: pl.DataFrame) -> pl.DataFrame:
    """Units that came on hold after the count of their cell: CELL, `hold_reason`, `later`."""
    over = books.inbound_receipts.select(
        *CELL,
        "received_at",
        qty="held_qty",
        hold_reason=pl.lit(HoldReason.OVER_RECEIPT.value),
    )
    came = pl.concat([held_units(books.receipt_lines).select(over.columns), over]).filter(pl.col("qty") > 0)
    return (
        came.join(seen.select(*CELL, "at"), on=CELL)
        .filter(pl.col("received_at") > pl.col("at"))
        .group_by(*CELL, "hold_reason")
        .agg(later=pl.col("qty").sum())
    )


def _judged_later(books: Books, seen: pl.DataFrame) -> pl.DataFrame:
    """Units that somebody judged to be good after the count of their cell: CELL, `status`, `judged_later`."""
    is_damaged = pl.col("hold_reason").is_in(DAMAGED)
    return (
        books.unholds.join(seen.select(*CELL, "at"), on=CELL)
        .filter(pl.col("said_at") > pl.col("at"))
        .group_by(*CELL, status=pl.when(is_damaged).then(pl.lit("damaged")).otherwise(pl.lit("hold")))
        .agg(judged_later=pl.col("released_qty").sum())
    )
