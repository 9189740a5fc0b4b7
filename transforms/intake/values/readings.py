"""Text cells as values: whole numbers, amounts, dates, yes and no; what is not plainly one is none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from schemas.intake.bounds import MAX_DIGITS
from schemas.vocabulary.codes import ReasonCode

if TYPE_CHECKING:
    from collections.abc import Mapping

EARLIEST = date(1970, 1, 1)
LATEST = date(2199, 12, 31)
"""A year of two digits or a typing slip lies outside."""

PLACES = 6
MICRO = 10**PLACES
WORDS_FOR_TRUE = ["true", "yes", "y", "t", "1"]
WORDS_FOR_FALSE = ["false", "no", "n", "f", "0"]
AMOUNT = pl.Decimal(18, 4)


THOUSANDS = {" ": "[ \u00a0\u2009\u202f]", "'": "['\u2019]"}
"""Marks between groups of three digits that are written in several ways."""


@dataclass(frozen=True)
class Reading:
    """Values of a column and, beside each cell that is none, the reason."""

    values: pl.Series
    reasons: pl.Series

    @classmethod
    def of(cls, told: pl.DataFrame, value: pl.Expr, faults: Mapping[ReasonCode, pl.Expr]) -> Reading:
        """The `value` of each row where no fault holds; of several faults of a cell the first one counts.

        `told` has the cells as `text`, and what value and faults are made of. No text has no fault.
        """
        reason = pl.lit(None, pl.String)
        for code, fault in reversed(list(faults.items())):
            reason = pl.when(fault).then(pl.lit(code.value)).otherwise(reason)
        read = told.select(
            reasons=pl.when(pl.col("text").is_not_null()).then(reason), values=value
        ).with_columns(values=pl.when(pl.col("reasons").is_null()).then("values"))
        return cls(read["values"], read["reasons"])


def without_thousands(text: pl.Expr, mark: str, decimal_mark: str) -> pl.Expr:
    """A number without the marks between its groups of three digits; any other text as it is."""
    between = THOUSANDS.get(mark, re.escape(mark))
    grouped = rf"^[+-]?[0-9]{{1,3}}(?:{between}[0-9]{{3}})+(?:{re.escape(decimal_mark)}[0-9]*)?$"
    return pl.when(text.str.contains(grouped)).then(text.str.replace_all(between, "")).otherwise(text)


def as_cells(texts: pl.Series) -> pl.DataFrame:
    """Texts as column `text` of a frame: what follows of a cell is then asked in one query, not in many."""
    return texts.alias("text").to_frame()


def read_figures(texts: pl.Series, decimal_mark: str) -> pl.DataFrame:
    """`text` as numbers: `micros` (the value in millionths), `is_number`, `is_in_range`, `is_exact`.

    Where there is no text or no number, `micros` says nothing.
    """
    mark = re.escape(decimal_mark)
    cell, whole, fraction = pl.col("text"), pl.col("whole"), pl.col("fraction")
    split = as_cells(texts).select(
        "text", parts=pl.col("text").str.strip_chars_start("+-").str.splitn(decimal_mark, 2)
    )
    parts = split.select(
        "text",
        whole=pl.col("parts").struct.field("field_0").str.strip_chars_start("0"),
        fraction=pl.col("parts").struct.field("field_1").str.strip_chars_end("0").fill_null(""),
    )
    places = fraction.str.head(PLACES).str.pad_end(PLACES, "0")
    magnitude = pl.concat_str(whole.str.tail(MAX_DIGITS), places).cast(pl.Int64, strict=False)
    return parts.select(
        "text",
        is_number=cell.str.contains(rf"^[+-]?(?:[0-9]+{mark}?[0-9]*|{mark}[0-9]+)$").fill_null(value=False),
        is_in_range=(whole.str.len_bytes() <= MAX_DIGITS).fill_null(value=True),
        is_exact=fraction.str.len_bytes() <= PLACES,
        micros=magnitude * pl.when(cell.str.starts_with("-")).then(-1).otherwise(1),
    )


def read_whole_numbers(texts: pl.Series, decimal_mark: str) -> Reading:
    """Numbers of lines, days and places; `12.0` is whole."""
    micros = pl.col("micros")
    faults = {
        ReasonCode.NOT_A_NUMBER: ~pl.col("is_number"),
        ReasonCode.OUT_OF_RANGE: ~pl.col("is_in_range"),
        ReasonCode.NOT_WHOLE: ~pl.col("is_exact") | (micros % MICRO != 0),
    }
    return Reading.of(read_figures(texts, decimal_mark), micros // MICRO, faults)


def read_amounts(texts: pl.Series, decimal_mark: str) -> Reading:
    """Amounts of money; more than four places would be rounded and are refused instead."""
    faults = {
        ReasonCode.NOT_A_NUMBER: ~pl.col("is_number"),
        ReasonCode.OUT_OF_RANGE: ~pl.col("is_in_range") | ~pl.col("is_exact") | (pl.col("micros") % 100 != 0),
    }
    plain = pl.col("text").str.replace(decimal_mark, ".", literal=True).str.strip_prefix("+")
    return Reading.of(read_figures(texts, decimal_mark), plain.cast(AMOUNT, strict=False), faults)


def read_dates(texts: pl.Series, date_format: str) -> Reading:
    """Calendar dates in the client's own format."""
    days = as_cells(texts).with_columns(day=pl.col("text").str.to_date(date_format, strict=False))
    faults = {
        ReasonCode.NOT_A_DATE: pl.col("day").is_null(),
        ReasonCode.OUT_OF_RANGE: ~pl.col("day").is_between(EARLIEST, LATEST),
    }
    return Reading.of(days, pl.col("day"), faults)


def read_flags(texts: pl.Series) -> Reading:
    """Yes and no, in the words that exports use."""
    words = pl.col("text").str.to_lowercase()
    is_true, is_false = words.is_in(WORDS_FOR_TRUE), words.is_in(WORDS_FOR_FALSE)
    return Reading.of(as_cells(texts), is_true, {ReasonCode.NOT_A_CHOICE: ~(is_true | is_false)})
