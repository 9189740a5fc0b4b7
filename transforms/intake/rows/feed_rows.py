"""Rows as sent become rows of a feed's contract; what cannot becomes reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from schemas.intake.bounds import LISTS
from schemas.intake.feeds import FEED_TABLES, SkuRow
from schemas.table import with_nulls
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import Feed
from transforms.intake.keys.line_skus import LINE_FEEDS, ORDER_FEEDS, items_of_lines, skus_of_numbers
from transforms.intake.mapping import feed_columns as known
from transforms.intake.rows.checks import (
    REASON,
    Fault,
    bad_ids,
    endless_orders,
    find_faults,
    find_impossible,
    foreign_warehouses,
    missing,
    too_long,
)
from transforms.intake.rows.counts import counted_before, facts_ahead
from transforms.intake.values.quantities import read_quantities
from transforms.intake.values.readings import (
    Reading,
    read_amounts,
    read_dates,
    read_flags,
    read_whole_numbers,
    without_thousands,
)
from transforms.intake.values.sent_back import in_own_form
from transforms.intake.values.skus import EACH, MAX_EACHES, resolve_skus, spelled, with_factors
from transforms.intake.values.times import has_time, read_count_instants, read_days, read_instants

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from schemas.settings.client import Client, FeedSettings
    from transforms.intake.file_form import Catalogue, SourceFile
    from transforms.intake.mapping.routes import Target

EACH_AS_OTHER = rf"(?i)(^|\|)\s*({'|'.join(EACH)})\s*:\s*0*([2-9]|1[0-9])"
"""The base unit at a factor of its own: quantities are counted in it, so it is always one."""

COUNT = r"-?[0-9]+(?:[.,][0-9]+)?"
COUNTED = rf"^[^|:]+:\s*{COUNT}\s*(?:\|[^|:]+:\s*{COUNT}\s*)*$"
"""Names with a count: units of measure, or the parts of a kit."""

FAR_COUNT = r":\s*(?:-|0+\s*(?:\||$)|0*[1-9][0-9]{9})"
"""A count that is none, below none, or of ten figures."""

COUNT_IN_PARTS = r":\s*[0-9]+[.,]"


@dataclass(frozen=True)
class Door:
    """What the rows of a file are read with."""

    source: SourceFile
    client: Client
    catalogue: Catalogue
    counted_at: datetime | None = None

    @property
    def settings(self) -> FeedSettings:
        """How the client writes the files of this feed."""
        return self.client.feeds.of(self.source.feed)


def read_feed_rows(sent: pl.DataFrame, target: Target, door: Door) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All rows of one target in its contract's columns, and the reasons of those that are none.

    `sent` has `row_no`, `origin_hash`, `origin_row`, `origin_counted` and the feed's columns as text. Rows
    with a reason are still among the rows: the caller takes them out.
    """
    feed = target.feed
    assert feed is not None  # noqa: S101 -- rows that are set aside are never read
    said = {column.name for column in sent if column.null_count() < sent.height}
    of_texts = (fault for fault in (*too_long(feed), *bad_ids(feed)) if fault.column in said)
    faults = [find_faults(sent, [*missing(target), *of_texts, *endless_orders(feed)])]
    tidy = _tidy(_without_thousands(sent, feed, door.settings), feed)
    spelled_rows = _with_skus(tidy, feed, door)
    typed, nothing = [], {}
    for name, reading in _readings(spelled_rows, feed, door):
        if isinstance(reading, pl.DataType):
            nothing[name] = reading
            continue
        typed.append(reading.values.alias(name))
        if reading.reasons.null_count() < spelled_rows.height:
            reasons = pl.DataFrame([spelled_rows["row_no"], reading.reasons.alias("reason_code")])
            faults.append(
                reasons.drop_nulls("reason_code").select(
                    "row_no", pl.lit(name).alias("column"), "reason_code"
                )
            )
    timed = _timed(spelled_rows, feed, door.settings)
    read = with_nulls(spelled_rows.drop(nothing).with_columns(typed), nothing)
    rows = _finished(read, feed, door, target.match_on, is_timed=timed)
    faults += [
        find_faults(spelled_rows, _unit_faults(feed, door)),
        find_faults(
            rows,
            [
                *foreign_warehouses(rows.columns, door.client.warehouses),
                *facts_ahead(rows.schema, door.client, door.source),
            ],
        ),
        find_impossible(rows, feed),
    ]
    if feed == Feed.STOCK:
        unread = pl.col("origin_counted").is_not_null() & counted_before().is_null()
        faults.append(find_faults(sent, [Fault(unread, "counted_at", ReasonCode.NOT_A_TIME)]))
    return rows, first_reasons(faults)


