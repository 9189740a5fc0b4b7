"""Step 5: the shelves as their facts say, whatever was posted before.

Steps 1 to 4 post what tonight's rows say where they say it, so that the journal tells each of them. Here
the shelves that tonight's facts speak of are reckoned anew from all their facts (`shelf_law`), and what the
books differ is posted. So counts, facts that come late, facts that a count holds already, gaps and moves
between bins are one calculation.

Stages
    1. Tonight's facts join those of earlier nights; what is older than the books can reorder is folded.
    2. The law says what each bin holds and how large the gap of each shelf is.
    3. Bins below zero, or with fewer units than are released from them or on hold for a person to judge,
       draw on the free units of the shelf's other bins, then on those that pickers missed. Where a count
       tonight saw a bin, as many are on hold as it says. What the shelf lacks of them belongs to its gap,
       but units on hold that somebody reported lost tonight are gone.
    4. The difference to the books goes to or comes from ADJUSTED: units that pickers missed leave first,
       then free ones, then held ones, which stay on hold where they come to another bin of the shelf.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from schemas.books.stock import ShelfFact, ShelfGap
from schemas.intake.verdicts import RowOutcome
from schemas.results import Finding
from schemas.table import conform
from schemas.vocabulary.findings import FindingCode
from schemas.vocabulary.words import Feed, HoldReason, StockAccount
from transforms.allocation.supply.supplies import walking_order
from transforms.balances import LOT
from transforms.findings import findings_of
from transforms.keys import CELL, SHELF
from transforms.matching import match_in_order
from transforms.posting.core.posting import Posting
from transforms.posting.facts.reckoning import Reckoned, reckon
from transforms.posting.shelf.shelf_movements import is_held_to_judge, post_differences, shelf_differences
from transforms.units import units

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.night import Books
    from transforms.terms import Terms


def settle_shelves(posting: Posting, terms: Terms, kept: pl.DataFrame | None = None) -> Posting:
    """The posting with the books as the law of facts has them, for every shelf of which it tells a fact.

    Each row that a count holds already says so in its acknowledgement. If that count was posted on an
    earlier night, it is a finding as well; a shipment is ordinary.

    Args:
        posting: of the facts, where they say it.
        terms: of the night.
        kept: CELL and `kept_qty`, units that tonight's counts leave on hold for a person to judge.
    """
    tonight = posting.facts
    if tonight.is_empty():
        return posting
    reckoned = reckon(posting.books, tonight, terms)
    none_kept = pl.DataFrame(schema=dict.fromkeys(CELL, pl.String) | {"kept_qty": pl.Int64})
    hints = Hints(none_kept if kept is None else kept, _reported_losses(posting))
    settled = posting.then(partial(_settle, tonight=tonight, reckoned=reckoned, hints=hints, terms=terms))
    notes = _inside(tonight, reckoned, posting.outcomes)
    late = findings_of(
        notes.filter("is_earlier", pl.col("feed") != Feed.SHIPMENTS),
        FindingCode.ALREADY_COUNTED,
        terms,
        subject=pl.col("said_in"),
        detail=pl.format("{}: {} is inside the count of {}", "said_at", "sku", "counted_text"),
    )
    return replace(
        settled,
        outcomes=_noted(posting.outcomes, notes),
        findings=pl.concat([settled.findings, late]).pipe(Finding.validate),
    )


class Hints(NamedTuple):
    """What tonight's rows say of units on hold for a person to judge.

    Attributes:
        kept: CELL and `kept_qty`, those that stay where a count saw them.
        lost: SHELF and `lost_qty`, units that somebody said are gone.
    """

    kept: pl.DataFrame
    lost: pl.DataFrame


def _reported_losses(posting: Posting) -> pl.DataFrame:
    """Units that adjustments and receipts of tonight say are gone: SHELF and `lost_qty`."""
    key = ["client_id", "file_hash", "row_no"]
    rows = posting.outcomes.filter(pl.col("feed").is_in([Feed.ADJUSTMENTS, Feed.RECEIPTS]))
    return (
        posting.facts.filter(pl.col("qty") < 0)
        .join(rows, on=key, how="semi")
        .group_by(SHELF)
        .agg(lost_qty=-pl.col("qty").sum())
    )


def _settle(
    books: Books, tonight: DataFrame[ShelfFact], reckoned: Reckoned, hints: Hints, terms: Terms
) -> Posting:
    """The books as reckoned."""
    targets, gaps = _placed(books, reckoned, hints, terms)
    differing = shelf_differences(books, targets, tonight, reckoned.inside)
    touched = tonight.select(SHELF).unique()
    after = replace(
        books,
        shelf_facts=_kept(books, touched, reckoned.facts),
        shelf_gaps=_gaps_after(books, touched, gaps, terms),
    )
    return post_differences(after, differing, terms).then(
        lambda now: Posting.of(now, findings=_count_findings(reckoned, terms))
    )


def list_gaps(books: Books, terms: Terms) -> Posting:
    """Findings for shelves of which more left than their facts brought, on every night until explained."""
    lacking = findings_of(
        books.shelf_gaps,
        FindingCode.NEGATIVE_STOCK,
        terms,
        subject=pl.col("sku"),
        detail=pl.format(
            "{}: {} more units left than its receipts, counts and adjustments brought",
            "warehouse_id",
            units("qty"),
        ),
    )
    return Posting.of(books, findings=lacking)


def _placed(
    books: Books, reckoned: Reckoned, hints: Hints, terms: Terms
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What each bin of the reckoned shelves is to hold (CELL, `target_qty`), and the gap of each shelf."""
    shelves = reckoned.bins.select(LOT).unique()
    now = (
        books.stock_balances.join(shelves, on=LOT, how="semi")
        .group_by(CELL)
        .agg(
            released_qty=pl.col("qty").filter(pl.col("account") == StockAccount.RELEASED).sum(),
            missed_qty=pl.col("qty").filter(pl.col("hold_reason") == HoldReason.SHORT_PICK).sum(),
            held_qty=pl.col("qty").filter(is_held_to_judge()).sum(),
        )
    )
    lacking = reckoned.gaps.rename({"qty": "gap_qty"})
    cells = (
        reckoned.bins.join(now, on=CELL, how="full", coalesce=True)
        .join(lacking, on=CELL, how="full", coalesce=True)
        .join(hints.kept, on=CELL, how="left")
        .join(hints.lost, on=SHELF, how="left")
        .with_columns(
            pl.col("qty", "gap_qty", "released_qty", "missed_qty", "held_qty", "lost_qty").fill_null(0)
        )
        .with_columns(
            qty=pl.col("qty") + pl.col("gap_qty"),
            bound_qty=pl.col("released_qty") + pl.coalesce("kept_qty", "held_qty"),
        )
    )
    ordered = (
        cells.join(walking_order(cells, terms.warehouses), on=["warehouse_id", "bin_id"], how="left")
        .sort(*LOT, "bin_place")
        .with_row_index("cell")
        .cast({"cell": pl.Int64})
    )
    spare = (pl.col("qty") - pl.col("bound_qty")).clip(0)
    free = (spare - pl.col("missed_qty")).clip(0)
    lacks_held = (pl.col("bound_qty") - pl.max_horizontal("qty", "released_qty")).clip(0)
    before = (pl.col("lacks_held").cum_sum() - pl.col("lacks_held")).over(SHELF)
    gone = pl.min_horizontal("lacks_held", (pl.col("lost_qty") - before).clip(0))
    placed = (
        _drawn(ordered, pl.col("bound_qty") - pl.col("qty"), [free, spare - free])
        .with_columns(lacks_held=lacks_held)
        .with_columns(target_qty=pl.max_horizontal("qty", pl.col("bound_qty") - gone))
        .with_columns(gap_qty=pl.col("gap_qty") + pl.col("target_qty") - pl.col("qty"))
    )
    gaps = placed.group_by(LOT).agg(qty=pl.col("gap_qty").sum()).filter(pl.col("qty") > 0)
    return placed.select(*CELL, "target_qty"), gaps


