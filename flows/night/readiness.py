"""What is looked at before a night is begun, and before anything is changed."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

from flows.disk.damage import read_whole
from flows.ledger.store.versions import manifest_of
from flows.outbound.versions.publish import kept_manifest
from schemas.errors import ConfigurationError

if TYPE_CHECKING:
    from flows.configuration import Configuration
    from flows.ledger.store.ledger import Ledger
    from flows.workspace import Workspace

TWO_MONTHS = 62
"""Days of history that a night may read at least: a month that is over is published whole."""


def refuse_unready(workspace: Workspace, configuration: Configuration) -> None:
    """A night that nobody could take part in, or that cannot be written, is not begun.

    Raises:
        ConfigurationError: the settings name no warehouse, or the disk is nearly full.
    """
    if not configuration.warehouses:
        message = (
            f"There is no warehouse: no settings file lies in {workspace.warehouses}, so no client can take "
            "part. Put it back, or write one (runbook, A new client or warehouse). Nothing was changed."
        )
        raise ConfigurationError(message)
    needed = configuration.settings.min_free_bytes
    free = shutil.disk_usage(workspace.root).free
    if free < needed:
        message = (
            f"{free:,} bytes are free where {workspace.root} lies; min_free_bytes in workspace.toml wants "
            f"{needed:,}. Make room, or lower it; nothing was changed."
        )
        raise ConfigurationError(message)


def refuse_damaged_books(workspace: Workspace, ledger: Ledger, configuration: Configuration) -> None:
    """See to it that what the nights will read of the books is whole; each file is only hashed.

    Raises:
        DamageError: a segment, a policy of a run that is not finished, or the last manifest is damaged.
    """
    last = ledger.last_committed()
    if last is not None and last.version is not None:
        days = max(configuration.settings.analyst_days, TWO_MONTHS)
        ledger.refuse_damaged(last.as_of.business_date - timedelta(days=days))
        if known := manifest_of(ledger.connection, last.version):
            read_whole(kept_manifest(workspace, last.version), known)
    for run in ledger.unfinished():
        ledger.frozen(run.as_of)
