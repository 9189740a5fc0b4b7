"""Making a version the current one: readers see the old night or the new one, never a half of either.

A version is built in a folder of its own under another name, synced, made read-only, renamed, and
only then does `current` point to it. Each step can be repeated: a folder that a killed run left half
made is built again from the committed state, one that stands under its own name with the manifest that
is kept of it is whole.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import duckdb
from polars.exceptions import PolarsError

from flows.disk import durable
from flows.disk.full_disk import told_when_disk_is_full
from flows.disk.sealing import Access, held_open, make_durable, shut
from flows.ledger.store.versions import name_version
from flows.outbound.versions.front import show_nights
from flows.outbound.versions.manifest import MANIFEST, RUN_INFO, hash_file, manifest_chunks, run_info_text
from flows.privacy import HOLD_PEOPLE, find_readers
from flows.unforeseen import words_of
from schemas.errors import PublicationError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from flows.outbound.versions.manifest import VersionFacts
    from flows.privacy import Readers
    from flows.workspace import Workspace

CURRENT = "current"
UNFINISHED = ".tmp"
"""Ending of a folder that is being made or removed."""


def version_folder(workspace: Workspace, version: int) -> Path:
    """Where a version stands once it is published."""
    return workspace.published / name_version(version)


def publish_version(workspace: Workspace, version: int, write: Callable[[Path], VersionFacts]) -> Path:
    """The folder of a version that is now published and current.

    `write` puts every output into the folder it is given and returns what the manifest needs. It is not
    called for a version that stands already; a newer version stays current.

    Raises:
        PublicationError: the disk or the database refused, or something else has the version's name; what was
            published before is untouched.
    """
    place = version_folder(workspace, version)
    try:
        with told_when_disk_is_full(workspace.root, f"publishing version {version}", is_committed=True):
            durable.make_folder(workspace.published)
            if not os.path.lexists(place):
                _build(workspace, place, write, find_readers(workspace))
            elif not _is_of_ours(workspace, place, version):
                message = (
                    f"Version {version} is committed but not published: {place} lies there already and "
                    "is not what was published as it. Move it away, and run again to go on from there."
                )
                raise PublicationError(message)
            durable.settle(place)
            if version >= max(published_versions(workspace)):
                durable.swap_symlink(workspace.published / CURRENT, place.name)
            show_published(workspace)
    except (OSError, duckdb.Error, PolarsError) as error:
        why = words_of(error)
        message = f"Version {version} is committed but not published: {why}. Run again to go on from there."
        raise PublicationError(message) from error
    return place


def show_published(workspace: Workspace) -> None:
    """Let the front of what is published show the versions that stand."""
    folders = [version_folder(workspace, version) for version in published_versions(workspace)]
    show_nights(workspace.published, workspace.published / CURRENT, folders)


def published_versions(workspace: Workspace) -> list[int]:
    """The versions that stand, oldest first."""
    return sorted(int(folder.name[1:]) for folder in workspace.published.glob("v*") if _is_version(folder))


def replaced_versions(workspace: Workspace) -> list[Path]:
    """The folders of versions that a restore moved aside: no books know them, and they hold people."""
    return sorted(path for path in workspace.backups.glob("replaced-*/published/v*") if _is_version(path))


def _is_of_ours(workspace: Workspace, place: Path, version: int) -> bool:
    """Whether a folder is a version that was made whole: its manifest is kept before it appears."""
    kept, own = kept_manifest(workspace, version), place / MANIFEST
    return kept.is_file() and own.is_file() and kept.read_bytes() == own.read_bytes()


def _is_version(folder: Path) -> bool:
    """Whether it is the folder of a version, by its name."""
    return folder.name[1:].isdigit() and folder.is_dir()


def manifest_hash(workspace: Workspace, version: int) -> str | None:
    """SHA-256 of a version's manifest, which is kept for ever; null where there is none."""
    place = kept_manifest(workspace, version)
    return hash_file(place) if place.is_file() else None


def kept_manifest(workspace: Workspace, version: int) -> Path:
    """A copy outside the version's folder: manifests outlive the versions they describe."""
    return workspace.ledger / "manifests" / f"v{version:06d}.json"


def remove_versions(workspace: Workspace, kept: Collection[int]) -> list[int]:
    """The versions that were removed: those not in `kept`, but never the newest.

    A reader that has a file open keeps reading it.
    """
    removed = [version for version in published_versions(workspace)[:-1] if version not in kept]
    for version in removed:
        folder = version_folder(workspace, version)
        durable.rename(folder, _unfinished(folder))
    if gone := sorted(workspace.published.glob(f"v*{UNFINISHED}")):
        show_published(workspace)
    for folder in gone:
        durable.remove_tree(folder)
    return removed


def _build(
    workspace: Workspace, place: Path, write: Callable[[Path], VersionFacts], readers: Readers
) -> None:
    """Make the folder of a version from nothing, and let it appear whole."""
    building = _unfinished(place)
    durable.remove_tree(building)
    durable.make_folder(building)
    durable.set_mode(building, durable.OWN_FOLDER)  # nobody looks at what is not whole
    with held_open(building) as hold:
        facts = write(building)
        durable.write_file(building / MANIFEST, manifest_chunks(facts, building))
        durable.write_text(building / RUN_INFO, run_info_text(facts, building))
        count = sum(_shut(entry, readers) for entry in sorted(building.iterdir()))
        durable.set_mode(building, durable.READ_ONLY_FOLDER)
        make_durable(building, hold, count)
    kept = kept_manifest(workspace, facts.version)
    durable.make_folder(kept.parent)
    durable.copy_file(building / MANIFEST, kept)
    durable.rename(building, place)


def _shut(entry: Path, readers: Readers) -> int:
    """How many files and folders of a version are closed to writing now, and to whom they are not for."""
    holds_people = entry.name in HOLD_PEOPLE
    return shut(entry, Access(readers.file, readers.folder, readers.group) if holds_people else Access())


def _unfinished(folder: Path) -> Path:
    return folder.with_name(folder.name + UNFINISHED)
