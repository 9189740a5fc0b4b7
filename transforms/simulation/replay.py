"""A night of a span, replayed: its facts as they came, its shipments and counts as a simulation must.

Assumptions
    Orders, changes, cancellations, receipts, announcements and adjustments are replayed from the rows
    that the night took. A release ships in full on the next working day of its warehouse; what the
    warehouse really reported belongs to other releases and is left out. A count posts what it really
    changed (`counted`).

Known limits
    A short pick of the real night is none here: its missing units ship, and where a count later found
    them missing, they are a book gap.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from schemas.intake.feeds import ShipmentRow, StockRow
from schemas.intake.verdicts import RowKey
from schemas.night import Books
from schemas.table import empty
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import Cause, LedgerName, Verdict
from transforms.night.planning import plan_night
from transforms.night.retiring import unite_orders
from transforms.posting.core.posting import Posting
from transforms.posting.core.rows import outcomes_of, rejections_of
from transforms.posting.night import post_rows
from transforms.simulation.counted import post_differences
from transforms.simulation.courses import with_night

if TYPE_CHECKING:
    from collections.abc import Collection

    from pandera.typing.polars import DataFrame

    from schemas.books.journal import Movement
    from schemas.intake.verdicts import RejectedRow
    from schemas.night import FeedRows, NightInputs, NightPlan
    from schemas.settings.client import Client
    from transforms.simulation.courses import Course
    from transforms.terms import Terms

ROW = ["client_id", "file_hash", "row_no"]


@dataclass(frozen=True)
class KeptNight:
    """What a night took in and what its counts did.

    Attributes:
        inputs: its files' rows and settings, of the clients for which it decided, and the row keys that
            matter to them from before the course; a course brings its own books, and its row keys since.
        movements: the journal of the night.
        rejected_rows: rows that it rejected.
        recalled: orders that its rows name and that had left the books before the first night.
    """

    inputs: NightInputs
    movements: DataFrame[Movement]
    rejected_rows: DataFrame[RejectedRow]
    recalled: Books = field(default_factory=Books.blank)


def replay_night(
    course: Course, row_keys: DataFrame[RowKey], night: KeptNight
) -> tuple[Course, DataFrame[RowKey], NightPlan]:
    """The course after a night that is replayed under its policy, its own facts by then, and the plan.

    A client for which the night decided nothing stays as it was.
    """
    clients = {name: _assuming(client) for name, client in course.clients_of(night.inputs.clients).items()}
    books, resting = split_books(course.books, clients)
    books = unite_orders(books, split_books(night.recalled, clients)[0])
    known = pl.concat([night.inputs.row_keys, row_keys]).pipe(RowKey.validate)
    inputs = replace(night.inputs, clients=clients, books=books, row_keys=known)
    plan = plan_night(inputs, post_facts=partial(post_replayed, night=night))
    own = pl.concat([row_keys, plan.row_keys]).pipe(RowKey.validate)
    whole = replace(plan, books=join_books(plan.books, resting))
    return with_night(course, inputs, whole), own, plan


def post_replayed(books: Books, rows: FeedRows, *, terms: Terms, night: KeptNight) -> Posting:
    """The facts of a night but for its shipments; its counts as far as they really changed anything."""
    facts = replace(rows, shipments=empty(ShipmentRow), stock=empty(StockRow))
    posted = post_rows(books, facts, terms=terms)
    terms = replace(terms, items=posted.books.items)
    held = night.rejected_rows.filter(pl.col("reason_code") == ReasonCode.COUNT_HELD)
    refused = rows.stock.join(held, on=ROW, how="semi", maintain_order="left")
    accepted = rows.stock.join(held, on=ROW, how="anti", maintain_order="left").pipe(StockRow.validate)
    judged = Posting.of(
        posted.books,
        outcomes=pl.concat([outcomes_of(accepted, Verdict.ACCEPTED), outcomes_of(refused, Verdict.REJECTED)]),
        rejected_rows=rejections_of(refused, ReasonCode.COUNT_HELD),
    )
    counted = night.movements.filter(
        pl.col("ledger") == LedgerName.STOCK,
        pl.col("cause") == Cause.COUNTED,
        pl.col("client_id").is_in(list(terms.clients)),
    )
    return (
        posted.then(lambda _: judged)
        .then(partial(post_differences, rows=accepted, counted=counted, terms=terms))
        .numbered()
    )


def split_books(books: Books, clients: Collection[str]) -> tuple[Books, Books]:
    """The books of some clients, and those of the others."""
    is_theirs = pl.col("client_id").is_in(list(clients))
    theirs = {name: table.filter(is_theirs) for name, table in books.tables().items()}
    others = {name: table.filter(~is_theirs) for name, table in books.tables().items()}
    return Books.of(theirs), Books.of(others)


def join_books(books: Books, others: Books) -> Books:
    """Books of different clients as one."""
    more = others.tables()
    return Books.of({name: pl.concat([table, more[name]]) for name, table in books.tables().items()})


def _assuming(client: Client) -> Client:
    """The client, whose releases ship in full on the next working day without being confirmed."""
    shipments = client.feeds.shipments.model_copy(update={"confirm": "assume"})
    return client.model_copy(update={"feeds": client.feeds.model_copy(update={"shipments": shipments})})
