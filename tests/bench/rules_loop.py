"""The plain loop for mixed policies: order after order by rank, each by its rule, then the promises.

It is written as a user would write it who wants it right and quick: tuples and dicts, one pass over the
orders, and lots taken at once, since the orders are served in the order in which lots are given out.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from tests.bench.merchants import FENCE, MERCHANTS
from tests.bench.sharing_loop import share_lines
from tests.bench.shelves import (
    COMMON,
    Pegs,
    Pool,
    Releases,
    Units,
    fence_inbound,
    fence_lots,
    read_fences,
    read_inbound,
    read_lots,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date, datetime
    from pathlib import Path

    from tests.bench.shelves import Shelf

COLUMNS = [
    "client_id", "priority", "ordered_at", "order_id", "line_no", "ship_rule", "warehouse_ids", "sku",
    "channel", "open_qty",
]  # fmt: skip


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
    freed: tuple[Pool, ...]
    want: int


def serve_by_rules(folder: Path) -> tuple[Releases, Pegs]:
    """Units that each line gets, and is promised."""
    sharing = {merchant.client_id for merchant in MERCHANTS["mixed"] if "fair_share" in merchant.rules}
    fences = read_fences(folder)
    lines = list(_read_lines(folder, fences))
    lots = fence_lots(read_lots(folder), fences)
    coming = fence_inbound(read_inbound(folder), fences, str(FENCE["name"]), int(str(FENCE["pct"])))
    releases: Releases = []
    pegs: Pegs = []
    share_lines((line for line in lines if line.client in sharing), lots, coming, releases, pegs)
    queue = sorted(_groups(line for line in lines if line.client not in sharing))
    left = {pool: sum(qty for _, qty in units) for pool, units in lots.items()}
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
                    _release(line, pool, take, lots[pool], releases)
            if want:
                waiting.append((line, want))
    waiting = [(line, _promise(line, want, line.pools, left, coming, pegs)) for line, want in waiting]
    for line, want in waiting:
        _promise(line, want, line.freed, left, coming, pegs)
    return releases, pegs


def _read_lines(folder: Path, fences: Collection[Shelf]) -> Iterator[Line]:
    """The lines, by client, order and line number; where units are fenced, the fence comes first."""
    lines = pl.read_parquet(folder / "order_lines.parquet", columns=COLUMNS).select(COLUMNS)
    places: dict[str, list[str]] = {}
    fence = str(FENCE["name"])
    for client, priority, at, order, line_no, rule, names, sku, channel, want in lines.iter_rows():
        if names not in places:
            places[names] = names.split("|")
        pools: tuple[Pool, ...] = tuple((client, place, sku, COMMON) for place in places[names])
        freed: tuple[Pool, ...] = ()
        if (client, names, sku) in fences:
            kept = (client, names, sku, fence)
            pools, freed = ((kept, *pools), ()) if channel in FENCE["channel"] else (pools, (kept,))  # type: ignore[operator]
        is_complete = rule == "order_complete"
        yield Line(client, priority, at.date(), at, order, line_no, is_complete, pools, freed, want)


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


def _release(line: Line, pool: Pool, qty: int, units: Units, releases: Releases) -> None:
    """Take the units from the pool's lots, in their order."""
    while qty:
        (lot, bin_id), there = units[-1]
        take = min(qty, there)
        releases.append((line.client, line.order_id, line.line_no, pool[1], lot, bin_id, take))
        qty -= take
        if take == there:
            units.pop()
        else:
            units[-1][1] = there - take


def _promise(
    line: Line,
    want: int,
    pools: tuple[Pool, ...],
    left: dict[Pool, int],
    coming: dict[Pool, Units],
    pegs: Pegs,
) -> int:
    """Promise tonight's rest, then announced goods by day and order of pools; gives what is wanted still."""
    for pool in pools:
        take = min(want, left.get(pool, 0))
        if take:
            left[pool] -= take
            want -= take
    shelves = [units for pool in pools if (units := coming.get(pool))]
    while want and shelves:
        units = min(shelves, key=lambda units: units[-1][0][0]) if len(shelves) > 1 else shelves[0]
        (_, asn_id, asn_line_no), there = units[-1]
        take = min(want, there)
        pegs.append((line.client, line.order_id, line.line_no, asn_id, asn_line_no, take))
        want -= take
        if take == there:
            units.pop()
            shelves = [units for units in shelves if units]
        else:
            units[-1][1] = there - take
    return want
