"""How days and times are written, and which cells decide whether the day or the month stands first."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from schemas.settings.client import FeedSettings
from transforms.intake.values.patterns import BOTH, CLOCKS, DAYS, GAPS
from transforms.intake.values.readings import read_dates
from transforms.intake.values.times import read_instants
from transforms.onboarding.guesses import Choice, Guess, ask, state

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ZONED = tuple(
    f"{day}{gap}{clock}{zone}" for day in DAYS for gap in GAPS for clock in CLOCKS for zone in (" %#z", "%#z")
)
"""Times that bring their own offset: +01:00, +0100 or Z."""

TIMES = (*BOTH, *ZONED, "%d.%m.%y %H:%M")
DAY_FORMATS = (*DAYS, "%B-%d-%y", "%m-%d-%y")
DEFAULT = "%Y-%m-%d"
"""What need not be written."""

LOOKED_AT = 5
SAMPLE = 200
LIKE_A_DATE = r"\d[^\d].*\d|^\d{6,14}$"
"""What a day of any format has: two numbers, or one long one."""

TOLD = 2
"""Cells that are named as evidence."""


CELLS = {"text": pl.String, "place": pl.String}
"""Distinct cells of a column, and where each stands first."""


class TriedFormat(NamedTuple):
    """A format, and what each cell is in it; null where it is none."""

    text_format: str
    values: pl.Series

    @property
    def read(self) -> int:
        """How many cells it reads."""
        return len(self.values) - self.values.null_count()


def find_formats(days: pl.DataFrame, times: pl.DataFrame, latest: date = date.max) -> list[Guess]:
    """The formats of a feed's days and times.

    Args:
        days: `text` and `place` of each distinct cell that should name a day.
        times: of each that should name a time, or a day.
        latest: the day after which hardly any lies; it decides nothing, but which choice stands first.
    """
    usual = _readings(times, DAY_FORMATS, _read_usually)
    stated = _readings(times, TIMES, _read_stated) if _most(usual) < times.height else []
    if _most(stated) > _most(usual):
        return [*_decide("time_format", times, stated, latest), *_of_days(days, latest)]
    both = pl.concat([days, times])
    read = [
        TriedFormat(day.text_format, pl.concat([day.values, time.values]))
        for day, time in zip(_readings(days, DAY_FORMATS, _read_days), usual, strict=True)
    ]
    return _decide("date_format", both, read, latest)


def share_of_days(texts: pl.Series) -> float:
    """The greatest share of texts that are days in one format."""
    return _share(_some(texts), is_day=True)


def share_of_times(texts: pl.Series) -> float:
    """The greatest share of texts that are times, or days, in one format."""
    return _share(_some(texts), is_day=False)


def latest_day(texts: pl.Series) -> date | None:
    """The last of days that are written so that only one reading is possible; None where it is not so."""
    return _latest(_some(texts))


def _some(texts: pl.Series) -> tuple[str, ...]:
    """Some of the distinct texts; none of them where what is no date stands first."""
    some = texts.unique(maintain_order=True).head(SAMPLE)
    return tuple(some) if some.head(LOOKED_AT).str.contains(LIKE_A_DATE).any() else ()


@lru_cache(maxsize=1_000)
def _share(texts: tuple[str, ...], *, is_day: bool) -> float:
    """The share of texts that the best format reads."""
    cells = pl.DataFrame({"text": texts, "place": ""}, schema=CELLS)
    most = _most(_readings(cells, DAY_FORMATS, _read_days)) if texts else 0
    for formats, read in () if is_day else ((DAY_FORMATS, _read_usually), (TIMES, _read_stated)):
        if most < len(texts):
            most = max(most, _most(_readings(cells, formats, read)))
    return most / len(texts) if texts else 0.0


@lru_cache(maxsize=1_000)
def _latest(texts: tuple[str, ...]) -> date | None:
    """The last of the days that texts name in one reading alone."""
    cells = pl.DataFrame({"text": texts, "place": ""}, schema=CELLS)
    readings = _readings(cells, DAY_FORMATS, _read_usually)
    decided = _decide("", cells, readings, date.max)
    if len(decided) != 1 or decided[0].is_open:
        return None
    days = next(reading.values for reading in readings if reading.text_format == decided[0].value)
    last = days.dt.date().max()
    return last if isinstance(last, date) else None


def _of_days(days: pl.DataFrame, latest: date) -> list[Guess]:
    """The format of days beside times that have one of their own."""
    return _decide("date_format", days, _readings(days, DAY_FORMATS, _read_days), latest)


def _readings(
    cells: pl.DataFrame, formats: Sequence[str], read: Callable[[pl.Series, str], pl.Series]
) -> list[TriedFormat]:
    """What the cells are in each format."""
    return [TriedFormat(text_format, read(cells["text"], text_format)) for text_format in formats]


def _read_days(texts: pl.Series, text_format: str) -> pl.Series:
    """Days as intake reads them."""
    return read_dates(texts, text_format).values.cast(pl.Datetime("us", "UTC"))


def _read_usually(texts: pl.Series, text_format: str) -> pl.Series:
    """Times as intake reads them behind a date format, in a zone where no hour is skipped."""
    return read_instants(texts, FeedSettings(date_format=text_format), "UTC").values


def _read_stated(texts: pl.Series, text_format: str) -> pl.Series:
    """Times in a format of their own."""
    # most formats fit nothing, and a few cells tell
    if texts.head(LOOKED_AT).str.to_datetime(text_format, strict=False).is_null().all():
        return pl.Series([None] * len(texts), dtype=pl.Datetime("us", "UTC"))
    return read_instants(texts, FeedSettings(time_format=text_format), "UTC").values


def _most(readings: Sequence[TriedFormat]) -> int:
    """How many cells the best format reads."""
    return max((reading.read for reading in readings), default=0)


def _decide(key: str, cells: pl.DataFrame, readings: Sequence[TriedFormat], latest: date) -> list[Guess]:
    """The format that reads most cells; open where days and months can stand for each other."""
    most = _most(readings)
    if not most:
        return []
    best = next(reading for reading in readings if reading.read == most)
    mirrored = _mirrored(best.text_format)
    other = next((reading for reading in readings if reading.text_format == mirrored), None)
    if other is not None:
        only = _told(cells, best.values, other.values)
        if _told(cells, other.values, best.values) or not only:
            return [_ask(key, cells, best, other, latest)]
        other_first = "month" if best.text_format.startswith("%d") else "day"
        return [state(key, best.text_format, f"the {other_first} cannot stand first in {only}")]
    if key == "date_format" and best.text_format == DEFAULT:
        return []
    text, place = cells.filter(best.values.is_not_null()).row(0)
    return [state(key, best.text_format, f"such as {text} in {place}")]


def _ask(key: str, cells: pl.DataFrame, best: TriedFormat, other: TriedFormat, latest: date) -> Guess:
    """The question which of both is first, with the cells that speak for each."""
    only = _told(cells, best.values, other.values)
    text, place = cells.filter(best.values.is_not_null()).row(0)
    question = f"is the day first or the month? No cell decides, such as {text} in {place}"
    if only:
        against = _told(cells, other.values, best.values)
        question = f"is the day first or the month? {only} says one and {against} the other; write them alike"
    likely = sorted((best, other), key=lambda reading: _days_after(reading, latest))
    return ask(key, [Choice(way.text_format, _span(way, latest)) for way in likely], question)


def _told(cells: pl.DataFrame, values: pl.Series, others: pl.Series) -> str:
    """The first cells that one format reads, and the other does not."""
    only = cells.filter(values.is_not_null() & others.is_null()).head(TOLD)
    return " and ".join(f"{text} ({place})" for text, place in only.iter_rows())


def _days_after(reading: TriedFormat, latest: date) -> int:
    """How many cells lie after a day."""
    return int((reading.values.dt.date() > latest).sum())


def _span(reading: TriedFormat, latest: date) -> str:
    """From which day to which the cells reach in a format, and how many of them are to come."""
    days = reading.values.drop_nulls().dt.date()
    first, last = days.min(), days.max()
    span = str(first) if first == last else f"from {first!s} to {last!s}"
    after = _days_after(reading, latest)
    return f"{span}, {after:,} of them to come" if after else span


def _mirrored(text_format: str) -> str:
    """The format with day and month in each other's place."""
    return (
        text_format.translate(str.maketrans("dm", "md"))
        if "%d" in text_format and "%m" in text_format
        else ""
    )
