"""Days and instants about the night of a random case."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from tests.frames import NIGHT

if TYPE_CHECKING:
    from random import Random


def near(chance: Random, first: int, last: int) -> date:
    """A day about the night."""
    return NIGHT + timedelta(days=chance.randint(first, last))


def maybe(chance: Random, probability: float, first: int, last: int) -> date | None:
    """A day about the night, or none."""
    return near(chance, first, last) if chance.random() < probability else None


def instant(chance: Random, day: date) -> datetime:
    """One of few instants of the day, so that ties and midnights are common."""
    return datetime.combine(day, time(chance.choice((1, 9, 9, 22))), UTC)
