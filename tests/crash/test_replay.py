"""The model of a power cut: what was not synced may be gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flows.disk import durable
from flows.disk.faults import Operation, OperationLog, Watch, perform, watching
from flows.disk.sealing import Access, held_open, make_durable, shut
from tests.crash.replay import Loss, read_log, replay

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder that is written to while the log is kept."""
    (tmp_path / "root").mkdir()
    return tmp_path / "root"


@pytest.fixture
def watch(tmp_path: Path, root: Path) -> Watch:
    return Watch(log=OperationLog(tmp_path / "log", root))


def contents(folder: Path) -> dict[str, str]:
    """Each file below a folder with its text."""
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def cut(tmp_path: Path, upto: int, loss: Loss) -> Path:
    return replay(tmp_path / "log", upto, tmp_path / f"{upto}_{loss.name}", loss=loss)


def test_after_the_last_sync_nothing_is_lost(tmp_path: Path, root: Path, watch: Watch) -> None:
    with watching(watch):
        durable.make_folder(root / "a" / "b")
        durable.write_text(root / "a" / "b" / "x", "one")
        durable.write_text(root / "a" / "b" / "x", "two")
        durable.swap_symlink(root / "current", "a")
        with held_open(root / "a") as hold:
            make_durable(root / "a", hold, shut(root / "a", Access()))
    count = len(read_log(tmp_path / "log"))
    for loss in Loss:
        left = cut(tmp_path, count, loss)
        assert contents(left) == {"a/b/x": "two"}
        assert str((left / "current").readlink()) == "a"
        assert (left / "a").stat().st_mode & 0o777 == 0o555


def test_a_file_is_old_or_new_at_every_cut(tmp_path: Path, root: Path, watch: Watch) -> None:
    with watching(watch):
        durable.write_text(root / "x", "old")
        first = len(read_log(tmp_path / "log"))
        durable.write_text(root / "x", "new")
    for upto in range(first, len(read_log(tmp_path / "log")) + 1):
        for loss in Loss:
            assert contents(cut(tmp_path, upto, loss))["x"] in {"old", "new"}


def test_a_rename_without_a_sync_of_its_folder_is_lost(tmp_path: Path, root: Path, watch: Watch) -> None:
    durable.write_text(root / "x", "old")
    with watching(watch):
        durable.settle(root / "x")
        perform(Operation("rename", root / "x", str(root / "y")), lambda: (root / "x").replace(root / "y"))
    count = len(read_log(tmp_path / "log"))
    assert contents(cut(tmp_path, count, Loss.EVERYTHING)) == {"x": "old"}
    assert contents(cut(tmp_path, count, Loss.NOTHING)) == {"y": "old"}


def test_bytes_without_a_sync_are_lost_under_a_name_that_stands(
    tmp_path: Path, root: Path, watch: Watch
) -> None:
    with watching(watch):
        place = root / "x"
        perform(Operation("open", place), place.touch)
        perform(Operation("write", place, payload=lambda: {place: b"one"}), lambda: place.write_text("one"))
        durable.sync_folder(root)
    assert contents(cut(tmp_path, 3, Loss.BYTES)) == {"x": ""}
    assert contents(cut(tmp_path, 3, Loss.NOTHING)) == {"x": "one"}


def test_removed_entries_may_come_back_until_the_folder_is_synced(
    tmp_path: Path, root: Path, watch: Watch
) -> None:
    with watching(watch):
        durable.make_folder(root / "a")
        durable.write_text(root / "a" / "x", "one")
        before = len(read_log(tmp_path / "log"))
        durable.remove_tree(root / "a")
    lines = read_log(tmp_path / "log")
    assert [line["op"] for line in lines[before:]] == ["unlink", "rmdir", "fsync_folder"]
    assert contents(cut(tmp_path, len(lines) - 1, Loss.EVERYTHING)) == {"a/x": "one"}
    assert contents(cut(tmp_path, len(lines), Loss.EVERYTHING)) == {}


def test_what_stood_there_before_the_log_is_durable(tmp_path: Path, root: Path, watch: Watch) -> None:
    start = tmp_path / "start"
    (start / "inbound").mkdir(parents=True)
    (start / "inbound" / "x").write_text("dropped")
    (start / "link").symlink_to("inbound")
    (root / "inbound").mkdir()
    (root / "inbound" / "x").write_text("dropped")
    with watching(watch):
        durable.rename(root / "inbound" / "x", root / "y")
    left = replay(tmp_path / "log", 1, tmp_path / "cut", loss=Loss.EVERYTHING, start=start)
    assert contents(left)["inbound/x"] == "dropped"
    assert (left / "link").is_symlink()
    assert contents(replay(tmp_path / "log", 3, tmp_path / "end", loss=Loss.EVERYTHING, start=start)) == {
        "y": "dropped"
    }
