"""Text cells as instants: local times of the client's zone, or times that bring their own offset.

A local time that does not exist (the hour that the clocks skip) is `not_a_time`; one that happens twice
is read as the earlier. A date alone is its first moment: what happened on that day came not before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.settings.date_formats import HAS_CLOCK, OFFSET
from schemas.vocabulary.codes import ReasonCode
from transforms.intake.values.readings import EARLIEST, LATEST, Reading

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
    distinct = texts.drop_nulls().unique(maintain_order=True)
    instants = pl.Series("instant", [None] * len(distinct), dtype=INSTANT)
    if time_of_day is not None:
        days = distinct.str.to_date(settings.date_format, strict=False)
        at_time = pl.select(pl.lit(days).dt.combine(time_of_day, "us")).to_series()
        instants = _in_zone(at_time, time_zone)
    for time_format in _time_formats(settings):
        instants = _filled(instants, _parsed(distinct, time_format, time_zone))
    if not settings.time_format or HAS_CLOCK.search(settings.time_format):
        instants = _filled(instants, _first_moments(distinct, settings.date_format, time_zone))
    known = pl.DataFrame({"text": distinct, "instant": instants})
    cells = pl.DataFrame({"text": texts}).join(known, on="text", how="left", maintain_order="left")
    return _judged(texts, cells["instant"])


def read_count_instants(
    texts: pl.Series, settings: FeedSettings, time_zone: str, *, time_of_day: time | None
) -> Reading:
    """Instants of counts: a day alone is none, unless the client states the time of day."""
    read = read_instants(texts, settings, time_zone, time_of_day=time_of_day)
    if time_of_day is not None:
        return read
    is_day = pl.select(pl.lit(read_days(texts, settings).values).is_not_null()).to_series()
    needed = pl.when(is_day).then(pl.lit(ReasonCode.TIME_NEEDED.value)).otherwise(pl.lit(read.reasons))
    return Reading(
        pl.select(pl.when(~is_day).then(pl.lit(read.values))).to_series(), pl.select(needed).to_series()
    )


def read_days(texts: pl.Series, settings: FeedSettings) -> Reading:
    """The days of texts that name no time of day; null for all others."""
    stated = settings.time_format
    tried = [settings.date_format if HAS_CLOCK.search(stated) else stated or settings.date_format]
    days = [texts.str.to_date(day_format, strict=False) for day_format in tried]
    none = pl.Series([None] * len(texts), dtype=pl.Date)
    return Reading.of(texts, pl.select(pl.coalesce(pl.lit(none), *map(pl.lit, days))).to_series(), {})


def has_time(texts: pl.Series, settings: FeedSettings) -> pl.Series:
    """Whether each text names a time of the day beside its day.

    A clock of nothing but noughts is how many programs write a day: it names none.
    """
    if settings.time_format and not HAS_CLOCK.search(settings.time_format):
        return pl.Series([False] * len(texts), dtype=pl.Boolean)
    is_day = texts.str.to_date(settings.date_format, strict=False).is_not_null()
    return (texts.is_not_null() & ~is_day & ~texts.str.contains(MIDNIGHT)).fill_null(value=False)


def _time_formats(settings: FeedSettings) -> list[str]:
    """The formats to try, in order."""
    if settings.time_format:
        return [settings.time_format]
    days = dict.fromkeys([settings.date_format, "%Y-%m-%d"])
    return [*(f"{day}{gap}{clock}" for day in days for gap in (" ", "T") for clock in CLOCKS), "%+"]


def _parsed(texts: pl.Series, time_format: str, time_zone: str) -> pl.Series:
    """Instants of the texts that have `time_format`."""
    if OFFSET.search(time_format):
        return texts.str.to_datetime(time_format, strict=False, time_unit="us", time_zone="UTC")
    return _in_zone(texts.str.to_datetime(time_format, strict=False, time_unit="us"), time_zone)


def _first_moments(texts: pl.Series, date_format: str, time_zone: str) -> pl.Series:
    """The first moment of each date; a day whose clocks skip midnight starts an hour later."""
    midnight = texts.str.to_date(date_format, strict=False).cast(pl.Datetime("us"))
    return _filled(_in_zone(midnight, time_zone), _in_zone(midnight.dt.offset_by("1h"), time_zone))


def _in_zone(local: pl.Series, time_zone: str) -> pl.Series:
    """Local times as UTC: the earlier of two, none where the clocks skip."""
    return local.dt.replace_time_zone(
        time_zone, ambiguous="earliest", non_existent="null"
    ).dt.convert_time_zone("UTC")


def _filled(instants: pl.Series, others: pl.Series) -> pl.Series:
    """The instants, and where there is none yet, the others."""
    return pl.select(pl.coalesce(pl.lit(instants), pl.lit(others))).to_series()


def _judged(texts: pl.Series, instants: pl.Series) -> Reading:
    """The instants with the reason where there is none."""
    faults = {
        ReasonCode.NOT_A_TIME: instants.is_null(),
        ReasonCode.OUT_OF_RANGE: ~instants.dt.date().is_between(EARLIEST, LATEST),
    }
    return Reading.of(texts, instants, faults)
