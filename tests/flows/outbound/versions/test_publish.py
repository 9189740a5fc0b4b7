"""Tests of publishing: a version appears whole, and stays as it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from flows.disk.faults import FaultPlan, Watch, watching
from flows.outbound.versions.manifest import MANIFEST, RUN_INFO, VersionFacts, hash_file
from flows.outbound.versions.publish import (
    manifest_hash,
    publish_version,
    published_versions,
    remove_versions,
    version_folder,
)
from flows.workspace import Workspace
from schemas.errors import PublicationError
from tests.flows.outbound.killing import Kill, Killed
from tests.flows.outbound.versions.facts import facts_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PICK = "picks/W1/picks_W1_2026-03-02_1.csv"


def hash_files(folder: Path) -> dict[str, str]:
    """SHA-256 of each file below a folder, by its path there."""
    return {str(path.relative_to(folder)): hash_file(path) for path in folder.rglob("*") if path.is_file()}


def outputs(workspace: Workspace, version: int, pick: str = "W1,A,5\n") -> Callable[[Path], VersionFacts]:
    """A writer of a small version."""

    def write(folder: Path) -> VersionFacts:
        path = folder / PICK
        path.parent.mkdir(parents=True)
        path.write_text(pick)
        (folder / "analytics.duckdb").write_bytes(b"database")
        return facts_of(version, previous_manifest=manifest_hash(workspace, version - 1))

    return write


def publish_versions(workspace: Workspace, *versions: int) -> None:
    """Publish small versions, one after the other."""
    for version in versions:
        publish_version(workspace, version, outputs(workspace, version))


def current(workspace: Workspace) -> str:
    """Name of the folder that readers see."""
    return str((workspace.published / "current").readlink())


def test_a_published_version_is_current_and_read_only(workspace: Workspace) -> None:
    place = publish_version(workspace, 123, outputs(workspace, 123))
    assert place == workspace.published / "v000123"
    assert current(workspace) == "v000123"
    assert not [path for path in [place, *place.rglob("*")] if path.stat().st_mode & 0o222]


def test_a_version_has_its_manifest_and_its_run_info(workspace: Workspace) -> None:
    place = publish_version(workspace, 1, outputs(workspace, 1))
    assert list(json.loads((place / MANIFEST).read_text())["outputs"]) == [PICK]
    assert sorted(json.loads((place / RUN_INFO).read_text())["outputs"]) == [MANIFEST, "analytics.duckdb"]


def test_each_manifest_names_the_one_before_by_its_hash(workspace: Workspace) -> None:
    publish_versions(workspace, 1, 2)
    second = json.loads((version_folder(workspace, 2) / MANIFEST).read_text())
    assert second["previous_manifest"] == hash_file(version_folder(workspace, 1) / MANIFEST)


def test_a_version_that_stands_is_not_made_again(workspace: Workspace) -> None:
    publish_versions(workspace, 1)
    publish_version(workspace, 1, outputs(workspace, 1, pick="other"))
    assert (version_folder(workspace, 1) / PICK).read_text() == "W1,A,5\n"


@pytest.mark.parametrize("manifest", [None, "{}"])
def test_what_lies_there_under_the_name_of_a_version_is_not_taken_for_it(
    workspace: Workspace, manifest: str | None
) -> None:
    publish_versions(workspace, 1)
    foreign = version_folder(workspace, 2)
    foreign.mkdir()
    if manifest is not None:
        (foreign / MANIFEST).write_text(manifest)
    with pytest.raises(PublicationError, match="Move it away, and run again"):
        publish_versions(workspace, 2)
    assert current(workspace) == "v000001"
    foreign.rename(workspace.root / "moved")
    publish_versions(workspace, 2)
    assert current(workspace) == "v000002"


def test_what_a_killed_run_left_half_made_is_made_again(workspace: Workspace) -> None:
    half = workspace.published / "v000001.tmp"
    half.mkdir(parents=True)
    (half / "half.csv").write_text("half")
    half.chmod(0o555)
    place = publish_version(workspace, 1, outputs(workspace, 1))
    assert not (place / "half.csv").exists()
    assert [entry.name for entry in sorted(workspace.published.iterdir())] == [
        *("current", "nights.html", "v000001")
    ]


def test_publishing_an_older_version_again_leaves_the_newer_one_current(workspace: Workspace) -> None:
    publish_versions(workspace, 1, 2, 1)
    assert current(workspace) == "v000002"


def test_a_disk_that_refuses_leaves_the_version_before_as_it_was(workspace: Workspace) -> None:
    publish_versions(workspace, 1)

    def fail(folder: Path) -> VersionFacts:
        message = f"No space left on device: {folder.name}"
        raise OSError(message)

    with pytest.raises(PublicationError, match=r"Version 2 is committed but not published: No space left"):
        publish_version(workspace, 2, fail)
    assert current(workspace) == "v000001"


def test_versions_that_are_not_kept_are_removed_but_never_the_newest(workspace: Workspace) -> None:
    publish_versions(workspace, 1, 2, 3, 4)
    assert remove_versions(workspace, kept=[2]) == [1, 3]
    assert published_versions(workspace) == [2, 4]


def test_a_removal_that_was_cut_is_finished(workspace: Workspace) -> None:
    publish_versions(workspace, 1, 2)
    version_folder(workspace, 1).rename(workspace.published / "v000001.tmp")
    assert remove_versions(workspace, kept=[]) == []
    assert [entry.name for entry in sorted(workspace.published.iterdir())] == [
        *("current", "nights.html", "v000002")
    ]


def test_a_manifest_outlives_its_version(workspace: Workspace) -> None:
    publish_versions(workspace, 1, 2)
    before = manifest_hash(workspace, 1)
    remove_versions(workspace, kept=[])
    assert manifest_hash(workspace, 1) == before
    assert before is not None


def test_there_is_no_manifest_before_the_first(workspace: Workspace) -> None:
    assert manifest_hash(workspace, 0) is None


def fault_points(root: Path) -> list[str]:
    """The names of all fault points of publishing a version."""
    listed = root / "points"
    with watching(Watch(FaultPlan(list_to=listed))):
        night(Workspace(root / "listed"))
    return listed.read_text().splitlines()


def night(workspace: Workspace) -> None:
    """Publish the second version of a workspace, and remove the first."""
    for version in (1, 2):
        publish_version(workspace, version, outputs(workspace, version))
    remove_versions(workspace, kept=[])


@pytest.mark.thorough
def test_a_night_stopped_anywhere_and_run_again_ends_with_the_same_bytes(tmp_path: Path) -> None:
    points = fault_points(tmp_path)
    expected = hash_files(tmp_path / "listed")
    assert len(points) > 100
    for number in range(1, len(points) + 1, 7):
        workspace = Workspace(tmp_path / f"stopped{number}")
        with pytest.raises(Killed), watching(Watch(Kill(stop_at=number))):
            night(workspace)
        night(workspace)
        assert hash_files(workspace.root) == expected, points[number - 1]
        assert current(workspace) == "v000002"


def test_a_version_is_read_only_before_it_appears_and_appears_before_it_is_current(tmp_path: Path) -> None:
    points = fault_points(tmp_path)
    read_only = points.index("after chmod v000001.tmp")
    appears = points.index("before rename v000001.tmp")
    is_current = points.index("before rename .current.partial")
    assert read_only < appears < is_current
