"""Who waits, and at which rank."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from transforms.allocation.demand.waiting import Waiting


@pytest.mark.parametrize(
    ("pieces", "ranks"),
    [([(0, 1), (1, 2)], [1, 2]), ([(1, 1), (0, 2)], [2, 1]), ([(1, 1), (0, 2), (1, 3)], [2, 1])],
    ids=["in order", "by rank", "a line of two pieces"],
)
def test_a_line_has_the_best_rank_of_its_pieces(pieces: list[tuple[int, int]], ranks: list[int]) -> None:
    frame: Any = pl.DataFrame(pieces, schema=["line", "rank"], orient="row")
    lines: Any = pl.DataFrame({"line": [0, 1]})
    waiting = Waiting(lines=lines, reaches=lines.clear(), pieces=frame)
    assert waiting.line_ranks().to_list() == ranks
