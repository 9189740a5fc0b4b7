"""Cohorts that other processes settle: what goes to them, and what is done where one of them dies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from flows.executors.executor import LostTask, fingerprint, refuse_other_program, run_all
from flows.ledger.databases import seals
from flows.ledger.store.ledger import Ledger
from flows.night.planning.cohort import Cohort, Settling, configuration_of, settle_cohort
from flows.night.planning.open_findings import Surroundings
from flows.night.planning.staging import Staging
from flows.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.executors.executor import Executor
    from flows.night.planning.cohort import SettledCohort
    from schemas.night import AsOf

WORDS = "cohort of clients"


@dataclass(frozen=True)
class CohortTask:
    """What another process is told of a cohort; it reads all else in the workspace's folder.

    Attributes:
        workspace: its folder, at the same path for every process.
        as_of: the run.
        cohort: its clients and files.
        around: what stands around their plans, in the order of `Surroundings`.
        known: of the databases, so that nobody adds up their rows again.
        program: that does the same work.
    """

    workspace: str
    as_of: AsOf
    cohort: Cohort
    around: tuple[pl.DataFrame, ...]
    known: seals.Known
    program: str


def settle_elsewhere(
    run: Settling, cohorts: Sequence[Cohort], staging: Staging, executor: Executor
) -> list[SettledCohort]:
    """What became of cohorts that other processes settled; what these wrote is read once more here.

    A cohort whose process died twice is divided into its clients; one whose process dies then, too, is held.

    Raises:
        DamageError: what another process says that it wrote is not there.
        ExecutorLostError: nobody is there any more who could settle a cohort.
    """
    found = run_all(executor, settle_task, _tasks(run, cohorts), WORDS)
    lost = [cohort for cohort, result in zip(cohorts, found, strict=True) if isinstance(result, LostTask)]
    alone = [own for cohort in lost for own in divide(cohort)]
    again = run_all(executor, settle_task, _tasks(run, alone), "client")
    done = [result for result in (*found, *again) if not isinstance(result, LostTask)]
    for result in done:
        run.ledger.refuse_unlike(staging.read(result.folder))
    held = [
        settle_cohort(run, cohort._replace(lost=result.how), staging)
        for cohort, result in zip(alone, again, strict=True)
        if isinstance(result, LostTask)
    ]
    return [*done, *held]


def settle_task(task: CohortTask) -> SettledCohort:
    """Settle a cohort in this process.

    Raises:
        ConfigurationError: this process runs another program.
    """
    refuse_other_program(task.program)
    seals.trust(task.known)
    workspace = Workspace(Path(task.workspace))
    with Ledger.open_reading(workspace) as ledger:
        configuration = configuration_of(ledger.frozen(task.as_of))
        around = Surroundings(ledger.connection, configuration, task.as_of, *task.around)  # type: ignore[arg-type]  # as sent
        run = Settling(workspace, ledger, task.as_of, configuration, around)
        return settle_cohort(run, task.cohort, Staging.of(workspace, task.as_of))


def divide(cohort: Cohort) -> list[Cohort]:
    """Each client of a cohort alone; files of those without settings stay with the last."""
    names = set(cohort.clients)
    parts = [
        Cohort([name], [file for file in cohort.files if file.client_id == name], is_last=False)
        for name in cohort.clients
    ]
    if cohort.is_last:
        left = [file for file in cohort.files if file.client_id not in names]
        last = parts.pop() if parts else cohort._replace(files=[])
        parts.append(last._replace(files=[*last.files, *left], is_last=True))
    return parts


def _tasks(run: Settling, cohorts: Sequence[Cohort]) -> list[CohortTask]:
    place, known = run.workspace.root.resolve(), seals.known_of(run.workspace.ledger)
    around = run.surroundings
    return [
        CohortTask(
            str(place),
            run.as_of,
            cohort,
            tuple(_of(cohort, table, run) for table in (around.before, around.around, around.done)),
            known,
            fingerprint(),
        )
        for cohort in cohorts
    ]


def _of(cohort: Cohort, rows: pl.DataFrame, run: Settling) -> pl.DataFrame:
    """The rows that say something of a cohort's clients, and of nobody's if it is the last."""
    is_ours = pl.col("client_id").is_in(cohort.clients)
    if cohort.is_last:
        is_ours |= ~pl.col("client_id").is_in(list(run.configuration.clients))
    return rows.filter(is_ours)
