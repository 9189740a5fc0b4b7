"""The books as they were before their format changed, so that one can go back to them.

A backup lies below `backups/` and has the form of `ledger/`: it can be put in its place. Segments never
change, so it shares their bytes with the books. It holds people: who is forgotten in the books is
forgotten in every backup, too.
"""

from __future__ import annotations

import errno
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from flows.disk import durable
from flows.ledger.databases import control, seals

if TYPE_CHECKING:
    from pathlib import Path

    from flows.workspace import Workspace

SHARED = ("segments", "policies", "manifests")
"""Folders of the ledger whose files are never changed once they stand; `.partial` ones do not stand yet."""

FORGOTTEN = (
    "FROM ship_to AS kept WHERE NOT EXISTS (SELECT 1 FROM books.ship_to AS known "
    "WHERE known.client_id = kept.client_id AND known.order_id = kept.order_id)"
)
"""Addresses that a backup has and the books have no more."""

COUNT_FORGOTTEN = f"SELECT count(*) {FORGOTTEN}"
DELETE_FORGOTTEN = f"DELETE {FORGOTTEN}"


def backup_place(workspace: Workspace, found: int) -> Path:
    """Where books of a format lie as they were before they were brought to a later one."""
    return workspace.backups / f"format-{found}"


def back_up(workspace: Workspace, connection: sqlite3.Connection, found: int) -> Path:
    """The books as they are now, whole under their name; what an earlier try left is made again."""
    place = backup_place(workspace, found)
    building = durable.partial_of(place)
    durable.make_folder(workspace.backups)
    durable.remove_tree(building)
    durable.make_folder(building)
    for name, file_name in (("main", control.FILE_NAME), ("people", control.PEOPLE_FILE_NAME)):
        copy_database(connection, name, building / file_name)
    for folder in SHARED:
        _share_files(workspace.ledger / folder, building / folder)
    durable.remove_tree(place)
    durable.rename(building, place)
    return place


def copy_database(connection: sqlite3.Connection, name: str, place: Path) -> None:
    """Copy an attached database by SQLite's own means, as private as the people are."""
    place.touch(mode=0o600)
    with closing(sqlite3.connect(place)) as copy:
        connection.backup(copy, name=name)
    durable.settle(place)


def people_in_backups(workspace: Workspace) -> list[Path]:
    """The files of backups that hold people."""
    patterns = (f"format-*/{control.PEOPLE_FILE_NAME}", f"replaced-*/ledger/{control.PEOPLE_FILE_NAME}")
    return sorted(place for pattern in patterns for place in workspace.backups.glob(pattern))


def forget_in_backup(place: Path, ledger_folder: Path) -> int:
    """Number of addresses that a backup had and the books have no more, now deleted there, too.

    The file is made anew beside its place, so that a stop leaves the old one and the next night goes on.

    Raises:
        OSError: the backup cannot be read or written.
    """
    try:
        with closing(sqlite3.connect(f"{place.resolve().as_uri()}?mode=ro", uri=True)) as kept:
            return _write_without_forgotten(kept, place, ledger_folder / control.PEOPLE_FILE_NAME)
    except sqlite3.Error as error:
        raise OSError(errno.EIO, str(error), str(place)) from error


def _share_files(source: Path, target: Path) -> None:
    """Let `target` have all files of `source`, and of its folders; copied only where it must be."""
    durable.make_folder(target)
    for entry in sorted(source.glob("*")):
        if entry.is_dir():
            _share_files(entry, target / entry.name)
        elif not entry.name.endswith(durable.PARTIAL):
            durable.share_file(entry, target / entry.name)
    durable.sync_folder(target)


def _write_without_forgotten(kept: sqlite3.Connection, place: Path, books: Path) -> int:
    """Number of addresses that were left out when the file was written anew; without any it stays."""
    attach = ("ATTACH DATABASE ? AS books", [f"{books.resolve().as_uri()}?mode=ro"])
    kept.execute(*attach)
    (forgotten,) = kept.execute(COUNT_FORGOTTEN).fetchone()
    if not forgotten:
        return 0
    partial = durable.partial_of(place)
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)
    with closing(sqlite3.connect(partial.resolve().as_uri(), uri=True, isolation_level=None)) as copy:
        kept.backup(copy)
        copy.execute("PRAGMA temp_store = MEMORY")
        copy.execute(*attach)
        copy.execute("BEGIN")
        copy.execute(DELETE_FORGOTTEN)
        seals.seal_anew(copy, seals.CONTROL)  # the one database of this connection
        copy.execute("COMMIT")
        copy.execute("VACUUM main")
    durable.settle(partial)
    durable.rename(partial, place)
    return int(forgotten)
