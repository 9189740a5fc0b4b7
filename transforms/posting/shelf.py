"""Step 5: the shelves as their facts say, whatever was posted before.

Steps 1 to 4 post what tonight's rows say where they say it, so that the journal tells each of them. Here
the shelves that tonight's facts speak of are reckoned anew from all their facts (`shelf_law`), and what the
books differ is posted. So counts, facts that come late, facts that a count holds already, gaps and moves
between bins are one calculation.

Stages
    1. Tonight's facts join those of earlier nights; what is older than the books can reorder is folded.
    2. The law says what each bin holds and how large the gap of each shelf is.
    3. Bins below zero, or with fewer units than are released from them, draw on the shelf's other bins:
       free units first. What the shelf lacks of released units belongs to its gap.
    4. The difference to the books goes to or comes from ADJUSTED: units that pickers missed leave first,
       then free ones, then held ones.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from schemas.findings import FindingCode
from schemas.intake import RowOutcome
from schemas.results import Finding
from schemas.stock import ShelfFact, ShelfGap
from schemas.table import conform
from schemas.vocabulary import Cause, FactKind, Feed, HoldReason, StockAccount
from transforms.allocation.supplies import lot_keys, walking_order
from transforms.balances import CELL, LOT
from transforms.calendars import with_warehouse_date
from transforms.matching import match_in_order
from transforms.posting.movements import post, stock_movements
from transforms.posting.posting import Posting
from transforms.posting.rows import findings_of, units
from transforms.posting.shelf_facts import POOL
from transforms.posting.shelf_law import Fact, Pool, fold, replay, settled_bins
from transforms.posting.short_picks import free_the_rest

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.night import Books
    from transforms.posting.posting import Terms

LATE_DAYS = 35
"""Days for which facts can still be put in order; what is older has its place among the oldest kept."""


class Reckoned(NamedTuple):
    """What the law says of the shelves of tonight's facts.

    Attributes:
        bins: CELL and `qty`, which may be below zero.
        gaps: LOT, `qty` above zero, and the bin that lacks them.
        inside: `number` of a movement, and number and instant of the count that holds it; tonight's facts
            have their place from 1 on, older ones numbers below zero.
        differences: LOT, `number` of the count, `expected_qty` and `seen_qty`.
        facts: what to keep of the facts.
    """

    bins: pl.DataFrame
    gaps: pl.DataFrame
    inside: pl.DataFrame
    differences: pl.DataFrame
    facts: pl.DataFrame


def settle_shelves(posting: Posting, terms: Terms) -> Posting:
    """The posting with the books as the law of facts has them, for every shelf of which it tells a fact.

    Each row that a count holds already says so in its acknowledgement. If that count was posted on an
    earlier night, it is a finding as well; a shipment is ordinary.
    """
    tonight = posting.facts
    if tonight.is_empty():
        return posting
    reckoned = reckon(posting.books, tonight, terms)
    settled = posting.then(partial(_settle, tonight=tonight, reckoned=reckoned, terms=terms))
    notes = _inside(tonight, reckoned, posting.outcomes)
    late = findings_of(
        notes.filter("is_earlier", pl.col("feed") != Feed.SHIPMENTS),
        FindingCode.ALREADY_COUNTED,
        terms,
        subject=pl.format("{}/{}", "feed", pl.col("file_hash").str.head(12)),
        detail=pl.format("row {}: {} is inside the count of {}", "row_no", "sku", "counted_text"),
    )
    return replace(
        settled,
        outcomes=_noted(posting.outcomes, notes),
        findings=pl.concat([settled.findings, late]).pipe(Finding.validate),
    )


def _settle(books: Books, tonight: DataFrame[ShelfFact], reckoned: Reckoned, terms: Terms) -> Posting:
    """The books as reckoned."""
    targets, gaps = _placed(books, reckoned, terms)
    differing = _differences(books, targets, tonight, reckoned.inside)
    touched = tonight.select(POOL).unique()
    after = replace(
        books,
        shelf_facts=_kept(books, touched, reckoned.facts),
        shelf_gaps=_gaps_after(books, touched, gaps, terms),
    )
    return _posted(after, differing, terms).then(
        lambda now: Posting.of(now, findings=_count_findings(reckoned, terms))
    )


def list_gaps(books: Books, terms: Terms) -> Posting:
    """Findings for shelves of which more left than their facts brought, on every night until explained."""
    lacking = findings_of(
        books.shelf_gaps,
        FindingCode.NEGATIVE_STOCK,
        terms,
        subject=pl.col("sku"),
        detail=pl.format("{} units left {} that its facts did not bring", units("qty"), "warehouse_id"),
    )
    return Posting.of(books, findings=lacking)


def reckon(books: Books, tonight: pl.DataFrame, terms: Terms) -> Reckoned:
    """What the law makes of tonight's facts and those of earlier nights."""
    known = books.shelf_facts.join(tonight, on=POOL, how="semi")
    new = _within_reach(known, tonight).with_row_index("number", 1).cast({"number": pl.Int64})
    place = pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
    old = known.with_columns(
        number=pl.when(pl.col("kind") == FactKind.LOWEST).then("row_no").otherwise(-place)
    )
    everything = pl.concat([old.select(new.columns), new])
    believed = with_warehouse_date(
        everything.filter(~pl.col("is_held")), time_column="at", name="day", warehouses=terms.warehouses
    )
    horizon = terms.as_of.business_date - timedelta(days=LATE_DAYS)
    return _replayed(books, believed, everything.filter("is_held"), horizon, terms)


