"""The one process in which dropped files are read: what a file does to it, it does to nothing else.

It is started at the first file, or earlier while the program is still being loaded, and reads one file
after the other. Memory and time of each are bounded by the size of the file. Where it dies (the system or
a library ends it, or a bound is reached), the file that it was reading is refused, and the next file finds a
new one. It ends with the program: its input is closed then.

While all files are small it is a copy of the program (`forking` beside this). A copy has no say: a file that
ends it is read once more by a process that was loaded anew, and so is a large one.

Only the standard library is loaded here, so that it can be started before anything else.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import logging
import os
import pickle
import select
import signal
import struct
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.inbound.reading.forking import Copy, copy_program
from flows.polars_settings import settings_of_reading
from schemas.errors import BackordersError

if TYPE_CHECKING:
    from collections.abc import Callable

LOG = logging.getLogger(__name__)

Child = subprocess.Popen[bytes] | Copy
"""The process, seen from here."""

LENGTH = struct.Struct("!Q")
CHUNK = 1 << 20
MIB = 1 << 20

FREE_BYTES = 1024 * MIB
BYTES_PER_BYTE = 32
"""Memory for a file: so much, and so many times its size, but never more than half of the machine's."""

FEW_BYTES = 4 * MIB
"""Weight up to which a file is read by a copy, which keeps freed memory for as long as the program does."""

LOOK_SECONDS = 0.05
"""How often it is looked how much memory the process holds."""

FREE_SECONDS = 8.0
SECONDS_PER_MIB = 0.5
"""Processor seconds for a file likewise; those of a slow machine count alike."""

PATIENCE = 8.0
"""How many times longer a busy machine may take by the clock."""

OURS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""How somebody else, or a system short of memory, ends a process: tried once more."""


class ReaderDiedError(Exception):
    """The process ended, or took too long, while it read a file; the words say why, for people."""


@dataclass(frozen=True)
class Bounds:
    """What one file may take: bytes of memory, processor seconds, and seconds by the clock."""

    memory: int
    seconds: float
    patience: float


def bounds_for(size: int) -> Bounds:
    """The bounds of a file of so many bytes."""
    seconds = FREE_SECONDS + SECONDS_PER_MIB * size / MIB
    half = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    return Bounds(min(FREE_BYTES + BYTES_PER_BYTE * size, half), seconds, seconds * PATIENCE)


def held_memory(process: int) -> int:
    """Bytes of memory that a process holds; 0 where the system does not tell."""
    try:
        with open(f"/proc/{process}/statm", encoding="ascii") as pages:  # noqa: PTH123 -- no file of a disk
            return int(pages.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


class ReadingProcess:
    """Runs jobs in another process, one at a time; made anew whenever that one is gone."""

    def __init__(self) -> None:
        self._child: Child | None = None
        self._owner = 0
        self._shared: object = None
        self._lock = threading.Lock()
        atexit.register(self.close)

    def start(self) -> None:
        """See to it that the process is there, or on its way; returns at once."""
        with self._lock:
            self._ready()

    def copy(self, work: Callable[[], None]) -> None:
        """Let the process be a copy of this program, which has read nothing yet; `work` answers its jobs."""
        with self._lock:
            if self._child is None and (copy := copy_program(work)):
                self._adopt(copy)

    def run(self, job: Callable[..., Any], size: int, *, shared: object = None) -> Any:  # noqa: ANN401 -- what the job gives
        """What `job` gives in the process, called with what is `shared` by many jobs in a row.

        Job and result are pickled; `shared` is sent once, as long as it is the same object.

        Raises:
            BackordersError: the job says itself what is wrong.
            ReaderDiedError: the process died, or a bound was reached.
        """
        with self._lock:
            if size > FEW_BYTES and isinstance(self._child, Copy):
                self.close()
            try:
                answer = self._ask(job, bounds_for(size), shared)
            except _ToBeTriedAgainError:
                answer = self._ask(job, bounds_for(size), shared, is_last=True)
        if isinstance(answer, BackordersError):
            raise answer
        return answer

    def close(self) -> None:
        """End the process; the next job finds a new one."""
        child, self._child = self._child, None
        if child is None or self._owner != os.getpid():
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()

    def _ready(self) -> Child:
        """The process, started if it is not there or belongs to the program that this one was forked from."""
        if self._child is None or self._owner != os.getpid() or self._child.poll() is not None:
            if self._owner == os.getpid():
                self.close()
            command = [sys.executable, "-P", "-m", "flows.inbound.reading.reading_worker"]
            # its words may be values of people, so nobody hears them
            child = subprocess.Popen(  # noqa: S603 -- our own module
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
                env=os.environ | settings_of_reading()
                | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            )  # fmt: skip
            return self._adopt(child)
        return self._child

    def _adopt(self, child: Child) -> Child:
        """The process from now on."""
        self._child, self._shared, self._owner = child, None, os.getpid()
        _widen(child)
        return child

    def _ask(self, job: Callable[..., Any], bounds: Bounds, shared: object, *, is_last: bool = False) -> Any:  # noqa: ANN401 -- what the job gives
        """One job's answer."""
        child = self._ready()
        is_known = shared is self._shared
        message = pickle.dumps((bounds, is_known, None if is_known else shared, job), protocol=5)
        try:
            _send(child, message)
            is_worn, answer = _receive(child, bounds)
        except (OSError, EOFError, _TooMuchMemoryError) as error:
            raise self._explain(child, bounds, error, is_last=is_last) from error
        self._shared = shared
        if is_worn:
            # it keeps what a large file took, which would count against the next one
            self.close()
        return pickle.loads(answer)  # noqa: S301 -- of our own process

    def _explain(self, child: Child, bounds: Bounds, error: Exception, *, is_last: bool) -> ReaderDiedError:
        """Why there is no answer; the process is gone then."""
        is_late, is_large = isinstance(error, TimeoutError), isinstance(error, _TooMuchMemoryError)
        if is_late or is_large:
            child.kill()
        number = -child.wait()
        self.close()
        if isinstance(child, Copy):
            return _ToBeTriedAgainError("a copy has no say")
        if is_large:
            why = f"reading it took more than {bounds.memory // MIB:,} MiB of memory"
        elif is_late or number == signal.SIGXCPU:
            why = f"reading it took more than {bounds.seconds:.0f} s"
        elif number in OURS and not is_last:
            return _ToBeTriedAgainError("it was ended from outside")
        elif number > 0:
            why = f"the process that read it was ended by signal {signal.Signals(number).name}"
        else:
            why = f"the process that read it ended with {-number}"
        LOG.error("a file could not be read: %s", why)
        return ReaderDiedError(why)


