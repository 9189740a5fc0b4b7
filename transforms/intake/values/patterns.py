"""The format that cells seem to have which cannot be read: what a person would set, or write otherwise.

Nothing is read by a guess. A pattern is named only where every cell that is asked about fits it; where days
and months may stand for each other, both are named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from schemas.vocabulary.codes import ReasonCode
from transforms.intake.values.readings import EARLIEST, LATEST, THOUSANDS, read_figures, without_thousands

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from schemas.settings.client import FeedSettings

DAYS = (
    *("%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y%m%d"),
    *("%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%d-%m-%y", "%d %B %Y", "%d-%B-%Y", "%d-%B-%y", "%B %d, %Y"),
)
"""How exports write days; %B reads the short name of a month, too."""

CLOCKS = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p", "%H:%M:%S%.f", "%H%M", "%H%M%S")
GAPS = (" ", "T")
BOTH = tuple(f"{day}{gap}{clock}" for day in DAYS for gap in GAPS for clock in CLOCKS)
USUAL = ("", *(f"{gap}{clock}" for gap in GAPS for clock in CLOCKS[:2]))
"""What may follow `date_format` where there is no `time_format`."""

MARKS = (".", ",")


class Pattern(NamedTuple):
    """What the cells of a column look like.

    Attributes:
        column: by our name.
        key: which key of the feed's section states it.
        values: what to write there; of several all fit.
        holds_for_all: every cell of the column fits, not the rejected ones alone.
    """

    column: str
    key: str
    values: tuple[str, ...]
    holds_for_all: bool

    def sentence(self, feed: str) -> str:
        """What to do about it."""
        looks = " or ".join(self.values)
        written = " or ".join(f'{self.key} = "{value}"' for value in self.values)
        if not self.holds_for_all:
            return (
                f"{self.column}: the rejected cells look like {written}, and others do not; write all alike"
            )
        return f"{self.column}: the cells look like {looks}; write {written} in [feeds.{feed}]"


def find_patterns(cells: pl.DataFrame, rejected: pl.DataFrame, settings: FeedSettings) -> list[Pattern]:
    """What the columns look like that have cells which are no date, time or number.

    Args:
        cells: `row_no` and the texts of the feed's columns.
        rejected: `row_no`, `column` and `reason_code`, as of `RejectedRow`.
        settings: how the client says that it writes.
    """
    found = [_find(cells, column, rows, settings) for column, rows in _unread(rejected)]
    return [pattern for pattern in found if pattern]


def _unread(rejected: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """Columns with cells that could not be read, and the reasons there."""
    unread = rejected.filter(pl.col("reason_code").is_in(list(KEYS)))
    for (column,), rows in unread.drop_nulls("column").sort("column").group_by("column", maintain_order=True):
        yield str(column), rows


def _find(cells: pl.DataFrame, column: str, rows: pl.DataFrame, settings: FeedSettings) -> Pattern | None:
    """The pattern of a column; of its rejected cells where not all of them have one."""
    if column not in cells.columns:
        return None
    code = rows["reason_code"][0]
    bad = cells.join(rows, on="row_no", how="semi")[column].drop_nulls().unique()
    every = cells[column].drop_nulls().unique()
    for texts in (every, bad):
        fitting = _fitting(texts, code, settings) if len(texts) else {}
        if fitting:
            key = next(iter(fitting))
            return Pattern(column, key, tuple(fitting[key]), holds_for_all=texts is every)
    return None


def _fitting(texts: pl.Series, code: str, settings: FeedSettings) -> Mapping[str, list[str]]:
    """What to write under which key so that all texts can be read."""
    match KEYS[code]:
        case "decimal_mark":
            return _fitting_marks(texts, settings.decimal_mark)
        case "date_format":
            days = [day for day in _read_by(texts, DAYS) if day != settings.date_format]
            return {"date_format": days} if days else {}
    return _fitting_times(texts, settings)


def _fitting_marks(texts: pl.Series, stated: str) -> Mapping[str, list[str]]:
    """A mark between thousands; else another one before the fraction, which of `1.200` would make 1.2."""
    marks = [mark for mark in MARKS if read_figures(texts, mark)["is_number"].all()]
    between = [mark for mark in (*MARKS, *THOUSANDS) if mark != stated and _are_grouped(texts, mark, stated)]
    if stated in marks:
        return {}
    if between:
        return {"thousands_mark": between}
    return {"decimal_mark": marks} if marks else {}


def _are_grouped(texts: pl.Series, mark: str, decimal_mark: str) -> bool:
    """Whether all texts are numbers once this mark may stand between groups of three digits."""
    plain = pl.select(without_thousands(pl.lit(texts), mark, decimal_mark)).to_series()
    return bool(read_figures(plain, decimal_mark)["is_number"].all())


def _fitting_times(texts: pl.Series, settings: FeedSettings) -> Mapping[str, list[str]]:
    """The day's format where the usual clock follows it, else that of day and time together."""
    formats = _read_by(texts, (*DAYS, *BOTH))
    usual = {f"{day}{clock}": day for day in DAYS for clock in USUAL}
    days = list(dict.fromkeys(usual[name] for name in formats if name in usual))
    if days and not settings.time_format:
        return {"date_format": days}
    return {"time_format": formats} if formats else {}


def _read_by(texts: pl.Series, formats: Sequence[str]) -> list[str]:
    """Those of the formats by which all texts are days or times; most are out after the first text."""
    left = formats
    for part in (texts.head(1), texts):
        tried = pl.select(
            _day(part, time_format)
            .is_between(EARLIEST, LATEST)
            .fill_null(value=False)
            .all()
            .alias(time_format)
            for time_format in left
        )
        left = [name for name, is_read in tried.row(0, named=True).items() if is_read] if left else []
    return list(left)


def _day(texts: pl.Series, time_format: str) -> pl.Expr:
    """The day of each text in a format; null where it is in another one."""
    return pl.lit(texts).str.to_date(time_format, strict=False)


KEYS: dict[str, str] = {
    ReasonCode.NOT_A_DATE: "date_format",
    ReasonCode.NOT_A_TIME: "time_format",
    ReasonCode.NOT_A_NUMBER: "decimal_mark",
}
"""The key that says how cells are written which could not be read for this reason."""
