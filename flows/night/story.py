"""The story of the nights that are due; Prefect tells the same one with its tasks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from flows.clock import SYSTEM_CLOCK, Clock
from flows.disk.lock import hold_lock
from flows.ledger.databases.migrating import bring_to_today
from flows.ledger.databases.seals import forget
from flows.night import steps
from flows.night.announcing import announce_nights
from flows.night.recording import recorded
from flows.own_places import refuse_misplaced
from flows.privacy import set_umask
from flows.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable


class DueStep(Protocol):
    """Says which runs are due."""

    def __call__(self, workspace: str, business_date: str | None, *, again: bool) -> list[str]:
        """The ids of the runs."""
        ...


class FreezeStep(Protocol):
    """Fixes what a run takes in."""

    def __call__(
        self, workspace: str, run_id: str, inputs: str, *, is_last: bool, is_asked: bool, refreeze: bool
    ) -> object:
        """Freeze the run."""
        ...


@dataclass(frozen=True)
class Steps:
    """The steps of a night as the story calls them: plain functions, or tasks of a scheduler."""

    intake: Callable[[str], str]
    due: DueStep
    freeze: FreezeStep
    plan: Callable[[str, str], object]
    commit: Callable[[str, str], object]
    publish: Callable[[str, str], object]
    deliver: Callable[[str, str], object]


def plain_steps(clock: Clock = SYSTEM_CLOCK) -> Steps:
    """The step functions themselves, at the time of a clock."""
    return Steps(
        intake=partial(steps.intake_step, clock=clock),
        due=partial(steps.due_step, clock=clock),
        freeze=partial(steps.freeze_step, clock=clock),
        plan=steps.plan_step,
        commit=partial(steps.commit_step, clock=clock),
        publish=steps.publish_step,
        deliver=partial(steps.deliver_step, clock=clock),
    )


def tell_nights(
    step: Steps, workspace: str, business_date: str | None = None, *, again: bool, refreeze: bool
) -> list[str]:
    """The runs that are finished now, in date order; what was begun went on from where it stopped.

    Raises:
        ConfigurationError: the settings or the asked date cannot be followed, another run is writing, or
            something else lies where a file or folder of the program belongs.
        InvariantError: a law across clients is broken.
        PublicationError: the night is committed, but its outputs could not be written.
    """
    place = Workspace(Path(workspace))
    set_umask()
    with hold_lock(place.lock_file), recorded(place):
        refuse_misplaced(place)
        forget(place.ledger)
        bring_to_today(place)
        # before anything is changed: it refuses
        runs = step.due(workspace, business_date, again=again)
        inputs = step.intake(workspace)
        announce_nights(len(runs))
        for run_id in runs:
            is_last, is_asked = run_id == runs[-1], business_date is not None
            step.freeze(workspace, run_id, inputs, is_last=is_last, is_asked=is_asked, refreeze=refreeze)
            step.plan(workspace, run_id)
            step.commit(workspace, run_id)
            step.publish(workspace, run_id)
            step.deliver(workspace, run_id)
    return runs
