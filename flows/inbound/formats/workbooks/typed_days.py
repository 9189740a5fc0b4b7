"""Cells that are days or instants by their type: written as the client's texts are, unless they may be wrong.

Whether day and month were swapped, and whether a midnight is a time, is told by the whole column.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from schemas.intake.bounds import ID_COLUMNS
from schemas.settings.date_formats import HAS_CLOCK, OFFSET
from schemas.vocabulary.codes import ReasonCode
from transforms.intake.rows.raw_rows import LOST, lost_cell

if TYPE_CHECKING:
    from datetime import datetime

    from schemas.settings.client import FeedSettings

TYPED = f"{LOST}{LOST}"
"""Begins a cell that is a day or an instant, which follows as ISO 8601. No text of a file has it."""

ISO = "%Y-%m-%dT%H:%M:%S%.f"
INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?))?")

MONTHS = 12

SWAPPED = (
    r"^\s*(?:(?:1[3-9]|[23]\d)[-./ ]\d{1,2}|\d{1,2}[-./ ](?:1[3-9]|[23]\d))[-./ ](?:\d{4}|\d{2})(?:\D|$)"
)
"""A text that is a day in one of the two orders alone, which a spreadsheet set to the other left as text."""

DAY_OF_MONTH, NUMBER_OF_MONTH, YEAR = (
    re.compile(r"%-?[deD]"),
    re.compile(r"%-?[mD]"),
    re.compile(r"%-?[yYFC]"),
)

SHOWN = "%d %b %Y"
"""How a day is shown that may be another: in words, so that nobody reads it the other way round."""


def typed_day(day: datetime) -> str:
    """The cell of a day."""
    return f"{TYPED}{day:%Y-%m-%d}"


def typed_instant(instant: datetime) -> str:
    """The cell of a day with a time, a midnight included."""
    return f"{TYPED}{instant.isoformat(timespec='milliseconds')}"


def plain_cell(cell: str) -> str:
    """What a person sees in a cell, whatever its type."""
    if cell.startswith(TYPED):
        return cell.removeprefix(TYPED).removesuffix("T00:00:00.000").replace("T", " ")
    return cell.rpartition(LOST)[2] if cell.startswith(LOST) else cell


def write_days(frame: pl.DataFrame, settings: FeedSettings) -> pl.DataFrame:
    """The columns of a table with days and instants as texts, in the formats that the feed is read with."""
    ids = _columns_of_ids(settings)
    return frame.with_columns(
        _lose_ids(frame[name]) if _is_id(name) or name in ids else _write_column(frame[name], settings)
        for name in frame.columns
        if frame[name].str.starts_with(TYPED).any()
    )


def _columns_of_ids(settings: FeedSettings) -> set[str]:
    """Columns of the file that are read as ids as they stand."""
    mapped = [settings.columns, *(route.columns for route in settings.routes)]
    return {theirs.strip('"') for columns in mapped for ours, theirs in columns.items() if _is_id(ours)}


def _is_id(column: str) -> bool:
    """Whether a column of ours holds ids; what is written 3-4 in a spreadsheet becomes a day there."""
    return column in ID_COLUMNS or column.endswith("_id")


def _lose_ids(cells: pl.Series) -> pl.Series:
    """A column of ids in which some have become days."""
    moment = pl.col("cell").str.strip_prefix(TYPED).str.head(10).str.to_date("%Y-%m-%d", strict=False)
    lost = pl.lit(lost_cell(ReasonCode.SPOILED_ID)) + moment.dt.to_string(SHOWN)
    written = pl.when(pl.col("cell").str.starts_with(TYPED)).then(lost).otherwise("cell")
    return pl.DataFrame({"cell": cells}).select(written.alias(cells.name)).to_series()


def _write_column(cells: pl.Series, settings: FeedSettings) -> pl.Series:
    """A column in which days stand."""
    typed = pl.DataFrame({"cell": cells}).with_columns(is_typed=pl.col("cell").str.starts_with(TYPED))
    said = pl.when("is_typed").then(pl.col("cell").str.strip_prefix(TYPED))
    moments = typed.with_columns(
        moment=pl.coalesce(
            said.str.to_datetime(ISO, strict=False, time_unit="us"),
            said.str.to_date("%Y-%m-%d", strict=False).cast(pl.Datetime("us")),
        )
    )
    moment, has_clock = pl.col("moment"), pl.col("moment").dt.time() != pl.time(0)
    is_instant = has_clock
    if settings.time_format and moments.select(has_clock.any()).item():
        # a stated format holds alone: in a column of instants a midnight needs its noughts
        is_instant = pl.col("cell").str.contains("T", literal=True)
    text = (
        pl.when(is_instant)
        .then(_write_instant(moment, settings))
        .otherwise(moment.dt.to_string(settings.date_format))
    )
    if _is_mixed(moments, settings):
        may_be_another = (moment.dt.day() <= MONTHS) & (moment.dt.day() != moment.dt.month())
        shown = pl.lit(lost_cell(ReasonCode.DAY_OR_MONTH)) + moment.dt.to_string(SHOWN)
        text = pl.when(may_be_another).then(shown).otherwise(text)
    return moments.select(pl.when("is_typed").then(text).otherwise("cell").alias(cells.name)).to_series()


def _write_instant(moment: pl.Expr, settings: FeedSettings) -> pl.Expr:
    """An instant in the stated format, or as a day and a clock; a format with an offset cannot be written."""
    stated = settings.time_format
    if HAS_CLOCK.search(stated) and not OFFSET.search(stated):
        return moment.dt.to_string(stated)
    day = settings.date_format
    has_seconds = moment.dt.truncate("1m") != moment
    return (
        pl.when(has_seconds)
        .then(moment.dt.to_string(f"{day} %H:%M:%S%.f"))
        .otherwise(moment.dt.to_string(f"{day} %H:%M"))
    )


def _is_mixed(cells: pl.DataFrame, settings: FeedSettings) -> bool:
    """Whether texts of a column say that its spreadsheet took days of the other order for days.

    One that is set to months first makes 4 March of `03/04/2026`, and leaves `25/04/2026` as it is.
    """
    texts = cells.filter(~pl.col("is_typed"))["cell"]
    if texts.str.contains(SWAPPED).any():
        return True
    return (
        _may_be_swapped(settings.date_format)
        and texts.str.to_date(settings.date_format, strict=False).is_not_null().any()
    )


def _may_be_swapped(date_format: str) -> bool:
    """Whether days are written with their month as a number and their year at the end."""
    parts = [part.search(date_format) for part in (DAY_OF_MONTH, NUMBER_OF_MONTH, YEAR)]
    day, month, year = (found.start() if found else -1 for found in parts)
    return day >= 0 and month >= 0 and (year < 0 or year > min(day, month))
