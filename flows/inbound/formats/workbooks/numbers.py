"""The number of a cell as text: the id, the day or the time that its format makes of it, or itself."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from flows.inbound.formats.workbooks.not_read import refuse_damaged
from flows.inbound.formats.workbooks.number_formats import (
    GENERAL,
    frame_of,
    moment_of,
    picture_of,
    places_of,
    split_format,
)
from flows.inbound.formats.workbooks.typed_days import typed_day, typed_instant
from schemas.vocabulary.codes import ReasonCode
from transforms.intake.rows.raw_rows import TYPED_NUMBER, lost_cell

if TYPE_CHECKING:
    from flows.inbound.formats.workbooks.number_formats import Moment

NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")

EXACT_DIGITS = 15
"""Digits that spreadsheet programs keep and show; what stands behind them is noise."""

LEAST_LOST = 10**EXACT_DIGITS

MAX_KEPT = 100_000
"""Numbers of one format whose text is kept, since exports repeat them."""

EPOCH, EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 -- local times of the client
NO_DAY = 60
"""The serial of 29 February 1900, which was none; days before it are counted from one day later."""

SECONDS = 86_400
LAST = datetime(9999, 12, 31)  # noqa: DTZ001 -- likewise
MAX_SERIAL = 10_000_000
"""Days beyond which nothing is a duration."""


class NumberWriter:
    """Writes the numbers of one format.

    Attributes:
        frame: what the format shows before and behind a text.
    """

    def __init__(self, code: str, *, is_1904: bool, decimal_mark: str) -> None:
        sections = split_format(code or GENERAL)
        self.frame = frame_of(sections)
        self.moment = moment_of(sections)
        self._picture, self._places = picture_of(sections), places_of(sections)
        self._epoch, self._mark = (EPOCH_1904 if is_1904 else EPOCH), decimal_mark
        self._kept: dict[str, str] = {}

    def write(self, raw: str) -> str:
        """The text of a number as it stands in the file.

        Raises:
            NotReadError: it is no number.
        """
        text = self._kept.get(raw)
        if text is None:
            text = self._write(raw)
            if len(self._kept) < MAX_KEPT:
                self._kept[raw] = text
        return text

    def _write(self, raw: str) -> str:
        raw = raw.strip()
        if not NUMBER.fullmatch(raw):
            refuse_damaged("a cell of a number holds none")
        number = float(raw)
        if self.moment is not None:
            return _write_moment(number, self.moment, self._epoch) or self._itself(number)
        return self._itself(number)

    def _itself(self, number: float) -> str:
        """A number in its shortest form, or as the picture of its format."""
        shown = f"{number:.{EXACT_DIGITS}G}"
        number = float(shown)
        if not abs(number) < LEAST_LOST:
            return lost_cell(ReasonCode.LOST_DIGITS, shown)
        if number.is_integer():
            return (None if self.moment else self._picture(int(number))) or str(int(number))
        plain = f"{Decimal(shown):f}"
        missing = self._places - len(plain.partition(".")[2])
        return TYPED_NUMBER + plain.replace(".", self._mark) + "0" * missing


def _write_moment(serial: float, moment: Moment, epoch: datetime) -> str | None:
    """A day, an instant, a time of day or a duration; None where the number is none that programs show."""
    if moment.is_elapsed:
        return _elapsed(serial, moment) if abs(serial) < MAX_SERIAL else None
    if not 0 <= serial < (LAST - epoch).days + 1:
        return None
    seconds = round(serial * SECONDS, 3) if moment.has_parts else float(round(serial * SECONDS))
    if not moment.has_day:
        return _clock(seconds % SECONDS)
    if epoch is EPOCH:
        if seconds < SECONDS or NO_DAY * SECONDS <= seconds < (NO_DAY + 1) * SECONDS:
            return None
        seconds += SECONDS if seconds < NO_DAY * SECONDS else 0
    instant = epoch + timedelta(seconds=seconds)
    return typed_instant(instant) if moment.has_clock else typed_day(instant)


def _clock(seconds: float) -> str:
    """A time of day, or what is more than one: hours, minutes, and seconds where there are any."""
    minutes, rest = divmod(round(seconds * 1000), 60_000)
    text = f"{minutes // 60:02}:{minutes % 60:02}"
    if rest:
        text += f":{rest // 1000:02}" + (f".{rest % 1000:03}" if rest % 1000 else "")
    return text


def _elapsed(serial: float, moment: Moment) -> str:
    """A duration."""
    seconds = round(abs(serial) * SECONDS, 3 if moment.has_parts else None)
    return ("-" if serial < 0 and seconds else "") + _clock(seconds)
