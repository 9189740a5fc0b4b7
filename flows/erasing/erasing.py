"""Carrying out an erasure, repeatably: remembered first, so that whatever stops it, the rest follows.

First the address goes and the order is remembered as erased, in one transaction: no later night takes
an address of it. Then come the files. An erasure whose files are not all gone stays open, and each
night carries it out again after its delivery (`finish_erasures`).
"""

from __future__ import annotations

import logging
import shutil
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from flows.disk import durable
from flows.erasing.tracing import Search, Traces, find_traces
from flows.inbound.taking.kept import remove_archived, remove_half_copied
from flows.ledger.databases.backups import forget_in_backup, people_in_backups
from flows.ledger.forgetting.erasures import forget_orders, open_orders, settle_orders
from flows.ledger.forgetting.marks import rewrite_if_due
from flows.outbound.versions.publish import published_versions, replaced_versions, version_folder
from flows.outbound.versions.tombstones import Reason, replace_files, seal_again
from schemas.errors import PublicationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from flows.ledger.runs.runs import Run
    from flows.ledger.store.ledger import Ledger
    from flows.workspace import Workspace
    from schemas.night import AsOf

LOG = logging.getLogger(__name__)


def erase(search: Search, traces: Traces, now: datetime) -> None:
    """Forget the persons of the orders, everywhere that `traces` found them; the caller holds lock and door.

    Raises:
        PublicationError: some files cannot be changed; all else is done, and each night tries again.
    """
    forget_orders(search.ledger.connection, search.orders, now)
    failures = _take_out(search, traces, now.date())
    if failures:
        message = (
            f"The address is erased, but {len(failures)} files that hold the person could not be changed "
            f"({'; '.join(failures[:3])}). Mend the folders; each night tries again, or erase again."
        )
        raise PublicationError(message)


def finish_erasures(workspace: Workspace, ledger: Ledger, run: Run) -> list[str]:
    """Carry out again what is open, once a run is delivered: its files may have brought a person back.

    What comes back could not be changed, each with the reason.
    """
    still_open = open_orders(ledger.connection)
    if not still_open:
        return []
    rewrite_if_due(ledger.connection)
    search = Search(workspace, ledger, sorted(still_open), min(still_open.values()), finished=run.as_of)
    traces = find_traces(search)
    failures = _take_out(search, traces, run.as_of.business_date)
    for failure in failures:
        LOG.warning("an erased person stands in a file that cannot be changed: %s", failure)
    for left in traces.left:
        LOG.warning("an erased person stands in %s: %s", left.path, left.reason)
    if any(traces.paths().values()):
        counts = ", ".join(f"{len(paths)} of {kind}" for kind, paths in traces.paths().items() if paths)
        LOG.info("%d erased orders were named again: %s are cleared", len(still_open), counts)
    return [f"an erased person stands in a file that cannot be changed: {failure}" for failure in failures]


def _take_out(search: Search, traces: Traces, on: date) -> list[str]:
    """What could not be taken out, and why; if nothing, the erasures are at their end or wait for a night."""
    failures = [failure for failure in _attempts(search, traces, on) if failure]
    if not failures:
        look_from = _next_look(search.ledger, search.finished) if traces.left else None
        settle_orders(search.ledger.connection, traces.orders, look_from)
    return failures


def _attempts(search: Search, traces: Traces, on: date) -> Iterator[str]:
    """Each change of the disk in turn: empty, or why it failed."""
    workspace = search.workspace
    remove_half_copied(workspace)
    for place in people_in_backups(workspace):
        yield _attempt(place, partial(forget_in_backup, ledger_folder=search.ledger.folder))
    published = [version_folder(workspace, number) for number in published_versions(workspace)]
    for version in [*published, *replaced_versions(workspace)]:
        yield _attempt(version, seal_again)
        if version in traces.versions:
            changes = traces.versions[version]
            yield _attempt(version, partial(replace_files, changes=changes, reason=Reason.ERASED, on=on))
    for path, content in traces.outbox.items():
        change = durable.remove if content is None else partial(durable.write_file, chunks=[content])
        yield _attempt(path, change)
    for folder in traces.staging:
        yield _attempt(folder, shutil.rmtree)
    for path in traces.landing:
        yield _attempt(path, durable.remove)
    for path in traces.archive:
        yield _attempt(path, partial(remove_archived, workspace, search.ledger.connection))


def _attempt(place: Path, change: Callable[[Path], object]) -> str:
    """Empty if it succeeded, else where it failed and why."""
    try:
        change(place)
    except OSError as error:
        return f"{place}: {error.strerror}"
    return ""


def _next_look(ledger: Ledger, finished: AsOf | None) -> date:
    """The business date of the first night whose files may hold what was left."""
    nights = [run.as_of.business_date for run in ledger.unfinished() if run.as_of != finished]
    last = ledger.last_committed()
    return min([*nights, last.as_of.business_date if last else date.min])
