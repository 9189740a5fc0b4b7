"""After the commit: what was taken leaves inbound, nothing else does, and nothing is overwritten."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from flows.disk import durable
from flows.inbound.taking import archive
from flows.inbound.taking.archive import REPLACED, ArchivedFile, archive_files
from tests.flows.inbound.dropping import drop, landed_in, workspace_in

if TYPE_CHECKING:
    from pathlib import Path


def test_a_taken_file_is_moved_to_the_archive_of_its_client_and_feed(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    path = drop(workspace, "acme/orders/a.csv", b"1")
    target = workspace.archive / "acme" / "orders" / "a.csv"
    assert archive_files(landed_in(workspace), workspace) == [ArchivedFile("acme", "orders", "a.csv", target)]
    assert target.read_bytes() == b"1"
    assert not path.exists()


def test_a_file_that_was_moved_before_needs_nothing(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    drop(workspace, "acme/orders/a.csv")
    taken = landed_in(workspace)
    archive_files(taken, workspace)
    assert archive_files(taken, workspace) == []


def test_another_file_of_the_name_gets_a_number_and_nothing_is_overwritten(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    for content in (b"1", b"2", b"3"):
        drop(workspace, "acme/orders/a.csv", content)
        archive_files(landed_in(workspace), workspace)
    folder = workspace.archive / "acme" / "orders"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        "a.csv": b"1",
        "a.2.csv": b"2",
        "a.3.csv": b"3",
    }


def test_a_file_that_a_power_cut_brought_back_to_inbound_is_kept_once(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    for content in (b"1", b"2", b"2", b"1"):
        drop(workspace, "acme/orders/a.csv", content)
        [moved] = archive_files(landed_in(workspace), workspace)
        assert moved.moved_to is not None
        assert moved.moved_to.read_bytes() == content
    folder = workspace.archive / "acme" / "orders"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {"a.csv": b"1", "a.2.csv": b"2"}
    assert list((workspace.inbound / "acme" / "orders").iterdir()) == []


def test_a_file_that_was_replaced_since_it_was_read_stays_as_a_new_one(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    drop(workspace, "acme/orders/a.csv", b"1")
    taken = landed_in(workspace)
    path = drop(workspace, "acme/orders/a.csv", b"2")
    assert archive_files(taken, workspace) == [ArchivedFile("acme", "orders", "a.csv", None, REPLACED)]
    assert path.read_bytes() == b"2"


@pytest.mark.parametrize("is_other_disk", [False, True])
def test_a_file_that_is_replaced_in_the_moment_of_moving_is_put_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_other_disk: bool
) -> None:
    workspace = workspace_in(tmp_path)
    path = drop(workspace, "acme/orders/a.csv", b"1")
    taken = landed_in(workspace)
    real_rename = durable.rename

    def late(source: Path, target: Path) -> None:
        if source == path:
            monkeypatch.setattr(durable, "rename", real_rename)
            drop(workspace, "acme/orders/new.csv", b"2").replace(path)
            if is_other_disk:
                raise OSError(errno.EXDEV, "Invalid cross-device link")
        real_rename(source, target)

    monkeypatch.setattr(durable, "rename", late)
    assert archive_files(taken, workspace) == [ArchivedFile("acme", "orders", "a.csv", None, REPLACED)]
    assert path.read_bytes() == b"2"
    assert list((workspace.archive / "acme" / "orders").iterdir()) == []


def test_between_two_disks_a_file_is_copied_and_then_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = workspace_in(tmp_path)
    path = drop(workspace, "acme/orders/a.csv", b"1")
    taken = landed_in(workspace)
    real_rename = durable.rename

    def across(source: Path, target: Path) -> None:
        if source == path:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        real_rename(source, target)

    monkeypatch.setattr(durable, "rename", across)
    [moved] = archive_files(taken, workspace)
    assert moved.moved_to is not None
    assert moved.moved_to.read_bytes() == b"1"
    assert not path.exists()


def test_a_file_that_may_not_be_moved_is_left_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = workspace_in(tmp_path)
    path = drop(workspace, "acme/orders/a.csv")
    taken = landed_in(workspace)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(durable, "rename", refuse)
    [left] = archive_files(taken, workspace)
    assert left.moved_to is None
    assert left.problem.startswith("Permission denied")
    assert path.exists()


def test_a_link_in_the_place_of_a_taken_file_is_left(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    path = drop(workspace, "acme/orders/a.csv")
    taken = landed_in(workspace)
    path.rename(path.with_name("b.csv"))
    path.symlink_to("b.csv")
    [left] = archive_files(taken, workspace)
    assert left.moved_to is None
    assert path.is_symlink()


def test_a_folder_that_is_gone_or_a_link_needs_nothing(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    path = drop(workspace, "acme/orders/a.csv")
    [taken] = landed_in(workspace)
    path.parent.rename(workspace.root / "elsewhere")
    assert archive_files([taken], workspace) == []
    path.parent.symlink_to(workspace.root / "elsewhere")
    assert archive_files([taken], workspace) == []
    assert (workspace.root / "elsewhere" / "a.csv").exists()


def test_a_file_that_goes_away_in_the_moment_of_moving_needs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = workspace_in(tmp_path)
    path = drop(workspace, "acme/orders/a.csv")
    taken = landed_in(workspace)
    path.unlink()
    monkeypatch.setattr(archive, "_names_shown_as", lambda *_: ["a.csv"])
    assert archive_files(taken, workspace) == []


def test_names_of_odd_bytes_are_found_by_their_label(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    path = drop(workspace, f"acme/orders/{os.fsdecode(bytes([0x67, 0xF6]))}.csv")
    [moved] = archive_files(landed_in(workspace), workspace)
    assert moved.file_name == "g\\udcf6.csv"
    assert moved.moved_to is not None
    assert (moved.moved_to.name, path.exists()) == (path.name, False)


def test_other_files_of_the_folder_are_not_touched(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    drop(workspace, "acme/orders/a.csv", b"1")
    [taken] = landed_in(workspace)
    other = drop(workspace, "acme/orders/b.csv", b"1")
    archive_files([taken, replace(taken, client_id="bolt")], workspace)
    assert other.exists()
