"""A sample file as rows of text, and its cells with the places where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from transforms.intake.rows.raw_rows import SHEET_ROW, TYPED_NUMBER, kept_text, own_headers

if TYPE_CHECKING:
    from transforms.onboarding.guesses import Guess
    from transforms.onboarding.names import Source

MOST_CELLS = 50_000
"""Distinct cells of a column that are looked at."""


@dataclass(frozen=True)
class Sample:
    """A file that a client sent.

    Attributes:
        name: of the file.
        frame: its rows, as of `RawRows`, totals left out and lines side by side made rows.
        form: what was found of its bytes and shape.
        count_pattern: the pattern of its name if that says a day; else empty.
        above: what stands above the header, and the file's name: words that may speak for a feed.
        totals: the cells of rows that are none, such as totals below the table, each with its line.
    """

    name: str
    frame: pl.DataFrame
    form: tuple[Guess, ...] = ()
    count_pattern: str = ""
    above: str = ""
    totals: tuple[tuple[str, int], ...] = ()

    @property
    def headers(self) -> list[str]:
        """The names of its columns."""
        return own_headers(self.frame)

    def texts(self, source: Source) -> pl.Series:
        """The filled cells of a source, joined where it has several columns."""
        return self._rows(source)["text"]

    def cells(self, source: Source, *, says_file: bool = False) -> pl.DataFrame:
        """The distinct texts of a source: `text`, and as `place` where each stands first.

        Numbers that are no text say nothing of how the client writes.
        """
        where = f" of {self.name}" if says_file else ""
        line = pl.col(SHEET_ROW).cast(pl.String)
        place = pl.concat_str(pl.lit(f"{source.headers[0]}, line "), line, pl.lit(where))
        rows = (
            self._rows(source, is_text=True)
            .unique("text", keep="first", maintain_order=True)
            .head(MOST_CELLS)
        )
        return rows.select("text", place=place)

    def _rows(self, source: Source, *, is_text: bool = False) -> pl.DataFrame:
        """The rows in which a source is filled, or those in which it is a text."""
        is_typed = pl.all_horizontal(pl.col(name).str.starts_with(TYPED_NUMBER) for name in source.headers)
        frame = self.frame.filter(~is_typed.fill_null(value=False)) if is_text else self.frame
        parts = [kept_text(pl.col(name)).str.strip_chars().replace("", None) for name in source.headers]
        joined = parts[0] if len(parts) == 1 else pl.concat_str(parts, separator=" ", ignore_nulls=True)
        if source.day_before:
            joined = joined.str.split(source.day_before).list.first()
        texts = frame.select(SHEET_ROW, text=joined.replace("", None))
        return texts.filter(pl.col("text").is_not_null())
