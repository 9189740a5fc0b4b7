"""The seam that every format shares: bytes in, rows of text or a refusal out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import polars as pl
import polars.selectors as cs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from schemas.intake.refusal import Refusal
    from schemas.settings.client import FeedSettings
    from schemas.vocabulary.codes import ReasonCode

ROW_NO = "bo_row_no"
FAULT = "bo_fault"
LINE = "bo_line"
SHEET_ROW = "bo_sheet_row"
QUARANTINE_COLUMNS = frozenset({"bo_file", "bo_row"})
"""What a quarantine file has beside the client's own columns."""

RESERVED = (ROW_NO, FAULT, LINE, SHEET_ROW)


@dataclass(frozen=True)
class RawRows:
    """The data rows of a file as text, before any meaning.

    `frame` has a String column for each column of the file (an empty cell is null), `bo_row_no`
    (1-based data row), `bo_sheet_row` (where a spreadsheet shows it: header and blank lines counted) and
    `bo_fault` (reason code of a row whose form is broken; its cells are null).
    `faults` has a row for each broken one: `bo_row_no`, `line_no` (1-based line of the file), `text`
    (the line as it stands in the file, for quarantine).
    """

    frame: pl.DataFrame
    faults: pl.DataFrame

    def with_lines(self) -> pl.DataFrame:
        """The frame, and as `bo_line` the text of each broken row: its order may be read from it."""
        lines = self.faults.select(ROW_NO, pl.col("text").alias(LINE))
        return self.frame.join(lines, on=ROW_NO, how="left", maintain_order="left")


@dataclass(frozen=True)
class BrokenRow:
    """A data row whose form is broken."""

    row_no: int
    line_no: int
    code: ReasonCode
    text: str


class Reader(Protocol):
    """Reads one format. Any bytes give an answer; none raise."""

    def read(self, content: bytes, settings: FeedSettings) -> RawRows | Refusal:
        """The rows of `content`, or why it is not a file of this format."""
        ...


def assemble_rows(cells: pl.DataFrame, faults: Sequence[BrokenRow], sheet_rows: Iterable[int]) -> RawRows:
    """`cells` (one row a data row, broken ones null) with both their numbers and the reasons beside them."""
    fault_lines = pl.DataFrame(
        [(fault.row_no, fault.line_no, fault.code.value, fault.text) for fault in faults],
        schema={ROW_NO: pl.Int64, "line_no": pl.Int64, FAULT: pl.String, "text": pl.String},
        orient="row",
    )
    row_no = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW_NO)
    numbered = (
        cells.with_columns(cs.string().replace("", None))
        .with_columns(row_no, pl.Series(SHEET_ROW, sheet_rows, pl.Int64))
        .join(fault_lines.select(ROW_NO, FAULT), on=ROW_NO, how="left", maintain_order="left")
    )
    return RawRows(numbered, fault_lines.drop(FAULT))
