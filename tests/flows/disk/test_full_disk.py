"""A disk that fills up at any moment of a night: said plainly, with its exit code, and nothing is lost."""

from __future__ import annotations

import errno
import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from flows.daytime import look_by_day
from flows.disk.faults import FaultPlan, Watch, watching
from flows.disk.full_disk import told_when_disk_is_full
from flows.ledger.store.ledger import Ledger
from schemas.errors import BackordersError, ConfigurationError, PublicationError
from tests.crash.stopping import spread
from tests.flows.night.small_world import MONDAY, drop_first_day, lines_of, make_world, run_night
from tests.tiers import thorough

if TYPE_CHECKING:
    from flows.workspace import Workspace

TRIES = thorough(2, 12)
"""At how many of its operations the disk of a night is full."""

FULL_DEVICE = Path("/dev/full")


class FullDisk(FaultPlan):
    """A disk on which no operation succeeds from one on."""

    def reach(self, point: str) -> None:
        """Count the operation; refuse it and every later one once the disk is full."""
        if not point.startswith("before "):
            return
        self.passed += 1
        if self.stop_at is not None and self.passed >= self.stop_at:
            raise OSError(errno.ENOSPC, "No space left on device", point)


@pytest.mark.parametrize(("is_committed", "exit_code"), [(False, 2), (True, 30)])
@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS])
def test_a_place_that_may_not_be_written_is_told_as_that(
    tmp_path: Path, number: int, *, is_committed: bool, exit_code: int
) -> None:
    with (
        pytest.raises(BackordersError, match=r"not be written: .* at ledger/segments.*run again") as caught,
        told_when_disk_is_full(tmp_path, "a commit", is_committed=is_committed),
    ):
        raise OSError(number, os.strerror(number), "ledger/segments")
    assert caught.value.exit_code == exit_code


@pytest.mark.parametrize("tries", TRIES)
def test_a_night_whose_disk_fills_up_says_so_and_goes_on_when_there_is_room(
    tmp_path: Path, tries: int
) -> None:
    counted = FullDisk()
    with watching(Watch(counted)):
        night(make_workspace(tmp_path / "counted"))
    codes = set()
    for number in spread(counted.passed, tries):
        workspace = make_workspace(tmp_path / str(number))
        with watching(Watch(FullDisk(stop_at=number))), pytest.raises(BackordersError) as caught:
            night(workspace)
        codes.add(caught.value.exit_code)
        assert str(workspace.root) in str(caught.value), "it says where"
        assert re.search("became full|No space left", str(caught.value)), "it says what"
        assert "un again" in str(caught.value), "it says what to do"
        assert is_committed(workspace) == isinstance(caught.value, PublicationError)
        night(workspace)
        assert lines_of(workspace) == {"acme/O1": (1, 3)}
    assert codes == {2, 30}


def make_workspace(root: Path) -> Workspace:
    """A small world with files to take."""
    workspace = make_world(root)
    drop_first_day(workspace)
    return workspace


def night(workspace: Workspace) -> None:
    run_night(workspace, MONDAY)


def is_committed(workspace: Workspace) -> bool:
    with Ledger.open(workspace) as ledger:
        return ledger.last_committed() is not None


def test_a_look_by_day_says_that_the_disk_is_full(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "data")
    with (
        watching(Watch(FullDisk(stop_at=1))),
        pytest.raises(ConfigurationError, match="during a look at inbound"),
    ):
        look_by_day(workspace)


def test_a_database_without_room_is_a_full_disk(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "small.sqlite")) as connection:
        connection.execute("PRAGMA max_page_count = 2")
        connection.execute("CREATE TABLE texts (text TEXT)")
        with (
            pytest.raises(ConfigurationError, match="Nothing is lost"),
            told_when_disk_is_full(tmp_path, "a try"),
        ):
            connection.execute("INSERT INTO texts VALUES (?)", ["x" * 100_000])


@pytest.mark.skipif(not FULL_DEVICE.exists(), reason="this system has no device that is always full")
def test_a_library_that_finds_no_room_is_a_full_disk(tmp_path: Path) -> None:
    rows = pl.DataFrame({"number": range(100_000)})
    full = told_when_disk_is_full(tmp_path, "a try", is_committed=True)
    with pytest.raises(PublicationError, match="The night is committed, and nothing is lost"), full:
        rows.write_parquet(FULL_DEVICE)


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.EIO, "denied"),
        sqlite3.OperationalError("locked"),
        pl.exceptions.ComputeError("x"),
    ],
)
def test_other_errors_stay_what_they_are(tmp_path: Path, error: Exception) -> None:
    with pytest.raises(type(error)) as caught, told_when_disk_is_full(tmp_path, "a try"):
        raise error
    assert caught.value is error
