"""Everything that Prefect keeps lies in the workspace, and it tells nobody."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from flows.scheduling.prefect_settings import prepare_prefect
from flows.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_prefect_keeps_what_it_keeps_in_the_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "environ", {"PREFECT_HOME": "/elsewhere"})
    prepare_prefect(Workspace(tmp_path))
    assert os.environ["PREFECT_HOME"] == str(tmp_path / ".prefect")
    assert os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert os.environ["DO_NOT_TRACK"] == "1"


def test_what_whoever_runs_it_says_otherwise_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    timeout = "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS"
    monkeypatch.setattr(os, "environ", {timeout: "300"})
    prepare_prefect(Workspace(tmp_path))
    assert os.environ[timeout] == "300"
