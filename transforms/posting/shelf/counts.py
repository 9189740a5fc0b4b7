"""Step 5, before the shelves are reckoned: counts. What a person saw is true, as of the instant of looking.

Assumptions
    A figure is physical (released, unshipped units are in it) and speaks of its own row only: what is not
    named was not counted. Facts up to the instant are inside the figure, later ones on top (`shelf_law`).

Stages
    1. `judge_counts`: the rows of a place and lot are added up; a count that makes too many units vanish is
       held, the others become facts of their shelves.
    2. The shelves are reckoned (`shelf`).
    3. What the counts say of holds (`counted_holds`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.stock import Count, ShelfFact
from schemas.table import conform
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.findings import FindingCode
from schemas.vocabulary.words import FactKind, Verdict
from transforms.findings import findings_of
from transforms.first_counts import note_first_counts
from transforms.keys import CELL
from transforms.posting.core.lots import state_lots
from transforms.posting.core.posting import Posting
from transforms.posting.core.rows import in_order_of_facts, outcomes_of, rejections_of
from transforms.posting.facts.shelf_facts import facts_of
from transforms.posting.shelf.counting import COUNT, counts_to_hold, held_counts, mark_last
from transforms.units import written_total

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.intake.feeds import StockRow
    from schemas.night import Books
    from schemas.results import Finding
    from transforms.posting.core.lots import Lots
    from transforms.terms import Terms


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


def _held_findings(held: pl.DataFrame, terms: Terms) -> DataFrame[Finding]:
    """Held counts, each with the quarantine file that confirms it when it is dropped again."""
    return findings_of(
        held.with_columns(path=terms.with_file_names(held)["quarantine"]),
        FindingCode.COUNT_HELD,
        terms,
        subject=pl.col("warehouse_id"),
        detail=pl.format(
            "{}: {} of {} units would vanish; if they are gone, drop the file of the command again, which "
            "posts it; if not, count again and drop that count",
            "said_in",
            written_total(pl.col("vanished")),
            written_total(pl.col("owned_qty")),
        ),
    )