def _drawn(cells: pl.DataFrame, lacking: pl.Expr, spare: list[pl.Expr]) -> pl.DataFrame:
    """Cells after those with `lacking` units have drawn on others of their shelf, by `spare` in its order."""
    wants = cells.select(*LOT, want_id="cell", qty=lacking.clip(0))
    parts = [
        cells.select(*LOT, "cell", place=pl.lit(place), qty=qty.clip(0)) for place, qty in enumerate(spare)
    ]
    offers = pl.concat(parts).sort(*LOT, "place", "cell", descending=[*(False,) * len(LOT), False, True])
    numbered = offers.with_row_index("offer_id").cast({"offer_id": pl.Int64})
    met = match_in_order(wants.filter(pl.col("qty") > 0), numbered, on=LOT)
    given = (
        met.join(numbered.select("offer_id", "cell"), on="offer_id")
        .group_by("cell")
        .agg(given=pl.col("qty").sum())
    )
    got = met.group_by(cell="want_id").agg(got=pl.col("qty").sum())
    return (
        cells.join(given, on="cell", how="left", maintain_order="left")
        .join(got, on="cell", how="left", maintain_order="left")
        .with_columns(qty=pl.col("qty") - pl.col("given").fill_null(0) + pl.col("got").fill_null(0))
        .drop("given", "got")
    )


