"""Text cells as instants: local times of the client's zone, or times that bring their own offset.

A local time that does not exist (the hour that the clocks skip) is `not_a_time`; one that happens twice
is read as the earlier. A date alone is its first moment: what happened on that day came not before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.settings.date_formats import HAS_CLOCK, OFFSET
from schemas.vocabulary.codes import ReasonCode
from transforms.intake.values.readings import EARLIEST, LATEST, Reading, as_cells

if TYPE_CHECKING:
    from datetime import time

    from schemas.settings.client import FeedSettings

MIDNIGHT = r"[T ]00:00(:00([.,]0+)?)?\s*(Z|[+-]\d\d:?\d\d)?$"
CLOCKS = ("%H:%M:%S%.f", "%H:%M")
INSTANT = pl.Datetime("us", "UTC")


def read_instants(
    texts: pl.Series, settings: FeedSettings, time_zone: str, *, time_of_day: time | None = None
) -> Reading:
    """Instants in UTC. Of times a stated `time_format` holds alone, else date and HH:MM[:SS], or ISO 8601.

    A date alone is one in either case: typed cells of a day without a time are written as dates.
    `time_of_day` is the time of a date alone, where the client states one.
    """
    # each text is parsed once: exports repeat their times, and a million parses in six formats are slow
    distinct = as_cells(texts).drop_nulls().unique(maintain_order=True)
    tried = [pl.lit(None, INSTANT)]
    if time_of_day is not None:
        days = pl.col("text").str.to_date(settings.date_format, strict=False)
        tried.append(_in_zone(days.dt.combine(time_of_day, "us"), time_zone))
    tried += [_parsed(time_format, time_zone) for time_format in _time_formats(settings)]
    if not settings.time_format or HAS_CLOCK.search(settings.time_format):
        tried += _first_moments(settings.date_format, time_zone)
    known = distinct.with_columns(instant=pl.coalesce(tried))
    cells = as_cells(texts).join(known, on="text", how="left", maintain_order="left")
    instant = pl.col("instant")
    faults = {
        ReasonCode.NOT_A_TIME: instant.is_null(),
        ReasonCode.OUT_OF_RANGE: ~instant.dt.date().is_between(EARLIEST, LATEST),
    }
    return Reading.of(cells, instant, faults)


def read_count_instants(
    texts: pl.Series, settings: FeedSettings, time_zone: str, *, time_of_day: time | None
) -> Reading:
    """Instants of counts: a day alone is none, unless the client states the time of day."""
    read = read_instants(texts, settings, time_zone, time_of_day=time_of_day)
    if time_of_day is not None:
        return read
    is_day = pl.col("day").is_not_null()
    needed = pl.lit(ReasonCode.TIME_NEEDED.value)
    told = pl.DataFrame(
        {"value": read.values, "reason": read.reasons, "day": read_days(texts, settings).values}
    ).select(value=pl.when(~is_day).then("value"), reason=pl.when(is_day).then(needed).otherwise("reason"))
    return Reading(told["value"], told["reason"])


def read_days(texts: pl.Series, settings: FeedSettings) -> Reading:
    """The days of texts that name no time of day; null for all others."""
    stated = settings.time_format
    day_format = settings.date_format if HAS_CLOCK.search(stated) else stated or settings.date_format
    return Reading.of(as_cells(texts), pl.col("text").str.to_date(day_format, strict=False), {})


def has_time(texts: pl.Series, settings: FeedSettings) -> pl.Series:
    """Whether each text names a time of the day beside its day.

    A clock of nothing but noughts is how many programs write a day: it names none.
    """
    if settings.time_format and not HAS_CLOCK.search(settings.time_format):
        return pl.Series([False] * len(texts), dtype=pl.Boolean)
    text = pl.col("text")
    is_day = text.str.to_date(settings.date_format, strict=False).is_not_null()
    is_timed = (text.is_not_null() & ~is_day & ~text.str.contains(MIDNIGHT)).fill_null(value=False)
    return as_cells(texts).select(is_timed).to_series()


def _time_formats(settings: FeedSettings) -> list[str]:
    """The formats to try, in order."""
    if settings.time_format:
        return [settings.time_format]
    days = dict.fromkeys([settings.date_format, "%Y-%m-%d"])
    return [*(f"{day}{gap}{clock}" for day in days for gap in (" ", "T") for clock in CLOCKS), "%+"]


def _parsed(time_format: str, time_zone: str) -> pl.Expr:
    """The instant of a text that has `time_format`."""
    if OFFSET.search(time_format):
        return pl.col("text").str.to_datetime(time_format, strict=False, time_unit="us", time_zone="UTC")
    return _in_zone(pl.col("text").str.to_datetime(time_format, strict=False, time_unit="us"), time_zone)


def _first_moments(date_format: str, time_zone: str) -> list[pl.Expr]:
    """The first moment of a date; on a day whose clocks skip midnight it is an hour later."""
    midnight = pl.col("text").str.to_date(date_format, strict=False).cast(pl.Datetime("us"))
    return [_in_zone(midnight, time_zone), _in_zone(midnight.dt.offset_by("1h"), time_zone)]


def _in_zone(local: pl.Expr, time_zone: str) -> pl.Expr:
    """A local time as UTC: the earlier of two, none where the clocks skip."""
    return local.dt.replace_time_zone(
        time_zone, ambiguous="earliest", non_existent="null"
    ).dt.convert_time_zone("UTC")
