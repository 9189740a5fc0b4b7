"""After `people_days` nothing in the workspace holds a person any more; hashes and journal stay."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import pytest

from flows.disk import durable
from flows.night.planning import planning
from flows.night.tidying import forgetting
from flows.outbound.versions.manifest import MANIFEST, RUN_INFO, hash_file
from flows.outbound.versions.publish import version_folder
from flows.outbound.versions.tombstones import ERASED
from flows.workspace import Workspace
from tests.flows.night.people_audit import HANDED_OUT, RAW, outputs_without_explanation
from tests.flows.night.people_world import (
    PEOPLE,
    PEOPLE_DAYS,
    day_after,
    drop_people,
    make_people_world,
    night_after,
    people_of_two_nights,
    places_of,
    touch,
    writable_places,
)
from tests.flows.night.small_world import CLIENT, ORDERS, drop, files_of
from tests.trials.crashes import copy_workspace
from transforms.night.planning import plan_night

if TYPE_CHECKING:
    from pathlib import Path

    from schemas.night import NightInputs, NightPlan

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def after_two_nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two nights with people in them; never changed."""
    return people_of_two_nights(tmp_path_factory.mktemp("forgetting") / "data").root


@pytest.fixture
def workspace(after_two_nights: Path, tmp_path: Path) -> Workspace:
    """A copy of them."""
    return Workspace(copy_workspace(after_two_nights, tmp_path / "data"))


def test_people_are_kept_for_their_days(workspace: Workspace) -> None:
    picks = "picks/W1/picks_W1_2026-03-02_1.csv"
    assert places_of(workspace, "ANN", HANDED_OUT) == [
        f"outbox/{picks.removeprefix('picks/')}",
        f"published/v000001/{picks}",
    ]
    assert [place.split("/")[4] for place in places_of(workspace, "BOB", ["published/v000001/notices"])] == [
        "notices.ndjson",
        "to_send",
    ]
    assert len(places_of(workspace, "CYD", ["published/v000001/quarantine"])) == 1
    assert all(len(places_of(workspace, person, RAW)) == 2 for person in PEOPLE)


def test_files_that_hold_people_are_deleted_after_their_days_everywhere(workspace: Workspace) -> None:
    night_after(workspace, PEOPLE_DAYS)
    assert {person: places_of(workspace, person) for person in PEOPLE} == {
        "ANN": ["ledger/people.sqlite"],
        "BOB": ["ledger/people.sqlite", *places_of(workspace, "BOB", ["published/v000002"])],
        "CYD": [],
    }
    night_after(workspace, PEOPLE_DAYS + 1)
    assert {person: places_of(workspace, person) for person in PEOPLE} == {person: [] for person in PEOPLE}


def test_the_hashes_of_what_was_deleted_stay_and_a_version_says_why_it_has_no_file(
    workspace: Workspace,
) -> None:
    first = version_folder(workspace, 1)
    manifest = (first / MANIFEST).read_bytes()
    night_after(workspace, PEOPLE_DAYS + 1)
    assert (first / MANIFEST).read_bytes() == manifest
    assert "picks/W1/picks_W1_2026-03-02_1.csv" in json.loads(manifest)["outputs"]
    tombstones = json.loads((first / ERASED).read_text("utf-8"))["files"]
    assert tombstones["picks/"] == {
        "reason": "people_days",
        "on": str(day_after(PEOPLE_DAYS)),
        "sha256": None,
    }
    assert [
        path
        for version in (1, 2, 3)
        for path in outputs_without_explanation(version_folder(workspace, version))
    ] == []
    assert [
        name for version in (1, 2, 3) for name in writable_places(version_folder(workspace, version))
    ] == []


def test_what_is_no_longer_there_is_still_known_as_a_duplicate(workspace: Workspace) -> None:
    night_after(workspace, PEOPLE_DAYS + 1)
    drop_people(workspace, "again.csv")
    (workspace.inbound / "acme/items/items.csv").unlink()
    (workspace.inbound / "acme/stock/count.csv").unlink()
    version = night_after(workspace, PEOPLE_DAYS + 2).version
    assert files_of(workspace, version) == {"acme/orders/again.csv": "duplicate"}
    assert len(places_of(workspace, "ANN", RAW)) == 2
    night_after(workspace, 2 * PEOPLE_DAYS + 2)
    assert places_of(workspace, "ANN") == []


