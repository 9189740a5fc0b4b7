"""A feed of a new client as its samples show it: every key of its section, and what a person must decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import TYPE_CHECKING, Any

import polars as pl

from schemas.vocabulary.words import Feed
from transforms.onboarding.columns import (
    HALF,
    describe_columns,
    expression_of,
    literal,
    quoted,
    sources_as_kinds,
)
from transforms.onboarding.dates import CELLS, find_formats, share_of_days
from transforms.onboarding.guesses import Choice, Guess, ask, state
from transforms.onboarding.names import FREE, Source, fold
from transforms.onboarding.numbers import Summed, find_marks
from transforms.onboarding.shape import find_groups
from transforms.onboarding.text_form import ASCII

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from transforms.onboarding.columns import Columns
    from transforms.onboarding.feeds import Match
    from transforms.onboarding.names import KnownNames
    from transforms.onboarding.samples import Sample

DEFAULTS = {"encoding": "utf-8", "delimiter": ","}
"""What need not be written."""

MAX_CHOICES = 5
MAX_NAME = 100
"""Characters of a name in a list of the settings."""


@dataclass(frozen=True)
class Answered:
    """What a person has said of a client already.

    Attributes:
        warehouses: of the client.
        counted_at: the time of day of its counts, which then are physical ones.
        today: the day of the question; of most feeds little lies behind it.
    """

    warehouses: tuple[str, ...]
    counted_at: time | None = None
    today: date = date.max


@dataclass(frozen=True)
class FeedSection:
    """What is written of a feed.

    Attributes:
        feed: the feed.
        files: names of the samples; of those with other columns nothing is written.
        program: what writes such files; empty where it is not known.
        guesses: the keys, in the order in which they are written.
        mapped: ours and theirs, of every column that is read.
        left_over: columns that are not read; with a reason where their name seemed to be one of ours.
    """

    feed: Feed
    files: tuple[str, ...]
    program: str
    guesses: tuple[Guess, ...]
    mapped: tuple[tuple[str, str], ...]
    left_over: tuple[tuple[str, str], ...]

    @property
    def open(self) -> list[Guess]:
        """What a person decides."""
        return [guess for guess in self.guesses if guess.is_open]


def describe_section(
    feed: Feed, samples: Sequence[tuple[Sample, Match]], known: KnownNames, told: Answered
) -> FeedSection:
    """The section of a feed, from samples of which the first decides which columns there are."""
    sample, match = samples[0]
    sources = sources_as_kinds(sample, match.sources)
    columns = describe_columns(sample, feed, sources, known, told.warehouses)
    again = [other for other, _ in samples if set(columns.used) <= set(other.headers)]
    guesses = [
        *_form([other for other, _ in samples]),
        *_values(again, columns, date.max if feed == Feed.ASNS else told.today),
        *find_groups(
            sample.frame,
            feed,
            _filled_down({**sources, **_done_of_orders(sample, match)}),
            grouped=bool(match.export and match.export.grouped),
        ),
        *(_counts(sample, sources, match, told) if feed == Feed.STOCK else ()),
        *_done(sample, match),
        *columns.guesses,
        *_lacking(sample, match, columns),
    ]
    reasons = dict(columns.unread)
    return FeedSection(
        feed=feed,
        files=tuple(other.name for other in again),
        program=match.export.name if match.export else "",
        guesses=tuple(guesses),
        mapped=tuple(columns.mapped),
        left_over=tuple((name, reasons.get(name, "")) for name in sample.headers if name not in columns.used),
    )


def _done_of_orders(sample: Sample, match: Match) -> dict[str, Source]:
    """Columns that tell once an order that it asks for nothing any more."""
    told = {fold(done.column) for done in match.export.done if done.of_order} if match.export else set()
    return {header: Source((header,), "") for header in sample.headers if fold(header) in told}


def _filled_down(sources: dict[str, Source]) -> dict[str, Source]:
    """The sources whose columns can stand in a list of the settings."""
    return {
        ours: source
        for ours, source in sources.items()
        if all(len(name) <= MAX_NAME and name.isprintable() for name in source.headers)
    }


def _form(samples: Sequence[Sample]) -> Iterator[Guess]:
    """Encoding, delimiter and shape; a file of nothing but ASCII says nothing of the encoding."""
    forms = [{guess.key: guess for guess in sample.form} for sample in samples]
    for key in dict.fromkeys(key for form in forms for key in form):
        stated = [form[key] for form in forms if key in form]
        guess = next((one for one in stated if one.why != ASCII), stated[0])
        if key == "leave_out":
            values = list(dict.fromkeys(value for one in stated for value in one.value))
            yield state(key, values, "; ".join(dict.fromkeys(one.why for one in stated)))
        elif guess.value != DEFAULTS.get(key):
            yield guess


def _values(samples: Sequence[Sample], columns: Columns, latest: date) -> Iterator[Guess]:
    """Formats of days, times and numbers, from the cells of all samples with the same columns."""
    says_file = len(samples) > 1

    def cells_of(sources: Sequence[Source]) -> pl.DataFrame:
        cells = [sample.cells(source, says_file=says_file) for sample in samples for source in sources]
        return pl.concat([pl.DataFrame(schema=CELLS), *cells]).unique(
            "text", keep="first", maintain_order=True
        )

    yield from find_formats(cells_of(columns.days), cells_of(columns.times), latest)
    summed = [
        Summed(source.headers[0], sample.texts(source), sample.totals)
        for sample in samples
        for source in columns.numbers
        if sample.totals
    ]
    yield from find_marks(cells_of(columns.numbers), summed)


def _counts(sample: Sample, sources: dict[str, Source], match: Match, told: Answered) -> Iterator[Guess]:
    """What a count means: nobody but a person knows."""
    figure = sources["qty"].headers[0] if "qty" in sources else "the quantity"
    if told.counted_at is not None:
        yield state("count_basis", "physical", "as --counted-at says")
        yield state("count_scope", "rows", "as --counted-at says")
    else:
        yield ask(
            "count_basis",
            [Choice("physical", "all that stands on the shelf, also what is being picked")],
            f"is {figure} all that stands on the shelf? If it is less what is promised or picked, ask for "
            "another export: no other basis is known",
        )
        yield ask(
            "count_scope",
            [Choice("rows", "what a file does not name was not counted")],
            "does what is not named keep its count? If it is nought then, ask for an export that says so",
        )
    yield from _count_times(sample, sources, told)
    if "status" in sources:
        meanings = {
            "lies": "where they lie; a count takes nothing off hold",
            "judged": "what somebody judged them to be; what is called available comes off hold",
        }
        question = f"what does {sources['status'].headers[0]} say of units on hold? By default where they lie"
        yield ask("status_means", [Choice(*choice) for choice in meanings.items()], question)
    if FREE in match.sources and "qty" not in sources:
        header = match.sources[FREE].headers[0]
        yield ask(
            "columns.qty",
            [Choice(expression_of(match.sources[FREE]), "only if it is what stands on the shelf")],
            f"{header} seems to be what is free, and a count needs what is there: ask for such an export",
        )


def _count_times(sample: Sample, sources: dict[str, Source], told: Answered) -> Iterator[Guess]:
    """When a count was made: a column, the file's name, or a time of the day that a person knows."""
    texts = sample.texts(sources["counted_at"]) if "counted_at" in sources else pl.Series(dtype=pl.String)
    has_clock = not texts.is_empty() and share_of_days(texts) < HALF
    if texts.is_empty() and sample.count_pattern:
        yield state("counted_at_pattern", sample.count_pattern, f"the name of {sample.name} says its day")
        has_clock = "%H" in sample.count_pattern
    if has_clock:
        return
    if told.counted_at is not None:
        yield state("counted_at_time", told.counted_at, "as --counted-at says")
    else:
        yield ask(
            "counted_at_time",
            [Choice(time(6), "an example until you write yours")],
            "at which time of its day is it counted? What came or left later is added or taken off",
        )


