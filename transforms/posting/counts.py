"""Step 5: counts. What a person saw on the shelf is true, as of the instant of looking.

Assumptions
    A figure is physical (released, unshipped units are in it) and speaks of its own row only: what is not
    named was not counted. Movements up to the instant are inside the figure, later ones on top.

Stages
    1. The last count of each (warehouse, sku, lot, bin) tonight, its rows by status added up.
    2. A count that would make more than a fifth of the client's units in the warehouse vanish is held.
    3. The difference to the books at that instant goes to or comes from ADJUSTED. Units of the lot found
       in a bin while the books have them at DOCK, or in another counted bin, are thereby a move.
    4. Holds: a count ends the holds of short picks; where the file tells statuses it sets the counted ones.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.codes import ReasonCode
from schemas.findings import FindingCode
from schemas.stock import Count, StockHold
from schemas.table import conform
from schemas.vocabulary import DOCK, Cause, HoldReason, StockAccount, Verdict
from transforms.balances import CELL, LOT
from transforms.posting.counting import (
    STATUS_REASONS,
    compare_cells,
    counts_to_hold,
    mark_last,
    sum_up_cells,
    units_later,
)
from transforms.posting.lots import state_lots
from transforms.posting.movements import post, stock_movements
from transforms.posting.posting import Posting
from transforms.posting.rows import findings_of, in_posting_order, outcomes_of, rejections_of, units
from transforms.units import written_total

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.feeds import StockRow
    from schemas.night import Books
    from transforms.posting.lots import Lots
    from transforms.posting.posting import Terms


def post_counts(books: Books, rows: DataFrame[StockRow], moved: pl.DataFrame, terms: Terms) -> Posting:
    """The books corrected to tonight's counts.

    Args:
        books: after tonight's shipments, receipts and adjustments.
        rows: counted quantities.
        moved: tonight's stock movements so far, each with the instant `at` at which it became true.
        terms: of the night.
    """
    if rows.is_empty():
        return Posting.of(books)
    ordered = mark_last(books, in_posting_order(rows, terms, at="counted_at"))
    seen = sum_up_cells(ordered.filter("is_last"))
    compared = compare_cells(books, seen, moved)
    held = counts_to_hold(books, compared, ordered)
    is_mine = ["client_id", "warehouse_id", "file_hash"]
    posted = compared.join(held, on=is_mine, how="anti", maintain_order="left")
    refused = ordered.join(held, on=is_mine, how="semi", maintain_order="left")
    accepted = ordered.join(held, on=is_mine, how="anti", maintain_order="left")
    last = accepted.filter("is_last")
    lots = note_counts(books, last, terms)
    late = pl.when(~pl.col("is_last")).then(pl.lit("a later count of this place is posted"))
    return post(
        lots.books,
        _drafts(books, seen, posted, moved),
        terms,
        outcomes=pl.concat(
            [outcomes_of(accepted, Verdict.ACCEPTED, late), outcomes_of(refused, Verdict.REJECTED)]
        ),
        rejected_rows=rejections_of(refused, ReasonCode.COUNT_HELD),
        findings=pl.concat([_held_findings(held, terms), _missing_findings(posted, terms), lots.findings]),
    )


def _drafts(
    books: Books, seen: pl.DataFrame, posted: pl.DataFrame, moved: pl.DataFrame
) -> list[pl.DataFrame]:
    """Found units in, holds ended, holds set, vanished units out."""
    accounts, cause = StockAccount, Cause.COUNTED
    holds = _holds(books, posted)
    found = posted.with_columns(qty=pl.col("difference").clip(0))
    ended = holds.with_columns(qty=(pl.col("now") - pl.col("new")).clip(0))
    begun = holds.with_columns(qty=(pl.col("new") - pl.col("now")).clip(0))
    vanished = posted.with_columns(qty=(-pl.col("difference")).clip(0))
    from_dock = _moved_from_dock(books, seen, posted, moved)
    return [
        stock_movements(found, out=accounts.ADJUSTED, into=accounts.FREE, cause=cause),
        stock_movements(ended, out=accounts.HOLD, into=accounts.FREE, cause=cause),
        stock_movements(begun, out=accounts.FREE, into=accounts.HOLD, cause=cause),
        stock_movements(vanished, out=accounts.FREE, into=accounts.ADJUSTED, cause=cause),
        stock_movements(from_dock, out=accounts.FREE, into=accounts.ADJUSTED, cause=cause),
    ]


def _holds(books: Books, posted: pl.DataFrame) -> pl.DataFrame:
    """Each hold of the counted cells: units now and after, as far as the counted units reach."""
    reasons = [reason.value for reason in STATUS_REASONS.values()]
    told = posted.unpivot(
        reasons, index=[*CELL, "tells_status"], variable_name="hold_reason", value_name="told"
    )
    now = books.stock_balances.filter(pl.col("account") == StockAccount.HOLD).join(
        posted.select(CELL), on=CELL, how="semi"
    )
    wanted = (
        pl.when(pl.col("hold_reason") == HoldReason.SHORT_PICK)
        .then(0)
        .when(pl.col("tells_status") & pl.col("told").is_not_null())
        .then("told")
        .otherwise("now")
    )
    holds = (
        now.select(*CELL, "hold_reason", now="qty")
        .join(told.drop("tells_status"), on=[*CELL, "hold_reason"], how="full", coalesce=True)
        .with_columns(pl.col("now").fill_null(0))
        .join(posted.drop(reasons), on=CELL)
        .with_columns(wanted=wanted)
        .sort(*CELL, "hold_reason")
    )
    room = pl.col("target_qty") - pl.col("released_qty")
    ahead = (pl.col("wanted").cum_sum() - pl.col("wanted")).over(CELL)
    return holds.with_columns(new=pl.min_horizontal("wanted", (room - ahead).clip(0)))


def _moved_from_dock(
    books: Books, seen: pl.DataFrame, posted: pl.DataFrame, moved: pl.DataFrame
) -> pl.DataFrame:
    """Units of a lot that the books have at DOCK, uncounted, and that the count found in bins."""
    more = (
        posted.group_by(LOT)
        .agg(
            found=pl.col("difference").sum(),
            at=pl.col("at").max(),
            **{name: pl.col(name).first() for name in ("effective_on", "file_hash", "row_no")},
        )
        .filter(pl.col("found") > 0)
    )
    dock = (
        books.stock_balances.filter(pl.col("account") == StockAccount.FREE, pl.col("bin_id") == DOCK)
        .join(seen, on=CELL, how="anti")
        .join(more, on=LOT)
    )
    later = units_later(dock, moved).with_columns(pl.col("later_qty").clip(0))
    return dock.join(later, on=CELL, how="left").with_columns(
        qty=pl.min_horizontal("found", (pl.col("qty") - pl.col("later_qty").fill_null(0)).clip(0))
    )


def note_counts(books: Books, rows: pl.DataFrame, terms: Terms) -> Lots:
    """Books that know when each cell was counted and which lots were seen there; no unit is moved.

    `rows` are the last counts of their cells, in posting order.
    """
    return state_lots(_books_after(books, rows, terms), rows.filter(pl.col("qty") > 0), terms, is_count=True)


def _books_after(books: Books, rows: pl.DataFrame, terms: Terms) -> Books:
    """Books that remember when each cell was counted, and that nobody looks for missing units there."""
    new = (
        rows.group_by(CELL)
        .agg(counted_at=pl.col("at").max())
        .with_columns(counted_on=pl.lit(terms.as_of.business_date))
    )
    counts = pl.concat([books.counts.join(new, on=CELL, how="anti"), conform(new, Count)]).sort(CELL)
    holds = books.stock_holds.join(new, on=CELL, how="anti").sort("client_id", "release_id")
    return replace(books, counts=counts.pipe(Count.validate), stock_holds=holds.pipe(StockHold.validate))


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


def _missing_findings(posted: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    return findings_of(
        posted.filter(pl.col("lacking_qty") > 0),
        FindingCode.NEGATIVE_STOCK,
        terms,
        subject=pl.col("sku"),
        detail=pl.format(
            "{} released units of {} at {} were not counted", units("lacking_qty"), "bin_id", "warehouse_id"
        ),
    )
