"""What a night depends on, and its plan: of all its clients together, or of each alone where that fails."""

from __future__ import annotations

import logging
from dataclasses import fields, replace
from typing import TYPE_CHECKING

import polars as pl

from flows.fence import UNFORESEEN
from flows.unforeseen import told
from schemas.books.laws import Violation
from schemas.books.stock import Unhold
from schemas.night import Books, FeedRows, NightInputs, NightPlan
from schemas.table import empty
from transforms.night.planning import plan_night
from transforms.night.retiring import unite_orders

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from pandera.typing.polars import DataFrame

    from flows.night.planning.reading import FilesRead, ReadingDesk
    from schemas.intake.verdicts import RowKey

LOG = logging.getLogger(__name__)


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


def plan_clients(inputs: NightInputs) -> tuple[NightPlan, dict[str, DataFrame[Violation]]]:
    """The plan of all clients together; if that fails, of each alone, so that one bug holds one client."""
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
            failed[client_id] = failure_of(client_id, type(error).__name__)
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
    """The plans of several clients as one; of nobody, one that decides nothing."""
    if not plans:
        return NightPlan.blank()
    tables: dict[str, Any] = {
        field.name: pl.concat([getattr(plan, field.name) for plan in plans])
        for field in fields(NightPlan)
        if field.name not in ("books", "retired")
    }
    books = {
        name: pl.concat([plan.books.tables()[name] for plan in plans]) for name in Books.blank().tables()
    }
    return NightPlan(books=Books.of(books), **tables)


def failure_of(client_id: str, how: str) -> DataFrame[Violation]:
    """A plan that failed, as the reason to hold its client; no words of an error: these may hold values."""
    row = {
        "law": 1,
        "client_id": client_id,
        "subject": "the plan itself",
        "detail": f"failed: {how}",
    }
    return pl.concat([empty(Violation), pl.DataFrame([row], schema=Violation.dtypes())]).pipe(
        Violation.validate
    )
