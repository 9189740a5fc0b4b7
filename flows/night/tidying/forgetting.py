"""Forgetting people: what holds names and addresses is deleted once `people_days` have passed.

A step of each night after its delivery. How old something is, is decided by the business date of the
run that took it or made it, never by the hour; only what no run ever took is judged by its time stamp.
Hashes, journal and manifests stay. What cannot be deleted now is named, and tried again every night.
"""

from __future__ import annotations

import json
import logging
import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from flows.disk import durable
from flows.inbound.taking.kept import find_archived, find_landed, remove_archived, remove_half_copied
from flows.ledger.databases.backups import forget_in_backup, people_in_backups
from flows.ledger.forgetting.closing import count_closed_people, delete_closed_people, note_closed_orders
from flows.ledger.runs.contents import last_taken, needed_contents
from flows.outbound.versions.manifest import MANIFEST
from flows.outbound.versions.publish import published_versions, replaced_versions, version_folder
from flows.outbound.versions.tombstones import Reason, find_unsealed, seal_again, withdraw_folders
from flows.outbound.warehouses.delivery import delivery_folders
from flows.outbound.warehouses.picks import PICK_FILE
from flows.privacy import HOLD_PEOPLE
from flows.settings_file import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from flows.configuration import Configuration
    from flows.inbound.taking.kept import KeptFile
    from flows.ledger.runs.runs import Run
    from flows.ledger.store.ledger import Ledger
    from flows.workspace import Workspace

LOG = logging.getLogger(__name__)

VERSION_DATES = "SELECT version, business_date FROM versions"


@dataclass(frozen=True)
class Due:
    """What is to be forgotten: everything of nights up to `until`."""

    until: date
    landing: list[Path]
    archive: list[Path]
    versions: list[Path]
    outbox: list[Path]
    people: int

    def counts(self) -> dict[str, int]:
        """How much of each there is, by its folder; `people` counts orders."""
        kinds = ("landing", "archive", "versions", "outbox")
        return {**{kind: len(getattr(self, kind)) for kind in kinds}, "people": self.people}


def find_due(workspace: Workspace, ledger: Ledger, business_date: date, configuration: Configuration) -> Due:
    """What a night of that date has to forget."""
    until = business_date - timedelta(days=configuration.settings.people_days)
    landed, archived = find_landed(workspace), find_archived(workspace, ledger.connection)
    taken = last_taken(ledger.connection, {file.file_hash for file in (*landed, *archived)})
    needed = needed_contents(ledger.connection)

    def over(files: Iterable[KeptFile]) -> list[Path]:
        return [
            file.path
            for file in files
            if file.file_hash not in needed and taken.get(file.file_hash, file.written_on) <= until
        ]

    return Due(
        until=until,
        landing=over(landed),
        archive=over(archived),
        versions=_versions_over(workspace, ledger, until),
        outbox=_picks_over(workspace, configuration, until),
        people=count_closed_people(ledger.connection, until),
    )


def forget_people(workspace: Workspace, ledger: Ledger, run: Run, configuration: Configuration) -> list[str]:
    """Forget what is due on the night of a committed run, repeatably; what could not be, and why."""
    night = run.as_of.business_date
    if run.version is not None:
        note_closed_orders(ledger.connection, ledger.segment_folder, run.version, night)
    failures = [*_clear_strays(workspace, ledger), *_find_nightless(workspace)]
    due = find_due(workspace, ledger, night, configuration)

    def take_out(version: Path) -> None:
        withdraw_folders(version, HOLD_PEOPLE, Reason.PEOPLE_DAYS, night)
        seal_again(version)

    failed = {
        "landing": _each(due.landing, durable.remove),
        "archive": _each(due.archive, lambda path: remove_archived(workspace, ledger.connection, path)),
        "outbox": _each(due.outbox, durable.remove),
        "versions": _each(due.versions, take_out),
    }
    delete_closed_people(ledger.connection, due.until)
    failed["backups"] = _each(
        people_in_backups(workspace), lambda place: forget_in_backup(place, ledger.folder)
    )
    _tell(due, {kind: len(paths) for kind, paths in failed.items()})
    return [*failures, *(failure for kind in failed.values() for failure in kind)]


def _each(paths: Iterable[Path], forget: Callable[[Path], object]) -> list[str]:
    """The paths that could not be forgotten, each with the reason; the others are."""
    failed: list[str] = []
    for path in paths:
        try:
            forget(path)
        except OSError as error:
            name = shown(str(path))
            failed.append(f"{name} holds people for too long and cannot be deleted ({error.strerror})")
            LOG.warning("%s holds people for too long and cannot be deleted: %s", name, error.strerror)
    return failed


def _clear_strays(workspace: Workspace, ledger: Ledger) -> list[str]:
    """Remove what killed processes left: half a copy in landing, plans that no unfinished run waits for."""
    remove_half_copied(workspace)
    waiting = {run.as_of.run_id for run in ledger.unfinished()}
    strays = [folder for folder in workspace.staging.glob("????-??-??-*") if folder.name not in waiting]
    return _each(strays, lambda folder: shutil.rmtree(folder) if folder.is_dir() else folder.unlink())


def _find_nightless(workspace: Workspace) -> list[str]:
    """Versions moved aside that hold people, and whose manifest does not say of which night they are."""
    return [
        f"{folder} holds people and does not say of which night; delete it"
        for folder in replaced_versions(workspace)
        if _night_of(folder) is None and any((folder / name).is_dir() for name in HOLD_PEOPLE)
    ]


def _versions_over(workspace: Workspace, ledger: Ledger, until: date) -> list[Path]:
    """Versions that still hold people, or in which a deletion was stopped; also those moved aside."""
    dates: Mapping[int, str] = dict(ledger.connection.execute(VERSION_DATES))
    old = [
        version_folder(workspace, version)
        for version in published_versions(workspace)
        if version in dates and date.fromisoformat(dates[version]) <= until
    ]
    old += [
        folder for folder in replaced_versions(workspace) if (night := _night_of(folder)) and night <= until
    ]
    return [
        folder
        for folder in old
        if any((folder / name).is_dir() for name in HOLD_PEOPLE) or find_unsealed(folder)
    ]


def _night_of(version: Path) -> date | None:
    """The business date of a version that no books know; None where its manifest does not say."""
    try:
        return date.fromisoformat(json.loads((version / MANIFEST).read_bytes())["business_date"])
    except (OSError, ValueError, KeyError):
        return None


def _picks_over(workspace: Workspace, configuration: Configuration, until: date) -> list[Path]:
    """Pick files that no warehouse ever took away."""
    return [
        path
        for folder in delivery_folders(workspace, configuration.warehouses)
        for path in sorted(folder.glob("*"))
        if (named := PICK_FILE.fullmatch(path.name))
        and date.fromisoformat(named["date"]) <= until
        and path.is_file()
        and not path.is_symlink()
    ]


def _tell(due: Due, failed: Mapping[str, int]) -> None:
    """One line of the log, if there was anything."""
    done = {kind: number - failed.get(kind, 0) for kind, number in due.counts().items()}
    if any(done.values()):
        words = ", ".join(f"{number} of {kind}" for kind, number in done.items() if number)
        LOG.info("people of nights until %s are forgotten: %s", due.until, words)
