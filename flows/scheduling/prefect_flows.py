"""Nights and looks by day as Prefect flows. It schedules, retries, shows; the ledger decides what is done.

Whoever runs Prefect themselves deploys these by `prefect.yaml`; `backorders serve` calls them, too, and
`backorders run` where a server is there. `flows.scheduling.prefect_settings` belongs before the import of
this module.
"""

from __future__ import annotations

import logging
import os
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from prefect import Task, flow
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.events.worker import EventsWorker
from prefect.logging.handlers import APILogWorker

from flows.clock import SYSTEM_CLOCK
from flows.daytime import look_by_day, refuse_unanswered
from flows.fence import UNFORESEEN
from flows.night import steps
from flows.night.run import find_results
from flows.night.story import Steps, tell_nights
from flows.night.troubles import judge_nights
from flows.outbound.versions.front import REPORT
from flows.polars_settings import mute_libraries
from flows.scheduling.alerting import WATCHED, alert, alert_of_files, alerting
from flows.scheduling.run_names import (
    forget_idle_looks,
    name_nights,
    rename_run,
    state_of_look,
    state_of_nights,
)
from flows.unforeseen import told
from flows.workspace import Workspace
from schemas.errors import (
    BackordersError,
    ConfigurationError,
    InvariantError,
    NightsError,
    PublicationError,
    UnforeseenError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from prefect.client.schemas.objects import State

    from flows.night.run import NightResult

P = ParamSpec("P")
R = TypeVar("R")

LOG = logging.getLogger(__name__)

DRAIN_SECONDS = 5.0
RETRY_SECONDS = [2.0, 30.0]
LOOKS = "intake"
"""Name of the flow of looks."""


def wordless(step: Callable[P, R]) -> Callable[P, R]:
    """The step; an error that nobody foresaw loses its words, since Prefect keeps and shows them."""

    @wraps(step)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return step(*args, **kwargs)
        except BackordersError as error:
            # what it was caused by has words, too
            raise error from None
        except OSError:
            raise
        except UNFORESEEN as error:
            raise UnforeseenError(told(error)) from None

    return call


def is_worth_a_retry(_task: object, _run: object, state: State[Any]) -> bool:
    """Whether a disk or share failed, which may pass. A wrong plan stays wrong."""
    try:
        state.result()
    except (OSError, PublicationError):
        return True
    except Exception:  # noqa: BLE001 -- whatever else it was, it is no matter of trying again
        return False
    return False


def deliver_and_show(workspace: str, run_id: str) -> None:
    """Deliver a published run, and show its summary."""
    steps.deliver_step(workspace, run_id)
    show_summary(workspace, run_id)


def repeatable(step: Callable[[str, str], R], name: str) -> Task[[str, str], R]:
    """A step that only reads and writes files, as a task that is tried again where the disk fails."""
    return Task(
        wordless(step),
        name=name,
        cache_policy=NO_CACHE,
        retries=len(RETRY_SECONDS),
        retry_delay_seconds=RETRY_SECONDS,
        retry_condition_fn=is_worth_a_retry,
    )


TASKS = Steps(
    intake=Task(wordless(steps.intake_step), name="intake", cache_policy=NO_CACHE),
    due=Task(wordless(steps.due_step), name="due nights", cache_policy=NO_CACHE),
    freeze=Task(wordless(steps.freeze_step), name="freeze", cache_policy=NO_CACHE),
    plan=Task(wordless(steps.plan_step), name="plan", cache_policy=NO_CACHE),
    commit=Task(wordless(steps.commit_step), name="commit", cache_policy=NO_CACHE),
    publish=repeatable(steps.publish_step, "publish"),
    deliver=repeatable(deliver_and_show, "deliver"),
)
"""The steps of a night as tasks; they exchange paths and ids, so there is nothing to cache."""


@flow(name="nightly", flow_run_name="nights that are due")
@wordless
def nightly(
    business_date: str | None = None,
    again: bool = False,  # noqa: FBT001, FBT002 -- a deployment gives its parameters by name
    refreeze: bool = False,  # noqa: FBT001, FBT002 -- likewise
) -> State[Any]:
    """Every night that is due; whoever calls the flow gets the ids of the runs that are finished now.

    Its state says what happened. Where the nights are done and a client of one is held (InvariantError), or
    `status` would not say that all is well (NightsError), it is a failed one, and the caller gets the error.

    Raises:
        ConfigurationError: the asked date cannot be run, such as one that has not ended.
        InvariantError: a law across clients is broken.
        PublicationError: a night is committed, but its outputs could not be written.
    """
    mute_libraries()  # the process of a flow run is Prefect's
    place = served_workspace()
    results: list[NightResult] = []
    is_asked = again or business_date is not None
    try:
        with alerting(place):
            run_ids = tell_nights(TASKS, str(place.root), business_date, again=again, refreeze=refreeze)
            results = find_results(place, run_ids)
            rename_run(name_nights(results))
            unexpected = judge_nights(place, results, SYSTEM_CLOCK.now(), is_asked=is_asked)
    except (InvariantError, NightsError) as error:
        return state_of_nights(results, error)
    alert_of_files(place, unexpected, LOG.warning)
    return state_of_nights(results)


def alert_of_crash(**_facts: object) -> None:
    """A night whose process was killed has alerted nobody itself; Prefect's runner does."""
    if not WATCHED.get():
        message = "The process of a night was ended from outside. Run again: the night goes on from there."
        if problem := alert(served_workspace(), BackordersError(message)):
            LOG.warning("%s", problem)


nightly.on_crashed(alert_of_crash)  # type: ignore[arg-type]  # Prefect gives its facts by name


@flow(name=LOOKS, flow_run_name="look")
@wordless
def intake() -> State[Any]:
    """Look at inbound by day, and answer the form of each new file; the caller gets the number of answers."""
    mute_libraries()
    look = look_by_day(served_workspace())
    refuse_unanswered(look)
    forget_idle_looks(LOOKS)
    return state_of_look(sum(answer.is_new for answer in look.answers))


def tell_prefect_the_rest() -> None:
    """Send log lines and events of this process that Prefect has not heard yet, before its server ends."""
    for worker in (APILogWorker, EventsWorker):
        worker.drain_all(timeout=DRAIN_SECONDS)


def served_workspace() -> Workspace:
    """The workspace of the environment. It is no parameter: parameters are given by whoever starts a flow.

    Raises:
        ConfigurationError: the environment names none.
    """
    named = os.environ.get("BACKORDERS_WORKSPACE")
    if not named:
        message = "BACKORDERS_WORKSPACE is not set where flows run; set it to the folder of the workspace"
        raise ConfigurationError(message)
    return Workspace(Path(named))


def show_summary(workspace: str, run_id: str) -> None:
    """The night's summary as an artifact of the flow run, and where the page with its pictures lies."""
    (result,) = find_results(Workspace(Path(workspace)), [run_id])
    summary = (result.folder / "summary" / "summary.md").read_text(encoding="utf-8")
    page = f"With pictures: `{result.folder / REPORT}`\n"
    create_markdown_artifact(f"{summary}\n{page}", key="night", description=f"Summary of night {run_id}")