def _within_reach(known: pl.DataFrame, tonight: pl.DataFrame) -> pl.DataFrame:
    """Tonight's facts; those from before the oldest kept are of its instant."""
    oldest = known.filter(pl.col("kind") == FactKind.OPENING).group_by(POOL).agg(folded_at=pl.col("at").max())
    return (
        tonight.join(oldest, on=POOL, how="left", maintain_order="left")
        .with_columns(at=pl.max_horizontal("at", "folded_at"))
        .drop("folded_at")
    )


def _replayed(
    books: Books, believed: pl.DataFrame, held: pl.DataFrame, horizon: object, terms: Terms
) -> Reckoned:
    """The law, pool by pool."""
    places = _lot_places(books, believed, terms)
    bins: list[tuple[object, ...]] = []
    gaps: list[tuple[object, ...]] = []
    inside: list[tuple[int, int]] = []
    differences: list[tuple[object, ...]] = []
    folded: list[tuple[object, ...]] = []
    columns = [*POOL, "at", "day", "kind", "lot_id", "bin_id", "qty", "number"]
    rows = believed.with_columns(at=pl.col("at").to_physical(), day=pl.col("day").to_physical()).select(
        columns
    )
    limit = pl.select(pl.lit(horizon).cast(pl.Datetime("us", "UTC")).to_physical()).item()
    for key, group in groupby(rows.sort(POOL, maintain_order=True).iter_rows(), key=lambda row: row[:3]):
        facts = [Fact(*row[3:]) for row in group]
        order = places.get(key, {})
        pool = replay(facts, order)
        _note(key, pool, bins, gaps, differences)
        inside += pool.inside.items()
        if any(fact.at <= limit and fact.kind in (FactKind.MOVED, FactKind.COUNTED) for fact in facts):
            older = [fact for fact in facts if fact.at <= limit]
            made = fold(older, limit, order)
            folded += [(*key, *fact) for fact in made]
    return Reckoned(
        pl.DataFrame(bins, _schema(*CELL, qty=pl.Int64), orient="row"),
        pl.DataFrame(gaps, _schema(*CELL, qty=pl.Int64), orient="row"),
        pl.DataFrame(inside, _schema(number=pl.Int64, count_number=pl.Int64), orient="row")
        .filter(pl.col("number") > 0)
        .join(believed.select(count_number="number", counted_at="at"), on="count_number"),
        pl.DataFrame(
            differences,
            _schema(*LOT, number=pl.Int64, expected_qty=pl.Int64, seen_qty=pl.Int64),
            orient="row",
        ).filter(pl.col("number") > 0),
        _facts_after(believed, held, folded, limit, terms),
    )


def _schema(*texts: str, **others: type[pl.DataType]) -> dict[str, type[pl.DataType]]:
    return {**dict.fromkeys(texts, pl.String), **others}


def _note(
    key: tuple[object, ...],
    pool: Pool,
    bins: list[tuple[object, ...]],
    gaps: list[tuple[object, ...]],
    differences: list[tuple[object, ...]],
) -> None:
    """What a pool's shelves hold, lack and were found to hold otherwise."""
    for lot_id, shelf in pool.shelves.items():
        bins += [(*key, lot_id, bin_id, qty) for bin_id, qty in settled_bins(shelf).items()]
        if gap := shelf.gap():
            gaps.append((*key, lot_id, shelf.low_bin, gap))
    differences += [(*key, *difference) for difference in pool.differences]


