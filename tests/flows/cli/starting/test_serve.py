"""The schedule: a server of its own, a night that fires, a file that is answered, and a clean end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from flows.cli.starting import serve
from flows.scheduling import prefect_api
from tests.flows.cli.published import run
from tests.flows.night.small_world import ORDERS, drop, make_world
from tests.trials import doors

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
    assert not prefect_api.answers(f"{address}/api/health")
    assert not prefect_api.door_file(workspace).exists()
    assert "Next night" in text
    assert "Stopped." in text


def test_a_zone_that_is_none_is_refused_before_anything_starts(tmp_path: Path) -> None:
    workspace = make_world(tmp_path / "data")
    shown = run("serve", "--time-zone", "Europe/Leeds", "-w", str(workspace.root))
    assert shown.exit_code == 2
    assert not (workspace.root / ".prefect").exists()


def test_the_zone_is_the_workspaces_unless_it_is_given(tmp_path: Path) -> None:
    workspace = make_world(tmp_path / "data")
    assert serve.find_zone(workspace, "") == "UTC"
    assert serve.find_zone(workspace, "Asia/Tokyo") == "Asia/Tokyo"


def test_a_service_manager_ends_a_block_as_ctrl_c_does() -> None:
    reached_end = False
    with serve.stopped_by_signals():
        signal.raise_signal(signal.SIGTERM)
        reached_end = True
    assert not reached_end


@pytest.mark.long
@pytest.mark.parametrize("is_guarded", [True, False])
def test_no_page_and_no_other_user_starts_anything(*, is_guarded: bool) -> None:
    _, runs = doors.attack(is_guarded=is_guarded)
    assert bool(runs) is not is_guarded  # what Prefect as it comes lets through is stopped
