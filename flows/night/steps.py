"""The steps of a night: each starts from what the ledger says of a run, and can be repeated."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import polars as pl

from flows.configuration import parse_configuration, read_configuration
from flows.inbound.archive import archive_files
from flows.ledger.arrivals import forget_arrivals
from flows.ledger.store import Ledger
from flows.night.intake import Clock, freeze_run, nights_to_run, nights_until, take_in
from flows.night.planning import settle_night
from flows.night.publishing import CommittedNight, publish_night
from flows.night.staging import clear_staging, read_staged, stage_plan, staging_folder
from flows.outbound.publish import deliver_picks, remove_versions, version_folder
from schemas.errors import InvariantError
from schemas.vocabulary import FileVerdict

if TYPE_CHECKING:
    from flows.inbound.landing import Landing
    from flows.ledger.runs import Run
    from flows.workspace import Workspace
    from schemas.night import AsOf

SYSTEM_CLOCK = Clock(now=lambda: datetime.now(UTC), sleep=time.sleep)


def intake_step(workspace: Workspace, clock: Clock = SYSTEM_CLOCK) -> Landing:
    """What lies in inbound, landed."""
    with Ledger.open(workspace) as ledger:
        return take_in(workspace, ledger, clock)


def due_nights(
    workspace: Workspace, business_date: date | None, *, again: bool, clock: Clock = SYSTEM_CLOCK
) -> list[AsOf]:
    """The nights to run, in order: unfinished ones, missed ones, and the asked or latest ended date.

    Raises:
        ConfigurationError: the asked date cannot be run.
    """
    configuration = read_configuration(workspace)
    with Ledger.open(workspace) as ledger:
        if business_date is None:
            return nights_to_run(ledger, configuration, now=clock.now())
        return nights_until(ledger, business_date, again=again)


def freeze_step(
    workspace: Workspace,
    as_of: AsOf,
    landing: Landing,
    *,
    is_last: bool = True,
    refreeze: bool = False,
    clock: Clock = SYSTEM_CLOCK,
) -> None:
    """Fix what the run takes in; a run that is frozen keeps what it has, unless it is frozen anew."""
    with Ledger.open(workspace) as ledger:
        freeze_run(workspace, ledger, as_of, landing, is_last=is_last, refreeze=refreeze, now=clock.now())


def plan_step(workspace: Workspace, as_of: AsOf) -> None:
    """Lay the plan of a frozen run into staging; nothing for a run that is committed.

    Raises:
        InvariantError: a law across clients is broken.
    """
    with Ledger.open(workspace) as ledger:
        if _run(ledger, as_of).version is None:
            stage_plan(workspace, as_of, settle_night(workspace, ledger, as_of))


def commit_step(workspace: Workspace, as_of: AsOf, clock: Clock = SYSTEM_CLOCK) -> int:
    """The version that the staged plan became; its scratch, which holds addresses, is gone."""
    with Ledger.open(workspace) as ledger:
        version = _run(ledger, as_of).version
        if version is None:
            staged = read_staged(staging_folder(workspace, as_of))
            version = ledger.commit(as_of, staged.plan, staged.files, staged.held, clock.now())
        clear_staging(workspace, as_of)
        return version


def publish_step(workspace: Workspace, as_of: AsOf) -> None:
    """Publish the version of a committed run, from its kept settings and the ledger alone."""
    with Ledger.open(workspace) as ledger:
        version = _version(ledger, as_of)
        night = CommittedNight(
            workspace=workspace,
            ledger=ledger,
            configuration=parse_configuration(ledger.frozen(as_of).policies),
            as_of=as_of,
            version=version,
            books=ledger.load_books(version=version),
        )
        publish_night(night)


def deliver_step(workspace: Workspace, as_of: AsOf, started: datetime, clock: Clock = SYSTEM_CLOCK) -> None:
    """Copy the pick files, clear inbound, note that the run is published, and drop what is no longer kept."""
    with Ledger.open(workspace) as ledger:
        version = _version(ledger, as_of)
        frozen = ledger.frozen(as_of)
        configuration = parse_configuration(frozen.policies)
        deliver_picks(workspace, version_folder(workspace, version), configuration.warehouses)
        _archive(workspace, ledger, as_of, version)
        ledger.mark_published(version, clock.now(), (clock.now() - started).total_seconds())
        ledger.sweep(configuration.settings)
        remove_versions(workspace, ledger.kept_versions(configuration.settings))


def _archive(workspace: Workspace, ledger: Ledger, as_of: AsOf, version: int) -> None:
    """Move what the run has taken out of inbound; files that are held wait there."""
    files = ledger.load_added("files", version)
    waiting = {
        row[:4]
        for row in files.filter(pl.col("verdict") == FileVerdict.HELD)
        .select("client_id", "feed", "file_name", "file_hash")
        .iter_rows()
    }
    taken = [
        file
        for file in ledger.frozen(as_of).files
        if file.file_hash and (file.client_id, file.feed, file.file_name, file.file_hash) not in waiting
    ]
    archive_files(taken, workspace)
    forget_arrivals(
        ledger.connection, [(file.client_id, file.feed, file.file_name, file.file_hash) for file in taken]
    )


def _run(ledger: Ledger, as_of: AsOf) -> Run:
    """The run as the ledger knows it."""
    run = ledger.run(as_of)
    if run is None:
        message = f"run {as_of} was never frozen"
        raise InvariantError(message)
    return run


def _version(ledger: Ledger, as_of: AsOf) -> int:
    """The version of a committed run."""
    version = _run(ledger, as_of).version
    if version is None:
        message = f"run {as_of} is not committed yet"
        raise InvariantError(message)
    return version
