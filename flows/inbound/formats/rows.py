"""The seam that every format shares: bytes in, rows of text or a refusal out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import polars as pl
import polars.selectors as cs

from transforms.intake.rows.raw_rows import FAULT, ROW_NO, SHEET_ROW, RawRows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from schemas.intake.refusal import Refusal
    from schemas.settings.client import FeedSettings
    from schemas.vocabulary.codes import ReasonCode


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

    def header(self, content: bytes, settings: FeedSettings) -> list[str]:
        """The names of its columns as they stand there; none where they cannot be read at all."""
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
        cells.with_columns(pl.when(cs.string() != "").then(cs.string()))
        .with_columns(row_no, pl.Series(SHEET_ROW, sheet_rows, pl.Int64))
        .join(fault_lines.select(ROW_NO, FAULT), on=ROW_NO, how="left", maintain_order="left")
    )
    return RawRows(numbered, fault_lines.drop(FAULT))
