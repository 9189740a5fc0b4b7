"""Books and versions that a restore moved aside hold people: they are erased and grow old as others do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flows.erasing.erasing import erase
from flows.erasing.tracing import Search, find_traces
from flows.ledger.forgetting.erasures import Order
from flows.ledger.store.ledger import Ledger
from flows.safekeeping.backup import make_backup
from flows.safekeeping.restore import Statement, restore_backup
from flows.workspace import Workspace
from tests.flows.night.people_audit import outputs_without_explanation
from tests.flows.night.people_world import (
    PEOPLE,
    PEOPLE_DAYS,
    day_after,
    drop_cancellation,
    drop_people,
    make_people_world,
    night_after,
    places_of,
    writable_places,
)
from tests.flows.night.small_world import MONDAY, clock_after
from tests.frames import MORNING
from tests.trials.crashes import copy_workspace

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def restored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A night of three people, a backup, another night, and the backup in the place of both."""
    folder = tmp_path_factory.mktemp("replaced")
    workspace = make_people_world(folder / "data")
    drop_people(workspace)
    night_after(workspace, 0)
    make_backup(workspace, folder / "backup", clock_after(MONDAY).now())
    drop_cancellation(workspace, "BOB")
    night_after(workspace, 1)
    said = Statement(replace=True, nothing_handed_out=True)
    restore_backup(workspace, folder / "backup", said, clock_after(day_after(1)))
    return workspace.root


@pytest.fixture
def workspace(restored: Path, tmp_path: Path) -> Workspace:
    """A copy of it."""
    return Workspace(copy_workspace(restored, tmp_path / "data"))


def test_what_was_moved_aside_holds_people(workspace: Workspace) -> None:
    assert all(places_of(workspace, person, ["backups"]) for person in PEOPLE)


def test_an_erased_person_is_not_in_what_was_moved_aside_either(workspace: Workspace) -> None:
    before = places_of(workspace, "BOB", ["backups"])
    with Ledger.open(workspace) as ledger:
        search = Search(workspace, ledger, [Order("acme", "ANN"), Order("acme", "CYD")])
        erase(search, find_traces(search), MORNING)
    assert [places_of(workspace, person) for person in ("ANN", "CYD")] == [[], []]
    assert places_of(workspace, "BOB", ["backups"]) == before
    for version in workspace.backups.glob("replaced-*/published/v*"):
        assert list(outputs_without_explanation(version)) == []
        assert writable_places(version) == []


def test_what_was_moved_aside_holds_nobody_after_people_days(workspace: Workspace) -> None:
    night_after(workspace, PEOPLE_DAYS + 2)
    night_after(workspace, 2 * PEOPLE_DAYS + 3)
    assert {person: places_of(workspace, person, ["backups"]) for person in PEOPLE} == {
        person: [] for person in PEOPLE
    }
    for version in workspace.backups.glob("replaced-*/published/v*"):
        assert list(outputs_without_explanation(version)) == []
        assert writable_places(version) == []
