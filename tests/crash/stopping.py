"""Running a job in a process of its own, and killing that process at a fault point.

The processes are forked from a server that has imported everything and used none of it, so that one
costs a fraction of a second and shares no thread with the tests.
"""

from __future__ import annotations

import multiprocessing
import signal
import threading
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

from flows.disk.faults import FaultPlan, OperationLog, Watch, watching

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.process import BaseProcess
    from pathlib import Path

    Job = Callable[[Path], None]

KILLED = -signal.SIGKILL
_asking = threading.Lock()
_server = multiprocessing.get_context("forkserver")
_server.set_forkserver_preload(["tests.plans", "tests.crash.warm"])


def run_job(job: Job, root: Path, *, stop_at: int | None = None, log: Path | None = None) -> int:
    """Exit code of `job(root)`, killed at its k-th fault point, its operations logged below `log`.

    The job must be a function of a module, since it is found by its name in the other process.
    """
    return _end_of(_server.Process(target=_watched, args=(job, root, stop_at, None, log)))


def list_points(job: Job, root: Path, names: Path) -> list[str]:
    """The fault points that an undisturbed `job(root)` passes, in order."""
    assert _end_of(_server.Process(target=_watched, args=(job, root, None, names, None))) == 0
    return names.read_text(encoding="utf-8").splitlines()


def spread(count: int, sample: int) -> list[int]:
    """Up to `sample` of the numbers 1..count, evenly, with the first and the last."""
    if count <= sample:
        return list(range(1, count + 1))
    return sorted({1 + round(step * (count - 1) / (sample - 1)) for step in range(sample)})


def _end_of(process: BaseProcess) -> int:
    """Exit code of a process that is started here.

    Every start asks the processes of other threads whether they have ended, and the answer can be read only
    once: so one thread asks at a time.
    """
    with _asking:
        process.start()
    has_ended = wait([process.sentinel], timeout=120)
    assert has_ended, f"{process.name} still runs after two minutes"
    with _asking:
        process.join()
    assert process.exitcode is not None
    return process.exitcode


def _watched(job: Job, root: Path, stop_at: int | None, names: Path | None, log: Path | None) -> None:
    """Run the job under a watch; its folder of operations belongs to the workspace."""
    operations = OperationLog(log, root) if log else None
    with watching(Watch(FaultPlan(stop_at, names), operations)):
        job(root)
