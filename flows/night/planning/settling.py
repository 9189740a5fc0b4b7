"""From a frozen run to settled plans: cohort after cohort of its clients, so that memory is that of one.

Clients are independent: of each cohort the files are read, its books loaded, the rules asked and the laws
checked, and what follows is written as segments, to which nobody refers before the commit. What a cohort
depends on is the run, its clients and its files, and of the books it only reads; so another process can
settle it as well. Only two laws reach across clients: no effect twice (4), which the commit sees to, and
nothing of another client (6).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from flows.configuration import parse_configuration
from flows.inbound.taking.landing import landed_path
from flows.ledger.forgetting.erasures import find_named_again, look_again
from flows.ledger.store.recompute import recompute_balances
from flows.ledger.store.tables import TONIGHT, ordering_of
from flows.ledger.store.versions import clients_with
from flows.ledger.store.writing import Settled
from flows.night.announcing import announce_stage, each_told
from flows.night.planning.open_findings import Surroundings
from flows.night.planning.planning import inputs_of, plan_clients
from flows.night.planning.reading import ReadingDesk, read_files
from flows.night.planning.recalling import orders_named
from flows.night.planning.staging import Staging
from schemas.books.laws import Violation
from schemas.errors import ConfigurationError, InvariantError
from schemas.vocabulary.words import FileVerdict
from transforms.intake.tally import tally_files
from transforms.laws.checking import check_laws, split_by_reach
from transforms.laws.of_effects import Strays, find_strays, foreign_names
from transforms.night.cohorts import COHORT_ROWS, ROWS_A_LINE, cohorts_of
from transforms.night.pick_numbers import number_picks
from transforms.night.retiring import retire_orders, unite_orders
from transforms.night.unchanged import unchanged_clients

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pandera.typing.polars import DataFrame

    from flows.configuration import Configuration
    from flows.ledger.runs.freezing import FrozenRun
    from flows.ledger.runs.runs import InputFile
    from flows.ledger.store.ledger import Ledger
    from flows.night.planning.reading import FilesRead
    from flows.workspace import Workspace
    from schemas.night import AsOf, Books, NightPlan

BYTES_A_LINE = 60
"""Of a file, to know how many lines it has without reading it."""

REFREEZE = (
    "The run keeps the files and settings it was frozen with: if one of them is the cause, mend it or take "
    "it out of inbound, then run with --refreeze."
)


LINES, FILES = "order_lines", "files"
"""Names that lie in staging beside what was written: all that the clients of a cohort have."""


class Cohort(NamedTuple):
    """Clients that are settled together, and tonight's files of theirs."""

    number: int
    clients: list[str]
    files: list[InputFile]
    is_last: bool


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
        failed: clients whose plan failed.
        strays: names that no client of the cohort has, or not the one that should.
        erased: orders whose person was forgotten, and that tonight's files name or may name.
    """

    failed: list[str]
    strays: Strays
    erased: pl.DataFrame


def settle_night(workspace: Workspace, ledger: Ledger, as_of: AsOf, *, rows: int = COHORT_ROWS) -> None:
    """Lay down the plans of a frozen run, checked against every law, cohort after cohort.

    A client whose rules fail or whose part breaks a law is held; the others go on.

    Raises:
        InvariantError: a law across clients is broken, or the plan of every client failed; nothing of the
            night becomes true.
    """
    frozen = ledger.frozen(as_of)
    configuration = _configuration_of(frozen)
    around = Surroundings.of(workspace, ledger, configuration, frozen.as_of)
    run = Settling(workspace, ledger, frozen.as_of, configuration, around)
    cohorts = divide_clients(run, frozen.files, rows)
    _mark_older(ledger, frozen.files)
    staging = Staging.begin(workspace, frozen.as_of)
    done = [settle_cohort(run, cohort, staging) for cohort in each_told(cohorts, "cohort of clients")]
    look_again(ledger.connection, pl.concat(cohort.erased for cohort in done), frozen.as_of.business_date)
    _refuse_failed([client_id for cohort in done for client_id in cohort.failed], configuration)
    _refuse_foreign([cohort.strays for cohort in done], staging)
    staging.end(len(done))


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
        Cohort(number, part, [file for file in files if file.client_id in set(part)], part is parts[-1])
        for number, part in enumerate(parts)
    ]
    cohorts[-1].files.extend(file for file in files if file.client_id not in run.configuration.clients)
    return cohorts


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
    reading = read_files(desk, cohort.files, books)
    named = orders_named(reading.rows, reading.pending_rows)
    erased = find_named_again(ledger.connection, named, _unread(reading))
    row_keys = ledger.recall_facts(reading.rows, as_of)
    known = ledger.read_people(reading.rows.orders.select("client_id", "order_id").unique())
    said = ledger.read_unholds(as_of)
    inputs = replace(inputs_of(desk, reading, books, row_keys, said), ship_to=known)
    announce_stage("posting and allocating")
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
    _refuse_stops(stops)
    undone = {**held, **failed}
    is_ours = pl.col("client_id").is_in(cohort.clients)
    if cohort.is_last:
        is_ours |= ~pl.col("client_id").is_in(list(run.configuration.clients))
    findings = run.surroundings.open_findings(whole, undone, is_ours)
    settled = Settled(replace(plan, findings=findings), files, undone, find_unchanged(ledger, books, plan))
    owned = {LINES: whole.books.order_lines.select("order_id", "line_no"), FILES: files.select("file_hash")}
    staging.lay(cohort.number, ledger.write(settled), **owned)
    return SettledCohort(list(failed), find_strays(whole, files), erased)


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


def _configuration_of(frozen: FrozenRun) -> Configuration:
    """The settings that a run was frozen with.

    Raises:
        ConfigurationError: they cannot be followed, for instance by a newer program.
    """
    try:
        return parse_configuration(frozen.policies)
    except ConfigurationError as error:
        message = f"{error}\n{REFREEZE}"
        raise ConfigurationError(message) from error


def _mark_older(ledger: Ledger, files: Sequence[InputFile]) -> None:
    """See to it that facts of older programs are looked up, of all whom the run may ask about."""
    asked = {file.client_id for file in files} | set(clients_with(ledger.connection, "pending_rows"))
    for client_id in each_told(ledger.unmarked_clients(asked), "marking the facts of client"):
        ledger.mark_older(client_id)


def _unread(reading: FilesRead) -> set[str]:
    """Clients of whose files something was taken and not read: it may name any of their orders."""
    is_unread = pl.col("verdict").is_in([FileVerdict.REFUSED, FileVerdict.DUPLICATE])
    files = reading.files.filter(is_unread & (pl.col("file_hash") != ""))
    # before the plan these are rows that were rejected or set aside
    return {*files["client_id"], *reading.outcomes["client_id"]}


def _refuse_failed(failed: Sequence[str], configuration: Configuration) -> None:
    """If no plan succeeded the fault is not one client's."""
    if failed and set(failed) >= set(configuration.clients):
        count = len(configuration.clients)
        message = (
            f"the plan failed for all {count} clients; nothing was committed. The log says where. {REFREEZE}"
        )
        raise InvariantError(message)


def _refuse_foreign(strays: Sequence[Strays], staging: Staging) -> None:
    """Law 6 across cohorts: what a client does not have is nobody else's either."""
    found = Strays(*(pl.concat(tables) for tables in zip(*strays, strict=True)))
    if all(table.is_empty() for table in found):
        return
    lines, files = (
        pl.concat(staging.scan(number, name) for number in range(len(strays))) for name in (LINES, FILES)
    )
    _refuse_stops(pl.concat(foreign_names(found, files, lines)).pipe(Violation.validate))


def _refuse_stops(stops: DataFrame[Violation]) -> None:
    """A broken law across clients stops the night."""
    if stops.is_empty():
        return
    examples = "; ".join(
        f"law {law}: {subject} ({detail})" for law, _, subject, detail in stops.head(3).iter_rows()
    )
    message = f"{stops.height} rows break a law across clients; nothing was committed. {examples}. {REFREEZE}"
    raise InvariantError(message)
