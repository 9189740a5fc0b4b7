"""Stopped anywhere, cut off anywhere: a rerun ends in the very state of an undisturbed run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.crash.replay import Loss, read_log, replay
from tests.crash.stopping import KILLED, list_points, run_job, spread
from tests.flows.ledger.jobs import (
    digest_workspace,
    two_nights,
    two_nights_without_file_syncs,
    two_nights_without_folder_syncs,
)
from tests.tiers import thorough

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crash.stopping import Job

STOPS, CUTS = [2, *thorough(6)], 2
"""Points tried in the suite, where whole nights are stopped too (`tests/flows/night`); all of them in the
trials marked `long`."""


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], int, Path]:
    """What two undisturbed nights end in, how many fault points they pass, and their log."""
    place = tmp_path_factory.mktemp("undisturbed")
    log = place / "log"
    assert run_job(two_nights, place / "workspace", log=log) == 0
    points = list_points(two_nights, place / "counted", place / "points")
    assert digest_workspace(place / "workspace") == digest_workspace(place / "counted")
    return digest_workspace(place / "workspace"), len(points), log


def differs_after_kill(root: Path, stop_at: int, expected: dict[str, str]) -> bool:
    """Whether a run that is killed and run again ends in another state; a cut after it is tried too."""
    log = root / "log"
    workspace = root / f"killed_{stop_at}"
    assert run_job(two_nights, workspace, stop_at=stop_at, log=log / str(stop_at)) == KILLED
    failed = run_job(two_nights, workspace, log=log / str(stop_at)) != 0
    if failed or digest_workspace(workspace) != expected:
        return True
    operations = len(read_log(log / str(stop_at)))
    cut = replay(log / str(stop_at), operations, root / f"cut_{stop_at}", loss=Loss.EVERYTHING)
    return digest_workspace(cut) != expected


def differences_after_cuts(root: Path, log: Path, expected: dict[str, str], sample: int) -> list[str]:
    """The power cuts after which a rerun does not end in the expected state."""
    count = len(read_log(log))
    found = []
    for upto in [0, *spread(count, sample)]:
        for loss in Loss:
            workspace = replay(log, upto, root / f"{upto}_{loss.name}", loss=loss)
            if run_job(two_nights, workspace) != 0 or digest_workspace(workspace) != expected:
                found.append(f"{upto} of {count}, lost {loss.value}")
    return found


@pytest.mark.thorough
@pytest.mark.parametrize("stops", STOPS)
def test_killed_at_a_point_and_run_again_nothing_differs(
    tmp_path: Path, undisturbed: tuple[dict[str, str], int, Path], stops: int
) -> None:
    expected, points, _ = undisturbed
    differing = [at for at in spread(points, stops) if differs_after_kill(tmp_path, at, expected)]
    assert differing == []


@pytest.mark.thorough
def test_power_cut_at_an_operation_and_run_again_nothing_differs(
    tmp_path: Path, undisturbed: tuple[dict[str, str], int, Path]
) -> None:
    expected, _, log = undisturbed
    assert differences_after_cuts(tmp_path, log, expected, CUTS) == []


@pytest.mark.long
def test_killed_at_every_point(tmp_path: Path, undisturbed: tuple[dict[str, str], int, Path]) -> None:
    expected, points, _ = undisturbed
    differing = [at for at in range(1, points + 1) if differs_after_kill(tmp_path, at, expected)]
    assert differing == []


@pytest.mark.long
def test_power_cut_at_every_operation(tmp_path: Path, undisturbed: tuple[dict[str, str], int, Path]) -> None:
    expected, _, log = undisturbed
    assert differences_after_cuts(tmp_path, log, expected, len(read_log(log))) == []


@pytest.mark.thorough
@pytest.mark.parametrize("faulty", [two_nights_without_folder_syncs, two_nights_without_file_syncs])
@pytest.mark.filterwarnings("default")
def test_a_planted_fault_shows_as_a_difference(
    tmp_path: Path, undisturbed: tuple[dict[str, str], int, Path], faulty: Job
) -> None:
    expected, _, _ = undisturbed
    log = tmp_path / "log"
    assert run_job(faulty, tmp_path / "faulty", log=log) == 0
    assert digest_workspace(tmp_path / "faulty") == expected, "without a cut the fault is not seen"
    cut = replay(log, len(read_log(log)), tmp_path / "cut", loss=Loss.EVERYTHING)
    assert digest_workspace_or_nothing(cut) != expected


def digest_workspace_or_nothing(root: Path) -> dict[str, str]:
    """The digest of a workspace that may have lost its databases."""
    return digest_workspace(root) if (root / "ledger" / "control.sqlite").exists() else {}