def _kept(books: Books, touched: pl.DataFrame, facts: pl.DataFrame) -> DataFrame[ShelfFact]:
    """The facts of all shelves after the night."""
    others = books.shelf_facts.join(touched, on=SHELF, how="anti")
    return (
        pl.concat([others, facts.select(ShelfFact.names())]).sort(ShelfFact.names()).pipe(ShelfFact.validate)
    )


def _gaps_after(books: Books, touched: pl.DataFrame, gaps: pl.DataFrame, terms: Terms) -> DataFrame[ShelfGap]:
    """The gaps of all shelves after the night; one that stays keeps the night that had it first."""
    old = books.shelf_gaps
    known = old.select(*LOT, known_on="since_on")
    new = gaps.join(known, on=LOT, how="left").with_columns(
        since_on=pl.col("known_on").fill_null(terms.as_of.business_date)
    )
    others = old.join(touched, on=SHELF, how="anti")
    return pl.concat([others, conform(new, ShelfGap)]).sort(LOT).pipe(ShelfGap.validate)


def _inside(tonight: pl.DataFrame, reckoned: Reckoned, outcomes: pl.DataFrame) -> pl.DataFrame:
    """Tonight's rows that a count holds: their feed, the count's local time, and whether it `is_earlier`."""
    rows = tonight.with_row_index("number", 1).cast({"number": pl.Int64})
    return (
        rows.join(reckoned.inside, on="number")
        .join(
            outcomes.select("client_id", "file_hash", "row_no", "feed"),
            on=["client_id", "file_hash", "row_no"],
        )
        .with_columns(
            counted_text=pl.col("counted_at").dt.strftime("%Y-%m-%d %H:%M UTC"),
            is_earlier=pl.col("count_number") < 0,
        )
    )


def _noted(outcomes: pl.DataFrame, notes: pl.DataFrame) -> DataFrame[RowOutcome]:
    """Outcomes with what the acknowledgement says of rows that a count holds."""
    key = ["client_id", "feed", "file_hash", "row_no"]
    said = notes.select(*key, inside=pl.format("inside the count of {}", "counted_text")).unique(key)
    noted = outcomes.join(said, on=key, how="left", maintain_order="left").with_columns(
        note=pl.when(pl.col("note") == "").then(pl.col("inside").fill_null("")).otherwise("note")
    )
    return noted.drop("inside").pipe(RowOutcome.validate)


def _count_findings(reckoned: Reckoned, terms: Terms) -> DataFrame[Finding]:
    """Tonight's counts that saw other units than were expected."""
    found = reckoned.differences.with_columns(
        difference=pl.col("seen_qty") - pl.col("expected_qty"), lot=pl.col("lot_id")
    )
    return findings_of(
        found,
        FindingCode.COUNT_DIFFERENCE,
        terms,
        subject=pl.col("sku"),
        detail=pl.format(
            "{} seen at {}, {} expected", units("seen_qty"), "warehouse_id", units("expected_qty")
        ),
    )
