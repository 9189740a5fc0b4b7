"""Cohorts that other processes publish: what goes to them, and where what they wrote comes together."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from flows.configuration import parse_configuration
from flows.executors.executor import LostTask, fingerprint, refuse_other_program, run_all
from flows.ledger.databases import seals
from flows.ledger.store.ledger import Ledger
from flows.night.publishing.cohort import publish_cohort
from flows.night.publishing.committed import CommittedNight
from flows.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flows.executors.executor import Executor
    from flows.night.publishing.analysts import Scope
    from flows.night.publishing.cohort import PublishedCohort
    from schemas.night import AsOf
    from schemas.table import Frame
    from transforms.allocation.frames import BinPlace

DOCUMENTS = "documents"
"""Folder below that of a cohort."""


@dataclass(frozen=True)
class PublishTask:
    """What another process is told of a cohort; it reads all else in the workspace's folder.

    Attributes:
        workspace: its folder, at the same path for every process.
        as_of: the run.
        version: that it became.
        clients: of the cohort.
        scope: of the analyst tables.
        walk: through the bins of all clients.
        known: of the databases, so that nobody adds up their rows again.
        program: that does the same work.
    """

    workspace: str
    as_of: AsOf
    version: int
    clients: tuple[str, ...]
    scope: Scope
    walk: Frame[BinPlace]
    known: seals.Known
    program: str


def publish_elsewhere(
    cohorts: Sequence[CommittedNight], scope: Scope, walk: Frame[BinPlace], folder: Path, executor: Executor
) -> Iterator[PublishedCohort]:
    """What other processes published of cohorts, whose documents come into a folder.

    A cohort whose process died twice is published here, client by client.

    Raises:
        ExecutorLostError: nobody is there any more who could publish one.
    """
    tasks = [_task(cohort, scope, walk) for cohort in cohorts]
    for cohort, result in zip(
        cohorts, run_all(executor, publish_task, tasks, "cohort to publish"), strict=True
    ):
        if not isinstance(result, LostTask):
            place, published = result
            _take_over(Path(place), folder)
            yield published
            continue
        for number, client_id in enumerate(cohort.clients or ()):
            own = replace(cohort, clients=(client_id,))
            yield publish_cohort(own, scope, walk, folder, cohort.scratch / f"{uuid4().hex}-{number}")


def publish_task(task: PublishTask) -> tuple[str, PublishedCohort]:
    """Publish a cohort in this process; the folder of its documents, a new one each time, and the rest.

    Raises:
        ConfigurationError: this process runs another program.
    """
    refuse_other_program(task.program)
    seals.trust(task.known)
    workspace = Workspace(Path(task.workspace))
    with Ledger.open_reading(workspace) as ledger:
        configuration = parse_configuration(ledger.frozen(task.as_of).policies)
        cohort = CommittedNight(workspace, ledger, configuration, task.as_of, task.version, task.clients)
        place = cohort.scratch / uuid4().hex
        documents = place / DOCUMENTS
        documents.mkdir(parents=True)
        return str(documents), publish_cohort(cohort, task.scope, task.walk, documents, place)


def _task(cohort: CommittedNight, scope: Scope, walk: Frame[BinPlace]) -> PublishTask:
    workspace = cohort.workspace
    return PublishTask(
        str(workspace.root.resolve()),
        cohort.as_of,
        cohort.version,
        cohort.clients or (),
        scope,
        walk,
        seals.known_of(workspace.ledger),
        fingerprint(),
    )


def _take_over(documents: Path, folder: Path) -> None:
    """Let the documents of a cohort lie in the folder of the version: by kind, a folder for each client."""
    for kind in sorted(documents.iterdir()):
        (folder / kind.name).mkdir(exist_ok=True)
        for own in sorted(kind.iterdir()):
            shutil.move(own, folder / kind.name / own.name)
