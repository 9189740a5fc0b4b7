"""The allocation of a night: planned anew without what its rules cancel, until they cancel nothing more.

Which units those are says `transforms.allocation.cancelling`. They are posted as cancelled before the next
plan is made, so what was kept for them is there for all others in the same night.
"""

from __future__ import annotations

from dataclasses import fields, replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import polars as pl

from schemas.night import Books
from schemas.results import Cancellation, LostReservation
from schemas.table import Table, conform
from transforms.allocation import plan_once
from transforms.keys import LINE
from transforms.posting.core.movements import post
from transforms.posting.planned.withdrawals import lost_movements, post_withdrawals
from transforms.terms import Terms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pandera.typing.polars import DataFrame

    from schemas.night import AsOf
    from schemas.settings.client import Client
    from schemas.settings.warehouse import Warehouse
    from transforms.allocation import AllocationPlan

T = TypeVar("T", bound=Table)


def allocate_night(
    books: Books, *, as_of: AsOf, clients: Mapping[str, Client], warehouses: Mapping[str, Warehouse]
) -> AllocationPlan:
    """Who gets which units tonight, why the others do not, and which date they may count on.

    Orders are served one after the other in rank order, and each takes what its rule lets it take from
    what is left: first tonight's stock, then the announced goods. The result does not depend on the order
    of rows, nor one client's on another's. What the clients' rules cancel is decided first: the rest of the
    plan is that of the books without it.
    """
    plan_books = partial(plan_once, as_of=as_of, clients=clients, warehouses=warehouses)
    return plan_without_cancelled(books, plan_books, as_of=as_of)


def plan_without_cancelled(
    books: Books, plan_books: Callable[[Books], AllocationPlan], *, as_of: AsOf
) -> AllocationPlan:
    """The plan of a night after all that its rules cancel, with these cancellations.

    Args:
        books: before the plan.
        plan_books: a plan, and what it shows that must be cancelled.
        as_of: the night.
    """
    plan = plan_books(books)
    if plan.cancellations.is_empty():
        return plan
    is_changed = pl.col("client_id").is_in(plan.cancellations["client_id"].unique().implode())
    of_cancelled = plan.lost_reservations.join(plan.cancellations, on=LINE, how="semi", maintain_order="left")
    lost = conform(of_cancelled, LostReservation)
    mine = Books.of({name: table.filter(is_changed) for name, table in books.tables().items()})
    rest = post(mine, [lost_movements(lost)], Terms(as_of, {}, {})).then(
        partial(post_withdrawals, cancellations=plan.cancellations, as_of=as_of)
    )
    later = plan_without_cancelled(rest.books, plan_books, as_of=as_of)
    joined = {
        name: pl.concat([getattr(plan, name).filter(~is_changed), getattr(later, name)]).sort(
            "client_id", maintain_order=True
        )
        for name in (field.name for field in fields(plan))
        if name not in {"lost_reservations", "cancellations"}
    }
    untouched, shelf = plan.lost_reservations.filter(~is_changed), [*LINE, "warehouse_id", "sku"]
    return replace(
        later,
        **joined,
        lost_reservations=_added_up(LostReservation, shelf, untouched, lost, later.lost_reservations),
        cancellations=_added_up(Cancellation, [*LINE, "cause"], plan.cancellations, later.cancellations),
    )


def _added_up(table: type[T], key: list[str], *parts: pl.DataFrame) -> DataFrame[T]:
    """The parts as one table, quantities of equal keys added up; what else is said is said by the first."""
    quantities = [name for name in table.names() if name.endswith("_qty")]
    summed = (
        pl.concat(parts)
        .group_by(key, maintain_order=True)
        .agg(pl.col(quantities).sum(), pl.exclude([*key, *quantities]).first())
    )
    return conform(summed.sort(key), table)
