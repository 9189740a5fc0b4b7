"""The story of the nights that are due, without Prefect; `flows/scheduled.py` tells the same with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.ledger.lock import hold_lock
from flows.ledger.store import Ledger
from flows.night.steps import (
    SYSTEM_CLOCK,
    commit_step,
    deliver_step,
    due_nights,
    freeze_step,
    intake_step,
    plan_step,
    publish_step,
)
from flows.outbound.publish import version_folder

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from flows.night.intake import Clock
    from flows.workspace import Workspace
    from schemas.night import AsOf


@dataclass(frozen=True)
class NightResult:
    """What became of a run."""

    as_of: AsOf
    version: int
    folder: Path
    clients_held: tuple[str, ...]


def run_nights(
    workspace: Workspace,
    *,
    business_date: date | None = None,
    again: bool = False,
    refreeze: bool = False,
    clock: Clock = SYSTEM_CLOCK,
) -> list[NightResult]:
    """Every night that is due, in date order; what was begun goes on from where it stopped.

    Raises:
        ConfigurationError: the settings or the asked date cannot be followed, or another run is writing.
        InvariantError: a law across clients is broken.
        PublicationError: the night is committed, but its outputs could not be written.
    """
    results = []
    with hold_lock(workspace.lock_file):
        landing = intake_step(workspace, clock)
        nights = due_nights(workspace, business_date, again=again, clock=clock)
        for as_of in nights:
            started = clock.now()
            freeze_step(
                workspace, as_of, landing, is_last=as_of == nights[-1], refreeze=refreeze, clock=clock
            )
            plan_step(workspace, as_of)
            commit_step(workspace, as_of, clock)
            publish_step(workspace, as_of)
            deliver_step(workspace, as_of, started, clock)
            results.append(find_result(workspace, as_of))
    return results


def find_result(workspace: Workspace, as_of: AsOf) -> NightResult:
    """What became of a finished run."""
    with Ledger.open(workspace) as ledger:
        run = ledger.run(as_of)
    if run is None or run.version is None:
        message = f"run {as_of} is not finished"
        raise LookupError(message)
    return NightResult(as_of, run.version, version_folder(workspace, run.version), run.clients_held)
