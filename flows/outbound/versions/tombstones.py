"""What was taken out of a published version, and why: `erased.json` beside its manifest.

A manifest keeps its hashes for ever. Where one has no file any more, or the file has another hash,
`erased.json` names it, so that an auditor can tell what was deleted for the sake of people from what
was lost. It is written before the deletion: a kill in between leaves a file too much, never an
unexplained gap. A folder of the version stays writable until all is done, so whoever comes next sees
that somebody was stopped.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from flows.disk import durable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date

ERASED = "erased.json"
MEANING = (
    "Hashes of these paths in MANIFEST.json and run_info.json have no file any more, or one with the "
    "sha256 given here; a path that ends with a slash means everything below it."
)


class Reason(StrEnum):
    """Why something was taken out of a version."""

    PEOPLE_DAYS = "people_days"
    """Files that hold people are kept for so many days."""
    ERASED = "erased"
    """Somebody asked that a person be forgotten."""


@dataclass(frozen=True)
class Tombstone:
    """Why a path of a version is not as it was published."""

    reason: Reason
    on: date
    sha256: str | None = None
    """Hash of what stands there now; null: nothing does."""


def withdraw_folders(version: Path, names: Collection[str], reason: Reason, on: date) -> None:
    """Take whole folders out of a version.

    Raises:
        OSError: the disk refuses; what is left is taken out the next time.
    """
    with unsealed(version):
        _note(version, {f"{name}/": Tombstone(reason, on) for name in names if (version / name).is_dir()})
        for name in names:
            durable.remove_tree(version / name)


def replace_files(version: Path, changes: Mapping[str, bytes | None], reason: Reason, on: date) -> None:
    """Give files of a version other bytes, or (None) take them out; paths are those of its manifest.

    Raises:
        OSError: the disk refuses; what is left is replaced the next time.
    """
    if not changes:
        return
    hashes = {
        path: hashlib.sha256(content).hexdigest() if content is not None else None
        for path, content in changes.items()
    }
    folders = sorted({(version / path).parent for path in changes})
    with unsealed(version):
        _note(version, {path: Tombstone(reason, on, sha256) for path, sha256 in hashes.items()})
        for folder in folders:
            with unsealed(folder):
                for path, content in sorted(changes.items()):
                    if (version / path).parent == folder:
                        _replace(version / path, content)


def find_unsealed(version: Path) -> list[Path]:
    """Folders of a version that somebody was stopped in; none of one that is as it should be."""
    folders = (Path(folder) for folder, _, _ in os.walk(version))
    return sorted(folder for folder in folders if folder.stat().st_mode & 0o222)


def seal_again(version: Path) -> None:
    """Finish what a killed process left: no half-written file, nothing writable."""
    for folder in find_unsealed(version):
        for partial in sorted(folder.glob(f".*{durable.PARTIAL}")):
            durable.remove(partial)
        for entry in sorted(folder.iterdir()):
            if entry.is_file():
                durable.close_to_writing(entry)
        _seal(folder)


@contextmanager
def unsealed(folder: Path) -> Iterator[None]:
    """The entries of a read-only folder may be changed inside the block; after an error they still may."""
    durable.open_to_writing(folder)
    yield
    _seal(folder)


def _seal(folder: Path) -> None:
    """Nobody changes the entries of the folder any more."""
    durable.close_to_writing(folder)
    durable.sync_folder(folder)


def _replace(path: Path, content: bytes | None) -> None:
    """Other bytes in an unsealed folder, or none."""
    if content is None:
        durable.remove(path)
    else:
        durable.write_file(path, [content])
        durable.close_to_writing(path)


def _note(version: Path, tombstones: Mapping[str, Tombstone]) -> None:
    """Add to what the version says of itself; the latest reason of a path counts."""
    place = version / ERASED
    before = json.loads(place.read_text(encoding="utf-8"))["files"] if place.is_file() else {}
    new = {path: asdict(tombstone) for path, tombstone in tombstones.items()}
    content = {"meaning": MEANING, "files": {**before, **new}}
    _replace(place, (json.dumps(content, indent=2, sort_keys=True, default=str) + "\n").encode())
