"""`backorders serve`: the nights on a schedule, and a look at inbound every few minutes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import IO, TYPE_CHECKING, Annotated
from zoneinfo import available_timezones

import typer

from flows.cli.options import DEFAULT_WORKSPACE, WorkspaceOption
from flows.cli.paper import open_console
from flows.ledger.lock import hold_lock
from flows.workspace import Workspace, require_workspace
from schemas.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

STARTUP_SECONDS = 120.0
STOP_SECONDS = 20.0
LOOPBACK = "127.0.0.1"


def serve(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    cron: Annotated[str, typer.Option(help="When nights run, in cron's five fields.")] = "15 4 * * *",
    time_zone: Annotated[
        str, typer.Option(help="Time zone of the cron; default: that of the workspace.")
    ] = "",
    intake_minutes: Annotated[
        float, typer.Option(min=0.1, help="Minutes between two looks at what was dropped.")
    ] = 5.0,
) -> None:
    """Run nights on a schedule and acknowledge dropped files through the day, until it is stopped."""
    place = Workspace(workspace.absolute())
    require_workspace(place)
    zone = find_zone(place, time_zone)
    from flows.prefect_settings import prepare_prefect  # noqa: PLC0415 -- beside the import that it prepares

    prepare_prefect(place, console_level="INFO")
    console = open_console()
    with stopped_by_signals(), hold_lock(place.root / ".prefect" / "serve.lock"), prefect_api(place) as api:
        # Prefect reads its settings when it is first imported, so this cannot come earlier
        from flows.cli.schedule import find_next_run, serve_flows  # noqa: PLC0415 -- as said

        next_run = find_next_run(cron, zone)
        console.print(f"Serving {place.root}; Ctrl-C ends it.", soft_wrap=True)
        api.wait()
        console.print(f"Prefect's pages   {api.url.removesuffix('/api')}", soft_wrap=True)
        console.print(f"Next night        {next_run:%A, %Y-%m-%d %H:%M} {zone}  (cron {cron})")
        console.print(
            f"Looks at inbound  every {intake_minutes:g} minutes; answers lie in acks/",
            soft_wrap=True,
        )
        serve_flows(place, cron, zone, intake_minutes)
    console.print("Stopped.")


def find_zone(place: Workspace, asked: str) -> str:
    """The asked time zone, or the workspace's.

    Raises:
        ConfigurationError: there is no such zone.
    """
    from flows.configuration import read_configuration  # noqa: PLC0415 -- takes time; help need not wait

    zone = asked or read_configuration(place).settings.time_zone
    if zone not in available_timezones():
        message = f"{zone!r} is not a time zone, for example Europe/London"
        raise ConfigurationError(message)
    return zone


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """A block that ends like Ctrl-C ends it, also when a service manager says so."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    # a program started in the background may have been told to ignore Ctrl-C; we use it ourselves
    before_c = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with suppress(KeyboardInterrupt):
            yield
    finally:
        signal.signal(signal.SIGTERM, before)
        signal.signal(signal.SIGINT, before_c)


@contextmanager
def prefect_api(place: Workspace) -> Iterator[PrefectApi]:
    """The server that the environment names, or one of our own on loopback that ends with the block."""
    if url := os.environ.get("PREFECT_API_URL"):
        yield PrefectApi(url, None)
        return
    port = find_free_port()
    url = f"http://{LOOPBACK}:{port}/api"
    os.environ["PREFECT_API_URL"] = url
    program = [sys.executable, "-m", "prefect", "server", "start", "--host", LOOPBACK, "--port", str(port)]
    with (place.root / ".prefect" / "server.log").open("ab") as log:
        server = start_bound(program, log)
    try:
        yield PrefectApi(url, server)
    finally:
        del os.environ["PREFECT_API_URL"]
        stop_server(server)


def start_bound(program: list[str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    """A program that ends when we do, however we end: it hangs on a pipe (`flows.cli.bound`)."""
    # in a session of its own: Ctrl-C reaches us, and we end it when its flows are done
    return subprocess.Popen(  # noqa: S603 -- our own interpreter, and nothing that a person typed
        [sys.executable, "-m", "flows.cli.bound", *program],
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


@dataclass(frozen=True)
class PrefectApi:
    """Where Prefect's server answers; `server` is the process, if it is ours."""

    url: str
    server: subprocess.Popen[bytes] | None

    def wait(self) -> None:
        """Wait until it answers.

        Raises:
            ConfigurationError: it ended, or has not answered in time.
        """
        until = time.monotonic() + STARTUP_SECONDS
        while not answers(f"{self.url}/health"):
            has_ended = self.server is not None and self.server.poll() is not None
            if has_ended or time.monotonic() > until:
                message = (
                    f"Prefect's server at {self.url} does not answer; "
                    "see .prefect/server.log in the workspace"
                )
                raise ConfigurationError(message)
            time.sleep(0.5)


def answers(url: str) -> bool:
    """Whether a page is there."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 -- http only, see the callers
            return bool(answer.status == HTTPStatus.OK)
    except OSError:
        return False


def find_free_port() -> int:
    """A port of loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def stop_server(server: subprocess.Popen[bytes]) -> None:
    """End our server and all that it started; gently, and then not."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(server.pid, number)
        with suppress(subprocess.TimeoutExpired):
            server.wait(STOP_SECONDS)
            break
    if server.stdin:
        server.stdin.close()
