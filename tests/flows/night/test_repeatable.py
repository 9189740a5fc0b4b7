"""A night is safely repeatable: stopped, cut off, run again, under other names and circumstances."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import pytest

from flows.night.run import run_nights
from flows.workspace import Workspace
from schemas.errors import InvariantError
from tests.crash.replay import Loss, read_log
from tests.crash.stopping import spread
from tests.flows.night.faulty_nights import (
    PLANTED,
    second_night_without_file_syncs,
    second_night_without_folder_syncs,
    second_night_without_the_whole_sync,
)
from tests.trials.crashes import (
    SECOND,
    Undisturbed,
    copy_workspace,
    differences_after_rerun,
    second_night,
    second_night_of_many,
    stop_night,
    undisturbed_night,
)
from tests.trials.power_cuts import Cut, choose_cuts, differences_after_cut, log_night
from tests.trials.repeatability import QUICK, Way, make_turkish, outputs_of
from tests.trials.sample_nights import everything_kept, promised_outputs

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.crash.stopping import Job

pytestmark = pytest.mark.thorough

STOPS = 12
"""How many stops are tried, each with another disk; `tests.trials.crashes` tries every fault point."""

CUTS = 6
"""How many operations are followed by a power cut; `tests.trials.power_cuts` takes all."""


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    return undisturbed_night(tmp_path_factory.mktemp("undisturbed"))


@pytest.mark.parametrize("stops", [STOPS])
def test_stopped_at_a_fault_point_and_run_again_nothing_differs(
    tmp_path: Path, undisturbed: Undisturbed, stops: int
) -> None:
    changes = [
        at
        for at, point in enumerate(undisturbed.points, 1)
        if not point.startswith("before ") and "fsync" not in point
    ]
    tried = [changes[number - 1] for number in spread(len(changes), stops)]
    with ThreadPoolExecutor(2) as pool:  # the next nights are stopped while one is run again
        stopped = pool.map(partial(stop_night, undisturbed, tmp_path), tried)
        found = {
            at: differences_after_rerun(undisturbed, root) for at, root in zip(tried, stopped, strict=True)
        }
    assert {at: differences for at, differences in found.items() if differences} == {}


@pytest.mark.parametrize("job", [second_night, second_night_of_many])
@pytest.mark.parametrize("operations", [CUTS])
def test_power_cut_after_an_operation_and_run_again_nothing_differs(
    tmp_path: Path, undisturbed: Undisturbed, operations: int, job: Job
) -> None:
    log = log_night(undisturbed, tmp_path, job)
    _, cuts = choose_cuts(undisturbed, log, operations)
    found = {cut: differences_after_cut(undisturbed, log, tmp_path, cut) for cut in cuts}
    assert {cut: differences for cut, differences in found.items() if differences} == {}


@pytest.mark.parametrize(
    "faulty",
    [
        second_night_without_folder_syncs,
        second_night_without_file_syncs,
        second_night_without_the_whole_sync,
    ],
)
def test_a_night_that_forgets_to_sync_is_caught_by_a_power_cut(
    tmp_path: Path, undisturbed: Undisturbed, faulty: Job
) -> None:
    log = log_night(undisturbed, tmp_path, faulty)
    at_its_end = Cut(len(read_log(log)), Loss.EVERYTHING)
    assert differences_after_cut(undisturbed, log, tmp_path, at_its_end)


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_an_effect_that_is_nameless_or_made_twice_is_caught_by_law_4(
    tmp_path: Path, undisturbed: Undisturbed, plant: Callable[[], AbstractContextManager[object]]
) -> None:
    root = copy_workspace(undisturbed.before, tmp_path / "workspace")
    before = promised_outputs(Workspace(root))
    with plant(), pytest.raises(InvariantError, match="law"):
        second_night(root)
    assert promised_outputs(Workspace(root)) == before
    second_night(root)
    assert everything_kept(Workspace(root)) == undisturbed.expected, "the fault was not committed"


def test_the_same_night_run_again_changes_nothing(tmp_path: Path, undisturbed: Undisturbed) -> None:
    root = copy_workspace(undisturbed.before, tmp_path / "workspace")
    second_night(root)
    published = {place: place.lstat().st_mtime_ns for place in (root / "published").rglob("*")}
    assert run_nights(Workspace(root), business_date=SECOND) == []
    assert everything_kept(Workspace(root)) == undisturbed.expected
    assert {place: place.lstat().st_mtime_ns for place in (root / "published").rglob("*")} == published


@pytest.mark.parametrize("way", QUICK, ids=str)
def test_circumstances_do_not_matter(tmp_path: Path, sample: Workspace, way: Way) -> None:
    if way.locale == "tr_TR" and not make_turkish():
        pytest.skip("the sources of locales are not installed")
    assert outputs_of(way, tmp_path / "workspace") == promised_outputs(sample)
