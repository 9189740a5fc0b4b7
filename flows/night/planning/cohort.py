"""A cohort of clients, from frozen files to segments: read, identified, posted, planned, checked, written.

Clients are independent. What a cohort depends on is the run, its clients and its files, and of the books it
only reads; so another process can settle it as well (`flows.night.planning.elsewhere`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from flows.configuration import parse_configuration
from flows.ledger.forgetting.erasures import find_named_again
from flows.ledger.store.recompute import recompute_balances
from flows.ledger.store.tables import TONIGHT, ordering_of
from flows.ledger.store.writing import Settled
from flows.night.announcing import announce_stage
from flows.night.planning.planning import failure_of, inputs_of, plan_clients
from flows.night.planning.reading import ReadingDesk, read_files
from flows.night.planning.recalling import orders_named
from schemas.books.laws import Violation
from schemas.errors import ConfigurationError, InvariantError
from schemas.night import NightPlan
from schemas.vocabulary.words import FileVerdict
from transforms.intake.tally import tally_files
from transforms.laws.checking import check_laws, split_by_reach
from transforms.laws.of_effects import Strays, find_strays
from transforms.night.pick_numbers import number_picks
from transforms.night.retiring import retire_orders, unite_orders
from transforms.night.unchanged import unchanged_clients

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from flows.configuration import Configuration
    from flows.ledger.runs.freezing import FrozenRun
    from flows.ledger.runs.runs import InputFile
    from flows.ledger.store.ledger import Ledger
    from flows.night.planning.open_findings import Surroundings
    from flows.night.planning.reading import FilesRead
    from flows.night.planning.staging import Staging
    from flows.workspace import Workspace
    from schemas.night import AsOf, Books

REFREEZE = (
    "The run keeps the files and settings it was frozen with: if one of them is the cause, mend it or take "
    "it out of inbound, then run with --refreeze."
)


LINES, FILES = "order_lines", "files"
"""Names that lie in staging beside what was written: all that the clients of a cohort have."""


class Cohort(NamedTuple):
    """Clients that are settled together, and tonight's files of theirs.

    Attributes:
        is_last: it speaks of all who have no settings, too.
        lost: why nothing of it is read or planned: whoever tried died.
    """

    clients: list[str]
    files: list[InputFile]
    is_last: bool
    lost: str = ""


@dataclass(frozen=True)
class Settling:
    """What all cohorts of a run have in common."""

    workspace: Workspace
    ledger: Ledger
    as_of: AsOf
    configuration: Configuration
    surroundings: Surroundings


class SettledCohort(NamedTuple):
    """What became of a cohort, beside what lies in staging: all of it is small.

    Attributes:
        folder: of staging, where it lies.
        failed: clients whose plan failed.
        strays: names that no client of the cohort has, or not the one that should.
        erased: orders whose person was forgotten, and that tonight's files name or may name.
    """

    folder: str
    failed: list[str]
    strays: Strays
    erased: pl.DataFrame


def configuration_of(frozen: FrozenRun) -> Configuration:
    """The settings that a run was frozen with.

    Raises:
        ConfigurationError: they cannot be followed, for instance by a newer program.
    """
    try:
        return parse_configuration(frozen.policies)
    except ConfigurationError as error:
        message = f"{error}\n{REFREEZE}"
        raise ConfigurationError(message) from error


def settle_cohort(run: Settling, cohort: Cohort, staging: Staging) -> SettledCohort:
    """The plan of some clients, checked against the laws, as segments; of the books it only reads.

    The last cohort speaks of all who have no settings, too.

    Raises:
        InvariantError: a law across clients is broken.
    """
    ledger, as_of = run.ledger, run.as_of
    own = {name: run.configuration.clients[name] for name in cohort.clients}
    configuration = replace(run.configuration, clients=own)
    # who has no settings keeps the last version whole: nothing is decided for it
    books = ledger.load_books(cohort.clients)
    desk = ReadingDesk(run.workspace, as_of, configuration, ledger.seen_files(), recall=ledger.recall_orders)
    reading = desk.take_unread(cohort.files) if cohort.lost else read_files(desk, cohort.files, books)
    named = orders_named(reading.rows, reading.pending_rows)
    erased = find_named_again(ledger.connection, named, _unread(reading))
    row_keys = ledger.recall_facts(reading.rows, as_of)
    known = ledger.read_people(reading.rows.orders.select("client_id", "order_id").unique())
    said = ledger.read_unholds(as_of)
    inputs = replace(inputs_of(desk, reading, books, row_keys, said), ship_to=known)
    announce_stage("posting and allocating")
    if cohort.lost:
        plan, failed = NightPlan.blank(), {name: failure_of(name, cohort.lost) for name in cohort.clients}
    else:
        plan, failed = plan_clients(inputs)
    plan = replace(plan, books=number_picks(plan.books, list(run.configuration.clients), as_of=as_of))
    plan = retire_orders(plan, as_of=as_of, closed_days=configuration.settings.closed_days)
    whole = replace(plan, books=unite_orders(plan.books, plan.retired))
    announce_stage("checking the laws")
    files = tally_files(reading.files, plan.outcomes)
    lawless = check_laws(inputs.books, whole, files, as_of, warehouses=inputs.warehouses)
    broken = pl.concat([lawless, recompute_balances(inputs.books, whole)])
    held, stops = split_by_reach(
        broken.filter(~pl.col("client_id").is_in(list(failed))).pipe(Violation.validate)
    )
    refuse_stops(stops)
    undone = {**held, **failed}
    is_ours = pl.col("client_id").is_in(cohort.clients)
    if cohort.is_last:
        is_ours |= ~pl.col("client_id").is_in(list(run.configuration.clients))
    findings = run.surroundings.open_findings(whole, undone, is_ours)
    settled = Settled(replace(plan, findings=findings), files, undone, find_unchanged(ledger, books, plan))
    owned = {LINES: whole.books.order_lines.select("order_id", "line_no"), FILES: files.select("file_hash")}
    folder = staging.lay(ledger.write(settled), **owned)
    return SettledCohort(folder, list(failed), find_strays(whole, files), erased)


def find_unchanged(ledger: Ledger, before: Books, plan: NightPlan) -> frozenset[tuple[str, str]]:
    """The tables and clients whose rows are the same after a plan; of tonight's results the night before's.

    Most clients send nothing on most nights: to write down anew what is there took longer than to plan it.
    """
    tables = [(name, rows, plan.books.tables()[name]) for name, rows in before.tables().items()]
    for name in TONIGHT:
        rows = getattr(plan, name)
        known = ledger.load_table(name, rows["client_id"].unique().to_list())
        tables.append((name, known, rows))
    return frozenset(
        (name, client_id)
        for name, known, rows in tables
        for client_id in unchanged_clients(known, rows, ordering_of(name))
    )


def _unread(reading: FilesRead) -> set[str]:
    """Clients of whose files something was taken and not read: it may name any of their orders."""
    is_unread = pl.col("verdict").is_in([FileVerdict.REFUSED, FileVerdict.DUPLICATE])
    files = reading.files.filter(is_unread & (pl.col("file_hash") != ""))
    # before the plan these are rows that were rejected or set aside
    return {*files["client_id"], *reading.outcomes["client_id"]}


def refuse_stops(stops: DataFrame[Violation]) -> None:
    """A broken law across clients stops the night."""
    if stops.is_empty():
        return
    examples = "; ".join(
        f"law {law}: {subject} ({detail})" for law, _, subject, detail in stops.head(3).iter_rows()
    )
    message = f"{stops.height} rows break a law across clients; nothing was committed. {examples}. {REFREEZE}"
    raise InvariantError(message)
