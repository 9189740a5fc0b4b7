"""Jobs that crash tests run in another process: what a night does with its ledger, twice."""

from __future__ import annotations

import hashlib
import sqlite3
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING
from unittest.mock import patch

from pandera.config import config_context

from flows.disk import durable
from flows.disk.faults import Operation, perform
from flows.disk.lock import hold_lock
from flows.ledger.runs.runs import InputFile
from flows.ledger.store.ledger import Ledger
from flows.workspace import Workspace
from schemas.settings.workspace import WorkspaceSettings
from schemas.vocabulary.words import RunState
from tests.frames import MORNING, NIGHT
from tests.plans import commit_plan, lawful_files, lawful_plan, nights_later

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from schemas.night import AsOf

CLIENTS = ("acme", "bolt")
TABLES = (
    "runs",
    "run_files",
    "run_policies",
    "versions",
    "segments",
    "deliveries",
    "seen_files",
    "people.ship_to",
)


def two_nights(root: Path) -> None:
    """Freeze, commit and publish two nights, each step only where the ledger says it is not done.

    Contracts are not checked: that is most of the time of so small a night. Hashes are, at the end.
    """
    workspace = Workspace(root)
    unchecked = config_context(validation_enabled=False)
    with unchecked, hold_lock(workspace.lock_file), Ledger.open(workspace) as ledger:
        for night in (0, 1):
            run_night(ledger, nights_later(night))
        ledger.sweep(WorkspaceSettings(keep_nights=1))
        ledger.verify()


def run_night(ledger: Ledger, as_of: AsOf) -> None:
    """What is left to do of one night."""
    night = as_of.business_date
    now = datetime(night.year, night.month, night.day, 20, tzinfo=UTC)
    run = ledger.run(as_of)
    if run is None:
        files = [InputFile(client, "orders", "f0", f"{client}.csv", MORNING) for client in CLIENTS]
        ledger.freeze(as_of, files, {"clients/acme.toml": f"# {night - NIGHT}".encode()}, now)
    ledger.load_books()
    plan, files_taken = lawful_plan(*CLIENTS, night=night), lawful_files(*CLIENTS, night=night)
    version = commit_plan(ledger, as_of, plan, files_taken, {}, now + timedelta(minutes=1))
    run = ledger.run(as_of)
    if run is None or run.state is not RunState.PUBLISHED:
        ledger.mark_published(version, now + timedelta(minutes=2), 120.0)


def two_nights_without_folder_syncs(root: Path) -> None:
    """A planted fault: a rename is not followed by the fsync of its folder."""
    with patch.object(durable, "perform", partial(_perform_except, "fsync_folder")):
        two_nights(root)


def two_nights_without_file_syncs(root: Path) -> None:
    """A planted fault: a file is renamed before its bytes are synced."""
    with patch.object(durable, "perform", partial(_perform_except, "fsync")):
        two_nights(root)


def digest_workspace(root: Path) -> dict[str, str]:
    """Everything the ledger holds: hash of each file by path, and each table's rows."""
    found = {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((root / "ledger").rglob("*"))
        if path.is_file() and path.suffix != ".sqlite"
    }
    connection = sqlite3.connect(root / "ledger" / "control.sqlite")
    connection.execute("ATTACH DATABASE ? AS people", [str(root / "ledger" / "people.sqlite")])
    rows = {table: str(sorted(connection.execute(f"SELECT * FROM {table}"), key=str)) for table in TABLES}  # noqa: S608
    connection.close()
    return {**found, **rows}


def _perform_except(name: str, operation: Operation, action: Callable[[], object]) -> object:
    """Do an operation, but not if it has this name."""
    return None if operation.name == name else perform(operation, action)
