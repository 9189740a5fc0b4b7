"""Cohorts that other processes settle: what is done where one of these dies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flows.executors.executor import Executor, LostTask
from flows.night import steps
from flows.night.planning import settling
from flows.night.planning.cohort import Cohort
from flows.night.planning.elsewhere import divide
from flows.night.publishing import publishing
from flows.workspace import Workspace
from schemas.errors import DamageError, InvariantError
from schemas.settings.workspace import ScaleSettings
from tests.flows.night.small_world import MONDAY, drop_first_day, files_of, lines_of, make_world, run_night
from tests.trials.crashes import copy_workspace
from tests.trials.sample_nights import promised_outputs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import Any

CLIENTS = ("acme", "bolt", "cord")


class Mortal:
    """Does each task here, as another process would, but those that it dies of."""

    def __init__(self, dies: Callable[[Any], bool]) -> None:
        self.dies = dies
        self.asked: list[list[str]] = []

    def run(self, function: Callable[[Any], Any], tasks: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        """The results, the last first."""
        for number, task in reversed(list(enumerate(tasks))):
            clients = list(task.cohort.clients if hasattr(task, "cohort") else task.clients)
            self.asked.append(clients)
            yield number, LostTask("its process died") if self.dies(clients) else function(task)

    def close(self) -> None:
        """Nothing is to be let go."""

    def __call__(self, _: ScaleSettings) -> AbstractContextManager[Executor]:
        """In place of what the settings name."""
        from contextlib import nullcontext  # noqa: PLC0415 -- only here

        return nullcontext(self)


@pytest.fixture(scope="module")
def dropped(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The first day's files of three clients, and one of a client without settings."""
    workspace = make_world(tmp_path_factory.mktemp("elsewhere") / "data")
    for client_id in (*CLIENTS, "nobody"):
        if client_id == "cord":
            place = workspace.clients / "cord.toml"
            place.write_text((workspace.clients / "acme.toml").read_text("utf-8"), "utf-8")
        drop_first_day(workspace, client_id)
    return workspace


@pytest.fixture(scope="module")
def alone(dropped: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The night by one process."""
    workspace = Workspace(copy_workspace(dropped.root, tmp_path_factory.mktemp("alone") / "data"))
    run_night(workspace, MONDAY)
    return workspace


def live(dropped: Workspace, root: Path, executor: Mortal, lines: int = 1_000_000) -> Workspace:
    """The night, done by an executor."""
    workspace = Workspace(copy_workspace(dropped.root, root / "data"))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(settling, "executor_of", executor)
        patched.setattr(publishing, "executor_of", executor)
        patched.setattr(steps, "_scale", lambda *_: ScaleSettings(executor="processes:2", cohort_lines=lines))
        run_night(workspace, MONDAY)
    return workspace


@pytest.mark.parametrize("lines", [1, 1_000_000])
def test_what_others_do_is_the_same_to_the_byte(
    dropped: Workspace, alone: Workspace, tmp_path: Path, lines: int
) -> None:
    workspace = live(dropped, tmp_path, Mortal(lambda _: False), lines)
    assert promised_outputs(workspace) == promised_outputs(alone)


def test_a_cohort_whose_process_dies_is_done_again_then_client_by_client(
    dropped: Workspace, alone: Workspace, tmp_path: Path
) -> None:
    executor = Mortal(lambda clients: len(clients) > 1)
    workspace = live(dropped, tmp_path, executor)
    assert promised_outputs(workspace) == promised_outputs(alone)
    together, known = list(CLIENTS), [*CLIENTS, "nobody"]
    assert executor.asked == [together, together, ["cord"], ["bolt"], ["acme"], known, known]


def test_a_cohort_of_one_client_that_is_done_at_the_last_try_is_done_once(
    dropped: Workspace, alone: Workspace, tmp_path: Path
) -> None:
    deaths = iter([True, True])
    executor = Mortal(lambda clients: clients == ["bolt"] and next(deaths, False))
    workspace = live(dropped, tmp_path, executor, lines=1)
    assert promised_outputs(workspace) == promised_outputs(alone)


@pytest.mark.parametrize("lines", [1, 1_000_000])
def test_a_client_that_kills_its_process_is_held_and_its_files_are_taken_again(
    dropped: Workspace, tmp_path: Path, lines: int
) -> None:
    workspace = live(dropped, tmp_path, Mortal(lambda clients: "bolt" in clients), lines)
    assert lines_of(workspace) == {"acme/O1": (1, 3), "cord/O1": (1, 3)}
    verdicts = {name: verdict for name, verdict in files_of(workspace, 1).items() if "orders" in name}
    assert verdicts == {
        "acme/orders/first.csv": "loaded",
        "bolt/orders/first.csv": "held",
        "cord/orders/first.csv": "loaded",
        "nobody/orders/first.csv": "refused",
    }


def test_if_every_client_kills_its_process_nothing_is_committed(dropped: Workspace, tmp_path: Path) -> None:
    with pytest.raises(InvariantError, match="the plan failed for all 3 clients"):
        live(dropped, tmp_path, Mortal(lambda _: True))


def test_what_another_process_did_not_write_as_it_says_is_not_committed(
    dropped: Workspace, tmp_path: Path
) -> None:
    class Forgetful(Mortal):
        def run(self, function: Callable[[Any], Any], tasks: Sequence[Any]) -> Iterator[tuple[int, Any]]:
            yield from super().run(function, tasks)
            segments = Workspace(tmp_path / "data").ledger / "segments" / "order_lines"
            min(segments.iterdir()).write_bytes(b"PAR1 something else PAR1")

    with pytest.raises(DamageError):
        live(dropped, tmp_path, Forgetful(lambda _: False))


def test_a_divided_cohort_keeps_all_files_each_with_its_client() -> None:
    def file(client_id: str) -> Any:  # noqa: ANN401 -- stands for one
        return type("File", (), {"client_id": client_id})()

    files = [file(name) for name in ("acme", "bolt", "nobody")]
    parts = divide(Cohort(["acme", "bolt"], files, is_last=True))
    assert [(part.clients, part.files, part.is_last) for part in parts] == [
        (["acme"], [files[0]], False),
        (["bolt"], [files[1], files[2]], True),
    ]
    nobody = Cohort([], files[2:], is_last=True)
    assert divide(nobody) == [nobody]
