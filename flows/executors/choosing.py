"""The executor that the settings name."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from flows.executors.cluster import Cluster
from flows.executors.processes import Processes
from schemas.settings.workspace import HERE, PROCESSES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flows.executors.executor import Executor
    from schemas.settings.workspace import ScaleSettings


@contextmanager
def executor_of(settings: ScaleSettings) -> Iterator[Executor | None]:
    """Who does the work of cohorts, in the block; None: this process.

    Raises:
        ConfigurationError: it cannot be used with what is installed.
        ExecutorLostError: it does not answer.
    """
    executor = _begin(settings)
    try:
        yield executor
    finally:
        if executor:
            executor.close()


def _begin(settings: ScaleSettings) -> Executor | None:
    if settings.executor == HERE:
        return None
    if count := PROCESSES.fullmatch(settings.executor):
        return Processes(int(count[1]))
    return Cluster(settings)