def first_reasons(found: list[pl.DataFrame]) -> pl.DataFrame:
    """Of each cell the first reason: a value that could not be read is also missing."""
    reasons = [each for each in found if each.height]
    if not reasons:
        return pl.DataFrame(schema=REASON)
    return pl.concat(reasons).unique(["row_no", "column"], keep="first", maintain_order=True)


def _without_thousands(sent: pl.DataFrame, feed: Feed, settings: FeedSettings) -> pl.DataFrame:
    """Numbers without what stands between groups of three digits; other groups are no number's.

    The quantity stays as it was sent in a column beside them (`as_sent`).
    """
    shown = pl.col(known.MAIN_QTY[feed]) if feed in known.MAIN_QTY else pl.lit(None, pl.String)
    sent = sent.with_columns(as_sent=shown)
    if not settings.thousands_mark:
        return sent
    types = FEED_TABLES[feed].dtypes()
    numbers = [name for name in known.sent_columns(feed) if name in types and types[name].is_numeric()]
    return sent.with_columns(
        without_thousands(pl.col(name), settings.thousands_mark, settings.decimal_mark) for name in numbers
    )


def _tidy(sent: pl.DataFrame, feed: Feed) -> pl.DataFrame:
    """Choices in small letters, lists without spaces, and on orders what `~` clears."""
    present = set(known.sent_columns(feed))
    lists = [pl.col(name).str.replace_all(r"\s*([|:])\s*", "$1") for name in LISTS & present]
    words = [pl.col(name).str.to_lowercase() for name in known.CHOICES & present]
    tidy = sent.with_columns(*lists, *words)
    if feed != Feed.ORDERS:
        return tidy
    named = [name for name in known.sent_columns(feed) if name not in known.NOT_CLEARED]
    said = [name for name in named if tidy[name].null_count() < tidy.height]
    cleared = [name for name in said if (tidy[name] == known.CLEAR).any()]
    marks = [pl.when(pl.col(name) == known.CLEAR).then(pl.lit(name)) for name in cleared]
    return tidy.with_columns(
        cleared=pl.concat_str(marks, separator="|", ignore_nulls=True) if marks else pl.lit("")
    ).with_columns(pl.when(pl.col(name) != known.CLEAR).then(name).alias(name) for name in cleared)


def _with_skus(tidy: pl.DataFrame, feed: Feed, door: Door) -> pl.DataFrame:
    """SKUs as the catalogue spells them; quantities get their unit and decimals beside them."""
    if issubclass(FEED_TABLES[feed], SkuRow):
        named = _with_items(resolve_skus(tidy, door.client, door.catalogue), feed, door)
        return with_factors(named, door.client, door.catalogue, item="item_sku").with_columns(
            sent_qty=pl.when(pl.col(known.MAIN_QTY[feed]).is_not_null()).then("as_sent"), sent_uom="uom"
        )
    names = ("sku", "aliases", "substitutes", "replaced_by", "kit")
    spelled_rows = tidy.with_columns(spelled(name, door.client.sku_rule) for name in names)
    decimals = pl.lit(read_whole_numbers(tidy["decimals"], door.settings.decimal_mark).values)
    known_items = door.catalogue.items.filter(pl.col("client_id") == door.client.client_id)
    return (
        spelled_rows.with_columns(own_decimals=decimals)
        .join(
            known_items.select("sku", old_decimals="decimals").unique("sku", keep="first"),
            on="sku",
            how="left",
            maintain_order="left",
        )
        .with_columns(
            each_qty=pl.lit(1, pl.Int64),
            factor_decimals=pl.coalesce("own_decimals", "old_decimals").fill_null(0).clip(0, 6),
        )
        .drop("own_decimals", "old_decimals")
    )


def _with_items(resolved: pl.DataFrame, feed: Feed, door: Door) -> pl.DataFrame:
    """`item_sku`, whose units each row counts in: the SKU that it names, or that of its line."""
    if feed not in (*LINE_FEEDS, *ORDER_FEEDS) or not resolved["sku"].null_count():
        return resolved.with_columns(item_sku="sku")
    numbers = read_whole_numbers(resolved["line_no"], door.settings.decimal_mark).values
    own, lines = door.client.client_id, door.catalogue
    if feed in ORDER_FEEDS:
        return items_of_lines(resolved, numbers, client_id=own, lines=lines)
    return skus_of_numbers(resolved, numbers, feed, client_id=own, lines=lines).with_columns(item_sku="sku")