def _lot_places(books: Books, facts: pl.DataFrame, terms: Terms) -> dict[tuple[object, ...], dict[str, int]]:
    """For each pool with a fact that names no lot: the place of its lots in the order they are given out."""
    asking = facts.filter(pl.col("lot_id").is_null()).select(POOL).unique()
    if asking.is_empty():
        return {}
    lot_order = terms.of_clients(lot_order=lambda client: client.policy.lot_order)
    lots = (
        books.stock_lots.join(asking, on=POOL, how="semi")
        .join(lot_order, on="client_id", how="left")
        .with_columns(bin_place=pl.lit(0))
        .sort(*POOL, *lot_keys(), nulls_last=True)
    )
    places: dict[tuple[object, ...], dict[str, int]] = {}
    for *key, lot_id in lots.select(*POOL, "lot_id").iter_rows():
        of_pool = places.setdefault(tuple(key), {})
        of_pool[lot_id] = len(of_pool)
    return places


def _facts_after(
    believed: pl.DataFrame, held: pl.DataFrame, folded: list[tuple[object, ...]], limit: int, terms: Terms
) -> pl.DataFrame:
    """The facts to keep: those of folded pools without what was folded, and what stands for it."""
    names = ShelfFact.names()
    moved = believed.filter((pl.col("kind") != FactKind.MOVED) | (pl.col("qty") != 0))
    if not folded:
        return pl.concat([moved.select(names), held.select(names)])
    schema = _schema(*POOL, at=pl.Int64, day=pl.Int64, kind=pl.String) | _schema("lot_id", "bin_id")
    made = pl.DataFrame(folded, schema | {"qty": pl.Int64, "row_no": pl.Int64}, orient="row").with_columns(
        at=pl.col("at").cast(pl.Datetime("us")).dt.replace_time_zone("UTC"),
        posted_on=pl.lit(terms.as_of.business_date),
        file_hash=pl.lit(""),
        is_held=pl.lit(value=False),
    )
    is_old = pl.col("at").to_physical() <= limit
    pools = made.select(POOL).unique().with_columns(is_folded=pl.lit(value=True))
    younger = moved.join(pools, on=POOL, how="left", maintain_order="left").filter(
        ~(pl.col("is_folded").fill_null(value=False) & is_old)
    )
    return pl.concat([younger.select(names), made.select(names), held.select(names)])


