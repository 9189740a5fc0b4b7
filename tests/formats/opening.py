"""Committed workspaces of older formats, unpacked; and what tests ask of them."""

from __future__ import annotations

import sqlite3
import tarfile
from contextlib import closing
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from flows.disk.lock import hold_lock
from flows.ledger.databases.migrating import bring_to_today
from flows.workspace import Workspace
from tests.formats.make import NEXT

FOLDER = Path(__file__).parent
FORMATS = sorted(int(path.name.split("-")[1].split(".")[0]) for path in FOLDER.glob("format-*.tar.xz"))
MORNING = datetime.combine(NEXT + timedelta(days=1), time(4), UTC)
"""After the night whose files wait."""


def unpack(found: int, root: Path, *, only: str = "") -> Workspace:
    """The committed workspace of a format, or what lies in one of its folders."""
    with tarfile.open(FOLDER / f"format-{found}.tar.xz") as archive:
        members = [entry for entry in archive if entry.name.startswith(only)]
        archive.extractall(root, members, filter="tar")
    return Workspace(root)


def dump(folder: Path) -> dict[str, list[str]]:
    """What the databases of a ledger or a backup hold, and the names of its segments."""
    dumped: dict[str, list[str]] = {}
    for name in ("control", "people"):
        with closing(sqlite3.connect(folder / f"{name}.sqlite")) as connection:
            dumped[name] = list(connection.iterdump())
    for name in ("segments", "policies", "manifests"):
        dumped[name] = [str(path.relative_to(folder)) for path in sorted((folder / name).rglob("*"))]
    return dumped


def bring(root: Path) -> None:
    """What a night does first, as a job that a test stops."""
    workspace = Workspace(root)
    with hold_lock(workspace.lock_file):
        bring_to_today(workspace)