def _readings(rows: pl.DataFrame, feed: Feed, door: Door) -> Iterator[tuple[str, Reading | pl.DataType]]:
    """Each column of the feed that is not text, read; of one in which nothing stands, its type."""
    settings, mark = door.settings, door.settings.decimal_mark
    scale = "factor_decimals" if feed == Feed.ITEMS else "decimals"
    is_back = rows["origin_row"].is_not_null()
    for name, dtype in FEED_TABLES[feed].dtypes().items():
        if name in known.MADE_HERE or dtype == pl.String:
            continue
        if rows[name].null_count() == rows.height:
            yield name, dtype
            continue
        texts = in_own_form(rows[name], is_back, dtype, settings)
        if name in known.QUANTITIES or name == "safety_stock_qty":
            factors = rows.select("each_qty", decimals=pl.col(scale))
            yield name, read_quantities(texts, factors, mark)
        elif dtype == pl.Int64:
            yield name, read_whole_numbers(texts, mark)
        elif dtype == pl.Date:
            yield name, read_dates(texts, settings.date_format)
        elif dtype == pl.Boolean:
            yield name, read_flags(texts)
        elif isinstance(dtype, pl.Decimal):
            yield name, read_amounts(texts, mark)
        else:
            yield from _read_times(name, texts, door)


def _read_times(name: str, texts: pl.Series, door: Door) -> Iterator[tuple[str, Reading]]:
    """Instants; beside those of a fact of the shelf, the day of cells that name no time."""
    settings, zone = door.settings, door.client.time_zone
    if name == "counted_at":
        at_time = door.client.feeds.stock.counted_at_time
        yield name, read_count_instants(texts, settings, zone, time_of_day=at_time)
        return
    yield name, read_instants(texts, settings, zone)
    if name in known.DAY_OR_TIME:
        yield "effective_on", read_days(texts, settings)


def _timed(spelled_rows: pl.DataFrame, feed: Feed, settings: FeedSettings) -> pl.Series:
    """Whether each row says at which time of the day it happened."""
    if feed not in known.HAPPENED_AT:
        return pl.Series("is_timed", [False] * spelled_rows.height, dtype=pl.Boolean)
    return has_time(spelled_rows[known.HAPPENED_AT[feed]], settings)


def _finished(
    rows: pl.DataFrame, feed: Feed, door: Door, match_on: str | None, *, is_timed: pl.Series
) -> pl.DataFrame:
    """The rows in the columns of their contract: defaults, where they came from, when they became true."""
    table, source = FEED_TABLES[feed], door.source
    defaults = known.column_defaults(feed, door.client.warehouses[0])
    filled = rows.with_columns(pl.col(name).fill_null(value) for name, value in defaults.items())
    if feed == Feed.STOCK:
        of_file = pl.lit(door.counted_at, table.dtypes()["counted_at"])
        filled = filled.with_columns(pl.coalesce("counted_at", counted_before(), of_file))
    if feed == Feed.ORDERS:
        # only when all rows of the file have their line can it be told
        filled = filled.with_columns(disagrees=pl.lit(""))
    no_day = pl.lit(None, pl.Date)
    day = pl.col("effective_on") if "effective_on" in filled.columns else no_day
    if feed == Feed.RECEIPTS:
        day = pl.coalesce(day, pl.when(pl.col("received_at").is_null()).then("received_on"))
    instant = known.EFFECTIVE.get(feed, pl.lit(None, table.dtypes()["effective_at"]))
    complete = filled.with_columns(effective_on=day).with_columns(
        client_id=pl.lit(source.client_id),
        file_feed=pl.lit(source.feed.value),
        file_hash=pl.lit(source.file_hash),
        match_on=pl.lit(match_on, pl.String),
        effective_at=pl.when(pl.col("effective_on").is_null()).then(instant),
        is_timed=pl.lit(is_timed),
    )
    return complete.select(table.names())


def _unit_faults(feed: Feed, door: Door) -> Iterator[Fault]:
    """Units that the item does not have, and quantities whose item is not named though it matters."""
    if not issubclass(FEED_TABLES[feed], SkuRow):
        for name in ("uoms", "kit"):
            yield Fault(~pl.col(name).str.contains(COUNTED), name, ReasonCode.NOT_A_NUMBER)
            yield Fault(pl.col(name).str.contains(FAR_COUNT), name, ReasonCode.OUT_OF_RANGE)
            yield Fault(pl.col(name).str.contains(COUNT_IN_PARTS), name, ReasonCode.NOT_WHOLE)
        yield Fault(pl.col("uoms").str.contains(EACH_AS_OTHER), "uoms", ReasonCode.OUT_OF_RANGE)
        return
    yield Fault(pl.col("each_qty").is_null(), "uom", ReasonCode.UNKNOWN_UNIT)
    yield Fault(pl.col("each_qty") > MAX_EACHES, "uom", ReasonCode.OUT_OF_RANGE)
    own = pl.col("client_id") == door.client.client_id
    if door.catalogue.items.filter(own & (pl.col("decimals") > 0)).height:
        # without its item a number of such a client could be kilos or grams: rather ask than guess
        fault = pl.col("item_sku").is_null() & pl.col("sent_qty").is_not_null()
        yield Fault(fault, "sku", ReasonCode.MISSING)
