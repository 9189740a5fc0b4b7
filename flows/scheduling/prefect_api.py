"""Prefect's API for this workspace: a server of its own on loopback with a secret, or the one that is there.

Whoever may ask that API can run programs as we do. So ours has a password that is made anew at each start and
stands in a file that its owner alone can read; host and origin are checked, too
(`flows.scheduling.prefect_server`).
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import IO, TYPE_CHECKING

from flows.disk import durable
from flows.pasting import say_workspace
from schemas.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from flows.workspace import Workspace

STARTUP_SECONDS = 120.0
STOP_SECONDS = 20.0
LOOPBACK = "127.0.0.1"
FOR_ONE_RUN = {"PREFECT__SERVER_EPHEMERAL": "1", "PREFECT_SERVER_UI_ENABLED": "false"}
"""How Prefect itself starts a server that ends with its run."""

NAMED = "PREFECT_API_URL"
"""The variable that names a server; without it there is ours, if any."""

USER = "backorders"
"""The name beside the password; Prefect has one user."""


@dataclass(frozen=True)
class PrefectApi:
    """Where Prefect's server answers; `server` is the process, if it is ours."""

    url: str
    server: subprocess.Popen[bytes] | None

    @property
    def pages(self) -> str:
        """Where a person opens it."""
        return self.url.removesuffix("/api")

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

    @contextmanager
    def needed(self) -> Iterator[None]:
        """A block that ends with our server, however that ends: without it nothing would ever run again.

        Raises:
            ConfigurationError: it ended by itself.
        """
        server, ended, is_over = self.server, threading.Event(), threading.Event()
        if server is None:
            yield
            return

        def end_with_server() -> None:
            server.wait()
            if not is_over.is_set():
                ended.set()
                os.kill(os.getpid(), signal.SIGTERM)

        threading.Thread(target=end_with_server, daemon=True).start()
        try:
            yield
        finally:
            is_over.set()
            if ended.is_set():
                message = (
                    "Prefect's server has ended by itself, and serving with it; see .prefect/server.log in "
                    "the workspace, and start to serve again"
                )
                raise ConfigurationError(message)


@contextmanager
def prefect_api(place: Workspace, port: int = 0, *, is_for_one_run: bool = False) -> Iterator[PrefectApi]:
    """The server that the environment names, or one of our own on loopback that ends with the block.

    For the time of the block the environment has its address and password, for the programs that it starts.
    A server for one run schedules nothing, shows no pages, and tells its password to nobody; where `serve`
    has one, that is the one.

    Raises:
        ConfigurationError: the port is taken.
    """
    if url := os.environ.get(NAMED):
        yield PrefectApi(url, None)
        return
    if is_for_one_run and (served := find_access(place)):
        with set_in_environment(served | {"NO_PROXY": _unproxied()}):
            yield PrefectApi(served[NAMED], None)
        return
    with open_port(port) as door:
        url = f"http://{LOOPBACK}:{door.getsockname()[1]}/api"
        access = {NAMED: url, "PREFECT_API_AUTH_STRING": make_password()}
        with set_in_environment(access | {"NO_PROXY": _unproxied()}):
            server = start_server(place, door, FOR_ONE_RUN if is_for_one_run else {})
            try:
                if not is_for_one_run:
                    keep_door(place, access)
                yield PrefectApi(url, server)
            finally:
                if not is_for_one_run:
                    door_file(place).unlink(missing_ok=True)
                stop_server(server)


@contextmanager
def set_in_environment(values: Mapping[str, str]) -> Iterator[None]:
    """Values that the environment has inside the block, for us and for the programs that we start."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _unproxied() -> str:
    """Hosts that are asked without a proxy: ours, which must not hear the password, and those before."""
    named = (LOOPBACK, os.environ.get("NO_PROXY"), os.environ.get("no_proxy"))
    return ",".join(filter(None, named))


def make_password() -> str:
    """A name and a password that nobody guesses."""
    return f"{USER}:{secrets.token_urlsafe(32)}"


def door_file(place: Workspace) -> Path:
    """Where the address and the password of the running server stand, as lines that a shell reads."""
    return place.root / ".prefect" / "api.env"


def keep_door(place: Workspace, environment: dict[str, str]) -> None:
    """Write address and password where their owner alone can read them."""
    path = door_file(place)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, durable.OWN_FILE)
    with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 -- pathlib opens no descriptor
        file.writelines(f"{name}={value}\n" for name, value in environment.items())


def is_named() -> bool:
    """Whether the environment names a server."""
    return bool(os.environ.get(NAMED))


def find_access(place: Workspace) -> dict[str, str]:
    """What the environment needs to ask the server that is there: the one that it names, or that of `serve`.

    Nothing where none answers, or where it answers another user alone.
    """
    if url := os.environ.get(NAMED):
        return {NAMED: url} if answers(f"{url}/health") else {}
    try:
        return read_door(place)
    except ConfigurationError:
        return {}


def read_door(place: Workspace) -> dict[str, str]:
    """Address and password of the server that runs.

    Raises:
        ConfigurationError: none runs, or the file belongs to somebody else.
    """
    try:
        lines = door_file(place).read_text(encoding="utf-8").splitlines()
    except PermissionError as error:
        message = f"{door_file(place)} may be read by its owner alone; ask as the user that runs `serve`"
        raise ConfigurationError(message) from error
    except OSError:
        lines = []
    found = dict(line.split("=", 1) for line in lines)
    if not found or not answers(f"{found[NAMED]}/health"):
        serve = f"backorders serve{say_workspace(place.root)}"
        message = f"nothing serves {place.root} with a server of its own; start `{serve}`"
        raise ConfigurationError(message)
    return found


def open_port(port: int = 0) -> socket.socket:
    """A socket that listens on a port of loopback; 0 takes a free one.

    It stays open while the server runs: were the port free when that server has died, another user could
    listen there and would be told the password.

    Raises:
        ConfigurationError: somebody else listens there.
    """
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((LOOPBACK, port))
    except OSError as error:
        door.close()
        message = f"port {port} cannot be taken ({error.strerror}); give another --port, or none"
        raise ConfigurationError(message) from error
    door.listen(socket.SOMAXCONN)
    return door


def start_server(
    place: Workspace, door: socket.socket, environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Prefect's server behind an open socket; it asks for the password of our environment."""
    home = place.root / ".prefect"
    home.mkdir(mode=durable.OWN_FOLDER, parents=True, exist_ok=True)
    home.chmod(durable.OWN_FOLDER)
    program = [sys.executable, "-m", "flows.scheduling.prefect_server", str(door.fileno())]
    asked = {"PREFECT_SERVER_API_AUTH_STRING": os.environ["PREFECT_API_AUTH_STRING"]}
    with (home / "server.log").open("ab") as log:
        return start_bound(program, log, env=os.environ | environment | asked, pass_fds=[door.fileno()])


def start_bound(
    program: list[str],
    log: IO[bytes],
    env: Mapping[str, str] | None = None,
    pass_fds: Iterable[int] = (),
) -> subprocess.Popen[bytes]:
    """A program that ends when we do, however we end: it hangs on a pipe (`flows.scheduling.bound`)."""
    # in a session of its own: Ctrl-C reaches us, and we end it when its flows are done
    return subprocess.Popen(  # noqa: S603 -- our own interpreter, and nothing that a person typed
        [sys.executable, "-m", "flows.scheduling.bound", *program],
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        env=env,
        pass_fds=tuple(pass_fds),
    )


def answers(url: str) -> bool:
    """Whether a page is there."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 -- http only, see the callers
            return bool(answer.status == HTTPStatus.OK)
    except OSError:
        return False


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
