"""Stock of a night as a page tells it: how it came from opening to closing, what counts found, the month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from transforms.reports.night_page.tables import PageCell, PageTable
from transforms.reports.night_page.wording import LONG_MONTHS, NONE, number, plain, short_day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from transforms.reports.night_page.tables import Row

SHOWN = 8
"""Rows that stand there at once; the others unfold."""

MOST = 100
"""Rows of a table; what is left is asked for elsewhere."""


@dataclass(frozen=True)
class Unfolding:
    """A table of which the first rows stand there at once."""

    shown: PageTable
    more: PageTable
    left: int
    """Rows that the page has no room for."""

    @classmethod
    def of(cls, table: PageTable) -> Unfolding:
        """The table in two parts."""
        shown, more = (
            PageTable(table.headings, rows) for rows in (table.rows[:SHOWN], table.rows[SHOWN:MOST])
        )
        return cls(shown, more, max(len(table.rows) - MOST, 0))


@dataclass(frozen=True)
class StockTold:
    """All that a page tells of stock.

    Attributes:
        moves: of each client and warehouse the units of the date.
        differences: the largest that counts of the last weeks found.
        month: what of each client came in and left in the month so far.
        month_name: the month, for its heading.
    """

    moves: Unfolding
    differences: PageTable
    month: Unfolding
    month_name: str


def tell_stock(
    moves: Sequence[Row], differences: Sequence[Row], month: Sequence[Row], night: date
) -> StockTold:
    """What the queries of that name gave."""
    return StockTold(
        moves=Unfolding.of(_tabulate_moves(moves)),
        differences=_tabulate_differences(differences),
        month=Unfolding.of(_tabulate_month(month)),
        month_name=f"{LONG_MONTHS[night.month - 1]} {night.year}",
    )


def _tabulate_moves(rows: Sequence[Row]) -> PageTable:
    return PageTable.of(
        ("Client", "Opening", "Received", "Shipped", "Adjusted", "Counted", "Closing"),
        [
            (
                PageCell(plain(row["client_id"]), plain(row["warehouse_id"])),
                _units(row["opening_qty"]),
                _change(row["received_qty"]),
                _change(-row["shipped_qty"]),
                _change(row["adjusted_qty"]),
                _change(row["counted_qty"]),
                _units(row["closing_qty"]),
            )
            for row in rows
        ],
    )


def _tabulate_differences(rows: Sequence[Row]) -> PageTable:
    return PageTable.of(
        ("SKU", "Night", "Difference", "Still off"),
        [
            (
                PageCell(plain(row["sku"]), _place(row)),
                short_day(row["business_date"]),
                _change(row["difference_qty"]),
                _change(row["shelf_difference_qty"]),
            )
            for row in rows
        ],
    )


def _tabulate_month(rows: Sequence[Row]) -> PageTable:
    return PageTable.of(
        ("Client", "Receipts", "Units in", "Orders", "Lines", "Units out", "Parcels"),
        [
            (
                plain(row["client_id"]),
                number(row["receipts"]),
                _units(row["received_qty"]),
                number(row["orders"]),
                number(row["lines"]),
                _units(row["shipped_qty"]),
                number(row["parcels"]),
            )
            for row in rows
        ],
    )


def _place(row: Row) -> str:
    """Whose goods they are, and where."""
    lot = f"lot {plain(row['lot_id'])}" if row["lot_id"] else ""
    return ", ".join(filter(None, (plain(row["client_id"]), plain(row["warehouse_id"]), lot)))


def _units(value: float) -> str:
    return number(float(value))


def _change(value: float) -> str:
    """Units that came or went; nothing where none did."""
    sign = "+" if value > 0 else "\N{MINUS SIGN}"
    return f"{sign}{number(abs(float(value)))}" if value else NONE
