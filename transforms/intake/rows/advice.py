"""What to do about a rejection, with what its cell may hold: the allowed words, the range, the format.

All of it comes from the contract of the feed and from the client's file, nothing from the row itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from schemas.intake.bounds import MAX_DIGITS, greatest_length
from schemas.intake.feeds import FEED_TABLES
from schemas.settings.date_formats import write_sample
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import Feed
from transforms.hints import hint_of
from transforms.intake.mapping.feed_columns import QUANTITIES
from transforms.intake.mapping.routes import SET_ASIDE
from transforms.intake.rows.counts import DAYS_AHEAD, HAPPENED
from transforms.intake.values.quantities import MAX_QTY
from transforms.intake.values.readings import EARLIEST, LATEST, WORDS_FOR_FALSE, WORDS_FOR_TRUE
from transforms.intake.values.skus import EACH, MAX_EACHES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.settings.client import Client, FeedSettings
    from schemas.table import Table

SAMPLE = datetime(2026, 12, 31, 14, 30, tzinfo=UTC)
"""An example of how to write one; a format may ask for its offset."""
PLACES_OF_MONEY = 4
UNITS = ("uom", "uoms")
PAIRS = {"uoms": "CA:24|PL:960", "kit": "SKU:2|SKU2:1"}
"""Lists of names with a count, as an example."""


@dataclass(frozen=True)
class Desk:
    """Whose rejected rows are answered: a file's feed and its client, None where its settings are gone."""

    feed: Feed
    client: Client | None


def advise(code: str | None, column: str | None, desk: Desk) -> str:
    """What to do about a reason, and behind it in brackets what the cell may hold, where that can be said."""
    hint, allowed = hint_of(code, desk.feed), allowed_in(code, column, desk)
    return f"{hint} ({allowed})" if hint and allowed else hint


def allowed_in(code: str | None, column: str | None, desk: Desk) -> str:
    """What a cell of the column may hold, as far as the reason is about that; else nothing."""
    if desk.client is None or column is None:
        return ""
    settings = desk.client.feeds.of(desk.feed)
    cells = _Cells(column, [table for table in _tables(settings, desk.feed) if column in table.names()])
    said = ""
    match code:
        case ReasonCode.NOT_A_CHOICE:
            said = ", ".join(cells.words())
        case ReasonCode.OUT_OF_RANGE | ReasonCode.TOO_LONG:
            said = cells.span(of_text=code == ReasonCode.TOO_LONG)
        case ReasonCode.NOT_A_NUMBER:
            said = cells.figures(settings.decimal_mark)
        case ReasonCode.NOT_A_DATE | ReasonCode.DAY_OR_MONTH:
            said = f'{write_sample(settings.date_format, SAMPLE)}; date_format = "{settings.date_format}"'
        case ReasonCode.NOT_A_TIME | ReasonCode.TIME_NEEDED:
            said = _times(settings)
        case ReasonCode.UNKNOWN_WAREHOUSE:
            said = ", ".join(desk.client.warehouses)
        case ReasonCode.CAST_FAILED:
            said = settings.columns.get(column, "")
        case ReasonCode.UNKNOWN_UNIT:
            said = f"{' and '.join(EACH)} are always known"
    return said


@dataclass(frozen=True)
class _Cells:
    """The cells of a column in the contracts of the feeds that rows of the file may go to."""

    column: str
    tables: Sequence[type[Table]]

    def words(self) -> list[str]:
        """The words of a closed list, or of yes and no."""
        if self._dtype() == pl.Boolean:
            return [*WORDS_FOR_TRUE, *WORDS_FOR_FALSE]
        return list(dict.fromkeys(word for words in self._said("isin", "allowed_values") for word in words))

    def span(self, *, of_text: bool = False) -> str:
        """The least and the greatest value, or of a text the greatest length."""
        if of_text:
            return f"at most {greatest_length(self.column):,} characters"
        dtype = self._dtype()
        if self.column in UNITS:
            return f"1 to {MAX_EACHES} eaches in a unit; {' and '.join(EACH)} are 1"
        if self.column == "kit":
            return "1 to 999999999 of a part in a kit"
        if dtype is not None and dtype.is_temporal():
            ahead = f", and no later than {DAYS_AHEAD} day after the night" if self.column in HAPPENED else ""
            return f"{EARLIEST} to {LATEST}{ahead}"
        if dtype is not None and dtype.is_decimal():
            return f"{MAX_DIGITS} digits, and {PLACES_OF_MONEY} behind the decimal mark"
        return self._whole_numbers() if dtype == pl.Int64 else ""

    def figures(self, decimal_mark: str) -> str:
        """How a number, or a list of names with numbers, is written."""
        if self.column in PAIRS:
            return PAIRS[self.column]
        is_whole = self._dtype() == pl.Int64 and not self._is_quantity()
        return "12" if is_whole else f'12 or 12{decimal_mark}5; decimal_mark = "{decimal_mark}"'

    def _whole_numbers(self) -> str:
        """From where to where whole numbers go."""
        most = MAX_QTY if self._is_quantity() else 10**MAX_DIGITS - 1
        least = min(self._said("greater_than_or_equal_to", "min_value"), default=-most)
        greatest = max(self._said("less_than_or_equal_to", "max_value"), default=most)
        return f"{least} to {greatest}" + (", but not 0" if self._said("not_equal_to", "value") else "")

    def _is_quantity(self) -> bool:
        """Whether it counts goods, which may be weighed."""
        return self.column in QUANTITIES or self.column == "safety_stock_qty"

    def _said(self, check: str, what: str) -> list[Any]:
        """What the contracts ask of the column in a check."""
        columns = [table.declared()[self.column] for table in self.tables]
        return [
            (asked.statistics or {})[what]
            for column in columns
            for asked in column.checks
            if asked.name == check
        ]

    def _dtype(self) -> pl.DataType | None:
        """The type of its values; None for units of measure, which no contract has."""
        return next((table.dtypes()[self.column] for table in self.tables), None)


def _tables(settings: FeedSettings, feed: Feed) -> list[type[Table]]:
    """The contract of the feed, then those that a route leads to."""
    routed = [Feed(route.to) for route in settings.routes if route.to != SET_ASIDE]
    return [FEED_TABLES[each] for each in dict.fromkeys([feed, *routed])]


def _times(settings: FeedSettings) -> str:
    """How a date with a time may be written."""
    if settings.time_format:
        return f'{write_sample(settings.time_format, SAMPLE)}; time_format = "{settings.time_format}"'
    sample = write_sample(f"{settings.date_format} %H:%M", SAMPLE)
    return f"{sample}, with or without seconds, or ISO 8601"
