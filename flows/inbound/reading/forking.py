"""The first process that reads files: a copy of the program that has loaded everything and read nothing yet.

Loading the program once more took a quarter of a small night. A copy shares what was loaded, and
since no file of the workspace was read before it was made, it knows as little of anybody as a new process.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable

SLEEPERS = frozenset({"jemalloc_bg_thd", "polars-ooc-clea"})
"""Threads that loading Polars starts and that wait until somebody needs them: a copy does without.

Any other one may hold what the copy would wait for without end.
"""

FIRST_OWN = 3
"""The number of the first open file that is neither input nor output nor errors."""


class Copy:
    """A running copy of this program, in the form of `subprocess.Popen`."""

    def __init__(self, pid: int, jobs: int, answers: int) -> None:
        self.pid = pid
        self.stdin: BinaryIO = os.fdopen(jobs, "wb", buffering=0)
        self.stdout: BinaryIO = os.fdopen(answers, "rb", buffering=0)
        self._code: int | None = None

    def poll(self) -> int | None:
        """How it ended: its exit code, or a signal's number below zero; None: it lives."""
        if self._code is None:
            self._note(*os.waitpid(self.pid, os.WNOHANG))
        return self._code

    def wait(self) -> int:
        """How it ended, when it has."""
        if self._code is None:
            self._note(*os.waitpid(self.pid, 0))
        assert self._code is not None  # noqa: S101 -- it was waited for
        return self._code

    def kill(self) -> None:
        """End it."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def _note(self, pid: int, status: int) -> None:
        """What the system tells; nothing where the process lives."""
        if pid:
            self._code = os.waitstatus_to_exitcode(status)


def copy_program(work: Callable[[], None]) -> Copy | None:
    """A copy that does `work` between its input and its output, and ends; None: none can be made here."""
    if not _is_alone():
        return None
    (jobs, sent), (given, answers) = os.pipe(), os.pipe()
    gc.freeze()  # what is no rubbish now is looked through by neither of the two again
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads, which were looked at
        pid = os.fork()
    if not pid:
        _work_apart(work, jobs, answers)
    for end in (jobs, answers):
        os.close(end)
    return Copy(pid, sent, given)


def _is_alone() -> bool:
    """Whether no thread of the program is at work but this one."""
    try:
        names = [(task / "comm").read_text("utf-8").strip() for task in Path("/proc/self/task").iterdir()]
    except OSError:
        return False
    return len([name for name in names if name not in SLEEPERS]) == 1


def _work_apart(work: Callable[[], None], jobs: int, answers: int) -> NoReturn:
    """Be a process of its own, which holds open nothing of the program's, and whose words nobody hears."""
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        logging.getLogger().handlers.clear()
        sys.stdin = sys.stdout = sys.stderr = None  # Python says nothing then
        for place, end in enumerate((jobs, answers, os.open(os.devnull, os.O_RDWR))):
            os.dup2(end, place)
        os.closerange(FIRST_OWN, os.sysconf("SC_OPEN_MAX"))
        work()
        code = 0
    finally:
        os._exit(code)
