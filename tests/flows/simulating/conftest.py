"""A workspace in which nights were run; tests only read it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from flows.night.run import run_nights
from tests.trials.sample_nights import NIGHTS, drop_files, set_up

if TYPE_CHECKING:
    from flows.workspace import Workspace


@pytest.fixture(scope="session")
def assuming_sample(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The sample, but releases count as shipped: no warehouse confirms anything."""
    workspace = set_up(tmp_path_factory.mktemp("simulated") / "assuming")
    for path in workspace.clients.glob("*.toml"):
        text = path.read_text("utf-8")
        told = re.sub(r"^tell_on = .*$", "", text, flags=re.MULTILINE)
        path.write_text(re.sub(r'^confirm = "feed"', 'confirm = "assume"', told, flags=re.MULTILINE), "utf-8")
    for night in NIGHTS:
        for path in drop_files(workspace, night):
            if path.parent.name == "shipments":
                path.unlink()
        run_nights(workspace, business_date=night)
    return workspace
