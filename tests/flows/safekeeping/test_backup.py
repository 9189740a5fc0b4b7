"""A backup is of one moment, whatever a night does meanwhile, and a night goes on from it."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from flows.disk.faults import FaultPlan, Watch, watching
from flows.ledger.databases import seals
from flows.ledger.store.ledger import Ledger
from flows.outbound.versions.publish import published_versions
from flows.safekeeping import backup as backups
from flows.safekeeping.backup import make_backup, read_backup
from flows.safekeeping.restore import Statement, restore_backup
from flows.workspace import Workspace
from schemas.errors import ConfigurationError, DamageError
from tests.crash.stopping import spread
from tests.flows.night.small_world import (
    MONDAY,
    TUESDAY,
    clock_after,
    drop,
    lines_of,
    run_night,
    touch_back,
)

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

NOW = clock_after(MONDAY).now()
ORDER = "order_id,line_no,sku,qty,ordered_at\nO2,1,B,2,2026-03-03 09:00\n"
AFTER = {"acme/O1": (1, 3), "acme/O2": (0, 2)}


@dataclass
class BackupPlan(FaultPlan):
    """Makes a backup at some points of what is watched."""

    workspace: Workspace = field(default_factory=lambda: Workspace(NotImplemented))
    at: tuple[int, ...] = ()
    folder: Path = field(default_factory=lambda: NotImplemented)

    def reach(self, point: str) -> None:
        """Count the point; at a chosen one a backup is made beside the night."""
        self.passed += 1
        if self.passed in self.at:
            with watching(Watch()):
                made = make_backup(self.workspace, self.folder / str(self.passed), NOW)
            (self.folder / f"{self.passed}.point").write_text(f"{point}, version {made.version}", "utf-8")


@pytest.fixture(scope="module")
def first_night(monday: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """After one night, with a file for the next."""
    root = tmp_path_factory.mktemp("backup") / "world"
    workspace = Workspace(shutil.copytree(monday, root, symlinks=True))
    touch_back(drop(workspace, "acme/orders/more.csv", ORDER), NOW - timedelta(hours=1))
    return workspace.root


@pytest.fixture
def world(first_night: Path, tmp_path: Path) -> Workspace:
    """A copy of that."""
    shutil.copytree(first_night, tmp_path / "world", symlinks=True)
    return Workspace(tmp_path / "world")


def test_a_backup_has_what_a_night_needs_and_shares_what_never_changes(
    world: Workspace, tmp_path: Path
) -> None:
    touch_back(drop(world, "acme/orders/half.csv", ORDER[:-20]), NOW - timedelta(seconds=20))
    made = make_backup(world, tmp_path / "copies" / "monday", NOW)
    copy = Workspace(tmp_path / "copies" / "monday")
    assert (made.version, made.last_night) == (1, "2026-03-02")
    assert read_backup(copy.root) == made
    assert copy.root.stat().st_mode & 0o777 == 0o700
    assert published_versions(copy) == [1]
    assert (copy.published / "current").resolve() == copy.published / "v000001"
    assert (copy.published / "latest.html").resolve() == copy.published / "v000001" / "report.html"
    assert not copy.outbox.exists()
    for path in (world.ledger / "segments").rglob("*.parquet"):
        assert path.samefile(copy.root / path.relative_to(world.root))
    for name in ("control.sqlite", "people.sqlite"):
        assert not (world.ledger / name).samefile(copy.ledger / name)
    waiting, waits = world.inbound / "acme/orders/more.csv", copy.inbound / "acme/orders/more.csv"
    assert (waits.read_text("utf-8"), waits.samefile(waiting)) == (ORDER, False)
    assert waits.stat().st_mtime_ns == waiting.stat().st_mtime_ns
    assert not waits.with_name("half.csv").exists(), "its sender may still be writing to it"
    with pytest.raises(ConfigurationError, match="is there already"):
        make_backup(world, copy.root, NOW)


def test_a_folder_that_is_no_backup_is_told_as_that(world: Workspace, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="is no backup that was finished"):
        restore_backup(Workspace(tmp_path / "new"), world.root, Statement(), clock_after(MONDAY))
    make_backup(world, tmp_path / "copy", NOW)
    facts = json.loads((tmp_path / "copy" / "BACKUP.json").read_text("utf-8"))
    (tmp_path / "copy" / "BACKUP.json").write_text(json.dumps(facts | {"format": 99}), "utf-8")
    with pytest.raises(ConfigurationError, match="written by a newer program"):
        restore_backup(Workspace(tmp_path / "new"), tmp_path / "copy", Statement(), clock_after(MONDAY))


def test_damaged_books_are_not_backed_up(world: Workspace, tmp_path: Path) -> None:
    segment = next((world.ledger / "segments").glob("order_lines/*"))
    os.truncate(segment, 40)
    with pytest.raises(DamageError, match="is cut off"):
        make_backup(world, tmp_path / "copy", NOW)
    assert not (tmp_path / "copy").exists()
    with pytest.raises(ConfigurationError, match="has no books yet"):
        make_backup(Workspace(tmp_path / "nothing"), tmp_path / "copy", NOW)


@pytest.mark.thorough
def test_what_a_night_swept_meanwhile_is_looked_for_in_its_newer_books(
    world: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy, tries = backups.copy_databases, []
    (named,) = (world.ledger / "segments").glob("order_lines/*")

    def copy_and_sweep(connection: sqlite3.Connection, folder: Path) -> None:
        copy(connection, folder)
        tries.append(folder)
        if len(tries) == 1:
            run_night(world, TUESDAY)
            named.rename(tmp_path / "swept")
        else:
            (tmp_path / "swept").rename(named)

    monkeypatch.setattr(backups, "copy_databases", copy_and_sweep)
    made = make_backup(world, tmp_path / "copy", NOW)
    assert (made.version, len(tries)) == (2, 2)


@pytest.mark.thorough
def test_a_backup_made_at_any_point_of_a_night_goes_on_as_it_did(world: Workspace, tmp_path: Path) -> None:
    points = FaultPlan()
    shutil.copytree(world.root, tmp_path / "counted", symlinks=True)
    with watching(Watch(points)):
        run_night(Workspace(tmp_path / "counted"), TUESDAY)
    chosen = tuple(spread(points.passed, 12))
    plan = BackupPlan(workspace=world, at=chosen, folder=tmp_path / "made")
    (tmp_path / "made").mkdir()
    with watching(Watch(plan)):
        run_night(world, TUESDAY)
    assert lines_of(world) == AFTER
    versions = set()
    for number in chosen:
        restored = Workspace(tmp_path / f"restored_{number}")
        said = Statement(nothing_handed_out=True)
        found = restore_backup(restored, tmp_path / "made" / str(number), said, clock_after(MONDAY))
        versions.add(found.backup.version)
        seals.distrust(restored.ledger)
        run_night(restored, TUESDAY)
        assert lines_of(restored) == AFTER, number
        with Ledger.open(restored) as ledger:
            assert ledger.verify() > 0
    assert versions == {1, 2}


@pytest.mark.parametrize(
    "name", ["archive/b", "ledger/b", "backups/b", "outbox/b", "published/v000009", "inbound/b"]
)
def test_no_backup_lies_in_a_folder_of_the_program(first_night: Path, name: str) -> None:
    """It would be copied into itself, swept, published, or missed by an erasure."""
    workspace = Workspace(first_night)
    with pytest.raises(
        ConfigurationError, match=r"Nothing may be written there: .* name a folder outside\. Nothing"
    ):
        make_backup(workspace, workspace.root / name, NOW)
    assert not (workspace.root / name).exists()
