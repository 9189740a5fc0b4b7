"""Tests of the front of what is published: the current page, and the list of nights."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from flows.outbound.versions.front import LATEST, NIGHTS, REPORT
from flows.outbound.versions.publish import publish_version, remove_versions
from tests.flows.outbound.versions.facts import facts_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flows.outbound.versions.manifest import VersionFacts
    from flows.workspace import Workspace

SUMMARY = {
    "business_date": "2026-03-02",
    "run_no": 1,
    "clients_held": [],
    "needs_a_person": [{"count": 4, "is_new": True}, {"count": 3, "is_new": False}],
    "clients": [{"files": 2, "rows_rejected": 1, "units_released": 40, "units_short": 2.5}],
}


def outputs(version: int, summary: str | None = None) -> Callable[[Path], VersionFacts]:
    """A writer of a version with a page and a summary."""

    def write(folder: Path) -> VersionFacts:
        (folder / REPORT).write_text(f"page of {version}")
        (folder / "summary").mkdir()
        text = summary if summary is not None else json.dumps(SUMMARY | {"run_no": version})
        (folder / "summary" / "summary.json").write_text(text)
        return facts_of(version)

    return write


def test_the_latest_page_is_that_of_the_current_version(workspace: Workspace) -> None:
    for version in (1, 2, 1):
        publish_version(workspace, version, outputs(version))
    assert (workspace.published / LATEST).read_text() == "page of 2"


def test_the_list_has_the_nights_that_stand_the_newest_first(workspace: Workspace) -> None:
    for version in (1, 2, 3):
        publish_version(workspace, version, outputs(version))
    remove_versions(workspace, kept=[1])
    nights = (workspace.published / NIGHTS).read_text()
    assert "v000002" not in nights
    assert nights.index("v000003/report.html") < nights.index("v000001/report.html")
    assert "Monday 2 March 2026, run 3" in nights
    assert all(told in nights for told in (">7<", "4 new", ">40<", ">2.5<", "1 row rejected"))


def test_a_list_that_was_not_written_before_a_removal_ended_is_written_when_it_is_finished(
    workspace: Workspace,
) -> None:
    for version in (1, 2):
        publish_version(workspace, version, outputs(version))
    (workspace.published / "v000001").rename(workspace.published / "v000001.tmp")
    remove_versions(workspace, kept=[])
    assert "v000001" not in (workspace.published / NIGHTS).read_text()


@pytest.mark.parametrize("summary", ["{", "[]", "{}", '{"business_date": "never", "needs_a_person": []}'])
def test_a_version_whose_summary_cannot_be_read_keeps_no_other_from_the_list(
    workspace: Workspace, summary: str
) -> None:
    publish_version(workspace, 1, outputs(1, summary))
    publish_version(workspace, 2, outputs(2))
    nights = (workspace.published / NIGHTS).read_text()
    assert "v000001" not in nights
    assert "v000002" in nights


def test_before_the_first_page_the_list_is_empty(workspace: Workspace) -> None:
    publish_version(workspace, 1, lambda _: facts_of(1))
    assert "No night has a page yet." in (workspace.published / NIGHTS).read_text()
    assert not (workspace.published / LATEST).is_symlink()