def _done(sample: Sample, match: Match) -> Iterator[Guess]:
    """Rows that ask for nothing any more, or cancel; whether such rows come at all, a person knows."""
    by_fold = {fold(header): header for header in sample.headers}
    wheres, counts, cancelling = [], [], []
    for done in match.export.done if match.export else ():
        header = by_fold.get(fold(done.column))
        texts = sample.texts(Source((header,), "")) if header else pl.Series(dtype=pl.String)
        rows = int((texts == done.says).sum()) if done.says else len(texts)
        if not header or not rows:
            continue
        counts.append(f"{rows:,} with {header} {done.says or 'filled'}")
        where = f"{quoted(header)} = {literal(done.says)}" if done.says else f"{quoted(header)} IS NOT NULL"
        if done.cancels:
            columns = {"cancelled_at": quoted(header)}
            cancelling.append({"to": "cancellations", "where": where, "columns": columns})
        wheres.append((where, done.cancels))
    if not wheres:
        return
    question = f"{', '.join(counts)}: what of such rows? As it stands they are taken as open orders"
    aside = Choice([_set_aside(where for where, _ in wheres)], "they are seen and do nothing")
    if not cancelling:
        yield ask("routes", [aside], question)
        return
    rest = [where for where, cancels in wheres if not cancels]
    routes = [*cancelling, *([_set_aside(rest)] if rest else [])]
    yield ask("routes", [Choice(routes, "what is cancelled is taken off its order"), aside], question)


def _set_aside(wheres: Iterable[str]) -> dict[str, Any]:
    """The route of rows that are none of ours."""
    return {"to": "set_aside", "where": " OR ".join(wheres)}


def _lacking(sample: Sample, match: Match, columns: Columns) -> Iterator[Guess]:
    """Needed columns that nothing seems to be, with the columns that are left."""
    asked = {guess.key for guess in columns.guesses}
    left = [name for name in sample.headers if name not in columns.used]
    for ours in match.lacks:
        if f"columns.{ours}" in asked or (ours == "qty" and FREE in match.sources):
            continue
        instead = match.sources.get("asn_id") if ours == "receipt_id" else None
        choices = [Choice(expression_of(Source((name,), ""))) for name in left[:MAX_CHOICES]]
        if instead is not None:
            meaning = "only if an order comes in one delivery: a second one would be taken for a change of it"
            choices.insert(0, Choice(expression_of(instead), meaning))
        question = f"{ours} is needed, and no column seems to be it"
        yield ask(f"columns.{ours}", choices, question, example="" if choices else "...")
