"""Everything that has a hash, compared with it: the books, what was received, and what was published."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flows.disk import damage, durable
from flows.inbound.taking.kept import find_landed
from flows.ledger.databases import control, seals
from flows.ledger.store import segments, versions
from flows.outbound.versions.manifest import MANIFEST, RUN_INFO, hash_file
from flows.outbound.versions.publish import kept_manifest, published_versions, version_folder
from flows.outbound.versions.tombstones import ERASED
from schemas.errors import DamageError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from flows.workspace import Workspace

POLICIES = "SELECT DISTINCT sha256 FROM run_policies"
MANIFESTS = "SELECT version, manifest FROM versions WHERE manifest IS NOT NULL"
ADVICE = {
    "ledger": damage.WHAT_TO_DO,
    "landing": "Copy the file there from archive/ or a backup, under that name.",
    "published": "The books are whole. Copy the file there from a backup, or let `run --again` publish anew.",
}
"""What to do with a file of each folder."""


@dataclass
class Verified:
    """How many files were compared, by their folder, and what was found of those that differ."""

    whole: dict[str, int] = field(default_factory=dict)
    damaged: list[str] = field(default_factory=list)
    _compared: set[Path] = field(default_factory=set)

    def compare(self, kind: str, path: Path, content_hash: str) -> None:
        """Compare a file with the hash that it must have; once, if several name it."""
        if path in self._compared:
            return
        self._compared.add(path)
        try:
            if path.is_file() and hash_file(path) == content_hash:
                self.whole[kind] = self.whole.get(kind, 0) + 1
                return
            damage.read_whole(path, content_hash, mark=_mark_of(path), advice=ADVICE[kind])
        except OSError as error:
            self.damaged.append(f"{path} cannot be read ({error.strerror}). {ADVICE[kind]}")
        except DamageError as error:
            self.damaged.append(str(error))


def verify_everything(workspace: Workspace) -> Verified:
    """What was compared, and what differs; nothing is changed.

    Raises:
        DamageError: a database is damaged, so that nobody can say what the other files must be.
    """
    found = Verified()
    seals.distrust(workspace.ledger)
    with closing(control.open_control(workspace.ledger)) as connection:
        found.whole["ledger"] = 2
        for path, content_hash in _files_of_books(workspace, connection):
            found.compare("ledger", path, content_hash)
    for landed in find_landed(workspace):
        found.compare("landing", landed.path, landed.file_hash)
    for version in published_versions(workspace) if workspace.published.is_dir() else []:
        for path, content_hash in _files_of_version(workspace, version):
            found.compare("published", path, content_hash)
    return found


def _files_of_books(workspace: Workspace, connection: sqlite3.Connection) -> Iterator[tuple[Path, str]]:
    """Each file that the databases name, and its hash."""
    for table, content_hash in connection.execute(versions.NAMED).fetchall():
        yield segments.segment_path(workspace.ledger / "segments", table, content_hash), content_hash
    for (content_hash,) in connection.execute(POLICIES).fetchall():
        yield workspace.ledger / "policies" / content_hash, content_hash
    for version, content_hash in connection.execute(MANIFESTS).fetchall():
        yield kept_manifest(workspace, version), content_hash
        if (folder := version_folder(workspace, version)).is_dir():
            yield folder / MANIFEST, content_hash


def _files_of_version(workspace: Workspace, version: int) -> Iterator[tuple[Path, str]]:
    """Each file that a published version names, and its hash, less what was taken out for people's sake."""
    folder = version_folder(workspace, version)
    manifest, run_info = _read(kept_manifest(workspace, version)), _read(folder / RUN_INFO)
    named = {**manifest.get("outputs", {}), **run_info.get("outputs", {})}
    erased = _read(folder / ERASED).get("files", {}) if (folder / ERASED).is_file() else {}
    for name, content_hash in sorted(named.items()):
        tombstone = next((erased[path] for path in _paths_above(name) if path in erased), None)
        if tombstone is None:
            yield folder / name, content_hash
        elif tombstone["sha256"]:
            yield folder / name, tombstone["sha256"]


def _paths_above(name: str) -> Iterable[str]:
    """A path, and every folder that it lies in, as tombstones name them."""
    parts = name.split("/")
    return [name, *("/".join(parts[:depth]) + "/" for depth in range(1, len(parts)))]


def _read(place: Path) -> dict[str, Any]:
    """What a document of a version says; nothing if it cannot be read, which its own hash tells."""
    try:
        content = json.loads(b"".join(durable.chunks_of(place)))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _mark_of(path: Path) -> bytes:
    return segments.MARK if path.suffix == ".parquet" else b""
