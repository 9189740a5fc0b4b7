"""The steps of a night: each starts from what the ledger says of a run, and can be repeated.

They hand each other nothing but paths and ids: the workspace's path, and a run's id such as
`2026-03-02-1`. So a scheduler may call each of them as a task of its own.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from flows.clock import SYSTEM_CLOCK, Clock
from flows.configuration import parse_configuration, read_configuration
from flows.disk.full_disk import told_when_disk_is_full
from flows.erasing.erasing import finish_erasures
from flows.inbound.reading.forms import start_reading
from flows.inbound.taking.door import hold_door
from flows.ledger.databases import seals
from flows.ledger.store.ledger import Ledger
from flows.night.announcing import announced
from flows.night.asked_date import read_date
from flows.night.calendar import (
    freeze_run,
    inputs_of_night,
    nights_to_run,
    nights_until,
    refuse_date,
    refuse_unended,
    withdraw_unended,
)
from flows.night.intake import list_inputs, read_inputs, take_in, write_inputs
from flows.night.planning.settling import settle_night
from flows.night.planning.staging import Staging
from flows.night.publishing.committed import CommittedNight
from flows.night.publishing.months import publish_months
from flows.night.publishing.publishing import publish_night
from flows.night.readiness import refuse_damaged_books, refuse_unready
from flows.night.tidying.clearing import clear_inbound
from flows.night.tidying.forgetting import forget_people
from flows.night.tidying.housekeeping import Housekeeping
from flows.outbound.versions.publish import manifest_hash, remove_versions, version_folder
from flows.outbound.warehouses.delivery import DeliveryDesk, deliver_picks
from flows.privacy import close_people
from flows.workspace import Workspace
from schemas.errors import ConfigurationError, InvariantError
from schemas.night import AsOf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flows.ledger.runs.runs import Run
    from schemas.settings.workspace import ScaleSettings


LOG = logging.getLogger(__name__)


@announced
def due_step(
    workspace: str, business_date: str | None, *, again: bool, clock: Clock = SYSTEM_CLOCK
) -> list[str]:
    """The runs to do, in order: unfinished ones, missed dates, and the asked or latest ended date.

    The first step of all: what it refuses has changed nothing.

    Raises:
        ConfigurationError: the asked date cannot be run, it or the last one has not ended, the settings
            cannot be followed or name no warehouse, or the disk is nearly full.
        DamageError: what the nights would read of the books is not what was committed.
    """
    asked, now, place = read_date(business_date), clock.now(), Workspace(Path(workspace))
    configuration = read_configuration(place)
    refuse_unready(place, configuration)
    if asked is not None:
        refuse_unended(asked, configuration, now)
    with _ledger_of(workspace, "the look for nights that are due") as (place, ledger):
        if asked is None and again:
            last = ledger.last_committed()
            asked = last.as_of.business_date if last else None
        refuse_date(ledger, configuration, asked, again=again, now=now)
        refuse_damaged_books(place, ledger, configuration)
        ledger.sweep_unfinished()
        for as_of in withdraw_unended(ledger, configuration, now):
            LOG.warning("run %s was begun before its date had ended, and is withdrawn", as_of.run_id)
        if asked is None:
            nights = nights_to_run(ledger, configuration, now=now)
        else:
            nights = nights_until(ledger, asked, again=again)
    return [as_of.run_id for as_of in nights]


@announced
def intake_step(workspace: str, clock: Clock = SYSTEM_CLOCK) -> str:
    """The path of a list of what lies in inbound, landed.

    Raises:
        ConfigurationError: the settings cannot be followed.
    """
    with _ledger_of(workspace, "intake") as (place, ledger):
        close_people(place)
        with hold_door(place, clock):
            landing = take_in(place, ledger, clock)
        if landing.files:
            start_reading()
        inputs = place.staging / "inputs.json"
        write_inputs(list_inputs(ledger, landing, clock.now()), inputs)
        return str(inputs)


@announced
def freeze_step(  # noqa: PLR0913 -- what the story, a person and a clock say, each by its name
    workspace: str,
    run_id: str,
    inputs: str,
    *,
    is_last: bool = True,
    is_asked: bool = False,
    refreeze: bool = False,
    clock: Clock = SYSTEM_CLOCK,
) -> None:
    """Fix what the run takes in; a run that is frozen keeps what it has, unless it is frozen anew.

    Where nobody asked for a date, only the last of the nights that are due decides; the others post facts.
    """
    as_of = replace(AsOf.of_run(run_id), is_asked=is_asked, only_posts=not (is_asked or is_last))
    with _ledger_of(workspace, f"the freeze of {run_id}") as (place, ledger):
        files = inputs_of_night(place, ledger, as_of, read_inputs(Path(inputs)), is_last=is_last)
        freeze_run(place, ledger, as_of, files, refreeze=refreeze, now=clock.now())


@announced
def plan_step(workspace: str, run_id: str) -> None:
    """Lay the plan of a frozen run into staging; nothing for a run that is committed.

    Who does it is said by the settings of now, and not by those it was frozen with: the plan is the same.

    Raises:
        InvariantError: a law across clients is broken.
        ExecutorLostError: the cluster that was to do it is gone.
    """
    as_of = AsOf.of_run(run_id)
    with _ledger_of(workspace, f"the plan of {run_id}") as (place, ledger):
        if _run(ledger, as_of).version is None:
            settle_night(place, ledger, as_of, _scale(place, ledger, as_of))


@announced
def commit_step(workspace: str, run_id: str, clock: Clock = SYSTEM_CLOCK) -> int:
    """The version that the staged plan became; its scratch, which holds addresses, is gone."""
    as_of = AsOf.of_run(run_id)
    with _ledger_of(workspace, f"the commit of {run_id}") as (place, ledger):
        version = _run(ledger, as_of).version
        staging = Staging.of(place, as_of)
        if version is None:
            version = ledger.commit(as_of, staging.read_all(), clock.now())
        staging.clear()
        return version


@announced
def publish_step(workspace: str, run_id: str) -> str:
    """The folder of a committed run's version, made from its kept settings and the ledger alone.

    Months that ended before it are published as history.

    Raises:
        PublicationError: it could not be written; what is committed stays committed.
    """
    with _ledger_of(workspace, f"publishing {run_id}", is_committed=True) as (place, ledger):
        as_of = _run(ledger, AsOf.of_run(run_id)).as_of
        version = _version(ledger, as_of)
        night = CommittedNight(
            workspace=place,
            ledger=ledger,
            configuration=parse_configuration(ledger.frozen(as_of).policies),
            as_of=as_of,
            version=version,
        )
        folder = publish_night(night, _scale(place, ledger, as_of))
        publish_months(night)
        return str(folder)


@announced
def deliver_step(workspace: str, run_id: str, clock: Clock = SYSTEM_CLOCK) -> None:
    """Copy the pick files, clear inbound, forget people in time, and drop versions that are not kept.

    Its seconds run from the freeze, wherever it stopped in between.
    """
    as_of = AsOf.of_run(run_id)
    with _ledger_of(workspace, f"the delivery of {run_id}", is_committed=True) as (place, ledger):
        run, version = _run(ledger, as_of), _version(ledger, as_of)
        configuration = parse_configuration(ledger.frozen(as_of).policies)
        desk = DeliveryDesk(place, ledger.connection, version, clock.now())
        deliver_picks(desk, version_folder(place, version), configuration.warehouses, as_of)
        chore = Housekeeping(place, as_of.business_date).chore
        with hold_door(place, clock):
            with chore("clearing inbound") as left:
                left.extend(clear_inbound(place, ledger, as_of, version))
            with chore("forgetting people") as left:
                left.extend(forget_people(place, ledger, run, configuration))
            with chore("carrying out erasures again") as left:
                left.extend(finish_erasures(place, ledger, run))
        seconds = (clock.now() - run.frozen_at).total_seconds()
        ledger.mark_published(version, clock.now(), seconds, manifest=manifest_hash(place, version))
        with chore("removing segments that no version has"):
            ledger.sweep(configuration.settings)
        with chore("removing versions that are not kept"):
            remove_versions(place, ledger.kept_versions(configuration.settings))
        with hold_door(place, clock), chore("noting what the databases are"):
            seals.note_whole(ledger.connection)


@contextmanager
def _ledger_of(
    workspace: str, work: str, *, is_committed: bool = False
) -> Iterator[tuple[Workspace, Ledger]]:
    """A workspace and its ledger, open for some work in the block; a disk that it fills is told."""
    place = Workspace(Path(workspace))
    with told_when_disk_is_full(place.root, work, is_committed=is_committed), Ledger.open(place) as ledger:
        yield place, ledger


def _scale(place: Workspace, ledger: Ledger, as_of: AsOf) -> ScaleSettings:
    """Who does the work: as the settings say now, so that a run can go on without a cluster that is lost.

    Where nobody can follow these, as the run was frozen.
    """
    try:
        return read_configuration(place).settings.scale
    except ConfigurationError:
        return parse_configuration(ledger.frozen(as_of).policies).settings.scale


def _run(ledger: Ledger, as_of: AsOf) -> Run:
    """The run as the ledger knows it."""
    run = ledger.run(as_of)
    if run is None:
        message = f"run {as_of.run_id} was never frozen"
        raise InvariantError(message)
    return run


def _version(ledger: Ledger, as_of: AsOf) -> int:
    """The version of a committed run."""
    version = _run(ledger, as_of).version
    if version is None:
        message = f"run {as_of.run_id} is not committed yet"
        raise InvariantError(message)
    return version
