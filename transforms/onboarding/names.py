"""Names of columns in files of others, and which column of ours each of them means."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from transforms.intake.mapping.feed_columns import sent_columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from schemas.vocabulary.words import Feed

JOINED = re.compile(r"(?<=[a-z])(?=[A-Z0-9])")
"""Where a name without spaces has a new word: `ReferenceNum`, `Address1`."""

PATH = re.compile(r"^\w+(?:\.\w+)+$")
"""The name of a value within a record."""

NUMBER = frozenset({"#", "nr", "no", "num", "number", "nummer", "numero"})
FREE = "free"
"""A count's figure that is no count: what is there less what is promised. No column of ours."""


@dataclass(frozen=True)
class Done:
    """Rows that ask for nothing any more: a column that is filled, or that says so.

    Attributes:
        column: theirs.
        says: what it says then; empty: anything.
        of_order: it stands in the first row of an order alone.
        cancels: it says when the order was cancelled.
    """

    column: str
    says: str = ""
    of_order: bool = False
    cancels: bool = False


@dataclass(frozen=True)
class Export:
    """A file that a known program writes.

    Attributes:
        name: of the program and what it exports.
        feed: what the file is.
        marks: names that are all there.
        columns: ours = theirs, the best one first; several of theirs are joined.
        grouped: only the first row of an order tells what is said of the order.
        done: rows that ask for nothing any more.
    """

    name: str
    feed: Feed
    marks: tuple[str, ...]
    columns: dict[str, tuple[tuple[str, ...], ...]]
    grouped: bool = False
    done: tuple[Done, ...] = ()


@dataclass(frozen=True)
class ColumnWord:
    """A word of any file: what it means in each feed, and for which feeds it speaks.

    Attributes:
        columns: ours by feed.
        speaks: how much it speaks for a feed.
        names: how files write it, the best one first.
    """

    columns: dict[Feed, str]
    speaks: dict[Feed, int]
    names: tuple[str, ...]


@dataclass(frozen=True)
class KnownNames:
    """All that is known of files of others.

    Attributes:
        exports: of known programs; the first that fits counts.
        words: of all other files.
        hints: words in file names, by feed.
        no_rows: what totals and comments begin with.
        eaches: units of measure that mean single pieces.
    """

    exports: tuple[Export, ...]
    words: tuple[ColumnWord, ...]
    hints: dict[Feed, tuple[str, ...]]
    no_rows: tuple[str, ...]
    eaches: tuple[str, ...]

    def all_names(self) -> Iterator[str]:
        """Every name of a column that is known, as its program writes it."""
        for export in self.exports:
            yield from export.marks
            for sources in export.columns.values():
                for source in sources:
                    yield from source
        for word in self.words:
            yield from word.names


@dataclass(frozen=True)
class Source:
    """Where a column of ours is read from.

    Attributes:
        headers: the file's column; several are joined by spaces.
        why: what speaks for it.
        speaks: how much the column speaks for the feed.
        is_ours: the file has our own name.
        day_before: only what stands before this mark is read: the day of a time.
    """

    headers: tuple[str, ...]
    why: str
    speaks: int = 0
    is_ours: bool = False
    day_before: str = ""


@lru_cache(maxsize=20_000)
def fold(name: str) -> str:
    """A name without what does not count: capitals, accents, punctuation, ways to write "number"."""
    apart = JOINED.sub(" ", name.replace("°", "o ").replace("#", " # "))
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", apart) if not unicodedata.combining(sign))
    words = re.findall(r"#|[^\W_]+", plain.casefold())
    return " ".join("no" if word in NUMBER else word for word in words)


def find_export(headers: Sequence[str], known: KnownNames) -> Export | None:
    """The program that writes files with these columns."""
    folded = {fold(header) for header in headers}
    fitting = (export for export in known.exports if all(fold(mark) in folded for mark in export.marks))
    return next(fitting, None)


def match_export(headers: Sequence[str], export: Export) -> dict[str, Source]:
    """The columns of a known export; no others count."""
    by_fold = _by_fold(headers)
    found = {}
    for ours, sources in export.columns.items():
        whole = next((source for source in sources if all(fold(name) in by_fold for name in source)), None)
        if whole is not None:
            found[ours] = Source(tuple(by_fold[fold(name)] for name in whole), f"a column of {export.name}")
    return found


def match_words(headers: Sequence[str], feed: Feed, known: KnownNames) -> dict[str, Source]:
    """The columns of a feed by their names: ours as they are, others by what words mean."""
    found = {
        ours: Source((ours,), "it has our name", _voice_of(ours, feed, known), is_ours=True)
        for ours in sent_columns(feed)
        if ours in headers
    }
    by_fold = {folded: header for folded, header in _by_fold(headers).items() if header not in found}
    used: set[str] = set()
    # a word that speaks for the feed comes before one that stands in files of all feeds
    words = sorted(
        (word for word in known.words if feed in word.columns), key=lambda word: -word.speaks.get(feed, 0)
    )
    for word in words:
        ours = word.columns[feed]
        names = (by_fold[fold(name)] for name in word.names if fold(name) in by_fold)
        header = next((name for name in names if name not in used), None)
        if header is not None and ours not in found:
            used.add(header)
            found[ours] = Source((header,), "by its name", word.speaks.get(feed, 0))
    return found


def _voice_of(ours: str, feed: Feed, known: KnownNames) -> int:
    """How much a column of ours speaks for its feed."""
    return max(
        (word.speaks.get(feed, 0) for word in known.words if word.columns.get(feed) == ours), default=0
    )


def _by_fold(headers: Sequence[str]) -> Mapping[str, str]:
    """The file's columns by what counts of their names; of two that are alike the first.

    A value of a record (`line_items.sku`) has the name of its end as well, where no other one ends so.
    """
    by_fold: dict[str, str] = {}
    for header in headers:
        by_fold.setdefault(fold(header), header)
    ends = [(header.rpartition(".")[2], header) for header in headers if PATH.match(header)]
    for end, header in ends:
        if sum(fold(end) == fold(other) for other, _ in ends) == 1:
            by_fold.setdefault(fold(end), header)
    return by_fold
