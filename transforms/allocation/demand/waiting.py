"""Who waits tonight: lines, what they reach, and their pieces in the order of serving."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, cast

import polars as pl

from schemas.table import Table, conform
from transforms.allocation.demand.earliest_days import with_earliest_day
from transforms.allocation.demand.groups import rank_groups
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


def order_serving(pieces: pl.DataFrame, reaches: Frame[Reach]) -> Frame[Piece]:
    """Say which groups take part in pass 1, and in which order.

    Lines that are not due take part after all that is due: under `wait` only those that wait for their
    release date and will be due then; none whose release date is too far away. A group with a member that is
    held, past its last ship date, or whose item is held, takes no part, nor does one with a member that asks
    for no more than it has reserved.

    Returns:
        `pieces` with `turn` (as `serving`, but one for all of a tier), `is_due` (of the group),
        `is_blocked`, `ships_early` (before it is due, with all of its order), `may_serve`, `serving` (the
        order in which the groups of pass 1 are served), `tier` (of lines that share, lower ones first; else
        null) and `lets_pass` (an incomplete group takes nothing: holdback is `none`, or `bounded` and no
        member was overtaken often enough or waits long enough yet, or what it lacks is cancelled).
    """
    waits, ships, spares_b2b = (
        column.gather(pieces["reach"])
        for column in (reaches["not_due"] == "wait", reaches["not_due"] == "ship", reaches["spares_b2b"])
    )
    never, once_ripe = (
        (reaches["holdback"] == rule).gather(pieces["reach"]) for rule in ("strict", "bounded")
    )
    shares = (reaches["fair_share"] != "none").gather(pieces["reach"])
    return cast(
        "Frame[Piece]",
        (
            pieces.with_columns(
                lets_pass=pl.col("group_cancelling") | ~(never | (once_ripe & pl.col("group_ripe"))),
                is_due=~pl.col("group_undue"),
                is_blocked=pl.col("group_held") | pl.col("group_past") | pl.col("group_item_held"),
                ships_early=ships & ~(pl.col("group_b2b") & spares_b2b),
            )
            .with_columns(
                may_serve=~pl.any_horizontal(
                    "is_blocked", "group_fill", "group_far", pl.col("group_idle") & waits
                ),
                serving=pl.col("group") + pl.when("is_due").then(0).otherwise(pl.len()),
                tier=pl.when(shares).then("tier"),
            )
            .with_columns(turn=_turns(shares, reaches))
        ),
    )


def _turns(shares: pl.Series, reaches: Frame[Reach]) -> pl.Expr:
    """When each piece is served: in its group's turn, or with its tier."""
    if not shares.any():
        return pl.col("serving")
    client = reaches["client_id"].rank("dense")
    last = (
        pl.col("serving")
        .max()
        .over(pl.col("reach").replace_strict(reaches["reach"], client), "is_due", "tier")
    )
    return pl.when(pl.col("tier").is_null()).then("serving").otherwise(last)
