"""Bringing the books of an older program to today's format: a backup first, then one transaction.

Stopped anywhere, the books are of the old format or of today's, and the next night goes on: what is half
a backup is made again, and the transaction is over both databases. What it took out of the control database
leaves no gaps there. Segments stay as they are, since each reading leads their rows through the same steps
(`flows.ledger.store.segments`).
"""

from __future__ import annotations

import logging
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.disk import durable
from flows.disk.faults import point
from flows.disk.full_disk import told_when_disk_is_full
from flows.disk.lock import hold_lock
from flows.ledger.databases import control, seals
from flows.ledger.databases.backups import back_up
from flows.ledger.migrations import chain

if TYPE_CHECKING:
    from pathlib import Path

    from flows.workspace import Workspace

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Migrated:
    """Books that were brought to today's format, and where they lie as they were."""

    found: int
    made: int
    backup: Path


def bring_to_today(workspace: Workspace) -> Migrated | None:
    """What was done to books of an older format; nothing to others. The caller holds the run lock.

    Raises:
        NewerFormatError: a newer program wrote them.
        DamageError: they are not what was committed.
        ConfigurationError: the disk became full; the books are as they were.
    """
    found = control.find_format(workspace.ledger)
    control.refuse_newer(found, workspace.ledger)
    if found in (0, chain.todays_format()):
        return None
    with (
        told_when_disk_is_full(workspace.root, "the backup of older books"),
        closing(control.connect(workspace.ledger)) as connection,
    ):
        seals.check(connection, seals.CONTROL, seals.PEOPLE)
        backup = back_up(workspace, connection, found)
        point("backup made")
        with control.transaction(connection, "bring to today's format"):
            control.bring_databases(connection, found)
        durable.rewrite(connection, seals.CONTROL)
    migrated = Migrated(found, chain.todays_format(), backup)
    LOG.info("the books were brought from format %d to %d; as they were: %s", found, migrated.made, backup)
    return migrated


def bring_to_today_by_day(workspace: Workspace) -> None:
    """Bring older books to today's format outside a night, which has the lock otherwise.

    Raises:
        ConfigurationError: the books are older and another run is writing, or a newer program wrote them.
    """
    if 0 < control.find_format(workspace.ledger) < chain.todays_format():
        with hold_lock(workspace.lock_file):
            bring_to_today(workspace)
