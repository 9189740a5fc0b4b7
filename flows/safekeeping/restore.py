"""Putting a backup in the place of the books: nothing is lost silently, no pick goes out twice unsaid.

What is there stays: the books and versions that are replaced are moved aside, what came since is dropped
again, and what was handed out since is noted in the restored books (`flows.ledger.runs.handed_out`). The new
books are made whole beside the old ones, with all that is known of lost picks in them, before anything is
moved: a restore that is stopped is repeated.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain as chain_of
from itertools import count
from typing import TYPE_CHECKING

import polars as pl

from flows.disk import durable
from flows.disk.full_disk import told_when_disk_is_full
from flows.disk.lock import hold_lock
from flows.inbound.taking.door import hold_door
from flows.ledger.databases import control, seals
from flows.ledger.migrations import chain
from flows.ledger.runs import handed_out
from flows.ledger.store import versions
from flows.ledger.store.ledger import Ledger
from flows.named_folders import refuse_place_of_ours
from flows.safekeeping.backup import Backup, read_backup, settings_of, share_published
from flows.safekeeping.copying import copy_files, copy_private, share_files
from flows.safekeeping.dropping_again import drop_again
from flows.safekeeping.lost_picks import find_lost_picks
from flows.workspace import Workspace
from schemas.errors import BackordersError, ConfigurationError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from pathlib import Path

    from flows.clock import Clock


@dataclass(frozen=True)
class Statement:
    """What somebody says who puts a backup back."""

    replace: bool = False
    """The books that are there may be moved aside."""
    picks: Sequence[Path] = field(default_factory=tuple)
    """Pick files, or folders of such, that were handed out after the backup."""
    nothing_handed_out: bool = False
    """Nothing was handed out after the backup that cannot be seen."""


@dataclass(frozen=True)
class Restored:
    """What was put back."""

    backup: Backup
    aside: Path | None
    """Where the books lie that were replaced."""
    handed_out: pl.DataFrame
    """Rows of which somebody has to say what became of them."""
    dropped: list[Path]
    """Files that lie in inbound again."""


def restore_backup(workspace: Workspace, place: Path, said: Statement, clock: Clock) -> Restored:
    """Put a backup in the place of a workspace's books, or make a workspace of it.

    Raises:
        ConfigurationError: it is no backup, books are there and may not be replaced, a run is writing, or
            nobody knows what was handed out since.
        DamageError: the backup itself is damaged.
    """
    refuse_place_of_ours(workspace.root)
    backup, copy = read_backup(place), Workspace(place)
    durable.make_folder(workspace.root)
    with (
        told_when_disk_is_full(workspace.root, "the restore"),
        hold_lock(workspace.lock_file),
        hold_door(workspace, clock),
    ):
        _refuse_replacing(workspace, backup, said)
        building = durable.partial_of(workspace.ledger)
        _copy_books(copy, building)
        with closing(_open_brought(building)) as connection:
            books = Ledger(building, connection)
            books.verify(backup.version or None)
            _note_lost(workspace, books, backup, said, clock)
        aside = _put_in_place(workspace, copy, building, backup, clock)
        for source, target in settings_of(copy, workspace):
            copy_files(source, target)
        if copy.settings_file.is_file() and not workspace.settings_file.exists():
            durable.copy_file(copy.settings_file, workspace.settings_file)
        for source, target in (
            (copy.archive, workspace.archive),
            (copy.landing, workspace.landing),
            (copy.acks, workspace.acks),
        ):
            share_files(source, target)
        durable.remove_tree(workspace.staging)
        with Ledger.open(workspace) as ledger:
            dropped = drop_again(workspace, copy, ledger)
            lost = handed_out.read_handed_out(ledger.connection).filter(pl.col("verdict").is_null())
        return Restored(backup, aside, lost, dropped)


def _refuse_replacing(workspace: Workspace, backup: Backup, said: Statement) -> None:
    """See to it that nothing is replaced that nobody spoke of."""
    there = [folder for folder in (workspace.ledger, workspace.published) if folder.exists()]
    if there and not said.replace:
        message = (
            f"{workspace.root} has books already: {', '.join(map(str, there))}. The backup knows nights up "
            f"to {backup.last_night or 'none'} (version {backup.version}); nights after that are lost to the "
            "books. With --replace those that are there are moved aside, and nothing is deleted. Nothing was "
            "changed."
        )
        raise ConfigurationError(message)


def _copy_books(copy: Workspace, building: Path) -> None:
    """The books of a backup under the hidden name of those that they will be."""
    durable.remove_tree(building)
    durable.make_folder(building)
    for name in (control.FILE_NAME, control.PEOPLE_FILE_NAME):
        if (copy.ledger / name).is_file():
            copy_private(copy.ledger / name, building / name)
    for name in ("segments", "policies", "manifests"):
        share_files(copy.ledger / name, building / name)


def _open_brought(building: Path) -> sqlite3.Connection:
    """The restored books, checked and of today's format."""
    seals.distrust(building)
    found = control.find_format(building)
    if 0 < found < chain.todays_format():
        with closing(control.connect(building)) as connection:
            seals.check(connection, seals.CONTROL, seals.PEOPLE)
            with control.transaction(connection, "bring to today's format"):
                control.bring_databases(connection, found)
    return control.open_control(building)


