"""A program that we start does not outlive us."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from flows.scheduling import prefect_api

if TYPE_CHECKING:
    from pathlib import Path

SLEEPER = "import os, time; print(os.getpid(), flush=True); time.sleep(120)"
STARTER = """
import sys, time
from pathlib import Path
from flows.scheduling.prefect_api import start_bound
with Path(sys.argv[1]).open("ab") as log:
    start_bound([sys.executable, "-c", sys.argv[2]], log)
time.sleep(120)
"""


def pid_in(log: Path) -> int:
    """The process that wrote its number into the log."""
    until = time.monotonic() + 30
    while not (log.exists() and log.read_text().strip()):
        assert time.monotonic() < until
        time.sleep(0.05)
    return int(log.read_text())


def is_gone(pid: int) -> bool:
    """Whether a process ends within a while; one that nobody has waited for yet has ended, too."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        shown = subprocess.run(
            ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        if not shown.stdout.strip() or shown.stdout.startswith("Z"):
            return True
        time.sleep(0.05)
    return False


def test_a_starter_that_is_killed_takes_its_program_with_it(tmp_path: Path) -> None:
    log = tmp_path / "log"
    starter = subprocess.Popen([sys.executable, "-c", STARTER, str(log), SLEEPER])
    pid = pid_in(log)
    starter.send_signal(signal.SIGKILL)
    starter.wait(30)
    assert is_gone(pid)


def test_a_program_that_is_told_to_end_has_ended_when_its_starter_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("ab") as output:
        server = prefect_api.start_bound([sys.executable, "-c", SLEEPER], output)
    pid = pid_in(log)
    prefect_api.stop_server(server)
    assert server.returncode not in {None, 0}
    assert is_gone(pid)


def test_the_exit_code_is_that_of_the_program(tmp_path: Path) -> None:
    with (tmp_path / "log").open("ab") as output:
        server = prefect_api.start_bound([sys.executable, "-c", "raise SystemExit(7)"], output)
    assert server.wait(30) == 7
    assert server.stdin is not None
    server.stdin.close()
