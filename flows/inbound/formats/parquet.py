"""The reader of Parquet, whose columns have types: each value becomes the text that a cell would hold."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import polars as pl

from flows.inbound.formats.bounds import refuse_columns, refuse_lines, refuse_rows
from flows.inbound.formats.header import name_columns
from flows.inbound.formats.rows import assemble_rows
from schemas.intake.refusal import Refusal
from schemas.vocabulary.codes import ReasonCode
from transforms.intake.rows.raw_rows import QUARANTINE_COLUMNS, TYPED_NUMBER, lost_cell, own_headers

if TYPE_CHECKING:
    from schemas.settings.client import FeedSettings
    from transforms.intake.rows.raw_rows import RawRows

MAGIC = b"PAR1"
EXACT = 2**53
"""Whole numbers from here on are not told apart by a binary fraction."""

DEEPEST = 20


class ParquetReader:
    """Reads Parquet (see `flows.inbound.formats.rows.Reader`)."""

    def read(self, content: bytes, settings: FeedSettings) -> RawRows | Refusal:
        """The rows of `content` as text, or why there are none."""
        if not content.endswith(MAGIC) or len(content) < 2 * len(MAGIC) + 4:
            return Refusal(ReasonCode.UNREADABLE, "its end is missing; copy it again")
        try:
            scanned = pl.scan_parquet(io.BytesIO(content))
            width = len(scanned.collect_schema())
            rows = int(scanned.select(pl.len()).collect().item())
            refusal = refuse_columns(width) or refuse_lines(rows) or refuse_rows(rows, width, 0)
            if refusal is not None:
                return refusal
            frame = pl.read_parquet(io.BytesIO(content))
        except pl.exceptions.PolarsError:
            return Refusal(ReasonCode.UNREADABLE, "it is no whole Parquet file; write it again")
        is_sent_back = QUARANTINE_COLUMNS.issubset(frame.columns)
        flat = _flatten(frame, "" if is_sent_back else settings.lines)
        if isinstance(flat, Refusal):
            return flat
        place = flat.to_series(0)
        names = name_columns(flat.columns[1:])
        if isinstance(names, Refusal):
            return names
        texts = flat.select(
            _text_of(flat[name], settings).alias(new)
            for name, new in zip(flat.columns[1:], names, strict=True)
        )
        return assemble_rows(texts, [], place).also_read("Parquet")

    def header(self, content: bytes, settings: FeedSettings) -> list[str]:
        """The names of its columns; none where it cannot be read at all."""
        raw = self.read(content, settings)
        return [] if isinstance(raw, Refusal) else own_headers(raw.frame)


def _flatten(frame: pl.DataFrame, lines: str) -> pl.DataFrame | Refusal:
    """Values within objects as columns, lines as rows; the first column is the number of the record."""
    flat = _unnested(frame.with_row_index("\x00place", offset=1).cast({"\x00place": pl.Int64}))
    if lines:
        if lines not in flat.columns or not isinstance(flat.schema[lines], pl.List):
            return Refusal(ReasonCode.MISSING_COLUMN, f'lines = "{lines}" leads to no array in it')
        flat = _unnested(flat.explode(lines))
    kept = [name for name, dtype in flat.schema.items() if not _holds_objects(dtype)]
    return refuse_columns(len(kept)) or flat.select(kept)


def _unnested(frame: pl.DataFrame) -> pl.DataFrame:
    """Without objects: their values are columns, named by path."""
    for _ in range(DEEPEST):
        objects = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Struct)]
        if not objects:
            return frame
        frame = frame.unnest(objects, separator=".")
    return frame


def _holds_objects(dtype: pl.DataType) -> bool:
    """Whether values of the type are no plain ones: no column can say them."""
    inner = dtype.inner if isinstance(dtype, pl.List | pl.Array) else None
    return isinstance(dtype, pl.Struct | pl.Object) or isinstance(inner, pl.Struct | pl.List | pl.Array)


def _text_of(values: pl.Series, settings: FeedSettings) -> pl.Series:
    """A column's values as texts."""
    match values.dtype:
        case pl.List() | pl.Array():
            return values.cast(pl.List(pl.String)).list.join("|")
        case pl.Float32() | pl.Float64():
            return _write_floats(values, settings.decimal_mark)
        case pl.Decimal():
            return _write_decimals(values, settings.decimal_mark)
        case pl.Date() | pl.Datetime():
            return _write_times(values, settings)
        case pl.Binary():
            return pl.Series([_decode(value) for value in values], dtype=pl.String)
    return values.cast(pl.String, strict=False)


def _decode(value: bytes | None) -> str | None:
    """Text that a writer did not declare as such."""
    try:
        return value if value is None else value.decode()
    except UnicodeDecodeError:
        return lost_cell(ReasonCode.BAD_CHARACTERS)


def _write_floats(values: pl.Series, mark: str) -> pl.Series:
    """Binary fractions: whole ones as whole numbers, what is not a number as nothing."""
    value = pl.lit(values.cast(pl.Float64).fill_nan(None))
    is_whole, is_far = value == value.round(), value.abs() >= EXACT
    fraction = pl.lit(values.fill_nan(None)).cast(pl.String).str.replace(".", mark, literal=True)
    typed = pl.concat_str(pl.lit(TYPED_NUMBER), fraction)
    return pl.select(
        pl.when(is_far)
        .then(pl.lit(lost_cell(ReasonCode.LOST_DIGITS)))
        .when(is_whole)
        .then(value.cast(pl.Int64, strict=False).cast(pl.String))
        .otherwise(typed)
    ).to_series()


def _write_decimals(values: pl.Series, mark: str) -> pl.Series:
    """Decimal fractions without the noughts at their end."""
    text = values.cast(pl.String).str.replace(r"(\..*?)0+$", "$1").str.strip_suffix(".")
    typed = TYPED_NUMBER + text.str.replace(".", mark, literal=True)
    return pl.select(pl.when(text.str.contains(".", literal=True)).then(typed).otherwise(text)).to_series()


def _write_times(values: pl.Series, settings: FeedSettings) -> pl.Series:
    """Days and times in the form of the feed; with a zone as ISO 8601; nothing but midnights are days."""
    if isinstance(values.dtype, pl.Datetime) and values.dtype.time_zone is not None:
        return values.dt.convert_time_zone("UTC").dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ")
    if _are_days(values):
        return values.dt.strftime(settings.date_format)
    return values.dt.strftime(settings.time_format or f"{settings.date_format} %H:%M:%S%.6f")


def _are_days(values: pl.Series) -> bool:
    """Whether no value has a time of day."""
    return values.dtype == pl.Date or bool((values.dt.truncate("1d") == values).all())
