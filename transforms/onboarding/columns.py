"""The columns of a feed as a file has them: what is written for each, and which cannot be what they seem."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.errors import ConfigurationError
from schemas.intake.feeds import FEED_TABLES
from transforms.intake.mapping.expressions import UnknownColumnError, compile_mapping
from transforms.intake.mapping.feed_columns import CHOICES, DAY_OR_TIME, needed_columns
from transforms.intake.values.readings import WORDS_FOR_FALSE, WORDS_FOR_TRUE
from transforms.intake.values.skus import EACH
from transforms.onboarding.dates import share_of_days, share_of_times
from transforms.onboarding.guesses import Guess, ask, state
from transforms.onboarding.names import FREE, fold
from transforms.onboarding.numbers import is_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.vocabulary.words import Feed
    from transforms.onboarding.names import KnownNames, Source
    from transforms.onboarding.samples import Sample

HALF = 0.5
MAX_VALUES = 20
"""Different values of a column of few words."""

FLAGS = (*WORDS_FOR_TRUE, *WORDS_FOR_FALSE)
SAMPLE = 1_000
FIRST = ("order_id", "release_id", "receipt_id", "asn_id", "line_no", "sku")
"""Columns that are written before all others."""

SPLITS = (" ", "T")
"""What stands between a day and its time."""


@dataclass
class Columns:
    """What is found of the columns of a feed.

    Attributes:
        guesses: what is written of them, and what is to be decided.
        days: where days are read from.
        times: likewise times.
        numbers: likewise.
        mapped: ours and theirs.
        used: columns of the file that are read.
        unread: columns that have the name of one of ours and cannot be it, with the reason.
    """

    guesses: list[Guess] = field(default_factory=list)
    days: list[Source] = field(default_factory=list)
    times: list[Source] = field(default_factory=list)
    numbers: list[Source] = field(default_factory=list)
    mapped: list[tuple[str, str]] = field(default_factory=list)
    used: list[str] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)


def describe_columns(
    sample: Sample, feed: Feed, sources: dict[str, Source], known: KnownNames, warehouses: Sequence[str]
) -> Columns:
    """What is written of each column of a feed, in the order of its contract."""
    found = Columns()
    kinds: dict[str, pl.DataType] = FEED_TABLES[feed].dtypes()
    for ours in [*FIRST, *(name for name in kinds if name not in FIRST), "uom"]:
        if ours not in sources:
            continue
        source = sources[ours]
        column = _Column(ours, source, sample.texts(source), len(sample.frame))
        if ours in ("warehouse_id", *CHOICES):
            _describe_words(found, column, _allowed(feed, ours, warehouses))
        elif ours == "uom":
            _describe_units(found, column, known)
        else:
            _describe(found, column, kinds[ours], is_needed=ours in needed_columns(feed))
    return found


def sources_as_kinds(sample: Sample, sources: dict[str, Source]) -> dict[str, Source]:
    """The sources, with a day that has a clock as the time that our feed has for it."""
    renamed = {}
    for ours, source in sources.items():
        timed = ours.removesuffix("_on") + "_at"
        is_time = timed in DAY_OR_TIME and ours != timed and not source.is_ours
        texts = sample.texts(source).head(SAMPLE)
        if is_time and share_of_days(texts) < HALF <= share_of_times(texts):
            renamed[timed] = source
        elif ours != FREE:
            renamed[ours] = source
    return renamed


def expression_of(source: Source) -> str:
    """A source as a mapping writes it."""
    if len(source.headers) == 1:
        header = source.headers[0]
        try:
            # as the client's file is read, before any of its files is there
            compile_mapping(header, headers=(), place="")
        except UnknownColumnError:
            return header
        except ConfigurationError:
            return quoted(header)
    return f"CONCAT_WS(' ', {', '.join(map(quoted, source.headers))})"


def quoted(header: str) -> str:
    """A column's name within an expression."""
    return '"{}"'.format(header.replace('"', '""'))


def literal(text: str) -> str:
    """A text within an expression."""
    return "'{}'".format(text.replace("'", "''"))


@dataclass(frozen=True)
class _Column:
    """A column of ours, where it is read from, and its filled cells."""

    ours: str
    source: Source
    texts: pl.Series
    rows: int

    @property
    def why(self) -> str:
        """What speaks for it."""
        return f"{self.source.why}; filled in {len(self.texts):,} of {self.rows:,} rows"


