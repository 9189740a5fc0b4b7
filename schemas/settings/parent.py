"""The parent of every settings file, and what the settings of several files share."""

from __future__ import annotations

import unicodedata
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Annotated, TypeVar
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from collections.abc import Iterable


W = TypeVar("W")

Days = Annotated[int, Field(strict=True, le=36_500)]
"""Days or nights of a setting: a hundred years at most, so that every day they lead to is a date."""

Count = Annotated[int, Field(strict=True, le=1_000_000_000)]
"""Anything else that a setting counts."""

MAX_LABEL = 100
MAX_EXPRESSION = 2_000


def _one_line(text: str) -> str:
    """`text`, if it is a line that can be read.

    Raises:
        ValueError: it is not.
    """
    if any(unicodedata.category(sign) in UNSEEN for sign in text):
        message = (
            f"{ascii(text)[:MAX_LABEL]} has characters that cannot be seen or break a line; take them out"
        )
        raise ValueError(message)
    return text


UNSEEN = ("Cc", "Zl", "Zp")
"""Categories of control characters and line ends: a name with one could pass for lines of a page."""

Label = Annotated[str, Field(max_length=MAX_LABEL), AfterValidator(_one_line)]
"""A name, a word or an id, as feeds have them."""

Text = Annotated[str, Field(max_length=400), AfterValidator(_one_line)]
"""What is longer than a word: a path, a mail address, the name of a firm."""

Expression = Annotated[str, Field(max_length=MAX_EXPRESSION)]
"""Of the file's columns."""

Labels = Annotated[tuple[Label, ...], Field(max_length=20_000)]
Words = Annotated[tuple[W, ...], Field(max_length=20)]
"""Some words of a closed list."""


class Settings(BaseModel):
    """Frozen settings; an unknown key is an error, read once at the edge."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def check_time_zone(name: str) -> str:
    """`name`, if it is a time zone of the IANA database.

    Raises:
        ValueError: it is not.
    """
    if name not in _time_zones():
        message = f"{name!r} is not a time zone, for example Europe/London"
        raise ValueError(message)
    return name


def suggest(word: str, known: Iterable[str], label: str = "known") -> str:
    """The nearest of the known words, or else all of them, as the end of a sentence."""
    words = sorted(known)
    nearest = get_close_matches(word, words, n=1, cutoff=0.6)
    return f'did you mean "{nearest[0]}"?' if nearest else f"{label}: {', '.join(words) or 'none'}"


@cache
def _time_zones() -> set[str]:
    """Looked up once: it opens some 600 files, and every settings file names a time zone."""
    return available_timezones()
