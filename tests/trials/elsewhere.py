"""Nights whose cohorts other processes do: the same bytes, and nothing twice, whoever dies.

`python -m tests.trials.elsewhere`, with `--processes` or `--cluster` one of both.

The sample's second night, each client a cohort of its own: here, by processes of this machine, by a Dask
cluster on its loopback. Whoever works is killed at random moments and the night run again until it ends.
Compared is everything that `everything_kept` names. Who does the work is said to the program behind the
settings' back, since the manifest has the hash of `workspace.toml`.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING
from unittest.mock import patch

import psutil

from flows.night import steps
from flows.night.run import run_nights
from flows.outcomes import named
from flows.workspace import Workspace
from schemas.settings.workspace import HERE, ScaleSettings
from tests.flows.executors.ports import free_port
from tests.trials.crashes import copy_workspace, remove_workspace
from tests.trials.sample_nights import NIGHTS, differing, drop_files, everything_kept, run_sample

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST, SECOND = NIGHTS[:2]
SEED = 15
BEGUN = "begun"
PATIENCE = 600
"""Seconds after which a process that is waited for is taken for hanging."""


@dataclass
class Trial:
    """A workspace before its second night, and what that night leaves if one process does it alone."""

    folder: Path
    before: Path
    expected: dict[str, str]
    faults: list[str] = field(default_factory=list)
    made: int = 0

    def compare(self, workspace: Path, what: str) -> None:
        """Note what a night left otherwise, and remove it."""
        found = differing(everything_kept(Workspace(workspace)), self.expected)
        if found:
            self.faults.append(f"{what}: {len(found)} differ, {', '.join(found[:3])}")
        print(f"{what}: {'differs' if found else 'equal'}", flush=True)  # noqa: T201 -- for the person who asked
        remove_workspace(workspace)

    def copy(self) -> Path:
        """The workspace before the night."""
        self.made += 1
        return copy_workspace(self.before, self.folder / f"night-{self.made}")


class Cluster:
    """A scheduler and two workers on this machine's loopback, as users start them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._begin()

    @property
    def address(self) -> str:
        """Where the scheduler is."""
        return f"tcp://127.0.0.1:{self._port}"

    def workers(self) -> list[psutil.Process]:
        """The processes that work; who watches over them begins another one where one dies."""
        return [one for one in _children(self._workers.pid) if "spawn_main" in _words(one)]

    def restart(self) -> None:
        """All anew: workers end with their scheduler."""
        self.close()
        self._begin()

    def close(self) -> None:
        """End all of it."""
        for process in (self._workers, self.scheduler):
            for child in _children(process.pid):
                _kill(child.pid)
            _kill(process.pid)
            process.wait()

    def _begin(self) -> None:
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", str(self._port))
        self._workers = self._start(
            *("worker", self.address, "--nworkers", "2", "--nthreads", "1", "--memory-limit", "0"),
            *("--local-directory", str(self._folder)),
        )

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        with (self._folder / "dask.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "dask", *words, "--no-dashboard"],
                stdout=log,
                stderr=log,
                env={**os.environ, "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"},
            )


def night(root: Path, executor: str) -> int:
    """The exit code of the second night in this process."""
    scale = ScaleSettings(executor=executor, cohort_lines=1)
    print(BEGUN, flush=True)  # noqa: T201 -- whoever kills waits for it
    with patch.object(steps, "_scale", lambda *_: scale):
        try:
            run_nights(Workspace(root), business_date=SECOND)
        except Exception as error:  # noqa: BLE001 -- any is an exit code
            return named(error).exit_code
    return 0


@contextmanager
def begun(root: Path, executor: str) -> Iterator[subprocess.Popen[str]]:
    """The night in a process of its own that has loaded the program."""
    words = [sys.executable, "-m", __spec__.name, "--night", str(root), "--executor", executor]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == BEGUN
        yield process


def run_to_its_end(root: Path, executor: str) -> None:
    """The night again, until it is published."""
    for _ in range(3):
        with begun(root, executor) as process:
            if process.wait(PATIENCE) == 0:
                return
    message = f"{root} did not come to its end"
    raise AssertionError(message)


def try_killing(trial: Trial, executor: str, whom: str, moment: float, cluster: Cluster | None) -> None:
    """Kill somebody in the middle of the night, and go on."""
    root = trial.copy()
    with begun(root, executor) as process:
        time.sleep(moment)
        if whom == "coordinator":
            _kill(process.pid)
        elif whom == "scheduler" and cluster:
            _kill(cluster.scheduler.pid)
            cluster.scheduler.wait()
        else:
            there = cluster.workers() if cluster else _workers_of(process.pid)
            if there:
                _kill(Random(moment).choice(there).pid)
        code = process.wait(PATIENCE)
    if whom == "scheduler" and cluster:
        cluster.restart()
    if code:
        run_to_its_end(root, executor)
    trial.compare(
        root, f"{executor.split(':', maxsplit=1)[0]}, {whom} killed after {moment:.2f} s, exit code {code}"
    )


def _kind(executor: str) -> str:
    return executor.partition(":")[0]


def _workers_of(coordinator: int) -> list[psutil.Process]:
    return [one for one in _children(coordinator) if "spawn_main" in _words(one)]


def _children(pid: int) -> list[psutil.Process]:
    try:
        return list(psutil.Process(pid).children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def _words(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def try_executor(trial: Trial, executor: str, counts: dict[str, int], cluster: Cluster | None) -> None:
    """The night undisturbed, then with so many deaths of each kind."""
    root = trial.copy()
    with begun(root, executor) as process:
        started = time.monotonic()
        code = process.wait(PATIENCE)
    seconds = time.monotonic() - started
    trial.compare(
        root, f"{executor.split(':', maxsplit=1)[0]}, undisturbed, {seconds:.1f} s, exit code {code}"
    )
    chance = Random(SEED)
    for whom, count in counts.items():
        for _ in range(count):
            try_killing(trial, executor, whom, chance.uniform(0, seconds), cluster)


def main() -> int:
    """Try what is asked for and print what was found; 1 if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", action="store_true", help="processes of this machine")
    parser.add_argument("--cluster", action="store_true", help="a Dask cluster on its loopback")
    parser.add_argument("--workers", type=int, default=20, help="moments at which a worker is killed")
    parser.add_argument("--schedulers", type=int, default=10, help="of the cluster")
    parser.add_argument("--coordinators", type=int, default=10, help="the night's own process")
    parser.add_argument("--night", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--executor", default=HERE, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.night:
        return night(asked.night, asked.executor)
    counts = {"worker": asked.workers, "coordinator": asked.coordinators}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place, ExitStack() as stack:
        folder = Path(place)
        before = run_sample(folder / "before", nights=[FIRST])
        drop_files(before, SECOND)
        alone = copy_workspace(before.root, folder / "alone")
        run_nights(Workspace(alone), business_date=SECOND)
        trial = Trial(folder, before.root, everything_kept(Workspace(alone)))
        if asked.processes or not asked.cluster:
            try_executor(trial, "processes:2", counts, None)
        if asked.cluster or not asked.processes:
            cluster = Cluster(folder)
            stack.callback(cluster.close)
            try_executor(trial, cluster.address, {**counts, "scheduler": asked.schedulers}, cluster)
    print("\n".join(trial.faults) or "nothing differs")  # noqa: T201 -- as above
    return bool(trial.faults)


if __name__ == "__main__":
    sys.exit(main())
