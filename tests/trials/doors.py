"""Attacks on the API of a `serve` that runs: by a page in a browser, and by another user there.

    python -m tests.trials.doors [--unguarded]

Whoever may ask Prefect's API can close a date, and run programs as the operator. So each attack tries to
start a night, and the trial asks Prefect afterwards, with the password, which runs there are. With
`--unguarded` the same attacks meet Prefect's own server as it comes, without a password: there they must
succeed, or they prove nothing. The page needs Chromium, the other user needs root to become one; what cannot
be tried is said.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from base64 import b64encode
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from flows.scheduling import prefect_api
from tests.flows.night.small_world import make_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flows.workspace import Workspace

REBOUND = "shop.example"
"""A host name of the attacker that leads to loopback once the page is loaded."""

NOBODY = 65534
PAGE_SECONDS = 20

ATTACKS = Path(__file__).parent / "attacks"


@dataclass(frozen=True)
class Target:
    """A server to attack: its address, the deployment of the nights, and what its owner may do."""

    base: str
    deployment: str
    headers: dict[str, str]

    def ask(self, path: str, body: dict[str, Any]) -> Any:  # noqa: ANN401 -- whatever Prefect answers
        """What the API says to its owner."""
        headers = {"Content-Type": "application/json", **self.headers}
        request = urllib.request.Request(f"{self.base}/api/{path}", json.dumps(body).encode(), headers)  # noqa: S310 -- loopback
        for _ in range(20):
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 -- loopback
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                if error.code != HTTPStatus.SERVICE_UNAVAILABLE:  # its database is busy while it starts
                    raise
            time.sleep(1)
        message = f"{path}: not available"
        raise SystemExit(message)

    def strangers_runs(self) -> list[str]:
        """The names of flow runs that nobody of ours has started."""
        runs = self.ask("flow_runs/filter", {"limit": 200})
        return sorted(run["name"] for run in runs if not run["auto_scheduled"])


@contextmanager
def served(place: Workspace) -> Iterator[Target]:
    """A `serve` that runs on a workspace, whose next night is months away."""
    program = "import sys; from flows.cli import main; sys.exit(main())"
    options = ("serve", "--cron", "15 4 1 1 *", "--intake-minutes", "600", "--workspace", str(place.root))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    with (place.root / "serve.out").open("wb") as said:
        serving = subprocess.Popen(
            [sys.executable, "-c", program, *options], stdout=said, stderr=said, env=environment
        )
    try:
        until = time.monotonic() + 180
        while "Looks at inbound" not in (place.root / "serve.out").read_text("utf-8"):
            if serving.poll() is not None or time.monotonic() > until:
                raise SystemExit((place.root / "serve.out").read_text("utf-8"))
            time.sleep(0.5)
        door = prefect_api.read_door(place)
        basic = b64encode(door["PREFECT_API_AUTH_STRING"].encode()).decode()
        target = Target(door["PREFECT_API_URL"].removesuffix("/api"), "", {"Authorization": f"Basic {basic}"})
        yield Target(target.base, find_nights(target, until), target.headers)
    finally:
        serving.send_signal(signal.SIGTERM)
        serving.wait(60)


def find_nights(target: Target, until: float) -> str:
    """The deployment of the nights, which comes a while after `serve` says that it serves."""
    while True:
        found = target.ask("deployments/filter", {})
        for deployment in found:
            if deployment["name"] == "nights":
                nights: str = deployment["id"]
                return nights
        if time.monotonic() > until:
            message = f"serve has made no deployment of the nights: {found}"
            raise SystemExit(message)
        time.sleep(1)


@contextmanager
def unguarded(place: Workspace) -> Iterator[Target]:
    """Prefect's server as it comes, with a deployment of that name."""
    home = place.root / ".prefect"
    with prefect_api.open_port() as door:
        port = door.getsockname()[1]
    command = [sys.executable, "-m", "prefect", "server", "start", "--port", str(port)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    server = subprocess.Popen(
        command,
        env=environment | {"PREFECT_HOME": str(home), "PREFECT_SERVER_ANALYTICS_ENABLED": "false"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        base = f"http://127.0.0.1:{port}"
        prefect_api.PrefectApi(f"{base}/api", server).wait()
        target = Target(base, "", {})
        flow = target.ask("flows/", {"name": "nightly"})["id"]
        nights = target.ask("deployments/", {"name": "nights", "flow_id": flow})["id"]
        yield Target(base, nights, {})
    finally:
        prefect_api.stop_server(server)


def attack_by_page(target: Target, folder: Path) -> list[str]:
    """What a page of another origin could do, and the same page under a name that was rebound to loopback."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        return ["not tried: there is no Chromium here"]
    template = Template((ATTACKS / "page.html").read_text("utf-8"))
    port = target.base.rpartition(":")[2]
    said = []
    for name, base in (("page", target.base), ("rebound page", f"http://{REBOUND}:{port}")):
        page = template.substitute(base=base, deployment=target.deployment).encode()
        with _site(page) as address:
            said += [f"{name}: {line}" for line in _open_page(chromium, address, folder)]
    return said


@contextmanager
def _site(page: bytes) -> Iterator[str]:
    """A site of the attacker that shows one page."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Show it."""
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the library's name
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://attacker.example:{server.server_port}/"
        server.shutdown()


def _open_page(chromium: str, address: str, folder: Path) -> list[str]:
    """The lines that a page wrote of what it could do."""
    rules = f"MAP attacker.example 127.0.0.1, MAP {REBOUND} 127.0.0.1"
    options = [
        *("--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'browser'}"),
        *(f"--host-resolver-rules={rules}", f"--virtual-time-budget={PAGE_SECONDS * 1000}", "--dump-dom"),
        # as other browsers: without Chromium's own fence around private networks
        "--disable-features=BlockInsecurePrivateNetworkRequests,LocalNetworkAccessChecks",
    ]
    shown = subprocess.run(
        [chromium, *options, address], capture_output=True, text=True, timeout=PAGE_SECONDS * 6, check=False
    )
    return shown.stdout.partition('<pre id="out">')[2].partition("</pre>")[0].splitlines() or [
        f"the page did not end: {shown.stderr[-300:]}"
    ]


def attack_by_user(target: Target, place: Workspace) -> list[str]:
    """What another user of this machine could do."""
    if os.geteuid() != 0:
        return ["not tried: only root becomes another user"]
    words = (target.base, target.deployment, str(place.root / ".prefect"), str(NOBODY))
    command = [sys.executable, str(ATTACKS / "other_user.py"), *words]
    shown = subprocess.run(command, capture_output=True, text=True, check=False)
    return [f"other user: {line}" for line in (shown.stdout + shown.stderr).splitlines()]


def attack(*, is_guarded: bool) -> tuple[list[str], list[str]]:
    """What the attackers said, and the runs that they started."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # the other user may pass as far as the workspace
        place = make_world(folder / "data")
        with (served if is_guarded else unguarded)(place) as target:
            said = [*attack_by_page(target, folder), *attack_by_user(target, place)]
            return said, target.strangers_runs()


def main() -> int:
    """The exit code: 0 if nothing ran, or, unguarded, if something did."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--unguarded", action="store_true", help="attack Prefect's server as it comes")
    is_guarded = not parser.parse_args().unguarded
    said, runs = attack(is_guarded=is_guarded)
    print(*said, f"started: {len(runs)} {runs}", sep="\n")  # noqa: T201 -- this is the output
    return int(bool(runs) is is_guarded)


if __name__ == "__main__":
    raise SystemExit(main())
