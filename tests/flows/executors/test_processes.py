"""Processes of this machine: results in order, deaths told, errors raised, and nobody is left behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from flows.executors.executor import LostTask, fingerprint, refuse_other_program, run_all
from flows.executors.processes import Processes
from schemas.errors import ConfigurationError
from tests.flows.executors.jobs import MESSAGE, die, die_at_first, double, fail, threads

if TYPE_CHECKING:
    from collections.abc import Iterator

LEFT_ALONE = """
import time
from flows.executors.processes import Processes
from tests.flows.executors.jobs import double
if __name__ == "__main__":
    executor = Processes(1)
    print(list(executor.run(double, [1])), flush=True)
    time.sleep(600)
"""


@pytest.fixture(scope="module")
def processes() -> Iterator[Processes]:
    """Two of them."""
    begun = Processes(2)
    yield begun
    begun.close()


def test_results_come_in_the_order_of_tasks(processes: Processes) -> None:
    assert run_all(processes, double, [3, 1, 2], "task") == [6, 2, 4]


def test_each_process_has_its_share_of_the_processors(processes: Processes) -> None:
    here = os.environ.get("POLARS_MAX_THREADS")
    share = here or str(max(1, (os.cpu_count() or 1) // 2))
    assert run_all(processes, threads, [1], "task") == [share]
    assert os.environ.get("POLARS_MAX_THREADS") == here


def test_a_task_whose_process_died_is_tried_once_more(processes: Processes, tmp_path: Path) -> None:
    places = [str(tmp_path / name) for name in "ab"]
    assert run_all(processes, die_at_first, places, "task") == places


def test_a_task_whose_process_dies_again_is_lost_and_the_next_ones_are_not(processes: Processes) -> None:
    assert run_all(processes, die, [1], "task") == [LostTask("its process died")]
    assert run_all(processes, double, [1], "task") == [2]


def test_what_a_function_raises_is_raised_here(processes: Processes) -> None:
    with pytest.raises(ValueError, match=MESSAGE):
        run_all(processes, fail, [1], "task")


def test_no_process_is_left_once_they_are_let_go() -> None:
    before = set(multiprocessing.active_children())
    executor = Processes(1)
    assert run_all(executor, double, [1], "task") == [2]
    executor.close()
    assert set(multiprocessing.active_children()) <= before


def test_a_process_ends_with_the_one_that_began_it_even_if_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "alone.py"
    script.write_text(LEFT_ALONE, "utf-8")
    words, environment = [sys.executable, str(script)], {**os.environ, "PYTHONPATH": str(Path.cwd())}
    with subprocess.Popen(words, stdout=subprocess.PIPE, env=environment) as one:
        assert one.stdout is not None
        assert one.stdout.readline().strip() == b"[(0, 2)]"
        children = psutil.Process(one.pid).children()
        one.send_signal(signal.SIGKILL)
    workers = [child for child in children if child.is_running()]
    until = time.monotonic() + 60
    while any(child.is_running() for child in workers) and time.monotonic() < until:
        time.sleep(0.05)
    assert [child for child in workers if child.is_running()] == []


def test_a_worker_of_another_program_is_refused() -> None:
    refuse_other_program(fingerprint())
    with pytest.raises(ConfigurationError, match=r"a worker runs backorders .* and the night 0\.1 abc"):
        refuse_other_program("0.1 abc")