def _note_lost(workspace: Workspace, books: Ledger, backup: Backup, said: Statement, clock: Clock) -> None:
    """Write into the restored books what was handed out since, and that they were restored."""
    found = find_lost_picks(workspace, books, backup.version, said.picks)
    before, was_stopped = _noted_before(workspace, backup)
    if found.unseen and not (said.picks or said.nothing_handed_out or was_stopped):
        message = (
            f"Nobody can see here what was handed out after the backup of {backup.made_at}: "
            f"{'; '.join(found.unseen[:3])}. Get the pick files from the warehouses, and name them or their "
            "folder with --picks; or say --nothing-handed-out, if that is so. Nothing was changed."
        )
        raise ConfigurationError(message)
    with control.transaction(books.connection, "restored"):
        handed_out.put_restore(books.connection, clock.now(), backup.made_at, backup.version)
        handed_out.put_handed_out(books.connection, before)
        handed_out.put_handed_out(books.connection, found.rows)


def _noted_before(workspace: Workspace, backup: Backup) -> tuple[pl.DataFrame, bool]:
    """What the books that are replaced did not know of either, and whether this very restore made them.

    Then it was stopped after they stood in their place, and what could be seen is noted in them.
    """
    nothing = (pl.DataFrame(schema=handed_out.SCHEMA), False)
    try:
        if control.find_format(workspace.ledger) < chain.todays_format():
            return nothing
        with closing(control.open_reading(workspace.ledger)) as connection:
            is_same = handed_out.last_restore(connection) == backup.made_at
            is_untouched = versions.last_version(connection) == backup.version
            return handed_out.read_handed_out(connection), is_same and is_untouched
    except BackordersError:  # they are damaged: that is why they are replaced
        return nothing


def _put_in_place(
    workspace: Workspace, copy: Workspace, building: Path, backup: Backup, clock: Clock
) -> Path | None:
    """Where the replaced books lie now; the restored ones stand in their place, and their versions."""
    aside = _free_place(workspace.backups / f"replaced-{clock.now():%Y%m%dT%H%M%SZ}")
    moved = [folder for folder in (workspace.ledger, workspace.published) if folder.exists()]
    if moved:
        durable.make_folder(aside)
    if workspace.ledger.exists():
        durable.rename(workspace.ledger, aside / workspace.ledger.name)
    durable.rename(building, workspace.ledger)
    seals.distrust(workspace.ledger)
    if workspace.published.exists():
        durable.rename(workspace.published, aside / workspace.published.name)
    share_published(copy, workspace, upto=backup.version)
    share_files(copy.history, workspace.history)
    return aside if moved else None


def _free_place(place: Path) -> Path:
    """The place, or one like it that nothing has."""
    tries = (place.with_name(f"{place.name}-{number}") for number in count(2))
    return next(free for free in chain_of([place], tries) if not free.exists())
