"""Workers of a Dask cluster (`dask scheduler`, `dask worker`), as users start them on machines of their own.

Dask only hands out tasks here: nothing of a night's data goes through it, it keeps nothing, and what it does
again when a worker dies is the same again. Its messages are pickles, so whoever can talk to it can run code
there: but for this machine's own loopback it is talked to by TLS with certificates of both sides alone.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import os
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

from flows.executors.executor import LostTask
from schemas.errors import ConfigurationError, ExecutorLostError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from schemas.settings.workspace import ScaleSettings

T = TypeVar("T")
R = TypeVar("R")

ATTEMPTS_SECONDS = 30
"""How long a scheduler, and then the first worker, is waited for."""

LOOK_SECONDS = 5.0
"""How often it is looked whether a worker is there at all while results are waited for."""

GONE = (OSError, TimeoutError, asyncio.CancelledError, concurrent.futures.CancelledError)
"""What Dask raises where its scheduler has gone; the last two are no relatives, and it raises both."""

NOT_INSTALLED = (
    "workspace.toml has its cohorts done by a Dask cluster, and the program was installed without it. "
    "Install backorders[dask], or take `executor` out of `[scale]`. Nothing was changed."
)


class Cluster:
    """The workers of a scheduler.

    Raises:
        ConfigurationError: `dask.distributed` is not installed, or a certificate cannot be read.
        ExecutorLostError: no scheduler answers, or it has no worker.
    """

    def __init__(self, settings: ScaleSettings) -> None:
        try:
            import distributed  # noqa: PLC0415 -- it is an extra
        except ImportError as error:
            raise ConfigurationError(NOT_INSTALLED) from error
        for place in (settings.tls_ca_file, settings.tls_cert_file, settings.tls_key_file):
            if place and not os.access(place, os.R_OK):
                message = f"{place}, named in [scale] of workspace.toml, is not there or cannot be read"
                raise ConfigurationError(message)
        self._dask = distributed
        self._address = settings.executor
        try:
            security = distributed.Security(
                require_encryption=True,
                tls_ca_file=settings.tls_ca_file,
                tls_client_cert=settings.tls_cert_file,
                tls_client_key=settings.tls_key_file,
            )
            self._client = distributed.Client(
                settings.executor,
                timeout=ATTEMPTS_SECONDS,
                security=security if settings.executor.startswith("tls://") else None,
                set_as_default=False,
                name="backorders",
            )
            self._client.wait_for_workers(1, timeout=ATTEMPTS_SECONDS)
        except GONE as error:
            raise self._lost(error) from error

    def run(self, function: Callable[[T], R], tasks: Sequence[T]) -> Iterator[tuple[int, R | LostTask]]:
        """The number of each task with its result, as they come; what a function raises is raised here."""
        futures = self._submit(function, tasks)
        try:
            while futures:
                for future in self._finished(list(futures)):
                    yield futures.pop(future), self._result(future)
        finally:
            with suppress(*GONE):
                for future in futures:
                    future.cancel(force=True)

    def close(self) -> None:
        """Leave the scheduler; its workers go on."""
        with suppress(*GONE):
            self._client.close(timeout=ATTEMPTS_SECONDS)

    def _submit(self, function: Callable[[T], R], tasks: Sequence[T]) -> dict[Any, int]:
        """What will be the result of each task, with its number."""
        name = f"{function.__name__}-{uuid4().hex}"
        try:
            return {
                self._client.submit(function, task, key=f"{name}-{number}", pure=False): number
                for number, task in enumerate(tasks)
            }
        except GONE as error:
            raise self._lost(error) from error

    def _finished(self, futures: list[Any]) -> list[Any]:
        """Those of the futures that are at their end, once there are any."""
        while True:
            try:
                with self._client.as_current():
                    return list(self._dask.wait(futures, LOOK_SECONDS, return_when="FIRST_COMPLETED").done)
            except (TimeoutError, self._dask.TimeoutError):
                self._refuse_alone()
            except GONE as error:
                raise self._lost(error) from error

    def _refuse_alone(self) -> None:
        """See to it that there is a worker, or will be soon."""
        try:
            if self._client.status != "running":
                raise self._lost(None)
            self._client.wait_for_workers(1, timeout=ATTEMPTS_SECONDS)
        except GONE as error:
            raise self._lost(error) from error

    def _result(self, future: Any) -> Any:  # noqa: ANN401 -- what its function returns
        try:
            return future.result()
        except self._dask.scheduler.KilledWorker:
            return LostTask("its worker died")
        except GONE as error:
            if future.status == "error":  # the function's own
                raise
            raise self._lost(error) from error

    def _lost(self, error: BaseException | None) -> ExecutorLostError:
        why = f" ({type(error).__name__})" if error else ""
        message = (
            f"the cluster at {self._address} does not answer, or has no worker{why}. Start its scheduler and "
            'workers and run again, or have `executor = "here"` in `[scale]` of workspace.toml: what was '
            "committed stays, and nothing is done twice."
        )
        return ExecutorLostError(message)
