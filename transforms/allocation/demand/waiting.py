"""Who waits tonight: lines, what they reach, and their pieces in the order of serving."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, cast

import polars as pl

from schemas.table import Table, conform
from transforms.allocation.demand.earliest_days import with_earliest_day
from transforms.allocation.demand.groups import order_serving, rank_groups
from transforms.allocation.demand.lines import number_reaches, split_raises, time_lines, waiting_lines
from transforms.allocation.demand.shipments import cap_shipments
from transforms.allocation.demand.withholding import split_withheld
from transforms.first_counts import with_awaited
from transforms.keys import LINE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandera.typing.polars import DataFrame

    from schemas.night import Books
    from schemas.settings.client import Client
    from schemas.settings.warehouse import Warehouse
    from schemas.table import Frame
    from transforms.allocation.frames import ClientRules, Line, Piece, Reach
    from transforms.allocation.supply.goods import Goods
    from transforms.shipping_days import ShippingDays

T = TypeVar("T", bound=Table)


@dataclass(frozen=True)
class Waiting:
    """All that waits when the night begins.

    Attributes:
        lines: row n is line n.
        reaches: row n is reach n.
        pieces: row n is piece n.
    """

    lines: Frame[Line]
    reaches: Frame[Reach]
    pieces: Frame[Piece]

    def line_ranks(self) -> pl.Series:
        """The rank of each line: the best of its pieces; row n is line n."""
        ranks = self.pieces.select("line", "rank")
        if ranks.height > self.lines.height:
            ranks = ranks.group_by("line").agg(pl.col("rank").min())
        return (ranks if ranks["line"].is_sorted() else ranks.sort("line"))["rank"]

    def name_lines(self, told: pl.DataFrame, table: type[T]) -> DataFrame[T]:
        """Rows of `table` by the number of their `line`, now by its key."""
        return conform(told.with_columns(self.lines[name].gather(told["line"]) for name in LINE), table)


def compile_waiting(
    books: Books,
    policies: Frame[ClientRules],
    goods: Goods,
    *,
    clients: Mapping[str, Client],
    warehouses: Mapping[str, Warehouse],
    days: ShippingDays,
) -> Waiting:
    """The waiting lines of all clients, by what each client's policy says."""
    as_of = days.as_of
    capped = waiting_lines(books, clients=clients, days=days).pipe(cap_shipments, books, policies)
    timed = with_earliest_day(capped, goods, policies, books.items, days=days, warehouses=warehouses)
    numbered, numbers = number_reaches(timed, policies, books.items, days=days)
    reaches = cast("Frame[Reach]", with_awaited(numbers, books.first_counts, clients))
    lines = time_lines(numbered, reaches, as_of=as_of)
    portions = split_raises(lines, reaches, books, clients=clients)
    ranked = rank_groups(split_withheld(portions, reaches, books, as_of=as_of), reaches)
    named = lines.select(*LINE, "line", "sku", "reach", "rest_qty", "last_ship_on", "shipments_left")
    return Waiting(cast("Frame[Line]", named), reaches, order_serving(ranked, reaches))
