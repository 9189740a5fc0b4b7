"""Processes of this machine, each with its share of the processors."""

from __future__ import annotations

import multiprocessing
import os
import signal
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait as wait_for
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

from flows.executors.executor import LostTask
from flows.polars_settings import mute_libraries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future

T = TypeVar("T")
R = TypeVar("R")

THREADS = "POLARS_MAX_THREADS"


class Processes:
    """So many processes; each is a pool of its own, so that it is known which task one died of."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._pools: list[ProcessPoolExecutor | None] = [None] * count

    def run(self, function: Callable[[T], R], tasks: Sequence[T]) -> Iterator[tuple[int, R | LostTask]]:
        """The number of each task with its result, as they come; what a function raises is raised here."""
        waiting = list(enumerate(tasks))[::-1]
        free = list(range(self._count))
        busy: dict[Future[R], tuple[int, int]] = {}
        while waiting or busy:
            while waiting and free:
                (number, task), place = waiting.pop(), free.pop()
                busy[self._pool(place).submit(function, task)] = (number, place)
            done, _ = wait(busy, return_when=FIRST_COMPLETED)
            for future in done:
                number, place = busy.pop(future)
                free.append(place)
                result: R | LostTask = self._result(future, place)
                yield number, result

    def close(self) -> None:
        """End the processes; what one is doing is waited for no longer."""
        for pool in filter(None, self._pools):
            for process in list((pool._processes or {}).values()):  # noqa: SLF001 -- there is no other way to end them
                process.kill()
            pool.shutdown(wait=True, cancel_futures=True)
        self._pools = [None] * self._count

    def _pool(self, place: int) -> ProcessPoolExecutor:
        """The process at a place, begun anew where it died.

        It begins with no memory of this one: after a fork the threads of Polars would be missing.
        """
        pool = self._pools[place]
        if pool is None:
            context = multiprocessing.get_context("spawn")
            pool = ProcessPoolExecutor(1, mp_context=context, initializer=begin_worker)
            self._pools[place] = pool
            with self._share_of_processors():
                pool.submit(os.getpid)  # the process begins here, with the environment of now
        return pool

    @contextmanager
    def _share_of_processors(self) -> Iterator[None]:
        """In the block a process begins with its share, unless whoever runs the program says otherwise."""
        if THREADS in os.environ:
            yield
            return
        os.environ[THREADS] = str(max(1, (os.cpu_count() or 1) // self._count))
        try:
            yield
        finally:
            del os.environ[THREADS]

    def _result(self, future: Future[R], place: int) -> R | LostTask:
        try:
            return future.result()
        except BrokenProcessPool:
            pool, self._pools[place] = self._pools[place], None
            if pool:
                pool.shutdown(wait=False)
            return LostTask("its process died")


def begin_worker() -> None:
    """Of a process that has begun: it ends with whoever began it, however that ends, and is silent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    mute_libraries()
    parent = multiprocessing.parent_process()
    if parent is not None:
        Thread(target=_end_with, args=[parent.sentinel], daemon=True).start()


def _end_with(sentinel: int) -> None:
    """Wait until the process that a sentinel stands for has ended, and end."""
    wait_for([sentinel])
    os._exit(1)
