"""The figures of tonight that everybody asks for first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from transforms.reports.night_page.tables import PageTable, total
from transforms.reports.night_page.wording import NONE, Share, counted, number, plain, short_weekday

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from transforms.reports.night_page.tables import Row


@dataclass(frozen=True)
class Tile:
    """A figure of tonight."""

    name: str
    value: str
    note: str
    is_bad: bool = False


def tell_tonight(figures: Mapping[str, Sequence[Row]], night: date) -> list[Tile]:
    """What was released, how much of it at once, who waits, what came."""
    tonight = [row for row in figures["trend"] if row["business_date"] == night]
    clients = figures["clients"]
    return [
        _released(clients, figures["picks"]),
        _filled(Share(total(tonight, "first_pass_lines"), total(tonight, "due_lines"))),
        _waiting(clients),
        _came(clients),
    ]


def tabulate_picks(picks: Sequence[Row]) -> PageTable:
    """What leaves from where and when."""
    return PageTable.of(
        ("Warehouse", "Leaves", "Orders", "Lines", "Pick rows"),
        [
            (
                plain(row["warehouse_id"]),
                short_weekday(row["ships_on"]) if row["ships_on"] else NONE,
                *(number(row[name]) for name in ("orders", "lines", "pick_rows")),
            )
            for row in picks
        ],
    )


def _released(clients: Sequence[Row], picks: Sequence[Row]) -> Tile:
    orders = counted(total(clients, "released_orders"), "order")
    warehouses = counted(len({row["warehouse_id"] for row in picks}), "warehouse")
    note = f"of {orders}, from {warehouses}" if picks else "nothing to pick"
    return Tile("Released", counted(total(clients, "released_lines"), "line"), note)


def _filled(share: Share) -> Tile:
    note = f"{share.counts} lines due first tonight" if share.whole else "no line was due first tonight"
    return Tile("Filled at once", share.text, note)


def _waiting(clients: Sequence[Row]) -> Tile:
    waiting = total(clients, "waiting_lines")
    oldest = max((row["oldest_days"] or 0 for row in clients), default=0)
    uncounted = total(clients, "uncounted_lines")
    told = [
        _tell_oldest(oldest) if waiting else "nothing is on back order",
        f"{number(uncounted)} more for a first count" if uncounted else "",
    ]
    return Tile("Waiting", counted(waiting, "line"), "; ".join(filter(None, told)))


def _tell_oldest(days: int) -> str:
    return f"the oldest for {counted(days, 'day')}" if days else "all since tonight"


def _came(clients: Sequence[Row]) -> Tile:
    unread, rejected = total(clients, "unread_files"), total(clients, "rows_rejected")
    told = [
        f"{counted(total(clients, 'rows_read'), 'row')}, {number(rejected)} rejected",
        f"{counted(unread, 'file')} not read" if unread else "",
    ]
    files = counted(total(clients, "files"), "file")
    return Tile("Came in", files, "; ".join(filter(None, told)), is_bad=bool(rejected or unread))
