"""A night that many tests of the world begin after, lived once; and an API that is up."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from flows.scheduling.prefect_api import LOOPBACK
from tests.flows.night.small_world import MONDAY, drop_first_day, make_world, run_night

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def monday(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small world after Monday's night, with the first day of acme in its books; only ever copied."""
    workspace = make_world(tmp_path_factory.mktemp("monday") / "data")
    drop_first_day(workspace)
    run_night(workspace, MONDAY)
    return workspace.root


class Healthy(BaseHTTPRequestHandler):
    """Answers as a server that is up does."""

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the library's name
        """Say nothing."""


@pytest.fixture
def healthy_url() -> Iterator[str]:
    """The address of an API that is up."""
    with ThreadingHTTPServer((LOOPBACK, 0), Healthy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{LOOPBACK}:{server.server_port}/api"
        server.shutdown()
