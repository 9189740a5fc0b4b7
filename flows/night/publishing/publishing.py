"""A committed version as files for people and programs; everything here can be made again."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows.disk.damage import read_whole
from flows.ledger.runs import runs
from flows.ledger.store.versions import manifest_of
from flows.night.publishing.analysts import AnalystDesk
from flows.night.publishing.of_clients import (
    Places,
    render_answers,
    render_owed,
    render_rejections,
    render_status,
)
from flows.night.publishing.of_messages import render_messages
from flows.night.publishing.owed import Missed
from flows.night.publishing.picking import PickingDesk
from flows.night.tidying.forgetting import find_due
from flows.outbound.analysts.analytics import FILE_NAME, program_of_database
from flows.outbound.documents import write_documents
from flows.outbound.report.rendering import render_report
from flows.outbound.summary import NightCounts, NightFacts, count_night, render_summary
from flows.outbound.versions.front import REPORT
from flows.outbound.versions.manifest import VersionFacts
from flows.outbound.versions.publish import kept_manifest, manifest_hash, publish_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from flows.night.publishing.committed import CommittedNight
    from flows.outbound.documents import AnyDocument


KINDS = (0, 1, 2, 4)
DEBTS, LAST = 3, 5
"""Where messages, rejected rows, answers and status stand among what could not be written; what an earlier
version owes comes before the status, the page of the night after all."""


def publish_night(night: CommittedNight) -> Path:
    """The folder of the version, published and current."""
    return publish_version(night.workspace, night.version, lambda folder: write_outputs(night, folder))


def write_outputs(night: CommittedNight, folder: Path) -> VersionFacts:
    """Write every output of a version into a folder; what the manifest needs comes back."""
    shutil.rmtree(night.scratch, ignore_errors=True)  # of a killed process
    desks = _Desks(Missed(), PickingDesk(night), AnalystDesk(night, folder / FILE_NAME))
    digests = write_documents(_render_all(night, desks, folder), folder, missed=desks.missed.skip)
    database = desks.analysts.write()
    digests |= write_documents(_render_last(night, desks.missed, folder), folder)
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


@dataclass(frozen=True)
class _Desks:
    """Where is gathered what is not of one client alone."""

    missed: Missed
    picking: PickingDesk
    analysts: AnalystDesk
    counts: list[NightCounts] = field(default_factory=list)


def _render_all(night: CommittedNight, desks: _Desks, folder: Path) -> Iterator[AnyDocument]:
    """All documents, cohort after cohort of clients, each made while it is written."""
    for cohort in night.cohorts():
        yield from _in_places(desks.missed, _render_clients(cohort, desks.missed))
        desks.picking.add(cohort)
        desks.counts.append(count_night(_facts_of(cohort), cohort.configured))
        desks.analysts.add(cohort)
    desks.missed.place = DEBTS
    yield from render_owed(night, desks.missed, folder)
    yield from desks.picking.render()
    yield from render_summary(desks.counts, night.added("findings"), as_of=night.as_of)


def _render_last(night: CommittedNight, missed: Missed, folder: Path) -> Iterator[AnyDocument]:
    """What is made of the analyst database, and what could not be written."""
    clients, scratch = night.configuration.clients, night.scratch
    missed.place = LAST
    yield from missed.fence(
        lambda: [render_report(folder / FILE_NAME, night.as_of, clients, scratch)], REPORT
    )
    yield from missed.tell()


def _render_clients(cohort: CommittedNight, missed: Missed) -> list[Iterator[AnyDocument]]:
    """What is of some clients, a kind at a time.

    What quarantine read again tells the answers and the status where rows stand.
    """
    files, places = cohort.added("files"), Places()
    return [
        render_messages(cohort, missed),
        render_rejections(cohort, files, places, missed),
        render_answers(cohort, files, places, missed),
        render_status(cohort, files, places, missed),
    ]


def _in_places(missed: Missed, kinds: Iterable[Iterator[AnyDocument]]) -> Iterator[AnyDocument]:
    """Documents kind by kind; whatever is missed of one is told among its kind."""
    for missed.place, documents in zip(KINDS, kinds, strict=True):
        yield from documents


def _facts_of(cohort: CommittedNight) -> NightFacts:
    return NightFacts(
        files=cohort.added("files"),
        movements=cohort.added("movements"),
        allocations=cohort.added("allocations"),
        standings=cohort.decided("standings"),
        messages=cohort.added("messages"),
        books=cohort.books,
    )


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
