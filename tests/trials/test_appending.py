"""A small part of the trial of databases that are appended to, and faults that it must notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flows.outbound.analysts.digests import Sums
from tests.trials import appending
from tests.trials.appending import Appending, DifferenceError
from tests.warehouse.kinds import Style
from tests.warehouse.trial import run_courses

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.thorough

FEW, SHORT = 5, {0: 9, 3: 2}
"""Nights of which one is run twice, one missed, one a client's that is held, and one shows fewer days."""


@pytest.fixture
def nights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Appending:
    """A workspace of two clients that has lived no night yet."""
    monkeypatch.setattr(appending, "DAYS", SHORT)
    return Appending.of(STYLES, tmp_path / "w")


STYLES = [Style.of(seed, short="implied", is_timed=True) for seed in (14, 5)]


def test_each_version_is_what_the_ledger_makes_of_it(nights: Appending) -> None:
    run_courses(STYLES, FEW, nights)
    assert nights.compared == 6
    assert nights.appended >= 4, "nearly all; a small file soon is half room"


def test_hashes_of_rows_that_go_and_are_not_taken_off_are_found_out(
    nights: Appending, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Sums, "__sub__", lambda sums, _: sums)
    with pytest.raises(DifferenceError, match="the manifest"):
        run_courses(STYLES, FEW, nights)


def test_the_command_says_how_many_were_appended(capsys: pytest.CaptureFixture[str]) -> None:
    assert appending.main(["--seed", "5", "--nights", "2"]) == 0
    assert capsys.readouterr().out.startswith("2 versions, 1 of them appended: all equal; ")
