"""A committed version as files for people and programs; everything here can be made again."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING

from flows.disk.damage import read_whole
from flows.ledger.runs import runs
from flows.ledger.store.versions import manifest_of
from flows.night.publishing.of_clients import (
    Places,
    render_answers,
    render_owed,
    render_rejections,
    render_status,
)
from flows.night.publishing.of_messages import render_messages
from flows.night.publishing.owed import Missed
from flows.night.publishing.tabulating import UNSEEN, tabulate_nights
from flows.night.tidying.forgetting import find_due
from flows.outbound.analysts.analytics import FILE_NAME, write_analytics
from flows.outbound.documents import Document, write_documents
from flows.outbound.summary import NightFacts, render_summary
from flows.outbound.versions.manifest import VersionFacts
from flows.outbound.versions.publish import kept_manifest, manifest_hash, publish_version
from flows.outbound.warehouses.picks import render_bins_to_count, render_picks
from schemas.night import HISTORY_TABLES
from schemas.outputs.analyst import Night, VersionTables
from transforms.night.retiring import unite_orders
from transforms.reports.analyst import build_analyst_tables
from transforms.reports.bins_to_count import list_bins_to_count
from transforms.reports.picks import PickFacts, build_picks

if TYPE_CHECKING:
    from pathlib import Path

    from pandera.typing.polars import DataFrame

    from flows.night.publishing.committed import CommittedNight
    from schemas.intake.verdicts import FileOutcome


def publish_night(night: CommittedNight) -> Path:
    """The folder of the version, published and current."""
    return publish_version(night.workspace, night.version, lambda folder: write_outputs(night, folder))


def write_outputs(night: CommittedNight, folder: Path) -> VersionFacts:
    """Write every output of a version into a folder; what the manifest needs comes back."""
    files = night.added("files")
    missed = Missed()
    places = Places()
    # each is made while it is written; what quarantine read again tells the answers and the status where
    # rows stand
    documents = chain(
        _render_picks(night),
        render_messages(night, missed),
        render_rejections(night, files, places, missed),
        render_answers(night, files, places, missed),
        render_owed(night, missed, folder),
        render_status(night, files, places, missed),
        _render_summary(night, files),
        missed.tell(),
    )
    digests = write_documents(documents, folder, missed=missed.skip)
    return VersionFacts(
        as_of=night.as_of,
        version=night.version,
        files=files,
        digests=digests,
        policies=_policy_hashes(night),
        database_digest=_write_analytics(night, folder),
        previous_manifest=_previous_manifest(night),
        times=_times(night),
        forgotten=_find_forgotten(night),
    )


def _render_picks(night: CommittedNight) -> list[Document]:
    allocations = night.added("allocations")
    warehouses = night.configuration.warehouses
    picks = build_picks(
        PickFacts(allocations, night.books, night.addresses(allocations)),
        warehouses=warehouses,
        clients=night.configuration.clients,
    )
    bins = list_bins_to_count(night.books, warehouses=warehouses)
    return [
        *render_picks(picks, warehouses=warehouses, as_of=night.as_of),
        *render_bins_to_count(bins, warehouses=warehouses),
    ]


def _render_summary(night: CommittedNight, files: DataFrame[FileOutcome]) -> list[Document]:
    facts = NightFacts(
        files=files,
        movements=night.added("movements"),
        allocations=night.added("allocations"),
        standings=night.decided("standings"),
        messages=night.added("messages"),
        findings=night.added("findings"),
        books=night.books,
    )
    return render_summary(facts, clients=night.configuration.clients, as_of=night.as_of)


def _write_analytics(night: CommittedNight, folder: Path) -> str:
    """The digest of the analyst database that now stands in the folder."""
    since = night.as_of.business_date - timedelta(days=night.configuration.settings.analyst_days)
    closed = night.ledger.load_closed(since, night.version)
    version = VersionTables(
        books=unite_orders(night.books, closed),
        standings=night.decided("standings"),
        pegs=night.decided("pegs"),
        decisions=night.decided("decisions"),
        reservations=night.decided("reservations"),
        overtakings=night.decided("overtakings"),
        lost_reservations=night.decided("lost_reservations"),
        history={
            name: night.ledger.load_history(name, since, version=night.version)
            for name in HISTORY_TABLES
            if name not in UNSEEN
        },
        nights=_nights(night),
        warehouses=night.configuration.warehouses,
    )
    tables = build_analyst_tables(
        version,
        as_of=night.as_of,
        clients=night.configuration.clients,
        analyst_days=night.configuration.settings.analyst_days,
    )
    scratch = night.workspace.staging / f"v{night.version:06d}"
    scratch.mkdir(parents=True, exist_ok=True)
    return write_analytics(tables, folder / FILE_NAME, scratch=scratch)


def _nights(night: CommittedNight) -> DataFrame[Night]:
    """The runs up to this version."""
    runs_so_far = night.ledger.all_runs()
    return tabulate_nights([run for run in runs_so_far if run.version and run.version <= night.version])


def _previous_manifest(night: CommittedNight) -> str | None:
    """The hash of the manifest before, which must be what the books know of it."""
    before = night.version - 1
    known = manifest_of(night.ledger.connection, before)
    if known:
        read_whole(kept_manifest(night.workspace, before), known)
    return known or manifest_hash(night.workspace, before)


def _policy_hashes(night: CommittedNight) -> dict[str, str]:
    frozen = night.ledger.frozen(night.as_of).policies
    return {path: hashlib.sha256(content).hexdigest() for path, content in frozen.items()}


def _find_forgotten(night: CommittedNight) -> dict[str, int]:
    """How much is too old to hold people any longer; the night deletes it once it is delivered."""
    return find_due(night.workspace, night.ledger, night.as_of.business_date, night.configuration).counts()


def _times(night: CommittedNight) -> dict[str, str]:
    """When the run was frozen and committed."""
    run = runs.find_run(night.ledger.connection, night.as_of)
    times = {"frozen_at": run.frozen_at, "committed_at": run.committed_at} if run else {}
    return {name: instant.isoformat() for name, instant in times.items() if instant}
