"""Samples and names for tests of guesses."""

from __future__ import annotations

import polars as pl

from flows.onboarding.known_names import known_names
from transforms.intake.rows.raw_rows import FAULT, ROW_NO, SHEET_ROW, RawRows
from transforms.onboarding.samples import Sample

KNOWN = known_names()


def raw_of(rows: list[dict[str, str | None]], faults: dict[int, str] | None = None) -> RawRows:
    """Rows as a reader gives them; `faults` are texts of rows that are broken, by their number."""
    frame = pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String)).with_columns(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW_NO),
        pl.int_range(2, pl.len() + 2, dtype=pl.Int64).alias(SHEET_ROW),
        pl.lit(None, pl.String).alias(FAULT),
    )
    told = faults or {}
    broken = pl.DataFrame(
        {ROW_NO: list(told), "line_no": list(told), "text": list(told.values())},
        schema={ROW_NO: pl.Int64, "line_no": pl.Int64, "text": pl.String},
    )
    is_broken = pl.col(ROW_NO).is_in(list(told))
    cells = [pl.when(~is_broken).then(name).alias(name) for name in rows[0]]
    fault = pl.when(is_broken).then(pl.lit("column_count")).alias(FAULT)
    return RawRows(frame.with_columns(*cells, fault), broken)


def sample_of(rows: list[dict[str, str | None]], name: str = "sample.csv", count_pattern: str = "") -> Sample:
    """A sample with these rows."""
    return Sample(name=name, frame=raw_of(rows).frame, above=name, count_pattern=count_pattern)


def cells_of(*texts: str) -> pl.DataFrame:
    """Distinct cells of a column, with where they stand."""
    places = [f"line {line}" for line in range(2, len(texts) + 2)]
    return pl.DataFrame({"text": texts, "place": places}, schema={"text": pl.String, "place": pl.String})
