"""A span of nights, replayed under several policies side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from flows.configuration import parse_configuration
from flows.night.planning.planning import inputs_of
from flows.night.planning.reading import ReadingDesk, read_files
from flows.simulating.clients import choose_clients_of_span
from flows.simulating.kept import (
    base_of,
    find_span,
    limited,
    open_ledger,
    other_makers,
    refuse_missing_files,
)
from flows.simulating.policy_files import refuse_misfits
from flows.simulating.simulation import INHERITED, WHOLE_POLICY, sum_up
from schemas.books.journal import Movement
from schemas.intake.verdicts import RejectedRow, RowKey
from schemas.outputs.simulation import OWN
from schemas.table import empty
from transforms.simulation.courses import begin_course
from transforms.simulation.replay import KeptNight, replay_night

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from flows.configuration import Configuration
    from flows.ledger.runs.freezing import FrozenRun
    from flows.ledger.runs.runs import Run
    from flows.ledger.store.ledger import Ledger
    from flows.simulating.simulation import Simulation
    from flows.workspace import Workspace
    from schemas.night import Books
    from schemas.settings.client import Client
    from schemas.settings.policy import Policy

ASSUMPTIONS = (
    "Orders, changes, cancellations, receipts, announcements and adjustments are those that the nights took.",
    (
        "Every release ships in full on the next working day of its warehouse, under each policy, own among "
        "them; what the warehouses really confirmed, and their short picks, is left out."
    ),
    "A count posts what it really changed on its night, so it does not undo simulated shipments.",
)
"""What a replay takes for granted."""


@dataclass(frozen=True)
class RunOfSpan:
    """A committed run, what it was frozen with, and the settings of the clients it decided for."""

    run: Run
    frozen: FrozenRun
    configuration: Configuration


def simulate_span(
    workspace: Workspace,
    span: tuple[date, date],
    policies: dict[str, Policy],
    *,
    clients: Sequence[str] = (),
    on_night: Callable[[date, int], None] = lambda _night, _nights: None,
) -> Simulation:
    """The nights of a span under their clients' own policies and under each of `policies`.

    Each policy starts from the books before the first night and goes its own way from there.

    Args:
        workspace: which is only read.
        span: first and last night.
        policies: by name.
        clients: only these; all: empty.
        on_night: is told each night before it is planned, and how many there are.

    Raises:
        ConfigurationError: the nights are not kept, or a client or policy cannot be followed.
    """
    with open_ledger(workspace) as ledger:
        nights = _runs_of_span(workspace, ledger, span, clients)
        known = _first_settings(nights)
        refuse_misfits(
            policies, [client for night in nights for client in night.configuration.clients.values()]
        )
        base = base_of(nights[0].run)
        books = ledger.load_books(list(known), version=base)
        courses = {
            name: (begin_course(name, policy, books, known), empty(RowKey))
            for name, policy in {OWN: None, **policies}.items()
        }
        makers = other_makers(ledger, [night.run for night in nights])
        for night in nights:
            on_night(night.run.as_of.business_date, len(nights))
            kept = read_night(workspace, ledger, night, courses[OWN][0].books, base=base)
            courses = {name: replay_night(*course, kept)[:2] for name, course in courses.items()}
    notes = (*ASSUMPTIONS, *makers, WHOLE_POLICY, INHERITED)
    return sum_up([course for course, _ in courses.values()], known, notes)


def read_night(
    workspace: Workspace, ledger: Ledger, night: RunOfSpan, books: Books, *, base: int
) -> KeptNight:
    """What a night took in, read with the catalogue of `books`, and what it really posted.

    Its facts are compared with those that were accepted up to version `base`, where the courses begin. Orders
    that had left the books by then come back where a row names them.
    """
    clients = list(night.configuration.clients)
    seen, recall = ledger.seen_files(night.run.as_of), partial(ledger.recall_orders, version=base)
    desk = ReadingDesk(workspace, night.run.as_of, night.configuration, seen, recall=recall)
    files = [file for file in night.frozen.files if file.client_id in clients]
    reading = read_files(desk, files, books)
    version = night.run.version or 0

    def added(table: str) -> pl.DataFrame:
        return ledger.load_added(table, version).filter(pl.col("client_id").is_in(clients))

    row_keys = ledger.recall_facts(reading.rows, night.run.as_of, version=base)
    return KeptNight(
        inputs=inputs_of(desk, reading, books, row_keys, ledger.read_unholds(night.run.as_of)),
        movements=added("movements").pipe(Movement.validate),
        rejected_rows=added("rejected_rows").pipe(RejectedRow.validate),
        recalled=reading.recalled,
    )


def _runs_of_span(
    workspace: Workspace, ledger: Ledger, span: tuple[date, date], wanted: Sequence[str]
) -> list[RunOfSpan]:
    """The runs of a span with the clients that each decided for."""
    nights = [_run_of_span(ledger, run) for run in find_span(ledger, *span)]
    chosen = choose_clients_of_span(
        {name for night in nights for name in night.configuration.clients}, wanted
    )
    for night in nights:
        refuse_missing_files(workspace, night.frozen, set(chosen) & set(night.configuration.clients))
    return [replace(night, configuration=limited(night.configuration, chosen)) for night in nights]


def _run_of_span(ledger: Ledger, run: Run) -> RunOfSpan:
    """A run with the settings of the clients that it did not hold."""
    frozen = ledger.frozen(run.as_of)
    whole = parse_configuration(frozen.policies)
    return RunOfSpan(run, frozen, limited(whole, set(whole.clients) - set(run.clients_held)))


def _first_settings(nights: Sequence[RunOfSpan]) -> dict[str, Client]:
    """Each client as it was on the first night that decided for it."""
    settings: dict[str, Client] = {}
    for night in reversed(nights):
        settings |= night.configuration.clients
    return settings
