"""A folder is closed to writing and made durable as a whole: file by file, or with its file system."""

from __future__ import annotations

import ctypes
import errno
import os
import stat
from typing import TYPE_CHECKING

import pytest

from flows.disk import durable, sealing
from flows.disk.faults import OperationLog, Watch, watching
from flows.disk.sealing import Access, held_open, make_durable, shut
from tests.crash.replay import Loss, read_log, replay

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TEXTS = {f"notices/{name}.txt": name for name in "abcdefgh"} | {"summary.md": "all"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace."""
    (tmp_path / "root").mkdir()
    return tmp_path / "root"


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is many already, and the file system is one that we trust."""
    monkeypatch.setattr(sealing, "MANY", 1)
    monkeypatch.setattr(sealing, "_tells_of_errors", lambda _: True)


def build(root: Path, *, is_synced: bool = True) -> None:
    """Fill a folder, and give it its name."""
    building = durable.make_folder(root / "v1.tmp")
    durable.make_folder(building / "notices")
    with held_open(building) as hold:
        for path, text in TEXTS.items():
            place = building / path
            durable.lay_file(place, [text.encode()], durable.mode_of_laid(place.parent))
        (building / "foreign").write_text("of a library that nobody watches")
        count = shut(building, Access())
        if is_synced:
            make_durable(building, hold, count)
    durable.rename(building, root / "v1")


def log_of(tmp_path: Path, root: Path, work: Callable[[Path], None] = build) -> Path:
    """The operations of a job."""
    with watching(Watch(log=OperationLog(tmp_path / "log", root))):
        work(root)
    return tmp_path / "log"


def operations(log: Path) -> list[str]:
    return [line["op"] for line in read_log(log)]


def texts(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_everything_but_links_is_closed_to_writing_and_counted(tmp_path: Path) -> None:
    (tmp_path / "v1" / "picks").mkdir(parents=True)
    for name in ("x", "picks/y"):
        (tmp_path / "v1" / name).write_text(name)
    (tmp_path / "elsewhere").write_text("theirs")
    (tmp_path / "elsewhere").chmod(0o644)
    (tmp_path / "v1" / "link").symlink_to(tmp_path / "elsewhere")
    places = [tmp_path / "v1", tmp_path / "v1" / "picks", tmp_path / "v1" / "x", tmp_path / "v1/picks/y"]
    for access, modes in ((Access(), [0o555, 0o555, 0o444, 0o444]),
                          (Access(0o640, 0o2750, os.getgid()), [0o2550, 0o2550, 0o440, 0o440])):  # fmt: skip
        assert shut(tmp_path / "v1", access) == 4
        assert [stat.S_IMODE(place.stat().st_mode) for place in places] == modes
    assert stat.S_IMODE((tmp_path / "elsewhere").stat().st_mode) == 0o644


def test_what_is_sealed_is_given_to_the_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x").write_text("x")
    given: list[tuple[str, int, int]] = []
    monkeypatch.setattr(os, "chown", lambda *arguments: given.append(arguments))
    shut(tmp_path / "x", Access(group=os.getgid() + 1))
    assert given == [(str(tmp_path / "x"), -1, os.getgid() + 1)]


def test_few_files_are_synced_one_by_one(tmp_path: Path, root: Path) -> None:
    done = operations(log_of(tmp_path, root))
    assert "syncfs" not in done
    assert done.count("fsync") == len(TEXTS) + 1


@pytest.mark.usefixtures("many")
def test_of_many_files_the_file_system_is_synced_once_before_they_get_their_name(
    tmp_path: Path, root: Path
) -> None:
    done = operations(log_of(tmp_path, root))
    assert done.count("syncfs") == 1
    assert "fsync" not in done
    assert done.index("rename") > done.index("syncfs")


@pytest.mark.usefixtures("many")
def test_a_cut_before_the_sync_loses_any_of_it_and_one_after_it_nothing(tmp_path: Path, root: Path) -> None:
    log = log_of(tmp_path, root)
    synced = operations(log).index("syncfs") + 1
    whole = {
        f"v1.tmp/{path}": text
        for path, text in {**TEXTS, "foreign": "of a library that nobody watches"}.items()
    }
    for loss in Loss:
        assert texts(replay(log, synced, tmp_path / f"after{loss.name}", loss=loss)) == whole
    left = {loss: texts(replay(log, synced - 1, tmp_path / loss.name, loss=loss)) for loss in Loss}
    assert left[Loss.EVERYTHING] == {}
    assert set(left[Loss.BYTES].values()) == {""}
    assert {} != left[Loss.SOME] != whole
    assert "" in left[Loss.SOME].values()


@pytest.mark.usefixtures("many")
def test_a_name_that_is_given_before_the_sync_is_caught(tmp_path: Path, root: Path) -> None:
    log = log_of(tmp_path, root, lambda place: build(place, is_synced=False))
    count = len(read_log(log))
    for loss in (Loss.EVERYTHING, Loss.BYTES, Loss.SOME):
        named = texts(replay(log, count, tmp_path / loss.name, loss=loss))
        assert named != texts(root), loss


class Answering:
    """A library whose sync of a file system gives one answer."""

    def __init__(self, number: int) -> None:
        self.number = number

    def syncfs(self, _: int) -> int:
        """Fail."""
        ctypes.set_errno(self.number)
        return -1


@pytest.mark.usefixtures("many")
def test_an_error_of_the_disk_is_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: Answering(errno.EIO))
    with pytest.raises(OSError, match="Input/output error") as caught:
        build(root)
    assert caught.value.errno == errno.EIO
    assert not (root / "v1").exists()


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("library", [object(), Answering(errno.ENOSYS)])
def test_where_a_system_knows_no_such_sync_each_file_is_synced(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch, library: object
) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: library)
    done = operations(log_of(tmp_path, root))
    assert (done.count("syncfs"), done.count("fsync")) == (0, len(TEXTS) + 1)


@pytest.mark.parametrize(
    ("kind", "release", "trusted"),
    [("ext4", "6.1.0-13", True), ("xfs", "5.8", True), ("overlay", "6.1.0", False), ("nfs4", "6.1.0", False),
     ("ext4", "5.7.19", False), ("ext4", "", False)],
)  # fmt: skip
def test_only_file_systems_that_tell_of_errors_are_synced_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, release: str, *, trusted: bool
) -> None:
    device = tmp_path.stat().st_dev
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "21 1 0:999 / /proc rw shared:5 - proc proc rw\n"
        f"22 1 {os.major(device)}:{os.minor(device)} / {tmp_path} rw shared:1 - {kind} /dev/x rw\n"
    )
    monkeypatch.setattr(sealing, "MOUNTS", mounts)
    monkeypatch.setattr("platform.release", lambda: release)
    done = []
    monkeypatch.setattr(sealing, "MANY", 1)
    monkeypatch.setattr(sealing, "perform", lambda operation, _: done.append(operation.name))
    build(durable.make_folder(tmp_path / "root"))
    assert done == ["syncfs"] * trusted


def test_without_a_list_of_mounts_each_file_is_synced(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "MANY", 1)
    for text in (None, "21 1 0:999 / /proc rw shared:5 - proc proc rw\n"):
        monkeypatch.setattr(sealing, "MOUNTS", tmp_path / "mountinfo")
        if text is not None:
            (tmp_path / "mountinfo").write_text(text)
        assert "syncfs" not in operations(log_of(tmp_path, root))
        durable.remove_tree(root / "v1")
