"""The plain loop for mixed policies: order after order by rank, each by its rule, then the promises.

It is written as a user would write it who wants it right and quick: tuples and dicts, one pass over the
orders, and lots taken at once, since the orders are served in the order in which lots are given out.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from tests.bench.shelves import Pegs, Pool, Releases, Shelf, read_inbound, read_shelves

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime
    from pathlib import Path

COLUMNS = ["client_id", "priority", "ordered_at", "order_id", "line_no", "ship_rule", "warehouse_ids", "sku"]


class Line(NamedTuple):
    """An open line, by its rank: client, priority, due day, time, order, line."""

    client: str
    priority: int
    due_on: date
    ordered_at: datetime
    order_id: str
    line_no: int
    is_complete: bool
    pools: tuple[Pool, ...]
    want: int


def serve_by_rules(folder: Path) -> tuple[Releases, Pegs]:
    """Units that each line gets, and is promised."""
    queue = sorted(_groups(_read_lines(folder)))
    shelves, coming = read_shelves(folder), read_inbound(folder)
    left = {pool: sum(qty for _, qty in shelf) for pool, shelf in shelves.items()}
    releases: Releases = []
    waiting: list[tuple[Line, int]] = []
    for group in queue:
        if group[0].is_complete and not _is_whole(group, left):
            waiting += [(line, line.want) for line in group]
            continue
        for line in group:
            want = line.want
            for pool in line.pools:
                if want and left.get(pool):
                    take = min(want, left[pool])
                    left[pool] -= take
                    want -= take
                    _release(line, pool, take, shelves[pool], releases)
            if want:
                waiting.append((line, want))
    pegs: Pegs = []
    for line, want in waiting:
        _promise(line, want, left, coming, pegs)
    return releases, pegs


def _read_lines(folder: Path) -> Iterator[Line]:
    """The lines, by client, order and line number."""
    lines = pl.read_parquet(folder / "order_lines.parquet", columns=[*COLUMNS, "open_qty"])
    places: dict[str, list[str]] = {}
    for client, priority, at, order, line_no, rule, names, sku, want in lines.select(
        *COLUMNS, "open_qty"
    ).iter_rows():
        if names not in places:
            places[names] = names.split("|")
        pools = tuple((client, place, sku) for place in places[names])
        yield Line(client, priority, at.date(), at, order, line_no, rule == "order_complete", pools, want)


def _groups(lines: Iterator[Line]) -> Iterator[list[Line]]:
    """Lines of an order that ships complete together, the others each alone."""
    for _, order in groupby(lines, key=lambda line: (line.client, line.order_id)):
        members = list(order)
        if members[0].is_complete:
            yield members
        else:
            yield from ([line] for line in members)


def _is_whole(group: list[Line], left: dict[Pool, int]) -> bool:
    """Whether every line of the order finds all it wants, after the lines before it."""
    used: dict[Pool, int] = {}
    for line in group:
        want = line.want
        for pool in line.pools:
            there = left.get(pool, 0) - used.get(pool, 0)
            take = min(want, there)
            if take:
                used[pool] = used.get(pool, 0) + take
                want -= take
                if not want:
                    break
        if want:
            return False
    return True


def _release(line: Line, pool: Pool, qty: int, shelf: Shelf, releases: Releases) -> None:
    """Take the units from the pool's lots, in their order."""
    while qty:
        (lot, bin_id), there = shelf[-1]
        take = min(qty, there)
        releases.append((line.client, line.order_id, line.line_no, pool[1], lot, bin_id, take))
        qty -= take
        if take == there:
            shelf.pop()
        else:
            shelf[-1][1] = there - take


def _promise(line: Line, want: int, left: dict[Pool, int], coming: dict[Pool, Shelf], pegs: Pegs) -> None:
    """What is left tonight first, then announced goods by their day and the line's order of warehouses."""
    for pool in line.pools:
        take = min(want, left.get(pool, 0))
        if take:
            left[pool] -= take
            want -= take
    shelves = [shelf for pool in line.pools if (shelf := coming.get(pool))]
    while want and shelves:
        shelf = min(shelves, key=lambda shelf: shelf[-1][0][0]) if len(shelves) > 1 else shelves[0]
        (_, asn_id, asn_line_no), there = shelf[-1]
        take = min(want, there)
        pegs.append((line.client, line.order_id, line.line_no, asn_id, asn_line_no, take))
        want -= take
        if take == there:
            shelf.pop()
            shelves = [shelf for shelf in shelves if shelf]
        else:
            shelf[-1][1] = there - take