def _describe(found: Columns, column: _Column, kind: pl.DataType, *, is_needed: bool) -> None:
    """Write a column down, if its cells are of the kind that ours has."""
    texts, written = column.texts.head(SAMPLE), expression_of(column.source)
    share, what = 1.0, ""
    source = column.source
    if kind == pl.Date:
        share, what = share_of_days(texts), "a day"
        mark = next((mark for mark in SPLITS if _are_split(texts, mark)), "") if share < HALF else ""
        if mark and len(source.headers) == 1:
            share = share_of_days(texts.str.split(mark).list.first())
            source = replace(source, day_before=mark)
            written = f"SPLIT_PART({quoted(source.headers[0])}, {literal(mark)}, 1)"
    elif kind == pl.Datetime:
        share, what = share_of_times(texts), "a time"
    elif kind.is_numeric():
        share, what = _share(texts, is_number(pl.lit(texts))), "a number"
    elif kind == pl.Boolean:
        share, what = _share(texts, pl.lit(texts.str.to_lowercase().is_in(FLAGS))), "yes or no"
    if share < HALF and len(texts) and not (is_needed or source.is_ours):
        found.unread.append((written, f"may be {column.ours}, but its cells are not {what}"))
        return
    if kind == pl.Date:
        found.days.append(source)
    elif kind == pl.Datetime:
        found.times.append(source)
    elif kind.is_numeric():
        found.numbers.append(source)
    _write(found, column, written)


def _write(found: Columns, column: _Column, written: str) -> None:
    """Write a mapping down; a column that has our name needs none."""
    found.used.extend(column.source.headers)
    found.mapped.append((column.ours, " + ".join(column.source.headers)))
    if not column.source.is_ours or written != column.ours:
        found.guesses.append(state(f"columns.{column.ours}", written, column.why))


def _share(texts: pl.Series, fits: pl.Expr) -> float:
    """The share of texts for which something holds."""
    return float(pl.select(fits.sum()).item()) / len(texts) if len(texts) else 0.0


def _are_split(texts: pl.Series, mark: str) -> bool:
    """Whether all texts have a mark between a day and a time."""
    return not texts.is_empty() and bool(texts.str.contains(rf"\d{mark}\d").all())


def _allowed(feed: Feed, ours: str, warehouses: Sequence[str]) -> Sequence[str]:
    """The words that a column may hold."""
    if ours == "warehouse_id":
        return warehouses
    checks = FEED_TABLES[feed].declared()[ours].checks
    return next(list((check.statistics or {})["allowed_values"]) for check in checks if check.name == "isin")


def _describe_words(found: Columns, column: _Column, allowed: Sequence[str]) -> None:
    """Write a column of few words down; where the words are not ours, a person says what they mean."""
    values = column.texts.unique(maintain_order=True)
    known = values if column.ours == "warehouse_id" else values.str.to_lowercase()
    if known.is_in(list(allowed)).all():
        _write(found, column, expression_of(column.source))
        return
    listed = ", ".join(map(repr, values.head(MAX_VALUES).to_list()))
    question = f"{column.source.headers[0]} has {listed}; which of {', '.join(allowed)} is each of them?"
    if len(values) > MAX_VALUES:
        question = f"{column.source.headers[0]} has {len(values):,} values, {listed} and others"
    found.used.extend(column.source.headers)
    name = quoted(column.source.headers[0])
    whens = " ".join(f"WHEN {name} = {literal(value)} THEN '...'" for value in values.head(MAX_VALUES))
    found.guesses.append(ask(f"columns.{column.ours}", (), question, example=f"CASE {whens} END"))


def _describe_units(found: Columns, column: _Column, known: KnownNames) -> None:
    """Write units of measure down, unless all mean single pieces in words that we do not read."""
    words = {fold(text) for text in column.texts.unique()}
    if not words - set(EACH) or words - set(map(fold, known.eaches)):
        _write(found, column, expression_of(column.source))
    else:
        listed = ", ".join(column.texts.unique().sort())
        found.unread.append(
            (column.source.headers[0], f"units of measure, all of them single pieces ({listed})")
        )
