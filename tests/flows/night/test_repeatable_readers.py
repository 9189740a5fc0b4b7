"""Whoever reads the published database never waits, never fails, and cannot write; nor does the night."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from tests.trials.readers import HOLDS, open_to_all, read_through_nights
from tests.trials.sample_nights import SMALL_CLIENT


@pytest.mark.thorough
def test_readers_of_an_ordinary_user_and_the_nights_do_not_disturb_each_other() -> None:
    with tempfile.TemporaryDirectory(
        ignore_cleanup_errors=True
    ) as place:  # tmp_path is closed to other users
        readings = read_through_nights(open_to_all(Path(place)) / "workspace", 2, [SMALL_CLIENT])
    assert len(readings) == len(HOLDS)
    assert [error for reading in readings for error in reading.errors] == []
    assert all(reading.write_refused and reading.queries for reading in readings)
    assert any(len(reading.versions) > 1 for reading in readings), "somebody saw a version follow another"
