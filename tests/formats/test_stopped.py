"""Stopped or cut off on the way to today's format: books are old or new, and the next run goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flows.ledger.databases.backups import backup_place
from flows.ledger.databases.control import find_format
from flows.ledger.migrations.chain import todays_format
from flows.workspace import Workspace
from tests.crash.replay import Loss, read_log, replay
from tests.crash.stopping import KILLED, list_points, run_job, spread
from tests.formats.opening import FORMATS, bring, dump, unpack

if TYPE_CHECKING:
    from pathlib import Path

FOUND = FORMATS[-1]
STOPS = 6
CUTS = 2


def assert_whole(workspace: Workspace, before: dict[str, list[str]], after: dict[str, list[str]]) -> None:
    """The books are of today's format, and the backup is what they were."""
    assert find_format(workspace.ledger) == todays_format()
    assert dump(workspace.ledger) == after
    assert dump(backup_place(workspace, FOUND)) == before
    assert not list(workspace.backups.glob(".*"))


def test_a_run_that_was_killed_goes_on(tmp_path: Path) -> None:
    undisturbed = unpack(FOUND, tmp_path / "undisturbed", only="ledger")
    before = dump(undisturbed.ledger)
    points = list_points(bring, undisturbed.root, tmp_path / "points")
    after = dump(undisturbed.ledger)
    late = [len(points) - at for at in range(3)]
    for stop_at in {*spread(len(points), STOPS), *late}:
        workspace = unpack(FOUND, tmp_path / str(stop_at), only="ledger")
        assert run_job(bring, workspace.root, stop_at=stop_at) == KILLED
        assert find_format(workspace.ledger) in {FOUND, todays_format()}
        assert dump(workspace.ledger) in (before, after)
        assert run_job(bring, workspace.root) == 0
        assert_whole(workspace, before, after)


@pytest.mark.parametrize("loss", Loss, ids=lambda loss: loss.name)
def test_a_power_cut_leaves_old_books_or_new_ones(tmp_path: Path, loss: Loss) -> None:
    start = unpack(FOUND, tmp_path / "start", only="ledger")
    before = dump(start.ledger)
    undisturbed, log = unpack(FOUND, tmp_path / "undisturbed", only="ledger"), tmp_path / "log"
    assert run_job(bring, undisturbed.root, log=log) == 0
    after, operations = dump(undisturbed.ledger), len(read_log(log))
    for upto in {*spread(operations, CUTS), operations - 1, operations - 2}:
        root = replay(log, upto, tmp_path / f"cut_{upto}", loss=loss, start=start.root)
        assert dump(root / "ledger") in (before, after)
        assert run_job(bring, root) == 0
        assert_whole(Workspace(root), before, after)
