"""From a frozen run to a plan: read its files and its books, and ask the rules what follows."""

from __future__ import annotations

import logging
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import polars as pl

from flows.configuration import parse_configuration
from flows.fence import UNFORESEEN
from flows.ledger.forgetting.erasures import look_again
from flows.ledger.store.recompute import recompute_balances
from flows.night.announcing import announce_stage, each_told
from flows.night.planning.changed_files import find_changed_files
from flows.night.planning.open_findings import with_open_findings
from flows.night.planning.reading import ReadingDesk, read_files
from flows.night.planning.recalling import orders_named
from flows.unforeseen import told
from schemas.books.laws import Violation
from schemas.books.stock import Unhold
from schemas.errors import ConfigurationError, InvariantError
from schemas.night import Books, FeedRows, NightInputs, NightPlan
from schemas.table import empty
from schemas.vocabulary.words import FileVerdict
from transforms.intake.tally import tally_files
from transforms.laws.checking import check_laws, split_by_reach
from transforms.night.planning import plan_night
from transforms.night.retiring import retire_orders, unite_orders

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from pandera.typing.polars import DataFrame

    from flows.configuration import Configuration
    from flows.ledger.runs.freezing import FrozenRun
    from flows.ledger.store.ledger import Ledger
    from flows.night.planning.reading import FilesRead
    from flows.workspace import Workspace
    from schemas.intake.verdicts import FileOutcome, RowKey
    from schemas.night import AsOf

LOG = logging.getLogger(__name__)

REFREEZE = (
    "The run keeps the files and settings it was frozen with: if one of them is the cause, mend it or take "
    "it out of inbound, then run with --refreeze."
)


@dataclass(frozen=True)
class Settled:
    """A plan that keeps the laws, and the clients whose part of it does not."""

    plan: NightPlan
    files: DataFrame[FileOutcome]
    held: Mapping[str, DataFrame[Violation]]


def settle_night(workspace: Workspace, ledger: Ledger, as_of: AsOf) -> Settled:
    """The plan of a frozen run, checked against every law.

    A client whose rules fail or whose part breaks a law is held; the others go on.

    Raises:
        InvariantError: a law across clients is broken; nothing of the night becomes true.
    """
    frozen = ledger.frozen(as_of)
    as_of = frozen.as_of
    configuration = _configuration_of(frozen)
    # who has no settings keeps the last version whole: nothing is decided for it
    books = ledger.load_books(list(configuration.clients))
    desk = ReadingDesk(workspace, as_of, configuration, ledger.seen_files(), recall=ledger.recall_orders)
    reading = read_files(desk, frozen.files, books)
    named = orders_named(reading.rows, reading.pending_rows)
    look_again(ledger.connection, named, _unread(reading), as_of.business_date)
    for client_id in each_told(ledger.unmarked_clients(_telling(reading)), "marking the facts of client"):
        ledger.mark_older(client_id)
    row_keys = ledger.recall_facts(reading.rows, as_of)
    known = ledger.read_people(reading.rows.orders.select("client_id", "order_id").unique())
    said = ledger.read_unholds(desk.as_of)
    inputs = replace(inputs_of(desk, reading, books, row_keys, said), ship_to=known)
    announce_stage("posting and allocating")
    plan, failed = plan_clients(inputs)
    plan = retire_orders(plan, as_of=as_of, closed_days=configuration.settings.closed_days)
    whole = replace(plan, books=unite_orders(plan.books, plan.retired))
    announce_stage("checking the laws")
    files = tally_files(reading.files, plan.outcomes)
    lawless = check_laws(inputs.books, whole, files, inputs.as_of, warehouses=inputs.warehouses)
    broken = pl.concat([lawless, recompute_balances(inputs.books, whole)])
    held, stops = split_by_reach(
        broken.filter(~pl.col("client_id").is_in(list(failed))).pipe(Violation.validate)
    )
    if not stops.is_empty():
        examples = "; ".join(
            f"law {law}: {subject} ({detail})" for law, _, subject, detail in stops.head(3).iter_rows()
        )
        message = (
            f"{stops.height} rows break a law across clients; nothing was committed. {examples}. {REFREEZE}"
        )
        raise InvariantError(message)
    undone = {**held, **failed}
    told = with_open_findings(
        plan,
        undone,
        ledger=ledger,
        configuration=configuration,
        as_of=as_of,
        changed_files=find_changed_files(workspace, ledger, as_of),
    )
    return Settled(told, files, undone)


def _telling(reading: FilesRead) -> list[str]:
    """Clients of whom a row was read tonight: of them alone it matters what was told before."""
    told = [table["client_id"].unique() for table in reading.rows.tables().values()]
    return pl.concat(told).unique().sort().to_list()


