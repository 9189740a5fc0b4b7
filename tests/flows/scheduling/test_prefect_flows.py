"""The real flow on Prefect's harness, once: it tells the story that the plain functions tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from flows.night.run import find_results
from flows.workspace import Workspace
from schemas.errors import ConfigurationError, InvariantError, PublicationError
from schemas.night import AsOf
from tests.flows.night.small_world import MONDAY, clock_after, drop_first_day, lines_of, make_world, run_night

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def harness() -> Iterator[None]:
    """A Prefect server for the session, with a home of its own that is thrown away."""
    from prefect.testing.utilities import prefect_test_harness  # noqa: PLC0415 -- only where it is needed

    with prefect_test_harness(server_startup_timeout=180):
        yield


@pytest.mark.usefixtures("harness")
def test_the_flow_runs_the_night_once_and_publishes_what_the_plain_story_publishes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.client.orchestration import get_client  # noqa: PLC0415 -- as above

    from flows.scheduling.prefect_flows import nightly  # noqa: PLC0415 -- as above

    by_flow, plainly = make_world(tmp_path / "flow"), make_world(tmp_path / "plain")
    for workspace in (by_flow, plainly):
        drop_first_day(workspace)
    monkeypatch.setenv("BACKORDERS_WORKSPACE", str(by_flow.root))
    assert nightly("2026-03-02") == ["2026-03-02-1"]
    assert nightly("2026-03-02") == []
    (plain,) = run_night(plainly, MONDAY)
    (result,) = find_results(by_flow, ["2026-03-02-1"])
    assert lines_of(by_flow) == lines_of(plainly) == {"acme/O1": (1, 3)}
    manifests = [folder / "MANIFEST.json" for folder in (result.folder, plain.folder)]
    assert manifests[0].read_bytes() == manifests[1].read_bytes()
    with get_client(sync_client=True) as client:
        (artifact,) = client.read_artifacts()
        flow = client.read_flow_by_name("nightly")
        runs = [run for run in client.read_flow_runs() if run.flow_id == flow.id]
    assert artifact.key == "night"
    assert str(artifact.data).startswith("# Night of 2026-03-02")
    assert f"`{result.folder / 'report.html'}`" in str(artifact.data)
    told = {run.name: (run.state_name, run.state.message) for run in runs if run.state}
    assert told == {
        "night of 2026-03-02": (
            "2 clients done",
            "2026-03-02: 3 files, 5 rows, 3 released units, 1 short unit, 1 message",
        ),
        "no night was due": ("no night was due", ""),
    }


@pytest.mark.thorough
@pytest.mark.usefixtures("harness")
def test_looks_that_found_nothing_do_not_bury_the_nights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.client.orchestration import get_client  # noqa: PLC0415 -- as above

    from flows.scheduling.prefect_flows import LOOKS, intake  # noqa: PLC0415 -- as above

    place = make_world(tmp_path / "data")
    monkeypatch.setenv("BACKORDERS_WORKSPACE", str(place.root))
    idle: Any = intake()  # of a flow that returns its state the caller gets what the state holds
    drop_first_day(place)
    found: list[Any] = [intake() for _ in range(3)]
    assert (idle, found) == (0, [3, 0, 0])
    with get_client(sync_client=True) as client:
        flow = client.read_flow_by_name(LOOKS)
        names = sorted(run.state_name or "" for run in client.read_flow_runs() if run.flow_id == flow.id)
    assert names == ["3 files answered", "nothing new"]


def test_a_state_says_how_many_clients_are_held(tmp_path: Path) -> None:
    from prefect.client.schemas.objects import StateType  # noqa: PLC0415 -- as above

    from flows.scheduling.run_names import name_nights, state_of_nights  # noqa: PLC0415 -- as above

    place = make_world(tmp_path / "data")
    drop_first_day(place)
    (night,) = run_night(place, MONDAY)
    one, other = replace(night, clients_held=("acme",)), replace(night, as_of=AsOf(MONDAY + timedelta(1)))
    error = InvariantError("1 held: acme (2026-03-02).")
    state = state_of_nights([one, other], error)
    assert (state.type, state.name) == (StateType.FAILED, "1 of 2 clients held")
    assert (state.message, state.data) == (str(error), error)
    assert name_nights([one, other]) == "nights of 2026-03-02 to 2026-03-03"


@pytest.mark.parametrize(
    ("error", "is_retried"),
    [
        (OSError("disk"), True),
        (PublicationError("share"), True),
        (InvariantError("law"), False),
        (ConfigurationError("settings"), False),
    ],
)
def test_only_a_disk_that_fails_is_tried_again(error: Exception, *, is_retried: bool) -> None:
    from prefect.states import Failed  # noqa: PLC0415 -- as above

    from flows.scheduling.prefect_flows import is_worth_a_retry  # noqa: PLC0415 -- as above

    assert is_worth_a_retry(None, None, Failed(data=error)) is is_retried


def test_only_publishing_and_delivering_are_tried_again() -> None:
    from prefect import Task  # noqa: PLC0415 -- as above

    from flows.scheduling.prefect_flows import TASKS  # noqa: PLC0415 -- as above

    tasks = {name: step for name, step in vars(TASKS).items() if isinstance(step, Task)}
    assert len(tasks) == 7
    assert {name for name, step in tasks.items() if step.retries} == {"publish", "deliver"}


def test_whoever_starts_a_flow_says_neither_where_nor_a_date_that_has_not_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.scheduling.prefect_flows import TASKS, intake, nightly, served_workspace  # noqa: PLC0415 -- as above

    assert set(nightly.parameters.properties) == {"business_date", "again", "refreeze"}
    assert not intake.parameters.properties
    place = make_world(tmp_path / "data")
    clock = clock_after(MONDAY)
    due = partial(TASKS.due.fn, str(place.root), again=False, clock=clock)  # type: ignore[attr-defined]  # a task
    assert due("2026-03-02") == ["2026-03-02-1"]
    for asked in ("2026-03-03", "2062-01-01"):
        with pytest.raises(ConfigurationError, match="has not ended"):
            due(asked)
    monkeypatch.delenv("BACKORDERS_WORKSPACE", raising=False)
    with pytest.raises(ConfigurationError, match="BACKORDERS_WORKSPACE"):
        served_workspace()


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the alert command of the served workspace writes; it is not there until somebody is alerted."""
    place = make_world(tmp_path / "data")
    settings = place.settings_file.read_text("utf-8")
    command = '["sh", "-c", "cat > told.txt"]'
    place.settings_file.write_text(f"{settings}[alerts]\ncommand = {command}\n", "utf-8")
    monkeypatch.setenv("BACKORDERS_WORKSPACE", str(place.root))
    return place.root / "told.txt"