def _placed(books: Books, reckoned: Reckoned, terms: Terms) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What each bin of the reckoned shelves is to hold (CELL, `target_qty`), and the gap of each shelf."""
    shelves = reckoned.bins.select(LOT).unique()
    now = (
        books.stock_balances.join(shelves, on=LOT, how="semi")
        .group_by(CELL)
        .agg(
            released_qty=pl.col("qty").filter(pl.col("account") == StockAccount.RELEASED).sum(),
            held_qty=pl.col("qty").filter(pl.col("account") == StockAccount.HOLD).sum(),
        )
    )
    lacking = reckoned.gaps.rename({"qty": "gap_qty"})
    cells = (
        reckoned.bins.join(now, on=CELL, how="full", coalesce=True)
        .join(lacking, on=CELL, how="full", coalesce=True)
        .with_columns(pl.col("qty", "gap_qty", "released_qty", "held_qty").fill_null(0))
        .with_columns(qty=pl.col("qty") + pl.col("gap_qty"))
    )
    ordered = (
        cells.join(walking_order(cells, terms.warehouses), on=["warehouse_id", "bin_id"], how="left")
        .sort(*LOT, "bin_place")
        .with_row_index("cell")
        .cast({"cell": pl.Int64})
    )
    drawn = _drawn(ordered)
    placed = (
        ordered.join(drawn, on="cell", how="left", maintain_order="left")
        .with_columns(pl.col("given", "got").fill_null(0))
        .with_columns(after=pl.col("qty") - pl.col("given") + pl.col("got"))
        .with_columns(target_qty=pl.max_horizontal("after", "released_qty"))
        .with_columns(gap_qty=pl.col("gap_qty") + pl.col("target_qty") - pl.col("after"))
    )
    gaps = placed.group_by(LOT).agg(qty=pl.col("gap_qty").sum()).filter(pl.col("qty") > 0)
    return placed.select(*CELL, "target_qty"), gaps


def _drawn(cells: pl.DataFrame) -> pl.DataFrame:
    """Units that bins with too few draw on others of their shelf: `given` and `got` of each `cell`."""
    wants = cells.select(*LOT, want_id="cell", qty=(pl.col("released_qty") - pl.col("qty")).clip(0))
    spare = (pl.col("qty") - pl.col("released_qty")).clip(0)
    free = (spare - pl.col("held_qty")).clip(0)
    parts = [
        cells.select(*LOT, "cell", place=pl.lit(place), qty=qty)
        for place, qty in enumerate([free, spare - free])
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
    return given.join(got, on="cell", how="full", coalesce=True)


def _differences(
    books: Books, targets: pl.DataFrame, tonight: pl.DataFrame, inside: pl.DataFrame
) -> pl.DataFrame:
    """Cells whose books differ: CELL, `more` units (negative: fewer), the cause and the row behind it."""
    pools = targets.select(LOT).unique()
    now = books.stock_balances.join(pools, on=LOT, how="semi").group_by(CELL).agg(now_qty=pl.col("qty").sum())
    is_count = pl.col("kind") == FactKind.COUNTED
    numbered = tonight.with_row_index("number", 1).cast({"number": pl.Int64})
    seen = numbered.join(inside, on="number", how="left").with_columns(
        is_inside=pl.col("count_number").is_not_null()
    )
    why = (
        seen.sort(is_count, "at", "file_hash", "row_no")
        .group_by(POOL, maintain_order=True)
        .agg(
            pl.col("at", "file_hash", "row_no").last(),
            is_counted=is_count.any(),
            is_inside=pl.col("is_inside").any(),
        )
    )
    cause = (
        pl.when("is_counted")
        .then(pl.lit(Cause.COUNTED.value))
        .when("is_inside")
        .then(pl.lit(Cause.ALREADY_COUNTED.value))
        .otherwise(pl.lit(Cause.BOOK_GAP.value))
    )
    return (
        targets.join(now, on=CELL, how="full", coalesce=True)
        .with_columns(more=pl.col("target_qty").fill_null(0) - pl.col("now_qty").fill_null(0))
        .filter(pl.col("more") != 0)
        .join(why, on=POOL, how="left")
        .with_columns(cause=cause)
        .sort(CELL)
    )


def _posted(books: Books, differing: pl.DataFrame, terms: Terms) -> Posting:
    """The differences onto the books; a hold of units that pickers missed ends where some of them leave."""
    if differing.is_empty():
        return Posting.of(books)
    accounts = StockAccount
    more = differing.filter(pl.col("more") > 0).with_columns(qty="more")
    leaving = _leaving(books, differing.filter(pl.col("more") < 0))
    drafts = []
    for cause in differing["cause"].unique().sort():
        of_cause = pl.col("cause") == cause
        drafts.append(
            stock_movements(
                more.filter(of_cause), out=accounts.ADJUSTED, into=accounts.FREE, cause=Cause(cause)
            )
        )
        drafts += [
            stock_movements(
                leaving.filter(of_cause, pl.col("account") == account),
                out=account,
                into=accounts.ADJUSTED,
                cause=Cause(cause),
            )
            for account in (accounts.HOLD, accounts.FREE)
        ]
    missed = leaving.filter(pl.col("hold_reason") == HoldReason.SHORT_PICK)
    return post(books, drafts, terms).then(lambda now: free_the_rest(now, missed, terms, cause=Cause.COUNTED))


def _leaving(books: Books, fewer: pl.DataFrame) -> pl.DataFrame:
    """Units that leave: those that pickers missed, then free ones, then held ones."""
    rank = (
        pl.when(pl.col("hold_reason") == HoldReason.SHORT_PICK)
        .then(0)
        .when(pl.col("account") == StockAccount.FREE)
        .then(1)
        .otherwise(2)
    )
    offers = (
        books.stock_balances.filter(pl.col("account") != StockAccount.RELEASED)
        .join(fewer, on=CELL, how="semi")
        .sort(*CELL, rank, "hold_reason", descending=[*(False,) * (len(CELL) + 1), True])
        .with_row_index("offer_id")
        .cast({"offer_id": pl.Int64})
    )
    wants = fewer.with_row_index("want_id").cast({"want_id": pl.Int64}).with_columns(qty=-pl.col("more"))
    met = match_in_order(wants, offers, on=CELL)
    return (
        met.join(offers.select("offer_id", "account", "hold_reason"), on="offer_id")
        .join(wants.drop("qty", "more"), on="want_id")
        .sort("want_id", "offer_id")
    )


def _kept(books: Books, touched: pl.DataFrame, facts: pl.DataFrame) -> DataFrame[ShelfFact]:
    """The facts of all shelves after the night."""
    others = books.shelf_facts.join(touched, on=POOL, how="anti")
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
    others = old.join(touched, on=POOL, how="anti")
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


def _count_findings(reckoned: Reckoned, terms: Terms) -> pl.DataFrame:
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
