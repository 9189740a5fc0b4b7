"""The next night as it would be now: what the night then does, and nothing is taken."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from polars.testing import assert_frame_equal

from flows.inbound.taking import opening
from flows.night import steps
from flows.night.steps import freeze_step, intake_step
from flows.simulating import one_night
from flows.simulating.kept import open_ledger
from flows.simulating.one_night import simulate_tonight
from flows.simulating.tonight import find_tonight
from flows.workspace import Workspace
from tests.flows.night.small_world import (
    MONDAY,
    ORDERS,
    TUESDAY,
    WEDNESDAY,
    clock_after,
    drop,
    drop_first_day,
    make_world,
    run_night,
)
from tests.flows.simulating.nights import bytes_below, committed_tables, planned_tables
from tests.trials.crashes import copy_workspace
from transforms.simulation.courses import plan_kept_night

if TYPE_CHECKING:
    from pathlib import Path

    from flows.simulating.simulation import Simulation
    from schemas.night import NightPlan

pytestmark = pytest.mark.thorough

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
"""Tuesday; Monday's night is done."""


@pytest.fixture(scope="module")
def after_monday(monday: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Monday's night is done, and Tuesday's files lie in inbound; never changed."""
    root = tmp_path_factory.mktemp("tonight") / "data"
    workspace = Workspace(shutil.copytree(monday, root, symlinks=True))
    drop(workspace, "acme/orders/second.csv", ORDERS.format(order_id="O2", qty=7))
    drop(
        workspace,
        "acme/receipts/came.csv",
        "receipt_id,line_no,sku,received_qty,received_on\nG1,1,A,5,2026-03-03\n",
    )
    return workspace.root


@pytest.fixture
def place(after_monday: Path, tmp_path: Path) -> Workspace:
    """A copy of it."""
    return Workspace(copy_workspace(after_monday, tmp_path / "data"))


def tonight_of(
    workspace: Workspace, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> tuple[Simulation, NightPlan]:
    """The simulation of the next night, and its plan under the own policy."""
    plans: list[NightPlan] = []

    def plan(*arguments: object) -> object:
        course, planned = plan_kept_night(*arguments)  # type: ignore[arg-type]
        plans.append(planned)
        return course, planned

    monkeypatch.setattr(one_night, "plan_kept_night", plan)
    return simulate_tonight(workspace, now, {}), plans[0]


def test_the_next_night_is_what_the_night_then_does(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulation, plan = tonight_of(place, NOON, monkeypatch)
    assert simulation.nights == (TUESDAY,)
    run_night(place, TUESDAY)
    planned = planned_tables(plan)
    for name, table in committed_tables(place, 2).items():
        assert_frame_equal(planned[name], table)


def test_nothing_is_taken_by_looking(place: Workspace) -> None:
    before = bytes_below(place.root)
    simulation = simulate_tonight(place, NOON, {})
    assert bytes_below(place.root) == before
    assert "inbound: 2 files, and 0 files that cannot be taken now" in simulation.notes[0]


def test_what_cannot_be_taken_now_is_counted(place: Workspace) -> None:
    drop(place, "acme/orders/third.csv.part", "half")
    drop(place, "nobody/orders/first.csv", "order_id\n")
    assert "inbound: 2 files, and 2 files that cannot" in simulate_tonight(place, NOON, {}).notes[0]


def test_a_file_that_changes_meanwhile_is_not_taken(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(descriptor: int, limit: int) -> list[bytes]:
        return [part[:-1] for part in opening.chunks_of(descriptor, limit)]

    monkeypatch.setattr("flows.simulating.tonight.chunks_of", half)
    assert "inbound: 0 files, and 2 files that cannot" in simulate_tonight(place, NOON, {}).notes[0]


def test_what_a_night_took_and_could_not_move_is_not_taken_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = make_world(tmp_path / "data")
    drop_first_day(workspace)
    monkeypatch.setattr(steps, "clear_inbound", lambda *_: [])
    run_night(workspace, MONDAY)
    drop(workspace, "acme/orders/second.csv", ORDERS.format(order_id="O2", qty=7))
    assert len(list(workspace.inbound.glob("*/*/*"))) == 4
    assert "inbound: 1 file, and 0 files that cannot" in simulate_tonight(workspace, NOON, {}).notes[0]


def test_the_night_is_the_day_after_the_last_or_the_latest_that_ended(place: Workspace) -> None:
    with open_ledger(place) as ledger:
        dates = [
            find_tonight(place, ledger, NOON + timedelta(days=days)).as_of.business_date
            for days in (-9, 0, 2)
        ]
    assert dates == [TUESDAY, TUESDAY, WEDNESDAY]


def test_a_run_that_is_frozen_and_waits_is_the_next_night(place: Workspace) -> None:
    inputs = intake_step(str(place.root), clock_after(TUESDAY))
    freeze_step(str(place.root), "2026-03-03-1", inputs, clock=clock_after(TUESDAY))
    drop(place, "acme/orders/third.csv", ORDERS.format(order_id="O3", qty=1))
    simulation = simulate_tonight(place, NOON, {}, clients=["acme"])
    assert simulation.notes[0].startswith("Night 2026-03-03, run 1, is frozen and not committed")
    assert simulation.figures["orders"].to_list() == [2]
