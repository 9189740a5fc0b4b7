"""Rows of files get the lines in which they stand, whatever stands between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from schemas.vocabulary.words import Feed
from tests.frames import NIGHT
from transforms.intake.file_form import SourceFile
from transforms.intake.rows.places import row_places
from transforms.terms import with_lines

if TYPE_CHECKING:
    from random import Random

GAPS = st.lists(st.integers(1, 3), max_size=12)
"""How many lines each row of a file stands below the one before."""


def raw_of(gaps: list[int]) -> pl.DataFrame:
    """What a reader says of the rows of a file."""
    lines = pl.Series("bo_sheet_row", gaps, pl.Int64).cum_sum()
    return pl.DataFrame([pl.Series("bo_row_no", range(1, len(gaps) + 1), pl.Int64), lines])


@given(st.lists(GAPS, max_size=3), st.randoms())
def test_every_row_of_every_file_gets_the_line_that_the_reader_counted(
    files: list[list[int]], random: Random
) -> None:
    read = {f"f{number}": raw_of(gaps) for number, gaps in enumerate(files)}
    sources = {name: SourceFile("acme", Feed.ORDERS, name, "a.csv", NIGHT) for name in [*read, "none"]}
    starts = pl.concat([row_places(raw, sources[name]) for name, raw in {"none": raw_of([]), **read}.items()])
    told = [("acme", name, *row) for name, raw in read.items() for row in raw.iter_rows()]
    asked = [*told, ("acme", "", 0, None), ("acme", "earlier", 1, None), ("bolt", "f0", 1, None)]
    random.shuffle(asked)
    names = ["client_id", "file_hash", "row_no", "expected"]
    schema = dict(zip(names, (pl.String, pl.String, pl.Int64, pl.Int64), strict=True))
    found = with_lines(pl.DataFrame(asked, schema=schema, orient="row"), starts)
    assert found.select(*names, "sheet_line").rows() == [(*row, row[3]) for row in asked]


def test_a_file_without_gaps_is_told_by_its_first_row_alone() -> None:
    source = SourceFile("acme", Feed.ORDERS, "f0", "a.csv", NIGHT)
    starts = row_places(raw_of([4, 1, 1, 1, 2, 1]), source)
    assert starts.rows() == [("acme", "f0", 1, 4), ("acme", "f0", 5, 9)]