class _TooMuchMemoryError(Exception):
    """The process holds more than a file may take."""


class _ToBeTriedAgainError(ReaderDiedError):
    """The process was ended from outside while it read, or was a copy, so the file may not be the reason."""


def _widen(child: Child) -> None:
    """Let pipes hold more than a page or so, where the system can: large answers come in fewer pieces."""
    for pipe in (child.stdin, child.stdout):
        with contextlib.suppress(OSError, AttributeError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, CHUNK)  # type: ignore[arg-type]


def _send(child: Child, message: bytes) -> None:
    """Write a whole message."""
    assert child.stdin is not None  # noqa: S101 -- it was made with a pipe
    for part in (LENGTH.pack(len(message)), message):
        rest = memoryview(part)
        while rest:
            rest = rest[os.write(child.stdin.fileno(), rest[:CHUNK]) :]


def _receive(child: Child, bounds: Bounds) -> tuple[bool, bytearray]:
    """A whole answer: whether the process is worn, and the rest of it.

    Raises:
        TimeoutError: it does not come in time.
        EOFError: the process ended before.
        _TooMuchMemoryError: the process took more than the file may take.
    """
    assert child.stdout is not None  # noqa: S101 -- it was made with a pipe
    until = time.monotonic() + bounds.patience
    while not select.select([child.stdout], [], [], LOOK_SECONDS)[0]:
        if held_memory(child.pid) > bounds.memory:
            raise _TooMuchMemoryError
        if time.monotonic() > until:
            raise TimeoutError
    (length,) = LENGTH.unpack(_read_exactly(child, LENGTH.size))
    is_worn = _read_exactly(child, 1) == b"\x01"
    return is_worn, _read_exactly(child, length)


def _read_exactly(child: Child, length: int) -> bytearray:
    """So many bytes; the process has nothing else to do than to write them.

    Raises:
        EOFError: it ended before.
    """
    assert child.stdout is not None  # noqa: S101 -- it was made with a pipe
    whole = bytearray(length)
    rest = memoryview(whole)
    while rest:
        count = os.readv(child.stdout.fileno(), [rest])
        if not count:
            raise EOFError
        rest = rest[count:]
    return whole


READING = ReadingProcess()
"""The process of this program."""
