"""Which names of columns a client's settings look for, by which a table's header is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.errors import ConfigurationError
from schemas.intake.feeds import FEED_TABLES
from transforms.intake.mapping.feed_columns import sent_columns
from transforms.intake.mapping.sql_text import KEYWORDS, Call, Case, Token, read_phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from schemas.settings.client import FeedSettings
    from transforms.intake.mapping.sql_text import Phrase


def wanted_names(settings: FeedSettings) -> set[str]:
    """The names of columns in mappings, conditions and shapes, and all names of ours."""
    ours = {name for feed in FEED_TABLES for name in sent_columns(feed)}
    texts = [*settings.columns.values(), *(route.where for route in settings.routes)]
    texts += [text for route in settings.routes for text in route.columns.values()]
    wide = [text.replace("{n}", str(number)) for text in settings.wide.values() for number in (1, 2)]
    return {*ours, *settings.fill_down, *wide, *(name for text in texts for name in names_in(text))}


def names_in(text: str) -> Iterator[str]:
    """The text itself, which may be a name, and the columns that it names as an expression."""
    yield text
    try:
        yield from _columns_of(read_phrase(text))
    except ConfigurationError:
        return


def _columns_of(phrase: Phrase) -> Iterator[str]:
    """The columns that an expression names."""
    for item in phrase:
        match item:
            case Case(parts):
                yield from _columns_of_all(part for _, part in parts)
            case Call(_, arguments):
                yield from _columns_of_all(arguments)
            case Token(kind="quoted"):
                yield item.literal
            case Token(kind="word") if item.word not in KEYWORDS:
                yield item.text


def _columns_of_all(phrases: Iterable[Phrase]) -> Iterator[str]:
    """The columns that several expressions name."""
    for phrase in phrases:
        yield from _columns_of(phrase)
