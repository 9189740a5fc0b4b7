"""A backup: a folder in the form of a workspace, of one moment, made while nights run or wait.

The books are those between two commits. Whatever they name never changes, so it is linked or copied
afterwards; only if a night swept a segment away meanwhile, all is done again. What a warehouse may fetch
(`outbox/`) is left out: put back, it would be fetched again.
"""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flows.disk import damage, durable
from flows.disk.full_disk import told_when_disk_is_full
from flows.ledger.databases import control
from flows.ledger.databases.backups import copy_database
from flows.ledger.migrations import chain
from flows.ledger.store import segments, versions
from flows.named_folders import refuse_place_of_ours
from flows.outbound.versions.publish import CURRENT, published_versions, show_published, version_folder
from flows.safekeeping.copying import copy_files, share_files
from flows.workspace import Workspace
from schemas.errors import ConfigurationError

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime
    from pathlib import Path

BACKUP = "BACKUP.json"
"""Says of what moment a backup is. It is written last: a folder without it is none."""

LAST_NIGHT = "SELECT max(business_date) FROM versions"
TRIES = 5
SETTLED = timedelta(minutes=2)
"""What in inbound was written to since may not be whole; put back later, it would look as if it were."""


@dataclass(frozen=True)
class Backup:
    """What a backup is a backup of."""

    made_at: str
    """The moment, UTC."""
    version: int
    """The last version that its books know; 0: none."""
    last_night: str | None
    """The business date of that version."""
    format: int
    program: str


def make_backup(workspace: Workspace, place: Path, now: datetime) -> Backup:
    """The backup of a workspace that now stands whole at a place that was not there.

    Raises:
        ConfigurationError: something is there already, there are no books, or the disk became full.
        DamageError: the books are not what was committed: there is nothing good to keep.
    """
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        message = f"{place} is there already. Name a folder that is not, with the date in its name."
        raise ConfigurationError(message)
    refuse_place_of_ours(place, workspace)
    if control.find_format(workspace.ledger) == 0:
        message = f"{workspace.root} has no books yet; there is nothing to back up before the first look."
        raise ConfigurationError(message)
    building = durable.partial_of(place)
    with told_when_disk_is_full(place.parent, "the backup"):
        durable.make_folder(place.parent)
        durable.remove_tree(building)
        durable.make_folder(building)
        durable.set_mode(building, durable.OWN_FOLDER)
        made = _fill(workspace, Workspace(building), now)
        durable.write_text(building / BACKUP, json.dumps(asdict(made), indent=2) + "\n")
        durable.rename(building, place)
    return made


def read_backup(place: Path) -> Backup:
    """What a folder is a backup of.

    Raises:
        ConfigurationError: it is no backup, or of books that only a newer program knows.
    """
    try:
        facts: dict[str, Any] = json.loads((place / BACKUP).read_text(encoding="utf-8"))
        found = Backup(**facts)
    except (OSError, ValueError, TypeError) as error:
        message = (
            f"{place} is no backup that was finished: {BACKUP} cannot be read there. Name the folder that "
            "`backorders backup` was given. Nothing was changed."
        )
        raise ConfigurationError(message) from error
    control.refuse_newer(found.format, place / "ledger")
    return found


def _fill(workspace: Workspace, copy: Workspace, now: datetime) -> Backup:
    """Everything of a backup but the file that says so."""
    made = _copy_books(workspace, copy, now)
    copy_files(workspace.inbound, copy.inbound, settled_by=now - SETTLED)
    for source, target in (
        (workspace.archive, copy.archive),
        (workspace.landing, copy.landing),
        (workspace.history, copy.history),
    ):
        share_files(source, target)
    for source, target in ((workspace.acks, copy.acks), *settings_of(workspace, copy)):
        copy_files(source, target)
    share_published(workspace, copy, upto=made.version)
    if workspace.settings_file.is_file():
        durable.copy_file(workspace.settings_file, copy.settings_file)
    return made


def settings_of(workspace: Workspace, copy: Workspace) -> list[tuple[Path, Path]]:
    """The folders of settings, and where they lie in a copy."""
    return [(workspace.clients, copy.clients), (workspace.warehouses, copy.warehouses)]


def share_published(workspace: Workspace, copy: Workspace, *, upto: int) -> None:
    """Let a copy have the versions that stand; one that is removed meanwhile is left out."""
    durable.make_folder(copy.published)
    for version in [number for number in published_versions(workspace) if number <= upto]:
        source, target = version_folder(workspace, version), version_folder(copy, version)
        share_files(source, target)
        if not source.is_dir():
            durable.remove_tree(target)
    if standing := published_versions(copy):
        durable.swap_symlink(copy.published / CURRENT, version_folder(copy, standing[-1]).name)
        show_published(copy)


def _copy_books(workspace: Workspace, copy: Workspace, now: datetime) -> Backup:
    """The books of one moment, with everything that they name."""
    for _ in range(TRIES):
        durable.remove_tree(copy.ledger)
        durable.make_folder(copy.ledger)
        try:
            with closing(control.open_control(workspace.ledger)) as connection:
                copy_databases(connection, copy.ledger)
            with closing(control.open_control(copy.ledger)) as connection:
                _share_segments(connection, workspace.ledger / "segments", copy.ledger / "segments")
                for folder in ("policies", "manifests"):
                    share_files(workspace.ledger / folder, copy.ledger / folder)
                return _describe(connection, now)
        except FileNotFoundError:  # a night removed a segment that its books no longer name
            continue
    message = (
        f"The books below {workspace.ledger} changed {TRIES} times while they were copied. Try again later."
    )
    raise ConfigurationError(message)


def copy_databases(connection: sqlite3.Connection, folder: Path) -> None:
    """Copy both databases as they are between two commits: none can come in between."""
    connection.execute("BEGIN")
    try:
        for name in ("main", "people"):
            connection.execute(f"SELECT count(*) FROM {name}.sqlite_master")  # noqa: S608 -- one of two
        for name, file_name in (("main", control.FILE_NAME), ("people", control.PEOPLE_FILE_NAME)):
            copy_database(connection, name, folder / file_name)
    finally:
        connection.execute("ROLLBACK")


def _share_segments(connection: sqlite3.Connection, source: Path, target: Path) -> None:
    """Let the copy have every segment that its books name, and see to it that each is whole."""
    for table, content_hash in connection.execute(versions.NAMED).fetchall():
        path = segments.segment_path(source, table, content_hash)
        if not path.exists():
            raise FileNotFoundError(path)
        damage.read_whole(path, content_hash, mark=segments.MARK)
        place = segments.segment_path(target, table, content_hash)
        if not place.parent.is_dir():
            durable.make_folder(place.parent)
        durable.share_file(path, place)
    for folder in target.glob("*"):
        durable.sync_folder(folder)


def _describe(connection: sqlite3.Connection, now: datetime) -> Backup:
    (night,) = connection.execute(LAST_NIGHT).fetchone()
    version = versions.last_version(connection)
    return Backup(now.isoformat(), version, night, chain.todays_format(), versions.program_version())
