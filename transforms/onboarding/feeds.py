"""Which feed a sample is: by the names of its columns, by its own name, and by its values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary.words import Feed
from transforms.intake.mapping.feed_columns import MAIN_QTY, ONE_OF, needed_columns
from transforms.onboarding.dates import latest_day, share_of_times
from transforms.onboarding.names import Source, find_export, match_export, match_words
from transforms.onboarding.numbers import is_number

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from datetime import date

    from transforms.onboarding.names import Export, KnownNames
    from transforms.onboarding.samples import Sample

OF_EXPORT = 100
LACK = 4
HINT = 2
VALUES = 3
"""What a known export, a column that is needed and not there, a word in the file's name, and values weigh."""

CLOSE = 3
MIN_COLUMNS = 2
MOSTLY = 0.9
SHARED = 0.5
MAX_SMALL = 5
"""Digits of a quantity; what has more is a number of something."""

MAIN_DATE = {Feed.ORDERS: "ordered_at", Feed.RECEIPTS: "received_on", Feed.ASNS: "expected_on"}


@dataclass(frozen=True)
class Match:
    """A sample as files of a feed.

    Attributes:
        feed: the feed.
        sources: where our columns are read from.
        lacks: needed columns that nothing seems to be.
        weight: the higher, the likelier.
        export: the program that writes such files.
    """

    feed: Feed
    sources: dict[str, Source]
    lacks: tuple[str, ...]
    weight: int
    export: Export | None = None

    @property
    def fits(self) -> bool:
        """Whether a file may be of this feed: next to nothing is missing."""
        return len(self.lacks) <= 1 and len(self.sources) >= MIN_COLUMNS


def match_feeds(sample: Sample, known: KnownNames, *, skus: Collection[str], today: date) -> list[Match]:
    """The sample as each feed, the likeliest first; of a known export as that alone.

    Args:
        sample: the file.
        known: names of columns.
        skus: those of the other samples.
        today: what is expected later lies behind it.
    """
    export = find_export(sample.headers, known)
    if export is not None:
        sources = match_export(sample.headers, export)
        return [Match(export.feed, sources, tuple(lacking(export.feed, sources)), OF_EXPORT, export)]
    matches = [match_feed(sample, feed, known, skus=skus) for feed in Feed]
    weighed = [replace(match, weight=match.weight + _weigh(sample, match, known, today)) for match in matches]
    return sorted(weighed, key=lambda match: (not match.fits, -match.weight))


def match_feed(sample: Sample, feed: Feed, known: KnownNames, *, skus: Collection[str]) -> Match:
    """The sample as files of one feed."""
    export = find_export(sample.headers, known)
    if export is not None and export.feed == feed:
        sources = match_export(sample.headers, export)
        return Match(feed, sources, tuple(lacking(feed, sources)), OF_EXPORT, export)
    sources = match_words(sample.headers, feed, known)
    sources |= _by_values(sample, feed, sources, skus)
    lacks = tuple(lacking(feed, sources))
    weight = sum(1 + source.speaks for source in sources.values()) - LACK * len(lacks)
    return Match(feed, sources, lacks, weight)


def runner_up(matches: list[Match]) -> Match | None:
    """The feed that is nearly as likely as the first."""
    others = (match for match in matches[1:2] if match.fits and match.weight >= matches[0].weight - CLOSE)
    return next(others, None)


def lacking(feed: Feed, sources: Collection[str]) -> Iterator[str]:
    """The needed columns of a feed that are not among these; of columns that serve alike the first."""
    needed = [*needed_columns(feed), *(["order_id"] if feed == Feed.CANCELLATIONS else [])]
    yield from (name for name in needed if name not in sources)
    ways = ONE_OF.get(feed, ())
    if ways and not any(set(way) <= set(sources) for way in ways):
        nearest = min(ways, key=lambda way: (len(set(way) - set(sources)), -len(way)))
        yield from (name for name in nearest if name not in sources and name not in needed)


def _by_values(
    sample: Sample, feed: Feed, sources: dict[str, Source], skus: Collection[str]
) -> dict[str, Source]:
    """Needed columns that no name tells, each by values that one column alone has."""
    found: dict[str, Source] = {}
    lacks = set(lacking(feed, sources))
    free = [name for name in sample.headers if not any(name in source.headers for source in sources.values())]
    tests: dict[str, tuple[str, Callable[[pl.Series], bool]]] = {
        "sku": ("its values are SKUs of the other files", lambda texts: _are_skus(texts, skus)),
        MAIN_QTY.get(feed, ""): ("it alone has small whole numbers", _are_quantities),
        MAIN_DATE.get(feed, ""): ("it alone has dates", lambda texts: share_of_times(texts) >= MOSTLY),
    }
    for ours, (why, fits) in tests.items():
        names = [name for name in free if ours in lacks and fits(sample.texts(Source((name,), "")))]
        if len(names) == 1:
            found[ours] = Source((names[0],), f"by its values: {why}")
            free.remove(names[0])
    return found


def _are_skus(texts: pl.Series, skus: Collection[str]) -> bool:
    """Whether most of the values are known SKUs."""
    distinct = texts.unique()
    known = distinct.is_in(list(skus)).sum()
    return known > 0 and known >= SHARED * len(distinct)


def _are_quantities(texts: pl.Series) -> bool:
    """Whether the values are small whole numbers, some of which come again."""
    small = texts.str.contains(rf"^-?[0-9]{{1,{MAX_SMALL}}}$")
    return not texts.is_empty() and small.sum() >= MOSTLY * len(texts) and texts.n_unique() < len(texts)


def _weigh(sample: Sample, match: Match, known: KnownNames, today: date) -> int:
    """What the file's name and its values say for a feed or against it."""
    words = sample.above.casefold()
    hint = HINT * any(word in words for word in known.hints.get(match.feed, ()))
    return hint + _weigh_signs(sample, match) + _weigh_days(sample, match, today)


def _weigh_signs(sample: Sample, match: Match) -> int:
    """Negative quantities are corrections."""
    source = match.sources.get(MAIN_QTY.get(match.feed, ""))
    if source is None:
        return 0
    texts = sample.texts(source)
    has_negative = texts.str.starts_with("-").any() and pl.select(is_number(pl.lit(texts)).all()).item()
    if match.feed == Feed.ADJUSTMENTS:
        return VALUES if has_negative else -VALUES
    return -VALUES if has_negative and match.feed in (Feed.STOCK, Feed.ASNS, Feed.ORDERS) else 0


def _weigh_days(sample: Sample, match: Match, today: date) -> int:
    """What lies in the future is announced, and what lies in the past has come."""
    source = match.sources.get(MAIN_DATE.get(match.feed, ""))
    if match.feed not in (Feed.ASNS, Feed.RECEIPTS) or source is None:
        return 0
    last = latest_day(sample.texts(source).unique(maintain_order=True))
    if last is None:
        return 0
    return VALUES if (last > today) == (match.feed == Feed.ASNS) else -VALUES