def test_a_flow_that_fails_alerts_and_fails(told: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect.client.schemas.objects import StateType  # noqa: PLC0415 -- as above

    from flows.scheduling import prefect_flows  # noqa: PLC0415 -- as above

    def hold(*_: object, **__: object) -> list[str]:
        message = "1 held: acme (2026-03-02)."
        raise InvariantError(message)

    monkeypatch.setattr(prefect_flows, "tell_nights", hold)
    state = prefect_flows.nightly.fn()
    assert (state.type, state.name) == (StateType.FAILED, "needs a person")
    assert isinstance(state.data, InvariantError)
    assert "(exit code 20)\n\n1 held: acme (2026-03-02).\n" in told.read_text("utf-8")


def test_of_a_flow_whose_process_was_killed_prefects_runner_alerts(told: Path) -> None:
    from flows.scheduling.alerting import alerting  # noqa: PLC0415 -- as above
    from flows.scheduling.prefect_flows import alert_of_crash, nightly  # noqa: PLC0415 -- as above

    assert nightly.on_crashed_hooks == [alert_of_crash]
    with alerting(Workspace(told.parent)):  # `run` in the same process, which a person stopped
        alert_of_crash(flow=None, flow_run=None, state=None)
    assert not told.exists()
    alert_of_crash(flow=None, flow_run=None, state=None)
    text = told.read_text("utf-8")
    assert text.startswith("Error (exit code 1)\n\nThe process of a night was ended from outside.")
