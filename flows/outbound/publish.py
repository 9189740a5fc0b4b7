"""Making a version the current one: readers see the old night or the new one, never a half of either.

A version is built in a folder of its own under another name, synced, made read-only, renamed, and
only then does `current` point to it. Each step can be repeated: a folder that a killed run left half
made is built again from the committed state, one that stands under its own name is whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
from polars.exceptions import PolarsError

from flows.ledger import durable
from flows.outbound.documents import path_label
from flows.outbound.manifest import MANIFEST, RUN_INFO, hash_file, manifest_text, run_info_text
from schemas.errors import PublicationError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

    from flows.outbound.manifest import VersionFacts
    from flows.workspace import Workspace
    from schemas.warehouse import Warehouse

CURRENT = "current"
UNFINISHED = ".tmp"
"""Ending of a folder that is being made or removed."""


def version_folder(workspace: Workspace, version: int) -> Path:
    """Where a version stands once it is published."""
    return workspace.published / f"v{version:06d}"


def publish_version(workspace: Workspace, version: int, write: Callable[[Path], VersionFacts]) -> Path:
    """The folder of a version that is now published and current.

    `write` puts every output into the folder it is given and returns what the manifest needs. It is not
    called for a version that stands already; a newer version stays current.

    Raises:
        PublicationError: the disk or the database refused; what was published before is untouched.
    """
    place = version_folder(workspace, version)
    try:
        durable.make_folder(workspace.published)
        if not place.is_dir():
            _build(workspace, place, write)
        durable.settle(place)
        if version >= max(published_versions(workspace)):
            durable.swap_symlink(workspace.published / CURRENT, place.name)
    except (OSError, duckdb.Error, PolarsError) as error:
        message = f"Version {version} is committed but not published: {error}. Run again to go on from there."
        raise PublicationError(message) from error
    return place


def published_versions(workspace: Workspace) -> list[int]:
    """The versions that stand, oldest first."""
    return sorted(
        int(folder.name[1:])
        for folder in workspace.published.glob("v*")
        if folder.name[1:].isdigit() and folder.is_dir()
    )


def manifest_hash(workspace: Workspace, version: int) -> str | None:
    """SHA-256 of a version's manifest, which is kept for ever; null where there is none."""
    place = _kept_manifest(workspace, version)
    return hash_file(place) if place.is_file() else None


def remove_versions(workspace: Workspace, kept: Collection[int]) -> list[int]:
    """The versions that were removed: those not in `kept`, but never the newest.

    A reader that has a file open keeps reading it.
    """
    removed = [version for version in published_versions(workspace)[:-1] if version not in kept]
    for version in removed:
        folder = version_folder(workspace, version)
        durable.rename(folder, _unfinished(folder))
    for folder in sorted(workspace.published.glob(f"v*{UNFINISHED}")):
        durable.remove_tree(folder)
    return removed


def deliver_picks(workspace: Workspace, folder: Path, warehouses: Mapping[str, Warehouse]) -> list[Path]:
    """The pick files of a published version, as they now lie where the warehouses fetch them.

    A file appears whole or not at all, and is never replaced by other content.

    Raises:
        PublicationError: a folder cannot be written, or holds a file of that name with other content;
            the other warehouses have theirs.
    """
    settings = {path_label(warehouse_id): warehouse for warehouse_id, warehouse in warehouses.items()}
    delivered, failures = [], []
    for source in sorted(folder.glob("picks/*/*")):
        label = source.parent.name
        place = _delivery_folder(workspace, label, settings.get(label)) / source.name
        try:
            _deliver(source, place)
            delivered.append(place)
        except OSError as error:
            failures.append(f"{label}: {error}")
    if failures:
        message = (
            f"{len(failures)} pick files could not be delivered ({'; '.join(failures[:3])}). "
            f"They lie in {folder / 'picks'}. Mend the folder and run again."
        )
        raise PublicationError(message)
    return delivered


def _build(workspace: Workspace, place: Path, write: Callable[[Path], VersionFacts]) -> None:
    """Make the folder of a version from nothing, and let it appear whole."""
    building = _unfinished(place)
    durable.remove_tree(building)
    durable.make_folder(building)
    facts = write(building)
    manifest = manifest_text(facts, building)
    durable.write_text(building / MANIFEST, manifest)
    durable.write_text(building / RUN_INFO, run_info_text(facts, building))
    durable.set_read_only(building)
    kept = _kept_manifest(workspace, facts.version)
    durable.make_folder(kept.parent)
    durable.write_text(kept, manifest)
    durable.rename(building, place)


def _deliver(source: Path, place: Path) -> None:
    """Copy a pick file, unless it lies there already."""
    durable.make_folder(place.parent)
    if not place.exists():
        durable.copy_file(source, place)
    elif hash_file(place) != hash_file(source):
        message = f"{place} is there with other content; a warehouse may be picking from it"
        raise FileExistsError(message)
    durable.settle(place)


def _delivery_folder(workspace: Workspace, label: str, warehouse: Warehouse | None) -> Path:
    if warehouse is None or warehouse.delivery_folder is None:
        return workspace.outbox / label
    return workspace.root / warehouse.delivery_folder


def _kept_manifest(workspace: Workspace, version: int) -> Path:
    """A copy outside the version's folder: manifests outlive the versions they describe."""
    return workspace.ledger / "manifests" / f"v{version:06d}.json"


def _unfinished(folder: Path) -> Path:
    return folder.with_name(folder.name + UNFINISHED)
