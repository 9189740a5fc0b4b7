"""A night has its page; one that cannot be made is told, and keeps nothing back."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, NoReturn

import duckdb
import pytest

from flows.configuration import read_configuration
from flows.night.publishing import publishing
from flows.night.standing import read_tonight
from flows.night.troubles import find_standing
from flows.workspace import Workspace
from tests.flows.night.small_world import TUESDAY, clock_after, run_night

if TYPE_CHECKING:
    from pathlib import Path


def test_the_page_of_the_sample_is_the_latest_and_its_nights_are_listed(sample: Workspace) -> None:
    page = (sample.published / "latest.html").read_text("utf-8")
    assert page == (sample.published / "v000003" / "report.html").read_text("utf-8")
    assert "Wednesday 4 March 2026" in page
    nights = (sample.published / "nights.html").read_text("utf-8")
    places = [nights.index(f'href="v{version:06}/report.html"') for version in (3, 2, 1)]
    assert places == sorted(places)
    assert all((sample.published / f"v{version:06}" / "report.html").is_file() for version in (1, 2, 3))


@pytest.mark.thorough
def test_a_page_that_cannot_be_made_keeps_nothing_back_and_is_told(
    monday: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace(shutil.copytree(monday, tmp_path / "data", symlinks=True))

    def fail(*_: object) -> NoReturn:
        message = "failed to allocate data of size 1.0 GiB"
        raise duckdb.OutOfMemoryException(message)

    monkeypatch.setattr(publishing, "render_report", fail)
    (night,) = run_night(workspace, TUESDAY)
    folder = night.folder
    assert (folder / "MANIFEST.json").is_file()
    assert not (folder / "report.html").exists()
    assert not (workspace.published / "latest.html").exists(), "Monday's page is not the latest"
    tonight = read_tonight(
        workspace, configuration := read_configuration(workspace), clock_after(TUESDAY).now()
    )
    told = find_standing(tonight, configuration, workspace)
    assert any("report.html (OutOfMemoryException)" in trouble for trouble in told)
    assert "v000002" not in (workspace.published / "nights.html").read_text("utf-8")
