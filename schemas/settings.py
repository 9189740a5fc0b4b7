"""The parent of every settings file and the workspace's own settings."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Annotated, TypeVar
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator

if TYPE_CHECKING:
    from collections.abc import Iterable


W = TypeVar("W")

Days = Annotated[int, Field(strict=True, le=36_500)]
"""Days or nights of a setting: a hundred years at most, so that every day they lead to is a date."""

Count = Annotated[int, Field(strict=True, le=1_000_000_000)]
"""Anything else that a setting counts."""

MAX_LABEL = 100
MAX_EXPRESSION = 2_000

Label = Annotated[str, Field(max_length=MAX_LABEL)]
"""A name, a word or an id, as feeds have them."""

Text = Annotated[str, Field(max_length=400)]
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


class AlertSettings(Settings):
    """`[alerts]` of `workspace.toml`: what is run when a night does not end with exit code 0."""

    command: tuple[Annotated[Text, Field(min_length=1)], ...] = Field(
        (),
        max_length=100,
        description="program and its arguments, run without a shell in the workspace's folder; it reads what "
        "happened on standard input, and its environment has BACKORDERS_EXIT_CODE, BACKORDERS_OUTCOME and "
        "BACKORDERS_WORKSPACE; empty: nobody is alerted",
    )
    seconds: float = Field(60.0, gt=0, le=3600, description="how long it may take before it is ended")


class WorkspaceSettings(Settings):
    """`workspace.toml`: what holds for the whole workspace."""

    time_zone: Label = Field("UTC", description="decides which calendar date has ended")
    keep_nights: Days = Field(14, ge=1, description="whole versions kept; month ends are kept as well")
    analyst_days: Days = Field(90, ge=1, description="days of history in the analyst file")
    finding_nights: Days = Field(
        7, ge=1, description="nights on which what is said once is on the list, unless it is done before"
    )
    people_days: Days = Field(90, ge=1, description="days after which files that hold people are deleted")
    people_group: Label = Field(
        "", description="group of the system that may read files that hold people; empty: their owner alone"
    )
    min_free_bytes: int = Field(
        1_000_000_000, ge=0, le=10**15, strict=True, description="free disk needed before a run starts"
    )
    max_file_bytes: int = Field(
        500_000_000, ge=1, le=10**10, strict=True, description="a larger dropped file is refused"
    )
    settle_seconds: float = Field(
        60.0,
        ge=0,
        le=3600,
        description="a file that changed more recently may still be written and is left for later; one whose "
        "last line has no end must be quiet, and lie there, for twice as long; 0: at once",
    )

    alerts: AlertSettings = AlertSettings()

    _zone = field_validator("time_zone")(check_time_zone)
