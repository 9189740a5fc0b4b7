"""What is not written anew is what it would be; a value that is not compared is found out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flows.night.planning import cohort
from tests.trials import untouched
from tests.trials.untouched import Beside, DifferenceError
from tests.warehouse.kinds import Style
from tests.warehouse.trial import run_courses
from transforms.night.unchanged import unchanged_clients

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import polars as pl

pytestmark = pytest.mark.thorough

NIGHTS = 7
STYLES = [Style.of(seed, short="implied", is_timed=True) for seed in (5, 9)]
"""Within these nights days of both pass on which neither sends anything."""


def test_nothing_differs_on_nights_without_files(tmp_path: Path) -> None:
    beside = Beside.of(STYLES, tmp_path)
    run_courses(STYLES, NIGHTS, beside)
    assert min(beside.unchanged["unchanged"], beside.unchanged["written"]) > 0


def test_the_command_says_how_much_was_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert untouched.main(["--clients", "1", "--nights", "2"]) == 0
    assert capsys.readouterr().out.startswith("2 nights of 1 clients: all equal; ")


@pytest.mark.parametrize("left_out", ["eta_on", "qty"])
def test_a_column_that_is_not_compared_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left_out: str
) -> None:
    """What changes alone: a believed date on a night without files, and how many units are there."""

    def without(before: pl.DataFrame, after: pl.DataFrame, order: Sequence[str]) -> set[str]:
        kept = [name for name in after.columns if name != left_out]
        return unchanged_clients(before[kept], after[kept], [name for name in order if name != left_out])

    monkeypatch.setattr(cohort, "unchanged_clients", without)
    with pytest.raises(DifferenceError, match="differ, "):
        run_courses(STYLES, NIGHTS, Beside.of(STYLES, tmp_path))
