"""Files of the archive that are not what was taken: somebody went on writing, or the disk lost something."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from flows.inbound.taking.kept import find_changed
from flows.settings_file import shown
from schemas.results import Finding
from schemas.table import empty
from schemas.vocabulary.findings import FindingCode
from transforms.findings import make_findings, usual_cause

if TYPE_CHECKING:
    from pathlib import Path

    from pandera.typing.polars import DataFrame

    from flows.ledger.store.ledger import Ledger
    from flows.workspace import Workspace
    from schemas.night import AsOf

PARTS = 3
"""Of a path below the archive: client, feed, name."""

COLUMNS = ("client_id", "feed", "subject", "path", "detail")


def find_changed_files(workspace: Workspace, ledger: Ledger, as_of: AsOf) -> DataFrame[Finding]:
    """A finding for each archived file that changed since; those of the last run are read again in full.

    What is told here is what the archive then counts as: it is told once.
    """
    last = ledger.last_committed()
    taken = {file.file_hash for file in ledger.frozen(last.as_of).files} if last else set()
    told = [
        row
        for path, before, now in find_changed(workspace, ledger.connection, taken)
        if (row := _describe(path.relative_to(workspace.archive), before, now))
    ]
    if not told:
        return empty(Finding)
    rows = pl.DataFrame(told, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
    cause = usual_cause(FindingCode.FILE_CHANGED, as_of)
    return make_findings(rows.with_columns(cause=cause), FindingCode.FILE_CHANGED, as_of=as_of)


def _describe(place: Path, before: int, now: int | None) -> tuple[str, ...] | None:
    """What is told of a file; nothing of one that lies nowhere in particular."""
    if len(place.parts) != PARTS:
        return None
    client_id, feed, name = (shown(part) for part in place.parts)
    detail = f"{before:,} bytes were taken, now it has {now:,}"
    if now is None:
        detail = "it cannot be read now"
    return client_id, feed, f"{feed}/{name}", f"./archive/{client_id}/{feed}/{name}", detail
