"""One writer at a time."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from flows.disk.lock import hold_lock
from schemas.errors import ConfigurationError
from tests.crash.stopping import run_job

if TYPE_CHECKING:
    from pathlib import Path


def take_lock(root: Path) -> None:
    """A job: be the writer."""
    with hold_lock(root / "run.lock"):
        pass


def test_a_second_writer_is_refused_and_told_who_holds_the_lock(tmp_path: Path) -> None:
    with (
        hold_lock(tmp_path / "run.lock"),
        pytest.raises(ConfigurationError, match=f"process {os.getpid()} holds"),
        hold_lock(tmp_path / "run.lock"),
    ):
        pass


def test_another_process_is_refused_while_the_lock_is_held_and_not_after(tmp_path: Path) -> None:
    with hold_lock(tmp_path / "run.lock"):
        assert run_job(take_lock, tmp_path) == 1
    assert run_job(take_lock, tmp_path) == 0


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    (tmp_path / "run.lock").write_text("999999\n")
    take_lock(tmp_path)
    assert (tmp_path / "run.lock").read_text() == f"{os.getpid()}\n"
