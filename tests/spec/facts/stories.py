"""Stories as texts: a line is a row of a file, or what the books must say after a run.

    story wanted-three
    policy not_due = "reserve"
    1  stock         sku=A qty=10 bin_id=A1 counted_at=03-01T08:00
    1  orders        O1/1 sku=A qty=10
    2  orders#b      O1/1 sku=A qty=3
    2+ cancellations O1
    2+ ->            line O1/1 canc=3
    2+ ->            no finding too_late

First stands the night (1 is Monday, 2026-03-02; `2+` is its second run), then the feed. Rows of one feed are
one file, in their order; `orders#b` is a second file of the night. `O1/1` is the number and line of the
feed's own document; `03-01` and `03-01T08:00` are dates and instants (UTC) of 2026, and an order that does
not say when it was made was made on 1 March. Where the form of a file matters its text is given as it is.

What the books must say is a shelf (all bins of a SKU), a bin (`A@A1/L1`: SKU, bin, lot), an order line, an
announced line, the units released of an order in a warehouse (`O1@W1`), a finding that is open or not, a
row rejected by now (feed, reason if it matters, number: `orders//2`), or that there is no such line; `-` is
no value. A story may name its `policy`, its `settings` (a section, then a key) and its `warehouses` (W1).
"""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.trials.worked_cases import (
    INBOUND_COLUMNS,
    LINE_COLUMNS,
    STOCK_COLUMNS,
    Case,
    CaseRun,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

DOCUMENTS = {
    "orders": ("order_id", "line_no"),
    "cancellations": ("order_id", "line_no"),
    "shipments": ("order_id", "line_no"),
    "receipts": ("receipt_id", "line_no"),
    "asns": ("asn_id", "line_no"),
}
"""What the first word of a row means, where it is not `name=value`."""

FIGURES = {"line": LINE_COLUMNS, "announced": INBOUND_COLUMNS, "shelf": STOCK_COLUMNS}
SUBJECTS = {
    "line": "{}",
    "announced": "IN:{}",
    "shelf": "ST:{}",
    "bin": "BIN:{}",
    "released": "WH:{}",
    "finding": "F:{}",
    "rejected": "RJ:{}",
}
"""How a worked case names what a story says."""

MADE_ON = "2026-03-01T08:00:00Z"


class StoryError(ValueError):
    """A story says something that cannot be read."""


def read_stories(text: str, files: Mapping[str, str] | None = None) -> list[Case]:
    """The stories of a text as worked cases, each a client of its own.

    `files` are texts of files as they are, by story, night and feed (`wanted-three 2 orders`).

    Raises:
        StoryError: it cannot be read, or a story says nothing of the books.
    """
    stories: list[Case] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        word, _, rest = line.partition(" ")
        rest = rest.strip()
        if word == "story":
            stories.append(Case(rest, line, "", "", ("W1",), {}, {}))
        elif not stories:
            message = f"no story begins before: {line}"
            raise StoryError(message)
        else:
            stories[-1] = _told_on(stories[-1], word, rest)
    for place, content in (files or {}).items():
        name, night, feed = place.split()
        (told,) = (story for story in stories if story.name == name)
        told.nights.setdefault(_run_of(night), {})[feed] = content
    if dumb := [story.name for story in stories if not story.expect]:
        message = f"nothing is said of the books by {', '.join(dumb)}"
        raise StoryError(message)
    return stories


def _told_on(story: Case, word: str, rest: str) -> Case:
    """The story with another line of it."""
    story = replace(story, why=f"{story.why}\n{word} {rest}")
    if word == "policy":
        return replace(story, policy=f"{story.policy}{rest}\n")
    if word == "settings":
        section, _, key = rest.partition(" ")
        return replace(story, feeds=f"{story.feeds}[{section}]\n{key}\n")
    if word == "warehouses":
        return replace(story, warehouses=tuple(rest.split()))
    run, (what, *words) = _run_of(word), shlex.split(rest)
    if what != "->":
        rows = story.nights.setdefault(run, {}).setdefault(what, [])
        assert isinstance(rows, list)
        rows.append(_read_row(what, words))
        return story
    subject, wanted = _read_expected(words)
    if subject in story.expect.setdefault(run, {}):
        message = f"{story.name} says twice of a night: {rest}"
        raise StoryError(message)
    story.expect[run][subject] = wanted
    return story


def _run_of(night: str) -> CaseRun:
    """`2` is the first run of the second night, `2+` its second."""
    if not re.fullmatch(r"\d+\+?", night):
        message = f"a line begins with its night, not with {night!r}"
        raise StoryError(message)
    return CaseRun(int(night.removesuffix("+")), 1 + night.endswith("+"))


def _read_row(feed: str, words: list[str]) -> dict[str, Any]:
    """The cells of a row by column."""
    row: dict[str, Any] = {}
    kind = feed.partition("#")[0]
    if kind in DOCUMENTS and words and "=" not in words[0]:
        row = {
            name: part
            for name, part in zip(DOCUMENTS[kind], words.pop(0).partition("/")[::2], strict=True)
            if part
        }
    row |= {name: _written(cell) for name, cell in (word.split("=", 1) for word in words)}
    return row if kind != "orders" else {"ordered_at": MADE_ON} | row


def _written(cell: str) -> str:
    """A cell as it stands in a file: dates and instants with their year and zone."""
    if re.fullmatch(r"\d\d-\d\d", cell):
        return f"2026-{cell}"
    if re.fullmatch(r"\d\d-\d\dT\d\d:\d\d(:\d\d)?", cell):
        return f"2026-{cell}{':00Z' if cell.count(':') == 1 else 'Z'}"
    return cell


def _read_expected(words: list[str]) -> tuple[str, object]:
    """What must be true of what, as a worked case says it."""
    is_denied = words[0] == "no"
    kind, subject, *values = words[is_denied:]
    if kind not in SUBJECTS:
        message = f"a story says nothing of a {kind!r}; it may say something of {', '.join(SUBJECTS)}"
        raise StoryError(message)
    named = SUBJECTS[kind].format(subject)
    if kind in {"finding", "rejected"}:
        return named, not is_denied
    if is_denied:
        return named, None
    if kind in {"bin", "released"}:
        (units,) = values
        return named, int(units)
    figures = {name: _read_value(value) for name, value in (word.split("=", 1) for word in values)}
    if not figures or not figures.keys() <= FIGURES[kind].keys():
        message = f"of a {kind} one says {', '.join(FIGURES[kind])}, not {', '.join(figures) or 'nothing'}"
        raise StoryError(message)
    return named, figures


def _read_value(text: str) -> object:
    """A figure, a date, a word, or nothing."""
    if text == "-":
        return None
    return int(text) if re.fullmatch(r"-?\d+", text) else _written(text)
