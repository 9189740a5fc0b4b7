"""Step 5, before the shelves are reckoned: counts. What a person saw is true, as of the instant of looking.

Assumptions
    A figure is physical (released, unshipped units are in it) and speaks of its own row only: what is not
    named was not counted. Facts up to the instant are inside the figure, later ones on top (`shelf_law`).

Stages
    1. `judge_counts`: the rows of a place and lot are added up; a count that makes too many units vanish is
       held, the others become facts of their shelves.
    2. The shelves are reckoned (`shelf`).
    3. `post_counted_holds`: a count ends the holds of units that pickers missed before it; where the file
       tells statuses it sets the counted holds.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.codes import ReasonCode
from schemas.findings import FindingCode
from schemas.stock import Count, ShelfFact, StockHold
from schemas.table import conform
from schemas.vocabulary import Cause, FactKind, HoldReason, StockAccount, Verdict
from transforms.balances import CELL
from transforms.first_counts import note_first_counts
from transforms.posting.counting import COUNT, counts_to_hold, held_counts, mark_last
from transforms.posting.lots import state_lots
from transforms.posting.movements import post, stock_movements
from transforms.posting.posting import Posting
from transforms.posting.rows import findings_of, in_order_of_facts, outcomes_of, rejections_of
from transforms.posting.shelf_facts import facts_of
from transforms.units import written_total

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.feeds import StockRow
    from schemas.night import Books
    from transforms.posting.lots import Lots
    from transforms.posting.posting import Terms

STATUS_REASONS = {"hold": HoldReason.COUNTED_HOLD, "damaged": HoldReason.DAMAGED}


def judge_counts(books: Books, rows: DataFrame[StockRow], moved: pl.DataFrame, terms: Terms) -> Posting:
    """The facts of tonight's counts, and of held ones that are believed tonight.

    Args:
        books: after tonight's shipments, receipts and adjustments.
        rows: counted quantities.
        moved: tonight's other facts of shelves.
        terms: of the night.
    """
    waiting = held_counts(books)
    if rows.is_empty() and waiting.is_empty():
        return Posting.of(books)
    ordered = mark_last(books, in_order_of_facts(rows.with_columns(effective_at="counted_at"), terms))
    confirmed = ordered.filter(pl.col("origin_hash").is_not_null())
    again = confirmed.select("client_id", file_hash="origin_hash")
    waiting = waiting.join(again, on=["client_id", "file_hash"], how="anti").pipe(ShelfFact.validate)
    tonight = count_facts(ordered, terms)
    counted = pl.concat([waiting.with_columns(is_held=pl.lit(value=False)), tonight])
    held = counts_to_hold(books, counted, moved, confirmed.select(COUNT).unique(), terms)
    refused = ordered.join(held, on=COUNT, how="semi", maintain_order="left")
    accepted = ordered.join(held, on=COUNT, how="anti", maintain_order="left")
    believed = counted.join(held, on=COUNT, how="anti", maintain_order="left")
    unheld = books.shelf_facts.filter(~pl.col("is_held"))
    kept = counted.join(held, on=COUNT, how="semi").with_columns(is_held=pl.lit(value=True))
    facts = pl.concat([unheld, kept]).sort(ShelfFact.names())
    lots = note_counts(
        replace(books, shelf_facts=facts.pipe(ShelfFact.validate)),
        accepted.filter("is_last"),
        believed,
        terms,
    )
    late = pl.when(~pl.col("is_last")).then(pl.lit("a later count of this place is posted"))
    return Posting.of(
        lots.books,
        facts=believed,
        outcomes=pl.concat(
            [outcomes_of(accepted, Verdict.ACCEPTED, late), outcomes_of(refused, Verdict.REJECTED)]
        ),
        rejected_rows=rejections_of(refused, ReasonCode.COUNT_HELD),
        findings=pl.concat([_held_findings(held, terms), lots.findings]),
    )


def count_facts(rows: pl.DataFrame, terms: Terms) -> DataFrame[ShelfFact]:
    """One fact a count and place: what was seen there in all."""
    seen = (
        rows.group_by(*CELL, "at", "file_hash", maintain_order=True)
        .agg(pl.col("qty").sum(), pl.col("row_no").min())
        .sort(*CELL, "at", "file_hash")
    )
    return facts_of(seen, pl.col("qty"), terms, kind=FactKind.COUNTED)


def note_counts(books: Books, rows: pl.DataFrame, facts: pl.DataFrame, terms: Terms) -> Lots:
    """Books that know when each cell was counted and which lots were seen there; no unit is moved.

    Args:
        books: before.
        rows: the last counts of their cells, in posting order.
        facts: of all counts that are believed tonight.
        terms: of the night.
    """
    return state_lots(_books_after(books, facts, terms), rows.filter(pl.col("qty") > 0), terms, is_count=True)


def _books_after(books: Books, facts: pl.DataFrame, terms: Terms) -> Books:
    """Books that remember when each cell was last counted."""
    new = facts.select(*CELL, counted_at="at", counted_on=pl.lit(terms.as_of.business_date))
    last = (
        pl.concat([books.counts, conform(new, Count)])
        .sort(*CELL, "counted_at", "counted_on", descending=[*(False,) * len(CELL), True, True])
        .unique(CELL, keep="first", maintain_order=True)
    )
    noted = note_first_counts(books, facts, as_of=terms.as_of)
    return replace(noted, counts=last.sort(CELL).pipe(Count.validate))


def post_counted_holds(books: Books, rows: DataFrame[StockRow], terms: Terms) -> Posting:
    """What tonight's accepted counts say of holds, once their shelves are reckoned.

    Args:
        books: as the law of facts has them.
        rows: counts that were accepted.
        terms: of the night.
    """
    ordered = mark_last(books, in_order_of_facts(rows.with_columns(effective_at="counted_at"), terms))
    seen = _by_status(ordered.filter("is_last"))
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


def _by_status(rows: pl.DataFrame) -> pl.DataFrame:
    """One row a counted cell: units seen by status, and whether the file tells statuses."""
    tells = (pl.col("status") != "available").any().over("client_id", "file_hash")
    per_status = [
        pl.col("qty").filter(pl.col("status") == status).sum().alias(reason.value)
        for status, reason in STATUS_REASONS.items()
    ]
    return (
        rows.with_columns(tells_status=tells)
        .group_by(CELL)
        .agg(
            *per_status,
            pl.col("at", "effective_on", "file_hash", "tells_status").first(),
            pl.col("row_no").min(),
        )
        .sort(CELL)
    )


def _holds(books: Books, seen: pl.DataFrame) -> pl.DataFrame:
    """Each hold of the counted cells: units now and after, as far as units that are not released reach."""
    reasons = [reason.value for reason in STATUS_REASONS.values()]
    told = seen.unpivot(reasons, index=CELL, variable_name="hold_reason", value_name="told")
    stock = books.stock_balances.join(seen.select(CELL), on=CELL, how="semi")
    now = stock.filter(pl.col("account") == StockAccount.HOLD)
    is_released = pl.col("account") == StockAccount.RELEASED
    room = stock.filter(~is_released).group_by(CELL).agg(room=pl.col("qty").sum())
    wanted = (
        pl.when(pl.col("hold_reason") == HoldReason.SHORT_PICK)
        .then("still_qty")
        .when(pl.col("tells_status") & pl.col("told").is_not_null())
        .then("told")
        .otherwise("now")
    )
    holds = (
        now.select(*CELL, "hold_reason", now="qty")
        .join(told, on=[*CELL, "hold_reason"], how="full", coalesce=True)
        .join(seen.drop(reasons), on=CELL)
        .join(room, on=CELL, how="left")
        .with_columns(pl.col("now", "room").fill_null(0))
        .with_columns(wanted=wanted)
        .sort(*CELL, "hold_reason")
    )
    ahead = (pl.col("wanted").cum_sum() - pl.col("wanted")).over(CELL)
    return holds.with_columns(new=pl.min_horizontal("wanted", (pl.col("room") - ahead).clip(0)))


def _held_findings(held: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    return findings_of(
        held,
        FindingCode.COUNT_HELD,
        terms,
        subject=pl.col("warehouse_id"),
        detail=pl.format(
            "{} of {} units would vanish; drop its quarantined rows again to post it",
            written_total(pl.col("vanished")),
            written_total(pl.col("owned_qty")),
        ),
    )
