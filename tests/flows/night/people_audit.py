"""What an auditor looks at: everything that forgetting and erasing touch, and whether gaps are explained."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

from flows.outbound.versions.manifest import MANIFEST, RUN_INFO, hash_file
from flows.outbound.versions.tombstones import ERASED
from tests.flows.night.people_world import writable_places

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flows.workspace import Workspace

RAW = ("landing", "archive")
HANDED_OUT = ("outbox", "published")
PEOPLE_ROWS = {"ship_to": "SELECT * FROM ship_to", "marks": "SELECT * FROM marks"}


def state_of(workspace: Workspace) -> dict[str, str]:
    """Everything that forgetting touches, and that nothing half-done is left."""
    files = [path for folder in (*RAW, *HANDED_OUT) for path in (workspace.root / folder).rglob("*")]
    kept = [
        path
        for path in files
        if path.is_file()
        and not path.is_symlink()
        and path.name not in {RUN_INFO, "analytics.duckdb", "door.lock"}
    ]
    people = sqlite3.connect(workspace.ledger / "people.sqlite")
    rows = {name: str(people.execute(query).fetchall()) for name, query in PEOPLE_ROWS.items()}
    people.close()
    unsealed = {
        "writable": str([writable_places(version) for version in sorted(workspace.published.glob("v*"))])
    }
    return {**{str(path.relative_to(workspace.root)): hash_file(path) for path in kept}, **rows, **unsealed}


def outputs_without_explanation(version: Path) -> Iterator[str]:
    """Paths whose hash stands in a manifest, and whose file is not there, nor is it said why."""
    taken_out = (
        json.loads((version / ERASED).read_text("utf-8"))["files"] if (version / ERASED).exists() else {}
    )
    hashes = {
        path: sha
        for page in (MANIFEST, RUN_INFO)
        for path, sha in json.loads((version / page).read_text("utf-8"))["outputs"].items()
    }
    for path, sha in hashes.items():
        is_explained = any(
            path == said or (said.endswith("/") and path.startswith(said)) for said in taken_out
        )
        is_there = (version / path).is_file() and hash_file(version / path) == sha
        if not is_there and not is_explained:
            yield path
