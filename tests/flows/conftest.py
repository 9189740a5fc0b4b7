"""A night that many tests of the world begin after, lived once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.flows.night.small_world import MONDAY, drop_first_day, make_world, run_night

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def monday(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small world after Monday's night, with the first day of acme in its books; only ever copied."""
    workspace = make_world(tmp_path_factory.mktemp("monday") / "data")
    drop_first_day(workspace)
    run_night(workspace, MONDAY)
    return workspace.root
