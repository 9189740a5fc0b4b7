"""Formats of dates and times: whether what is written in one can be read with it again.

They are those of `chrono`, which Polars reads with. A format that loses the day, or that is none, would
reject every row, and an example of it cannot be written.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable

DAY = pl.Datetime("us")

HAS_CLOCK = re.compile(r"%[HIMSTXcs+]")
OFFSET = re.compile(r"%[#:]?z|%\+")

SAMPLE = datetime(2026, 11, 23, 15, 7, tzinfo=UTC)
"""Its day is no month, its hour needs 24 of them, and its minute is no second."""


def check_date_format(date_format: str) -> str:
    """`date_format`, if the day of a moment that is written in it can be read again.

    Raises:
        ValueError: it cannot.
    """
    return _checked(date_format, lambda texts: texts.str.to_date(date_format, strict=False).cast(DAY))


def check_time_format(time_format: str) -> str:
    """`time_format`, if it is empty, or if a moment (without a clock: its day) can be read again.

    Raises:
        ValueError: it cannot.
    """
    if not time_format:
        return time_format
    if not HAS_CLOCK.search(time_format):
        return check_date_format(time_format)
    zone = "UTC" if OFFSET.search(time_format) else None
    return _checked(
        time_format,
        lambda texts: texts.str.to_datetime(time_format, strict=False, time_unit="us", time_zone=zone),
    )


def write_sample(text_format: str, sample: datetime = SAMPLE) -> str:
    """A moment in a format, as files have it; what is for reading alone (`%#z`) as what it reads.

    Raises:
        polars.exceptions.PolarsError: it is no format.
    """
    return str(pl.Series([sample]).dt.strftime(text_format.replace("%#z", "%z"))[0])


def _checked(text_format: str, read: Callable[[pl.Series], pl.Series]) -> str:
    """`text_format`, if what is written in it can be read again."""
    try:
        (moment,) = read(pl.Series([write_sample(text_format)]))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        moment = None
    known = (SAMPLE.replace(hour=0, minute=0, tzinfo=None), SAMPLE.replace(tzinfo=None))
    if moment is None or moment.replace(tzinfo=None) not in known:
        message = (
            f"{text_format!r} is no format that a day can be read with; for example %Y-%m-%d, %d.%m.%y or, "
            "with a time, %d/%m/%Y %H:%M"
        )
        raise ValueError(message)
    return text_format
