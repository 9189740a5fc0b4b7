"""A night that is stopped while it forgets people, and run again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flows.disk.faults import FaultPlan, Watch, watching
from flows.night.run import run_nights
from flows.workspace import Workspace
from tests.crash.stopping import spread
from tests.flows.night.people_audit import state_of
from tests.flows.night.people_world import PEOPLE_DAYS, day_after, night_after, people_of_two_nights
from tests.flows.night.small_world import clock_after
from tests.flows.outbound.killing import Kill, Killed
from tests.tiers import thorough
from tests.trials.crashes import copy_workspace

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("stops", thorough(9))
def test_a_night_that_is_stopped_while_it_forgets_and_run_again_ends_the_same(
    tmp_path: Path, stops: int
) -> None:
    workspace = people_of_two_nights(tmp_path / "data")
    night_after(
        workspace, PEOPLE_DAYS
    )  # addresses are forgotten in the night that is stopped, which is the next

    def night(root: Path, watch: Watch) -> None:
        last = day_after(PEOPLE_DAYS + 1)
        with watching(watch):
            run_nights(Workspace(root), business_date=last, clock=clock_after(last))

    undisturbed = copy_workspace(workspace.root, tmp_path / "undisturbed")
    night(undisturbed, Watch(FaultPlan(list_to=tmp_path / "points")))
    expected = state_of(Workspace(undisturbed))
    points = (tmp_path / "points").read_text("utf-8").splitlines()
    begin = next(
        at
        for at, point in enumerate(points, 1)
        if point.startswith("before unlink") and at > len(points) // 2
    )
    for at in (begin - 1 + number for number in spread(len(points) + 1 - begin, stops)):
        root = copy_workspace(workspace.root, tmp_path / f"stopped_{at}")
        with pytest.raises(Killed):
            night(root, Watch(Kill(stop_at=at)))
        night(root, Watch())
        assert state_of(Workspace(root)) == expected, points[at - 1]
