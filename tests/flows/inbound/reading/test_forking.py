"""The first process that reads files is a copy of the program; what a copy cannot do, a new process does.

Processes of tests have threads at work, so the program that is copied is one of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from flows.inbound.reading.forking import copy_program

BEGIN = """
import os, sys
from flows.inbound.reading.reading_process import FEW_BYTES, READING, ReaderDiedError
from flows.inbound.reading.reading_worker import answer_jobs
from tests.flows.inbound.reading.test_reading_process import abort, kill_always, number
from tests.flows.inbound.reading.test_forking import held_files

own = open(os.__file__)
READING.copy(answer_jobs)
copy = READING._child
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="threads are told there")


def held_files(_: object) -> list[str]:
    """Files that the process holds open; pipes and the like are none."""
    names = []
    for number in os.listdir("/proc/self/fd"):  # noqa: PTH208 -- a folder of the system
        try:
            names.append(os.readlink(f"/proc/self/fd/{number}"))  # noqa: PTH115 -- likewise
        except OSError:
            continue
    return sorted({name for name in names if name.startswith("/")})


def said(rest: str) -> str:
    """What a program says that has a copy of itself."""
    command = [sys.executable, "-c", BEGIN + textwrap.dedent(rest)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_a_copy_answers_jobs_and_holds_nothing_that_the_program_holds() -> None:
    heard = said("print(READING.run(number, 0) == copy.pid != os.getpid(), *READING.run(held_files, 0))")
    assert heard == "True /dev/null"


@pytest.mark.thorough
def test_a_file_that_ends_the_copy_is_read_once_more_by_a_new_process() -> None:
    heard = said(
        """
        for job in (abort, kill_always):
            try:
                READING.run(job, 0)
            except ReaderDiedError as error:
                print(error, end="; ")
        print(READING.run(number, 0) not in (copy.pid, os.getpid()))
        """
    )
    assert heard == (
        "the process that read it was ended by signal SIGABRT; "
        "the process that read it was ended by signal SIGKILL; True"
    )


@pytest.mark.thorough
def test_a_large_file_is_read_by_a_new_process_and_so_are_all_after_it() -> None:
    heard = said(
        """
        numbers = [READING.run(number, size) for size in (FEW_BYTES, FEW_BYTES + 1, 0)]
        print(numbers[0] == copy.pid, numbers[1] != copy.pid, numbers[1] == numbers[2], copy.poll())
        """
    )
    assert heard == "True True True -9"


def test_a_copy_ends_with_the_program() -> None:
    heard = said("print(copy.pid, flush=True); os._exit(0)")
    until = time.monotonic() + 10
    while (is_there := Path(f"/proc/{heard}/fd/0").exists()) and time.monotonic() < until:
        time.sleep(0.05)
    assert heard.isdecimal()
    assert not is_there


def test_no_copy_is_made_while_threads_are_at_work() -> None:
    is_over = threading.Event()
    thread = threading.Thread(target=is_over.wait)
    thread.start()
    try:
        assert copy_program(lambda: None) is None
    finally:
        is_over.set()
        thread.join()
