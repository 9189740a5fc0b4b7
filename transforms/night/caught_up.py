"""Nights that were missed and are caught up with a later one: they post facts and decide nothing.

Rule
    What a missed night would have released could not leave on its shipping day any more, and its news is
    old. So of nights that are caught up only the last one releases, tells and cancels; it sees the facts of
    all. On those before it every line keeps what it has reserved, its rank and the date that is believed.

Limits
    A reservation is given up only where its units are gone: what the facts of the night took away, by rank,
    the worst first. That is what the allocation does with orders on hold, so each line is given to it as
    one that is, under a policy that keeps reservations. No clock of a line starts, and no finding about
    waiting lines is read; they stay as they were.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import polars as pl

from schemas.books.orders import OrderLine
from schemas.results import Allocation, Decision, Overtaking, QueuePosition, Reservation
from schemas.table import Table, conform, empty
from schemas.vocabulary.explanations import DecisionCode, ReservedReason
from schemas.vocabulary.findings import FindingCode
from schemas.vocabulary.words import HoldReason
from transforms.keys import LINE
from transforms.night.allocating import allocate_night

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandera.typing.polars import DataFrame

    from schemas.night import AsOf, Books
    from schemas.settings.client import Client
    from schemas.settings.warehouse import Warehouse
    from transforms.allocation import AllocationPlan

T = TypeVar("T", bound=Table)


UNREAD = (
    FindingCode.WIN_UNSERVED,
    FindingCode.PAST_CANCEL_DATE,
    FindingCode.KIT_NOT_MADE,
    FindingCode.KIT_NOT_SHARED,
)
"""Findings about waiting lines: a night that decides nothing reads none, so those that are open stay open."""


def keep_reserved(
    books: Books, *, as_of: AsOf, clients: Mapping[str, Client], warehouses: Mapping[str, Warehouse]
) -> AllocationPlan:
    """The plan of a night that only posts: nothing is given or cancelled, and what is reserved stays.

    Where fewer units are there than are reserved, the worst ranks lose theirs.
    """
    lines = books.order_lines.with_columns(hold_reason=pl.lit(HoldReason.CLIENT_HOLD.value))
    kept = allocate_night(
        replace(books, order_lines=lines.pipe(OrderLine.validate)),
        as_of=as_of,
        clients={name: _keeping(client) for name, client in clients.items()},
        warehouses=warehouses,
    )
    decided = pl.lit(DecisionCode.ONLY_POSTED.value)
    stays = pl.lit(ReservedReason.ONLY_POSTED.value)
    return replace(
        kept,
        allocations=empty(Allocation),
        overtakings=empty(Overtaking),
        decisions=_sum_by(kept.decisions.with_columns(reason_code=decided), Decision),
        reservations=_sum_by(kept.reservations.with_columns(reason_code=stays), Reservation),
        standings=_dated(kept.standings, books),
    )


def _keeping(client: Client) -> Client:
    """The client with a policy under which a line on hold keeps what it has reserved, wherever it stands."""
    policy = client.policy.model_copy(update={"standing": "gain", "segments": (), "max_shipments": None})
    return client.model_copy(update={"policy": policy})


def _sum_by(rows: pl.DataFrame, table: type[T]) -> DataFrame[T]:
    """The rows, quantities added up where the rest is alike."""
    keys = [name for name in table.names() if name != "qty"]
    return conform(rows.group_by(keys).agg(pl.col("qty").sum()).sort(keys), table)


def _dated(standings: DataFrame[QueuePosition], books: Books) -> DataFrame[QueuePosition]:
    """The standings with the dates that the books remember."""
    believed = books.order_lines.select(*LINE, "eta_on")
    dated = standings.drop("eta_on").join(believed, on=LINE, how="left", maintain_order="left")
    return conform(
        dated.with_columns(
            eta_reason=pl.lit(DecisionCode.ONLY_POSTED.meaning),
            is_overtaken=pl.lit(value=False),
        ),
        QueuePosition,
    )