def test_the_person_of_an_order_that_still_waits_is_kept(tmp_path: Path) -> None:
    workspace = make_people_world(tmp_path / "data")
    drop_people(workspace)
    night_after(workspace, 0)
    night_after(workspace, PEOPLE_DAYS + 1)
    assert places_of(workspace, "BOB") == ["ledger/people.sqlite"]
    assert places_of(workspace, "ANN") == []


def test_a_file_that_waits_in_inbound_keeps_its_landed_bytes(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_for_acme(inputs: NightInputs) -> NightPlan:
        if "acme" in inputs.clients:
            raise ZeroDivisionError
        return plan_night(inputs)

    (workspace.clients / "bolt.toml").write_text(CLIENT.format(client_id="bolt"), "utf-8")
    waiting = drop(workspace, "acme/orders/waits.csv", ORDERS.format(order_id="O9", qty=1))
    monkeypatch.setattr(planning, "plan_night", fail_for_acme)
    night_after(workspace, 2)
    night_after(workspace, PEOPLE_DAYS + 2)
    assert [path.name for path in workspace.landing.glob("??/*")] == [hash_file(waiting)]


def test_bytes_that_no_night_took_go_by_their_time_stamp(workspace: Workspace) -> None:
    old, new = workspace.landing / "ab" / ("ab" * 32), workspace.archive / "acme" / "by_hand.csv"
    old.parent.mkdir(exist_ok=True)
    for place in (old, new):
        place.write_text(PEOPLE["ANN"], "utf-8")
    touch(old, day_after(0))
    touch(new, day_after(1))
    night_after(workspace, PEOPLE_DAYS)
    assert (old.exists(), new.exists()) == (False, True)


def test_a_name_in_the_archive_that_was_used_again_holds_what_is_there_now(workspace: Workspace) -> None:
    place = workspace.archive / "acme/orders/people.csv"
    place.unlink()
    drop(workspace, "acme/orders/people.csv", ORDERS.format(order_id="O9", qty=1))
    night_after(workspace, PEOPLE_DAYS)
    assert "O9" in place.read_text("utf-8")


def test_a_night_says_how_much_it_forgets(workspace: Workspace, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, forgetting.__name__):
        night_after(workspace, PEOPLE_DAYS)
        version = night_after(workspace, PEOPLE_DAYS + 1).version
    said = [record.getMessage() for record in caplog.records if record.name == forgetting.__name__]
    both = "1 of versions, 1 of outbox"
    assert said == [
        f"people of nights until 2026-03-02 are forgotten: 3 of landing, 3 of archive, {both}",
        f"people of nights until 2026-03-03 are forgotten: 1 of landing, 1 of archive, {both}, 2 of people",
    ]
    run_info = json.loads((version_folder(workspace, version) / RUN_INFO).read_text("utf-8"))
    assert run_info["people_forgotten"] == {
        "landing": 1,
        "archive": 1,
        "versions": 1,
        "outbox": 1,
        "people": 2,
    }


def test_what_cannot_be_deleted_is_named_and_the_rest_is_forgotten(
    workspace: Workspace, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patched:
        patched.setattr(durable, "remove", refuse)
        night_after(workspace, PEOPLE_DAYS)
    warnings = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert any("picks_W1_2026-03-02_1.csv holds people for too long" in warning for warning in warnings)
    assert places_of(workspace, "CYD", HANDED_OUT) == []
    night_after(workspace, PEOPLE_DAYS + 1)
    assert places_of(workspace, "ANN") == []


def test_what_killed_processes_left_in_staging_and_landing_is_removed(workspace: Workspace) -> None:
    plan, half = workspace.staging / "2026-03-01-1" / "plan", workspace.landing / "incoming"
    plan.mkdir(parents=True)
    (plan / "ship_to.parquet").write_text(PEOPLE["ANN"])
    half.write_text(PEOPLE["ANN"])
    night_after(workspace, 2)
    assert not plan.parent.exists()
    assert not half.exists()
