"""A small part of the trial of databases that are appended to, and faults that it must notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flows.night.publishing.analysts import AnalystDesk
from flows.outbound.analysts import analytics
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


LONG = {0: 20}
"""So many days are shown that closed orders stay after they left the books."""

NEW_SETTINGS = 8
"""Nights of which one has new settings, after closed orders left the books."""


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


def test_closed_orders_that_are_lost_are_found_out(
    nights: Appending, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(appending, "DAYS", LONG)
    monkeypatch.setattr(analytics, "_keep_closed", lambda *_: None)
    with pytest.raises(DifferenceError, match="order_lines"):
        run_courses(STYLES, FEW, nights)


def test_closed_orders_that_do_not_heed_new_settings_are_found_out(
    nights: Appending, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(appending, "DAYS", LONG)
    nobody = property(lambda desk: set() if desk._yesterday else None)  # noqa: SLF001 -- in its place
    monkeypatch.setattr(AnalystDesk, "_closed_anew", nobody)
    with pytest.raises(DifferenceError, match="order_lines"):
        run_courses(STYLES, NEW_SETTINGS, nights)


def test_the_command_says_how_many_were_appended(capsys: pytest.CaptureFixture[str]) -> None:
    assert appending.main(["--seed", "5", "--nights", "2"]) == 0
    assert capsys.readouterr().out.startswith("2 versions, 1 of them appended: all equal; ")
