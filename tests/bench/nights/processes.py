"""A process and what it took: of itself and of all that it started and waited for."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[3]
PAGE = os.sysconf("SC_PAGE_SIZE")
LOOK_SECONDS = 0.05
BLOCK = 512
KIB = 1024
MIB = 2**20
GIB = 2**30


@dataclass(frozen=True)
class Taken:
    """What a process and its children took.

    Attributes:
        cpu_s: processor seconds, those of the system among them.
        wall_s: seconds by the clock, from its start to its end.
        peak_bytes: most memory that the living processes of the tree held together, looked at twenty times a
            second; at least what the largest of them ever held, which the system tells exactly. Pages that
            two of them share count twice. The system counts the bench itself as the start of each (0.1 GiB),
            so the bench makes no frames in its own process.
        written_bytes: what they gave the disk to write; nothing where the scratch folder lies in memory.
        code: its exit code.
        output: what it printed.
    """

    cpu_s: float
    wall_s: float
    peak_bytes: int
    written_bytes: int
    code: int
    output: str


def take(command: Sequence[str | Path]) -> Taken:
    """Run `python COMMAND` to its end, whatever its exit code.

    Its standard error goes where that of the bench goes. It keeps compiled modules, as an installed program
    does.
    """
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": ""}
    with tempfile.TemporaryFile() as output:
        begun = time.perf_counter()
        with subprocess.Popen([sys.executable, *command], stdout=output, env=environment) as child:
            watch = _Watch(child.pid)
            watch.start()
            _, status, used = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            wall = time.perf_counter() - begun
            watch.end()
        output.seek(0)
        said = output.read().decode()
    return Taken(
        cpu_s=used.ru_utime + used.ru_stime,
        wall_s=wall,
        peak_bytes=max(watch.peak_bytes, used.ru_maxrss * KIB),
        written_bytes=used.ru_oublock * BLOCK,
        code=child.returncode,
        output=said,
    )


class _Watch(threading.Thread):
    """Looks how much memory a tree of processes holds, until it is told to end."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.peak_bytes = 0
        self._root = root
        self._is_over = threading.Event()

    def run(self) -> None:
        while not self._is_over.wait(LOOK_SECONDS):
            self.peak_bytes = max(self.peak_bytes, sum(_held(process) for process in tree_of(self._root)))

    def end(self) -> None:
        self._is_over.set()
        self.join()


def tree_of(process: int) -> list[int]:
    """The process and all that it started, and they in turn, as far as they live."""
    found, waiting = [], [process]
    while waiting:
        found.append(waiting.pop())
        for children in Path(f"/proc/{found[-1]}/task").glob("*/children"):
            waiting += map(int, _read(children).split())
    return found


def _held(process: int) -> int:
    """Bytes of memory that a process holds; 0 where it is gone."""
    pages = _read(Path(f"/proc/{process}/statm")).split()
    return int(pages[1]) * PAGE if pages else 0


def _read(path: Path) -> str:
    """The text of a file of the system; empty: its process is gone."""
    try:
        return path.read_text("ascii")
    except OSError:
        return ""
