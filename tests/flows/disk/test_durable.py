"""Durable writing leaves whole files, and a process can be stopped at every step of it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from flows.disk import durable
from flows.disk.faults import FaultPlan, OperationLog, Watch, point, watch_of, watching
from flows.disk.sealing import Access, shut
from tests.crash.stopping import KILLED, run_job

if TYPE_CHECKING:
    from pathlib import Path


def write_one(root: Path) -> None:
    """A job: one file in a new folder."""
    durable.make_folder(root / "a")
    durable.write_file(root / "a" / "x", [b"one", b"two"])


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_a_written_file_is_whole_and_its_hash_is_told(tmp_path: Path) -> None:
    assert durable.write_file(tmp_path / "x", [b"one", b"two"]) == hashlib.sha256(b"onetwo").hexdigest()
    assert (tmp_path / "x").read_bytes() == b"onetwo"
    assert names(tmp_path) == ["x"]


def test_writing_again_replaces_the_file_and_what_a_killed_run_left(tmp_path: Path) -> None:
    durable.partial_of(tmp_path / "x").write_bytes(b"left over, and longer")
    durable.write_text(tmp_path / "x", "old")
    durable.write_text(tmp_path / "x", "new")
    assert (tmp_path / "x").read_text() == "new"
    assert names(tmp_path) == ["x"]


def test_a_write_that_fails_leaves_what_stood_there(tmp_path: Path) -> None:
    durable.write_text(tmp_path / "x", "old")
    with pytest.raises(ZeroDivisionError):
        durable.write_file(tmp_path / "x", (bytes(1 // divisor) for divisor in (1, 0)))
    assert (tmp_path / "x").read_text() == "old"


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("mine")
    durable.partial_of(tmp_path / "x").symlink_to(tmp_path / "victim")
    with pytest.raises(OSError, match="symbolic link"):
        durable.write_text(tmp_path / "x", "yours")
    assert (tmp_path / "victim").read_text() == "mine"


def test_a_copy_has_the_bytes_of_its_source(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(bytes(durable.CHUNK + 1))
    assert (
        durable.copy_file(tmp_path / "big", tmp_path / "copy")
        == hashlib.sha256(bytes(durable.CHUNK + 1)).hexdigest()
    )


def test_a_link_is_swapped_in_one_step(tmp_path: Path) -> None:
    durable.partial_of(tmp_path / "current").symlink_to("left over")
    for version in ("v1", "v2"):
        durable.swap_symlink(tmp_path / "current", version)
        assert str((tmp_path / "current").readlink()) == version
    assert names(tmp_path) == ["current"]


def test_a_read_only_folder_can_still_be_removed_by_the_program(tmp_path: Path) -> None:
    folder = durable.make_folder(tmp_path / "v1" / "picks")
    durable.write_text(folder / "x", "x")
    (tmp_path / "v1" / "link").symlink_to("picks")
    shut(tmp_path / "v1", Access())
    durable.remove_tree(tmp_path / "v1")
    durable.remove_tree(tmp_path / "v1")
    assert names(tmp_path) == []


def test_what_is_gone_can_be_removed_again(tmp_path: Path) -> None:
    durable.write_text(tmp_path / "x", "x")
    durable.remove(tmp_path / "x")
    durable.remove(tmp_path / "x")
    assert names(tmp_path) == []


def test_a_rename_between_folders_syncs_both(tmp_path: Path) -> None:
    old, new = durable.make_folder(tmp_path / "old"), durable.make_folder(tmp_path / "new")
    durable.write_text(old / "x", "x")
    plan = FaultPlan(list_to=tmp_path / "points")
    with watching(Watch(plan)):
        durable.rename(old / "x", new / "x")
    passed = (tmp_path / "points").read_text().splitlines()
    assert [name for name in passed if name.startswith("after")] == [
        "after rename x",
        "after fsync_folder new",
        "after fsync_folder old",
    ]


def test_a_folder_that_exists_is_synced_again_since_a_killed_run_may_not_have(tmp_path: Path) -> None:
    durable.make_folder(tmp_path / "a")
    with watching(Watch(FaultPlan(list_to=tmp_path / "points"))):
        durable.make_folder(tmp_path / "a")
    assert f"after fsync_folder {tmp_path.name}" in (tmp_path / "points").read_text()


def test_the_log_has_each_operation_and_keeps_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    with watching(Watch(log=OperationLog(tmp_path / "log", tmp_path / "root"))):
        durable.write_text(tmp_path / "root" / "x", "hello")
        durable.settle(tmp_path / "root" / "x")
        point("not an operation")
    lines = [json.loads(line) for line in (tmp_path / "log" / "operations.jsonl").read_text().splitlines()]
    assert [line["op"] for line in lines] == [
        *("open", "write", "fsync", "rename", "fsync_folder"),
        *("fsync", "fsync_folder"),
    ]
    assert (lines[3]["path"], lines[3]["target"]) == (".x.partial", "x")
    kept = lines[1]["files"][".x.partial"]
    assert kept["len"] == 5
    assert (tmp_path / "log" / "payloads" / kept["sha256"]).read_text() == "hello"


@pytest.mark.parametrize(("stop_at", "left"), [(1, []), (5, []), (13, ["a", "a/.x.partial"])])
def test_a_process_is_killed_at_the_point_that_was_asked_for(
    tmp_path: Path, stop_at: int, left: list[str]
) -> None:
    (tmp_path / "root").mkdir()
    assert run_job(write_one, tmp_path / "root", stop_at=stop_at) == KILLED
    found = sorted(str(path.relative_to(tmp_path / "root")) for path in (tmp_path / "root").rglob("*"))
    assert [path for path in found if stop_at > 5 or path != "a"] == left


def test_the_environment_switches_the_watch_on(tmp_path: Path) -> None:
    assert watch_of({}) is None
    watch = watch_of(
        {
            "BACKORDERS_STOP_AT": "7",
            "BACKORDERS_LIST_POINTS": str(tmp_path / "points"),
            "BACKORDERS_OPERATION_LOG": str(tmp_path / "log"),
            "BACKORDERS_OPERATION_ROOT": str(tmp_path),
        }
    )
    assert watch == Watch(FaultPlan(7, tmp_path / "points"), OperationLog(tmp_path / "log", tmp_path))
