"""Everything that has a hash is compared with it."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner, Result

from flows.cli.app import app
from flows.outbound.versions.tombstones import Reason, replace_files, withdraw_folders
from flows.workspace import Workspace
from tests.flows.night.small_world import MONDAY

if TYPE_CHECKING:
    from pathlib import Path

SUMMARY = "published/v000001/summary/summary.md"


@pytest.fixture
def workspace(sample: Workspace, tmp_path: Path) -> Workspace:
    """A copy of the sample."""
    shutil.copytree(sample.root, tmp_path / "data", symlinks=True)
    return Workspace(tmp_path / "data")


def verify(workspace: Workspace) -> Result:
    """What the command says for programs."""
    return CliRunner().invoke(app, ["verify", "--json", "--workspace", str(workspace.root)])


def damage(path: Path) -> None:
    """A bit of it is another."""
    content = path.read_bytes()
    path.parent.chmod(0o755)
    path.chmod(0o644)
    path.write_bytes(content[:30] + bytes([content[30] ^ 1]) + content[31:])


def test_a_whole_workspace_is_whole_also_where_people_were_taken_out(workspace: Workspace) -> None:
    version = workspace.published / "v000002"
    withdraw_folders(version, ["notices"], Reason.PEOPLE_DAYS, MONDAY)
    picks = next(version.glob("picks/*/picks_*.csv")).relative_to(version).as_posix()
    replace_files(version, {picks: b"without people\n"}, Reason.ERASED, MONDAY)
    said = verify(workspace)
    assert said.exit_code == 0, said.output
    whole = json.loads(said.stdout)["whole"]
    assert set(whole) == {"ledger", "landing", "published"}
    assert min(whole.values()) > 10


@pytest.mark.parametrize(
    "pattern",
    [
        "ledger/segments/order_lines/*",
        "ledger/policies/*",
        "ledger/manifests/v000002.json",
        "landing/*/*",
        SUMMARY,
        "published/v000001/MANIFEST.json",
        "published/v000001/picks/LEEDS/picks_*.csv",
    ],
)
def test_a_damaged_file_is_named(workspace: Workspace, pattern: str) -> None:
    path = next(path for path in sorted(workspace.root.glob(pattern)) if path.is_file())
    damage(path)
    said = verify(workspace)
    assert said.exit_code == 40
    (sentence,) = json.loads(said.stdout)["damaged"]
    assert sentence.startswith(f"{path} was changed")


def test_a_missing_file_is_named_and_a_damaged_database_ends_it(workspace: Workspace) -> None:
    (workspace.root / SUMMARY).parent.chmod(0o755)
    (workspace.root / SUMMARY).unlink()
    assert json.loads(verify(workspace).stdout)["damaged"][0].startswith(
        f"{workspace.root / SUMMARY} is missing"
    )
    damage(workspace.ledger / "control.sqlite")
    said = verify(workspace)
    assert (said.exit_code, "control.sqlite" in said.output) == (40, True)
