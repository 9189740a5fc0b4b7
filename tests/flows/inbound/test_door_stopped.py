"""Stopped at any step of the disk and run again, the door has every file once and loses none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flows.disk.faults import FaultPlan, Watch, watching
from flows.inbound.taking.archive import archive_files
from tests.flows.inbound.dropping import drop, landed_in, workspace_in

if TYPE_CHECKING:
    from pathlib import Path

    from flows.workspace import Workspace

pytestmark = pytest.mark.thorough

CONTENTS = {b"1", b"2"}


class StoppedError(Exception):
    """Stands for the end of the process."""


class StoppingPlan(FaultPlan):
    """Raises where the real plan kills the process, so that many stops fit in one test."""

    def reach(self, point: str) -> None:
        """Count the point; leave at the one that was chosen."""
        self.passed += 1
        if self.passed == self.stop_at:
            raise StoppedError(point)


def take_files(workspace: Workspace) -> None:
    """Land what lies in inbound, and archive it, as a run would before and after its commit."""
    archive_files(landed_in(workspace), workspace)


def workspace_with_files(root: Path) -> Workspace:
    """A workspace with two dropped files, and an archive that knows one of their names."""
    workspace = workspace_in(root)
    drop(workspace, "../archive/acme/orders/a.csv", b"0")
    drop(workspace, "acme/orders/a.csv", b"1")
    drop(workspace, "bolt/items/b.csv", b"2")
    return workspace


def contents_of(folder: Path) -> list[bytes]:
    """What the files below a folder hold, hidden ones too."""
    return sorted(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_stop_at_any_point_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    counted = StoppingPlan()
    workspace = workspace_with_files(tmp_path / "whole")
    with watching(Watch(counted)):
        take_files(workspace)
    assert counted.passed > 40
    for point in range(1, counted.passed + 1):
        workspace = workspace_with_files(tmp_path / str(point))
        with watching(Watch(StoppingPlan(point))), pytest.raises(StoppedError):
            take_files(workspace)
        assert set(contents_of(workspace.inbound)) | set(contents_of(workspace.archive)) >= CONTENTS
        take_files(workspace)
        assert contents_of(workspace.inbound) == []
        assert contents_of(workspace.archive) == [b"0", b"1", b"2"]
        assert contents_of(workspace.landing) == [b"1", b"2"]
