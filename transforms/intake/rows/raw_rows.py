"""The rows of a file as text, before any meaning: what each format's reader gives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from schemas.vocabulary.codes import ReasonCode

ROW_NO = "bo_row_no"
FAULT = "bo_fault"
LINE = "bo_line"
SHEET_ROW = "bo_sheet_row"
POINT = "bo_point"
"""A column that stands there only where a point in a number is no group's (`RawRows.is_point`)."""
RESERVED = (ROW_NO, FAULT, LINE, SHEET_ROW, POINT)

QUARANTINE_COLUMNS = frozenset({"bo_file", "bo_row"})
"""What a quarantine file has beside the client's own columns."""

COUNTED_AT = "bo_counted_at"
"""What the quarantine file of a count has, too: the instant of rows whose own columns do not say it."""

COUNTED_FORM = "%Y-%m-%dT%H:%M:%SZ"
"""How it is written."""

UNNAMED = "bo_unnamed_"
"""How a column begins that the file gives no name; behind it stands its place, from 1."""

LOST = "\x00"
"""Begins a cell that has lost what it meant, and ends its reason code. No text of a file has it."""

TYPED_NUMBER = f"{LOST}number{LOST}"
"""Begins a number with a fraction that was no text in its file: what its mark means is sure."""


@dataclass(frozen=True)
class RawRows:
    """The data rows of a file as text, before any meaning.

    `frame` has a String column for each column of the file (an empty cell is null), `bo_row_no`
    (1-based data row), `bo_sheet_row` (where a spreadsheet shows it: header and blank lines counted) and
    `bo_fault` (reason code of a row whose form is broken; its cells are null). A cell that has lost what it
    meant is a `lost_cell`; a number with a fraction that was no text begins with `TYPED_NUMBER`.
    `faults` has a row for each broken one: `bo_row_no`, `line_no` (1-based line of the file), `text`
    (the line as it stands in the file, for quarantine).
    `read_as` says in short phrases how the file was understood; no text of the file stands in them.
    """

    frame: pl.DataFrame
    faults: pl.DataFrame
    read_as: tuple[str, ...] = ()
    is_point: bool = False
    """Fields stand between commas, so nobody writes 1,5 for one and a half there."""

    def also_read(self, *phrases: str) -> RawRows:
        """The same rows, with more about how they were read."""
        return replace(self, read_as=(*self.read_as, *phrases))

    def with_lines(self) -> pl.DataFrame:
        """The frame with what is told beside it: as `bo_line` the text of each broken row, and `bo_point`."""
        lines = self.faults.select(ROW_NO, pl.col("text").alias(LINE))
        told = self.frame.join(lines, on=ROW_NO, how="left", maintain_order="left")
        return told.with_columns(pl.lit(value=True).alias(POINT)) if self.is_point else told


def lost_cell(code: ReasonCode, shown: str = "") -> str:
    """The text of a cell that has lost what it meant: why, and what a person sees there."""
    return f"{LOST}{code.value}{LOST}{shown}"


def lost_code(cell: pl.Expr) -> pl.Expr:
    """The reason code of a lost cell; null for any other."""
    return cell.str.strip_prefix(TYPED_NUMBER).str.extract(f"^{LOST}([a-z_]+){LOST}", 1)


def kept_text(cell: pl.Expr) -> pl.Expr:
    """What a cell says; null for a lost one."""
    text = cell.str.strip_prefix(TYPED_NUMBER)
    return pl.when(~text.str.starts_with(LOST)).then(text)


def shown_text(cell: pl.Expr) -> pl.Expr:
    """What a person sees in a cell, a lost one included."""
    return cell.str.replace(f"(?s)^{LOST}[a-z_]+{LOST}", "")


def own_headers(frame: pl.DataFrame) -> list[str]:
    """The columns that the client wrote."""
    return [name for name in frame.columns if not name.startswith("bo_")]


def is_sent_back(frame: pl.DataFrame) -> bool:
    """Whether the rows stand in a quarantine file that comes back."""
    return QUARANTINE_COLUMNS.issubset(frame.columns)


def plain_name(name: str) -> str:
    """A column's name with one space where it has any white space, a line break included."""
    return " ".join(name.split())
