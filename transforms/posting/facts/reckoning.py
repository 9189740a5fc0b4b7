"""The shelves of tonight's facts, reckoned from all their facts by the law (`shelf_law`)."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from schemas.books.stock import LATE_DAYS, ShelfFact
from schemas.vocabulary.words import FactKind
from transforms.allocation.supply.supplies import lot_keys
from transforms.balances import LOT
from transforms.calendars import with_warehouse_date
from transforms.keys import CELL, SHELF
from transforms.posting.facts.shelf_law import Fact, ReckonedPool, fold, replay, settled_bins

if TYPE_CHECKING:
    from schemas.night import Books
    from transforms.terms import Terms

PLACE = SHELF[:2]


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


def reckon(books: Books, tonight: pl.DataFrame, terms: Terms) -> Reckoned:
    """What the law makes of tonight's facts and those of earlier nights."""
    known = books.shelf_facts.join(tonight, on=SHELF, how="semi")
    new = _within_reach(known, tonight).with_row_index("number", 1).cast({"number": pl.Int64})
    place = pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
    old = known.with_columns(
        number=pl.when(pl.col("kind") == FactKind.LOWEST).then("row_no").otherwise(-place)
    )
    everything = pl.concat([old.select(new.columns), new])
    believed = with_warehouse_date(
        everything.filter(~pl.col("is_held")), time_column="at", name="day", warehouses=terms.warehouses
    )
    return _replayed(books, believed, everything.filter("is_held"), terms)


def _counted_since(books: Books) -> dict[tuple[object, ...], int]:
    """For each client and warehouse the day, as a number, of its first count; nought: before it was noted."""
    first = books.first_counts.select(*PLACE, pl.col("counted_on").to_physical().fill_null(0))
    return {tuple(key): day for *key, day in first.iter_rows()}


def _within_reach(known: pl.DataFrame, tonight: pl.DataFrame) -> pl.DataFrame:
    """Tonight's facts; those from before the oldest kept are of its instant."""
    oldest = (
        known.filter(pl.col("kind") == FactKind.OPENING).group_by(SHELF).agg(folded_at=pl.col("at").max())
    )
    return (
        tonight.join(oldest, on=SHELF, how="left", maintain_order="left")
        .with_columns(at=pl.max_horizontal("at", "folded_at"))
        .drop("folded_at")
    )


def _replayed(books: Books, believed: pl.DataFrame, held: pl.DataFrame, terms: Terms) -> Reckoned:
    """The law, pool by pool."""
    since = _counted_since(books)
    horizon = terms.as_of.business_date - timedelta(days=LATE_DAYS)
    places = _lot_places(books, believed, terms)
    bins: list[tuple[object, ...]] = []
    gaps: list[tuple[object, ...]] = []
    inside: list[tuple[int, int]] = []
    differences: list[tuple[object, ...]] = []
    folded: list[tuple[object, ...]] = []
    columns = [*SHELF, "at", "day", "kind", "lot_id", "bin_id", "qty", "number"]
    rows = believed.with_columns(at=pl.col("at").to_physical(), day=pl.col("day").to_physical()).select(
        columns
    )
    limit = pl.select(pl.lit(horizon).cast(pl.Datetime("us", "UTC")).to_physical()).item()
    for key, group in groupby(rows.sort(SHELF, maintain_order=True).iter_rows(), key=lambda row: row[:3]):
        facts = [Fact(*row[3:]) for row in group]
        order = places.get(key, {})
        pool = replay(facts, order, counted_since=since.get(key[:2]))
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
    pool: ReckonedPool,
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
    asking = facts.filter(pl.col("lot_id").is_null()).select(SHELF).unique()
    if asking.is_empty():
        return {}
    lot_order = terms.of_clients(lot_order=lambda client: client.policy.lot_order)
    lots = (
        books.stock_lots.join(asking, on=SHELF, how="semi")
        .join(lot_order, on="client_id", how="left")
        .with_columns(bin_place=pl.lit(0))
        .sort(*SHELF, *lot_keys(), nulls_last=True)
    )
    places: dict[tuple[object, ...], dict[str, int]] = {}
    for *key, lot_id in lots.select(*SHELF, "lot_id").iter_rows():
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
    schema = _schema(*SHELF, at=pl.Int64, day=pl.Int64, kind=pl.String) | _schema("lot_id", "bin_id")
    made = pl.DataFrame(folded, schema | {"qty": pl.Int64, "row_no": pl.Int64}, orient="row").with_columns(
        at=pl.col("at").cast(pl.Datetime("us")).dt.replace_time_zone("UTC"),
        posted_on=pl.lit(terms.as_of.business_date),
        file_hash=pl.lit(""),
        is_held=pl.lit(value=False),
    )
    is_old = pl.col("at").to_physical() <= limit
    pools = made.select(SHELF).unique().with_columns(is_folded=pl.lit(value=True))
    younger = moved.join(pools, on=SHELF, how="left", maintain_order="left").filter(
        ~(pl.col("is_folded").fill_null(value=False) & is_old)
    )
    return pl.concat([younger.select(names), made.select(names), held.select(names)])