def _unread(reading: FilesRead) -> set[str]:
    """Clients of whose files something was taken and not read: it may name any of their orders."""
    is_unread = pl.col("verdict").is_in([FileVerdict.REFUSED, FileVerdict.DUPLICATE])
    files = reading.files.filter(is_unread & (pl.col("file_hash") != ""))
    # before the plan these are rows that were rejected or set aside
    return {*files["client_id"], *reading.outcomes["client_id"]}


def inputs_of(
    desk: ReadingDesk,
    reading: FilesRead,
    books: Books,
    row_keys: DataFrame[RowKey],
    unholds: DataFrame[Unhold],
) -> NightInputs:
    """All that a night depends on, once its files are read; unholds of who has no settings wait."""
    is_planned = pl.col("client_id").is_in(list(desk.configuration.clients))
    return NightInputs(
        as_of=desk.as_of,
        clients=desk.configuration.clients,
        warehouses=desk.configuration.warehouses,
        books=unite_orders(books, reading.recalled),
        rows=reading.rows,
        row_keys=row_keys,
        pending_rows=reading.pending_rows,
        files=reading.files,
        outcomes=reading.outcomes,
        rejected_rows=reading.rejected_rows,
        unholds=unholds.filter(is_planned).pipe(Unhold.validate),
        row_places=reading.row_places,
        row_hashes=reading.row_hashes,
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


def plan_clients(inputs: NightInputs) -> tuple[NightPlan, dict[str, DataFrame[Violation]]]:
    """The plan of all clients together; if that fails, of each alone, so that one bug holds one client.

    Raises:
        InvariantError: it fails for every client.
    """
    try:
        return plan_night(inputs), {}
    except UNFORESEEN as error:
        LOG.error("the plan of all clients failed; each is planned alone: %s", told(error))  # noqa: TRY400 -- its words are values
    plans: list[NightPlan] = []
    failed: dict[str, DataFrame[Violation]] = {}
    for client_id in clients_of(inputs):
        try:
            plans.append(plan_night(only_client(inputs, client_id)))
        except UNFORESEEN as error:
            LOG.error("the plan of client %s failed; it is held: %s", client_id, told(error))  # noqa: TRY400 -- as above
            failed[client_id] = _failure(client_id, error)
    if not plans:
        message = (
            f"the plan failed for all {len(failed)} clients; nothing was committed. The log says where. "
            f"{REFREEZE}"
        )
        raise InvariantError(message)
    return join_plans(plans), failed


def clients_of(inputs: NightInputs) -> list[str]:
    """Every client that has a file, a settings file or anything in the books."""
    tables = [*inputs.books.tables().values(), inputs.files]
    named = {client_id for table in tables for client_id in table["client_id"].unique()}
    return sorted({*named, *inputs.clients})


def only_client(inputs: NightInputs, client_id: str) -> NightInputs:
    """The inputs of one client."""

    def own(table: pl.DataFrame) -> Any:  # noqa: ANN401 -- a frame of whichever contract the field has
        return table.filter(pl.col("client_id") == client_id)

    tables = {
        field.name: own(getattr(inputs, field.name))
        for field in fields(inputs)
        if isinstance(getattr(inputs, field.name), pl.DataFrame)
    }
    return replace(
        inputs,
        clients={name: client for name, client in inputs.clients.items() if name == client_id},
        books=Books.of({name: own(table) for name, table in inputs.books.tables().items()}),
        rows=FeedRows.of({name: own(table) for name, table in inputs.rows.tables().items()}),
        **tables,
    )


def join_plans(plans: Sequence[NightPlan]) -> NightPlan:
    """The plans of several clients as one."""
    tables: dict[str, Any] = {
        field.name: pl.concat([getattr(plan, field.name) for plan in plans])
        for field in fields(NightPlan)
        if field.name not in ("books", "retired")
    }
    books = {
        name: pl.concat([plan.books.tables()[name] for plan in plans]) for name in Books.blank().tables()
    }
    return NightPlan(books=Books.of(books), **tables)


def _failure(client_id: str, error: BaseException) -> DataFrame[Violation]:
    """A plan that failed, as the reason to hold its client; the error's words may hold values of people."""
    row = {
        "law": 1,
        "client_id": client_id,
        "subject": "the plan itself",
        "detail": f"failed: {type(error).__name__}",
    }
    return pl.concat([empty(Violation), pl.DataFrame([row], schema=Violation.dtypes())]).pipe(
        Violation.validate
    )
