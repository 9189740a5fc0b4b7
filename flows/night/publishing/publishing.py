"""A committed version as files for people and programs; everything here can be made again."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from flows.disk.damage import read_whole
from flows.executors.choosing import executor_of
from flows.ledger.runs import runs
from flows.ledger.store.versions import manifest_of
from flows.night.publishing.analysts import AnalystDesk
from flows.night.publishing.cohort import publish_cohort
from flows.night.publishing.elsewhere import publish_elsewhere
from flows.night.publishing.of_clients import render_owed
from flows.night.publishing.owed import Missed
from flows.night.publishing.picking import Picking, walk_of
from flows.night.tidying.forgetting import find_due
from flows.outbound.analysts.analytics import FILE_NAME, program_of_database
from flows.outbound.documents import write_documents
from flows.outbound.report.rendering import render_report
from flows.outbound.summary import render_summary
from flows.outbound.versions.front import REPORT
from flows.outbound.versions.manifest import VersionFacts
from flows.outbound.versions.publish import kept_manifest, manifest_hash, publish_version

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from flows.night.publishing.analysts import Scope
    from flows.night.publishing.cohort import PublishedCohort
    from flows.night.publishing.committed import CommittedNight
    from flows.outbound.documents import AnyDocument
    from flows.outbound.summary import NightCounts
    from schemas.settings.workspace import ScaleSettings


DEBTS, LAST = 3, 5
"""Where what an earlier version owes, and the page of the night, stand among what could not be written."""


def publish_night(night: CommittedNight, scale: ScaleSettings) -> Path:
    """The folder of the version, published and current.

    Raises:
        PublicationError: the disk or the database refused.
        ExecutorLostError: the cluster that was to do it is gone.
    """
    return publish_version(night.workspace, night.version, lambda folder: write_outputs(night, folder, scale))


def write_outputs(night: CommittedNight, folder: Path, scale: ScaleSettings) -> VersionFacts:
    """Write every output of a version into a folder; what the manifest needs comes back."""
    shutil.rmtree(night.scratch, ignore_errors=True)  # of a killed process
    missed, picking = Missed(), Picking(night.scratch / "picks")
    analysts = AnalystDesk(night, folder / FILE_NAME)
    counts: list[NightCounts] = []
    digests: dict[str, str] = {}
    for cohort in _publish_cohorts(night, analysts.scope, folder, scale):
        digests |= cohort.digests
        missed.join(cohort.missed)
        picking.join(cohort.picking)
        analysts.parts.join(cohort.tables)
        counts.append(cohort.counts)
    common = _render_common(night, missed, picking, counts, folder)
    digests |= write_documents(common, folder, missed=missed.skip)
    database = analysts.write()
    digests |= write_documents(_render_last(night, missed, folder), folder)
    shutil.rmtree(night.scratch)
    return VersionFacts(
        as_of=night.as_of,
        version=night.version,
        files=night.added("files"),
        digests=digests,
        policies=night.policies,
        database_digest=database.digest,
        database=database.content(),
        database_program=program_of_database(),
        previous_manifest=_previous_manifest(night),
        times=_times(night),
        forgotten=_find_forgotten(night),
    )


def _publish_cohorts(
    night: CommittedNight, scope: Scope, folder: Path, scale: ScaleSettings
) -> Iterator[PublishedCohort]:
    """What is of some clients each, one cohort after the other or by other processes."""
    walk = walk_of(night)
    with executor_of(scale) as executor:
        if executor is None:
            for number, cohort in enumerate(night.cohorts(scale.cohort_lines)):
                yield publish_cohort(cohort, scope, walk, folder, night.scratch / f"{number}")
        else:
            cohorts = list(night.cohorts(scale.cohort_lines))
            yield from publish_elsewhere(cohorts, scope, walk, folder, executor)


def _render_common(
    night: CommittedNight, missed: Missed, picking: Picking, counts: Sequence[NightCounts], folder: Path
) -> Iterator[AnyDocument]:
    """What is not of one client alone, and what an earlier version owes."""
    missed.place = DEBTS
    yield from render_owed(night, missed, folder)
    yield from picking.render(night)
    yield from render_summary(counts, night.added("findings"), as_of=night.as_of)


def _render_last(night: CommittedNight, missed: Missed, folder: Path) -> Iterator[AnyDocument]:
    """What is made of the analyst database, and what could not be written."""
    clients, scratch = night.configuration.clients, night.scratch
    missed.place = LAST
    yield from missed.fence(
        lambda: [render_report(folder / FILE_NAME, night.as_of, clients, scratch)], REPORT
    )
    yield from missed.tell()


def _previous_manifest(night: CommittedNight) -> str | None:
    """The hash of the manifest before, which must be what the books know of it."""
    before = night.version - 1
    known = manifest_of(night.ledger.connection, before)
    if known:
        read_whole(kept_manifest(night.workspace, before), known)
    return known or manifest_hash(night.workspace, before)


def _find_forgotten(night: CommittedNight) -> dict[str, int]:
    """How much is too old to hold people any longer; the night deletes it once it is delivered."""
    return find_due(night.workspace, night.ledger, night.as_of.business_date, night.configuration).counts()


def _times(night: CommittedNight) -> dict[str, str]:
    """When the run was frozen and committed."""
    run = runs.find_run(night.ledger.connection, night.as_of)
    times = {"frozen_at": run.frozen_at, "committed_at": run.committed_at} if run else {}
    return {name: instant.isoformat() for name, instant in times.items() if instant}
