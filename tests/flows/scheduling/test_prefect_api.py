"""Prefect's server for this workspace: on loopback, with a secret, and gone when it is no longer needed."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from flows.scheduling import prefect_api
from flows.workspace import Workspace
from schemas.errors import ConfigurationError
from tests.flows.cli.published import run
from tests.flows.night.small_world import make_world

if TYPE_CHECKING:
    from pathlib import Path


def test_a_server_that_is_named_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://prefect.example.com/api")
    with prefect_api.prefect_api(make_world(tmp_path / "data")) as api:
        assert (api.url, api.server) == ("http://prefect.example.com/api", None)
        with api.needed():
            assert "PREFECT_API_AUTH_STRING" not in os.environ


def test_a_run_tells_the_server_that_serves_its_workspace(
    tmp_path: Path, healthy_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "environ", {**os.environ})
    os.environ.pop("PREFECT_API_URL", None)
    place = make_world(tmp_path / "data")
    assert prefect_api.find_access(place) == {}
    access = {"PREFECT_API_URL": healthy_url, "PREFECT_API_AUTH_STRING": "backorders:secret"}
    prefect_api.door_file(place).parent.mkdir()
    prefect_api.keep_door(place, access)
    assert prefect_api.find_access(place) == access
    with prefect_api.prefect_api(place, is_for_one_run=True) as api:
        assert (api.url, api.server) == (healthy_url, None)
        api.wait()
        assert {name: os.environ[name] for name in access} == access
        assert "127.0.0.1" in os.environ["NO_PROXY"]
    assert not access.keys() & os.environ.keys()
    assert prefect_api.door_file(place).exists()


def test_a_server_that_does_not_come_up_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prefect_api, "STARTUP_SECONDS", 0.0)
    with prefect_api.open_port() as door:
        port = door.getsockname()[1]
    api = prefect_api.PrefectApi(f"http://{prefect_api.LOOPBACK}:{port}/api", None)
    with pytest.raises(ConfigurationError, match="does not answer"):
        api.wait()


def test_our_server_is_ended_with_all_that_it_started() -> None:
    program = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"
    server = subprocess.Popen([sys.executable, "-c", program], start_new_session=True)
    prefect_api.stop_server(server)
    assert server.poll() is not None


def test_while_the_block_lasts_the_port_is_ours_and_our_programs_know_the_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prefect_api, "start_server", lambda *_: subprocess.Popen(["true"]))
    monkeypatch.setattr(prefect_api, "stop_server", lambda server: server.wait(30))
    monkeypatch.setattr(os, "environ", {**os.environ, "NO_PROXY": "intranet"})
    os.environ.pop("PREFECT_API_URL", None)
    place = Workspace(tmp_path)
    (tmp_path / ".prefect").mkdir()
    with prefect_api.prefect_api(place) as api:
        password = os.environ["PREFECT_API_AUTH_STRING"]
        port = int(api.url.split(":")[-1].split("/")[0])
        with socket.socket() as other, pytest.raises(OSError, match="in use"):
            other.bind((prefect_api.LOOPBACK, port))
        written = prefect_api.door_file(place).read_text("utf-8")
        assert written == f"PREFECT_API_URL={api.url}\nPREFECT_API_AUTH_STRING={password}\n"
        assert os.environ["NO_PROXY"] == "127.0.0.1,intranet"
        assert stat.S_IMODE(prefect_api.door_file(place).stat().st_mode) == 0o600
    assert not {"PREFECT_API_URL", "PREFECT_API_AUTH_STRING"} & os.environ.keys()
    assert os.environ["NO_PROXY"] == "intranet"
    assert not prefect_api.door_file(place).exists()


def test_each_start_has_a_password_of_its_own() -> None:
    passwords = {prefect_api.make_password() for _ in range(10)}
    assert len(passwords) == 10
    assert min(map(len, passwords)) > 40


def test_the_secret_is_not_written_through_a_link_that_somebody_laid(tmp_path: Path) -> None:
    place, elsewhere = Workspace(tmp_path), tmp_path / "elsewhere"
    prefect_api.door_file(place).parent.mkdir()
    prefect_api.door_file(place).symlink_to(elsewhere)
    prefect_api.keep_door(place, {"PREFECT_API_URL": "x"})
    assert not elsewhere.exists()
    assert prefect_api.door_file(place).read_text("utf-8") == "PREFECT_API_URL=x\n"


def test_a_port_that_is_taken_is_said() -> None:
    with prefect_api.open_port() as door, pytest.raises(ConfigurationError, match="cannot be taken"):
        prefect_api.open_port(door.getsockname()[1])


def test_a_server_that_ends_by_itself_ends_the_block_that_needs_it() -> None:
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    api = prefect_api.PrefectApi("", subprocess.Popen([sys.executable, "-c", ""]))
    try:
        with pytest.raises(ConfigurationError, match="has ended"), api.needed():
            signal.pause()
    finally:
        signal.signal(signal.SIGTERM, before)


def test_pages_says_how_to_open_them(tmp_path: Path, healthy_url: str) -> None:
    place = make_world(tmp_path / "data")
    prefect_api.door_file(place).parent.mkdir()
    access = {"PREFECT_API_URL": healthy_url, "PREFECT_API_AUTH_STRING": "backorders:secret"}
    prefect_api.keep_door(place, access)
    shown = run("pages", "-w", str(place.root))
    assert shown.exit_code == 0
    assert healthy_url.removesuffix("/api") in shown.output
    assert "backorders:secret" in shown.output
    assert str(prefect_api.door_file(place)) in shown.output


def test_pages_of_a_serve_that_does_not_run_are_none(tmp_path: Path) -> None:
    place = make_world(tmp_path / "data")
    shown = run("pages", "-w", str(place.root))
    assert shown.exit_code == 2
    assert "nothing serves" in shown.output
