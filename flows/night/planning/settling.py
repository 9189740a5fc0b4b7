"""From a frozen run to settled plans: cohort after cohort of its clients, so that memory is that of one.

Each is settled by itself (`flows.night.planning.cohort`), here or by other processes. Only two laws reach
across clients: no effect twice (4), which the commit sees to, and nothing of another client (6).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from flows.executors.choosing import executor_of
from flows.inbound.taking.landing import landed_path
from flows.ledger.forgetting.erasures import look_again
from flows.ledger.store.versions import clients_with
from flows.night.announcing import each_told
from flows.night.planning.cohort import (
    FILES,
    LINES,
    REFREEZE,
    Cohort,
    Settling,
    configuration_of,
    refuse_stops,
    settle_cohort,
)
from flows.night.planning.elsewhere import settle_elsewhere
from flows.night.planning.open_findings import Surroundings
from flows.night.planning.staging import Staging
from schemas.books.laws import Violation
from schemas.errors import InvariantError
from schemas.settings.workspace import ScaleSettings
from transforms.laws.of_effects import Strays, foreign_names
from transforms.night.cohorts import ROWS_A_LINE, cohorts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.configuration import Configuration
    from flows.ledger.runs.runs import InputFile
    from flows.ledger.store.ledger import Ledger
    from flows.night.planning.cohort import SettledCohort
    from flows.workspace import Workspace
    from schemas.night import AsOf

ALONE = ScaleSettings()
"""All in this process."""

BYTES_A_LINE = 60
"""Of a file, to know how many lines it has without reading it."""


def settle_night(workspace: Workspace, ledger: Ledger, as_of: AsOf, scale: ScaleSettings = ALONE) -> None:
    """Lay down the plans of a frozen run, checked against every law, cohort after cohort.

    A client whose rules fail or whose part breaks a law is held; the others go on.

    Args:
        workspace: of the run.
        ledger: that is written to.
        as_of: the run.
        scale: who settles the cohorts, and how large they are; the plans are the same.

    Raises:
        InvariantError: a law across clients is broken, or the plan of every client failed; nothing of the
            night becomes true.
        ExecutorLostError: nobody is there any more who could settle a cohort.
    """
    frozen = ledger.frozen(as_of)
    configuration = configuration_of(frozen)
    around = Surroundings.of(workspace, ledger, configuration, frozen.as_of)
    run = Settling(workspace, ledger, frozen.as_of, configuration, around)
    cohorts = divide_clients(run, frozen.files, scale.cohort_lines)
    _mark_older(ledger, frozen.files)
    staging = Staging.begin(workspace, frozen.as_of)
    with executor_of(scale) as executor:
        if executor is None:
            done = [settle_cohort(run, cohort, staging) for cohort in each_told(cohorts, "cohort of clients")]
        else:
            done = settle_elsewhere(run, cohorts, staging, executor)
    look_again(ledger.connection, pl.concat(cohort.erased for cohort in done), frozen.as_of.business_date)
    _refuse_failed([client_id for cohort in done for client_id in cohort.failed], configuration)
    _refuse_foreign(done, staging)
    staging.end([cohort.folder for cohort in done])


def divide_clients(run: Settling, files: Sequence[InputFile], rows: int) -> list[Cohort]:
    """The cohorts of a run; the last has the files of those without settings, of whom nothing is decided."""
    clients = sorted(run.configuration.clients)
    last = run.ledger.last_committed()
    known = run.ledger.weigh_clients(last.version or 0) if last else {}
    weights = {client_id: count // ROWS_A_LINE for client_id, count in known.items()}
    for file in files:
        if file.file_hash:
            size = landed_path(run.workspace, file.file_hash).stat().st_size
            weights[file.client_id] = weights.get(file.client_id, 0) + size // BYTES_A_LINE
    parts = cohorts_of({client_id: weights.get(client_id, 0) for client_id in clients}, rows) or [[]]
    cohorts = [
        Cohort(part, [file for file in files if file.client_id in set(part)], part is parts[-1])
        for part in parts
    ]
    cohorts[-1].files.extend(file for file in files if file.client_id not in run.configuration.clients)
    return cohorts


def _mark_older(ledger: Ledger, files: Sequence[InputFile]) -> None:
    """See to it that facts of older programs are looked up, of all whom the run may ask about."""
    asked = {file.client_id for file in files} | set(clients_with(ledger.connection, "pending_rows"))
    for client_id in each_told(ledger.unmarked_clients(asked), "marking the facts of client"):
        ledger.mark_older(client_id)


def _refuse_failed(failed: Sequence[str], configuration: Configuration) -> None:
    """If no plan succeeded the fault is not one client's."""
    if failed and set(failed) >= set(configuration.clients):
        count = len(configuration.clients)
        message = (
            f"the plan failed for all {count} clients; nothing was committed. The log says where. {REFREEZE}"
        )
        raise InvariantError(message)


def _refuse_foreign(cohorts: Sequence[SettledCohort], staging: Staging) -> None:
    """Law 6 across cohorts: what a client does not have is nobody else's either."""
    found = Strays(
        *(pl.concat(tables) for tables in zip(*(cohort.strays for cohort in cohorts), strict=True))
    )
    if all(table.is_empty() for table in found):
        return
    lines, files = (
        pl.concat(staging.scan(cohort.folder, name) for cohort in cohorts) for name in (LINES, FILES)
    )
    refuse_stops(pl.concat(foreign_names(found, files, lines)).pipe(Violation.validate))
