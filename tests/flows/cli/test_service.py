"""The schedule: a server of its own, a night that fires, a file that is answered, and a clean end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from flows.cli import service
from schemas.errors import ConfigurationError
from tests.flows.cli.published import run
from tests.flows.night.small_world import ORDERS, drop, make_world

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PATIENCE = 300.0
SERVE = (
    *(sys.executable, "-c", "from flows.cli import main; main()", "serve"),
    *("--cron", "* * * * *", "--time-zone", "Europe/London", "--intake-minutes", "0.25", "--workspace"),
)


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait; fail if it does not become so."""
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.5)


@pytest.mark.long
def test_a_night_fires_a_file_is_answered_and_the_end_leaves_nothing_behind(tmp_path: Path) -> None:
    workspace = make_world(tmp_path / "data")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    output = tmp_path / "output.txt"
    with output.open("wb") as said:
        serving = subprocess.Popen([*SERVE, str(workspace.root)], stdout=said, stderr=said, env=environment)
    try:
        wait_until((workspace.published / "current").exists)
        drop(workspace, "acme/orders/late.csv", ORDERS.format(order_id="O1", qty=1))
        wait_until(lambda: any(workspace.acks.rglob("late.csv.*.json")))
    finally:
        serving.send_signal(signal.SIGTERM)
        serving.wait(60)
    assert serving.returncode == 0, output.read_text("utf-8")
    text = output.read_text("utf-8")
    address = text.split("Prefect's pages")[1].split()[0]
    assert not service.answers(f"{address}/api/health")
    assert "Next night" in text
    assert "Stopped." in text


def test_a_zone_that_is_none_is_refused_before_anything_starts(tmp_path: Path) -> None:
    workspace = make_world(tmp_path / "data")
    shown = run("serve", "--time-zone", "Europe/Leeds", "-w", str(workspace.root))
    assert shown.exit_code == 2
    assert not (workspace.root / ".prefect").exists()


def test_the_zone_is_the_workspaces_unless_it_is_given(tmp_path: Path) -> None:
    workspace = make_world(tmp_path / "data")
    assert service.find_zone(workspace, "") == "UTC"
    assert service.find_zone(workspace, "Asia/Tokyo") == "Asia/Tokyo"


def test_a_server_that_is_named_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://prefect.example.com/api")
    with service.prefect_api(make_world(tmp_path / "data")) as api:
        assert (api.url, api.server) == ("http://prefect.example.com/api", None)


def test_a_server_that_does_not_come_up_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "STARTUP_SECONDS", 0.0)
    api = service.PrefectApi(f"http://{service.LOOPBACK}:{service.find_free_port()}/api", None)
    with pytest.raises(ConfigurationError, match="does not answer"):
        api.wait()


def test_our_server_is_ended_with_all_that_it_started() -> None:
    program = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"
    server = subprocess.Popen([sys.executable, "-c", program], start_new_session=True)
    service.stop_server(server)
    assert server.poll() is not None


def test_a_service_manager_ends_a_block_as_ctrl_c_does() -> None:
    reached_end = False
    with service.stopped_by_signals():
        signal.raise_signal(signal.SIGTERM)
        reached_end = True
    assert not reached_end
